"""What must be true of masks, and of pictures of which parts were kept to the bit."""

from sqlalchemy import String, cast, literal, or_, select

from core.domain.answers import ANSWER
from core.domain.edit_settings import EDIT_MODES
from core.domain.image_tools import FIGURES
from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge
from db.gallery_tables import AssetMaskRow
from db.tables import AssetRow

_OWN_FOLDER = literal("w") + cast(AssetMaskRow.workspace_id, String) + "/masks/%"
_OUTSIDE = AssetRow.steps[(0, FIGURES, "changed_outside")].as_integer()
_ANSWER = AssetRow.steps[(0, ANSWER, "name")].as_string()

MASK_INVARIANTS = (
    edge("mask", AssetMaskRow, "asset_id", AssetRow, "asset"),
    Invariant(
        "owner_mask_file",
        "mask",
        "It is of workspace {workspace_id}, but its file is {storage_key}.",
        select(AssetMaskRow.id, AssetMaskRow.workspace_id, AssetMaskRow.storage_key).where(
            AssetMaskRow.storage_key.not_like(_OWN_FOLDER)
        ),
    ),
    Invariant(
        "mask_size_differs",
        "mask",
        "It is {width_px} x {height_px} px, which is not the size of picture {asset_id}.",
        select(
            AssetMaskRow.id,
            AssetMaskRow.asset_id,
            AssetMaskRow.width_px,
            AssetMaskRow.height_px,
        )
        .join(AssetRow, AssetRow.id == AssetMaskRow.asset_id)
        .where(
            or_(
                AssetMaskRow.width_px != AssetRow.width_px,
                AssetMaskRow.height_px != AssetRow.height_px,
            )
        ),
    ),
    Invariant(
        "mask_of_emptied",
        "mask",
        "The files of picture {asset_id} were deleted for good, but its mask is still there.",
        select(AssetMaskRow.id, AssetMaskRow.asset_id)
        .join(AssetRow, AssetRow.id == AssetMaskRow.asset_id)
        .where(AssetRow.is_emptied),
    ),
    Invariant(
        "edit_changed_outside",
        "asset",
        "Of its parent {parent_asset_id} {pixels} pixels changed that were to stay.",
        select(AssetRow.id, AssetRow.parent_asset_id, _OUTSIDE.label("pixels")).where(
            AssetRow.tool.in_(EDIT_MODES), _OUTSIDE != 0
        ),
    ),
    Invariant(
        "edit_without_answer",
        "asset",
        "It was put together of an answer that is not kept.",
        select(AssetRow.id).where(
            AssetRow.tool.in_(EDIT_MODES), _OUTSIDE.is_not(None), _ANSWER.is_(None)
        ),
    ),
)
