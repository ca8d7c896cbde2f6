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
from sqlalchemy.orm import Session

from core.domain.assets import Asset, AssetRef, AssetSummary, NewAsset, Origin
from core.domain.paging import Cursor, Page
from core.domain.products import fold
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
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.tables import AssetRow, ProductRow, UserRow


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
            )
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
            .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .outerjoin(UserRow, UserRow.id == AssetRow.created_by)
            .where(AssetRow.workspace_id == workspace_id, AssetRow.id == asset_id)
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
            .where(AssetRow.workspace_id == workspace_id, AssetRow.id == asset_id)
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

    def id_of_slot(self, slot_id: int) -> int | None:
        """Return the asset that the slot already made."""
        return self._session.scalar(select(AssetRow.id).where(AssetRow.slot_id == slot_id))

    def search(
        self,
        workspace_id: int,
        text: str = "",
        *,
        origin: Origin | None,
        product_id: int | None = None,
        trashed: bool = False,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[AssetSummary]:
        """Return a page of assets, newest first, in two statements."""
        terms = term_values(text)
        statements = _search_statements(
            origins=(origin,) if origin else tuple(Origin),
            of_product=product_id is not None,
            trashed=trashed,
            term_count=len(terms),
            is_later=after is not None,
        )
        values: dict[str, object] = {"workspace_id": workspace_id, **terms}
        if product_id is not None:
            values["product_id"] = product_id
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
            )
            .values(trashed_at=None)
            .returning(AssetRow.id)
        )
        return list(self._session.scalars(changed))

    def count_pictures(self, workspace_id: int) -> int:
        """Return how many generated pictures there are."""
        pictures = (
            select(func.count())
            .select_from(AssetRow)
            .where(
                AssetRow.workspace_id == workspace_id,
                AssetRow.origin == Origin.GENERATED,
                AssetRow.trashed_at.is_(None),
            )
        )
        return self._session.scalar(pictures) or 0


@cache
def _search_statements(
    *,
    origins: tuple[Origin, ...],
    of_product: bool,
    trashed: bool,
    term_count: int,
    is_later: bool,
) -> PageStatements:
    here: BindParameter[int] = bindparam("workspace_id")
    conditions: list[ColumnElement[bool]] = [
        AssetRow.workspace_id == here,
        AssetRow.trashed_at.is_not(None) if trashed else AssetRow.trashed_at.is_(None),
        # Without a choice both origins are named, so that the index still leads.
        AssetRow.origin.in_(origins),
    ]
    if of_product:
        conditions.append(AssetRow.product_id == bindparam("product_id"))
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
            AssetRow.created_at,
            AssetRow.id,
        )
        .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
        .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
    )


def _to_summary(row: AnyRow) -> AssetSummary:
    sha256, width_px, height_px, label, product_id, product_name, image_model, created_at = row[:8]
    ref = AssetRef(row[-1], sha256, width_px, height_px)
    return AssetSummary(ref, label, product_id, product_name, image_model, created_at)


def _to_asset(found: AnyRow) -> Asset:
    row, product_name, product_sku, job_id, prompt, image_model, cost_micros, created_by = found
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
    )
