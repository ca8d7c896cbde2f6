"""Wanted shots: what each product of a collection should have a picture of."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.domain.setting_layers import SettingsLayer
from core.domain.shots import (
    MAX_SHOTS,
    MAX_WANTED,
    Cell,
    Gap,
    GapSums,
    Matrix,
    ShotPicture,
    WantedShot,
)
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.repositories.collection_members import Members
from core.services.access import must_edit, some_ids
from core.services.cascade import require_pictures
from core.services.layers import clean_layer
from core.services.texts import clean_line
from core.unit_of_work import Database, UnitOfWork

MAX_GAPS = 5_000
"""So many gaps are named at a time: more than one plan can hold."""

MAX_SHOWN = 60
"""So many pictures of a product are offered for a shot."""


class ShotService:
    """The wanted shots of collections, and how far the products are with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shots(self, actor: Actor, collection_id: int) -> tuple[WantedShot, ...]:
        """Return the wanted shots of a collection, in their order."""
        with self._database.read() as work:
            return _wanted(work, actor, collection_id)[1]

    def get(self, actor: Actor, shot_id: int) -> WantedShot:
        """Return a wanted shot of a collection that is not in the trash."""
        with self._database.read() as work:
            return _shot(work, actor, shot_id)

    def add(self, actor: Actor, collection_id: int, name: str, wanted: int = 1) -> WantedShot:
        """Append a shot of which each product should have so many approved pictures."""
        must_edit(actor)
        name = _clean_name(name)
        _check_wanted(wanted)
        with self._database.begin() as work:
            _lock(work, actor, collection_id)
            _, shots = _wanted(work, actor, collection_id)
            if len(shots) >= MAX_SHOTS:
                raise InvalidInputError(
                    user_message=f"A collection can want at most {MAX_SHOTS} shots."
                )
            _refuse_taken_name(shots, name, None)
            shot_id = work.shots.add(actor.workspace_id, collection_id, name, wanted)
            _note(work, actor, "add_shot", collection_id, shot_id, name=name, wanted=wanted)
            return _shot(work, actor, shot_id)

    def rename(self, actor: Actor, shot_id: int, name: str, wanted: int) -> None:
        """Give a shot another name and another number of approved pictures."""
        must_edit(actor)
        name = _clean_name(name)
        _check_wanted(wanted)
        with self._database.begin() as work:
            shot = _locked_shot(work, actor, shot_id)
            _refuse_taken_name(_wanted(work, actor, shot.collection_id)[1], name, shot_id)
            work.shots.change(shot_id, name, wanted)
            _note(work, actor, "change_shot", shot.collection_id, shot_id, name=name, wanted=wanted)

    def set_defaults(self, actor: Actor, shot_id: int, layer: SettingsLayer) -> None:
        """Keep the settings with which pictures of this shot begin."""
        must_edit(actor)
        layer = clean_layer(layer)
        with self._database.begin() as work:
            require_pictures(work, actor, layer)
            shot = _locked_shot(work, actor, shot_id)
            work.shots.set_defaults(shot_id, layer)
            _note(work, actor, "set_shot_defaults", shot.collection_id, shot_id)

    def remove(self, actor: Actor, shot_id: int) -> None:
        """Remove a shot; its pictures stay, and those on their way join no shot."""
        must_edit(actor)
        with self._database.begin() as work:
            shot = _locked_shot(work, actor, shot_id)
            work.shots.remove(shot_id)
            _note(work, actor, "remove_shot", shot.collection_id, shot_id, name=shot.name)

    def order(self, actor: Actor, collection_id: int, shot_ids: Sequence[int]) -> None:
        """Put all shots of a collection into this order, or raise when they are others by now."""
        must_edit(actor)
        with self._database.begin() as work:
            _lock(work, actor, collection_id)
            _, shots = _wanted(work, actor, collection_id)
            if sorted(shot_ids) != sorted(shot.id for shot in shots):
                raise ConflictError(
                    user_message="The shots changed meanwhile. Please look again, then order them."
                )
            work.shots.arrange(shot_ids)
            _note(work, actor, "order_shots", collection_id, None, ids=list(shot_ids))

    def matrix(
        self,
        actor: Actor,
        collection_id: int,
        *,
        only_gaps: bool = False,
        after: Cursor | None = None,
        limit: int = 50,
    ) -> Matrix:
        """Return a page of product x wanted shot; with `only_gaps` of products that lack some.

        The sums of the columns are of all products. Without shots there are no rows.
        """
        with self._database.read() as work:
            members, shots = _wanted(work, actor, collection_id)
            if not shots:
                return Matrix((), (), 0, None)
            return work.shot_matrix.page(
                members, shots, only_gaps=only_gaps, after=after, limit=limit
            )

    def cell(self, actor: Actor, shot_id: int, product_id: int) -> Cell:
        """Return where one product stands with a shot; nothing is there of an unknown one."""
        with self._database.read() as work:
            return work.shot_matrix.cell(_shot(work, actor, shot_id), product_id)

    def gaps(
        self, actor: Actor, collection_id: int, shot_ids: Sequence[int] = (), *, limit: int = 500
    ) -> tuple[Gap, ...]:
        """Return which products with a photo lack pictures of these shots, or of any.

        What is queued or running is lacking no more: to fill the same gaps twice asks for nothing.
        """
        with self._database.read() as work:
            members, shots = _chosen(work, actor, collection_id, shot_ids)
            if not shots:
                return ()
            return work.shot_matrix.gaps(members, shots, limit=min(limit, MAX_GAPS))

    def gap_sums(self, actor: Actor, collection_id: int, shot_ids: Sequence[int] = ()) -> GapSums:
        """Return what filling the gaps of these shots, or of all, comes to."""
        with self._database.read() as work:
            members, shots = _chosen(work, actor, collection_id, shot_ids)
            if not shots:
                return GapSums(0, 0, 0, 0, ())
            return work.shot_matrix.gap_sums(members, shots)

    def pictures(self, actor: Actor, shot_id: int, product_id: int) -> tuple[ShotPicture, ...]:
        """Return a product's pictures: those of the shot first, then what could be of it."""
        with self._database.read() as work:
            _shot(work, actor, shot_id)
            return work.shots.pictures(actor.workspace_id, shot_id, product_id, limit=MAX_SHOWN)

    def assign(self, actor: Actor, shot_id: int, asset_ids: Sequence[int]) -> int:
        """Let pictures be of a shot; return how many were not yet.

        Unknown ones are left out, and pictures of products that the collection does not hold.
        """
        must_edit(actor)
        ids = some_ids(asset_ids)
        with self._database.begin() as work:
            shot = _locked_shot(work, actor, shot_id)
            members, _ = _wanted(work, actor, shot.collection_id)
            added = work.shots.assign(members, shot_id, ids)
            _note(work, actor, "assign", shot.collection_id, shot_id, ids=added)
        return len(added)

    def unassign(self, actor: Actor, shot_id: int, asset_ids: Sequence[int]) -> int:
        """Take pictures out of a shot; return how many were in it. The pictures stay."""
        must_edit(actor)
        ids = some_ids(asset_ids)
        with self._database.begin() as work:
            shot = _locked_shot(work, actor, shot_id)
            gone = work.shots.unassign(shot_id, ids)
            _note(work, actor, "unassign", shot.collection_id, shot_id, ids=gone)
        return len(gone)


