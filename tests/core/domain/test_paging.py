import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.paging import Cursor
from core.errors import InvalidInputError

AT = datetime(2026, 11, 26, 12, 30, 1, 5, tzinfo=UTC)


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class TestCursor:
    @pytest.mark.parametrize(
        "at", [AT, 0, -1, 2**62, "", "évasé 椅子 🪑", "at", Decimal("12.50"), Decimal(0)]
    )
    def test_comes_back_as_it_was(self, at: datetime | int | str | Decimal) -> None:
        cursor = Cursor.decode(Cursor(at, 7).encode())

        assert cursor == Cursor(at, 7)
        assert type(cursor.at) is type(at)

    def test_says_moments_in_utc(self) -> None:
        there = AT.astimezone(timezone(timedelta(hours=5)))

        assert Cursor.decode(Cursor(there, 7).encode()) == Cursor(AT, 7)

    @pytest.mark.parametrize(
        "value",
        [
            [],
            {},
            7,
            "at",
            None,
            ["at", AT.isoformat()],
            ["at", "2026-11-26T12:30:01", 7],
            ["at", 7, 7],
            ["at", "tomorrow", 7],
            ["at", "9999-12-31T23:59:59-23:59", 7],
            ["number", "7", 7],
            ["number", 2**63, 7],
            ["number", True, 7],
            ["number", 1.5, 7],
            ["text", "\ud800", 7],
            ["text", "a\0b", 7],
            ["text", "x" * 401, 7],
            ["text", 7, 7],
            ["price", "NaN", 7],
            ["price", "sNaN", 7],
            ["price", "Infinity", 7],
            ["price", "1e99", 7],
            ["price", "1e999999999", 7],
            ["price", [1], 7],
            ["name", "x", 7],
            [["at"], "x", 7],
            ["number", 7, 0],
            ["number", 7, -1],
            ["number", 7, 2**63],
            ["number", 7, True],
            ["number", 7, "7"],
            ["number", 7, 7, 7],
        ],
    )
    def test_refuses_what_it_did_not_write(self, value: object) -> None:
        with pytest.raises(InvalidInputError):
            Cursor.decode(packed(value))

    @pytest.mark.parametrize("text", ["", "x", "=", "é", "\0", "../..", "A" * 100_000, "[" * 9_999])
    def test_refuses_what_is_no_cursor(self, text: str) -> None:
        with pytest.raises(InvalidInputError):
            Cursor.decode(text)

    def test_refuses_deep_nesting(self) -> None:
        deep = base64.urlsafe_b64encode(b"[" * 50_000).decode()

        with pytest.raises(InvalidInputError):
            Cursor.decode(deep)

    @given(st.text(max_size=60))
    def test_never_fails_otherwise(self, text: str) -> None:
        try:
            cursor = Cursor.decode(text)
        except InvalidInputError:
            return
        assert Cursor.decode(cursor.encode()) == cursor
