"""Addresses: which need a session, and where a person may be sent."""

from enum import Enum, auto
from urllib.parse import quote, urlsplit

from starlette.types import Scope

LOGIN = "/login"
SIGNUP = "/signup"
SIGN_OUT = "/auth/sign-out"
FILES = "/files/"
EXPORTS = "/exports/"
PREVIEWS = "/previews/"
ASSETS = "/assets/"
SHARES = "/s/"
HEALTH = "/healthz"
UPLOADS = "/_stcore/upload_file/"

MAX_TARGET_CHARS = 2000

_FREE = frozenset({HEALTH, "/_stcore/health"})
# A share link's token is all that its guests have; `web.shares` answers everything under it.
_FREE_FOLDERS = (ASSETS, SHARES, "/static/")
_SIGN_IN = frozenset({LOGIN, SIGNUP, SIGN_OUT})
# Streamlit's own sign-in, its figures and its interface for programs: none is part of Epox.
_CLOSED = frozenset(
    {
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/_stcore/metrics",
        "/_stcore/script-health-check",
    }
)
_CLOSED_FOLDERS = ("/_stcore/agent/", "/app/static/")
_FOR_PROGRAMS = (FILES, EXPORTS, PREVIEWS, "/media/", "/_stcore/", "/component/", "/auth/")


class Need(Enum):
    """What a path asks of whoever requests it."""

    NOTHING = auto()
    """The same for everybody: nobody is looked up."""
    SIGN_IN_PAGE = auto()
    """Anybody may come; who is signed in is looked up."""
    SESSION = auto()
    """A page: anonymous people are sent to sign in."""
    SESSION_OR_401 = auto()
    """Fetched by a page: anonymous requests get 401."""
    CLOSED = auto()
    """Not part of Epox, whoever asks."""


def need_of(path: str) -> Need:
    """Say what the path needs; whatever is not known needs a session."""
    if path in _CLOSED or path.startswith(_CLOSED_FOLDERS):
        return Need.CLOSED
    if path in _FREE or path.startswith(_FREE_FOLDERS):
        return Need.NOTHING
    if path in _SIGN_IN:
        return Need.SIGN_IN_PAGE
    return Need.SESSION_OR_401 if path.startswith(_FOR_PROGRAMS) else Need.SESSION


def safe_target(target: str) -> str:
    """Return the target if it is a page of this origin, and "/" for anything else."""
    is_path = target.startswith("/") and not target.startswith("//") and "\\" not in target
    if not is_path or not target.isprintable() or len(target) > MAX_TARGET_CHARS:
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    is_page = need_of(parts.path) is Need.SESSION
    return target if is_page and not parts.scheme and not parts.netloc else "/"


def sign_in_address(scope: Scope) -> str:
    """Return the sign-in page's address that leads back to what the request asked for."""
    raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    target = safe_target((raw_path + (b"?" + query if query else b"")).decode("latin-1"))
    return LOGIN if target == "/" else f"{LOGIN}?next={quote(target, safe='')}"