def _clean_name(name: str) -> str:
    return clean_line(name, "a name for the shot", max_chars=80)


def _check_wanted(wanted: int) -> None:
    if not 1 <= wanted <= MAX_WANTED:
        raise InvalidInputError(
            user_message=f"Please want 1 to {MAX_WANTED} approved pictures of a shot."
        )


def _refuse_taken_name(shots: Sequence[WantedShot], name: str, shot_id: int | None) -> None:
    folded = name.casefold()
    if any(shot.name.casefold() == folded and shot.id != shot_id for shot in shots):
        raise ConflictError(user_message=f"There is already a shot called {name}.")


def _wanted(
    work: UnitOfWork, actor: Actor, collection_id: int
) -> tuple[Members, tuple[WantedShot, ...]]:
    found = work.shots.of_collection(actor.workspace_id, collection_id)
    if found is None:
        raise NotFoundError(f"collection {collection_id} in workspace {actor.workspace_id}")
    return found


def _chosen(
    work: UnitOfWork, actor: Actor, collection_id: int, shot_ids: Sequence[int]
) -> tuple[Members, tuple[WantedShot, ...]]:
    members, shots = _wanted(work, actor, collection_id)
    if not shot_ids:
        return members, shots
    return members, tuple(shot for shot in shots if shot.id in set(shot_ids))


def _shot(work: UnitOfWork, actor: Actor, shot_id: int) -> WantedShot:
    shot = work.shots.find(actor.workspace_id, shot_id)
    if shot is None:
        raise NotFoundError(f"shot {shot_id} in workspace {actor.workspace_id}")
    return shot


def _lock(work: UnitOfWork, actor: Actor, collection_id: int) -> None:
    if work.collections.members(actor.workspace_id, collection_id, is_locked=True) is None:
        raise NotFoundError(f"collection {collection_id} in workspace {actor.workspace_id}")


def _locked_shot(work: UnitOfWork, actor: Actor, shot_id: int) -> WantedShot:
    """Return the shot once nobody else can change the shots of its collection."""
    _lock(work, actor, _shot(work, actor, shot_id).collection_id)
    return _shot(work, actor, shot_id)


def _note(
    work: UnitOfWork,
    actor: Actor,
    action: str,
    collection_id: int,
    shot_id: int | None,
    **detail: object,
) -> None:
    work.collections.touch(actor.workspace_id, collection_id, datetime.now(UTC))
    if shot_id is not None:
        detail["shot_id"] = shot_id
    work.audit_events.add(actor, action, "collection", collection_id, **detail)
