"""The grammar of keys: what may name an object, in every store."""

import re

MAX_KEY_CHARS = 512
_PART = re.compile(r"[a-z0-9._-]{1,128}")
_DOTS = {".", ".."}


def is_key(text: str) -> bool:
    """Say whether the text is a relative path of `[a-z0-9._-]` parts, none of them only dots."""
    parts = text.split("/")
    return len(text) <= MAX_KEY_CHARS and all(_is_part(part) for part in parts)


def checked_key(key: str) -> str:
    """Return the key, or raise `ValueError`."""
    if not is_key(key):
        raise ValueError(f"not a storage key: {key[:80]!a}")
    return key


def checked_prefix(prefix: str) -> str:
    """Return what a key can begin with: nothing, or parts of which the last may be unfinished."""
    *parents, last = prefix.split("/")
    if len(prefix) > MAX_KEY_CHARS or not all(map(_is_part, parents)):
        raise ValueError(f"not a prefix of storage keys: {prefix[:80]!a}")
    if last and not _is_part(last):
        raise ValueError(f"not a prefix of storage keys: {prefix[:80]!a}")
    return prefix


def _is_part(part: str) -> bool:
    return _PART.fullmatch(part) is not None and part not in _DOTS
