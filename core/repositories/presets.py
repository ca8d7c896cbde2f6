"""Presets, their versions, and what came of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from core.domain.assets import AssetRef, AssetSummary
from core.domain.presets import Preset, PresetDraft, PresetResults, PresetVersion
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer, layer_from_json, layer_to_json
from db.generation_tables import GenerationJobRow, GenerationSlotRow, ProviderCallRow
from db.studio_tables import PresetRow, PresetVersionRow
from db.tables import AssetRow, ProductRow, UserRow


class PresetRepository:
    """Presets, their versions, and what came of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: int, draft: PresetDraft, *, made_by: int, now: datetime) -> int:
        """Add a preset in its first version and return its id."""
        row = PresetRow(
            workspace_id=workspace_id,
            created_by=made_by,
            version=1,
            created_at=now,
            updated_at=now,
            **_values(draft),
        )
        self._session.add(row)
        self._session.flush()
        self._add_version(row.id, 1, draft.layer, made_by, now)
        return row.id

    def count(self, workspace_id: int) -> int:
        """Return how many presets there are outside the trash."""
        return (
            self._session.scalar(
                select(func.count())
                .select_from(PresetRow)
                .where(PresetRow.workspace_id == workspace_id, PresetRow.trashed_at.is_(None))
            )
            or 0
        )

    def find(self, workspace_id: int, user_id: int, preset_id: int) -> Preset | None:
        """Return a preset that the user may see, trashed or not."""
        found = self._session.execute(
            _presets(workspace_id, user_id).where(PresetRow.id == preset_id)
        ).one_or_none()
        return None if found is None else _to_preset(found[0], found[1], user_id)

    def visible(
        self, workspace_id: int, user_id: int, preset_ids: Sequence[int]
    ) -> tuple[int, ...]:
        """Return those of the presets that the user may see, trashed or not."""
        return tuple(
            self._session.scalars(
                select(PresetRow.id)
                .where(_is_visible(workspace_id, user_id), PresetRow.id.in_(preset_ids))
                .order_by(PresetRow.id)
            )
        )

    def find_named(self, workspace_id: int, user_id: int, name: str) -> Preset | None:
        """Return the oldest preset of this name that the user may see and is not in the trash."""
        found = self._session.execute(
            _presets(workspace_id, user_id)
            .where(PresetRow.name == name, PresetRow.trashed_at.is_(None))
            .order_by(PresetRow.id)
            .limit(1)
        ).one_or_none()
        return None if found is None else _to_preset(found[0], found[1], user_id)

    def all(
        self, workspace_id: int, user_id: int, *, trashed: bool, limit: int
    ) -> tuple[Preset, ...]:
        """Return the presets that the user may see, by name."""
        is_trashed = PresetRow.trashed_at.is_not(None)
        found = self._session.execute(
            _presets(workspace_id, user_id)
            .where(is_trashed if trashed else ~is_trashed)
            .order_by(func.lower(PresetRow.name), PresetRow.id)
            .limit(limit)
        )
        return tuple(_to_preset(row, maker, user_id) for row, maker in found)

    def change(
        self,
        workspace_id: int,
        preset: Preset,
        draft: PresetDraft,
        *,
        changed_by: int,
        now: datetime,
    ) -> bool:
        """Replace what the preset is; False if it is not any more what it was.

        Other settings are a new version, which is kept beside the older ones.
        """
        is_new = draft.layer != preset.layer
        version = preset.version + is_new
        changed = self._session.scalar(
            update(PresetRow)
            .where(
                PresetRow.workspace_id == workspace_id,
                PresetRow.id == preset.id,
                PresetRow.version == preset.version,
                PresetRow.trashed_at.is_(None),
            )
            .values(version=version, updated_at=now, **_values(draft))
            .returning(PresetRow.id)
        )
        if changed is not None and is_new:
            self._add_version(preset.id, version, draft.layer, changed_by, now)
        return changed is not None

    def set_trashed(
        self, workspace_id: int, preset_ids: Sequence[int], trashed_at: datetime | None
    ) -> list[int]:
        """Put presets into the trash, or take them out; return those that were changed."""
        is_trashed = PresetRow.trashed_at.is_not(None)
        return list(
            self._session.scalars(
                update(PresetRow)
                .where(
                    PresetRow.workspace_id == workspace_id,
                    PresetRow.id.in_(preset_ids),
                    is_trashed if trashed_at is None else ~is_trashed,
                )
                .values(trashed_at=trashed_at)
                .returning(PresetRow.id)
            )
        )

    def versions(self, workspace_id: int, preset_id: int) -> tuple[PresetVersion, ...]:
        """Return what the preset was in each of its versions, the newest first."""
        found = self._session.execute(
            select(PresetVersionRow, UserRow.name)
            .join(PresetRow, PresetRow.id == PresetVersionRow.preset_id)
            .outerjoin(UserRow, UserRow.id == PresetVersionRow.created_by)
            .where(PresetRow.workspace_id == workspace_id, PresetRow.id == preset_id)
            .order_by(PresetVersionRow.version.desc())
        )
        return tuple(
            PresetVersion(row.version, layer_from_json(row.layer), maker or "", row.created_at)
            for row, maker in found
        )

    def results(self, workspace_id: int, preset_ids: Sequence[int]) -> dict[int, PresetResults]:
        """Return what came of presets, in two statements; each has an entry."""
        preset_id = GenerationJobRow.preset_id
        ours = and_(GenerationJobRow.workspace_id == workspace_id, preset_id.in_(preset_ids))
        is_approved: ColumnElement[bool] = AssetRow.review_state == "approved"
        pictures = self._session.execute(
            select(preset_id, func.count(), func.count().filter(is_approved))
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .join(AssetRow, AssetRow.slot_id == GenerationSlotRow.id)
            .where(ours, AssetRow.trashed_at.is_(None))
            .group_by(preset_id)
        )
        counts = {row[0]: (int(row[1]), int(row[2])) for row in pictures}
        spent = self._session.execute(
            select(preset_id, func.sum(ProviderCallRow.cost_micros))
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .join(ProviderCallRow, ProviderCallRow.slot_id == GenerationSlotRow.id)
            .where(ours)
            .group_by(preset_id)
        )
        costs = {row[0]: int(row[1] or 0) for row in spent}
        return {
            each: PresetResults(*counts.get(each, (0, 0)), costs.get(each, 0))
            for each in preset_ids
        }

    def pictures(
        self, workspace_id: int, preset_id: int, *, limit: int
    ) -> tuple[AssetSummary, ...]:
        """Return the newest pictures that came of a preset."""
        found = self._session.execute(
            select(AssetRow, ProductRow.name, GenerationJobRow.image_model)
            .join(GenerationSlotRow, GenerationSlotRow.id == AssetRow.slot_id)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .outerjoin(ProductRow, ProductRow.id == AssetRow.product_id)
            .where(
                GenerationJobRow.workspace_id == workspace_id,
                GenerationJobRow.preset_id == preset_id,
                AssetRow.trashed_at.is_(None),
            )
            .order_by(AssetRow.created_at.desc(), AssetRow.id.desc())
            .limit(limit)
        )
        return tuple(_to_picture(*row) for row in found)

    def best_pictures(self, workspace_id: int, preset_ids: Sequence[int]) -> dict[int, AssetRef]:
        """Return the best approved picture that came of each preset, in one statement.

        A pinned one comes first, then the most stars, then the newest.
        """
        preset_id = GenerationJobRow.preset_id
        place = func.row_number().over(
            partition_by=preset_id,
            order_by=(
                AssetRow.is_pinned.desc(),
                AssetRow.rating.desc(),
                AssetRow.created_at.desc(),
                AssetRow.id.desc(),
            ),
        )
        approved = (
            select(
                preset_id.label("preset_id"),
                AssetRow.id,
                AssetRow.sha256,
                AssetRow.width_px,
                AssetRow.height_px,
                place.label("place"),
            )
            .join(GenerationSlotRow, GenerationSlotRow.job_id == GenerationJobRow.id)
            .join(AssetRow, AssetRow.slot_id == GenerationSlotRow.id)
            .where(
                GenerationJobRow.workspace_id == workspace_id,
                preset_id.in_(preset_ids),
                AssetRow.review_state == ReviewState.APPROVED,
                AssetRow.trashed_at.is_(None),
            )
            .subquery()
        )
        best = self._session.execute(select(approved).where(approved.c.place == 1))
        return {row[0]: AssetRef(*row[1:5]) for row in best}

    def _add_version(
        self, preset_id: int, version: int, layer: SettingsLayer, made_by: int, now: datetime
    ) -> None:
        self._session.add(
            PresetVersionRow(
                preset_id=preset_id,
                version=version,
                layer=layer_to_json(layer),
                created_by=made_by,
                created_at=now,
            )
        )
        self._session.flush()


