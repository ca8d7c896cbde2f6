"""What must be true of what assets repeat, for their lists: of product, job, ledger and tags."""

from sqlalchemy import ColumnElement, Text, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from core.domain.assets import Origin
from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge
from core.repositories.paging import Column
from db.gallery_tables import AssetTagRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.studio_tables import PresetRow
from db.tables import AssetRow, ProductRow

_top = aliased(AssetRow)
_IS_HERE = AssetRow.purged_at.is_(None)
_spent = (
    select(func.coalesce(func.sum(ProviderCallRow.cost_micros), 0))
    .where(ProviderCallRow.slot_id == AssetRow.slot_id)
    .correlate(AssetRow)
    .scalar_subquery()
)
_is_tagged = (
    select(AssetTagRow.asset_id).where(AssetTagRow.asset_id == AssetRow.id).correlate(AssetRow)
).exists()
_longest = case(
    (AssetRow.width_px > AssetRow.height_px, AssetRow.width_px), else_=AssetRow.height_px
)


def _begins_with(text: Column, beginning: Column) -> ColumnElement[bool]:
    return func.substr(text, 1, func.length(beginning)) == beginning


ASSET_INVARIANTS = (
    edge("asset", AssetRow, "job_id", GenerationJobRow, "job"),
    edge("asset", AssetRow, "preset_id", PresetRow, "preset"),
    Invariant(
        "asset_is_made_differs",
        "asset",
        "It is {origin}, and counts as something else.",
        select(AssetRow.id, AssetRow.origin).where(
            AssetRow.is_made != AssetRow.origin.in_([one for one in Origin if one.is_made])
        ),
    ),
    Invariant(
        "asset_job_differs",
        "asset",
        "It repeats job {job_id} with {image_model}, and its slot is of job {slot_job_id}.",
        select(
            AssetRow.id,
            AssetRow.job_id,
            AssetRow.image_model,
            GenerationJobRow.id.label("slot_job_id"),
        )
        .join(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .where(
            or_(
                AssetRow.job_id.is_distinct_from(GenerationJobRow.id),
                AssetRow.preset_id.is_distinct_from(GenerationJobRow.preset_id),
                AssetRow.image_model != GenerationJobRow.image_model,
                AssetRow.template != GenerationJobRow.template,
            )
        ),
    ),
    Invariant(
        "asset_cost_differs",
        "asset",
        "It says {cost_micros} micros, and the ledger {spent}.",
        select(AssetRow.id, AssetRow.cost_micros, _spent.label("spent")).where(
            AssetRow.slot_id.is_not(None), AssetRow.cost_micros != _spent
        ),
    ),
    Invariant(
        "asset_size_differs",
        "asset",
        "Its longest side is {longest_px} px in lists, and it is {width_px} x {height_px} px.",
        select(AssetRow.id, AssetRow.longest_px, AssetRow.width_px, AssetRow.height_px).where(
            AssetRow.longest_px != _longest
        ),
    ),
    Invariant(
        "asset_product_differs",
        "asset",
        "It is found and sorted as {product_key!r}, and its product is called {name!r}.",
        select(AssetRow.id, AssetRow.product_key, ProductRow.name)
        .join(ProductRow, ProductRow.id == AssetRow.product_id)
        .where(_IS_HERE, ~_begins_with(AssetRow.product_key, ProductRow.name_key)),
    ),
    Invariant(
        "asset_product_gone",
        "asset",
        "It shows no product, and is found and sorted as {product_key!r}.",
        select(AssetRow.id, AssetRow.product_key).where(
            _IS_HERE, AssetRow.product_id.is_(None), AssetRow.product_key != ""
        ),
    ),
    Invariant(
        "stack_of_products",
        "asset",
        "It shows product {product_id}, and lies under a picture of product {other_product_id}.",
        select(AssetRow.id, AssetRow.product_id, _top.product_id.label("other_product_id"))
        .join(_top, _top.id == AssetRow.stack_id)
        .where(AssetRow.product_id.is_distinct_from(_top.product_id)),
    ),
    Invariant(
        "asset_search_differs",
        "asset",
        "It is not found as {product_key!r}, by which it is sorted.",
        select(AssetRow.id, AssetRow.product_key).where(
            _IS_HERE, ~_begins_with(AssetRow.search_text, AssetRow.product_key)
        ),
    ),
    Invariant(
        "asset_tags_differ",
        "asset",
        "It has the tags {tags}, and is found by others.",
        select(AssetRow.id, AssetRow.tags).where(
            _IS_HERE, (cast(AssetRow.tags, Text) != "[]") != _is_tagged
        ),
    ),
    Invariant(
        "owner_asset_tag",
        "asset",
        "It is of workspace {workspace_id} and made at {created_at}, but its tag {tag} is of"
        " workspace {other_workspace_id} or another moment.",
        select(
            AssetRow.id,
            AssetRow.workspace_id,
            AssetRow.created_at,
            AssetTagRow.tag,
            AssetTagRow.workspace_id.label("other_workspace_id"),
        )
        .join(AssetTagRow, AssetTagRow.asset_id == AssetRow.id)
        .where(
            or_(
                AssetTagRow.workspace_id != AssetRow.workspace_id,
                AssetTagRow.created_at != AssetRow.created_at,
            )
        ),
    ),
)
