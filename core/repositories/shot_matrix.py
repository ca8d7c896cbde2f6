"""Where the products of a collection stand with its wanted shots."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef, Origin
from core.domain.jobs import JobStatus, SlotStatus
from core.domain.paging import Cursor
from core.domain.reviews import ReviewState
from core.domain.shots import (
    MATRIX_CAP,
    Cell,
    Gap,
    GapSums,
    Matrix,
    MatrixColumn,
    MatrixRow,
    WantedShot,
)
from core.repositories.collection_members import Members
from core.repositories.paging import AnySelect
from core.repositories.product_lists import PHOTO
from core.repositories.shots import best_first
from db.catalogue_tables import CollectionShotRow, ShotPictureRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow
from db.tables import AssetRow, ProductPhotoRow, ProductRow

_JOB_MOVES = GenerationJobRow.status.in_((JobStatus.QUEUED, JobStatus.RUNNING))
_SLOT_MOVES = GenerationSlotRow.status.in_((SlotStatus.QUEUED, SlotStatus.RUNNING))
_HAS_PHOTO = exists().where(ProductPhotoRow.product_id == ProductRow.id)
_NAMED = 20
"""So many of the products that are left out are named."""

Shots = Sequence[WantedShot]


class ShotMatrixRepository:
    """Where the products of a collection stand with its wanted shots."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self,
        members: Members,
        shots: Shots,
        *,
        only_gaps: bool,
        after: Cursor | None,
        limit: int,
    ) -> Matrix:
        """Return a page of the matrix, in three statements; with `only_gaps` of what lacks some."""
        columns, count = self._columns(members, shots)
        rows, following = self._rows(members, shots, only_gaps=only_gaps, after=after, limit=limit)
        cells = self._cells(shots, [row.product_id for row in rows]) if rows else {}
        filled = tuple(
            replace(row, cells=tuple(cells[shot.id, row.product_id] for shot in shots))
            for row in rows
        )
        return Matrix(columns, filled, count, following)

    def cell(self, shot: WantedShot, product_id: int) -> Cell:
        """Return where one product stands with a shot."""
        return self._cells([shot], [product_id])[shot.id, product_id]

    def gaps(self, members: Members, shots: Shots, *, limit: int) -> tuple[Gap, ...]:
        """Return what is lacking of products that have a photo, in the collection's order."""
        found = members.in_order(ProductRow.id.label("product_id")).where(_HAS_PHOTO).subquery()
        _, key, row_id = found.c
        sums = _sums(shots)
        there = func.coalesce(sums.c.there, 0)
        shot = CollectionShotRow
        rows = self._session.execute(
            select(found.c.product_id, shot.id, shot.wanted - there)
            .select_from(found)
            .join(shot, true())
            .outerjoin(
                sums, (sums.c.shot_id == shot.id) & (sums.c.product_id == found.c.product_id)
            )
            .where(shot.id.in_(_ids(shots)), there < shot.wanted)
            .order_by(key, row_id, shot.position, shot.id)
            .limit(limit)
        )
        return tuple(Gap(*row) for row in rows)

    def gap_sums(self, members: Members, shots: Shots) -> GapSums:
        """Return what filling the gaps of these shots comes to, in four statements."""
        makeable, _ = self._columns(members, shots, _HAS_PHOTO)
        others, _ = self._columns(members, shots, ~_HAS_PHOTO)
        left_out = (
            members.in_order(ProductRow.id, ProductRow.name)
            .where(~_HAS_PHOTO, _lacks_any(shots))
            .limit(_NAMED)
        )
        named = tuple((row[0], row[1]) for row in self._session.execute(left_out))
        count = select(_count(members, ~_HAS_PHOTO, _lacks_any(shots)))
        return GapSums(
            cells=sum(column.gaps for column in makeable),
            pictures=sum(column.lacking for column in makeable),
            left_out_count=self._session.scalar(count) or 0,
            left_out_pictures=sum(column.lacking for column in others),
            left_out=named,
        )

    def _columns(
        self, members: Members, shots: Shots, *conditions: ColumnElement[bool]
    ) -> tuple[tuple[MatrixColumn, ...], int]:
        """Return each shot's sums, and how many products there are, of those that match."""
        sums, wanted = _sums(shots), CollectionShotRow.wanted
        totals = (
            select(
                sums.c.shot_id,
                func.sum(case((sums.c.approved >= wanted, 1), else_=0)).label("approved"),
                func.sum(case((sums.c.there >= wanted, 1), else_=0)).label("covered"),
                func.sum(case((sums.c.there >= wanted, wanted), else_=sums.c.there)).label("there"),
            )
            .join(CollectionShotRow, CollectionShotRow.id == sums.c.shot_id)
            .join(ProductRow, ProductRow.id == sums.c.product_id)
            .where(*members.conditions(), *conditions)
            .group_by(sums.c.shot_id)
            .subquery()
        )
        rows = self._session.execute(
            select(
                CollectionShotRow.id,
                _count(members, *conditions),
                func.coalesce(totals.c.approved, 0),
                func.coalesce(totals.c.covered, 0),
                func.coalesce(totals.c.there, 0),
            )
            .outerjoin(totals, totals.c.shot_id == CollectionShotRow.id)
            .where(CollectionShotRow.id.in_(_ids(shots)))
        )
        by_id = {row[0]: row[1:] for row in rows}
        columns = []
        for shot in shots:
            count, approved, covered, there = by_id[shot.id]
            lacking = max(0, count * shot.wanted - there)
            columns.append(MatrixColumn(shot, approved, max(0, count - covered), lacking))
        return tuple(columns), next(iter(by_id.values()))[0]

    def _rows(
        self,
        members: Members,
        shots: Shots,
        *,
        only_gaps: bool,
        after: Cursor | None,
        limit: int,
    ) -> tuple[list[MatrixRow], Cursor | None]:
        photo = (
            select(ProductPhotoRow.asset_id)
            .where(ProductPhotoRow.product_id == ProductRow.id, ProductPhotoRow.position == 0)
            .correlate(ProductRow)
            .scalar_subquery()
        )
        wanted = members.in_order(ProductRow.name, ProductRow.sku, *PHOTO, after=after)
        wanted = wanted.outerjoin(AssetRow, AssetRow.id == photo).limit(limit + 1)
        if only_gaps:
            wanted = wanted.where(_lacks_any(shots))
        found = self._session.execute(wanted).all()
        rows = [
            MatrixRow(row[-1], row[0], row[1], None if row[2] is None else AssetRef(*row[2:6]), ())
            for row in found[:limit]
        ]
        last = found[limit - 1] if len(found) > limit else None
        return rows, None if last is None else Cursor(last[-2], last[-1])

    def _cells(self, shots: Shots, product_ids: Sequence[int]) -> dict[tuple[int, int], Cell]:
        cells = {
            (shot.id, product_id): Cell(product_id, shot.id, shot.wanted)
            for shot in shots
            for product_id in product_ids
        }
        both = union_all(_picture_cells(shots, product_ids), _job_cells(shots, product_ids))
        for (
            shot_id,
            product_id,
            is_work,
            one,
            two,
            three,
            job_id,
            failure,
            *photo,
        ) in self._session.execute(both):
            cell = cells[shot_id, product_id]
            if is_work:
                cell = replace(
                    cell, queued=one, running=two, percent=three, job_id=job_id,
                    failure=failure or "",
                )  # fmt: skip
            else:
                best = AssetRef(*photo) if one or two else None
                cell = replace(cell, approved=one, made=two, rejected=three, best=best)
            cells[shot_id, product_id] = cell
        return cells


