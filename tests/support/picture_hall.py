"""A workspace full of pictures of all kinds, and what plain Python finds among them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter, AssetSort, Stacks
from core.domain.texts import fold
from core.repositories.asset_texts import product_key_of, searched
from db.gallery_tables import AssetTagRow
from db.studio_tables import PresetRow
from db.tables import (
    AssetRow,
    CategoryRow,
    CollectionProductRow,
    CollectionRow,
    ProductCategoryRow,
    ProductRow,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCTS = 40
SIZES = ((1024, 1024), (1376, 768), (768, 1376), (2048, 2048), (300, 200))
RARE = 97
"""Of so many pictures one is something rare."""

Row = dict[str, Any]
_KEYS: dict[AssetSort, tuple[str, bool]] = {
    AssetSort.NEWEST: ("created_at", False),
    AssetSort.OLDEST: ("created_at", True),
    AssetSort.RATING: ("rating", False),
    AssetSort.COST: ("cost_micros", False),
    AssetSort.PRODUCT: ("product_key", True),
    AssetSort.LARGEST: ("longest_px", False),
    AssetSort.REVIEWED: ("reviewed_at", False),
}


@dataclass(frozen=True)
class Hall:
    """The rows of a workspace's pictures, and the ids of what they hang together with."""

    rows: dict[int, Row]
    sofas: int
    furniture: int
    spring: int
    presets: tuple[int, ...]

    def find(self, wanted: AssetFilter, sort: AssetSort) -> list[int]:
        """Return the ids of all that match, in order, by looking at each of them."""
        if sort is AssetSort.REVIEWED:
            wanted = replace(wanted, stack=Stacks.OPEN)
        found = [
            row
            for row in self.rows.values()
            if self._matches(row, wanted) and (sort is not AssetSort.REVIEWED or row["reviewed_at"])
        ]
        key, ascending = _KEYS[sort]
        found.sort(key=lambda row: (row[key], row["id"]), reverse=not ascending)
        return [row["id"] for row in found]

    def _is_collapsed(self, wanted: AssetFilter) -> bool:
        """Say whether only tops match: where what is asked for is the same of a whole stack."""
        asked = wanted.to_query().keys()
        return wanted.stack is Stacks.COLLAPSED and asked <= {
            "stack", "made", "product", "sku", "category", "collection",
        }  # fmt: skip

    def _matches(self, row: Row, wanted: AssetFilter) -> bool:
        made = True if wanted.review_states and wanted.is_made is None else wanted.is_made
        product = row["product_number"]
        plain = (
            (wanted.product_id, row["product_id"]),
            (wanted.created_by, row["created_by"]),
            (wanted.preset_id, row["preset_id"]),
            (wanted.image_model or None, row["image_model"]),
            (wanted.template or None, row["template"]),
            (wanted.is_pinned, row["is_pinned"]),
            (made, row["is_made"]),
            (wanted.sku or None, f"S-{product}"),
            (wanted.collection_id, self.spring if product < 3 else 0),
        )
        day: date = row["created_at"].date()
        permille = row["width_px"] * 1000 // row["height_px"]
        least, most = wanted.aspect.permille if wanted.aspect else (0, permille)
        return all(
            (
                all(asked in (None, has) for asked, has in plain),
                # Sofas are furniture too.
                wanted.category_id in (None, self.furniture, self.sofas if product % 2 else 0),
                all(word in row["search_text"] for word in fold(wanted.text).split()),
                not wanted.origins or row["origin"] in wanted.origins,
                not wanted.tag or fold(wanted.tag) in map(fold, row["tags"]),
                not wanted.review_states or row["review_state"] in wanted.review_states,
                row["rating"] >= wanted.min_rating,
                not wanted.tools or row["tool"] in wanted.tools,
                least <= permille <= most,
                max(row["width_px"], row["height_px"]) >= (wanted.min_longest_px or 0),
                wanted.max_cost_micros is None or row["cost_micros"] <= wanted.max_cost_micros,
                wanted.since is None or day >= wanted.since,
                wanted.until is None or day <= wanted.until,
                (row["trashed_at"] is not None) == wanted.trashed,
                not self._is_collapsed(wanted) or row["stack_id"] is None,
                wanted.stack_id in (None, row["id"], row["stack_id"]),
            )
        )


