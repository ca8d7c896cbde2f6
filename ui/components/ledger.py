"""The money ledger, line by line."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain.jobs import CallState
from core.domain.usage import LedgerLine
from ui.components.table import Cell, Column, TableRow, Tone, show_table
from ui.format import dollars, exact

_STATES: dict[CallState, tuple[str, Tone]] = {
    CallState.OK: ("Picture", "green"),
    CallState.REFUSED: ("Refused", "red"),
    CallState.FAILED: ("Failed", "red"),
    CallState.UNKNOWN: ("Unknown", "orange"),
    CallState.INTENT: ("Under way", "blue"),
}
_FAILURES = {
    "refused": "Safety filter",
    "invalid": "Request not accepted",
    "auth": "Key refused",
    "quota": "Quota used up",
    "rate": "The model was busy",
    "transient": "The model did not answer",
    "no_image": "No usable picture",
    "unknown": "The answer was lost",
}


def show_ledger(lines: Sequence[LedgerLine], names: Mapping[str, str]) -> None:
    """Draw a line for each call: what for, how it ended, what it cost; it opens its job."""
    opened = show_table(
        (
            Column("Call"),
            Column("Job", is_number=True, is_minor=True),
            Column("Outcome"),
            Column("Estimated", is_number=True, is_minor=True),
            Column("Cost", is_number=True),
        ),
        [_row(line, names) for line in lines],
        key="usage.ledger",
        label="Calls to image models, the newest first",
    )
    if opened is not None:
        jobs = {line.id: line.job_id for line in lines}
        if jobs[opened] is not None:
            st.switch_page("pages/job.py", query_params={"id": str(jobs[opened])})


def _row(line: LedgerLine, names: Mapping[str, str]) -> TableRow:
    state, tone = _STATES[line.state]
    if line.job_id is None and line.state is CallState.OK:
        state = "Looked at"
    model = names.get(line.image_model, line.image_model)
    return TableRow(
        line.id,
        (
            Cell(line.product_name or "A picture", f"{exact(line.at)} · {line.person} · {model}"),
            Cell("" if line.job_id is None else str(line.job_id)),
            Cell(state, _FAILURES.get(line.failure_code, line.failure_code), tone),
            Cell(_amount(line.estimate_micros, line)),
            Cell(_amount(line.cost_micros, line)),
        ),
        href="" if line.job_id is None else f"/job?id={line.job_id}",
    )


def _amount(micros: int, line: LedgerLine) -> str:
    is_free = not line.estimate_micros and not line.cost_micros
    return "free" if is_free else dollars(micros)
