"""Failpoints: where a test ends this process as a crash would, to see what the next one finds."""

import os
import signal
from itertools import count

VARIABLE = "EPOX_FAILPOINTS"
"""`name` or `name:n`: the process is killed when it passes the point for the n-th time."""

_passes = count(1)


def failpoint(name: str) -> None:
    """Do nothing, unless the environment names this point; then die without any goodbye."""
    point, _, wanted = os.environ.get(VARIABLE, "").partition(":")
    if point == name and next(_passes) == int(wanted or 1):
        os.kill(os.getpid(), signal.SIGKILL)
