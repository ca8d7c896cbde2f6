"""Previews of the editor: what steps make of a picture, drawn here so that it is what is saved."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.image_tools import FileFormat, ToolStep, steps_from_json, steps_to_json
from core.errors import (
    AccessDeniedError,
    EpoxError,
    ImageRejectedError,
    InvalidInputError,
    NotFoundError,
    ObjectMissingError,
    SignInRequiredError,
)
from core.imaging.call_off import CallOff
from core.services.access import must_edit
from web.gate import session_id_of
from web.threads import Threads

WIDTHS = frozenset({480, 720, 1080, 1600, 2048})
"""How large a preview's longer side may be: few sizes, so that browsers find what they had."""

LANES = frozenset({"after", "before", "plain", "fine"})
"""What a preview is for: of each, only the newest that a session asked for is drawn."""

MAX_QUERY_CHARS = 6000
MAX_BODY_BYTES = 256 * 1024
MAX_MASK_BYTES = 24 * 1024 * 1024

_MAX_ID_DIGITS = 18
# Two, because a preview keeps a core busy; those that wait hold no thread.
_AT_ONCE = 2
_MAX_WAITING = 64
_NO_STORE = {"Cache-Control": "no-store"}
_SAFE = "default-src 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True)
class Asked:
    """A preview that is wanted."""

    asset_id: int
    steps: tuple[ToolStep, ...]
    longest_px: int
    file_format: FileFormat
    lane: str


@dataclass(frozen=True)
class _Drawing:
    """A preview that is waited for or drawn."""

    scope: anyio.CancelScope
    call_off: CallOff

    def end(self) -> None:
        """Let it wait no longer; one that is drawn already is ended after a moment."""
        self.scope.cancel()
        self.call_off.say()


@dataclass(frozen=True)
class Previews:
    """Answers `/previews/{asset_id}`, and keeps masks at `/previews/{asset_id}/masks`."""

    services: Callable[[], Services]
    _threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))
    _mask_threads: Threads = field(default_factory=partial(Threads, _AT_ONCE))
    _newest: dict[tuple[int, str], _Drawing] = field(default_factory=dict)

    async def get(self, request: Request) -> Response:
        """Draw the preview, or say in a sentence why not; an overtaken one is answered with 409."""
        session_id = session_id_of(request.scope)
        if session_id is None:
            return refusal(SignInRequiredError.user_message, 401)
        try:
            asked = await _asked(request)
        except InvalidInputError as error:
            return refusal(error.user_message, 400)
        except ClientDisconnect:
            return refusal("The request was not complete.", 400)
        if self._threads.limiter.statistics().tasks_waiting >= _MAX_WAITING:
            return refusal("Many people are editing just now. Please try again.", 503)
        key = (session_id, asked.lane)
        drawing = _Drawing(anyio.CancelScope(), CallOff())
        with drawing.scope:
            if (older := self._newest.get(key)) is not None:
                older.end()
            self._newest[key] = drawing
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(_end_when_gone, request, drawing)
                    response = await self._drawn(request, asked, session_id, drawing.call_off)
                    group.cancel_scope.cancel()
                if not drawing.scope.cancel_called:
                    return response
            finally:
                if self._newest.get(key) is drawing:
                    del self._newest[key]
        return refusal("A newer preview was asked for.", 409)

    async def keep_mask(self, request: Request) -> Response:
        """Keep a painted mask and tell its id, or say in a sentence why not."""
        session_id = session_id_of(request.scope)
        asset_id = id_of(request)
        if session_id is None:
            return refusal(SignInRequiredError.user_message, 401)
        if asset_id is None:
            return refusal(NotFoundError.user_message, 404)
        try:
            png = await body_of(request, MAX_MASK_BYTES)
            kept = partial(self._kept, session_id, asset_id, png)
            mask_id = await anyio.to_thread.run_sync(kept, limiter=self._mask_threads.limiter)
        except (EpoxError, ClientDisconnect) as error:
            return _failure(error)
        return JSONResponse({"mask_id": mask_id}, 201, _NO_STORE)

    async def _drawn(
        self, request: Request, asked: Asked, session_id: int, call_off: CallOff
    ) -> Response:
        known = request.headers.get("if-none-match", "")
        draw = partial(self._answer, asked, session_id, known, call_off)
        try:
            return await anyio.to_thread.run_sync(draw, limiter=self._threads.limiter)
        except EpoxError as error:
            return _failure(error)

    def _answer(self, asked: Asked, session_id: int, known: str, call_off: CallOff) -> Response:
        actor = self._editor(session_id)
        services = self.services()
        asset = services.assets.get(actor, asked.asset_id)
        headers = _headers(asset.sha256, asked)
        if headers["ETag"] in known:
            return Response(status_code=304, headers=headers)
        drawn = services.image_tools.preview(
            actor,
            asked.asset_id,
            asked.steps,
            longest_px=asked.longest_px,
            file_format=asked.file_format,
            call_off=call_off,
        )
        # How large the result will be once it is saved; a preview is smaller.
        headers["X-Picture-Size"] = f"{drawn.full_width_px}x{drawn.full_height_px}"
        return Response(drawn.data, media_type=drawn.mime_type, headers=headers)

    def _kept(self, session_id: int, asset_id: int, png: bytes) -> int:
        return self.services().edits.keep_mask(self._editor(session_id), asset_id, png)

    def _editor(self, session_id: int) -> Actor:
        actor = self.services().accounts.actor_for_session(session_id)
        must_edit(actor)
        return actor