def _ids(shots: Shots) -> list[int]:
    return [shot.id for shot in shots]


def _count(members: Members, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    if not conditions:
        return members.count(MATRIX_CAP)
    some = (
        select(literal(1))
        .select_from(ProductRow)
        .where(*members.conditions(), *conditions)
        .limit(None if members.filter is None else MATRIX_CAP)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _is_approved() -> ColumnElement[bool]:
    # A photo that a person chose for a shot needs no further approval.
    return or_(AssetRow.review_state == ReviewState.APPROVED, AssetRow.origin == Origin.UPLOADED)


def _sums(shots: Shots) -> Subquery:
    """Select what is there for each shot of each product: approved, and all that is on its way."""
    pictures = (
        select(
            ShotPictureRow.shot_id,
            AssetRow.product_id,
            case((_is_approved(), 1), else_=0).label("approved"),
        )
        .join(AssetRow, AssetRow.id == ShotPictureRow.asset_id)
        .where(
            ShotPictureRow.shot_id.in_(_ids(shots)),
            AssetRow.product_id.is_not(None),
            AssetRow.trashed_at.is_(None),
            AssetRow.review_state != ReviewState.REJECTED,
        )
    )
    under_way = (
        select(GenerationJobRow.shot_id, GenerationJobRow.product_id, literal(0, Integer))
        .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
        .where(GenerationJobRow.shot_id.in_(_ids(shots)), _JOB_MOVES, _SLOT_MOVES)
    )
    both = union_all(pictures, under_way).subquery()
    return (
        select(
            both.c.shot_id,
            both.c.product_id,
            func.sum(both.c.approved).label("approved"),
            func.count().label("there"),
        )
        .group_by(both.c.shot_id, both.c.product_id)
        .subquery()
    )


def _lacks_any(shots: Shots) -> ColumnElement[bool]:
    """Return the condition that a product has not got all pictures of all these shots."""
    sums = _sums(shots)
    complete = (
        select(sums.c.product_id)
        .join(CollectionShotRow, CollectionShotRow.id == sums.c.shot_id)
        .where(sums.c.there >= CollectionShotRow.wanted)
        .group_by(sums.c.product_id)
        .having(func.count() >= len(shots))
    )
    return ProductRow.id.not_in(complete)


def _picture_cells(shots: Shots, product_ids: Sequence[int]) -> AnySelect:
    cell = (ShotPictureRow.shot_id, AssetRow.product_id)
    is_rejected = AssetRow.review_state == ReviewState.REJECTED

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0)).over(partition_by=cell)

    ranked = (
        select(
            ShotPictureRow.shot_id,
            AssetRow.product_id,
            counted(_is_approved()).label("approved"),
            counted(~_is_approved() & ~is_rejected).label("made"),
            counted(is_rejected).label("rejected"),
            *PHOTO,
            func.row_number().over(partition_by=cell, order_by=best_first()).label("place"),
        )
        .join(AssetRow, AssetRow.id == ShotPictureRow.asset_id)
        .where(
            ShotPictureRow.shot_id.in_(_ids(shots)),
            AssetRow.product_id.in_(product_ids),
            AssetRow.trashed_at.is_(None),
        )
        .subquery()
    )
    shot_id, product_id, approved, made, rejected, *photo, place = ranked.c
    sums = (approved, made, rejected)
    return _cell(shot_id, product_id, 0, sums, null(), null(), photo).where(place == 1)


