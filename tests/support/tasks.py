"""Running the tasks that wait, in this thread, as a worker would."""

from dataclasses import replace

from core.bootstrap import Services, task_handlers_on
from core.jobs.task_loop import run_task
from core.services.tasks import TaskRunService
from core.services.workers import WorkerCard, WorkerService

_CARD = WorkerCard("task-runner", "no-spool", "host", 1, 1, "test")


def run_tasks(services: Services) -> int:
    """Run all tasks that wait, and those that they submit; return how many."""
    database = services.parts.database
    workers = WorkerService(database)
    workers.sign_on(_CARD, surely_dead=())
    tasks, count = TaskRunService(database, task_handlers_on(services)), 0
    while (claim := tasks.next(_CARD.id)) is not None:
        run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)
        count += 1
    workers.sign_off(_CARD)
    return count


def bury(services: Services) -> None:
    """Give back what `run_tasks` had begun when it ended in the middle, as after a crash."""
    workers = WorkerService(services.parts.database)
    heir = replace(_CARD, id="heir")
    workers.sign_on(heir, surely_dead=[_CARD.id])
    workers.sign_off(heir)
