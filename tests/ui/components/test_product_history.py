"""The lines of a product's history."""

from datetime import UTC, datetime

import pytest

from core.domain.history import AuditEvent
from ui.components.product_history import change_lines, event_line


def event(action: str, **parts: object) -> AuditEvent:
    return AuditEvent(1, "Ann", action, datetime.now(UTC), **parts)  # type: ignore[arg-type] # the test names real fields


class TestEventLine:
    @pytest.mark.parametrize(
        ("action", "said"),
        [("create", "Added"), ("trash", "Moved to the trash"), ("blow_up", "Blow up")],
    )
    def test_says_what_was_done(self, action: str, said: str) -> None:
        assert event_line(event(action)) == said

    def test_counts_photos(self) -> None:
        assert event_line(event("add_photos", detail={"count": 3})) == "3 photos added"


class TestChangeLines:
    def test_say_what_it_was_and_what_it_is(self) -> None:
        changes = {
            "name": ("Oak", "Pine"), "sku": ("A", "B"), "tags": (["a", "b"], []),
            "price": (None, "12.00"), "description": ("a\n b", "x" * 500),
        }  # fmt: skip

        lines = change_lines(event("update", changes=changes))

        assert lines[:4] == [
            "Name: Oak \u2192 Pine", "SKU: A \u2192 B", "Tags: a, b \u2192 nothing",
            "Price: nothing \u2192 12.00",
        ]  # fmt: skip
        assert lines[4].startswith("Description: a b \u2192 xxx")
        assert len(lines[4]) < 200
