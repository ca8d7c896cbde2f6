"""Threads of one purpose, so that what hangs there holds up nothing else."""

from dataclasses import dataclass
from functools import cached_property

import anyio


@dataclass(frozen=True)
class Threads:
    """So many threads at once, and no more."""

    at_once: int

    @cached_property
    def limiter(self) -> anyio.CapacityLimiter:
        """Return the limiter; it can only be made where an event loop runs."""
        return anyio.CapacityLimiter(self.at_once)
