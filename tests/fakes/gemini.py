"""A strict local Gemini: a real HTTP server that accepts only what Google accepts.

In a test: `with FakeGemini() as fake`, then `fake.url` as GOOGLE_GEMINI_BASE_URL and `fake.key`
as GEMINI_API_KEY. For tests that kill the app: `python -m tests.fakes.gemini --port 0 --ledger F`
prints its URL; `POST /_fake/script` takes a list of answers, `GET /_fake/state` tells the rest.
`--rpm`, `--ipm` and `--faults SEED:RATE` make it refuse and fail as the real one does.
"""

import argparse
import json
import os
import signal
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.fakes.gemini_answers import Answer, answer_from, error_info, refusal
from tests.fakes.gemini_limits import Faults, Meter
from tests.fakes.gemini_wire import MODELS, WireError, checked
from tests.fakes.gemini_words import TEXT_MODELS

TEST_KEY = "AIza-test-key-of-nobody"
_CALL = ":generateContent"
_HANGING_S = 300.0


@dataclass(frozen=True)
class Call:
    """A request that was accepted: what Google would have in its own books."""

    id: str
    at: float
    model: str
    prompt: str
    references: tuple[str, ...]
    aspect_ratio: str
    size: str
    status: int
    is_paid: bool
    timeout_s: int | None = None


