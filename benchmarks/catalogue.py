"""A catalogue of any size, made by the database itself; the same one each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, text

from benchmarks.scratch import scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from db.engine import build_engine
from db.tables import AssetRow, CategoryRow
from tests.support.people import signed_in

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("chair", "table", "lamp", "sofa")
ASSETS = 1000
_AT_ONCE = 100_000

# Each database makes its rows itself: a million of them would take Python minutes. `i` is the
# number of a product.
_SERIES = """
    WITH RECURSIVE n(i) AS (
        SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < :last
    ), m AS (
        SELECT i, CASE WHEN i % 2 = 0 THEN CAST(:own AS INTEGER) ELSE CAST(:other AS INTEGER) END
            AS owner,
            CASE (i / 2) % 4 WHEN 0 THEN 'chair' WHEN 1 THEN 'table' WHEN 2 THEN 'lamp'
            ELSE 'sofa' END AS kind,
            'season-' || ((i / 2) % 1000) AS season
        FROM n
    )
"""
_PRODUCTS = """
    INSERT INTO products (
        id, workspace_id, name, sku, description, price, tags, materials, colours, search_text,
        name_key, price_key, source, defaults, photo_count, approved_count, version, created_at,
        updated_at
    )
    {series}
    SELECT i, owner, 'Oak ' || kind || ' ' || i, 'OAK-' || i, 'Solid oak, oiled by hand.',
        249 + i % 100, {tags}, {nothing}, {nothing},
        ' oak ' || kind || ' ' || i || ' oak-' || i || ' solid oak, oiled by hand. oak ' || kind
        || ' ' || season || ' ',
        'oak ' || kind || ' ' || i, 100 * (249 + i % 100),
        CASE WHEN i % 3 = 0 THEN 'imported' ELSE 'entered' END, {no_settings},
        CASE WHEN (i / 2) % 50 = 0 THEN 0 ELSE 1 END,
        CASE WHEN (i / 2) % 100 = 0 THEN 1 ELSE 0 END, 1, {at}, {at}
    FROM m
"""
_TAGS = """
    INSERT INTO product_tags (product_id, tag, workspace_id)
    {series}
    SELECT i, 'oak', owner FROM m UNION ALL SELECT i, kind, owner FROM m
    UNION ALL SELECT i, season, owner FROM m
"""
_CATEGORIES = """
    INSERT INTO product_categories (product_id, category_id, is_primary)
    {series}
    SELECT i, (SELECT id FROM categories WHERE workspace_id = owner AND name = kind), true FROM m
"""
_PHOTOS = """
    INSERT INTO product_photos (product_id, asset_id, position)
    {series}
    SELECT i, 1 + i % 1000, 0 FROM m WHERE (i / 2) % 50 <> 0
"""
_WORDS = {
    "sqlite": {
        "at": "datetime(1767225600 + i, 'unixepoch') || '.000000'",
        "tags": "json_array('oak', kind, season)",
        "nothing": "'[]'",
        "no_settings": "'{}'",
    },
    "postgresql": {
        "at": "to_timestamp(1767225600 + i)",
        "tags": "jsonb_build_array('oak', kind, season)",
        "nothing": "'[]'::jsonb",
        "no_settings": "'{}'::jsonb",
    },
}


@dataclass(frozen=True)
class Shop:
    """A workspace with half of the products, and its categories by name."""

    services: Services
    actor: Actor
    categories: dict[str, int]

    @staticmethod
    def moment_of(number: int) -> datetime:
        """Return when the product of this number was changed."""
        return START + timedelta(seconds=number)


@contextmanager
def shop_of(kind: str, count: int) -> Iterator[Shop]:
    """Yield a workspace on a database with so many products, every second one another's.

    Each is of a category below "furniture", has three tags (of which one is rare) and, but for one
    in fifty, a photo. Every third was imported, one in a hundred has an approved picture.
    """
    with scratch_services(kind) as services:
        actor = signed_in(services, "Ann", "ann@example.com")
        other = signed_in(services, "Ben", "ben@example.com")
        engine = build_engine(services.parts.settings.sqlalchemy_url)
        with engine.begin() as connection:
            categories = _add_categories(connection, actor)
            _add_categories(connection, other)
            _add_assets(connection, actor)
        _add_products(engine, actor, other, count)
        engine.dispose()
        yield Shop(services, actor, categories)


def _add_products(engine: Engine, actor: Actor, other: Actor, count: int) -> None:
    words = {"series": _SERIES, **_WORDS[engine.dialect.name]}
    for first in range(1, count + 1, _AT_ONCE):
        values = {
            "own": actor.workspace_id,
            "other": other.workspace_id,
            "first": first,
            "last": min(first + _AT_ONCE - 1, count),
        }
        with engine.begin() as connection:
            for statement in (_PRODUCTS, _TAGS, _CATEGORIES, _PHOTOS):
                connection.execute(text(statement.format_map(words)), values)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _add_categories(connection: Connection, actor: Actor) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in ("furniture", *KINDS):
        added = insert(CategoryRow).values(
            workspace_id=actor.workspace_id,
            parent_id=found.get("furniture"),
            name=name,
            created_at=START,
            updated_at=START,
        )
        found[name] = connection.scalars(added.returning(CategoryRow.id)).one()
    return found


def _add_assets(connection: Connection, actor: Actor) -> None:
    connection.execute(
        insert(AssetRow),
        [
            {
                "id": number,
                "workspace_id": actor.workspace_id,
                "origin": "uploaded",
                "sha256": f"{number:064x}",
                "size_bytes": 100_000,
                "mime_type": "image/jpeg",
                "width_px": 1600,
                "height_px": 1200,
                "storage_key": f"w{actor.workspace_id}/{number:032x}/original.jpg",
                "label": f"Oak {number}",
                "search_text": f"oak {number}",
                "created_at": START,
            }
            for number in range(1, ASSETS + 1)
        ],
    )
