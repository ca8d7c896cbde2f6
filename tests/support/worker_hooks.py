"""What a nursery's worker can be told to be: ill in one certain way. Each runs in its process."""

import os
import pickle
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path

from core.domain.jobs import SlotWork
from core.services.references import ReferenceReader
from core.storage.disk import Disk
from tests.support import tracing


def dies_in_half_a_write(part: str) -> None:
    """Let the first write to a file of this part of the data folder stop in its middle."""
    paths: dict[int, Path] = {}
    create, write = Disk.create, Disk.write

    def noting(disk: Disk, path: Path) -> int:
        paths[descriptor := create(disk, path)] = path
        return descriptor

    def dying(disk: Disk, descriptor: int, data: memoryview) -> int:
        if part not in paths[descriptor].parts:
            return write(disk, descriptor, data)
        write(disk, descriptor, data[: len(data) // 2])
        _die()
        return 0

    _replace(Disk, create=noting, write=dying)


def dies_at_a_product(word: str) -> None:
    """Let each picture of a product with this word in its name end the process."""
    reads = ReferenceReader.request_for

    def dying(reader: ReferenceReader, todo: SlotWork) -> object:
        if word in todo.product_name:
            # A moment, so that the pictures beside it are on their way too.
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGSEGV)
        return reads(reader, todo)

    _replace(ReferenceReader, request_for=dying)


def dies_at_an_answer(word: str) -> None:
    """Let each kept answer to a product with this word in its name end the process."""
    from core.services.slot_runs import SlotRunService  # noqa: PLC0415 - only where it is asked for

    keeps = SlotRunService._note_spooled

    def dying(runs: SlotRunService, todo: SlotWork) -> None:
        keeps(runs, todo)
        if word in todo.product_name:
            os.kill(os.getpid(), signal.SIGSEGV)

    _replace(SlotRunService, _note_spooled=dying)


def lies_about_the_time(offset_s: float) -> None:
    """Let every clock that Python's code reads be off; the database's own is right."""
    right = time.time

    class Lying(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Lying":
            return super().now(tz) + timedelta(seconds=offset_s)

    time.time = lambda: right() + offset_s
    for name, module in list(sys.modules.items()):
        if name.startswith("core.") and getattr(module, "datetime", None) is datetime:
            _replace(module, datetime=Lying)


def has_few_files(count: int) -> None:
    """Let the process open no more files than that."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def says_nothing() -> None:
    """Let everything that the process says fail, as on a full disk of logs."""
    gone, end = os.pipe()
    os.close(gone)
    os.dup2(end, 2)


def freezes_at(point: str) -> None:
    """Let the process stop as a whole at its first pass of the failpoint, until SIGCONT."""
    tracing.freeze_at(point)


def beats_fast(lease_s: float, beat_s: float | None = None) -> None:
    """Let the worker's lease, and all that hangs on it, take a fraction of its real time."""
    from core.jobs import worker  # noqa: PLC0415 - only where it is asked for
    from core.services.workers import WorkerService  # noqa: PLC0415 - likewise

    _assume(WorkerService.__init__, lease=timedelta(seconds=lease_s))
    _replace(worker, BEAT_EVERY_S=beat_s or lease_s / 6, STEADY_S=lease_s / 2.5)


def looks_into_the_spool_often() -> None:
    """Let the worker look for answers that came too late each second, and take young ones."""
    from core.jobs import worker  # noqa: PLC0415 - only where it is asked for
    from core.storage.spool import Spool  # noqa: PLC0415 - likewise

    older_than = Spool.older_than
    _replace(Spool, older_than=lambda spool, _age_s: older_than(spool, 1))
    _replace(worker, TIDY_EVERY_S=1.0)


def counts_a_minute_as(seconds: float) -> None:
    """Let the window in which a model's requests are counted be shorter than a minute."""
    from core.services.slot_claims import SlotClaimService  # noqa: PLC0415 - likewise

    _assume(SlotClaimService.__init__, window=timedelta(seconds=seconds))


def waits_less(share: float) -> None:
    """Let waits for a database or a store that is away last only this share of their time."""
    from core import bootstrap  # noqa: PLC0415 - likewise
    from core.services import slot_endings  # noqa: PLC0415 - likewise

    waits_s = [wait_s * share for wait_s in slot_endings.STORE_WAITS_S]
    _replace(slot_endings, STORE_WAITS_S=waits_s)
    _assume(bootstrap.slot_runs_on, pause=lambda wait_s: time.sleep(wait_s * share))


def waits_no_time_for_the_store() -> None:
    """Let a slot that waits for the store be looked at again at once."""
    from core.services import slot_endings  # noqa: PLC0415 - likewise

    _replace(slot_endings, STORE_WAITS_S=(0, 0))


def submits(path: str, statement: int) -> None:
    """Be no worker: submit the plan that is pickled there, die before its n-th statement, or end.

    A commit counts as a statement.
    """
    from sqlalchemy import Engine, event  # noqa: PLC0415 - likewise

    from core.bootstrap import build_services  # noqa: PLC0415 - likewise

    settings, actor, plan = pickle.loads(Path(path).read_bytes())  # noqa: S301 - of this very test
    left = count(statement, -1)

    def passes(*_: object) -> None:
        if next(left) == 1:
            _die()

    services = build_services(settings)
    event.listen(Engine, "before_cursor_execute", passes)
    event.listen(Engine, "commit", passes)
    services.generation.submit(actor, plan)
    os._exit(0)


def waits_at_the_gate(path: str) -> None:
    """Let the worker begin only once the file is there: so that several begin at once."""
    while not Path(path).exists():
        time.sleep(0.001)


def _replace(owner: object, **parts: object) -> None:
    """Put these in the place of what the class or module has: the whole point of a hook."""
    for name, part in parts.items():
        assert hasattr(owner, name), f"{owner} has no {name} any more"
        setattr(owner, name, part)


def _assume(function: Callable[..., object], **defaults: object) -> None:
    """Give a function other values for what callers do not say."""
    known = function.__kwdefaults__ or {}
    assert defaults.keys() <= known.keys(), f"{function} does not take {defaults}"
    known.update(defaults)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()
