"""The files of assets: for whoever may see the asset, and kept by the browser for ever."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from core.bootstrap import Services
from core.domain.assets import StoredFile
from core.errors import (
    AccessDeniedError,
    EpoxError,
    NotFoundError,
    ObjectMissingError,
    SignInRequiredError,
)
from web.gate import session_id_of
from web.threads import Threads

RENDITIONS = frozenset({"w160", "w320", "w640", "w1600", "original"})

_ID = re.compile(r"[1-9][0-9]{0,17}")
_HASH = re.compile(r"[0-9a-f]{16}")
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
_NO_STORE = {"Cache-Control": "no-store"}
# What fits here is read in the same thread: a hop between threads costs more than a thumbnail.
_READ_AT_ONCE_BYTES = 1024 * 1024
# A store that hangs must not take the threads that everything else is answered with.
_AT_ONCE = 32


@dataclass(frozen=True)
class Files:
    """Answers `/files/{asset_id}/{digest}/{rendition}`."""

    services: Callable[[], Services]
    _threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))

    async def get(self, request: Request) -> Response:
        """Send the file to whoever may see it; to all others it does not exist."""
        asked = _asked(request)
        session_id = session_id_of(request.scope)
        if asked is None or session_id is None:
            return _error("Not found.", 404) if asked is None else _error("Please sign in.", 401)
        try:
            return await anyio.to_thread.run_sync(
                self._answer, request, asked, session_id, limiter=self._threads.limiter
            )
        except SignInRequiredError:
            return _error("Please sign in.", 401)
        except (NotFoundError, AccessDeniedError, ObjectMissingError):
            return _error("Not found.", 404)
        except EpoxError:
            return _error("The file cannot be read now. Please try again.", 503)

    def _answer(self, request: Request, asked: "_Asked", session_id: int) -> Response:
        services = self.services()
        actor = services.accounts.actor_for_session(session_id)
        stored = services.assets.stored_file(actor, asked.asset_id, asked.rendition)
        if stored.sha256[:16] != asked.digest:
            raise NotFoundError(f"asset {asked.asset_id} has another content")
        headers = _headers(stored, asked)
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        size_bytes, chunks = services.assets.stream(stored)
        return file_body(request, size_bytes, chunks, headers)


@dataclass(frozen=True)
class _Asked:
    asset_id: int
    digest: str
    rendition: str
    is_download: bool


def _asked(request: Request) -> _Asked | None:
    found = request.path_params
    asset_id, digest, rendition = found["asset_id"], found["digest"], found["rendition"]
    if not (_ID.fullmatch(asset_id) and _HASH.fullmatch(digest) and rendition in RENDITIONS):
        return None
    is_download = request.query_params.get("download") == "1"
    return _Asked(int(asset_id), digest, rendition, is_download)


def _headers(stored: StoredFile, asked: _Asked) -> dict[str, str]:
    is_shown = stored.mime_type in _SHOWN
    headers = {
        "Content-Type": stored.mime_type if is_shown else "application/octet-stream",
        # The address holds the content's hash, so it never means anything else.
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{asked.digest}-{asked.rendition}"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    if asked.is_download or not is_shown:
        headers["Content-Disposition"] = attachment(stored.download_name)
    return headers


def attachment(name: str) -> str:
    """Return the header that makes a browser save the file under this name (RFC 6266)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_body(
    request: Request, size_bytes: int, chunks: Iterator[bytes], headers: dict[str, str]
) -> Response:
    """Return the answer that sends a file, small ones at once, or only says how long it is."""
    headers = {**headers, "Content-Length": str(size_bytes)}
    if request.method == "HEAD":
        return Response(headers=headers)
    if size_bytes <= _READ_AT_ONCE_BYTES:
        return Response(b"".join(chunks), headers=headers)
    return StreamingResponse(chunks, headers=headers)


def _error(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, _NO_STORE)
