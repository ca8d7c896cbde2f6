"""Moments to come are told shortly, and in the zone of whoever looks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import streamlit as st

from ui import format  # noqa: A004 - the module of ours
from ui.components import moments
from ui.components.moments import clock, until

NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look from Berlin, where it is an hour later."""
    monkeypatch.setattr(moments, "viewers_zone", lambda: ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW + timedelta(minutes=5), "23:35 UTC"),
        (NOW + timedelta(hours=1), "26 Nov, 00:30 UTC"),
        (NOW + timedelta(days=60), "24 Jan 2027, 23:30 UTC"),
    ],
)
def test_names_the_day_only_when_it_is_another(at: datetime, said: str) -> None:
    assert clock(at, now=NOW) == said


@pytest.mark.usefixtures("in_berlin")
def test_tells_the_viewers_time() -> None:
    assert clock(NOW + timedelta(minutes=45), now=NOW) == "01:15"


@pytest.mark.parametrize(
    ("left_s", "said"),
    [(40, "for 40 s more"), (-5, "for 1 s more"), (600, "until 23:40 UTC")],
)
def test_counts_down_a_short_wait(left_s: int, said: str) -> None:
    assert until(NOW + timedelta(seconds=left_s), now=NOW) == said


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd", 5])
def test_takes_utc_for_a_zone_that_nobody_knows(monkeypatch: pytest.MonkeyPatch, name: Any) -> None:  # noqa: ANN401 - whatever a browser says
    monkeypatch.setattr(type(st.context), "timezone", property(lambda _: name))

    assert format.viewers_zone().key == "UTC"
