"""Assets: uploaded and generated image files."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from core.domain.assets import Asset, AssetFilter, AssetRef, AssetSummary, NewAsset, Origin
from core.domain.inspiration import Credit
from core.domain.paging import Cursor, Page
from core.domain.products import fold
from core.domain.reviews import ReviewState
from core.repositories.paging import (
    AnyRow,
    AnySelect,
    Order,
    PageStatements,
    holds_terms,
    page_statements,
    read_page,
    term_values,
)
from core.repositories.reviews import review_of
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.tables import AssetRow, ProductRow, UserRow

_Reviewer = aliased(UserRow)


class AssetRepository:
    """Assets: uploaded and generated image files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, workspace_id: int, asset: NewAsset, *, created_by: int | None, now: datetime
    ) -> int:
        """Add the row of an asset whose bytes are already stored, and return its id."""
        row = AssetRow(
            workspace_id=workspace_id,
            origin=asset.origin,
            sha256=asset.sha256,
            size_bytes=asset.size_bytes,
            mime_type=asset.mime_type,
            width_px=asset.width_px,
            height_px=asset.height_px,
            storage_key=asset.storage_key,
            label=asset.label,
            search_text=fold(f"{asset.label} {asset.prompt}"),
            product_id=asset.product_id,
            parent_asset_id=asset.parent_asset_id,
            slot_id=asset.slot_id,
            credit=None if asset.credit is None else dict(asset.credit),
            created_by=created_by,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, asset_id: int) -> Asset | None:
        """Return an asset with everything its page shows, trashed or not."""
        cost = (
            select(func.sum(ProviderCallRow.cost_micros))
            .where(ProviderCallRow.slot_id == AssetRow.slot_id)
            .correlate(AssetRow)
            .scalar_subquery()
        )
        found = self._session.execute(
            select(
                AssetRow,
                ProductRow.name,
                ProductRow.sku,
                GenerationJobRow.id,
                GenerationJobRow.prompt,
                GenerationJobRow.image_model,
                cost,
                UserRow.name,
                _Reviewer.name,
            )
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
            .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .outerjoin(UserRow, UserRow.id == AssetRow.created_by)
            .outerjoin(_Reviewer, _Reviewer.id == AssetRow.reviewed_by)
            .where(*_one(workspace_id, asset_id))
        ).one_or_none()
        return None if found is None else _to_asset(found)

    def find_file(self, workspace_id: int, asset_id: int) -> tuple[str, str, str, str, str] | None:
        """Return storage key, mime type, sha256, label and the product's SKU or ""."""
        row = self._session.execute(
            select(
                AssetRow.storage_key,
                AssetRow.mime_type,
                AssetRow.sha256,
                AssetRow.label,
                func.coalesce(ProductRow.sku, ""),
            )
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(*_one(workspace_id, asset_id))
        ).one_or_none()
        return None if row is None else (row[0], row[1], row[2], row[3], row[4])

    def labels(
        self, workspace_id: int, asset_ids: Sequence[int]
    ) -> dict[int, tuple[str, str, bool]]:
        """Return label, sha256 and whether it is in the trash, of each asset that is here."""
        rows = self._session.execute(
            select(
                AssetRow.id, AssetRow.label, AssetRow.sha256, AssetRow.trashed_at.is_not(None)
            ).where(AssetRow.workspace_id == workspace_id, AssetRow.id.in_(asset_ids))
        )
        return {row[0]: (row[1], row[2], bool(row[3])) for row in rows}

    def lock(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Keep others from changing assets until the transaction ends; return those here."""
        locked = (
            select(AssetRow.id)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.purged_at.is_(None),
            )
            .order_by(AssetRow.id)
            .with_for_update()
        )
        return list(self._session.scalars(locked))

    def id_of_slot(self, slot_id: int) -> int | None:
        """Return the asset that the slot already made."""
        return self._session.scalar(select(AssetRow.id).where(AssetRow.slot_id == slot_id))

    def search(
        self,
        workspace_id: int,
        wanted: AssetFilter,
        *,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[AssetSummary]:
        """Return a page of assets, newest first, in two statements."""
        terms = term_values(wanted.text)
        chosen = {"product_id": wanted.product_id, "review_state": wanted.review_state}
        chosen = {name: value for name, value in chosen.items() if value is not None}
        statements = _search_statements(
            # Without a choice all origins are named, so that the index still leads.
            origins=(wanted.origin,) if wanted.origin else tuple(Origin),
            chosen=tuple(chosen),
            trashed=wanted.trashed,
            term_count=len(terms),
            is_later=after is not None,
        )
        values: dict[str, object] = {"workspace_id": workspace_id, **terms, **chosen}
        return read_page(self._session, statements, _to_summary, values, after=after, limit=limit)

    def neighbours(
        self, workspace_id: int, created_at: datetime, asset_id: int
    ) -> tuple[int | None, int | None]:
        """Return the ids of the next newer and the next older generated picture."""
        here = (created_at, asset_id)
        key = (AssetRow.created_at, AssetRow.id)
        pictures = select(AssetRow.id).where(
            AssetRow.workspace_id == workspace_id,
            AssetRow.origin == Origin.GENERATED,
            AssetRow.trashed_at.is_(None),
        )
        newer = pictures.where(tuple_(*key) > here).order_by(*key).limit(1)
        older = (
            pictures.where(tuple_(*key) < here).order_by(*(part.desc() for part in key)).limit(1)
        )
        return self._session.scalar(newer), self._session.scalar(older)

    def trash(self, workspace_id: int, asset_ids: Sequence[int], now: datetime) -> list[int]:
        """Put assets in the trash; return those that were not there yet."""
        changed = (
            update(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.trashed_at.is_(None),
            )
            .values(trashed_at=now)
            .returning(AssetRow.id)
        )
        return list(self._session.scalars(changed))

    def restore(self, workspace_id: int, asset_ids: Sequence[int]) -> list[int]:
        """Take assets out of the trash; return those that were there."""
        changed = (
            update(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.id.in_(asset_ids),
                AssetRow.trashed_at.is_not(None),
                AssetRow.purged_at.is_(None),
            )
            .values(trashed_at=None)
            .returning(AssetRow.id)
        )
        return list(self._session.scalars(changed))


def _one(workspace_id: int, asset_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what leads to one asset; one that was purged is not there any more."""
    return (
        AssetRow.workspace_id == workspace_id,
        AssetRow.id == asset_id,
        AssetRow.purged_at.is_(None),
    )


@cache
def _search_statements(
    *,
    origins: tuple[Origin, ...],
    chosen: tuple[str, ...],
    trashed: bool,
    term_count: int,
    is_later: bool,
) -> PageStatements:
    here: BindParameter[int] = bindparam("workspace_id")
    conditions: list[ColumnElement[bool]] = [
        AssetRow.workspace_id == here,
        AssetRow.trashed_at.is_not(None) if trashed else AssetRow.trashed_at.is_(None),
        *((AssetRow.purged_at.is_(None),) if trashed else ()),
        AssetRow.origin.in_(origins),
        *(getattr(AssetRow, name) == bindparam(name) for name in chosen),
    ]
    if term_count:
        products = select(ProductRow.id).where(
            ProductRow.workspace_id == here, *holds_terms(ProductRow.search_text, term_count)
        )
        own = and_(*holds_terms(AssetRow.search_text, term_count))
        conditions.append(or_(own, AssetRow.product_id.in_(products)))
    order = Order(AssetRow.created_at, AssetRow.id)
    return page_statements(_summaries(), AssetRow, conditions, order, is_later=is_later)


def _summaries() -> AnySelect:
    return (
        select(
            AssetRow.sha256,
            AssetRow.width_px,
            AssetRow.height_px,
            AssetRow.label,
            AssetRow.product_id,
            ProductRow.name,
            GenerationJobRow.image_model,
            AssetRow.review_state,
            AssetRow.review_reason,
            AssetRow.rating,
            AssetRow.is_pinned,
            AssetRow.tags,
            AssetRow.origin,
            AssetRow.created_at,
            AssetRow.id,
        )
        .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
        .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
    )


def _to_summary(row: AnyRow) -> AssetSummary:
    sha256, width_px, height_px, label, product_id, product_name, image_model = row[:7]
    review_state, review_reason, rating, is_pinned, tags, origin, created_at, asset_id = row[7:]
    return AssetSummary(
        ref=AssetRef(asset_id, sha256, width_px, height_px),
        label=label,
        product_id=product_id,
        product_name=product_name,
        image_model=image_model,
        created_at=created_at,
        review_state=ReviewState(review_state),
        review_reason=review_reason,
        rating=rating,
        is_pinned=is_pinned,
        tags=tuple(tags),
        origin=Origin(origin),
    )


def _to_asset(found: AnyRow) -> Asset:
    row, product_name, product_sku, job_id, prompt, image_model, cost_micros = found[:7]
    created_by, reviewed_by = found[7:]
    return Asset(
        id=row.id,
        origin=Origin(row.origin),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        mime_type=row.mime_type,
        width_px=row.width_px,
        height_px=row.height_px,
        label=row.label,
        product_id=row.product_id,
        product_name=product_name,
        product_sku=product_sku,
        job_id=job_id,
        prompt=prompt,
        image_model=image_model,
        cost_micros=cost_micros,
        created_by=created_by,
        created_at=row.created_at,
        trashed_at=row.trashed_at,
        review=review_of(row, reviewed_by),
        tags=tuple(row.tags),
        credit=Credit.from_json(row.credit),
    )
