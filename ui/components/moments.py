"""Moments that are still to come, in the time zone of whoever looks."""

from datetime import UTC, datetime, timedelta

from ui.format import duration, viewers_zone

_SOON = timedelta(minutes=2)


def clock(at: datetime, *, now: datetime | None = None) -> str:
    """Return the moment as "14:03" if it is today, as "26 Nov, 14:03" or with its year else."""
    zone = viewers_zone()
    local, today = at.astimezone(zone), (now or datetime.now(UTC)).astimezone(zone).date()
    suffix = " UTC" if zone.key == "UTC" else ""
    if local.date() == today:
        return f"{local:%H:%M}{suffix}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}{suffix}"


def at_clock(at: datetime, *, now: datetime | None = None) -> str:
    """Return the moment as it follows a verb: "at 14:03", "on 26 Nov, 14:03"."""
    text = clock(at, now=now)
    return f"on {text}" if "," in text else f"at {text}"


def clock_s(at: datetime, *, now: datetime | None = None) -> str:
    """Return the moment as `clock` does, to the second where it is today."""
    local = at.astimezone(viewers_zone())
    today = (now or datetime.now(UTC)).astimezone(viewers_zone()).date()
    return f"{local:%H:%M:%S}" if local.date() == today else clock(at, now=now)


def until(at: datetime, *, now: datetime | None = None) -> str:
    """Return how long something waits: "for 25 s more" if it is short, else "until 14:03"."""
    moment = now or datetime.now(UTC)
    left = at - moment
    if left <= _SOON:
        return f"for {duration(max(1.0, left.total_seconds()))} more"
    return f"until {clock(at, now=moment)}"
