"""The gate: who asks is looked up here, once, for pages, sockets and files alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import anyio.to_thread
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import EpoxError
from web.addresses import UPLOADS, Need, need_of, sign_in_address
from web.cookies import session_token
from web.threads import Threads
from web.uploads import UploadAllowance

SESSION_HEADER = b"x-epox-session"
"""What Streamlit believes (`server.trustedUserHeaders`): only ever set here."""

_NO_STORE = {"Cache-Control": "no-store"}
# A database that hangs must not take the threads that serve static files.
_LOOKUP_THREADS = 8

SessionForToken = Callable[[str], int | None]


@dataclass(frozen=True)
class GateMiddleware:
    """Lets anonymous requests reach the sign-in pages only, and tells the rest who asks."""

    app: ASGIApp
    session_for_token: SessionForToken
    _uploads: UploadAllowance = field(default_factory=UploadAllowance)
    _threads: Threads = field(default_factory=partial(Threads, _LOOKUP_THREADS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its session, or answer it."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope = _without_claims(scope)
        is_socket = scope["type"] == "websocket"
        need = Need.SESSION_OR_401 if is_socket else need_of(scope["path"])
        if need is Need.NOTHING:
            await self.app(scope, receive, send)
            return
        try:
            session_id = await self._session_of(scope)
        except EpoxError as error:
            await PlainTextResponse(error.user_message, 503, _NO_STORE)(scope, receive, send)
            return
        answer = self._answer(scope, need, session_id)
        if answer is not None:
            await answer(scope, receive, send)
            return
        await self.app(_with_session(scope, session_id), receive, send)

    def _answer(self, scope: Scope, need: Need, session_id: int | None) -> Response | None:
        if need is Need.CLOSED:
            return PlainTextResponse("Not found.", 404, _NO_STORE)
        if session_id is None and need is not Need.SIGN_IN_PAGE:
            return _anonymous_answer(scope, need)
        if scope["path"].startswith(UPLOADS) and scope.get("method") == "PUT":
            return self._uploads.refusal(scope, session_id)
        return None

    async def _session_of(self, scope: Scope) -> int | None:
        token = session_token(scope)
        if token is None:
            return None
        return await anyio.to_thread.run_sync(
            self.session_for_token, token, limiter=self._threads.limiter
        )


def session_id_of(scope: Scope) -> int | None:
    """Return the id of the session that the gate found for this request."""
    found = scope.get("epox.session_id")
    return found if isinstance(found, int) else None


def _without_claims(scope: Scope) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if name != SESSION_HEADER]
    return {**scope, "headers": headers}


def _with_session(scope: Scope, session_id: int | None) -> Scope:
    if session_id is None:
        return scope
    header = (SESSION_HEADER, str(session_id).encode())
    return {**scope, "headers": [*scope["headers"], header], "epox.session_id": session_id}


def _anonymous_answer(scope: Scope, need: Need) -> Response:
    if scope["type"] == "websocket":
        return PlainTextResponse("Please sign in.", 403, _NO_STORE)
    if need is Need.SESSION and scope["method"] in {"GET", "HEAD"}:
        return RedirectResponse(sign_in_address(scope), 303, _NO_STORE)
    return PlainTextResponse("Please sign in.", 401, _NO_STORE)
