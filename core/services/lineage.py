"""Lineage: the tree of a picture, from the photos it was made from to what came of it."""

from core.domain.accounts import Actor
from core.domain.history import AuditEvent
from core.domain.lineage import (
    MAX_BRANCHES,
    MAX_FURTHER_BRANCHES,
    MAX_GENERATIONS,
    MAX_NODES,
    Lineage,
    Traced,
    WantedAs,
    Whereabouts,
    ancestors_of,
    descendants_of,
    merged,
)
from core.domain.paging import Cursor, Page
from core.errors import NotFoundError
from core.unit_of_work import Database, UnitOfWork


class LineageService:
    """Follows pictures to what they were made from and to what was made from them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, actor: Actor, asset_id: int) -> Lineage:
        """Return the tree of a picture, or raise `NotFoundError`.

        It goes five generations up and down, a statement each, however many pictures there are:
        what is left out is counted.
        """
        with self._database.read() as work:
            known = work.lineage.trace(actor.workspace_id, [asset_id])
            if asset_id not in known or known[asset_id].node.whereabouts is Whereabouts.GONE:
                raise NotFoundError(f"asset {asset_id} in workspace {actor.workspace_id}")
            asked = _climb(work, actor, asset_id, known)
            children = _descend(work, actor, asset_id)
            below = [each for shown, _ in children.values() for each in shown]
            known |= work.lineage.trace(
                actor.workspace_id, [each for each in below if each not in known]
            )
        return Lineage(
            ancestors_of(asset_id, known, asked), descendants_of(asset_id, known, children)
        )

    def shots(self, actor: Actor, asset_id: int) -> tuple[WantedAs, ...]:
        """Return the wanted shots of collections that the picture counts for."""
        with self._database.read() as work:
            return work.lineage.shots(actor.workspace_id, asset_id)

    def history(
        self, actor: Actor, asset_id: int, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[AuditEvent]:
        """Return a page of what people did to the picture, the newest first."""
        with self._database.read() as work:
            return work.audit_events.history(
                actor.workspace_id, "asset", asset_id, after=after, limit=limit
            )


def _climb(work: UnitOfWork, actor: Actor, asset_id: int, known: dict[int, Traced]) -> set[int]:
    """Look for what the picture was made from, a generation after the other; return the ids."""
    asked = {asset_id}
    newest = [asset_id]
    for _ in range(MAX_GENERATIONS):
        origins = [
            shown.asset_id
            for each in newest
            if each in known
            for shown, _ in merged(known[each].origins)[:MAX_BRANCHES]
        ]
        newest = list(dict.fromkeys(each for each in origins if each and each not in asked))
        newest = newest[: max(MAX_NODES - len(asked), 0)]
        if not newest:
            break
        asked.update(newest)
        known |= work.lineage.trace(actor.workspace_id, newest)
    return asked


def _descend(
    work: UnitOfWork, actor: Actor, asset_id: int
) -> dict[int, tuple[tuple[int, ...], int]]:
    """Return what was made from the picture and from that again, and how many there are of each."""
    found: dict[int, tuple[tuple[int, ...], int]] = {}
    seen = {asset_id}
    newest = [asset_id]
    for generation in range(MAX_GENERATIONS + 1):
        limit = MAX_FURTHER_BRANCHES if generation else MAX_BRANCHES
        children = work.lineage.children(actor.workspace_id, newest, limit=limit)
        newest = []
        for parent_id, (ids, total) in children.items():
            room = 0 if generation == MAX_GENERATIONS else MAX_NODES - len(seen)
            fresh = [each for each in ids if each not in seen][: max(room, 0)]
            found[parent_id] = (tuple(fresh), total)
            seen.update(fresh)
            newest += fresh
        if not newest:
            break
    return found
