"""Masks of assets: which there are and where their files are."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.domain.masks import Mask, NewMask
from db.gallery_tables import AssetMaskRow
from db.tables import AssetRow


class AssetMaskRepository:
    """Masks of assets. Their files are stored before their rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: int, mask: NewMask, *, created_by: int, now: datetime) -> int:
        """Add the row of a mask whose file is stored, and return its id."""
        row = AssetMaskRow(
            **vars(mask), workspace_id=workspace_id, created_by=created_by, created_at=now
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, mask_id: int) -> Mask | None:
        """Return a mask."""
        row = self._session.scalar(
            select(AssetMaskRow).where(
                AssetMaskRow.workspace_id == workspace_id, AssetMaskRow.id == mask_id
            )
        )
        return None if row is None else _to_mask(row)

    def id_of_same(self, workspace_id: int, asset_id: int, sha256: str) -> int | None:
        """Return the mask of an asset that has the same bytes."""
        return self._session.scalar(
            select(AssetMaskRow.id).where(
                AssetMaskRow.workspace_id == workspace_id,
                AssetMaskRow.asset_id == asset_id,
                AssetMaskRow.sha256 == sha256,
            )
        )

    def count(self, asset_id: int) -> int:
        """Return how many masks an asset has."""
        counted = select(func.count()).where(AssetMaskRow.asset_id == asset_id)
        return self._session.scalar(counted) or 0

    def files_after(self, mask_id: int, limit: int) -> tuple[Mask, ...]:
        """Return the next masks by their ids, over all workspaces; those of purged assets not."""
        found = (
            select(AssetMaskRow)
            .join(AssetRow, AssetRow.id == AssetMaskRow.asset_id)
            .where(AssetMaskRow.id > mask_id, AssetRow.purged_at.is_(None))
            .order_by(AssetMaskRow.id)
            .limit(limit)
        )
        return tuple(map(_to_mask, self._session.scalars(found)))

    def wanted_files(self, keys: Collection[str]) -> set[str]:
        """Return those of the keys under which an asset that is not purged has a mask."""
        if not keys:
            return set()
        found = (
            select(AssetMaskRow.storage_key)
            .join(AssetRow, AssetRow.id == AssetMaskRow.asset_id)
            .where(AssetMaskRow.storage_key.in_(keys), AssetRow.purged_at.is_(None))
        )
        return set(self._session.scalars(found))

    def keys_of(self, asset_ids: Sequence[int]) -> dict[int, list[str]]:
        """Return where the masks of assets are, by asset; assets without one are left out."""
        keys: dict[int, list[str]] = {}
        found = select(AssetMaskRow.asset_id, AssetMaskRow.storage_key).where(
            AssetMaskRow.asset_id.in_(asset_ids)
        )
        for asset_id, key in self._session.execute(found):
            keys.setdefault(asset_id, []).append(key)
        return keys

    def forget(self, asset_ids: Sequence[int]) -> None:
        """Remove the rows of the masks of assets, whose files are gone."""
        self._session.execute(delete(AssetMaskRow).where(AssetMaskRow.asset_id.in_(asset_ids)))


def _to_mask(row: AssetMaskRow) -> Mask:
    return Mask(
        id=row.id,
        asset_id=row.asset_id,
        storage_key=row.storage_key,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        width_px=row.width_px,
        height_px=row.height_px,
    )
