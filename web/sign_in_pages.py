"""What the sign-in pages show; no decision is made here."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from core.domain.accounts import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from core.errors import (
    ConflictError,
    EpoxError,
    InvalidInputError,
    SignInRefusedError,
    SignInThrottledError,
)
from web.addresses import LOGIN, SIGNUP
from web.page import page, render

_STATUSES: tuple[tuple[type[EpoxError], int], ...] = (
    (SignInThrottledError, 429),
    (SignInRefusedError, 401),
    (InvalidInputError, 422),
    (ConflictError, 409),
)


@dataclass(frozen=True)
class SignUpState:
    """Whether strangers may make an account, and whether nobody has one yet."""

    is_open: bool
    is_first: bool


@dataclass(frozen=True)
class Entered:
    """What a person entered, to be shown again; never the password."""

    target: str
    email: str = ""
    name: str = ""


def login_page(
    entered: Entered, state: SignUpState, *, notice: str = "", error: EpoxError | None = None
) -> Response:
    """Return the sign-in page, with what went wrong if something did."""
    parts = [
        render("heading", heading="Sign in", lead="Welcome. Sign in to your workspace."),
        render("notice", sentence=notice) if notice else "",
        _alert(error),
        render("login_form", target=entered.target, email=entered.email),
    ]
    if state.is_first:
        parts.append(
            _link("Nobody has an account yet.", "Create the first account", SIGNUP, entered)
        )
    elif state.is_open:
        parts.append(_link("New to Epox?", "Create an account", SIGNUP, entered))
    return _with_status("Sign in", parts, error)


def signup_page(
    entered: Entered, state: SignUpState, *, error: EpoxError | None = None
) -> Response:
    """Return the page that makes an account."""
    parts = [
        _first_heading() if state.is_first else _heading(),
        _alert(error),
        render(
            "signup_form",
            target=entered.target,
            name=entered.name,
            email=entered.email,
            shortest=str(MIN_PASSWORD_CHARS),
            longest=str(MAX_PASSWORD_CHARS),
        ),
        _link("Already have an account?", "Sign in", LOGIN, entered),
    ]
    return _with_status("Create an account", parts, error)


def closed_page(entered: Entered) -> Response:
    """Return the page that says that accounts are made by an administrator."""
    lead = "Ask an administrator of Epox for an account."
    parts = [
        render("heading", heading="Signing up is closed", lead=lead),
        _link("Already have an account?", "Sign in", LOGIN, entered),
    ]
    return page("Signing up is closed", *parts, status=403)


def unavailable_page(error: EpoxError) -> Response:
    """Return the page that says that Epox cannot be used now."""
    heading = render("heading", heading="Epox is not available", lead=error.user_message)
    return page("Not available", heading, status=503)


def _heading() -> str:
    return render("heading", heading="Create an account", lead="You get a workspace of your own.")


def _first_heading() -> str:
    return render(
        "heading",
        heading="Welcome to Epox",
        lead="Create the first account. It becomes the administrator.",
    )


def _alert(error: EpoxError | None) -> str:
    return "" if error is None else render("alert", sentence=error.user_message)


def _link(question: str, answer: str, path: str, entered: Entered) -> str:
    query = "" if entered.target == "/" else f"?next={quote(entered.target, safe='')}"
    return render("link", question=question, answer=answer, address=path + query)


def _with_status(title: str, parts: list[str], error: EpoxError | None) -> Response:
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 503)
    response = page(title, *parts, status=status if error else 200)
    if isinstance(error, SignInThrottledError):
        response.headers["Retry-After"] = str(error.wait_s)
    return response
