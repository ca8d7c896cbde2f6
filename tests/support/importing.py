"""Imports in tests: run the tasks that wait, here and now, as a worker would."""

import csv
import io
import uuid
from collections.abc import Sequence

from core.bootstrap import Services, task_handlers_on
from core.domain.accounts import Actor
from core.domain.imports import Import, ImportLine, ImportOptions, LineOutcome, LineSubject, Mapped
from core.jobs.task_loop import run_task
from core.services.tasks import TaskHandler, TaskRunService
from core.services.workers import WorkerCard, WorkerService
from core.unit_of_work import Database


def signed_on(database: Database, name: str = "") -> str:
    """Let a new worker hold a lease and return its name."""
    name = name or f"importer-{uuid.uuid4().hex[:8]}"
    WorkerService(database).sign_on(
        WorkerCard(name, f"spool-{name}", "host", 1, 1, "test"), surely_dead=()
    )
    return name


def run_tasks(
    services: Services, handlers: dict[str, TaskHandler] | None = None, name: str = ""
) -> int:
    """Run every task of imports that waits and return how many there were."""
    database = services.parts.database
    name = signed_on(database, name)
    known = handlers or task_handlers_on(services)
    tasks = TaskRunService(
        database, {kind: each for kind, each in known.items() if kind.startswith("import_")}
    )
    count = 0
    while (claim := tasks.next(name)) is not None:
        run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)
        count += 1
    return count


def csv_bytes(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def checked(
    services: Services,
    actor: Actor,
    data: bytes,
    *,
    name: str = "products.csv",
    mapping: Mapped | None = None,
    options: ImportOptions | None = None,
) -> Import:
    """Return the import of a file after its check."""
    begun = services.imports.begin(actor, name, data)
    services.imports.check(actor, begun.id, mapping, options)
    run_tasks(services)
    return services.imports.get(actor, begun.id)


def imported(
    services: Services,
    actor: Actor,
    data: bytes,
    *,
    name: str = "products.csv",
    mapping: Mapped | None = None,
    options: ImportOptions | None = None,
) -> Import:
    """Return the import of a file after its run."""
    found = checked(services, actor, data, name=name, mapping=mapping, options=options)
    services.imports.run(actor, found.id)
    run_tasks(services)
    return services.imports.get(actor, found.id)


def lines_of(
    services: Services,
    actor: Actor,
    import_id: int,
    outcome: LineOutcome | None = None,
    subject: LineSubject | None = None,
) -> tuple[ImportLine, ...]:
    """Return the lines of an import, up to 500."""
    page = services.imports.lines(actor, import_id, outcome, subject=subject, limit=500)
    return page.items
