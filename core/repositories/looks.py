"""How assets look: what was measured, what looks alike, and the stacks of near duplicates."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.orm import Session

from core.domain.accounts import Role
from core.domain.assets import AssetRef
from core.domain.looks import (
    BAND_BITS,
    BANDS,
    BUCKET_BITS,
    BUCKETS,
    LOOK_VERSION,
    SAME_LOOK_BITS,
    LookAlike,
    LookMeasures,
    StackedPicture,
    one_bit_apart,
)
from core.domain.photo_checks import bits_apart
from core.domain.reviews import ReviewState
from core.domain.tasks import TaskStatus
from core.repositories import stacks
from core.repositories.share_links import CAPTION
from core.repositories.upserts import upsert
from db.catalogue_tables import TaskRow
from db.gallery_tables import AssetLookRow
from db.tables import AssetRow, MembershipRow, ProductRow, UserRow

_BAND_COLUMNS = tuple(getattr(AssetLookRow, f"band_{n}") for n in range(BANDS))
_BUCKET_COLUMNS = tuple(getattr(AssetLookRow, f"bucket_{n}") for n in range(BUCKETS))
_MOST_TWINS = 500
_MOST_OF_PRODUCT = 500
_MOST_OF_BAND = 250
_MOST_OF_BUCKET = 1500
_MOST_BESIDE_BUCKET = 1000

Features = dict[int, tuple[str, bytes]]
"""Perceptual hash, in hexadecimal, and features by asset."""


class LookRepository:
    """Looks of assets, and the stacks that come of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, workspace_id: int, asset_id: int, measures: LookMeasures | None) -> None:
        """Keep how an asset looks; None says that it cannot be measured, so nobody tries again.

        What a person decided about its stack stays.
        """
        bands = measures.bands if measures else (-1,) * BANDS
        buckets = measures.buckets if measures else (-1,) * BUCKETS
        values: dict[str, Any] = {
            "asset_id": asset_id,
            "workspace_id": workspace_id,
            "version": LOOK_VERSION,
            "phash": f"{measures.phash:016x}" if measures else "",
            "features": measures.features if measures else b"",
            **{f"band_{n}": band for n, band in enumerate(bands)},
            **{f"bucket_{n}": bucket for n, bucket in enumerate(buckets)},
        }
        self._session.execute(upsert(self._session, AssetLookRow, values))

    def unmeasured(self, workspace_id: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Return id and original's key of the next assets without a look of today's version."""
        rows = self._session.execute(
            select(AssetRow.id, AssetRow.storage_key)
            .where(AssetRow.workspace_id == workspace_id, AssetRow.id > after, *_is_unmeasured())
            .order_by(AssetRow.id)
            .limit(limit)
        )
        return tuple((asset_id, key) for asset_id, key in rows)

    def workspaces_behind(self, limit: int) -> list[tuple[int, int]]:
        """Return workspaces that have unmeasured assets, each with one of its owners."""
        owners = (
            select(MembershipRow.workspace_id, func.min(MembershipRow.user_id).label("user_id"))
            .join(UserRow, UserRow.id == MembershipRow.user_id)
            .where(MembershipRow.role == Role.OWNER, UserRow.is_disabled.is_(False))
            .group_by(MembershipRow.workspace_id)
            .subquery()
        )
        behind = (
            select(AssetRow.id)
            .where(AssetRow.workspace_id == owners.c.workspace_id, *_is_unmeasured())
            .exists()
        )
        rows = self._session.execute(
            select(owners.c.workspace_id, owners.c.user_id)
            .where(behind)
            .order_by(owners.c.workspace_id)
            .limit(limit)
        )
        return [(workspace_id, user_id) for workspace_id, user_id in rows]

    def is_expected(self, workspace_id: int, kind: str, *, begun_too: bool) -> bool:
        """Say whether a task of the kind waits in the workspace, or also is at work there."""
        # As the index says it, or SQLite would read all tasks of the workspace.
        is_active = TaskRow.status.in_([literal_column("'queued'"), literal_column("'running'")])
        found = select(TaskRow.id).where(
            TaskRow.workspace_id == workspace_id,
            TaskRow.kind == kind,
            is_active,
            TaskRow.cancel_asked_at.is_(None),
        )
        if not begun_too:
            # One that was given back has passed some assets already.
            found = found.where(TaskRow.status == TaskStatus.QUEUED, TaskRow.attempt == 0)
        return self._session.scalar(found.limit(1)) is not None

    def twins(self, workspace_id: int, asset_id: int, measures: LookMeasures) -> Features:
        """Return the results of the same product that have nearly the same hash.

        Those are left out that a person took out of their stacks, as is all of an asset that was.
        """
        own = (
            select(AssetRow.product_id)
            .outerjoin(AssetLookRow, AssetLookRow.asset_id == AssetRow.id)
            .where(
                *_here(workspace_id),
                AssetRow.id == asset_id,
                AssetRow.is_made,
                AssetLookRow.is_alone.is_not(True),
            )
        )
        found = self._session.execute(own).one_or_none()
        if found is None:
            return {}
        rows = self._session.execute(
            select(AssetLookRow.asset_id, AssetLookRow.phash, AssetLookRow.features)
            .join(AssetRow, AssetRow.id == AssetLookRow.asset_id)
            .where(
                AssetLookRow.workspace_id == workspace_id,
                *_here(workspace_id),
                AssetRow.id != asset_id,
                AssetRow.is_made,
                AssetRow.product_id.is_not_distinct_from(found.product_id),
                AssetLookRow.version == LOOK_VERSION,
                AssetLookRow.is_alone.is_(False),
                _is_near(measures),
            )
            .order_by(AssetLookRow.asset_id.desc())
            .limit(_MOST_TWINS)
        )
        return {
            twin_id: (phash, features)
            for twin_id, phash, features in rows
            if bits_apart(int(phash, 16), measures.phash) <= SAME_LOOK_BITS
        }

    def find(self, workspace_id: int, asset_id: int) -> LookMeasures | None:
        """Return how an asset looks, None if it was not or cannot be measured."""
        row = self._session.scalar(
            select(AssetLookRow).where(
                AssetLookRow.workspace_id == workspace_id,
                AssetLookRow.asset_id == asset_id,
                AssetLookRow.version == LOOK_VERSION,
                AssetLookRow.phash != "",
            )
        )
        if row is None:
            return None
        buckets = (row.bucket_0, row.bucket_1, row.bucket_2, row.bucket_3)
        return LookMeasures(int(row.phash, 16), row.features, buckets)

    def candidates(self, workspace_id: int, asset_id: int, measures: LookMeasures) -> Features:
        """Return looks among which those are that look like an asset: a bounded number.

        The newest of its product, of each quarter of its hash, of each of its buckets, and of the
        buckets beside these: at most 11,500, whatever the workspace holds.
        """
        own = select(AssetRow.product_id).where(AssetRow.id == asset_id).scalar_subquery()
        of_product = (
            _looks(workspace_id)
            .join(AssetRow, AssetRow.id == AssetLookRow.asset_id)
            .where(AssetRow.workspace_id == workspace_id, AssetRow.product_id == own)
        )
        parts = [
            (of_product, _MOST_OF_PRODUCT),
            *(
                (_looks(workspace_id).where(column == band), _MOST_OF_BAND)
                for column, band in zip(_BAND_COLUMNS, measures.bands, strict=True)
            ),
            *(
                (_looks(workspace_id).where(column == bucket), _MOST_OF_BUCKET)
                for column, bucket in zip(_BUCKET_COLUMNS, measures.buckets, strict=True)
            ),
            *(
                (
                    _looks(workspace_id).where(column.in_(one_bit_apart(bucket, BUCKET_BITS))),
                    _MOST_BESIDE_BUCKET,
                )
                for column, bucket in zip(_BUCKET_COLUMNS, measures.buckets, strict=True)
            ),
        ]
        found: Features = {}
        for part, limit in parts:
            rows = self._session.execute(part.order_by(AssetLookRow.asset_id.desc()).limit(limit))
            found.update((row[0], (row[1], row[2])) for row in rows)
        found.pop(asset_id, None)
        return found

    def pictures(
        self, workspace_id: int, likeness: dict[int, tuple[float, bool]]
    ) -> tuple[LookAlike, ...]:
        """Return those of the assets that are not in the trash, the most alike first."""
        rows = self._session.execute(
            select(
                AssetRow.id,
                AssetRow.sha256,
                AssetRow.width_px,
                AssetRow.height_px,
                func.coalesce(func.nullif(CAPTION, ""), AssetRow.label).label("caption"),
                AssetRow.product_id,
                AssetRow.review_state,
                AssetRow.created_at,
            )
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(*_here(workspace_id), AssetRow.id.in_(likeness))
        )
        found = [
            LookAlike(
                ref=AssetRef(row.id, row.sha256, row.width_px, row.height_px),
                caption=row.caption,
                product_id=row.product_id,
                review_state=ReviewState(row.review_state),
                created_at=row.created_at,
                likeness=likeness[row.id][0],
                is_same=likeness[row.id][1],
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: (-one.likeness, -one.ref.id)))

    def lock_stacks(self, workspace_id: int, asset_ids: Collection[int]) -> None:
        """Lock assets together with the stacks that they are in, in the order of their ids."""
        stacks.lock_stacks(self._session, workspace_id, asset_ids)

    def settle(self, workspace_id: int, asset_ids: Collection[int]) -> None:
        """Put on top of each stack of these assets the one that belongs there."""
        stacks.settle(self._session, workspace_id, asset_ids)

    def join(self, workspace_id: int, asset_id: int, twin_id: int) -> None:
        """Lay an asset onto the stack of its twin, unless it lies in one; both are locked."""
        stacks.join(self._session, workspace_id, asset_id, twin_id)

    def leave_stacks(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Take assets out of their stacks until they are stacked again; see `stacks.leave`."""
        return stacks.leave(self._session, workspace_id, asset_ids)

    def take_out(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Take assets out of their stacks for good; return those that lay in one."""
        return stacks.take_out(self._session, workspace_id, asset_ids)

    def choose_top(self, workspace_id: int, asset_id: int) -> bool:
        """Put an asset on top of its stack until another is chosen; False if it lies in none."""
        return stacks.choose_top(self._session, workspace_id, asset_id)

    def stack_of(self, workspace_id: int, asset_id: int) -> tuple[StackedPicture, ...]:
        """Return the pictures of an asset's stack, the top one first, trashed ones not."""
        ids = stacks.ids_of_stack(self._session, workspace_id, asset_id)
        found = [one for one in stacks.read(self._session, workspace_id, ids) if not one.is_trashed]
        return tuple(sorted(found, key=lambda one: one.rank, reverse=True))


def _is_unmeasured() -> tuple[ColumnElement[bool], ...]:
    measured = (
        select(AssetLookRow.asset_id)
        .where(AssetLookRow.asset_id == AssetRow.id, AssetLookRow.version == LOOK_VERSION)
        .exists()
    )
    return AssetRow.trashed_at.is_(None), AssetRow.purged_at.is_(None), ~measured


def _here(workspace_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        AssetRow.workspace_id == workspace_id,
        AssetRow.trashed_at.is_(None),
        AssetRow.purged_at.is_(None),
    )


def _is_near(measures: LookMeasures) -> ColumnElement[bool]:
    """Return whether a quarter of the hash is the same but for one bit at most.

    Of seven bits or fewer that differ, one quarter has no more than one: so no twin is missed.
    """
    return or_(
        *(
            column.in_([band, *one_bit_apart(band, BAND_BITS)])
            for column, band in zip(_BAND_COLUMNS, measures.bands, strict=True)
        )
    )


def _looks(workspace_id: int) -> Select[int, str, bytes]:
    return select(AssetLookRow.asset_id, AssetLookRow.phash, AssetLookRow.features).where(
        AssetLookRow.workspace_id == workspace_id,
        AssetLookRow.phash != "",
        AssetLookRow.version == LOOK_VERSION,
    )
