"""Share links for people without an account: plain pages that work without scripts.

The token in the address is all that lets anybody in, and it leads to one link's pictures only. No
answer says whether a token was ever right. Referrers stay on this site (`same-origin`): without
any, browsers would send the forms with `Origin: null`, and forged requests could not be told.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from core.bootstrap import Services
from core.domain.assets import StoredFile
from core.errors import (
    AccessDeniedError,
    EpoxError,
    InvalidInputError,
    NotFoundError,
    ObjectMissingError,
    TooManyRequestsError,
)
from core.services.share_visits import guest_name_of
from web.addresses import SHARES
from web.cookies import is_https
from web.files import attachment, file_body
from web.forms import FormError, read_form
from web.share_pages import (
    SHARE_HEADERS,
    Entered,
    Guest,
    closed_page,
    grid_page,
    refused_page,
    view_page,
)
from web.threads import Threads

NAME_COOKIE, FORM_COOKIE = "epox_guest", "epox_form"

_ID = re.compile(r"[1-9][0-9]{0,17}")
_PAGE = re.compile(r"[1-9][0-9]{0,3}")
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_COOKIE_AGE_S = 90 * 86_400
_STALE = "This page was open for too long. Please go back, load it again and send it once more."
# Guests must not take the threads that members are answered with.
_PAGES_AT_ONCE, _FILES_AT_ONCE = 4, 16

Form = Mapping[str, str]
Act = Callable[[Request, int, Form], None]


@dataclass(frozen=True)
class Shares:
    """Answers everything under `/s/`, and lets nothing of it through to the application."""

    services: Callable[[], Services]
    _pages: Threads = field(default_factory=partial(Threads, _PAGES_AT_ONCE))
    _files: Threads = field(default_factory=partial(Threads, _FILES_AT_ONCE))

    def router(self) -> Router:
        """Return what is mounted at the folder of the links."""
        picture = "/{token}/{asset_id}"
        return Router(
            [
                Route("/{token}", self._get(self._grid)),
                Route("/{token}/files/{asset_id}/{rendition}", self._file),
                Route(picture, self._get(self._view)),
                Route(f"{picture}/comment", self._post(self._comment, "comment"), methods=["POST"]),
                Route(f"{picture}/verdict", self._post(self._judge, "verdict"), methods=["POST"]),
            ],
            redirect_slashes=False,
            default=_nowhere,
        )

    def _get(self, show: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def get(request: Request) -> Response:
            return await anyio.to_thread.run_sync(
                _kindly, show, request, limiter=self._pages.limiter
            )

        return get

    def _post(self, act: Act, said: str) -> Callable[[Request], Awaitable[Response]]:
        async def post(request: Request) -> Response:
            try:
                form = await read_form(request)
            except FormError as error:
                return refused_page(str(error), error.status)
            show = partial(self._posted, act, said, form)
            return await anyio.to_thread.run_sync(
                _kindly, show, request, limiter=self._pages.limiter
            )

        return post

    def _grid(self, request: Request) -> Response:
        number = request.query_params.get("page", "1")
        if not _PAGE.fullmatch(number):
            raise NotFoundError("no page has such a number")
        token = _token(request)
        shared = self.services().share_visits.page(token, int(number), address=_address(request))
        return grid_page(_base(token), shared)

    def _view(self, request: Request) -> Response:
        return self._shown(request, Entered())

    def _shown(self, request: Request, entered: Entered) -> Response:
        token, asset_id = _token(request), _asset_id(request)
        shared = self.services().share_visits.view(token, asset_id, address=_address(request))
        key = _form_key(request)
        guest = Guest(
            name=_guest_name(request),
            form=_form_token(key or (new := secrets.token_urlsafe(32)), token),
            asks_name=request.query_params.get("who") == "1",
            sent=request.query_params.get("sent", ""),
        )
        response = view_page(_base(token), shared, guest, entered)
        if key is None:
            _set_cookie(response, request, FORM_COOKIE, new)
        return response

    def _posted(self, act: Act, said: str, form: Form, request: Request) -> Response:
        token, asset_id = _token(request), _asset_id(request)
        key = _form_key(request)
        if key is None or not hmac.compare_digest(
            _form_token(key, token).encode(), form.get("form", "").encode()
        ):
            # Whether there is such a link is not to be learnt from this.
            return refused_page(_STALE, 403)
        try:
            act(request, asset_id, form)
        except InvalidInputError as error:
            return self._shown(request, _entered(form, error))
        response = RedirectResponse(
            f"{_base(token)}/{asset_id}?sent={said}#{said}", 303, SHARE_HEADERS
        )
        name = guest_name_of(form.get("name", ""))
        value = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
        _set_cookie(response, request, NAME_COOKIE, value)
        return response

    def _comment(self, request: Request, asset_id: int, form: Form) -> None:
        self.services().share_visits.comment(
            _token(request),
            asset_id,
            guest_name=form.get("name", ""),
            body=form.get("body", ""),
            address=_address(request),
        )

    def _judge(self, request: Request, asset_id: int, form: Form) -> None:
        self.services().share_visits.judge(
            _token(request),
            asset_id,
            guest_name=form.get("name", ""),
            state=form.get("state", ""),
            note=form.get("note", ""),
            address=_address(request),
        )

    async def _file(self, request: Request) -> Response:
        try:
            return await anyio.to_thread.run_sync(self._sent, request, limiter=self._files.limiter)
        except TooManyRequestsError as error:
            return _plain(error.user_message, 429)
        except (NotFoundError, AccessDeniedError, ObjectMissingError):
            return _plain("Not found.", 404)
        except EpoxError:
            return _plain("The file cannot be read now. Please try again.", 503)

    def _sent(self, request: Request) -> Response:
        services, rendition = self.services(), request.path_params["rendition"]
        stored = services.share_visits.file(
            _token(request), _asset_id(request), rendition, address=_address(request)
        )
        headers = _file_headers(stored, rendition)
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        size_bytes, chunks = services.assets.stream(stored)
        return file_body(request, size_bytes, chunks, headers)


def _kindly(show: Callable[[Request], Response], request: Request) -> Response:
    try:
        return show(request)
    except NotFoundError:
        return closed_page()
    except TooManyRequestsError as error:
        response = refused_page(error.user_message, 429)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    except AccessDeniedError as error:
        return refused_page(error.user_message, 403)
    except EpoxError as error:
        return refused_page(error.user_message, 503)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    response = closed_page() if scope["type"] == "http" else _plain("Not found.", 404)
    await response(scope, receive, send)


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _asset_id(request: Request) -> int:
    text = request.path_params["asset_id"]
    if not _ID.fullmatch(text):
        raise NotFoundError("no picture has such a number")
    return int(text)


def _base(token: str) -> str:
    return f"{SHARES}{token}"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _entered(form: Form, error: InvalidInputError) -> Entered:
    return Entered(
        name=form.get("name", ""),
        body=form.get("body", ""),
        note=form.get("note", ""),
        state=form.get("state", ""),
        problem=error.user_message,
        status=422,
    )


def _guest_name(request: Request) -> str:
    """Return the name in the cookie, "" for anything that is none."""
    value = request.cookies.get(NAME_COOKIE, "")[:1000]
    try:
        text = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
        return guest_name_of(text) if text else ""
    except (binascii.Error, ValueError, InvalidInputError):
        return ""


def _form_key(request: Request) -> str | None:
    key = request.cookies.get(FORM_COOKIE, "")
    return key if _FORM_KEY.fullmatch(key) else None


def _form_token(key: str, token: str) -> str:
    """Return what a form of this link must bring back from this browser."""
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()


def _set_cookie(response: Response, request: Request, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=_COOKIE_AGE_S,
        path=SHARES,
        secure=is_https(request.scope),
        httponly=True,
        samesite="lax",
    )


def _file_headers(stored: StoredFile, rendition: str) -> dict[str, str]:
    headers = {
        "Content-Type": stored.mime_type,
        # Kept by the browser, but asked for each time: what is revoked is gone.
        "Cache-Control": "private, no-cache",
        "ETag": f'"{stored.sha256[:16]}-{rendition}"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if rendition == "original":
        headers["Content-Disposition"] = attachment(stored.download_name)
    return headers


def _plain(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, {"Cache-Control": "no-store"})
