"""A process that runs the tasks that wait, to be killed in the middle: `export_process.py URL`."""

import sys
from pathlib import Path

from core.bootstrap import build_services, task_handlers_on
from core.jobs.task_loop import run_task
from core.services.tasks import TaskRunService
from core.services.workers import WorkerCard, WorkerService
from core.settings import Settings


def main() -> None:
    """Run what waits and end."""
    url, data_dir, name = sys.argv[1:]
    settings = Settings.model_validate(
        {"data_dir": Path(data_dir), "database_url": url, "worker_in_app": False}
    )
    services = build_services(settings)
    try:
        database = services.parts.database
        WorkerService(database).sign_on(
            WorkerCard(name, "no-spool", "host", 1, 1, "test"), surely_dead=()
        )
        tasks = TaskRunService(database, task_handlers_on(services))
        while (claim := tasks.next(name)) is not None:
            run_task(tasks, claim, lambda: False, pause=lambda _wait_s: None)
    finally:
        services.close()


if __name__ == "__main__":
    main()
