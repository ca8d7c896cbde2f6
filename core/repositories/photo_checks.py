"""What was measured in photos, and the verdicts on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.domain.photo_checks import (
    CHECK_VERSION,
    SAME_PHOTO_BITS,
    FindingCode,
    PhotoCheck,
    PhotoFinding,
    PhotoMeasures,
    PhotoTwin,
    Verdict,
    bits_apart,
)
from core.repositories.upserts import upsert
from db.catalogue_tables import PhotoCheckRow
from db.tables import AssetRow, ProductPhotoRow, ProductRow, UserRow

_BAND_BITS = 16
_BANDS = (PhotoCheckRow.band_0, PhotoCheckRow.band_1, PhotoCheckRow.band_2, PhotoCheckRow.band_3)
_MOST_ALIKE = 200


class PhotoCheckRepository:
    """Checks of photos; each belongs to one asset."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(
        self,
        workspace_id: int,
        asset_id: int,
        measures: PhotoMeasures,
        verdict: Verdict,
        findings: Sequence[PhotoFinding],
        now: datetime,
    ) -> None:
        """Write what was found in a photo; an override that was there ends with the old check."""
        values: dict[str, Any] = {
            "asset_id": asset_id,
            "workspace_id": workspace_id,
            "version": CHECK_VERSION,
            "verdict": verdict,
            "findings": [
                {
                    "code": one.code,
                    "verdict": one.verdict,
                    "reason": one.reason,
                    "hint": one.hint,
                    "twin_id": one.twin_id,
                }
                for one in findings
            ],
            "measures": measures.to_json(),
            "phash": f"{measures.phash:016x}",
            "checked_at": now,
            "overridden_by": None,
            "overridden_at": None,
            "override_reason": "",
        }
        bands = {f"band_{n}": band for n, band in enumerate(_bands(measures.phash))}
        self._session.execute(upsert(self._session, PhotoCheckRow, {**values, **bands}))

    def of(self, workspace_id: int, asset_ids: Sequence[int]) -> dict[int, PhotoCheck]:
        """Return the checks of those photos that were checked."""
        if not asset_ids:
            return {}
        rows = self._session.execute(
            select(PhotoCheckRow, UserRow.name)
            .outerjoin(UserRow, UserRow.id == PhotoCheckRow.overridden_by)
            .where(
                PhotoCheckRow.workspace_id == workspace_id, PhotoCheckRow.asset_id.in_(asset_ids)
            )
        )
        return {row.asset_id: _to_check(row, name) for row, name in rows}

    def unchecked(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Return those of the assets that are here and not checked by the rules of today."""
        is_checked = select(PhotoCheckRow.asset_id).where(
            PhotoCheckRow.asset_id == AssetRow.id, PhotoCheckRow.version == CHECK_VERSION
        )
        found = select(AssetRow.id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.id.in_(asset_ids),
            AssetRow.trashed_at.is_(None),
            ~is_checked.exists(),
        )
        return list(self._session.scalars(found.order_by(AssetRow.id)))

    def alike(self, workspace_id: int, asset_id: int, phash: int) -> PhotoTwin | None:
        """Return another product photo here that shows the same, or None.

        Of a photo that several products have, the product is named that has this one too.
        """
        is_near = or_(*(column == band for column, band in zip(_BANDS, _bands(phash), strict=True)))
        rows = self._session.execute(
            select(PhotoCheckRow.phash, PhotoCheckRow.asset_id)
            .join(AssetRow, AssetRow.id == PhotoCheckRow.asset_id)
            .where(
                PhotoCheckRow.workspace_id == workspace_id,
                PhotoCheckRow.asset_id < asset_id,
                AssetRow.trashed_at.is_(None),
                select(ProductPhotoRow.asset_id)
                .where(ProductPhotoRow.asset_id == PhotoCheckRow.asset_id)
                .exists(),
                is_near,
            )
            .order_by(PhotoCheckRow.asset_id)
            .limit(_MOST_ALIKE)
        )
        same = (
            other_id
            for other, other_id in rows
            if bits_apart(int(other, 16), phash) <= SAME_PHOTO_BITS
        )
        twin_id = next(same, None)
        if twin_id is None:
            return None
        own = select(ProductPhotoRow.product_id).where(ProductPhotoRow.asset_id == asset_id)
        name = self._session.scalar(
            select(ProductRow.name)
            .join(ProductPhotoRow, ProductPhotoRow.product_id == ProductRow.id)
            .where(ProductPhotoRow.asset_id == twin_id)
            .order_by(ProductRow.id.not_in(own), ProductRow.trashed_at.is_not(None), ProductRow.id)
            .limit(1)
        )
        return PhotoTwin(twin_id, name or "another product")

    def override(
        self, workspace_id: int, asset_id: int, user_id: int, reason: str, now: datetime
    ) -> bool:
        """Note that a person uses the photo all the same; False when it was not checked."""
        changed = (
            update(PhotoCheckRow)
            .where(PhotoCheckRow.workspace_id == workspace_id, PhotoCheckRow.asset_id == asset_id)
            .values(overridden_by=user_id, overridden_at=now, override_reason=reason)
            .returning(PhotoCheckRow.asset_id)
        )
        return self._session.scalar(changed) is not None


def _bands(phash: int) -> list[int]:
    return [phash >> (_BAND_BITS * n) & (2**_BAND_BITS - 1) for n in range(len(_BANDS))]


def _to_check(row: PhotoCheckRow, overridden_by: str | None) -> PhotoCheck:
    return PhotoCheck(
        asset_id=row.asset_id,
        verdict=Verdict(row.verdict),
        findings=tuple(
            PhotoFinding(
                FindingCode(one["code"]),
                Verdict(one["verdict"]),
                one["reason"],
                one["hint"],
                one.get("twin_id"),
            )
            for one in row.findings
        ),
        measures=row.measures,
        checked_at=row.checked_at,
        overridden_by=overridden_by,
        overridden_at=row.overridden_at,
        override_reason=row.override_reason,
    )
