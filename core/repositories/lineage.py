"""What a picture was made from and what came of it, a generation a statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef, Origin
from core.domain.generation import GenerationSettings, ReferenceRole
from core.domain.jobs import CallState
from core.domain.lineage import (
    MAX_BRANCHES,
    PARENT,
    LineageNode,
    Making,
    Shown,
    Traced,
    WantedAs,
    Whereabouts,
    kind_of,
)
from core.domain.paging import COUNT_CAP
from core.domain.reviews import ReviewState
from core.domain.setting_layers import sources_from_json
from core.repositories.job_rows import to_settings
from core.repositories.paging import AnyRow, AnySelect
from db.catalogue_tables import CollectionShotRow, ShotPictureRow
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.studio_tables import PresetRow
from db.tables import AssetRow, CollectionRow, ProductRow, UserRow


class LineageRepository:
    """What a picture was made from and what came of it. It only reads."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def trace(self, workspace_id: int, asset_ids: Sequence[int]) -> dict[int, Traced]:
        """Return the pictures with these ids and what each was made from, in one statement.

        Trashed and purged ones are there too; only what has no row any more is left out.
        """
        if not asset_ids:
            return {}
        found: dict[int, Traced] = {}
        values = {"workspace_id": workspace_id, "ids": list(asset_ids)}
        for row in self._session.execute(_TRACE, values):
            # A slot whose lost answer came late may have paid for two: the first one counts.
            found.setdefault(row.id, _traced(row))
        return found

    def children(
        self, workspace_id: int, parent_ids: Sequence[int], *, limit: int
    ) -> dict[int, tuple[tuple[int, ...], int]]:
        """Return what was made from each picture, newest first, and how many that are.

        It is one statement that reads no more than `limit` of each; the number is capped. One
        from which nothing was made is left out.
        """
        if not parent_ids:
            return {}
        counts = {
            parent_id: select(func.count())
            .select_from(_children_of(workspace_id, parent_id).limit(COUNT_CAP).subquery())
            .scalar_subquery()
            for parent_id in parent_ids
        }
        parts = [
            select(
                _children_of(workspace_id, parent_id)
                .add_columns(literal(parent_id).label("parent_id"), counts[parent_id].label("all"))
                .order_by(AssetRow.id.desc())
                .limit(limit)
                .subquery()
            )
            for parent_id in parent_ids
        ]
        found: dict[int, tuple[tuple[int, ...], int]] = {}
        for child_id, parent_id, total in self._session.execute(union_all(*parts)):
            shown, _ = found.get(parent_id, ((), 0))
            found[parent_id] = ((*shown, child_id), total)
        return found

    def shots(self, workspace_id: int, asset_id: int) -> tuple[WantedAs, ...]:
        """Return the wanted shots that a picture was made for or given to."""
        rows = self._session.execute(
            select(CollectionRow.id, CollectionRow.name, CollectionShotRow.name)
            .join(CollectionShotRow, CollectionShotRow.collection_id == CollectionRow.id)
            .join(ShotPictureRow, ShotPictureRow.shot_id == CollectionShotRow.id)
            .where(
                CollectionRow.workspace_id == workspace_id,
                CollectionRow.trashed_at.is_(None),
                ShotPictureRow.asset_id == asset_id,
            )
            .order_by(CollectionRow.id, CollectionShotRow.position)
            .limit(MAX_BRANCHES)
        )
        return tuple(WantedAs(*row) for row in rows)


def _children_of(workspace_id: int, parent_id: int) -> AnySelect:
    return select(AssetRow.id).where(
        AssetRow.workspace_id == workspace_id, AssetRow.parent_asset_id == parent_id
    )


