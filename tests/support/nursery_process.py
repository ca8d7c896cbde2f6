"""The nursery's own process: it imports the worker once, and forks one when it is told to.

`python -m tests.support.nursery_process` reads a JSON object a line and answers in kind. It has
one thread, because a forked process has but the thread that forked it.
"""

import gc
import json
import logging
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.support import environment, tracing

_HEAVY = (
    "core.image_models.answers",
    "core.image_models.bounded_http",
    "core.image_models.gemini_client",
    "google.genai",
    "psycopg",
)
"""What a worker imports late: imported here, no fork has to."""

log = logging.getLogger(__name__)


def main() -> None:
    """Serve until the standard input ends; then every worker that lives is killed."""
    environment.clean()
    tracing.install()
    for module in ("core.bootstrap", *_HEAVY):
        import_module(module)
    from core.settings import Settings  # noqa: PLC0415 - after the environment is clean

    Settings.model_config["env_file"] = None
    gc.collect()
    gc.freeze()  # else each fork copies every page at its first collection
    _Nursery().serve()


class _Nursery:
    def __init__(self) -> None:
        self._pids: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        # The forked ones read its end: when this process is gone, so are they.
        self._life, self._hold = os.pipe()

    def serve(self) -> None:
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        _say(event="open")
        rest = b""
        while True:
            ready = [key.fd for key, _ in selector.select()]
            if woken in ready:
                os.read(woken, 4096)
            self._bury()
            if sys.stdin.fileno() in ready:
                read = os.read(sys.stdin.fileno(), 65_536)
                if not read:
                    break
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
        for pid in self._pids.values():
            os.kill(pid, signal.SIGKILL)

    def _obey(self, told: dict[str, Any]) -> None:
        number = told["number"]
        if told["do"] == "signal":
            # Only one that is not buried yet: its number cannot belong to another process.
            if number in self._pids:
                os.kill(self._pids[number], told["signal"])
            return
        pid = os.fork()
        if pid == 0:
            os.close(self._hold)
            _live(self._life, told)
        self._pids[number], self._numbers[pid] = pid, number
        _say(event="started", number=number, pid=pid)

    def _bury(self) -> None:
        while self._pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            number = self._numbers.pop(pid)
            del self._pids[number]
            code = os.waitstatus_to_exitcode(status)
            _say(event="ended", number=number, code=code, at=time.monotonic())


def _say(**facts: object) -> None:
    # Shorter than a pipe's atomic write, so the lines of several processes do not mix.
    os.write(1, json.dumps(facts).encode() + b"\n")


def _live(life: int, told: dict[str, Any]) -> None:
    """Be a worker until told to end; never return."""
    try:
        _work(life, told)
    except BaseException:
        log.exception("the worker fell")
        os._exit(1)


def _work(life: int, told: dict[str, Any]) -> None:
    stopped, stop = os.pipe()
    os.set_blocking(stop, False)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.set_wakeup_fd(stop)
    folder = Path(told["folder"])
    os.dup2(_opened(folder / f"{told['number']}.log"), 2)
    tracing.note_to(_opened(folder / f"{told['number']}.trace"))
    os.environ.update(told["environment"])
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(threadName)s %(name)s %(message)s"
    )
    for hook in told["hooks"]:
        _function(hook[0])(*hook[1:])

    from core.bootstrap import build_services, worker_on  # noqa: PLC0415 - it is loaded already
    from core.settings import Settings  # noqa: PLC0415 - likewise

    services = build_services(Settings.model_validate(told["settings"]))
    worker = worker_on(services)
    worker.start()
    _say(event="ready", number=told["number"], at=time.monotonic())
    with selectors.DefaultSelector() as selector:
        for end in (life, stopped):
            selector.register(end, selectors.EVENT_READ)
        ended = [key.fd for key, _ in selector.select()]
    if life in ended:
        os._exit(0)
    worker.stop(timeout_s=told["patience_s"])
    services.close()
    os._exit(0)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _function(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    found: Callable[..., object] = getattr(import_module(module), function)
    return found


if __name__ == "__main__":
    main()
