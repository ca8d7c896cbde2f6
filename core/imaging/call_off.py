"""Calling off a picture that a bench works on: nobody waits for it any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer

from core.errors import TaskCancelledError

GRACE_S = 2.0
"""What is nearly done may be finished: the child keeps what the next preview begins with."""


class CallOff:
    """Lets one thread call off what another one has a bench do; once said, it stays said."""

    def __init__(self, *, grace_s: float = GRACE_S) -> None:
        self._grace_s = grace_s
        self._lock = Lock()
        self._end: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._is_said = self._has_ended = False

    def say(self) -> None:
        """Let the work not begin, or end after a moment; saying it twice is fine."""
        with self._lock:
            if self._is_said:
                return
            self._is_said = True
            if self._end is not None:
                self._timer = Timer(self._grace_s, self._end_now)
                self._timer.daemon = True
                self._timer.start()

    def check(self) -> None:
        """Raise `TaskCancelledError` if it was called off."""
        if self._is_said:
            raise TaskCancelledError("it was called off")

    @contextmanager
    def ends_with(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` when it is called off; raises `TaskCancelledError` if it was."""
        with self._lock:
            self.check()
            self._end = end
        try:
            yield
        finally:
            with self._lock:
                self._end = None
                if self._timer is not None:
                    self._timer.cancel()
            if self._has_ended:
                self.check()

    def _end_now(self) -> None:
        with self._lock:
            if self._end is not None:
                self._has_ended = True
                self._end()
