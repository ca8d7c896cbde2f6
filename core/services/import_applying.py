"""Doing what a check found, some lines at a time, each time whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.domain.categories import TOO_MANY_CATEGORIES, name_key
from core.domain.generation import Dimensions
from core.domain.imports import (
    Import,
    ImportCounts,
    ImportField,
    ImportLine,
    LineOutcome,
    LineSubject,
    ProductFacts,
)
from core.domain.products import ProductDraft
from core.errors import ConflictError
from core.failpoints import failpoint
from core.services.import_checking import is_same
from core.services.import_pace import Pace
from core.services.product_drafts import differences
from core.services.tasks import TaskRun
from core.unit_of_work import Database, UnitOfWork

F = ImportField
_TRIES = 5
_MANY = 1000
_TAKEN = "A product with this SKU was added after the check; it stays as it is."
_GONE = "This product was deleted after the check."
_NO_ROOM = f"{TOO_MANY_CATEGORIES} This line would add more."
_STALE = "Somebody changed this product after the check; it stays as it is."
Place = tuple[int, int]
START: Place = (0, 0)
"""A line of the file and the id of what was found in it."""

_PHASES = (LineOutcome.CREATE, LineOutcome.CHANGE)


def draft_of(sku: str, values: Mapping[str, Any]) -> ProductDraft:
    """Return what a person would have entered to get these values."""
    price = values.get(F.PRICE)
    sides = [values.get(side) for side in (F.WIDTH_CM, F.DEPTH_CM, F.HEIGHT_CM)]
    return ProductDraft(
        name=values.get(F.NAME, ""),
        sku=sku,
        category=values.get(F.CATEGORY, ""),
        description=values.get(F.DESCRIPTION, ""),
        price=None if price is None else Decimal(price),
        tags=tuple(values.get(F.TAGS, ())),
        dimensions=None if None in sides else Dimensions(*sides),  # type: ignore[arg-type] # none is None
        other_categories=tuple(values.get(F.OTHER_CATEGORIES, ())),
        materials=tuple(values.get(F.MATERIALS, ())),
        colours=tuple(values.get(F.COLOURS, ())),
    )


def write_over(
    work: UnitOfWork,
    task: TaskRun,
    imported: Import,
    changes: Sequence[tuple[ProductFacts, Mapping[str, Any]]],
    *,
    action: str = "import",
) -> None:
    """Write over facts of products that are there, with a line in the history of each."""
    workspace_id, now = task.actor.workspace_id, work.now()
    drafts: dict[int, ProductDraft] = {}
    history: list[tuple[int, dict[str, Any]]] = []
    shelved: dict[bool, list[int]] = {True: [], False: []}
    for facts, values in changes:
        before = draft_of(facts.sku, facts.values)
        after = draft_of(facts.sku, {**facts.values, **values})
        told: dict[str, Any] = dict(differences(before, after))
        if told:
            drafts[facts.product_id] = after
        if F.ARCHIVED in values:
            shelved[values[F.ARCHIVED]].append(facts.product_id)
            told[F.ARCHIVED.value] = (facts.values[F.ARCHIVED], values[F.ARCHIVED])
        history.append((facts.product_id, {"import_id": imported.id, "changes": told}))
    work.products.update_many(workspace_id, drafts, now)
    work.products.archive(workspace_id, shelved[True], now)
    work.products.unarchive(workspace_id, shelved[False], now)
    work.audit_events.add_many(task.actor, action, "product", history)


class ImportApplier:
    """Creates and changes the products of an import, in steps that survive a kill."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, task: TaskRun, imported: Import) -> None:
        """Do all lines that are not done yet; those that do not fit any more are left alone."""
        pace = Pace()
        for phase in _PHASES:
            after: Place | None = START
            before = task.done
            while after is not None:
                with pace.measured():
                    after = self._step(task, imported, phase, (after, pace.lines))
                failpoint("import_written")
                task.go_on()
            self._refresh_statistics(task.done - before)

    def _step(
        self, task: TaskRun, imported: Import, phase: LineOutcome, some: tuple[Place, int]
    ) -> Place | None:
        """Do so many lines after a place, and return that of the last; None when none are left."""
        for last in range(_TRIES):
            try:
                with self._database.begin() as work:
                    return self._lines(work, task, imported, phase, some)
            except ConflictError:
                # Somebody added one of the SKUs between our look and our write: look again.
                if last == _TRIES - 1:
                    raise
        return None

    def _refresh_statistics(self, done: int) -> None:
        if done >= _MANY:
            with self._database.begin() as work:
                work.product_imports.refresh_statistics()

    def _lines(
        self,
        work: UnitOfWork,
        task: TaskRun,
        imported: Import,
        phase: LineOutcome,
        some: tuple[Place, int],
    ) -> Place | None:
        after, limit = some
        lines = work.imports.steps(
            imported.id,
            outcome=phase,
            subject=LineSubject.PRODUCT,
            is_applied=False,
            after=after,
            limit=limit,
        )
        if not lines:
            return None
        counts = self._counts(work, task, imported)
        if phase is LineOutcome.CREATE:
            counts = self._create(work, task, imported, lines, counts)
        else:
            counts = self._change(work, task, imported, lines, counts)
        work.imports.change(imported.id, counts=counts.to_json())
        failpoint("import_writing")
        task.step(work, done=task.done + len(lines), stage="Writing products")
        return lines[-1].line, lines[-1].id

    @staticmethod
    def _counts(work: UnitOfWork, task: TaskRun, imported: Import) -> ImportCounts:
        found = work.imports.find(task.actor.workspace_id, imported.id)
        return imported.counts if found is None else found.counts

    def _create(
        self,
        work: UnitOfWork,
        task: TaskRun,
        imported: Import,
        lines: Sequence[ImportLine],
        counts: ImportCounts,
    ) -> ImportCounts:
        workspace_id, now = task.actor.workspace_id, work.now()
        taken = work.product_imports.taken(workspace_id, [line.sku for line in lines])
        full = _without_room(work, workspace_id, lines)
        fresh = [line for line in lines if line.sku not in taken and line.id not in full]
        self._add(work, task, imported, fresh, now)
        work.imports.mark_created(workspace_id, [line.id for line in fresh])
        for line in lines:
            if line.sku in taken:
                work.imports.settle(line.id, LineOutcome.SKIP, _TAKEN)
            elif line.id in full:
                work.imports.settle(line.id, LineOutcome.SKIP, _NO_ROOM)
        return counts.plus(created=len(fresh), stale=len(lines) - len(fresh))

    @staticmethod
    def _add(
        work: UnitOfWork,
        task: TaskRun,
        imported: Import,
        lines: Sequence[ImportLine],
        now: datetime,
    ) -> None:
        ids = work.product_imports.create(
            task.actor.workspace_id,
            [draft_of(line.sku, line.after) for line in lines],
            now,
            import_id=imported.id,
            created_by=task.actor.user_id,
        )
        archived = [ids[line.sku] for line in lines if line.after.get(F.ARCHIVED)]
        if archived:
            work.products.archive(task.actor.workspace_id, archived, now)
        work.product_imports.note_created(task.actor, ids.values(), imported.id, now)

    def _change(
        self,
        work: UnitOfWork,
        task: TaskRun,
        imported: Import,
        lines: Sequence[ImportLine],
        counts: ImportCounts,
    ) -> ImportCounts:
        stored = work.product_imports.facts_of(
            task.actor.workspace_id, [line.product_id for line in lines if line.product_id]
        )
        full = _without_room(work, task.actor.workspace_id, lines)
        changes: list[tuple[ProductFacts, Mapping[str, Any]]] = []
        done: list[int] = []
        for line in lines:
            facts = stored.get(line.product_id or 0)
            problem = _NO_ROOM if line.id in full else _problem(line, facts)
            if facts is None or problem:
                work.imports.settle(line.id, LineOutcome.SKIP, problem)
            else:
                changes.append((facts, line.after))
                done.append(line.id)
        write_over(work, task, imported, changes)
        work.imports.mark(done, is_applied=True)
        return counts.plus(changed=len(done), stale=len(lines) - len(done))


def _without_room(work: UnitOfWork, workspace_id: int, lines: Sequence[ImportLine]) -> set[int]:
    """Return the ids of lines with new categories for which there is no room any more."""
    keys = {line.id: {name_key(name) for name in _category_names(line)} for line in lines}
    missing = work.categories.missing(workspace_id, set().union(*keys.values()))
    if not missing or len(missing) <= (room := work.categories.room(workspace_id)):
        return set()
    added: set[str] = set()
    full: set[int] = set()
    for line_id, wanted in keys.items():
        new = wanted & missing
        if len(added | new) > room:
            full.add(line_id)
        else:
            added |= new
    return full


def _category_names(line: ImportLine) -> list[str]:
    return [
        name
        for name in (line.after.get(F.CATEGORY), *line.after.get(F.OTHER_CATEGORIES, ()))
        if name
    ]


def _problem(line: ImportLine, facts: ProductFacts | None) -> str:
    if facts is None or facts.is_trashed:
        return _GONE
    is_as_checked = all(
        is_same(name, facts.values.get(name), value) for name, value in line.before.items()
    )
    return "" if is_as_checked else _STALE
