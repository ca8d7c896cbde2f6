"""Imports that are checked and run to their end, and files for them."""

import io
import secrets
import zipfile
from collections.abc import Mapping

from core.bootstrap import Services, task_handlers_on
from core.domain.accounts import Actor
from core.domain.imports import Import
from core.errors import TaskCancelledError
from core.services.tasks import TaskRunService
from core.services.workers import WorkerCard, WorkerService


def work_off(services: Services) -> None:
    """Do the tasks that wait, as a worker does."""
    database = services.parts.database
    name = secrets.token_hex(8)
    card = WorkerCard(name, "spool", "host", 1, 1, "test")
    WorkerService(database).sign_on(card, surely_dead=())
    tasks = TaskRunService(database, task_handlers_on(services))
    while (claim := tasks.next(name)) is not None:
        try:
            tasks.run(claim, lambda: False)
        except TaskCancelledError:
            tasks.cancel(claim)


def imported(services: Services, actor: Actor, data: bytes, name: str = "chairs.csv") -> Import:
    """Bring in a table of products with the columns that are guessed, and return its import."""
    item = services.imports.begin(actor, name, data)
    services.imports.check(actor, item.id)
    work_off(services)
    services.imports.run(actor, item.id)
    work_off(services)
    return services.imports.get(actor, item.id)


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()