def _presets(workspace_id: int, user_id: int) -> Select[PresetRow, str]:
    return (
        select(PresetRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == PresetRow.created_by)
        .where(_is_visible(workspace_id, user_id))
    )


def _is_visible(workspace_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(
        PresetRow.workspace_id == workspace_id,
        PresetRow.is_shared | (PresetRow.created_by == user_id),
    )


def _to_picture(row: AssetRow, product_name: str | None, image_model: str) -> AssetSummary:
    return AssetSummary(
        ref=AssetRef(row.id, row.sha256, row.width_px, row.height_px),
        label=row.label,
        product_id=row.product_id,
        product_name=product_name,
        image_model=image_model,
        created_at=row.created_at,
        review_state=ReviewState(row.review_state),
        review_reason=row.review_reason,
        rating=row.rating,
        is_pinned=row.is_pinned,
    )


def _values(draft: PresetDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "description": draft.description,
        "layer": layer_to_json(draft.layer),
        "is_shared": draft.is_shared,
    }


def _to_preset(row: PresetRow, maker: str | None, user_id: int) -> Preset:
    return Preset(
        id=row.id,
        name=row.name,
        description=row.description,
        layer=layer_from_json(row.layer),
        is_shared=row.is_shared,
        version=row.version,
        maker=maker or "",
        is_own=row.created_by == user_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        trashed_at=row.trashed_at,
    )
