"""A strict local Unsplash: it answers only what its documentation allows, and counts.

In a test: `with FakeUnsplash() as fake`, then `fake.url` as UNSPLASH_BASE_URL and `fake.key` as
UNSPLASH_ACCESS_KEY. For a walk through the app: `python -m tests.fakes.unsplash --port 0`.
"""

import argparse
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.images import photo_bytes

TEST_KEY = "unsplash-test-key-of-nobody"
COUNT = 60
_COLOURS = {
    "black_and_white", "black", "white", "yellow", "orange", "red", "purple", "magenta", "green",
    "teal", "blue",
}  # fmt: skip
_ORIENTATIONS = {"landscape", "portrait", "squarish"}
_SHADES = ("#d9c7a8", "#7a8b6f", "#3f4a5a", "#c98f6b", "#e7e2d8")
_KNOWN = {"query", "page", "per_page", "orientation", "color", "content_filter"}


class FakeUnsplash:
    """The fake; a context manager. `answer` takes the place of the next search's answer."""

    def __init__(self, *, port: int = 0, key: str = TEST_KEY) -> None:
        self.key = key
        self.searches: list[dict[str, str]] = []
        self.downloads: list[str] = []
        self.images: list[str] = []
        self.complaints: list[str] = []
        self.answer: tuple[int, bytes] | None = None
        self.image = photo_bytes()
        self._server = _Server(("127.0.0.1", port), _Handler, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Return what UNSPLASH_BASE_URL has to be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def found(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer to a search: always the same photos for the same question."""
        page, size = int(wanted.get("page", 1)), int(wanted.get("per_page", 10))
        numbers = range((page - 1) * size, min(page * size, COUNT))
        return {
            "total": COUNT,
            "total_pages": -(-COUNT // size),
            "results": [self._photo(number, wanted) for number in numbers],
        }

    def _photo(self, number: int, wanted: Mapping[str, str]) -> dict[str, Any]:
        width, height = {"portrait": (800, 1200), "squarish": (1000, 1000)}.get(
            wanted.get("orientation", ""), (1200, 800)
        )
        photo_id = f"photo_{number}"
        return {
            "id": photo_id,
            "width": width,
            "height": height,
            "color": _SHADES[number % len(_SHADES)],
            "description": None,
            "alt_description": f"{wanted['query']} number {number}",
            "urls": {name: f"{self.url}/image/{photo_id}?{name}" for name in ("small", "regular")},
            "links": {
                "html": f"https://unsplash.com/photos/{photo_id}",
                "download_location": f"{self.url}/photos/{photo_id}/download?ixid=abc",
            },
            "user": {
                "name": f"Photographer {number}",
                "links": {"html": f"https://unsplash.com/@photographer{number}"},
            },
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], fake: FakeUnsplash
    ) -> None:
        self.fake = fake
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer a search, a download event or a picture."""
        fake, parts = self.server.fake, urlsplit(self.path)
        if parts.path.startswith("/image/"):
            if "Authorization" in self.headers:
                fake.complaints.append("the key was sent along for a picture")
            fake.images.append(parts.path.removeprefix("/image/"))
            self._send(200, fake.image, "image/jpeg")
            return
        if self.headers.get("Authorization") != f"Client-ID {fake.key}":
            self._refuse(401, "OAuth error: The access token is invalid")
            return
        if self.headers.get("Accept-Version") != "v1":
            self._refuse(400, "Accept-Version is missing")
            return
        if parts.path == "/search/photos":
            self._search({name: values[-1] for name, values in parse_qs(parts.query).items()})
        elif parts.path.startswith("/photos/") and parts.path.endswith("/download"):
            fake.downloads.append(parts.path.split("/")[2])
            self._send(200, json.dumps({"url": f"{fake.url}/image/x"}).encode())
        else:
            self._refuse(404, "Couldn't find it")

    def _search(self, wanted: dict[str, str]) -> None:
        fake = self.server.fake
        wrong = [
            *(f"unknown {name}" for name in wanted.keys() - _KNOWN),
            *(["query is missing"] if not wanted.get("query") else []),
            *(["per_page"] if not 1 <= int(wanted.get("per_page", 10)) <= 30 else []),
            *(["color"] if wanted.get("color", "red") not in _COLOURS else []),
            *(
                ["orientation"]
                if wanted.get("orientation", "landscape") not in _ORIENTATIONS
                else []
            ),
        ]
        if wrong:
            self._refuse(400, ", ".join(wrong))
            return
        fake.searches.append(wanted)
        status, body = fake.answer or (200, json.dumps(fake.found(wanted)).encode())
        self._send(status, body)

    def _refuse(self, status: int, reason: str) -> None:
        self.server.fake.complaints.append(reason)
        self._send(status, json.dumps({"errors": [reason]}).encode())

    def _send(self, status: int, body: bytes, mime_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", mime_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    with FakeUnsplash(port=parser.parse_args().port) as fake:
        print(fake.url, flush=True)  # noqa: T201 - it is what the caller waits for
        threading.Event().wait()


if __name__ == "__main__":
    _main()
