"""What was spent, at a glance and day by day."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from core.domain.usage import UsageFilter, UsageRow
from ui.components.bars import Bar, Gridline, show_bars
from ui.components.counted import counted
from ui.components.usage_period import day_words, period_words
from ui.format import dollars, escape_markdown

_MICROS = 1_000_000
_CENT = 10_000
_MAX_MARKS = 7
_STEPS = (1, 2, 4, 6, 8, 10)
_GRIDLINES = 4


def show_figures(total: UsageRow) -> None:
    """Draw what was spent against what was expected, and what came of it."""
    mean = total.mean_micros
    with st.grid(4, min_column_width=150):
        _show_figure("Spent", dollars(total.cost_micros), _against_estimate(total))
        _show_figure(
            "Pictures", f"{total.pictures:,}", f"{dollars(mean)} each" if mean else "All were free"
            if total.pictures else "None yet",
        )  # fmt: skip
        _show_figure("Calls", f"{total.calls:,}", _outcomes(total))
        _show_figure(
            "Unknown outcomes", f"{total.unknown:,}",
            "Counted at their estimate" if total.unknown else "No answer was lost",
        )  # fmt: skip


def show_days(days: Sequence[UsageRow], period: UsageFilter) -> None:
    """Draw a bar for each day of the period, also for those on which nothing was asked."""
    by_day = {day.key: day for day in days}
    top = _round_up(max((day.cost_micros for day in days), default=0))
    dates = [period.since + timedelta(days=number) for number in range(period.days)]
    marked = _marked(dates)
    show_bars(
        [_bar(day, by_day.get(day.isoformat()), top, is_marked=day in marked) for day in dates],
        [
            Gridline(part / _GRIDLINES, _scale_words(top * part // _GRIDLINES))
            for part in range(_GRIDLINES + 1)
        ],
        key="usage.days",
        label=_chart_words(days, period),
    )


def _show_figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.metric(label, value)
        st.caption(escape_markdown(note))


def _outcomes(total: UsageRow) -> str:
    said = [
        f"{count:,} {words}"
        for count, words in (
            (total.looks, "looked at pictures"), (total.empty, "without a picture"),
            (total.under_way, "under way"),
        )
        if count
    ]  # fmt: skip
    return " · ".join(said) or "Requests sent"


def _against_estimate(total: UsageRow) -> str:
    if not total.estimate_micros:
        return "Nothing was expected to cost"
    percent = round(100 * total.cost_micros / total.estimate_micros)
    return f"{percent} % of the {dollars(total.estimate_micros)} estimated"


def _bar(day: date, row: UsageRow | None, top: int, *, is_marked: bool) -> Bar:
    mark = f"{day.day} {day:%b}" if is_marked else ""
    if row is None:
        return Bar(0, day_words(day), "No calls", mark)
    text = f"{dollars(row.cost_micros)} · {counted(row.pictures, 'picture')}"
    return Bar(row.cost_micros / top, day_words(day), text, mark)


def _marked(dates: Sequence[date]) -> set[date]:
    if len(dates) <= _MAX_MARKS:
        return set(dates)
    step = math.ceil(len(dates) / _MAX_MARKS)
    return set(dates[step // 2 :: step])


def _round_up(micros: int) -> int:
    """Return the top of a scale: round, divisible, and at least a cent."""
    wanted = max(micros, _CENT)
    unit: int = 10 ** (len(str(wanted)) - 1)
    return next(step * unit for step in _STEPS if step * unit >= wanted)


def _scale_words(micros: int) -> str:
    digits = 0 if micros % _MICROS == 0 else 2 if micros % _CENT == 0 else 4
    return f"${micros / _MICROS:,.{digits}f}"


def _chart_words(days: Sequence[UsageRow], period: UsageFilter) -> str:
    most = max(days, key=lambda day: day.cost_micros, default=None)
    if most is None or not most.cost_micros:
        return f"Spent by day, {period_words(period)}: nothing."
    when = day_words(date.fromisoformat(most.key))
    return f"Spent by day, {period_words(period)}: most on {when}, {dollars(most.cost_micros)}."
