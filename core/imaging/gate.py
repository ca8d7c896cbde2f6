"""The gate that every picture passes before Epox keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from core.errors import EpoxError, ImageRejectedError
from core.imaging.answers import checked_image, rejection
from core.imaging.base import MAX_UPLOAD_BYTES, CheckedImage
from core.imaging.child import ChildEndedError, DecodingChild
from core.imaging.signatures import accepted_format, foreign_format
from core.imaging.verdicts import Reason, foreign_sentence


class SubprocessImageGate:
    """An `ImageGate` whose decoding happens in a few limited child processes.

    Children start at the first picture and serve many, since a start costs more than a small
    picture. One that crashes or takes too long is ended; only its own picture is refused. Threads
    may share the gate: those for whom no child is free wait.
    """

    def __init__(self, *, children: int = 2, timeout_s: float = 30) -> None:
        self._timeout_s = timeout_s
        self._places = BoundedSemaphore(children)
        self._lock = Lock()
        self._idle: list[DecodingChild] = []
        self._is_closed = False

    def check(self, data: bytes, *, max_bytes: int = MAX_UPLOAD_BYTES) -> CheckedImage:
        """Return the facts and renditions of a JPEG, PNG or WebP, or raise `ImageRejectedError`."""
        file_format = _plausible_format(data, max_bytes)
        with self._child() as child:
            try:
                header, body = child.ask(data, file_format, timeout_s=self._timeout_s)
            except ChildEndedError as error:
                raise rejection(error.reason, str(error)) from error
        return checked_image(data, header, body)

    def close(self) -> None:
        """End the children; one that is at work is ended when its picture is done."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    @contextmanager
    def _child(self) -> Iterator[DecodingChild]:
        with self._places:
            child = self._take()
            try:
                yield child
            finally:
                self._give_back(child)

    def _take(self) -> DecodingChild:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return _started()
            if child.is_alive:
                return child
            child.end()  # somebody killed it while it had nothing to do

    def _give_back(self, child: DecodingChild) -> None:
        with self._lock:
            is_kept = child.is_alive and not self._is_closed
            if is_kept:
                self._idle.append(child)
        if not is_kept:
            child.end()


def _plausible_format(data: bytes, max_bytes: int) -> str:
    if not data:
        raise rejection(Reason.EMPTY)
    if len(data) > max_bytes:
        raise rejection(Reason.TOO_LARGE, f"{len(data)} bytes")
    if file_format := accepted_format(data):
        return file_format
    if name := foreign_format(data):
        raise ImageRejectedError(f"{name} file", user_message=foreign_sentence(name))
    raise rejection(Reason.NOT_A_PICTURE, data[:16].hex())


def _started() -> DecodingChild:
    try:
        return DecodingChild()
    except OSError as error:
        raise EpoxError(
            f"no decoder can be started: {error}",
            user_message="Pictures cannot be checked right now. Please try again in a moment.",
        ) from error
