"""What must be true of share links, of looks and of stacks."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge, link
from db.gallery_tables import AssetCommentRow, AssetLookRow, ShareLinkRow, SharePictureRow
from db.tables import AssetRow

_top = aliased(AssetRow)

SHARE_INVARIANTS = (
    link(
        SharePictureRow,
        (ShareLinkRow, "share_link_id", "share"),
        (AssetRow, "asset_id", "picture"),
    ),
    edge("comment", AssetCommentRow, "share_link_id", ShareLinkRow, "share"),
    Invariant(
        "share_of_purged",
        "picture",
        "Share link {share_link_id} leads to it, but it was deleted for good.",
        select(AssetRow.id, SharePictureRow.share_link_id)
        .join(SharePictureRow, SharePictureRow.asset_id == AssetRow.id)
        .where(AssetRow.purged_at.is_not(None)),
    ),
    Invariant(
        "owner_look",
        "picture",
        "It is of workspace {workspace_id}, but its look is of workspace {other_workspace_id}.",
        select(
            AssetRow.id,
            AssetRow.workspace_id,
            AssetLookRow.workspace_id.label("other_workspace_id"),
        )
        .join(AssetLookRow, AssetLookRow.asset_id == AssetRow.id)
        .where(AssetLookRow.workspace_id != AssetRow.workspace_id),
    ),
    Invariant(
        "look_of_purged",
        "picture",
        "It was deleted for good on {purged_at}, but how it looks is kept.",
        select(AssetRow.id, AssetRow.purged_at)
        .join(AssetLookRow, AssetLookRow.asset_id == AssetRow.id)
        .where(AssetRow.purged_at.is_not(None)),
    ),
    edge("picture", AssetRow, "stack_id", _top, "stack"),
    Invariant(
        "stack_in_stack",
        "picture",
        "It lies under picture {stack_id}, which lies under another itself.",
        select(AssetRow.id, AssetRow.stack_id)
        .join(_top, _top.id == AssetRow.stack_id)
        .where(_top.stack_id.is_not(None)),
    ),
    Invariant(
        "stack_hidden",
        "picture",
        "The gallery shows picture {stack_id} in its place, which is in the trash.",
        select(AssetRow.id, AssetRow.stack_id)
        .join(_top, _top.id == AssetRow.stack_id)
        .where(AssetRow.trashed_at.is_(None), _top.trashed_at.is_not(None)),
    ),
)
