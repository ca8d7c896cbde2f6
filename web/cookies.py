"""The session's cookie: its name says whether it may travel without TLS."""

from http.cookies import SimpleCookie

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

PLAIN_NAME = "epox_session"
SECURE_NAME = "__Host-epox_session"
MAX_TOKEN_CHARS = 200


def is_https(scope: Scope) -> bool:
    """Say whether the browser's connection is encrypted."""
    return scope.get("scheme") in {"https", "wss"}


def session_token(scope: Scope) -> str | None:
    """Return the token that the browser sent, if it can be one."""
    token = HTTPConnection(scope).cookies.get(_name(scope), "")
    return token if token.isascii() and 0 < len(token) <= MAX_TOKEN_CHARS else None


def set_session_cookie(response: Response, scope: Scope, token: str, *, max_age_s: int) -> None:
    """Give the browser the token, out of reach of scripts and of other sites."""
    response.set_cookie(
        _name(scope),
        token,
        max_age=max_age_s,
        path="/",
        secure=is_https(scope),
        httponly=True,
        samesite="lax",
    )


def delete_session_cookie(response: Response, scope: Scope) -> None:
    """Let the browser forget the token."""
    set_session_cookie(response, scope, "", max_age_s=0)


def secured(header: bytes) -> bytes:
    """Return the Set-Cookie header with Secure, which Streamlit leaves out behind a proxy."""
    morsels = SimpleCookie(header.decode("latin-1"))
    is_secure = any(morsel["secure"] for morsel in morsels.values())
    return header if is_secure else header + b"; Secure"


def _name(scope: Scope) -> str:
    return SECURE_NAME if is_https(scope) else PLAIN_NAME
