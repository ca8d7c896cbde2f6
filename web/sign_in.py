"""Signing in, signing up and signing out: plain forms that work without scripts."""

from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from core.bootstrap import Services
from core.errors import AccessDeniedError, EpoxError, SignInRequiredError
from web.addresses import LOGIN, safe_target
from web.cookies import delete_session_cookie, session_token, set_session_cookie
from web.forms import FormError, read_form
from web.gate import session_id_of
from web.sign_in_pages import (
    Entered,
    SignUpState,
    closed_page,
    login_page,
    signup_page,
    unavailable_page,
)

_ENDED = "Your session has ended. Please sign in again."
_DAY_S = 86_400
# Hashing a password fills a core for a while, so others come first.
_HASHES_AT_ONCE = 2

Form = dict[str, str]


@dataclass(frozen=True)
class SignIn:
    """Answers `/login`, `/signup` and `/auth/sign-out`."""

    services: Callable[[], Services]
    _threads: list[anyio.CapacityLimiter] = field(default_factory=list)

    async def login(self, request: Request) -> Response:
        """Show the form, or sign in and lead to the page that was asked for."""
        if request.method == "POST":
            return await self._posted(request, self._sign_in)
        return await anyio.to_thread.run_sync(self._show, request, self._login_page)

    async def signup(self, request: Request) -> Response:
        """Show the form, or make an account and sign in with it."""
        if request.method == "POST":
            return await self._posted(request, self._sign_up)
        return await anyio.to_thread.run_sync(self._show, request, self._signup_page)

    async def sign_out(self, request: Request) -> Response:
        """End the session in every tab, and show the sign-in page; a mere link ends nothing."""
        if request.method != "POST":
            return _see_other("/")
        response = _see_other(LOGIN)
        try:
            await anyio.to_thread.run_sync(self._end, request)
        except EpoxError as error:
            return unavailable_page(error)  # the cookie stays: the session still lives
        delete_session_cookie(response, request.scope)
        return response

    async def _posted(self, request: Request, act: Callable[[Request, Form], Response]) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return PlainTextResponse(str(error), error.status, {"Cache-Control": "no-store"})
        if not self._threads:
            self._threads.append(anyio.CapacityLimiter(_HASHES_AT_ONCE))
        return await anyio.to_thread.run_sync(act, request, form, limiter=self._threads[0])

    def _show(self, request: Request, show: Callable[[Request, Entered], Response]) -> Response:
        target = safe_target(request.query_params.get("next", "/"))
        if session_id_of(request.scope) is not None:
            return _see_other(target)
        try:
            response = show(request, Entered(target))
        except EpoxError as error:
            return unavailable_page(error)
        if session_token(request.scope) is not None:
            delete_session_cookie(response, request.scope)  # its session is over
        return response

    def _login_page(self, request: Request, entered: Entered) -> Response:
        notice = _ENDED if request.query_params.get("reason") == "ended" else ""
        return login_page(entered, self._state(), notice=notice)

    def _signup_page(self, _request: Request, entered: Entered) -> Response:
        state = self._state()
        return signup_page(entered, state) if state.is_open else closed_page(entered)

    def _sign_in(self, request: Request, form: Form) -> Response:
        entered = Entered(safe_target(form.get("next", "/")), form.get("email", ""))
        try:
            return self._open(request, form, entered)
        except EpoxError as error:
            return self._again(login_page, entered, error)

    def _sign_up(self, request: Request, form: Form) -> Response:
        target, email = safe_target(form.get("next", "/")), form.get("email", "")
        entered = Entered(target, email, form.get("name", ""))
        try:
            self.services().accounts.sign_up(
                email=email, password=form.get("password", ""), name=entered.name
            )
            return self._open(request, form, entered)
        except AccessDeniedError:
            return closed_page(entered)
        except EpoxError as error:
            return self._again(signup_page, entered, error)

    def _open(self, request: Request, form: Form, entered: Entered) -> Response:
        services = self.services()
        token = services.accounts.sign_in(
            entered.email,
            form.get("password", ""),
            browser=request.headers.get("user-agent", ""),
            address=request.client.host if request.client else "",
        )
        self._end(request)  # whoever used this browser before
        response = _see_other(entered.target)
        max_age_s = int(services.parts.settings.session_max_days * _DAY_S)
        set_session_cookie(response, request.scope, token, max_age_s=max_age_s)
        return response

    def _end(self, request: Request) -> None:
        session_id = session_id_of(request.scope)
        if session_id is None:
            return
        accounts = self.services().accounts
        try:
            accounts.sign_out(accounts.actor_for_session(session_id))
        except SignInRequiredError:
            return  # another tab was faster

    def _again(self, show: Callable[..., Response], entered: Entered, error: EpoxError) -> Response:
        try:
            return show(entered, self._state(), error=error)
        except EpoxError as failure:
            return unavailable_page(failure)

    def _state(self) -> SignUpState:
        accounts = self.services().accounts
        return SignUpState(is_open=accounts.sign_up_is_open(), is_first=not accounts.has_users())


def _see_other(target: str) -> Response:
    return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
