"""What must be true of owners: along every edge both ends belong to one workspace."""

from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from core.repositories.invariant import Invariant
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ProviderCallRow,
    SlotEventRow,
)
from db.tables import (
    AssetRow,
    CategoryRow,
    CollectionProductRow,
    CollectionRow,
    ProductCategoryRow,
    ProductPhotoRow,
    ProductRow,
)

_Table = Any
"""A mapped class with `id` and `workspace_id`."""

_parent_asset = aliased(AssetRow)
_SHA256_CHARS = 64


def edge(subject: str, row: _Table, column: str, parent: _Table, parent_name: str) -> Invariant:
    """Return that a row and the one that its column points to have one owner."""
    return Invariant(
        f"owner_{subject}_{parent_name}".replace(" ", "_"),
        subject,
        "It is of workspace {workspace_id}, but its "
        + parent_name
        + " {parent_id} is of workspace {parent_workspace_id}.",
        select(
            row.id,
            row.workspace_id,
            parent.id.label("parent_id"),
            parent.workspace_id.label("parent_workspace_id"),
        )
        .join(parent, parent.id == getattr(row, column))
        .where(parent.workspace_id != row.workspace_id)
        .order_by(row.id),
    )


def link(row: _Table, one: tuple[_Table, str, str], other: tuple[_Table, str, str]) -> Invariant:
    """Return that the two rows which a row joins have one owner."""
    (left, left_column, left_name), (right, right_column, right_name) = one, other
    return Invariant(
        f"owner_{left_name}_{right_name}",
        left_name,
        "It is of workspace {workspace_id}, but its "
        + right_name
        + " {other_id} is of workspace {other_workspace_id}.",
        select(
            left.id,
            left.workspace_id,
            right.id.label("other_id"),
            right.workspace_id.label("other_workspace_id"),
        )
        .select_from(row)
        .join(left, left.id == getattr(row, left_column))
        .join(right, right.id == getattr(row, right_column))
        .where(left.workspace_id != right.workspace_id),
    )


_OWN_FOLDER = literal("w") + cast(AssetRow.workspace_id, String) + "/%"

OWNER_INVARIANTS = (
    edge("job", GenerationJobRow, "submission_id", GenerationSubmissionRow, "submission"),
    edge("job", GenerationJobRow, "product_id", ProductRow, "product"),
    edge("slot", GenerationSlotRow, "job_id", GenerationJobRow, "job"),
    edge("slot event", SlotEventRow, "slot_id", GenerationSlotRow, "slot"),
    edge("call", ProviderCallRow, "slot_id", GenerationSlotRow, "slot"),
    edge("asset", AssetRow, "product_id", ProductRow, "product"),
    edge("asset", AssetRow, "slot_id", GenerationSlotRow, "slot"),
    edge("asset", AssetRow, "parent_asset_id", _parent_asset, "parent"),
    link(ProductPhotoRow, (ProductRow, "product_id", "product"), (AssetRow, "asset_id", "photo")),
    link(
        CollectionProductRow,
        (CollectionRow, "collection_id", "collection"),
        (ProductRow, "product_id", "product"),
    ),
    link(
        ProductCategoryRow,
        (ProductRow, "product_id", "product"),
        (CategoryRow, "category_id", "category"),
    ),
    Invariant(
        "owner_asset_file",
        "asset",
        "It is of workspace {workspace_id}, but its file is {storage_key}.",
        select(AssetRow.id, AssetRow.workspace_id, AssetRow.storage_key).where(
            AssetRow.storage_key.not_like(_OWN_FOLDER)
        ),
    ),
    Invariant(
        "asset_facts_wrong",
        "asset",
        "{width_px} x {height_px} px, {size_bytes} bytes, sha256 {sha256}: that is no picture.",
        select(
            AssetRow.id,
            AssetRow.width_px,
            AssetRow.height_px,
            AssetRow.size_bytes,
            AssetRow.sha256,
        ).where(
            or_(
                AssetRow.width_px < 1,
                AssetRow.height_px < 1,
                AssetRow.size_bytes < 1,
                func.length(AssetRow.sha256) != _SHA256_CHARS,
            )
        ),
    ),
)
