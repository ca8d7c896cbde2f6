"""Doing several things at one moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.errors import EpoxError


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do these at one moment and say how each ended."""
    barrier = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> str:
        barrier.wait(60)
        try:
            deed()
        except EpoxError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))
