"""The brand kit of a workspace: what all its pictures keep to."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_BRAND_COLOURS = 6
MAX_BRAND_WORDS = 30
MAX_BANNED_WORDS = 200
MAX_BRAND_WORD_CHARS = 60
MAX_BRAND_NOTE_CHARS = 600

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class BrandKit:
    """What every prompt of a workspace says, and which words none may hold."""

    palette: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    notes: str = ""
    logo_asset_id: int | None = None

    def find_banned(self, text: str) -> str | None:
        """Return the first banned word in the text, as the kit spells it, or None.

        Whole words count, whatever their case, accents' spelling and line breaks.
        """
        if not self.banned:
            return None
        found = _pattern(self.banned).search(_folded(text))
        if found is None:
            return None
        return next(word for word in self.banned if _folded(word) == found.group())


NO_BRAND = BrandKit()
"""What a workspace without a brand kit keeps to: nothing."""


@lru_cache(maxsize=64)
def _pattern(banned: tuple[str, ...]) -> re.Pattern[str]:
    # The longest come first, so that of two that begin alike the one that is there is named.
    words = sorted({_folded(word) for word in banned} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else r"(?!)")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())
