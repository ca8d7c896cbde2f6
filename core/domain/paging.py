"""Keyset pages: a page and the way to the next one, whatever the number of rows."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from core.errors import InvalidInputError

T = TypeVar("T")
COUNT_CAP = 1000
"""Totals are counted up to here and shown as "1,000+" beyond: counting all rows grows with them."""


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: its moment, or its position in a hand-made order, and its id."""

    at: datetime | int
    id: int

    def encode(self) -> str:
        """Return the cursor as text for a URL."""
        at = self.at if isinstance(self.at, int) else self.at.astimezone(UTC).isoformat()
        pair = json.dumps([at, self.id])
        return base64.urlsafe_b64encode(pair.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Return the cursor that `encode` wrote, or raise `InvalidInputError`."""
        try:
            padded = text + "=" * (-len(text) % 4)
            at, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            moment = at if type(at) is int else datetime.fromisoformat(at)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise _bad_cursor(text) from error
        is_aware = isinstance(moment, int) or moment.tzinfo is not None
        if not is_aware or type(row_id) is not int or not 0 < row_id < 2**63:
            raise _bad_cursor(text)
        return cls(moment, row_id)


def _bad_cursor(text: str) -> InvalidInputError:
    return InvalidInputError(
        f"bad cursor {text[:80]!r}", user_message="This page does not exist any more."
    )


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows in order, the cursor of the next page if there is one, and the capped total."""

    items: tuple[T, ...]
    next: Cursor | None
    total: int

    @property
    def total_label(self) -> str:
        """Return the total for people: exact below the cap, "1,000+" from there on."""
        return f"{COUNT_CAP:,}+" if self.total >= COUNT_CAP else f"{self.total:,}"