def _trace() -> AnySelect:
    cost = (
        select(func.sum(ProviderCallRow.cost_micros))
        .where(ProviderCallRow.slot_id == AssetRow.slot_id)
        .correlate(AssetRow)
        .scalar_subquery()
    )
    answered = and_(
        ProviderCallRow.slot_id == AssetRow.slot_id, ProviderCallRow.state == CallState.OK
    )
    return (
        select(
            AssetRow.id,
            AssetRow.origin,
            AssetRow.sha256,
            AssetRow.width_px,
            AssetRow.height_px,
            AssetRow.label,
            AssetRow.title,
            AssetRow.product_id,
            AssetRow.parent_asset_id,
            AssetRow.tool,
            AssetRow.steps,
            AssetRow.review_state,
            AssetRow.rating,
            AssetRow.created_at,
            AssetRow.trashed_at,
            AssetRow.purged_at,
            ProductRow.name.label("product_name"),
            UserRow.name.label("person"),
            GenerationJobRow.id.label("job_id"),
            GenerationJobRow.request.label("settings"),
            GenerationJobRow.sources,
            GenerationJobRow.template,
            GenerationJobRow.preset_id,
            GenerationJobRow.preset_version,
            GenerationJobRow.image_model,
            PresetRow.name.label("preset_name"),
            func.coalesce(GenerationSlotRow.prompt, GenerationJobRow.prompt).label("prompt"),
            ProviderCallRow.request.label("sent"),
            ProviderCallRow.model_version,
            cost.label("cost_micros"),
        )
        .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
        .outerjoin(UserRow, UserRow.id == AssetRow.created_by)
        .outerjoin(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
        .outerjoin(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
        .outerjoin(PresetRow, PresetRow.id == GenerationJobRow.preset_id)
        .outerjoin(ProviderCallRow, answered)
        .where(
            AssetRow.workspace_id == bindparam("workspace_id"),
            AssetRow.id.in_(bindparam("ids", expanding=True)),
        )
        .order_by(AssetRow.id, ProviderCallRow.finished_at)
    )


_TRACE = _trace()


def _traced(row: AnyRow) -> Traced:
    is_gone = row.purged_at is not None
    trashed = Whereabouts.HERE if row.trashed_at is None else Whereabouts.TRASHED
    node = LineageNode(
        asset_id=row.id,
        kind=kind_of(Origin(row.origin)),
        label=row.title or row.label,
        whereabouts=Whereabouts.GONE if is_gone else trashed,
        ref=None if is_gone else AssetRef(row.id, row.sha256, row.width_px, row.height_px),
        product_id=row.product_id,
        product_name=row.product_name or "",
        created_by=row.person or "",
        created_at=row.created_at,
        review_state=ReviewState(row.review_state),
        rating=row.rating,
        making=_making(row),
    )
    return Traced(node, _origins(row))


def _making(row: AnyRow) -> Making:
    sent = row.sent or {}
    seed = sent.get("seed")
    return Making(
        job_id=row.job_id,
        prompt=str(sent.get("prompt") or row.prompt or ""),
        settings=_settings(row.settings),
        sources=sources_from_json(row.sources),
        template=row.template or "",
        preset_id=row.preset_id,
        preset_name=row.preset_name or "",
        preset_version=row.preset_version,
        image_model=row.image_model or "",
        model_version=row.model_version or "",
        seed=seed if isinstance(seed, int) else None,
        cost_micros=None if row.cost_micros is None else int(row.cost_micros),
        tool=row.tool,
        steps=tuple(step for step in row.steps if isinstance(step, dict)),
    )


def _settings(request: Mapping[str, Any] | None) -> GenerationSettings | None:
    """Return the settings of a job, as far as they can be read."""
    if not request or not isinstance(request.get("backdrop"), dict) or "photo_id" not in request:
        return None
    return to_settings(dict(request))


def _origins(row: AnyRow) -> tuple[Shown, ...]:
    parent = () if row.parent_asset_id is None else (Shown(PARENT, row.parent_asset_id),)
    sent = (row.sent or {}).get("references")
    shown = [_shown(each) for each in sent if isinstance(each, dict)] if sent else []
    # A mask only says where: it is no picture of its own.
    return (*parent, *(each for each in shown if each.relation != ReferenceRole.MASK))


def _shown(sent: Mapping[str, Any]) -> Shown:
    asset_id = sent.get("asset_id")
    return Shown(
        relation=str(sent.get("role") or ""),
        asset_id=asset_id if isinstance(asset_id, int) else None,
        label=str(sent.get("label") or ""),
        sha256=str(sent.get("sha256") or ""),
    )