class FakeGemini:
    """The fake; a context manager. `answer` is what it gives when nothing is scripted.

    `meter` counts and limits what is accepted; `faults` come in place of unscripted answers.
    """

    def __init__(
        self,
        *,
        key: str = TEST_KEY,
        port: int = 0,
        answer: Answer | None = None,
        ledger: Path | None = None,
        meter: Meter | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.key = key
        self.answer = answer or Answer()
        self.meter = meter or Meter()
        self.faults = faults
        self.complaints: list[str] = []
        self.peak_concurrency = 0
        self.connections = 0
        self._calls: list[Call] = []
        self._last_whole: Call | None = None
        self._script: deque[Answer] = deque()
        self._running = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._ledger = ledger
        self._server = _Server(("127.0.0.1", port), _Handler, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop at once, also in the middle of an answer."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Return what GOOGLE_GEMINI_BASE_URL has to be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the accepted requests, oldest first, whatever became of their answers."""
        with self._lock:
            return tuple(self._calls)

    @property
    def paid(self) -> tuple[Call, ...]:
        """Return the calls that Google would charge for."""
        return tuple(call for call in self.calls if call.is_paid)

    def script(self, *answers: Answer) -> None:
        """Give these answers next, one a request, in this order."""
        with self._lock:
            self._script.extend(answers)

    def forget(self) -> None:
        """Drop the script and the calls; the ledger on disk stays."""
        with self._lock:
            self._script.clear()
            self._calls.clear()
            self.complaints.clear()
            self.peak_concurrency = 0
            self.connections = 0
            self.meter.forget()

    def state(self) -> dict[str, Any]:
        """Return everything a test in another process may ask."""
        return {
            "calls": [asdict(call) for call in self.calls],
            "paid": len(self.paid),
            "complaints": self.complaints,
            "peak_concurrency": self.peak_concurrency,
            "peak_per_minute": self.meter.peaks,
            "over_limit": self.meter.refused,
            "scripted": len(self._script),
        }

    def wait(self, seconds: float) -> None:
        """Wait, but not beyond the end of the fake."""
        self._stopped.wait(seconds)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request as running."""
        with self._lock:
            self._running += 1
            self.peak_concurrency = max(self.peak_concurrency, self._running)
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def accepted(
        self, model: str, body: object, *, timeout_s: int | None = None
    ) -> tuple[Answer, bytes]:
        """Book a good request and return its answer; raise `WireError` for a bad one.

        One request too many is refused, and stands in no book.
        """
        asked = checked(model, body)
        with self._lock:
            if (refused := self.meter.refusal_of(model)) is not None:
                return refused, refused.rendered(asked, "")
            answer = self._next_answer()
            call = Call(
                id=f"fake-{os.getpid()}-{time.monotonic_ns()}",
                at=time.time(),
                model=model,
                prompt=asked.prompt,
                references=asked.references,
                aspect_ratio=asked.aspect_ratio,
                size=asked.size,
                status=answer.status,
                is_paid=answer.is_paid,
                timeout_s=timeout_s,
            )
            named = (self._last_whole if answer.is_of_another else None) or call
            self._calls.append(call)
            if answer.is_whole:
                self._last_whole = call
            self.meter.add(model, has_picture=answer.has_picture)
            self._write(call)
        return answer, answer.rendered(replace(asked, prompt=named.prompt), named.id)

    def _next_answer(self) -> Answer:
        if self._script:
            return self._script.popleft()
        return (self.faults.next() if self.faults else None) or self.answer

    def _write(self, call: Call) -> None:
        """Book the call on disk before its answer leaves, as a provider's books would be."""
        if self._ledger is None:
            return
        with self._ledger.open("a", encoding="utf-8") as book:
            book.write(json.dumps(asdict(call)) + "\n")
            book.flush()
            os.fsync(book.fileno())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type["_Handler"], fake: FakeGemini
    ) -> None:
        self.fake = fake
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base
        self._open.add(request)
        self.fake.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for request in list(self._open):  # ends the threads that wait on an idle connection
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base
        """Say nothing: a client that goes away in the middle is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if self.path == "/_fake/state":
            self._send(Answer(), json.dumps(self.server.fake.state()).encode())
        else:
            self._refuse(404, "NOT_FOUND", f"{self.path} was not found")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/_fake/script":
            self.server.fake.script(*map(answer_from, json.loads(body)))
            self._send(Answer(), b"{}")
        elif self.path == "/_fake/forget":
            self.server.fake.forget()
            self._send(Answer(), b"{}")
        else:
            self._generate(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base
        """Say nothing: the ledger holds what matters."""

    def _generate(self, body: bytes) -> None:
        version, _, name = self.path.strip("/").partition("/models/")
        model = name.removesuffix(_CALL)
        known = model in MODELS or model in TEXT_MODELS
        if version not in ("v1", "v1beta") or not name.endswith(_CALL) or not known:
            self._refuse(404, "NOT_FOUND", f"models/{model} is not found for API version {version}")
        elif "x-goog-api-key" not in self.headers:
            self._refuse(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")
        elif self.headers["x-goog-api-key"] != self.server.fake.key:
            self._refuse(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(400, "INVALID_ARGUMENT", "Content-Type must be application/json")
        else:
            self._answer(model, body)

    def _answer(self, model: str, body: bytes) -> None:
        fake = self.server.fake
        try:
            # Counted until its answer leaves: whoever has that may ask again before this ends.
            with fake.counted():
                answer, content = fake.accepted(
                    model, json.loads(body), timeout_s=self._timeout_s()
                )
                fake.wait(_HANGING_S if answer.connection == "hang" else answer.delay_s)
        except (WireError, ValueError) as error:
            self._refuse(400, "INVALID_ARGUMENT", str(error))
            return
        if answer.connection in ("reset", "close", "hang"):
            self._hang_up(with_reset=answer.connection == "reset")
        else:
            self._send(answer, content)

    def _timeout_s(self) -> int | None:
        told = self.headers.get("x-server-timeout", "")
        return int(told) if told.isdigit() else None

    def _refuse(self, status: int, name: str, message: str, *reasons: str) -> None:
        self.server.fake.complaints.append(f"{status} {message}")
        answer = refusal(status, name, message, *map(error_info, reasons))
        self._send(answer, json.dumps(answer.body).encode())

    def _send(self, answer: Answer, content: bytes) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json; charset=UTF-8", **answer.headers}
        if answer.is_encoded:
            headers["Content-Encoding"] = "gzip"
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if answer.connection == "cut":
            self.wfile.write(content[: len(content) // 2])
            self._hang_up(with_reset=False)
        elif answer.connection == "drip":
            for start in range(0, len(content), step := len(content) // 40 + 1):
                self.wfile.write(content[start : start + step])
                self.server.fake.wait(0.05)
        else:
            self.wfile.write(content)

    def _hang_up(self, *, with_reset: bool) -> None:
        self.close_connection = True
        if with_reset:  # closing with a linger time of nothing sends RST instead of FIN
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            socket.close(self.connection.detach())


def main() -> None:
    """Serve until SIGTERM or Ctrl+C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=TEST_KEY)
    parser.add_argument("--ledger", type=Path, help="append each accepted call to this file")
    parser.add_argument("--delay", type=float, default=0, help="seconds that a picture takes")
    parser.add_argument("--rpm", type=int, help="refuse more requests in a minute, by model")
    parser.add_argument("--ipm", type=int, help="refuse more pictures in a minute, by model")
    parser.add_argument("--faults", type=Faults.from_text, help="SEED:RATE of failures by chance")
    given = parser.parse_args()
    fake = FakeGemini(
        key=given.key,
        port=given.port,
        answer=Answer(delay_s=given.delay),
        ledger=given.ledger,
        meter=Meter(requests_per_minute=given.rpm, images_per_minute=given.ipm),
        faults=given.faults,
    )
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    with fake:
        print(fake.url, flush=True)  # noqa: T201 - this line is how the caller learns the port
        ended.wait()


if __name__ == "__main__":
    main()
