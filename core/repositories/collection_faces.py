"""What a list shows of collections beside their own facts: covers, and counts of smart ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef
from core.domain.paging import COUNT_CAP
from core.repositories.collection_members import Members
from core.repositories.paging import AnySelect
from core.repositories.product_lists import PHOTO
from db.base import Id
from db.catalogue_tables import CollectionCoverRow
from db.tables import AssetRow, ProductPhotoRow, ProductRow

COVERS = 4
_LOOKED_AT = 50
"""Covers are the photos of the first products; how many of these may have none."""

_CHOSEN, _PHOTO, _COUNT = 0, 1, 2


@dataclass(frozen=True)
class Faced:
    """The covers of a collection; and of a smart one how many products it holds, to the cap."""

    covers: tuple[AssetRef, ...] = ()
    count: int | None = None


def faces_of(session: Session, collections: Sequence[Members]) -> dict[int, Faced]:
    """Return the face of each collection, in one statement for all."""
    faces = {members.collection_id: Faced() for members in collections}
    if not faces:
        return faces
    chosen: set[int] = set()
    for collection_id, kind, place, *photo in session.execute(_statement(collections)):
        face = faces[collection_id]
        if kind == _COUNT:
            faces[collection_id] = replace(face, count=place)
        elif kind == _CHOSEN:
            chosen.add(collection_id)
            faces[collection_id] = replace(face, covers=(AssetRef(*photo),))
        elif collection_id not in chosen:
            faces[collection_id] = replace(face, covers=(*face.covers, AssetRef(*photo)))
    return faces


def _statement(collections: Sequence[Members]) -> CompoundSelect[*tuple[Any, ...]]:
    parts: list[AnySelect] = [_chosen([members.collection_id for members in collections])]
    for members in collections:
        parts.append(_photos(members))
        if members.filter is not None:
            parts.append(_count(members))
    # Chosen covers come first: they stand instead of the photos.
    return union_all(*parts).order_by("kind", "place")


def _part(collection_id: ColumnElement[int], kind: int, place: ColumnElement[int]) -> AnySelect:
    return select(
        collection_id.label("collection_id"),
        literal(kind, Integer).label("kind"),
        cast(place, Integer).label("place"),
    )


def _chosen(collection_ids: Sequence[int]) -> AnySelect:
    columns = CollectionCoverRow.__table__.c
    return (
        _part(columns.collection_id, _CHOSEN, literal(0))
        .add_columns(*PHOTO)
        .join_from(CollectionCoverRow, AssetRow, AssetRow.id == columns.asset_id)
        .where(columns.collection_id.in_(collection_ids), AssetRow.trashed_at.is_(None))
    )


def _photos(members: Members) -> AnySelect:
    first = members.in_order(ProductRow.id.label("product_id")).limit(_LOOKED_AT).subquery()
    _, key, row_id = first.c
    place = func.row_number().over(order_by=(key, row_id))
    photos = (
        _part(literal(members.collection_id, Id), _PHOTO, place)
        .add_columns(*PHOTO)
        .join_from(
            first,
            ProductPhotoRow,
            (ProductPhotoRow.product_id == first.c.product_id) & (ProductPhotoRow.position == 0),
        )
        .join(AssetRow, AssetRow.id == ProductPhotoRow.asset_id)
        .order_by("place")
        .limit(COVERS)
    )
    return select(photos.subquery())


def _count(members: Members) -> AnySelect:
    nothing = (cast(null(), column.type) for column in PHOTO)
    part = _part(literal(members.collection_id, Id), _COUNT, members.count(COUNT_CAP))
    return part.add_columns(*nothing)
