"""A database of the version before the catalogue, brought to this one with its products."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, MetaData, Table, insert, select, text

from core.domain.products import ProductDraft, ProductFilter, ProductSort
from core.unit_of_work import Database
from db.engine import build_engine
from db.schema import upgrade

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PLAIN_AT = AT.replace(tzinfo=None)

PRODUCTS: tuple[tuple[str, str, Decimal | None, list[str], datetime | None], ...] = (
    ("Fauteuil Évasé", "F-1", Decimal("12.50"), ["Éco", "oak"], None),
    ("Oak chair", "C-1", None, ["oak", "OAK", "\u0301"], None),
    ("Zebra", "Z-1", Decimal(0), [], PLAIN_AT),
)


@pytest.fixture
def second_version(empty_url: str) -> Iterator[Engine]:
    """A database of the second version with products, photos and a category."""
    upgrade(empty_url, "0002")
    engine = build_engine(empty_url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:

        def add(table: str, **values: object) -> None:
            connection.execute(insert(tables.tables[table]), values)

        add("workspaces", id=1, name="Ann's", created_at=PLAIN_AT)
        add("categories", id=1, workspace_id=1, name="Chairs")
        for name, sku, price, tags, trashed_at in PRODUCTS:
            add(
                "products",
                workspace_id=1,
                name=name,
                sku=sku,
                description="",
                price=price,
                tags=tags,
                search_text=f"{name} {sku}".casefold().replace("é", "e"),
                created_at=PLAIN_AT,
                updated_at=PLAIN_AT,
                trashed_at=trashed_at,
            )
        add("product_categories", product_id=1, category_id=1, is_primary=True)
        for number in (1, 2):
            add(
                "assets",
                id=number,
                workspace_id=1,
                origin="uploaded",
                sha256="0" * 64,
                size_bytes=1,
                mime_type="image/png",
                width_px=1,
                height_px=1,
                storage_key=f"w1/{number}/original.png",
                label="Chair",
                search_text="chair",
                product_id=1,
                created_at=PLAIN_AT,
            )
            add("product_photos", product_id=1, asset_id=number, position=number - 1)
    yield engine
    engine.dispose()


def rows(engine: Engine, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Return some columns of a table, in order of the first."""
    found = Table(name, MetaData(), autoload_with=engine)
    picked = [found.c[column] for column in columns]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*picked).order_by(*picked))]


def test_folds_counts_and_indexes_the_products_that_were_there(
    second_version: Engine, empty_url: str
) -> None:
    upgrade(empty_url)

    kept = rows(second_version, "products", "id", "name_key", "price_key", "photo_count", "version")
    assert kept == [
        (1, "fauteuil evase", 1250, 2, 1),
        (2, "oak chair", -1, 0, 1),
        (3, "zebra", 0, 0, 1),
    ]
    assert rows(second_version, "product_tags", "product_id", "tag") == [
        (1, "eco"),
        (1, "oak"),
        (2, "oak"),
    ]
    with Database(second_version).read() as work:

        def found(wanted: ProductFilter, sort: ProductSort = ProductSort.NAME) -> list[str]:
            page = work.products.search(1, wanted, sort=sort)
            return [] if page.is_similar else [product.sku for product in page.items]

        assert found(ProductFilter("vase")) == ["F-1"]
        assert found(ProductFilter("zebra")) == []
        assert found(ProductFilter("zebra", trashed=True)) == ["Z-1"]
        assert found(ProductFilter(tag="OAK")) == ["F-1", "C-1"]
        assert found(ProductFilter(category_id=1)) == ["F-1"]
        assert found(ProductFilter(has_photo=True)) == ["F-1"]
        assert found(ProductFilter(), ProductSort.PRICE_HIGH) == ["F-1", "C-1"]
        assert work.products.search(1, ProductFilter("chiar")).is_similar


def test_keeps_the_index_in_step_with_what_is_written_later(
    second_version: Engine, empty_url: str
) -> None:
    upgrade(empty_url)
    database = Database(second_version)

    with database.begin() as work:
        work.products.update(1, 1, ProductDraft("Hocker", "H-1"), AT)
        work.products.add(1, ProductDraft("Stehlampe", "S-1"), AT)
    with second_version.begin() as connection:
        connection.execute(text("DELETE FROM products WHERE id = 2"))

    with database.read() as work:
        for words, skus in (("vase", []), ("hocker", ["H-1"]), ("lamp", ["S-1"]), ("oak", [])):
            assert [
                each.sku for each in work.products.search(1, ProductFilter(words)).items
            ] == skus
    if second_version.dialect.name == "sqlite":
        with second_version.begin() as connection:
            # Raises when the index and the texts differ.
            connection.execute(
                text(
                    "INSERT INTO products_search (products_search, rank)"
                    " VALUES ('integrity-check', 1)"
                )
            )
