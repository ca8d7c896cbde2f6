"""Taking back what an import did, but not what people did since."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.imports import (
    Import,
    ImportField,
    ImportLine,
    LineOutcome,
    LineSubject,
    ProductFacts,
)
from core.failpoints import failpoint
from core.services.import_applying import START, Place, write_over
from core.services.import_checking import is_same
from core.services.import_pace import Pace
from core.services.tasks import TaskRun
from core.unit_of_work import Database, UnitOfWork

_PHOTOS_AT_ONCE = 50
_KEPT = "It was changed since and stays."
_IN_USE = "It is in use by now (photos, pictures, settings or a collection) and stays."
_PARTLY = "Changed since, and so not taken back: {}."
_NEW: Mapping[ImportField, Any] = {
    ImportField.CATEGORY: "",
    ImportField.OTHER_CATEGORIES: [],
    ImportField.DESCRIPTION: "",
    ImportField.PRICE: None,
    ImportField.TAGS: [],
    ImportField.MATERIALS: [],
    ImportField.COLOURS: [],
    ImportField.WIDTH_CM: None,
    ImportField.DEPTH_CM: None,
    ImportField.HEIGHT_CM: None,
    ImportField.ARCHIVED: False,
}
"""What a new product holds where its line said nothing."""


class ImportUndo:
    """Takes an import back in steps that survive a kill."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, task: TaskRun, imported: Import) -> None:
        """Put created products in the trash and changed fields back, unless changed since."""
        for subject, phase in (
            (LineSubject.PHOTO, LineOutcome.CREATE),
            (LineSubject.PRODUCT, LineOutcome.CHANGE),
            (LineSubject.PRODUCT, LineOutcome.CREATE),
        ):
            after: Place | None = START
            pace = Pace()
            while after is not None:
                limit = _PHOTOS_AT_ONCE if subject is LineSubject.PHOTO else pace.lines
                with pace.measured():
                    after = self._step(task, imported, (subject, phase), (after, limit))
                failpoint("import_undone")
                task.go_on()

    def _step(
        self,
        task: TaskRun,
        imported: Import,
        kind: tuple[LineSubject, LineOutcome],
        some: tuple[Place, int],
    ) -> Place | None:
        subject, phase = kind
        after, limit = some
        with self._database.begin() as work:
            lines = work.imports.steps(
                imported.id,
                outcome=phase,
                subject=subject,
                is_applied=True,
                after=after,
                limit=limit,
            )
            if not lines:
                return None
            found = work.imports.find(task.actor.workspace_id, imported.id)
            take_back = _remove_photos if subject is LineSubject.PHOTO else _PRODUCTS[phase]
            more = take_back(work, task, imported, lines)
            counts = (imported if found is None else found).counts.plus(**more)
            work.imports.mark([line.id for line in lines], is_applied=False)
            work.imports.change(imported.id, counts=counts.to_json())
            failpoint("import_undoing")
            task.step(work, done=task.done + len(lines), stage="Taking back")
        return lines[-1].line, lines[-1].id


def _revert(
    work: UnitOfWork, task: TaskRun, imported: Import, lines: Sequence[ImportLine]
) -> dict[str, int]:
    stored = _stored(work, task, lines)
    changes: list[tuple[ProductFacts, Mapping[str, Any]]] = []
    for line in lines:
        facts = stored.get(line.product_id or 0)
        back = {} if facts is None else _untouched(line, facts)
        if facts is not None and back:
            changes.append((facts, back))
        kept = [name for name in line.after if name not in back]
        if kept:
            names = ", ".join(name.removesuffix("_cm").replace("_", " ") for name in kept)
            reason = _PARTLY.format(names) if back else _KEPT
            work.imports.settle(line.id, line.outcome, reason)
    write_over(work, task, imported, changes, action="undo_import")
    return {"reverted": len(changes), "kept": len(lines) - len(changes)}


def _trash(
    work: UnitOfWork, task: TaskRun, imported: Import, lines: Sequence[ImportLine]
) -> dict[str, int]:
    stored = _stored(work, task, lines)
    in_use = work.product_imports.in_use(list(stored))
    going: list[int] = []
    for line in lines:
        facts = stored.get(line.product_id or 0)
        if facts is None or facts.is_trashed:
            continue
        if facts.product_id in in_use:
            work.imports.settle(line.id, line.outcome, _IN_USE)
        elif _is_as_created(line, facts):
            going.append(facts.product_id)
        else:
            work.imports.settle(line.id, line.outcome, _KEPT)
    work.products.trash(task.actor.workspace_id, going, work.now())
    work.audit_events.add_many(
        task.actor,
        "trash",
        "product",
        [(product_id, {"import_id": imported.id}) for product_id in going],
    )
    gone = sum(line.product_id not in stored for line in lines)
    gone += sum(facts.is_trashed for facts in stored.values())
    return {"trashed": len(going), "kept": len(lines) - len(going) - gone}


def _remove_photos(
    work: UnitOfWork, task: TaskRun, imported: Import, lines: Sequence[ImportLine]
) -> dict[str, int]:
    workspace_id, now = task.actor.workspace_id, work.now()
    removed = 0
    for line in lines:
        asset_id = line.after.get("asset_id")
        if line.product_id is None or not work.products.lock(workspace_id, line.product_id):
            continue
        ids = [photo.id for photo in work.products.photos(workspace_id, line.product_id)]
        if asset_id in ids:
            ids.remove(asset_id)
            work.products.set_photos(line.product_id, ids, now)
            if not work.products.photos_of_others(workspace_id, line.product_id, [asset_id]):
                work.assets.trash(workspace_id, [asset_id], now)
            work.audit_events.add(
                task.actor,
                "remove_photo",
                "product",
                line.product_id,
                asset_id=asset_id,
                import_id=imported.id,
            )
            removed += 1
    return {"photos_removed": removed}


_PRODUCTS = {LineOutcome.CHANGE: _revert, LineOutcome.CREATE: _trash}


def _stored(
    work: UnitOfWork, task: TaskRun, lines: Sequence[ImportLine]
) -> dict[int, ProductFacts]:
    return work.product_imports.facts_of(
        task.actor.workspace_id, [line.product_id for line in lines if line.product_id]
    )


def _untouched(line: ImportLine, facts: ProductFacts) -> dict[str, Any]:
    """Return the fields that are still as the import wrote them, with what was there before."""
    return {
        name: line.before[name]
        for name, value in line.after.items()
        if name in line.before and is_same(name, facts.values.get(name), value)
    }


def _is_as_created(line: ImportLine, facts: ProductFacts) -> bool:
    expected = {**{field.value: value for field, value in _NEW.items()}, **line.after}
    return all(is_same(name, facts.values.get(name), value) for name, value in expected.items())
