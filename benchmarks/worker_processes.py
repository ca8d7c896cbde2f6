"""Workers in processes of their own, as an operator starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.jobs import wait_until
from benchmarks.raw import rows
from core.bootstrap import Services
from core.settings import Settings
from tests.support.environment import ROOT

_LOOK_EVERY_S = 0.3  # rarely: several who look would slow down what is measured
COMMAND = (sys.executable, "-m", "core.cli", "worker")


class WorkerProcesses:
    """Starts workers on one database; `worker_processes()` gives it and kills what lives."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start a worker whose data is in the folder, and return its process at once."""
        process = subprocess.Popen(  # noqa: S603 - our own program
            COMMAND,
            cwd=ROOT,
            env={**os.environ, **_variables(self._services.parts.settings, folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(process)
        return process

    def wait_for(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the worker has signed on; raise `RuntimeError` when it ended before."""

        def has_signed_on() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"a worker ended with code {process.returncode}")
            pid = process.pid
            return bool(rows(self._services, _OF_PROCESS, pid=pid))

        wait_until(has_signed_on, every_s=_LOOK_EVERY_S)

    def close(self) -> None:
        """Kill the workers that live."""
        for process in self._started:
            process.kill()
            process.wait()


_OF_PROCESS = "SELECT id FROM workers WHERE process_id = :pid"


@contextmanager
def worker_processes(services: Services) -> Iterator[WorkerProcesses]:
    """Yield what starts workers on the services' database."""
    workers = WorkerProcesses(services)
    try:
        yield workers
    finally:
        workers.close()


def _variables(settings: Settings, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "EPOX_DATA_DIR": str(folder),
        "GEMINI_API_KEY": settings.gemini_api_key.get_secret_value(),
        "GOOGLE_GEMINI_BASE_URL": settings.gemini_base_url,
    }
