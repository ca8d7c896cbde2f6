"""What is in the trash, and how it goes for good: rows first invisible, then files, then rows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, literal, null, or_, select, update
from sqlalchemy.orm import Session

from core.domain.accounts import Actor, Role
from core.domain.assets import AssetRef
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.domain.trash import TrashCounts, TrashedThing, TrashKind
from core.repositories.asset_texts import AssetTexts
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    holds_terms,
    page_statements,
    read_page,
    term_values,
    words_of,
)
from core.repositories.picture_exports import take_out_of_exports
from core.repositories.product_lists import PHOTO
from db.catalogue_tables import CollectionCoverRow, PhotoCheckRow, ShotPictureRow
from db.gallery_tables import (
    AnalysisRow,
    AssetCommentRow,
    AssetLookRow,
    AssetTagRow,
    SharePictureRow,
)
from db.generation_tables import GenerationJobRow
from db.studio_tables import PresetRow, StudioSessionRow
from db.tables import AssetRow, CollectionRow, ProductPhotoRow, ProductRow

_Row = type[ProductRow | AssetRow | CollectionRow | PresetRow | StudioSessionRow]
_ROWS: dict[TrashKind, _Row] = {
    TrashKind.PRODUCTS: ProductRow,
    TrashKind.PICTURES: AssetRow,
    TrashKind.COLLECTIONS: CollectionRow,
    TrashKind.PRESETS: PresetRow,
    TrashKind.SESSIONS: StudioSessionRow,
}
_OF_PICTURES = (
    ProductPhotoRow, CollectionCoverRow, ShotPictureRow, PhotoCheckRow, AssetTagRow,
    AssetCommentRow, AssetLookRow, SharePictureRow, AnalysisRow,
)  # fmt: skip
"""What leads to a picture and goes with it, though its row may have to stay."""

_NAMED = (CollectionRow, PresetRow, StudioSessionRow)
"""What is found by its name alone."""


class TrashRepository:
    """Things in the trash; those that were purged are in no list any more.

    A person finds there what they may bring back: studio sessions of their own only, and of
    presets the shared ones too if they are an owner.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(
        self, actor: Actor, kind: TrashKind, text: str, *, after: Cursor | None, limit: int
    ) -> Page[TrashedThing]:
        """Return a page of what is in the trash, the latest first, in two statements."""
        row = _ROWS[kind]
        terms = term_values(text)
        conditions = _in_trash_of(kind, actor)
        if issubclass(row, _NAMED):
            conditions += [
                func.lower(row.name).contains(word, autoescape=True) for word in words_of(text)
            ]
            terms = {}
        else:
            conditions += holds_terms(row.search_text, len(terms))
        statements = page_statements(
            _listed(kind), row, conditions, Order(row.trashed_at, row.id),
            is_later=after is not None,
        )  # fmt: skip
        return read_page(self._session, statements, _to_thing, terms, after=after, limit=limit)

    def counts(self, actor: Actor) -> TrashCounts:
        """Return how much is in the trash, in one statement."""
        counted = [
            select(func.count())
            .select_from(
                select(literal(1))
                .select_from(_ROWS[kind])
                .where(*_in_trash_of(kind, actor))
                .limit(COUNT_CAP)
                .subquery()
            )
            .scalar_subquery()
            for kind in TrashKind
        ]
        found: Sequence[int] = self._session.execute(select(*counted)).one()
        return TrashCounts(**dict(zip(map(str, TrashKind), found, strict=True)))

    def ids(
        self, actor: Actor, kind: TrashKind, limit: int, *, before: datetime | None = None
    ) -> list[int]:
        """Return the ids of some that are in the trash, since before then, the oldest first."""
        row = _ROWS[kind]
        found = select(row.id).where(*_in_trash_of(kind, actor))
        if before is not None:
            found = found.where(row.trashed_at <= before)
        return list(self._session.scalars(found.order_by(row.trashed_at, row.id).limit(limit)))

    def among(self, actor: Actor, kind: TrashKind, thing_ids: Sequence[int]) -> list[int]:
        """Return those of the things that the person finds in the trash."""
        row = _ROWS[kind]
        found = select(row.id).where(*_in_trash_of(kind, actor), row.id.in_(thing_ids))
        return list(self._session.scalars(found.order_by(row.id)))

    def expired(self, kind: TrashKind, before: datetime, limit: int) -> list[tuple[int, int]]:
        """Return workspace and id of some that were put into the trash before then."""
        row = _ROWS[kind]
        found = (
            select(row.workspace_id, row.id)
            .where(*_of_any_workspace(kind), row.trashed_at < before)
            .order_by(row.trashed_at, row.id)
            .limit(limit)
        )
        return [(workspace_id, row_id) for workspace_id, row_id in self._session.execute(found)]

    def purge_products(
        self, workspace_id: int, product_ids: Sequence[int], now: datetime
    ) -> list[int]:
        """Take products out of the trash for good; return those that were there.

        Their photos, which nothing else shows, are purged with them. A product with jobs keeps
        name and SKU for the books; any other row goes altogether.
        """
        # Locked first: a submit that is under way has to be over before jobs are looked for.
        self._session.execute(
            select(ProductRow.id)
            .where(ProductRow.workspace_id == workspace_id, ProductRow.id.in_(product_ids))
            .order_by(ProductRow.id)
            .with_for_update()
        )
        gone = list(
            self._session.scalars(
                update(ProductRow)
                .where(*_in_trash(TrashKind.PRODUCTS, workspace_id), ProductRow.id.in_(product_ids))
                .values(
                    purged_at=now,
                    description="",
                    price=None,
                    tags=[],
                    materials=[],
                    colours=[],
                    defaults={},
                    search_text="",
                    photo_count=0,
                    approved_count=0,
                )
                .returning(ProductRow.id)
            )
        )
        if not gone:
            return []
        photos = select(ProductPhotoRow.asset_id).where(ProductPhotoRow.product_id.in_(gone))
        shown_elsewhere = (
            select(ProductPhotoRow.asset_id)
            .where(ProductPhotoRow.asset_id == AssetRow.id, ProductPhotoRow.product_id.not_in(gone))
            .exists()
        )
        pictures = self._session.scalars(
            update(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                or_(AssetRow.id.in_(photos), _was_photo_of(gone)),
                AssetRow.slot_id.is_(None),
                # What a tool made of a picture has no slot either, but was never a photo.
                AssetRow.is_made.is_(False),
                AssetRow.purged_at.is_(None),
                ~shown_elsewhere,
            )
            .values(purged_at=now, trashed_at=func.coalesce(AssetRow.trashed_at, now))
            .returning(AssetRow.id)
        )
        take_out_of_exports(self._session, pictures.all(), now)
        self._session.execute(delete(ProductPhotoRow).where(ProductPhotoRow.product_id.in_(gone)))
        self._delete_products(workspace_id, gone)
        return gone

    def _delete_products(self, workspace_id: int, product_ids: Sequence[int]) -> None:
        """Delete those that no job names; pictures that stay are found by them no more."""
        has_jobs = select(GenerationJobRow.id).where(GenerationJobRow.product_id == ProductRow.id)
        is_free = (ProductRow.id.in_(product_ids), ~has_jobs.exists())
        left = self._session.scalars(
            select(AssetRow.id)
            .join(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(AssetRow.workspace_id == workspace_id, AssetRow.purged_at.is_(None), *is_free)
            .order_by(AssetRow.id)
        ).all()
        self._session.execute(delete(ProductRow).where(*is_free))
        AssetTexts(self._session).refresh(workspace_id, left)

    def purge_assets(self, workspace_id: int, asset_ids: Sequence[int], now: datetime) -> list[int]:
        """Take assets out of the trash for good; return those that were there.

        Their files are still to be deleted: `purged_files` tells.
        """
        gone = list(
            self._session.scalars(
                update(AssetRow)
                .where(*_in_trash(TrashKind.PICTURES, workspace_id), AssetRow.id.in_(asset_ids))
                .values(
                    purged_at=now,
                    search_text="",
                    product_key="",
                    title="",
                    alt_text="",
                    tags=[],
                    review_note="",
                    reviewed_as="",
                    steps=[],
                    stack_id=None,
                    credit=null(),
                )
                .returning(AssetRow.id)
            )
        )
        for row in _OF_PICTURES:
            self._session.execute(delete(row).where(row.asset_id.in_(gone)))
        take_out_of_exports(self._session, gone, now)
        return gone

    def purge_rows(self, workspace_id: int, kind: TrashKind, thing_ids: Sequence[int]) -> list[int]:
        """Delete what is in the trash and has no files of its own; return what was there.

        Products, pictures and jobs that name it stay, and name it no more.
        """
        row = _ROWS[kind]
        gone = (
            delete(row)
            .where(*_in_trash(kind, workspace_id), row.id.in_(thing_ids))
            .returning(row.id)
        )
        return list(self._session.scalars(gone))

    def purged_files(self, limit: int) -> list[tuple[int, str]]:
        """Return id and original's key of assets that were purged and still have files."""
        found = (
            select(AssetRow.id, AssetRow.storage_key)
            .where(AssetRow.purged_at.is_not(None), AssetRow.is_emptied.is_(False))
            .order_by(AssetRow.id)
            .limit(limit)
        )
        return [(asset_id, key) for asset_id, key in self._session.execute(found)]

    def forget_files(self, asset_ids: Sequence[int]) -> None:
        """Note that the files of purged assets are gone; rows that no slot needs go too."""
        purged = (AssetRow.id.in_(asset_ids), AssetRow.purged_at.is_not(None))
        self._session.execute(delete(AssetRow).where(*purged, AssetRow.slot_id.is_(None)))
        self._session.execute(update(AssetRow).where(*purged).values(is_emptied=True))


def _in_trash(kind: TrashKind, workspace_id: int) -> list[ColumnElement[bool]]:
    return [_ROWS[kind].workspace_id == workspace_id, *_of_any_workspace(kind)]


def _in_trash_of(kind: TrashKind, actor: Actor) -> list[ColumnElement[bool]]:
    conditions = _in_trash(kind, actor.workspace_id)
    if kind is TrashKind.SESSIONS:
        conditions.append(StudioSessionRow.created_by == actor.user_id)
    if kind is TrashKind.PRESETS:
        is_own: ColumnElement[bool] = PresetRow.created_by == actor.user_id
        is_theirs = or_(is_own, PresetRow.is_shared) if actor.role is Role.OWNER else is_own
        conditions.append(is_theirs)
    return conditions


def _of_any_workspace(kind: TrashKind) -> list[ColumnElement[bool]]:
    if kind is TrashKind.PRODUCTS:
        return [ProductRow.trashed_at.is_not(None), ProductRow.purged_at.is_(None)]
    if kind is TrashKind.PICTURES:
        return [AssetRow.trashed_at.is_not(None), AssetRow.purged_at.is_(None)]
    return [_ROWS[kind].trashed_at.is_not(None)]


def _was_photo_of(product_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return whether an upload was a photo of one of the products and lies in the trash."""
    return AssetRow.product_id.in_(product_ids) & AssetRow.trashed_at.is_not(None)


def _listed(kind: TrashKind) -> AnySelect:
    if kind is TrashKind.PRODUCTS:
        first = (
            select(ProductPhotoRow.asset_id)
            .where(ProductPhotoRow.product_id == ProductRow.id, ProductPhotoRow.position == 0)
            .correlate(ProductRow)
            .scalar_subquery()
        )
        return select(
            ProductRow.name, ProductRow.sku, *PHOTO, ProductRow.trashed_at, ProductRow.id
        ).join_from(ProductRow, AssetRow, AssetRow.id == first, isouter=True)
    if kind is TrashKind.PICTURES:
        return select(
            AssetRow.label,
            func.coalesce(ProductRow.name, ""),
            *PHOTO,
            AssetRow.trashed_at,
            AssetRow.id,
        ).join_from(AssetRow, ProductRow, ProductRow.id == AssetRow.product_id, isouter=True)
    nothing = (null(), null(), null(), null())
    if kind is TrashKind.PRESETS:
        return select(
            PresetRow.name, PresetRow.description, *nothing, PresetRow.trashed_at, PresetRow.id
        )
    row = StudioSessionRow if kind is TrashKind.SESSIONS else CollectionRow
    return select(row.name, literal(""), *nothing, row.trashed_at, row.id)


def _to_thing(row: AnyRow) -> TrashedThing:
    name, note, photo_id, sha256, width_px, height_px, trashed_at, thing_id = row
    photo = None if photo_id is None else AssetRef(photo_id, sha256, width_px, height_px)
    return TrashedThing(thing_id, name, note, photo, trashed_at)
