"""The worker: runs the slots that wait in the queue, in this process."""

import logging
import os
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from core.errors import EpoxError
from core.jobs.lease import FileLeases, Lease, Leases, PostgresLeases, executor_id, first_free
from core.jobs.settings import BEAT_EVERY_S, SILENCE_S, SURELY_DEAD
from core.services.slot_runs import SlotRunService
from core.settings import Settings
from core.unit_of_work import Database

log = logging.getLogger(__name__)


class Worker:
    """Runs slots until it is stopped; a machine may run several, PostgreSQL provided."""

    def __init__(
        self, settings: Settings, database: Database, runs: SlotRunService, model_ids: list[str]
    ) -> None:
        self._settings = settings
        self._database = database
        self._runs = runs
        self._model_ids = model_ids
        self._leases: Leases = (
            FileLeases(Path(settings.sqlalchemy_url.removeprefix("sqlite:///")).parent / "leases")
            if settings.is_sqlite
            else PostgresLeases(settings.sqlalchemy_url)
        )
        self._lease: Lease | None = None
        self._heard: dict[int, tuple[datetime, float]] = {}
        self._stopping = threading.Event()
        self._guard: threading.Thread | None = None

    def start(self) -> None:
        """Take a lease, take over what its last holder left unfinished, and begin to work."""
        from core.jobs import engine  # noqa: PLC0415 - DBOS takes over a second to import

        self._lease = first_free(self._leases, self._may_take)
        started_at = datetime.now(UTC)
        self._beat(started_at)
        engine.launch(
            url=self._settings.sqlalchemy_url,
            executor_id=self._lease.executor_id,
            runs=self._runs,
            model_ids=self._model_ids,
            threads=self._settings.worker_threads,
        )
        self._guard = threading.Thread(
            target=self._watch, args=(started_at,), name="epox-worker", daemon=True
        )
        self._guard.start()
        log.info("worker %s started", self._lease.executor_id)

    def try_to_start(self) -> bool:
        """Start, or log why not and leave nothing half started: the database may be away."""
        from core.jobs import engine  # noqa: PLC0415 - likewise

        try:
            self.start()
        except Exception:
            log.exception("the worker could not start")
            engine.shut_down(timeout_s=0)
            if self._lease is not None:
                self._lease.release()
                self._lease = None
            return False
        return True

    def stop(self, *, timeout_s: float = 20) -> None:
        """Stop taking slots, wait for those that run, and give the lease back."""
        from core.jobs import engine  # noqa: PLC0415 - likewise

        self._stopping.set()
        if self._guard is not None:
            self._guard.join()
        engine.shut_down(timeout_s=timeout_s)
        if self._lease is not None:
            try:
                with self._database.begin() as work:
                    work.workers.remove(self._lease.executor_id)
            except EpoxError as error:
                log.warning("the worker could not sign off: %s", error)
            self._lease.release()

    def _watch(self, started_at: datetime) -> None:
        from core.jobs import reaper  # noqa: PLC0415 - likewise

        sweep = reaper.Sweep(self._runs.endings)
        while not self._stopping.wait(BEAT_EVERY_S):
            try:
                self._hold_lease()
                self._beat(started_at)
                reaper.take_over(self._leases, self._model_ids, self._may_take)
                sweep.go_on()
            except Exception:
                # This loop is all that gives a dead worker's slots back: nothing may end it.
                self._heard.clear()  # who was silent may just not have reached the database
                log.exception("the worker's watch failed; it goes on")

    def _hold_lease(self) -> None:
        lease = self._lease
        if lease is None or lease.is_held():
            return
        # The database restarted and dropped the lock. Whoever takes it would do our work again,
        # so this process must have it back, or end.
        number = int(lease.executor_id.removeprefix("slot"))
        self._lease = self._leases.take(number)
        if self._lease is None:
            log.critical("another worker took the id %s: this one ends", lease.executor_id)
            os._exit(70)

    def _may_take(self, number: int) -> bool:
        """Say whether the id's last holder is surely gone, and not only its lock.

        PostgreSQL drops locks when it restarts or loses a connection; a file's lock is exact.
        """
        if self._settings.is_sqlite:
            return True
        if self._lease is not None and self._lease.executor_id == executor_id(number):
            return False
        with self._database.read() as work:
            found = work.workers.find(executor_id(number))
        if found is None:
            return True
        host, process_id, seen_at = found
        if host == _host() and _is_dead(process_id):
            return True
        return self._is_silent(number, seen_at)

    def _is_silent(self, number: int, seen_at: datetime) -> bool:
        # What counts is whether it speaks while we listen: clocks differ, and databases rest.
        now_s = time.monotonic()
        last, since_s = self._heard.get(number, (None, now_s))
        if last != seen_at:
            self._heard[number] = (seen_at, now_s)
            return abs(datetime.now(UTC) - seen_at) > SURELY_DEAD
        return now_s - since_s > SILENCE_S

    def _beat(self, started_at: datetime) -> None:
        if self._lease is None:
            return
        with self._database.begin() as work:
            work.workers.beat(
                self._lease.executor_id,
                host=_host(),
                process_id=os.getpid(),
                started_at=started_at,
                now=datetime.now(UTC),
            )


def _host() -> str:
    return socket.gethostname()[:120]


def _is_dead(process_id: int) -> bool:
    if process_id == os.getpid():
        return True  # a container that starts anew: its last process had the same number
    if os.name != "posix":
        return False  # there is no harmless way to ask
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it is another user's
    return False
