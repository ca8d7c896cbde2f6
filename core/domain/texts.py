"""Text as the databases keep it and as it is searched for."""

import unicodedata


def is_storable(text: str) -> bool:
    """Say whether both databases can hold the text: no null character, no lone surrogate."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def fold(text: str) -> str:
    """Return the text for searching: case folded, accents stripped, spaces collapsed."""
    if text.isascii():  # most texts, and imports fold a hundred thousand of them
        return " ".join(text.lower().replace("\0", " ").split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    # No column can hold a null character or half a surrogate pair, nor be asked for one.
    plain = plain.replace("\0", " ").encode("utf-8", "ignore").decode()
    return " ".join(plain.split())
