"""A real S3 server that can be told to fail: with errors, late, or in the middle of an answer."""

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

Fault = str
"""`500`, `503` (SlowDown), `late`, `reset` (before any answer) or `lost` (done, but not told)."""

Choice = Callable[[str], Fault]
"""Says for a request's method what goes wrong with it; "" is nothing."""

_CODES = {"500": "InternalError", "503": "SlowDown"}


class FaultyStore:
    """The server; `choose` is asked before each request, `faults` counts what it said."""

    def __init__(self) -> None:
        self.choose: Choice = lambda _method: ""
        self.late_s = 5.0
        self.faults: Counter[Fault] = Counter()
        self.requests = 0
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._server = make_server(
            "127.0.0.1", 0, self._serve, threaded=True, request_handler=MotoRequestHandler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the server's address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's own
        with self._lock:
            fault = self.choose(environ["REQUEST_METHOD"])
            self.requests += 1
            self.faults[fault] += bool(fault)
        if fault in _CODES:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            body = f"<Error><Code>{_CODES[fault]}</Code><Message>no</Message></Error>".encode()
            start_response(f"{fault} no", [("Content-Type", "application/xml")])
            return [body]
        if fault == "late":
            time.sleep(self.late_s)
        if fault == "reset":
            return _hang_up(environ)
        answer: Iterable[bytes] = self._app(environ, start_response)
        if fault == "lost":
            b"".join(answer)
            return _hang_up(environ)
        return answer


def _hang_up(environ: dict[str, Any]) -> Iterable[bytes]:
    # Closing with a linger time of nothing sends RST instead of FIN.
    end: socket.socket = environ["werkzeug.socket"]
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


@contextmanager
def faulty_store() -> Iterator[FaultyStore]:
    """Yield a server that starts empty and healthy."""
    store = FaultyStore()
    try:
        yield store
    finally:
        store.close()
