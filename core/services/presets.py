"""Presets: named sets of settings to begin from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.domain.accounts import Actor, Role
from core.domain.assets import AssetRef, AssetSummary
from core.domain.presets import (
    MAX_PRESET_NAME_CHARS,
    MAX_PRESET_TEXT_CHARS,
    MAX_PRESETS,
    Preset,
    PresetDraft,
    PresetResults,
    PresetVersion,
    StarterPreset,
    starter_presets,
)
from core.errors import AccessDeniedError, ConflictError, InvalidInputError, NotFoundError
from core.services.access import must_edit, some_ids
from core.services.cascade import require_pictures
from core.services.layers import clean_layer
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database, UnitOfWork


class PresetService:
    """The presets of a workspace: a person's own, and those that are shared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, actor: Actor, *, trashed: bool = False) -> tuple[Preset, ...]:
        """Return the actor's own and the shared presets, by name; or those in the trash."""
        with self._database.read() as work:
            return work.presets.all(
                actor.workspace_id, actor.user_id, trashed=trashed, limit=MAX_PRESETS
            )

    def get(self, actor: Actor, preset_id: int) -> Preset:
        """Return a preset that is the actor's own or shared, trashed or not."""
        with self._database.read() as work:
            return _preset(work, actor, preset_id)

    def save(self, actor: Actor, draft: PresetDraft) -> Preset:
        """Add a preset in its first version."""
        must_edit(actor)
        draft = _clean(draft)
        with self._database.begin() as work:
            preset_id = _add(work, actor, draft)
            return _preset(work, actor, preset_id)

    def update(
        self, actor: Actor, preset_id: int, draft: PresetDraft, *, version: int | None = None
    ) -> Preset:
        """Replace what a preset is; other settings make a new version, the older ones are kept.

        `version` is the one that was shown: if somebody saved another meanwhile, it raises
        `ConflictError`.
        """
        must_edit(actor)
        draft = _clean(draft)
        with self._database.begin() as work:
            preset = _changeable(work, actor, preset_id)
            if preset.trashed_at is not None:
                raise InvalidInputError(user_message="This preset is in the trash. Restore it.")
            if not preset.is_own and not draft.is_shared:
                raise AccessDeniedError(
                    f"user {actor.user_id} did not make preset {preset_id}",
                    user_message="Only who made this preset can keep it for themselves.",
                )
            require_pictures(work, actor, draft.layer)
            known = preset if version is None else replace(preset, version=version)
            changed = work.presets.change(
                actor.workspace_id, known, draft, changed_by=actor.user_id, now=work.now()
            )
            if not changed:
                raise ConflictError(
                    f"preset {preset_id} is no longer in version {known.version}",
                    user_message="Somebody else changed this preset meanwhile. Look at it again.",
                )
            work.audit_events.add(actor, "update", "preset", preset_id)
            return _preset(work, actor, preset_id)

    def go_back(self, actor: Actor, preset_id: int, version: int) -> Preset:
        """Make the settings of an older version the newest one."""
        for each in self.versions(actor, preset_id):
            if each.version == version:
                draft = replace(self.get(actor, preset_id).draft, layer=each.layer)
                return self.update(actor, preset_id, draft)
        raise NotFoundError(f"version {version} of preset {preset_id}")

    def versions(self, actor: Actor, preset_id: int) -> tuple[PresetVersion, ...]:
        """Return what a preset was in each of its versions, the newest first."""
        with self._database.read() as work:
            _preset(work, actor, preset_id)
            return work.presets.versions(actor.workspace_id, preset_id)

    def results(self, actor: Actor, preset_id: int) -> PresetResults:
        """Return how many pictures came of a preset, how many are approved, what they cost."""
        return self.results_of(actor, [preset_id])[preset_id]

    def results_of(self, actor: Actor, preset_ids: Sequence[int]) -> Mapping[int, PresetResults]:
        """Return what came of each of these presets; those that are not there are left out."""
        ids = some_ids(preset_ids)
        with self._database.read() as work:
            known = work.presets.visible(actor.workspace_id, actor.user_id, ids)
            if len(ids) == 1 and not known:
                raise NotFoundError(f"preset {ids[0]} in workspace {actor.workspace_id}")
            return work.presets.results(actor.workspace_id, known)

    def pictures(
        self, actor: Actor, preset_id: int, *, limit: int = 24
    ) -> tuple[AssetSummary, ...]:
        """Return the newest pictures that came of a preset."""
        with self._database.read() as work:
            _preset(work, actor, preset_id)
            return work.presets.pictures(actor.workspace_id, preset_id, limit=limit)

    def best_pictures(self, actor: Actor, preset_ids: Sequence[int]) -> Mapping[int, AssetRef]:
        """Return the best approved picture that came of each of these presets, where there is."""
        ids = some_ids(preset_ids)
        with self._database.read() as work:
            known = work.presets.visible(actor.workspace_id, actor.user_id, ids)
            return work.presets.best_pictures(actor.workspace_id, known)

    def trash(self, actor: Actor, preset_ids: Sequence[int]) -> int:
        """Put presets into the trash and return how many were not there yet."""
        return self._move(actor, preset_ids, is_trashed=True)

    def restore(self, actor: Actor, preset_ids: Sequence[int]) -> int:
        """Take presets out of the trash and return how many were in it."""
        return self._move(actor, preset_ids, is_trashed=False)

    def starters(self) -> tuple[StarterPreset, ...]:
        """Return the presets that ship with Epox."""
        return starter_presets()

    def use_starter(self, actor: Actor, slug: str) -> Preset:
        """Return the workspace's copy of a preset that ships with Epox, made at its first use."""
        must_edit(actor)
        starter = next((each for each in starter_presets() if each.slug == slug), None)
        if starter is None:
            raise NotFoundError(f"starter preset {slug!r}")
        with self._database.begin() as work:
            known = work.presets.find_named(actor.workspace_id, actor.user_id, starter.name)
            if known is not None:
                return known
            draft = PresetDraft(starter.name, starter.layer, starter.description, is_shared=True)
            return _preset(work, actor, _add(work, actor, draft))

    def _move(self, actor: Actor, preset_ids: Sequence[int], *, is_trashed: bool) -> int:
        must_edit(actor)
        with self._database.begin() as work:
            ids = work.presets.visible(actor.workspace_id, actor.user_id, some_ids(preset_ids))
            for preset_id in ids:
                _changeable(work, actor, preset_id)
            moved = work.presets.set_trashed(
                actor.workspace_id, ids, work.now() if is_trashed else None
            )
            action = "trash" if is_trashed else "restore"
            for preset_id in moved:
                work.audit_events.add(actor, action, "preset", preset_id)
        return len(moved)


