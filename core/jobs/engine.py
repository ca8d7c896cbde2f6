"""DBOS in this process: launched with what Epox pins, and shut down again."""

from dbos import DBOS, DBOSConfig

from core.jobs import slot_workflow
from core.jobs.settings import BEGUN_AHEAD, POLL_EVERY_S
from core.repositories.generation_queue import APPLICATION, APPLICATION_VERSION, queue_of
from core.services.slot_runs import SlotRunService


def launch(
    *, url: str, executor_id: str, runs: SlotRunService, model_ids: list[str], threads: int
) -> None:
    """Start the engine; it takes over what the executor id's last holder left unfinished."""
    slot_workflow.install_runs(runs)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.listen_queues([queue_of(model_id) for model_id in model_ids])
    DBOS.launch()
    for model_id in model_ids:
        # A limit or pause that an operator set while running outlives a restart.
        DBOS.register_queue(
            queue_of(model_id),
            worker_concurrency=threads + BEGUN_AHEAD,
            polling_interval_sec=POLL_EVERY_S,
            on_conflict="never_update",
        )


def shut_down(*, timeout_s: float) -> None:
    """Stop taking slots and wait for those that run."""
    DBOS.destroy(workflow_completion_timeout_sec=round(timeout_s))
    slot_workflow.install_runs(None)
