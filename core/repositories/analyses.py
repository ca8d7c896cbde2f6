"""Analyses: what was seen in assets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain.analyses import Analysis, AnalysisKind, AnalysisMethod
from core.domain.analysis_schemas import SCHEMA_VERSION
from core.repositories.paging import AnyRow, AnySelect
from db.gallery_tables import AnalysisRow
from db.generation_tables import ProviderCallRow
from db.tables import AssetRow, UserRow


@dataclass(frozen=True)
class NewAnalysis:
    """An analysis that is no row yet."""

    asset_id: int
    product_id: int | None
    kind: AnalysisKind
    method: AnalysisMethod
    result: Mapping[str, Any]
    vision_model: str = ""
    task_id: int | None = None
    call_id: str | None = None


class AnalysisRepository:
    """Analyses of assets that are not in the trash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, workspace_id: int, analysis: NewAnalysis, *, created_by: int | None, now: datetime
    ) -> int:
        """Add an analysis and return its id."""
        row = AnalysisRow(
            workspace_id=workspace_id,
            asset_id=analysis.asset_id,
            product_id=analysis.product_id,
            task_id=analysis.task_id,
            call_id=analysis.call_id,
            kind=analysis.kind,
            method=analysis.method,
            vision_model=analysis.vision_model,
            schema_version=SCHEMA_VERSION,
            result=dict(analysis.result),
            accepted={},
            created_by=created_by,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find(self, workspace_id: int, analysis_id: int) -> Analysis | None:
        """Return an analysis, whatever became of its asset."""
        found = self._session.execute(
            _analyses().where(
                AnalysisRow.workspace_id == workspace_id, AnalysisRow.id == analysis_id
            )
        ).one_or_none()
        return None if found is None else _to_analysis(found)

    def newest_of_assets(
        self, workspace_id: int, asset_ids: Sequence[int], kind: AnalysisKind
    ) -> dict[int, Analysis]:
        """Return the newest analysis of this kind by asset; one that has none is left out."""
        newest = (
            select(func.max(AnalysisRow.id))
            .where(
                AnalysisRow.workspace_id == workspace_id,
                AnalysisRow.asset_id.in_(asset_ids),
                AnalysisRow.kind == kind,
            )
            .group_by(AnalysisRow.asset_id)
        )
        rows = self._session.execute(_analyses().where(AnalysisRow.id.in_(newest)))
        return {analysis.asset_id: analysis for analysis in map(_to_analysis, rows)}

    def newest_of_products(
        self, workspace_id: int, product_ids: Sequence[int]
    ) -> dict[int, Analysis]:
        """Return the newest look at each product; one that nobody looked at is left out."""
        newest = (
            select(func.max(AnalysisRow.id))
            .where(
                AnalysisRow.workspace_id == workspace_id,
                AnalysisRow.product_id.in_(product_ids),
                AnalysisRow.kind == AnalysisKind.PRODUCT,
            )
            .group_by(AnalysisRow.product_id)
        )
        rows = self._session.execute(_analyses().where(AnalysisRow.id.in_(newest)))
        return {
            analysis.product_id: analysis
            for analysis in map(_to_analysis, rows)
            if analysis.product_id is not None
        }

    def assets_of_task(self, workspace_id: int, task_id: int) -> set[int]:
        """Return the assets that this task looked at."""
        ids = select(AnalysisRow.asset_id).where(
            AnalysisRow.workspace_id == workspace_id, AnalysisRow.task_id == task_id
        )
        return {each for each in self._session.scalars(ids) if each is not None}

    def lock(self, workspace_id: int, analysis_id: int) -> dict[str, Any] | None:
        """Keep others from changing an analysis; return what was taken over of it, or None."""
        return self._session.scalar(
            select(AnalysisRow.accepted)
            .where(AnalysisRow.workspace_id == workspace_id, AnalysisRow.id == analysis_id)
            .with_for_update()
        )

    def accept(self, workspace_id: int, analysis_id: int, accepted: Mapping[str, Any]) -> bool:
        """Write which fields a person took over; False if there is no such analysis."""
        changed = (
            update(AnalysisRow)
            .where(AnalysisRow.workspace_id == workspace_id, AnalysisRow.id == analysis_id)
            .values(accepted=dict(accepted))
            .returning(AnalysisRow.id)
        )
        return self._session.scalar(changed) is not None


def _analyses() -> AnySelect:
    return (
        select(AnalysisRow, UserRow.name, func.coalesce(ProviderCallRow.cost_micros, 0))
        .join(AssetRow, AssetRow.id == AnalysisRow.asset_id)
        .outerjoin(UserRow, UserRow.id == AnalysisRow.created_by)
        .outerjoin(ProviderCallRow, ProviderCallRow.id == AnalysisRow.call_id)
        .where(AssetRow.purged_at.is_(None))
    )


def _to_analysis(found: AnyRow) -> Analysis:
    row, created_by, cost_micros = found
    return Analysis(
        id=row.id,
        asset_id=row.asset_id,
        product_id=row.product_id,
        kind=AnalysisKind(row.kind),
        method=AnalysisMethod(row.method),
        vision_model=row.vision_model,
        schema_version=row.schema_version,
        result=row.result,
        accepted=row.accepted,
        created_by=created_by or "",
        created_at=row.created_at,
        cost_micros=int(cost_micros),
    )
