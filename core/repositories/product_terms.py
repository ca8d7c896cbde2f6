"""The words of a search as the trigram indexes of both databases take them, each literally."""

import re
from dataclasses import dataclass

from core.domain.products import fold
from core.repositories.paging import MAX_SEARCH_CHARS, MAX_TERMS, escaped

TRIGRAM = 3
_MAX_PARTS = 6
# PostgreSQL's index knows letters and digits only, in threes within a word.
_INDEXED_ON_POSTGRESQL = re.compile(r"[^\W_]{3}")


@dataclass(frozen=True)
class Terms:
    """The folded words of a search. Those that an index can find come first."""

    indexed: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Return all words."""
        return self.indexed + self.plain

    def values(self) -> dict[str, str]:
        """Return the words as the values of LIKE patterns `term0` and so on."""
        return {f"term{number}": contains(term) for number, term in enumerate(self.all)}

    def match(self) -> str:
        """Return what SQLite's index is asked for; what it finds need not hold the words."""
        return " AND ".join(
            quoted(part) for part in dict.fromkeys(p for t in self.indexed for p in _parts(t))
        )


def _parts(term: str) -> list[str]:
    """Return every second of the term's threes: each makes the index work more."""
    last = len(term) - TRIGRAM
    begins = [*range(0, last, 2), last]
    if len(begins) > _MAX_PARTS:
        begins = [*begins[: _MAX_PARTS - 1], last]
    return [term[begin : begin + TRIGRAM] for begin in begins]


def terms_of(text: str, *, is_sqlite: bool) -> Terms:
    """Return the words of a search; too long a search is cut."""
    words = dict.fromkeys(fold(text[:MAX_SEARCH_CHARS]).split()[:MAX_TERMS])
    indexed = tuple(word for word in words if _is_indexed(word, is_sqlite=is_sqlite))
    return Terms(indexed, tuple(word for word in words if word not in indexed))


def _is_indexed(word: str, *, is_sqlite: bool) -> bool:
    if is_sqlite:
        return len(word) >= TRIGRAM
    return _INDEXED_ON_POSTGRESQL.search(word) is not None


def trigrams_of(text: str) -> list[str]:
    """Return all threes of neighbouring characters."""
    return [text[begin : begin + TRIGRAM] for begin in range(len(text) - TRIGRAM + 1)]


def quoted(text: str) -> str:
    """Return the text as a string of SQLite's search language."""
    return '"' + text.replace('"', '""') + '"'


def contains(text: str) -> str:
    """Return the LIKE pattern of all that holds the text."""
    return f"%{escaped(text)}%"