def _job_cells(shots: Shots, product_ids: Sequence[int]) -> AnySelect:
    job, slot = GenerationJobRow, GenerationSlotRow
    here = (job.shot_id.in_(_ids(shots)), job.product_id.in_(product_ids))
    last = (
        select(job.shot_id, job.product_id, func.max(job.id).label("id"))
        .where(*here)
        .group_by(job.shot_id, job.product_id)
        .subquery()
    )
    is_last = job.id == last.c.id
    done = case((_SLOT_MOVES, slot.progress_percent), else_=100)
    rows: AnySelect = _cell(
        job.__table__.c.shot_id,
        job.__table__.c.product_id,
        1,
        (
            func.sum(case((slot.status == SlotStatus.QUEUED, 1), else_=0)),
            func.sum(case((slot.status == SlotStatus.RUNNING, 1), else_=0)),
            func.coalesce(func.avg(case((_JOB_MOVES, done))), 0),
        ),
        func.max(job.id),
        func.max(case((is_last & (slot.status == SlotStatus.FAILED), slot.failure))),
        [cast(null(), column.type) for column in PHOTO],
    )
    return (
        rows.select_from(job)
        .join(last, (last.c.shot_id == job.shot_id) & (last.c.product_id == job.product_id))
        .join(slot, slot.job_id == job.id)
        .where(*here, or_(_JOB_MOVES, is_last))
        .group_by(job.shot_id, job.product_id)
    )


def _cell(
    shot_id: ColumnElement[Any],
    product_id: ColumnElement[Any],
    is_work: int,
    numbers: Sequence[ColumnElement[Any]],
    job_id: ColumnElement[Any],
    failure: ColumnElement[Any],
    photo: Sequence[ColumnElement[Any]],
) -> Select[*tuple[Any, ...]]:
    return select(
        shot_id,
        product_id,
        literal(is_work, Integer),
        *(cast(number, Integer) for number in numbers),
        cast(job_id, GenerationJobRow.id.type),
        cast(failure, Text),
        *photo,
    )
