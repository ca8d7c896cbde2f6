"""A cable to a server on this machine, which a test can cut and mend."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 65_536


class Cable:
    """Forwards connections to a server; cut, it refuses new ones and drops those that stand."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self._port = 0
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
            ends, self._ends = self._ends, []
        for end in (*([listener] if listener else []), *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

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
            with self._lock:
                self._ends += [near, far]
                is_cut = self._listener is not listener
            if is_cut:
                near.close()
                far.close()
                return
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, target), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def cable_to(url: str) -> Iterator[Cable]:
    """Yield a cable to the server of the URL, and take it away."""
    parts = urlsplit(url)
    cable = Cable((parts.hostname or "127.0.0.1", parts.port or 0))
    try:
        yield cable
    finally:
        cable.cut()
