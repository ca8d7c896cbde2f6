"""The worker beside the pages, in the same process."""

import gc
import threading

from core.bootstrap import Services, worker_on
from core.jobs.worker import Worker

TRY_EVERY_S = 5.0


class BackgroundWorker:
    """The worker, started in a thread: its imports take seconds and the pages need none of them.

    A start that fails is tried again, for the pages work on without it.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._worker: Worker | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._start, name="worker-start", daemon=True).start()

    def _start(self) -> None:
        while not self._try():
            self._stopping.wait(TRY_EVERY_S)
        gc.freeze()  # what the worker loaded stays as well

    def _try(self) -> bool:
        """Try to start the worker; True also when there is nothing to start any more."""
        with self._lock:
            if self._stopping.is_set():
                return True
            worker = worker_on(self._services)
            if worker.try_to_start():
                self._worker = worker
            return self._worker is not None

    def stop(self) -> None:
        """Let the worker end or hand back what it does; when it still starts, after that."""
        self._stopping.set()
        with self._lock:
            if self._worker is not None:
                self._worker.stop(timeout_s=self._services.parts.settings.worker_stop_s)