def _add(work: UnitOfWork, actor: Actor, draft: PresetDraft) -> int:
    if work.presets.count(actor.workspace_id) >= MAX_PRESETS:
        raise InvalidInputError(
            user_message=f"There are {MAX_PRESETS} presets already. Move some to the trash first."
        )
    require_pictures(work, actor, draft.layer)
    preset_id = work.presets.add(actor.workspace_id, draft, made_by=actor.user_id, now=work.now())
    work.audit_events.add(actor, "create", "preset", preset_id, name=draft.name)
    return preset_id


def _preset(work: UnitOfWork, actor: Actor, preset_id: int) -> Preset:
    preset = work.presets.find(actor.workspace_id, actor.user_id, preset_id)
    if preset is None:
        raise NotFoundError(f"preset {preset_id} in workspace {actor.workspace_id}")
    return preset


def _changeable(work: UnitOfWork, actor: Actor, preset_id: int) -> Preset:
    preset = _preset(work, actor, preset_id)
    if not preset.is_own and actor.role is not Role.OWNER:
        raise AccessDeniedError(
            f"user {actor.user_id} did not make preset {preset_id}",
            user_message="Only who made this preset, or an owner, can change it. "
            "You can save a copy of your own.",
        )
    return preset


def _clean(draft: PresetDraft) -> PresetDraft:
    return replace(
        draft,
        name=clean_line(draft.name, "a name", max_chars=MAX_PRESET_NAME_CHARS),
        description=clean_text(
            draft.description, "the description", max_chars=MAX_PRESET_TEXT_CHARS
        ),
        layer=clean_layer(draft.layer),
    )
