"""What comes near a search that nothing holds: words with a letter wrong, missing or swapped."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from core.domain.texts import fold
from core.repositories.paging import AnyRow
from core.repositories.product_conditions import Shape
from core.repositories.product_statements import candidates
from core.repositories.product_terms import TRIGRAM, Terms, contains, quoted, trigrams_of

CANDIDATES = 400
"""So many products are looked at: among very many, some that come near are not found."""

_MIN_CHARS = 4
_TWO_ERRORS_FROM = 8
_MAX_BLOCK = 12
_NAME, _SKU = -18, -17
"""Where a row of `candidates` holds them; counted from the end, as `to_summary` does."""
_WORD = re.compile(r"\w+")


class SimilarProducts:
    """Finds products whose words come near those of a search."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(
        self, shape: Shape, terms: Terms, values: Mapping[str, Any], *, limit: int
    ) -> list[AnyRow]:
        """Return the rows of products that come near, the nearest first, in one statement."""
        words = [alternatives_of(term) for term in terms.all if len(term) >= _MIN_CHARS]
        if not words:
            return []
        bound = {
            f"near{word}_{n}": contains(part)
            for word, parts in enumerate(words)
            for n, part in enumerate(parts)
        }
        match = " AND ".join(f"({' OR '.join(map(_match, parts))})" for parts in words)
        statement = candidates(shape, tuple(map(len, words)), CANDIDATES)
        found = self._session.execute(statement, {**values, **bound, "match": match})
        nearness = Nearness(terms)
        near = [
            (wrong, not nearness.is_near(f" {fold(f'{row[_NAME]} {row[_SKU]}')} "), -row[-1], row)
            for row in found
            if (wrong := nearness.of(row[-2])) is not None
        ]
        # Of what is equally near, what is called so comes first; then the newest, which has the
        # highest number.
        return [row for *_, row in sorted(near, key=lambda each: each[:3])[:limit]]


class Nearness:
    """Says how near texts come to the words of a search, remembering each word it saw."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms.all
        self._known: dict[tuple[str, str], int] = {}

    def of(self, text: str) -> int | None:
        """Return how many letters are wrong in all, or None when a word is not there at all."""
        words = {*text.split(), *_WORD.findall(text)}
        total = 0
        for term in self._terms:
            if term in text:
                continue
            wrong = min((self._wrong(term, word) for word in words), default=len(term))
            if wrong > allowed_errors(term):
                return None
            total += wrong
        return total

    def is_near(self, text: str) -> bool:
        """Say whether each word of the search is in the text, or nearly."""
        return self.of(text) is not None

    def _wrong(self, term: str, word: str) -> int:
        key = (term, word)
        if key not in self._known:
            # Counting is slow and most words do not come near.
            may_be = any(part in f" {word} " for part in alternatives_of(term))
            self._known[key] = _errors(term, word) if may_be else len(term)
        return self._known[key]


@lru_cache(maxsize=64)
def alternatives_of(term: str) -> tuple[str, ...]:
    """Return texts of which a word that comes near the term holds at least one.

    One wrong letter, or two that changed places, lie in the word's first half or in its second:
    the other half is as it should be. The spaces around the word count as letters.
    """
    padded = f" {term} "
    block = min(max(TRIGRAM, (len(padded) - 2) // 2), _MAX_BLOCK)
    return tuple(dict.fromkeys((padded[:block], padded[-block:], term)))


def allowed_errors(term: str) -> int:
    """Return how many letters of a word may be wrong."""
    if len(term) < _MIN_CHARS:
        return 0
    return 2 if len(term) >= _TWO_ERRORS_FROM else 1


def _match(part: str) -> str:
    return f"({' AND '.join(map(quoted, dict.fromkeys(trigrams_of(part))))})"


def _errors(term: str, word: str) -> int:
    """Return how many letters are wrong in the word, or in its beginning."""
    most = allowed_errors(term)
    if len(word) < len(term) - most:
        return most + 1
    beginnings = {word[: len(term) + more] for more in range(-most, most + 1)} | {
        word[: len(term) + most + 1]
    }
    return min(_distance(term, beginning) for beginning in beginnings)


def _distance(one: str, other: str) -> int:
    """Return the changes from one text to the other; two neighbours may change places."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, start=1):
        this = [row]
        for column, other_char in enumerate(other, start=1):
            cost = min(
                last[column] + 1, this[column - 1] + 1, last[column - 1] + (char != other_char)
            )
            is_swapped = (
                row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == other_char
            )
            if is_swapped:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]
