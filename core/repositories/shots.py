"""Wanted shots of collections, and which pictures are of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from core.domain.assets import AssetRef, Origin
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer, layer_from_json, layer_to_json
from core.domain.shots import ShotPicture, WantedShot
from core.repositories.collection_members import Members, members_of
from core.repositories.product_lists import PHOTO
from core.repositories.upserts import insert_if_missing
from db.catalogue_tables import CollectionShotRow, ShotPictureRow
from db.generation_tables import GenerationJobRow
from db.tables import AssetRow, CollectionRow, ProductRow

SHOWABLE = (Origin.GENERATED, Origin.EDITED, Origin.UPLOADED)
"""Pictures of these origins may be of a shot; inspiration shows no product of ours."""


class ShotRepository:
    """Wanted shots of collections that are not in the trash, and their pictures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_collection(
        self, workspace_id: int, collection_id: int
    ) -> tuple[Members, tuple[WantedShot, ...]] | None:
        """Return how the collection's products are found, and its shots in order; or None."""
        rows = self._session.execute(
            select(CollectionRow.filter, CollectionShotRow)
            .outerjoin(CollectionShotRow, CollectionShotRow.collection_id == CollectionRow.id)
            .where(
                CollectionRow.workspace_id == workspace_id,
                CollectionRow.id == collection_id,
                CollectionRow.trashed_at.is_(None),
            )
            .order_by(CollectionShotRow.position, CollectionShotRow.id)
        ).all()
        if not rows:
            return None
        members = members_of(self._session, workspace_id, collection_id, rows[0][0])
        return members, tuple(_to_shot(row) for _, row in rows if row is not None)

    def find(self, workspace_id: int, shot_id: int) -> WantedShot | None:
        """Return a shot of a collection that is there."""
        row = self._session.scalar(
            select(CollectionShotRow)
            .join(CollectionRow, CollectionRow.id == CollectionShotRow.collection_id)
            .where(
                CollectionShotRow.workspace_id == workspace_id,
                CollectionShotRow.id == shot_id,
                CollectionRow.trashed_at.is_(None),
            )
        )
        return None if row is None else _to_shot(row)

    def add(self, workspace_id: int, collection_id: int, name: str, wanted: int) -> int:
        """Append a shot and return its id."""
        last = select(func.coalesce(func.max(CollectionShotRow.position), -1)).where(
            CollectionShotRow.collection_id == collection_id
        )
        row = CollectionShotRow(
            workspace_id=workspace_id,
            collection_id=collection_id,
            name=name,
            wanted=wanted,
            defaults={},
            position=(self._session.scalar(last) or 0) + 1,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def change(self, shot_id: int, name: str, wanted: int) -> None:
        """Give a shot another name and another number of pictures."""
        self._update(shot_id, name=name, wanted=wanted)

    def set_defaults(self, shot_id: int, layer: SettingsLayer) -> None:
        """Keep a shot's own default settings."""
        self._update(shot_id, defaults=layer_to_json(layer))

    def arrange(self, shot_ids: Sequence[int]) -> None:
        """Put all shots of a collection into this order."""
        for position, shot_id in enumerate(shot_ids):
            self._update(shot_id, position=position)

    def remove(self, shot_id: int) -> None:
        """Remove a shot; its pictures stay, and those on their way join no shot."""
        self._session.execute(delete(CollectionShotRow).where(CollectionShotRow.id == shot_id))

    def copy(self, collection_id: int, new_id: int) -> None:
        """Give another collection the same shots, without their pictures."""
        columns = CollectionShotRow.__table__.c
        kept = [
            columns.workspace_id,
            columns.name,
            columns.wanted,
            columns.defaults,
            columns.position,
        ]
        rows = select(literal(new_id, columns.collection_id.type), *kept).where(
            columns.collection_id == collection_id
        )
        names = ["collection_id", *(column.name for column in kept)]
        self._session.execute(insert(CollectionShotRow).from_select(names, rows))

    def note_picture(self, job_id: int, asset_id: int) -> None:
        """Let a picture that a job made join the shot that it was made for, if that is still there.

        To be called in the transaction that makes the picture an asset, before the job is settled.
        """
        shot_id = self._session.scalar(
            select(CollectionShotRow.id)
            .join(GenerationJobRow, GenerationJobRow.shot_id == CollectionShotRow.id)
            .where(
                GenerationJobRow.id == job_id,
                GenerationJobRow.workspace_id == CollectionShotRow.workspace_id,
            )
            # A shot that is removed at this moment must not make a paid picture fail.
            .with_for_update(read=True, key_share=True, of=CollectionShotRow)
        )
        if shot_id is not None:
            values = {"shot_id": shot_id, "asset_id": asset_id}
            self._session.execute(insert_if_missing(self._session, ShotPictureRow, values))

    def assign(self, members: Members, shot_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Let pictures of the collection's products be of a shot; return those that were not yet.

        Left out are those in the trash, and those of no product of the collection.
        """
        known = self._session.scalars(
            select(AssetRow.id)
            .join(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(
                AssetRow.workspace_id == members.workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.origin.in_(SHOWABLE),
                AssetRow.trashed_at.is_(None),
                *members.conditions(),
                ~exists().where(
                    ShotPictureRow.shot_id == shot_id, ShotPictureRow.asset_id == AssetRow.id
                ),
            )
        ).all()
        for asset_id in known:
            values = {"shot_id": shot_id, "asset_id": asset_id}
            self._session.execute(insert_if_missing(self._session, ShotPictureRow, values))
        return list(known)

    def unassign(self, shot_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Take pictures out of a shot, and return those that were in it."""
        gone = (
            delete(ShotPictureRow)
            .where(ShotPictureRow.shot_id == shot_id, ShotPictureRow.asset_id.in_(asset_ids))
            .returning(ShotPictureRow.asset_id)
        )
        return list(self._session.scalars(gone))

    def pictures(
        self, workspace_id: int, shot_id: int, product_id: int, *, limit: int
    ) -> tuple[ShotPicture, ...]:
        """Return a product's pictures: those of the shot, then its others, its photos last."""
        of_shot = (ShotPictureRow.asset_id == AssetRow.id) & (ShotPictureRow.shot_id == shot_id)
        is_assigned = ShotPictureRow.asset_id.is_not(None)
        is_photo = AssetRow.origin == Origin.UPLOADED
        rows = self._session.execute(
            select(*PHOTO, AssetRow.label, AssetRow.review_state, is_photo, is_assigned)
            .outerjoin(ShotPictureRow, of_shot)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.product_id == product_id,
                AssetRow.origin.in_(SHOWABLE),
                AssetRow.trashed_at.is_(None),
            )
            .order_by(is_assigned.desc(), is_photo, *best_first())
            .limit(limit)
        )
        return tuple(
            ShotPicture(AssetRef(*row[:4]), row[4], ReviewState(row[5]), bool(row[6]), bool(row[7]))
            for row in rows
        )

    def ids_to_trash(self, collection_id: int, *, keeps_good: bool) -> list[int]:
        """Return the generated pictures of a collection's shots that no other collection wants.

        With `keeps_good` those that are approved or pinned are not among them.
        """
        other = aliased(ShotPictureRow)
        wanted_elsewhere = exists().where(
            other.asset_id == AssetRow.id,
            other.shot_id == CollectionShotRow.id,
            CollectionRow.id == CollectionShotRow.collection_id,
            CollectionRow.id != collection_id,
            CollectionRow.trashed_at.is_(None),
        )
        found = _of_shots(collection_id).where(
            AssetRow.is_made, AssetRow.trashed_at.is_(None), ~wanted_elsewhere
        )
        if keeps_good:
            is_good = or_(AssetRow.review_state == ReviewState.APPROVED, AssetRow.is_pinned)
            found = found.where(~is_good)
        return list(self._session.scalars(found))

    def trashed_with(self, collection_id: int, at: datetime) -> list[int]:
        """Return the pictures of a collection's shots that went to the trash at this moment."""
        return list(
            self._session.scalars(_of_shots(collection_id).where(AssetRow.trashed_at == at))
        )

    def _update(self, shot_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
        self._session.execute(
            update(CollectionShotRow).where(CollectionShotRow.id == shot_id).values(**values)
        )


def best_first() -> tuple[ColumnElement[Any], ...]:
    """Return by what a shot's pictures are ordered: good ones, pinned ones, new ones first."""
    return (
        (AssetRow.review_state == ReviewState.REJECTED).asc(),
        (AssetRow.review_state == ReviewState.APPROVED).desc(),
        AssetRow.is_pinned.desc(),
        AssetRow.rating.desc(),
        AssetRow.id.desc(),
    )


def _of_shots(collection_id: int) -> Any:  # noqa: ANN401 - a select of ids
    shots = select(CollectionShotRow.id).where(CollectionShotRow.collection_id == collection_id)
    pictures = select(ShotPictureRow.asset_id).where(ShotPictureRow.shot_id.in_(shots))
    return select(AssetRow.id).where(AssetRow.id.in_(pictures)).order_by(AssetRow.id)


def _to_shot(row: CollectionShotRow) -> WantedShot:
    return WantedShot(
        row.id, row.collection_id, row.name, row.wanted, layer_from_json(row.defaults)
    )
