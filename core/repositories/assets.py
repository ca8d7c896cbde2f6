"""Assets: uploaded and generated image files."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, aliased

from core.domain.asset_filters import AssetFilter, AssetSort
from core.domain.assets import Asset, AssetSummary, NewAsset, Origin
from core.domain.inspiration import Credit
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.repositories.asset_search import AssetSearch
from core.repositories.asset_texts import AssetTexts, searched
from core.repositories.paging import AnyRow
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
        key = AssetTexts(self._session).product_key(workspace_id, asset.product_id)
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
            search_text=searched(key, asset.label, asset.prompt),
            product_key=key,
            product_id=asset.product_id,
            parent_asset_id=asset.parent_asset_id,
            slot_id=asset.slot_id,
            job_id=asset.made_by.job_id,
            preset_id=asset.made_by.preset_id,
            image_model=asset.made_by.image_model,
            template=asset.made_by.template,
            cost_micros=asset.made_by.cost_micros,
            is_made=asset.origin.is_made,
            tool=asset.tool,
            steps=[dict(step) for step in asset.steps],
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
        sort: AssetSort = AssetSort.NEWEST,
        *,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[AssetSummary]:
        """Return a page of the assets that match, in at most three statements.

        A cursor of another sort raises `InvalidInputError`.
        """
        return AssetSearch(self._session).page(workspace_id, wanted, sort, after=after, limit=limit)

    def ids(
        self, workspace_id: int, wanted: AssetFilter, sort: AssetSort, *, limit: int
    ) -> list[int]:
        """Return the ids of the assets that match, in order, at most so many."""
        return AssetSearch(self._session).ids(workspace_id, wanted, sort, limit=limit)

    def count(self, workspace_id: int, wanted: AssetFilter, *, most: int = COUNT_CAP) -> int:
        """Return how many assets match, counted no further than `most`."""
        return AssetSearch(self._session).count(workspace_id, wanted, most=most)

    def summaries(self, workspace_id: int, asset_ids: Sequence[int]) -> tuple[AssetSummary, ...]:
        """Return the assets that are here, trashed or not, in the order of the ids."""
        return AssetSearch(self._session).summaries(workspace_id, asset_ids)

    def neighbours(
        self, workspace_id: int, asset_id: int, wanted: AssetFilter, sort: AssetSort
    ) -> tuple[int | None, int | None]:
        """Return the ids of the assets before and after one in a list."""
        return AssetSearch(self._session).neighbours(workspace_id, asset_id, wanted, sort)

    def repeat_books(self, workspace_id: int, slot_id: int) -> None:
        """Write what job and ledger say of a slot beside the asset it made, if it made one."""
        jobs = (
            select(GenerationJobRow.id)
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .where(GenerationSlotRow.id == slot_id)
        )
        spent = select(func.coalesce(func.sum(ProviderCallRow.cost_micros), 0))
        said = {
            name: jobs.with_only_columns(column).scalar_subquery()
            for name, column in (
                ("job_id", GenerationJobRow.id),
                ("preset_id", GenerationJobRow.preset_id),
                ("image_model", GenerationJobRow.image_model),
                ("template", GenerationJobRow.template),
            )
        }
        said["cost_micros"] = spent.where(ProviderCallRow.slot_id == slot_id).scalar_subquery()
        self._session.execute(
            update(AssetRow)
            .where(AssetRow.workspace_id == workspace_id, AssetRow.slot_id == slot_id)
            .values(said)
            .execution_options(synchronize_session=False)
        )

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
        title=row.title,
        alt_text=row.alt_text,
        parent_asset_id=row.parent_asset_id,
        tool=row.tool,
        steps=tuple(row.steps),
        preset_id=row.preset_id,
        template=row.template,
        stack_id=row.stack_id,
    )
