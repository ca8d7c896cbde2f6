"""The worker: makes the pictures that wait in the queue, in this process."""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import EpoxError
from core.jobs.locks import WorkerLocks
from core.jobs.settings import (
    BEAT_EVERY_S,
    POLL_EVERY_S,
    RETENTION_EVERY_S,
    STEADY_S,
    TASKS_EVERY_S,
    TIDY_EVERY_S,
)
from core.jobs.slot_loop import run_slot
from core.jobs.task_loop import run_task
from core.services.slot_claims import Claim, Nothing
from core.services.slot_endings import SlotKey
from core.services.slot_runs import SlotRunService
from core.services.tasks import TaskRunService
from core.services.workers import WorkerCard, WorkerService

log = logging.getLogger(__name__)

Tidy = Callable[[], object]


@dataclass(frozen=True)
class WorkerParts:
    """What a worker works with; `tidy` deletes what is kept only for a while.

    Each of `tasks` has a thread of its own: what one of them takes long for holds no other up.
    """

    runs: SlotRunService
    tasks: tuple[TaskRunService, ...]
    workers: WorkerService
    locks: WorkerLocks
    tidy: Tidy


class Worker:
    """Makes pictures until it is stopped; several may share a database."""

    def __init__(self, parts: WorkerParts, *, threads: int, version: str) -> None:
        self._parts = parts
        self._threads = threads
        self._version = version
        self._card: WorkerCard | None = None
        self._running: set[SlotKey] = set()
        self._task_ids: set[int] = set()
        self._must_be_alone = False
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._dispatcher = threading.Thread()
        self._helpers: list[threading.Thread] = []

    def start(self) -> None:
        """Take a lease, take over what dead workers left unfinished, and begin to work."""
        self._card = WorkerCard(
            id=uuid.uuid4().hex,
            spool_id=self._parts.runs.spool.id,
            host=socket.gethostname()[:120],
            process_id=os.getpid(),
            threads=self._threads,
            version=self._version,
        )
        self._sign_on(self._card)
        self._dispatcher = _started(self._dispatch)
        lanes = [_started(self._serve_tasks, tasks) for tasks in self._parts.tasks]
        self._helpers = [_started(self._watch), _started(self._tidy), *lanes]
        log.info("worker %s started", self._card.id)

    def try_to_start(self) -> bool:
        """Start, or log why not and leave nothing half started: the database may be away."""
        try:
            self.start()
        except (EpoxError, OSError):
            log.exception("the worker could not start")
            return False
        return True

    def stop(self, *, timeout_s: float = 20) -> None:
        """Begin nothing more, wait for what runs, and give the rest and the lease back."""
        self._stopping.set()
        self._wake.set()
        until = time.monotonic() + timeout_s
        self._try("say that it stops", self._parts.workers.stop)
        while (self._busy() or self._busy_tasks()) and time.monotonic() < until:
            time.sleep(0.05)
        self._ended.set()
        for helper in (self._dispatcher, *self._helpers):
            if helper.ident is not None:
                helper.join(timeout=max(1.0, until - time.monotonic()))
        self._try("sign off", self._parts.workers.sign_off)
        if self._card is not None:
            self._parts.locks.release(self._card.id)

    def _dispatch(self) -> None:
        """Claim slots for the threads that are free."""
        while not self._stopping.is_set():
            self._wake.clear()
            wait_s = POLL_EVERY_S
            try:
                found = self._claim() if self._may_begin() else Nothing()
            except Exception:
                # Without this loop nothing is made any more: it outlives whatever goes wrong, such
                # as a machine that has no memory or no thread left. The watch gives back what was
                # claimed.
                log.exception("no slot could be begun")
                found = Nothing()
            if isinstance(found, Claim):
                continue
            if found.wait_s is not None:
                wait_s = min(max(found.wait_s, 0.01), POLL_EVERY_S)
            self._wake.wait(wait_s)

    def _serve_tasks(self, tasks: TaskRunService) -> None:
        """Run tasks, one after the other, beside the slots and the other lanes."""
        while not self._stopping.is_set():
            found = False
            try:
                found = self._run_next_task(tasks)
            except Exception:
                # As in `_dispatch`: nothing may end this loop. The watch gives back what is held.
                log.exception("no task could be begun")
            if not found:
                self._stopping.wait(TASKS_EVERY_S)

    def _run_next_task(self, tasks: TaskRunService) -> bool:
        claim = None if self._card is None else tasks.next(self._card.id)
        if claim is None:
            return False
        with self._lock:
            self._task_ids.add(claim.id)
        try:
            run_task(tasks, claim, self._stopping.is_set)
        finally:
            with self._lock:
                self._task_ids.discard(claim.id)
        return True

    def _busy_tasks(self) -> frozenset[int]:
        with self._lock:
            return frozenset(self._task_ids)

    def _may_begin(self) -> bool:
        busy = self._busy()
        if not busy:
            self._must_be_alone = False
            return True
        return len(busy) < self._threads and not self._must_be_alone

    def _claim(self) -> Claim | Nothing:
        if self._card is None:
            return Nothing()
        found = self._parts.runs.claims.next(self._card, is_idle=not self._busy())
        if isinstance(found, Claim):
            self._must_be_alone = found.is_suspect
            self._begin(found.key)
        elif found.must_be_alone:
            self._must_be_alone = True
        return found

    def _begin(self, key: SlotKey) -> None:
        with self._lock:
            self._running.add(key)
        try:
            _started(self._run, key)
        except BaseException:
            self._leave(key)
            raise

    def _run(self, key: SlotKey) -> None:
        try:
            run_slot(self._parts.runs, key)
        finally:
            self._leave(key)
            self._wake.set()

    def _leave(self, key: SlotKey) -> None:
        with self._lock:
            self._running.discard(key)

    def _watch(self) -> None:
        """Keep the lease, and give back what dead workers and outages left behind."""
        steady_since = time.monotonic()
        while not self._ended.wait(BEAT_EVERY_S):
            try:
                self._renew()
                self._keep_dispatching()
                if time.monotonic() - steady_since >= STEADY_S and self._parts.workers.take_over():
                    self._wake.set()
            except Exception:
                # This loop is all that gives a dead worker's slots back: nothing may end it.
                steady_since = time.monotonic()
                log.exception("the worker's watch failed; it goes on")

    def _keep_dispatching(self) -> None:
        # A machine without any memory left can end even a loop that catches everything.
        if not self._stopping.is_set() and not self._dispatcher.is_alive():
            log.critical("the dispatcher died and begins anew")
            self._dispatcher = _started(self._dispatch)

    def _tidy(self) -> None:
        """Look after the spool and what is kept only for a while: it may take long, so apart."""
        retained = time.monotonic()
        while not self._ended.wait(TIDY_EVERY_S):
            try:
                self._parts.runs.tidy_spool()
                for key in self._parts.workers.in_lost_spools():
                    self._parts.runs.endings.lose(key)
                if time.monotonic() - retained >= RETENTION_EVERY_S:
                    self._parts.tidy()
                    retained = time.monotonic()
            except Exception:
                log.exception("tidying failed; it is tried again")

    def _renew(self) -> None:
        card = self._card
        if card is None:
            return
        # Read before the database is asked: what is claimed meanwhile is not given back.
        if self._parts.workers.renew(card, self._busy(), self._busy_tasks()):
            self._take_over_from_dead_neighbours(card)
            return
        # It was frozen, or cut off, so long that others took its slots: it is another worker now.
        log.error("worker %s lost its lease and begins anew", card.id)
        self._parts.locks.release(card.id)
        self._card = replace(card, id=uuid.uuid4().hex)
        self._sign_on(self._card)

    def _sign_on(self, card: WorkerCard) -> None:
        self._parts.locks.hold(card.id)
        try:
            dead = self._parts.locks.dead(self._parts.workers.others_on_spool(card.spool_id))
            self._parts.workers.sign_on(card, surely_dead=dead)
        except BaseException:
            self._parts.locks.release(card.id)
            raise
        self._parts.locks.forget(dead)

    def _take_over_from_dead_neighbours(self, card: WorkerCard) -> None:
        neighbours = self._parts.workers.others_on_spool(card.spool_id)
        dead = self._parts.locks.dead(other for other in neighbours if other != card.id)
        if dead:
            self._parts.workers.bury(dead)
            self._parts.locks.forget(dead)
            self._wake.set()

    def _busy(self) -> frozenset[int]:
        with self._lock:
            return frozenset(key.slot_id for key in self._running)

    def _try(self, what: str, act: Callable[[WorkerCard], object]) -> None:
        try:
            if self._card is not None:
                act(self._card)
        except EpoxError as error:
            log.warning("the worker could not %s: %s", what, error)


def _started(act: Callable[..., None], *given: object) -> threading.Thread:
    # A daemon: a call that takes minutes must not keep the process from ending in time.
    thread = threading.Thread(target=act, args=given, name=act.__name__, daemon=True)
    thread.start()
    return thread
