"""How lists of assets are read: what a row of a list holds, and what it becomes."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.domain.assets import AssetRef, AssetSummary, Origin
from core.domain.reviews import ReviewState
from core.repositories.paging import AnyRow, AnySelect
from db.tables import AssetRow, ProductRow, UserRow

_under = aliased(AssetRow)


def summaries() -> AnySelect:
    """Return what selects all that a list shows of an asset but its id."""
    return with_names(select(*summary_columns()).select_from(AssetRow))


def with_names(rows: AnySelect) -> AnySelect:
    """Return the select with the rows that `summary_columns` needs beside the asset's."""
    rows = rows.outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
    return rows.outerjoin(UserRow, UserRow.id == AssetRow.created_by)


def summary_columns() -> list[Any]:
    """Return the columns of what a list shows."""
    stacked = (
        select(func.count())
        .select_from(_under)
        .where(_under.stack_id == AssetRow.id, _under.trashed_at.is_(None))
        .correlate(AssetRow)
        .scalar_subquery()
    )
    return [
        AssetRow.sha256,
        AssetRow.width_px,
        AssetRow.height_px,
        AssetRow.label,
        AssetRow.title,
        AssetRow.alt_text,
        AssetRow.product_id,
        ProductRow.name,
        ProductRow.sku,
        AssetRow.image_model,
        AssetRow.tool,
        AssetRow.cost_micros,
        UserRow.name,
        AssetRow.review_state,
        AssetRow.review_reason,
        AssetRow.rating,
        AssetRow.is_pinned,
        AssetRow.tags,
        AssetRow.origin,
        AssetRow.stack_id,
        stacked,
        AssetRow.created_at.label("made_at"),
    ]


def to_summary(row: AnyRow) -> AssetSummary:
    """Return an asset as a list shows it, from `summary_columns`, the sort's key and the id."""
    # Counted from the end: what selects it may put something in front.
    sha256, width_px, height_px, label, title, alt_text, product_id = row[-24:-17]
    product_name, product_sku, image_model, tool, cost_micros, created_by = row[-17:-11]
    review_state, review_reason, rating, is_pinned, tags, origin = row[-11:-5]
    stack_id, stack_count, created_at = row[-5:-2]
    return AssetSummary(
        ref=AssetRef(row[-1], sha256, width_px, height_px),
        label=label,
        title=title,
        alt_text=alt_text,
        product_id=product_id,
        product_name=product_name,
        product_sku=product_sku,
        image_model=image_model or None,
        tool=tool,
        cost_micros=cost_micros,
        created_by=created_by,
        created_at=created_at,
        review_state=ReviewState(review_state),
        review_reason=review_reason,
        rating=rating,
        is_pinned=is_pinned,
        tags=tuple(tags),
        origin=Origin(origin),
        stack_id=stack_id,
        stack_count=stack_count,
    )
