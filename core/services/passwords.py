"""Password rules and hashes."""

import base64
import hashlib
import logging
from functools import cache
from typing import Any

from core.domain.accounts import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from core.errors import InvalidInputError

_COMMON_PARTS = ("password", "qwerty", "123456", "letmein", "welcome", "iloveyou", "abc123")


def check_password_rules(password: str, *, email: str) -> None:
    """Raise `InvalidInputError` unless the password is long enough and not easily guessed."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise InvalidInputError(
            user_message=f"The password needs at least {MIN_PASSWORD_CHARS} characters."
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise InvalidInputError(
            user_message=f"The password may have at most {MAX_PASSWORD_CHARS} characters."
        )
    lowered = password.casefold()
    rest = lowered
    for part in (*_COMMON_PARTS, email.partition("@")[0]):
        rest = rest.replace(part, "") if part else rest
    if len(set(lowered)) <= MIN_PASSWORD_CHARS // 3 or len(rest) < MIN_PASSWORD_CHARS // 2:
        raise InvalidInputError(
            user_message="This password is easy to guess. Three or four unrelated words are better."
        )


def hash_password(password: str) -> str:
    """Return the hash to keep; it takes about a third of a second on purpose."""
    return str(_hasher().hash(_prehash(password)))


def password_fits(password: str, password_hash: str) -> bool:
    """Say whether the hash was made of this password; wrong ones take as long as right ones."""
    return bool(_hasher().check_pw(_prehash(password), password_hash))


@cache
def nobodys_hash() -> str:
    """Return a hash that fits no password: what unknown people are checked against."""
    return hash_password(base64.b64encode(hashlib.sha256(b"nobody").digest()).decode())


@cache
def _hasher() -> Any:  # noqa: ANN401 - the library has no types
    # It takes half a second to import, and only sign-in and sign-up need it. Its components
    # complain that no page runs, which is so: only its hasher is used.
    log = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        from streamlit_authenticator.utilities import Hasher  # noqa: PLC0415
    finally:
        log.setLevel(level)
    return Hasher


def _prehash(password: str) -> str:
    # bcrypt reads 72 bytes; hashing first makes every character of a long passphrase count.
    return base64.b64encode(hashlib.sha256(password.encode()).digest()).decode()
