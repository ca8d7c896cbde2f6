"""What must be true of exports of pictures."""

from sqlalchemy import String, cast, func, literal, or_, select

from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge, link
from db.catalogue_tables import TaskRow
from db.gallery_tables import PictureExportItemRow, PictureExportRow
from db.tables import AssetRow

_OWN_FOLDER = literal("w") + cast(PictureExportRow.workspace_id, String) + "/exports/%"
_listed = (
    select(func.count())
    .where(PictureExportItemRow.export_id == PictureExportRow.id)
    .scalar_subquery()
)

PICTURE_EXPORT_INVARIANTS = (
    edge("picture export", PictureExportRow, "task_id", TaskRow, "task"),
    link(
        PictureExportItemRow,
        (PictureExportRow, "export_id", "export"),
        (AssetRow, "asset_id", "picture"),
    ),
    Invariant(
        "owner_export_file",
        "picture export",
        "It is of workspace {workspace_id}, but its file is {storage_key}.",
        select(
            PictureExportRow.id, PictureExportRow.workspace_id, PictureExportRow.storage_key
        ).where(PictureExportRow.storage_key.not_like(_OWN_FOLDER)),
    ),
    Invariant(
        "export_list_differs",
        "picture export",
        "It has {picture_count} pictures, but {listed} are listed.",
        select(PictureExportRow.id, PictureExportRow.picture_count, _listed.label("listed")).where(
            PictureExportRow.picture_count != _listed
        ),
    ),
    Invariant(
        "export_end_differs",
        "picture export",
        "It was finished on {finished_at}, with {size_bytes} bytes until {expires_at}.",
        select(
            PictureExportRow.id,
            PictureExportRow.finished_at,
            PictureExportRow.size_bytes,
            PictureExportRow.expires_at,
        ).where(
            PictureExportRow.finished_at.is_not(None),
            or_(
                PictureExportRow.size_bytes < 1,
                PictureExportRow.expires_at.is_(None),
                PictureExportRow.storage_key.is_(None),
            ),
        ),
    ),
)
