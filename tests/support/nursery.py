"""A nursery of workers: a killed one is replaced within some ten milliseconds."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.failpoints import VARIABLE
from core.settings import Settings
from tests.support.environment import ROOT

WAIT_S = 60.0


@dataclass(frozen=True)
class Pass:
    """One thread of a worker at one of the failpoints."""

    thread: int
    at_s: float
    point: str


class NurseryWorker:
    """A worker in a process of its own, forked by the nursery. Times are of `time.monotonic`."""

    def __init__(self, number: int, nursery: "Nursery") -> None:
        self.number = number
        self.pid = 0
        self.asked_at_s = time.monotonic()
        self.ready_at_s: float | None = None
        self.ended_at_s: float | None = None
        self.code: int | None = None
        self._nursery = nursery

    @property
    def is_alive(self) -> bool:
        """Say whether its process runs, or is about to."""
        return self.code is None

    def signal(self, number: signal.Signals) -> None:
        """Send the signal; one that has ended gets none."""
        self._nursery.tell(do="signal", number=self.number, signal=int(number))

    def kill(self) -> None:
        """Kill it as a power cut would, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """Let it end as an operator does, and check that it does so well."""
        self.signal(signal.SIGTERM)
        assert self.wait() == 0, self.log

    def wait(self, timeout_s: float = WAIT_S) -> int:
        """Return its exit code once it has ended, negative for a signal."""
        self._nursery.wait_until(lambda: self.code is not None, timeout_s)
        assert self.code is not None
        return self.code

    def wait_until_ready(self) -> None:
        """Wait until it takes slots."""
        self._nursery.wait_until(lambda: self.ready_at_s is not None or not self.is_alive)
        assert self.is_alive, self.log

    @property
    def log(self) -> str:
        """Return all that it wrote."""
        path = self._nursery.folder / f"{self.number}.log"
        return path.read_text() if path.exists() else ""

    @property
    def names(self) -> list[str]:
        """Return the ids under which it signed on."""
        return re.findall(r"worker (\w+) started", self.log)

    @property
    def trace(self) -> list[Pass]:
        """Return the failpoints that it passed, oldest first."""
        path = self._nursery.folder / f"{self.number}.trace"
        lines = path.read_text().splitlines() if path.exists() else []
        parts = [line.split() for line in lines]
        return [Pass(int(thread), float(at), point) for thread, at, point in parts]

    @property
    def standing(self) -> list[str]:
        """Return the point that each of its threads passed last."""
        last = {passed.thread: passed.point for passed in self.trace}
        return list(last.values())


class Nursery:
    """Starts workers; `nursery()` gives one and ends it with all of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[NurseryWorker] = []
        self._numbers = count(1)
        self._changed = threading.Condition()
        self._is_open = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery_process"],
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_until(lambda: self._is_open)

    def start(
        self,
        settings: Settings,
        *,
        failpoints: str = "",
        hooks: Sequence[tuple[object, ...]] = (),
        patience_s: float = 20,
    ) -> NurseryWorker:
        """Fork a worker and return it at once.

        Each hook is the name of a function, `package.module:function`, and its arguments: it is
        called in the new process before anything of the worker is made.
        """
        worker = NurseryWorker(next(self._numbers), self)
        self.workers.append(worker)
        self.tell(
            do="start",
            number=worker.number,
            settings=_revealed(settings),
            environment={VARIABLE: failpoints},
            hooks=list(hooks),
            folder=str(self.folder),
            patience_s=patience_s,
        )
        return worker

    @property
    def alive(self) -> list[NurseryWorker]:
        """Return the workers that have not ended."""
        return [worker for worker in self.workers if worker.is_alive]

    def tell(self, **facts: object) -> None:
        """Give the process an order."""
        assert self._process.stdin is not None
        with self._changed:
            self._process.stdin.write(json.dumps(facts).encode() + b"\n")
            self._process.stdin.flush()

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
        """Wait until something that the process reports makes the condition true."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout_s), "the nursery did not report it"

    def close(self) -> None:
        """Kill what lives, and end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=WAIT_S)
        self._reader.join(timeout=WAIT_S)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as reports:
            for line in reports:
                with self._changed:
                    self._note(json.loads(line))
                    self._changed.notify_all()

    def _note(self, told: dict[str, Any]) -> None:
        if told["event"] == "open":
            self._is_open = True
            return
        worker = self.workers[told["number"] - 1]
        if told["event"] == "started":
            worker.pid = told["pid"]
        elif told["event"] == "ready":
            worker.ready_at_s = told["at"]
        else:
            worker.code, worker.ended_at_s = told["code"], told["at"]


def _revealed(settings: Settings) -> dict[str, object]:
    return {
        name: value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        if isinstance(value, Path)
        else value
        for name, value in settings.model_dump().items()
    }


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Yield a nursery whose logs and traces go with it."""
    with tempfile.TemporaryDirectory(prefix="epox-nursery-") as folder:
        opened = Nursery(Path(folder))
        try:
            yield opened
        finally:
            opened.close()
