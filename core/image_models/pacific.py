"""When Google's day begins anew: at midnight Pacific time."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SLACK = timedelta(minutes=10)
_STANDARD_TIME = timezone(timedelta(hours=-8))


def next_quota_day(now: datetime) -> datetime:
    """Return the moment, in UTC, from which on a day's quota can be hoped for again.

    A refusal just after midnight, when Google's books are not turned yet, means a wait of minutes
    and not of one more day.
    """
    before = (now - _SLACK).astimezone(_pacific())
    day = before.date() + timedelta(days=1)
    # Built from its date: a day's hours later is another time where clocks are changed.
    midnight = datetime(day.year, day.month, day.day, tzinfo=before.tzinfo)
    return max(midnight.astimezone(UTC), now.astimezone(UTC) + _SLACK)


def _pacific() -> tzinfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:
        # A slim machine without the table of time zones: in summer an hour late, never too early.
        return _STANDARD_TIME
