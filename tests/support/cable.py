"""A cable to a server on this machine, which a test can cut, slow down and mend."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PIECE = 65_536


@dataclass
class _Trap:
    """What a connection has to carry, in this order, before it is dropped."""

    texts: tuple[bytes, ...]
    is_delivered: bool
    sprung: threading.Event = field(default_factory=threading.Event)


@dataclass
class _Line:
    """One connection through the cable, and how much of the trap it has carried."""

    near: socket.socket
    far: socket.socket
    carried: int = 0
    tail: bytes = b""
    answer_trap: _Trap | None = None

    def drop(self) -> None:
        """End both ends, so that each side sees that the other is gone."""
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def has_carried(self, piece: bytes, texts: tuple[bytes, ...]) -> bool:
        """Note the piece; say whether the last of the texts went by with it."""
        self.tail += piece
        while self.carried < len(texts):
            before, found, after = self.tail.partition(texts[self.carried])
            if not found:
                self.tail = before[-_PIECE:]
                return False
            self.carried, self.tail = self.carried + 1, after
        return True


class Cable:
    """Forwards connections to a server; cut, it refuses new ones and drops those that stand.

    `delay_s` is how much later each piece arrives, in both directions.
    """

    def __init__(self, server: tuple[str, int]) -> None:
        self.delay_s = 0.0
        self._server = server
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._listener: socket.socket | None = None
        self._port = 0
        self._trap: _Trap | None = None
        self._bytes_left: int | None = None
        self.mend()

    def through(self, url: str) -> str:
        """Return the URL with this cable's end in place of the server's address."""
        parts = urlsplit(url)
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return parts._replace(netloc=f"{user}127.0.0.1:{self._port}").geturl()

    def mend(self) -> None:
        """Let connections through, on the same port as ever."""
        listener = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse what comes and drop what is there."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.drop()

    def drop(self) -> None:
        """Drop the connections that stand; new ones go through."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.drop()

    def drop_after(self, count: int) -> None:
        """Drop all connections once so many more bytes went to the server, and no byte later."""
        with self._lock:
            self._bytes_left = count

    def drop_at(self, *texts: bytes, is_delivered: bool) -> threading.Event:
        """Drop the first connection that carries these texts to the server, in this order.

        The server gets the last one, and its answer is lost, if it `is_delivered`. Return what is
        set when it happened; other connections stay.
        """
        trap = _Trap(texts, is_delivered)
        with self._lock:
            self._trap = trap
            for line in self._lines:
                line.carried, line.tail = 0, b""
        return trap.sprung

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._server)
            except OSError:
                near.close()
                continue
            line = _Line(near, far)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._lines.append(line)
                is_cut = self._listener is not listener
            if is_cut:
                near.close()
                far.close()
                return
            threading.Thread(target=self._carry_on, args=(line,), daemon=True).start()

    def _carry_on(self, line: _Line) -> None:
        back = threading.Thread(target=self._carry_back, args=(line,), daemon=True)
        back.start()
        with suppress(OSError):
            while piece := line.near.recv(_PIECE):
                time.sleep(self.delay_s)
                if not self._forward(line, piece):
                    break
        # What the server still says is delivered: one side may stop speaking before the other.
        with suppress(OSError):
            line.far.shutdown(socket.SHUT_WR)
        back.join()
        with self._lock:
            self._lines = [other for other in self._lines if other is not line]
        line.near.close()
        line.far.close()

    def _carry_back(self, line: _Line) -> None:
        with suppress(OSError):
            while piece := line.far.recv(_PIECE):
                time.sleep(self.delay_s)
                if line.answer_trap is not None:
                    # The answer is the proof that the server did it; now it is lost.
                    line.drop()
                    line.answer_trap.sprung.set()
                    break
                line.near.sendall(piece)
        with suppress(OSError):
            line.near.shutdown(socket.SHUT_WR)

    def _forward(self, line: _Line, piece: bytes) -> bool:
        with self._lock:
            trap = self._trap
            is_caught = trap is not None and line.has_carried(piece, trap.texts)
            if is_caught:
                self._trap = None
            left = self._bytes_left
            if left is not None:
                self._bytes_left = left - len(piece) if len(piece) < left else None
        if left is not None and len(piece) >= left:
            line.far.sendall(piece[:left])
            self.drop()
            return False
        if trap is None or not is_caught:
            line.far.sendall(piece)
            return True
        if trap.is_delivered:
            line.answer_trap = trap
            line.far.sendall(piece)
            return True
        line.drop()
        trap.sprung.set()
        return False


@contextmanager
def cable_to(url: str) -> Iterator[Cable]:
    """Yield a cable to the server of the URL, and take it away."""
    parts = urlsplit(url)
    cable = Cable((parts.hostname or "127.0.0.1", parts.port or 0))
    try:
        yield cable
    finally:
        cable.cut()
