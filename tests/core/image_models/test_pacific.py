"""A day's quota begins anew at midnight where Google is."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from core.image_models.pacific import next_quota_day


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "anew"),
    [
        ("2026-01-15 20:00", "2026-01-16 08:00"),
        ("2026-07-15 20:00", "2026-07-16 07:00"),
        ("2026-07-16 06:30", "2026-07-16 07:00"),
        ("2026-12-31 23:59", "2027-01-01 08:00"),
        # Clocks are changed at two in the night, so the day that follows has another midnight.
        ("2026-03-08 09:00", "2026-03-09 07:00"),
        ("2026-11-01 08:30", "2026-11-02 08:00"),
    ],
)
def test_is_the_next_midnight(now: str, anew: str) -> None:
    assert next_quota_day(at(now)) == at(anew)


@pytest.mark.parametrize(
    ("now", "anew"),
    [
        ("2026-01-16 08:00", "2026-01-16 08:10"),
        ("2026-01-16 08:09", "2026-01-16 08:19"),
        ("2026-01-16 07:55", "2026-01-16 08:05"),
        ("2026-01-16 08:10", "2026-01-17 08:00"),
    ],
)
def test_a_refusal_around_midnight_costs_minutes_and_no_day(now: str, anew: str) -> None:
    assert next_quota_day(at(now)) == at(anew)


def test_is_never_too_early_without_a_table_of_time_zones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(key: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr("core.image_models.pacific.ZoneInfo", missing)

    assert next_quota_day(at("2026-01-15 20:00")) == at("2026-01-16 08:00")
    assert next_quota_day(at("2026-07-15 20:00")) == at("2026-07-16 08:00")