async def _end_when_gone(request: Request, drawing: _Drawing) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    drawing.end()


def refusal(sentence: str, status: int) -> Response:
    """Return the sentence as the editor reads it."""
    return JSONResponse({"error": sentence}, status, _NO_STORE)


def id_of(request: Request) -> int | None:
    """Return the picture's id in the address, or None if it is no id."""
    text = str(request.path_params["asset_id"])
    is_id = text.isascii() and text.isdecimal() and len(text) <= _MAX_ID_DIGITS
    return int(text) if is_id and int(text) > 0 else None


async def body_of(request: Request, most_bytes: int) -> bytes:
    """Return the request's body, or raise a sentence once it is larger than allowed."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise InvalidInputError(user_message="This is too large to be sent at once.")
    return bytes(body)


async def _asked(request: Request) -> Asked:
    """Read what is wanted: from the address, or, where strokes are long, from the body."""
    asset_id = id_of(request)
    query = request.query_params
    if asset_id is None:
        raise InvalidInputError(user_message=NotFoundError.user_message)
    if request.method == "POST":
        written = await body_of(request, MAX_BODY_BYTES)
    else:
        written = query.get("steps", "[]").encode()
        if len(written) > MAX_QUERY_CHARS:
            raise InvalidInputError(user_message="These steps are too long for an address.")
    width = query.get("w", "")
    if not width.isdecimal() or int(width) not in WIDTHS:
        raise InvalidInputError(user_message="Previews are not made in this size.")
    lane = query.get("lane", "after")
    if lane not in LANES:
        raise InvalidInputError(user_message="There is no such preview.")
    steps, file_format = steps_from_json(_read(written)), _format_of(query.get("f", "auto"))
    return Asked(asset_id, steps, int(width), file_format, lane)


def _format_of(text: str) -> FileFormat:
    try:
        return FileFormat(text)
    except ValueError as error:
        raise InvalidInputError(user_message="Pictures are not saved in this format.") from error


def _read(written: bytes) -> object:
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(user_message="The steps cannot be read.") from error


def _headers(sha256: str, asked: Asked) -> dict[str, str]:
    wanted: Mapping[str, Any] = {
        "w": asked.longest_px,
        "f": asked.file_format.value,
        "steps": steps_to_json(asked.steps),
    }
    text = sha256 + json.dumps(wanted, sort_keys=True)
    return {
        "ETag": f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"',
        # The picture never changes, but how it is drawn may with the next release.
        "Cache-Control": "private, max-age=600",
        "Content-Security-Policy": _SAFE,
    }


def _failure(error: Exception) -> Response:
    if isinstance(error, SignInRequiredError):
        return refusal(error.user_message, 401)
    if isinstance(error, AccessDeniedError):
        return refusal(error.user_message, 403)
    if isinstance(error, NotFoundError | ObjectMissingError):
        return refusal(error.user_message, 404)
    if isinstance(error, InvalidInputError | ImageRejectedError):
        return refusal(error.user_message, 422)
    if isinstance(error, EpoxError):
        return refusal(error.user_message, 503)
    return refusal("The request was not complete.", 400)