def fill(engine: Engine, actor: Actor, count: int) -> Hall:
    """Add so many pictures of some products to the workspace."""
    here = actor.workspace_id
    with engine.begin() as connection:

        def add(table: Any, **values: object) -> int:  # noqa: ANN401 - a class of rows
            made = connection.execute(insert(table).returning(table.id), values)
            return int(made.scalar_one())

        moments = {"created_at": START, "updated_at": START}
        furniture = add(CategoryRow, workspace_id=here, name="Furniture", **moments)
        sofas = add(CategoryRow, workspace_id=here, name="Sofas", parent_id=furniture, **moments)
        spring = add(CollectionRow, workspace_id=here, name="Spring", description="", **moments)
        presets = tuple(
            add(
                PresetRow, workspace_id=here, name=name, description="", layer={}, version=1,
                is_shared=True, created_by=actor.user_id, **moments,
            )
            for name in ("Calm", "Bold")
        )  # fmt: skip
        products = [
            add(
                ProductRow, workspace_id=here, name=f"Chair {number} Évasé", sku=f"S-{number}",
                description="", tags=[], search_text="", **moments,
            )
            for number in range(PRODUCTS)
        ]  # fmt: skip
        inside = [
            {
                "product_id": each,
                "category_id": sofas if number % 2 else furniture,
                "is_primary": True,
            }
            for number, each in enumerate(products)
        ]
        connection.execute(insert(ProductCategoryRow), inside)
        held = [
            {"collection_id": spring, "product_id": each, "position": number}
            for number, each in enumerate(products[:3])
        ]
        connection.execute(insert(CollectionProductRow), held)
        rows = [_picture(number, actor, products, presets) for number in range(1, count + 1)]
        pictures = [
            {name: value for name, value in row.items() if name != "product_number"} for row in rows
        ]
        connection.execute(insert(AssetRow), pictures)
        tags = [
            {
                "asset_id": row["id"],
                "tag": fold(tag),
                "workspace_id": here,
                "created_at": row["created_at"],
            }
            for row in rows
            for tag in row["tags"]
        ]
        connection.execute(insert(AssetTagRow), tags)
    return Hall({row["id"]: row for row in rows}, sofas, furniture, spring, presets)


def _picture(number: int, actor: Actor, products: list[int], presets: tuple[int, ...]) -> Row:
    def rare(value: object, usual: object, shift: int = 0) -> Any:  # noqa: ANN401 - any column's
        return value if number % RARE == shift else usual

    product = number % PRODUCTS
    width_px, height_px = SIZES[number % 5]
    is_made = number % 5 != 4
    is_edited = is_made and number % 7 == 3
    is_judged = is_made and bool(number % 3)
    key = product_key_of(f"Chair {product} Évasé", f"S-{product}")
    at = START + timedelta(minutes=37 * (number // 2))
    scene = ("on marble " if number % 2 else "in a forest ") * 20
    return {
        "id": number,
        "workspace_id": actor.workspace_id,
        "origin": "edited" if is_edited else "generated" if is_made else "uploaded",
        "is_made": is_made,
        "sha256": f"{number:064x}",
        "size_bytes": 1000,
        "mime_type": "image/png",
        "width_px": width_px,
        "height_px": height_px,
        "longest_px": max(width_px, height_px),
        "storage_key": f"w{actor.workspace_id}/{number}/original.png",
        "label": f"Chair · Loft {number}",
        "search_text": searched(key, f"Loft {number} {scene}", rare("unicorn", "", 5)),
        "product_key": key,
        "product_number": product,
        "product_id": products[product],
        "preset_id": rare(presets[1], presets[0] if number % 2 else None, 1),
        "image_model": rare("tiny", "nano" if is_made else "", 2),
        "template": rare("old@1", "lifestyle@2" if is_made else "", 3),
        "tool": "upscale" if is_edited else rare("crop", "", 4),
        "cost_micros": number % 11 * 1000 if is_made else 0,
        "review_state": rare("rejected", "approved", 6) if is_judged else "unreviewed",
        "reviewed_at": at + timedelta(days=number % 13) if is_judged else None,
        "rating": rare(5, number % 4, 7),
        "is_pinned": number % RARE == 8,
        "tags": rare(["Héro", "web"], ["web"] if number % 2 else [], 9),
        "stack_id": number - 1 if number % 10 == 2 else None,
        "created_by": actor.user_id,
        "created_at": at,
        "trashed_at": START if number % 50 == 0 else None,
    }
