"""What a provider says, made fit to be shown: short, on one line, without markup."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\s]+")
# These words come from outside and may end in a message that is drawn as Markdown.
_MARKUP = str.maketrans(dict.fromkeys("<>[]`*_#|~$\\"))


def quoted(words: str, *, limit: int = 240) -> str:
    """Return the words as harmless plain text of at most `limit` characters."""
    # Cut first, so that a reply of many megabytes costs no more than a short one.
    rough = _CONTROL.sub(" ", words[: limit * 4]).translate(_MARKUP).replace("://", ": //").strip()
    if len(rough) <= limit and len(words) <= limit * 4:
        return rough
    return rough[: limit - 1].rstrip() + "…"


def logged(words: str, *, limit: int = 500) -> str:
    """Return the words for the log: on one line and at most `limit` characters."""
    line = _CONTROL.sub(" ", words[: limit * 2]).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"
