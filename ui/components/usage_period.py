"""Which days a page of figures is about: a month, or any days up to a year."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from core.domain.usage import FIRST_DAY, LAST_DAY, UsageFilter

MAX_MONTHS = 120
_DAYS = "days"


def choose_period(first_day: date | None) -> UsageFilter:
    """Draw the choice of a month since the first call, or of two days; it is in the address too.

    Raises `InvalidInputError` for days that are no span of at most a year.
    """
    today = datetime.now(UTC).date()
    months = _months(first_day or today, today)
    chosen = st.selectbox(
        "Time", [*months, _DAYS], key="month", format_func=_label, width=180,
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    if chosen != _DAYS:
        return UsageFilter.month(date.fromisoformat(f"{chosen}-01"))
    month = UsageFilter.month(today)
    since = _choose_day("From", month.since, key="since")
    return UsageFilter(since, _choose_day("To", today, key="until"))


def period_words(period: UsageFilter) -> str:
    """Return the period as people say it: "November 2026", or its two days."""
    if period == UsageFilter.month(period.since):
        return f"{period.since:%B %Y}"
    if period.since == period.until:
        return day_words(period.since)
    return f"{day_words(period.since)} to {day_words(period.until)}"


def day_words(day: date) -> str:
    """Return a day as people say it: "3 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def _choose_day(label: str, value: date, *, key: str) -> date:
    return st.date_input(
        label, value, key=key, width=140, label_visibility="collapsed", format="YYYY-MM-DD",
        min_value=FIRST_DAY, max_value=LAST_DAY, bind="query-params",
    )  # fmt: skip


def _months(first: date, last: date) -> list[str]:
    """Return the months from the last day's back to the first one's."""
    found: list[str] = []
    day = last.replace(day=1)
    while day >= first.replace(day=1) and len(found) < MAX_MONTHS:
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found or [f"{last:%Y-%m}"]


def _label(choice: str) -> str:
    return "Other days" if choice == _DAYS else f"{date.fromisoformat(f'{choice}-01'):%B %Y}"
