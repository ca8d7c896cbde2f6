"""Values as people read them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

_MICROS = 1_000_000
_TEN_CENTS = 100_000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:=^&\"'])")
# Markdown makes these into links, e-mail addresses, emojis and icons even where the characters
# are escaped; a character without width after them stops it.
_AUTOMATIC = re.compile(r"(:|@|www(?=\.))", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def escape_markdown(text: str) -> str:
    """Return the text so that Streamlit's Markdown shows exactly it, on one line."""
    line = " ".join(text.split())
    return _MARKDOWN.sub(r"\\\1", _AUTOMATIC.sub(rf"\1{_WORD_JOINER}", line))


def money(micros: int) -> str:
    """Return an amount in millionths of a US dollar as "$0.0336" or "$12.50"; none is "free".

    From ten cents on it is to the cent, below them to four digits.
    """
    if micros == 0:
        return "free"
    dollars = micros / _MICROS
    return f"${dollars:,.4f}" if micros < _TEN_CENTS else f"${dollars:,.2f}"


def dollars(micros: int) -> str:
    """Return an amount as `money` does, but none as "$0.00": a sum is not free of charge."""
    return money(micros) if micros else "$0.00"


def amounts(*micros: int) -> tuple[str, ...]:
    """Return amounts that stand in one sentence, as exact as the largest of them is."""
    return tuple(map(cents if max(micros) >= _TEN_CENTS else dollars, micros))


def cents(micros: int) -> str:
    """Return an amount to the cent, such as "$0.56" or "$12.50"; more of what is below a cent."""
    return money(micros) if 0 < micros < _MICROS // 100 else f"${micros / _MICROS:,.2f}"


def duration(seconds: float) -> str:
    """Return a time span with its two largest units, such as "2 min 5 s"."""
    total = max(0, round(seconds))
    hours, minutes, rest = total // 3600, total % 3600 // 60, total % 60
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


def size_bytes(count: int) -> str:
    """Return a file's size as "820 bytes", "14.2 kB" or "3.1 MB"."""
    if count < 1000:  # noqa: PLR2004 - the units are decimal, as on a disk's label
        return f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95 or unit == "GB":  # noqa: PLR2004 - what would be shown as 1000.0
            break
    return f"{size:.1f} {unit}"


def ago(at: datetime, *, now: datetime | None = None) -> str:
    """Return how long ago it was, in the largest unit: "just now", "5 min ago", "3 days ago"."""
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    for unit_s, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        count = int(seconds // unit_s)
        if count >= 1:
            plural = "s" if unit == "day" and count > 1 else ""
            return f"{count} {unit}{plural} ago"
    return "just now"


def exact(at: datetime) -> str:
    """Return the moment in the viewer's time zone: "25 Nov 2026, 14:03"."""
    zone = viewers_zone()
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}" + (" UTC" if zone.key == "UTC" else "")


def when(at: datetime) -> str:
    """Return a moment both ways: "5 min ago · 25 Nov 2026, 14:03"; older ones exactly only."""
    is_recent = datetime.now(UTC) - at < timedelta(days=7)
    return f"{ago(at)} · {exact(at)}" if is_recent else exact(at)


def viewers_zone() -> ZoneInfo:
    """Return the time zone that the browser named, or UTC."""
    name = st.context.timezone
    try:
        return ZoneInfo(name if isinstance(name, str) and name else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
