"""Keyset pages: a page and the way to the next one, whatever the number of rows."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from core.domain.texts import is_storable
from core.errors import InvalidInputError

T = TypeVar("T")
COUNT_CAP = 1000
"""Totals are counted up to here and shown as "1,000+" beyond: counting all rows grows with them."""


SortKey = datetime | int | str | Decimal
"""What a list may be sorted by."""

_MAX_KEY_CHARS = 400
_MAX_NUMBER = 2**63


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: what the list is sorted by, and the row's id."""

    at: SortKey
    id: int

    def encode(self) -> str:
        """Return the cursor as text for a URL."""
        packed = json.dumps([*_packed(self.at), self.id])
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Return the cursor that `encode` wrote, or raise `InvalidInputError`."""
        try:
            padded = text + "=" * (-len(text) % 4)
            found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            kind, at, row_id = found
            key = _UNPACKED[kind](at)
        except _NOT_OURS as error:
            raise bad_cursor(text) from error
        if type(row_id) is not int or not 0 < row_id < _MAX_NUMBER:
            raise bad_cursor(text)
        return cls(key, row_id)


_NOT_OURS = (ValueError, TypeError, KeyError, ArithmeticError, binascii.Error, RecursionError)


def _packed(key: SortKey) -> tuple[str, str | int]:
    if isinstance(key, datetime):
        return "at", key.astimezone(UTC).isoformat()
    if isinstance(key, Decimal):
        return "price", str(key)
    return ("text", key) if isinstance(key, str) else ("number", key)


def _moment(packed: str) -> datetime:
    moment = datetime.fromisoformat(packed)
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment.astimezone(UTC)


def _number(packed: int) -> int:
    if type(packed) is not int or not -_MAX_NUMBER < packed < _MAX_NUMBER:
        raise ValueError("no number of a row")
    return packed


def _text(packed: str) -> str:
    if len(packed) > _MAX_KEY_CHARS or not is_storable(packed):
        raise ValueError("no text of a row")
    return packed


def _decimal(packed: str) -> Decimal:
    value = Decimal(packed)
    if not value.is_finite() or abs(value) >= _MAX_NUMBER:
        raise ValueError("no price of a row")
    return value.quantize(Decimal("0.01"))


_UNPACKED: dict[str, Callable[[Any], SortKey]] = {
    "at": _moment,
    "number": _number,
    "text": _text,
    "price": _decimal,
}


def bad_cursor(text: str) -> InvalidInputError:
    """Return the refusal of a cursor that leads nowhere."""
    return InvalidInputError(
        f"bad cursor {text[:80]!r}", user_message="This page does not exist any more."
    )


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows in order, the cursor of the next page if there is one, and the capped total.

    `is_similar` says that nothing held what was searched for, and these come near it.
    """

    items: tuple[T, ...]
    next: Cursor | None
    total: int
    is_similar: bool = False

    @property
    def total_label(self) -> str:
        """Return the total for people: exact below the cap, "1,000+" from there on."""
        return f"{COUNT_CAP:,}+" if self.total >= COUNT_CAP else f"{self.total:,}"
