"""Text that people enter: cleaned of what harms, refused when it cannot be meant."""

import re
import unicodedata

from core.errors import InvalidInputError

_MANY_MARKS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]{5,}")


def clean_line(text: str, what: str, *, max_chars: int, may_be_empty: bool = False) -> str:
    """Return one line, normalised and trimmed, or raise a sentence that names `what`."""
    return clean_text(" ".join(text.split()), what, max_chars=max_chars, may_be_empty=may_be_empty)


def clean_text(text: str, what: str, *, max_chars: int, may_be_empty: bool = True) -> str:
    """Return the text normalised (NFC), trimmed, with line ends as newlines.

    Raises `InvalidInputError` for text that is empty, too long, or holds what nobody types:
    control characters, lone surrogates, direction overrides, towers of accents.
    """
    if len(text) > max_chars * 4:
        raise _too_long(what, max_chars)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\ufeff", "").strip()
    if any(_is_harmful(char) for char in text) or _MANY_MARKS.search(text):
        raise InvalidInputError(
            user_message=f"There are characters in {what} that cannot be kept. Please type it anew."
        )
    if not text and not may_be_empty:
        raise InvalidInputError(user_message=f"Please enter {what}.")
    if len(text) > max_chars:
        raise _too_long(what, max_chars)
    return text


def _is_harmful(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cf":
        # Joiners are part of words and emoji; overrides and isolates turn text around.
        return char not in "\u200c\u200d\u00ad"
    return category in ("Cc", "Cs") and char not in "\n\t"


def _too_long(what: str, max_chars: int) -> InvalidInputError:
    return InvalidInputError(
        user_message=f"Please shorten {what}: at most {max_chars:,} characters fit."
    )
