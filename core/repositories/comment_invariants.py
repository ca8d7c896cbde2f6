"""What must be true of comments and of whom they name."""

from sqlalchemy import or_, select

from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge
from db.gallery_tables import AssetCommentRow, CommentMentionRow
from db.tables import AssetRow

COMMENT_INVARIANTS = (
    edge("comment", AssetCommentRow, "asset_id", AssetRow, "asset"),
    Invariant(
        "owner_comment_mention",
        "comment",
        "It is of workspace {workspace_id}, but whom it names is told in workspace"
        " {other_workspace_id}.",
        select(
            AssetCommentRow.id,
            AssetCommentRow.workspace_id,
            CommentMentionRow.workspace_id.label("other_workspace_id"),
        )
        .join(CommentMentionRow, CommentMentionRow.comment_id == AssetCommentRow.id)
        .where(CommentMentionRow.workspace_id != AssetCommentRow.workspace_id),
    ),
    Invariant(
        "comment_deleted_and_kept",
        "comment",
        "It was deleted on {deleted_at}, but its text or whom it names is still there.",
        select(AssetCommentRow.id, AssetCommentRow.deleted_at).where(
            AssetCommentRow.deleted_at.is_not(None),
            or_(
                AssetCommentRow.body != "",
                AssetCommentRow.id.in_(select(CommentMentionRow.comment_id)),
            ),
        ),
    ),
    Invariant(
        "comment_of_purged",
        "comment",
        "It is about picture {asset_id}, which was deleted for good.",
        select(AssetCommentRow.id, AssetCommentRow.asset_id)
        .join(AssetRow, AssetRow.id == AssetCommentRow.asset_id)
        .where(AssetRow.purged_at.is_not(None)),
    ),
)
