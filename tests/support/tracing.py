"""What a worker of the nursery does at a failpoint besides dying there: note it, or freeze."""

import os
import signal
import threading
import time

from core import failpoints

_original = failpoints.failpoint
_notes: int | None = None
_frozen_at = ""


def install() -> None:
    """Replace the failpoints; call it before anything imports them by their name."""
    failpoints.failpoint = passed


def note_to(descriptor: int) -> None:
    """Note each pass in this file: thread, moment and point."""
    global _notes  # noqa: PLW0603 - one worker a process
    _notes = descriptor


def freeze_at(point: str) -> None:
    """Stop the whole process when it passes the point first, until it gets SIGCONT."""
    global _frozen_at  # noqa: PLW0603 - likewise
    _frozen_at = point


def passed(name: str) -> None:
    """Do what the test wants at this point."""
    global _frozen_at  # noqa: PLW0603 - likewise
    if _notes is not None:
        os.write(_notes, f"{threading.get_ident()} {time.monotonic()} {name}\n".encode())
    if name == _frozen_at:
        _frozen_at = ""
        # To this very thread: sent to the process, another one takes it and this one goes on.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    _original(name)
