"""The files of picture exports: large, for members of their workspace, and resumable."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from core.bootstrap import Services
from core.domain.picture_exports import PictureExport
from core.errors import (
    AccessDeniedError,
    EpoxError,
    NotFoundError,
    ObjectMissingError,
    SignInRequiredError,
)
from web.files import attachment
from web.gate import session_id_of
from web.threads import Threads

_ID = re.compile(r"[1-9][0-9]{0,17}")
_RANGE = re.compile(
    r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<count>[0-9]{1,18}))"
)
_NO_STORE = {"Cache-Control": "no-store"}
_AT_ONCE = 8


@dataclass(frozen=True)
class _Part:
    """Which bytes are sent, both ends included, of how many there are."""

    first: int
    last: int
    is_whole: bool

    @property
    def size(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class PictureExports:
    """Answers `/exports/pictures/{export_id}`."""

    services: Callable[[], Services]
    _threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))

    async def get(self, request: Request) -> Response:
        """Send the file, or the part of it that a broken download goes on with."""
        session_id = session_id_of(request.scope)
        if session_id is None:
            return _error("Please sign in.", 401)
        if not _ID.fullmatch(request.path_params["export_id"]):
            return _error("Not found.", 404)
        try:
            return await anyio.to_thread.run_sync(
                self._answer, request, session_id, limiter=self._threads.limiter
            )
        except SignInRequiredError:
            return _error("Please sign in.", 401)
        except (NotFoundError, AccessDeniedError, ObjectMissingError):
            return _error(
                "Not found. An export is kept for a week, then it can be made again.", 404
            )
        except EpoxError:
            return _error("The file cannot be read now. Please try again.", 503)

    def _answer(self, request: Request, session_id: int) -> Response:
        services = self.services()
        actor = services.accounts.actor_for_session(session_id)
        export = services.picture_exports.ready(actor, int(request.path_params["export_id"]))
        part = _part(request, export)
        if part is None:
            headers = {**_NO_STORE, "Content-Range": f"bytes */{export.size_bytes}"}
            return PlainTextResponse("The file has no such part.", 416, headers)
        headers = _headers(export, part)
        status = 200 if part.is_whole else 206
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        _, chunks = services.picture_exports.stream(actor, export.id, start=part.first)
        body = self._sent(_limited(chunks, part.size))
        return StreamingResponse(body, status_code=status, headers=headers)

    async def _sent(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        # Starlette would read them in the threads that everything else is answered with.
        read = partial(anyio.to_thread.run_sync, next, pieces, None, limiter=self._threads.limiter)
        while (piece := await read()) is not None:
            yield piece


def _part(request: Request, export: PictureExport) -> _Part | None:
    """Return what is asked for, None for what the file does not have; an odd range is ignored."""
    size = export.size_bytes
    whole = _Part(0, size - 1, is_whole=True)
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if found is None or request.headers.get("if-range", _etag(export)) != _etag(export):
        return whole
    if found["count"] is not None:
        count = min(int(found["count"]), size)
        return _Part(size - count, size - 1, is_whole=False) if count else None
    first = int(found["first"])
    last = min(int(found["last"]), size - 1) if found["last"] else size - 1
    if found["last"] and int(found["last"]) < first:
        return whole
    return _Part(first, last, is_whole=False) if first < size else None


def _limited(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:count]
        count -= len(chunk)
        if count <= 0:
            return


def _etag(export: PictureExport) -> str:
    return f'"{export.storage_key.split("/")[-2]}"'


def _headers(export: PictureExport, part: _Part) -> dict[str, str]:
    headers = {
        **_NO_STORE,
        "Content-Type": "application/zip",
        "Content-Length": str(part.size),
        "Content-Disposition": attachment(export.file_name),
        "Accept-Ranges": "bytes",
        "ETag": _etag(export),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{export.size_bytes}"
    return headers


def _error(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, _NO_STORE)
