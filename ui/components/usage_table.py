"""What was spent, by day, person, product, collection or image model."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

import streamlit as st

from core.domain.usage import OTHERS, UsageBy, UsageRow
from ui.components.table import Cell, Column, TableRow, show_table
from ui.components.usage_period import day_words
from ui.format import dollars

_LABELS: dict[UsageBy, str] = {
    "day": "Day", "person": "Person", "product": "Product", "collection": "Collection",
    "image_model": "Model",
}  # fmt: skip
_PAGES: dict[UsageBy, str] = {"product": "product", "collection": "collection"}
_NOTES: dict[UsageBy, str] = {
    "day": "Days are those of UTC, as in the ledger and the budget.",
    "person": "A call counts for whoever asked for the job.",
    "collection": "By the collections that hold a product today. A product counts in each of them, "
    "so together they can be more than the total.",
}


def choose_grouping() -> UsageBy:
    """Draw by what the figures can be summed, and return the choice; it is in the address too."""
    return st.segmented_control(
        "Sum by", get_args(UsageBy), default="product", required=True, key="by",
        format_func=_LABELS.__getitem__, label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def show_groups(
    by: UsageBy, rows: Sequence[UsageRow], total: UsageRow, names: Mapping[str, str]
) -> None:
    """Draw the sums with their part of the total; a product or a collection opens."""
    shown = rows[::-1] if by == "day" else rows
    opened = show_table(
        (
            Column(_LABELS[by]),
            Column("Pictures", is_number=True),
            Column("Calls", is_number=True, is_minor=True),
            Column("Unknown", is_number=True, is_minor=True),
            Column("Estimated", is_number=True, is_minor=True),
            Column("Spent", is_number=True),
        ),
        [_row(by, row, total, names) for row in shown],
        key=f"usage.by.{by}",
        label=f"What was spent, by {_LABELS[by].lower()}",
    )
    if by in _NOTES:
        st.caption(_NOTES[by])
    if opened is not None and by in _PAGES:
        st.switch_page(f"pages/{_PAGES[by]}.py", query_params={"id": opened})


def _row(by: UsageBy, row: UsageRow, total: UsageRow, names: Mapping[str, str]) -> TableRow:
    is_one = row.key not in ("", OTHERS)
    share = row.cost_micros / total.cost_micros if total.cost_micros else 0
    return TableRow(
        row.key,
        (
            Cell(_label(by, row, names), row.detail, share=share),
            Cell(f"{row.pictures:,}"),
            Cell(f"{row.calls:,}"),
            Cell(f"{row.unknown:,}" if row.unknown else "\u2013"),
            Cell(dollars(row.estimate_micros)),
            Cell(dollars(row.cost_micros)),
        ),
        href=f"/{_PAGES[by]}?id={row.key}" if is_one and by in _PAGES else "",
        is_quiet=not is_one,
    )


def _label(by: UsageBy, row: UsageRow, names: Mapping[str, str]) -> str:
    if by == "day":
        day = date.fromisoformat(row.key)
        return f"{day:%a} {day_words(day)}"
    return names.get(row.key, row.label)
