"""The figures of a workspace at a glance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session

from core.domain.dashboard import Figures
from core.domain.jobs import JobStatus
from core.domain.photo_checks import Verdict
from core.domain.reviews import ReviewState
from db.catalogue_tables import PhotoCheckRow
from db.generation_tables import GenerationJobRow
from db.tables import AssetRow, CollectionRow, ProductPhotoRow, ProductRow

_ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
_FAILED = (JobStatus.FAILED, JobStatus.PARTIAL)


class OverviewRepository:
    """Counts over everything a workspace has."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def figures(self, workspace_id: int, *, failed_since: datetime) -> Figures:
        """Return how many there are of each, in one statement.

        Every count reads rows of an index only. Jobs that failed before `failed_since` are no news.
        """
        shelf = (
            ProductRow.workspace_id == workspace_id,
            ProductRow.trashed_at.is_(None),
            ProductRow.archived_at.is_(None),
        )
        pictures: tuple[ColumnElement[bool], ...] = (
            AssetRow.workspace_id == workspace_id,
            AssetRow.is_made == true(),
            AssetRow.trashed_at.is_(None),
        )
        jobs = GenerationJobRow.workspace_id == workspace_id
        counts = {
            "products": _count(
                ProductRow, ProductRow.workspace_id == workspace_id, ProductRow.trashed_at.is_(None)
            ),
            "products_without_photo": _count(ProductRow, *shelf, ProductRow.photo_count == 0),
            "poor_photos": _poor_photos(workspace_id, shelf),
            "collections": _count(
                CollectionRow,
                CollectionRow.workspace_id == workspace_id,
                CollectionRow.trashed_at.is_(None),
            ),
            "pictures": _count(AssetRow, *pictures),
            "to_review": _count(
                AssetRow, *pictures, AssetRow.review_state == ReviewState.UNREVIEWED
            ),
            "approved": _count(AssetRow, *pictures, AssetRow.review_state == ReviewState.APPROVED),
            "active_jobs": _count(GenerationJobRow, jobs, GenerationJobRow.status.in_(_ACTIVE)),
            "failed_jobs": _count(
                GenerationJobRow,
                jobs,
                GenerationJobRow.status.in_(_FAILED),
                GenerationJobRow.created_at >= failed_since,
            ),
        }
        named = [count.label(name) for name, count in counts.items()]
        return Figures(**self._session.execute(select(*named)).one()._asdict())


def _count(table: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:  # noqa: ANN401 - any mapped class
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _poor_photos(workspace_id: int, shelf: tuple[ColumnElement[bool], ...]) -> ScalarSelect[int]:
    """Count products, as the list of products with this verdict does: by their first photo."""
    return (
        select(func.count())
        .select_from(PhotoCheckRow)
        .join(
            ProductPhotoRow,
            (ProductPhotoRow.asset_id == PhotoCheckRow.asset_id) & (ProductPhotoRow.position == 0),
        )
        .join(ProductRow, ProductRow.id == ProductPhotoRow.product_id)
        .where(
            PhotoCheckRow.workspace_id == workspace_id,
            PhotoCheckRow.verdict == Verdict.POOR,
            PhotoCheckRow.overridden_at.is_(None),
            *shelf,
        )
        .scalar_subquery()
    )
