"""What the image tools ask of the database: what is made already, how far, with which masks."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.image_tools import MadeFrom
from core.domain.tasks import Task
from db.catalogue_tables import TaskRow
from db.gallery_tables import AssetMaskRow
from db.tables import AssetRow


class ImageToolRepository:
    """Results, masks and how far tasks are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_result(self, workspace_id: int, keys: Collection[str]) -> int | None:
        """Return the asset whose original is under one of these keys."""
        found = select(AssetRow.id).where(
            AssetRow.workspace_id == workspace_id, AssetRow.storage_key.in_(keys)
        )
        return self._session.scalar(found)

    def mask_keys(self, workspace_id: int, mask_ids: Collection[int]) -> dict[int, str]:
        """Return where the files of masks are; those that are not here are left out."""
        found = select(AssetMaskRow.id, AssetMaskRow.storage_key).where(
            AssetMaskRow.workspace_id == workspace_id, AssetMaskRow.id.in_(mask_ids)
        )
        return {row.id: row.storage_key for row in self._session.execute(found)}

    def checkpoints(self, workspace_id: int, tasks: Sequence[Task]) -> dict[int, dict[str, Any]]:
        """Return how far each of these tasks is, as its handler wrote it."""
        found = select(TaskRow.id, TaskRow.checkpoint).where(
            TaskRow.workspace_id == workspace_id, TaskRow.id.in_([task.id for task in tasks])
        )
        return {row.id: dict(row.checkpoint) for row in self._session.execute(found)}

    def steps(self, workspace_id: int, asset_ids: Collection[int]) -> dict[int, MadeFrom]:
        """Return how each of these assets was made from its parent; others are left out."""
        found = select(AssetRow.id, AssetRow.parent_asset_id, AssetRow.tool, AssetRow.steps).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.parent_asset_id.is_not(None),
        )
        return {
            row.id: MadeFrom(row.parent_asset_id, row.tool, tuple(row.steps))
            for row in self._session.execute(found)
        }
