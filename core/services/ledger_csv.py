"""The ledger as a table that spreadsheets open and bookkeeping programs read."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from core.domain.usage import LedgerLine

COLUMNS = (
    "started_at", "finished_at", "call_id", "job_id", "slot_id", "product", "sku", "person",
    "image_model", "model_version", "state", "failure_code", "estimate_usd", "cost_usd",
    "input_tokens", "image_tokens", "text_tokens", "response_id",
)  # fmt: skip

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the text for its country's old encoding, and Stühle for StÃ¼hle.

Other spreadsheets and the usual libraries (in Python `utf-8-sig`) know it.
"""

_MICROS = 1_000_000
_SIGNS = "=+\\-@＝＋－＠"  # noqa: RUF001 - the full-width twins are meant
_GAP = r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*"
# Where a semicolon parts the columns, as in German Excel, what follows one is a cell of its own.
_FORMULA = re.compile(rf"((?:^|;){_GAP})(?=[{_SIGNS}])")
_BEGINS_WITH_CONTROL = re.compile(r"(?=[\t\r\n])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def heading() -> bytes:
    """Return the first line, with what says that the text is UTF-8."""
    return (BYTE_ORDER_MARK + ",".join(COLUMNS) + "\r\n").encode()


def csv_lines(lines: Iterable[LedgerLine]) -> bytes:
    """Return the lines as RFC 4180 wants them; no text in them can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(_cells(line) for line in lines)
    return text.getvalue().encode()


def dollars(micros: int) -> str:
    """Return an amount to the last millionth, such as "0.134400"."""
    whole, part = divmod(abs(micros), _MICROS)
    return f"{'-' if micros < 0 else ''}{whole}.{part:06d}"


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, on one line.

    An apostrophe stands before what would begin one: a spreadsheet shows the rest as text.
    """
    marked = _FORMULA.sub(r"\1'", _BEGINS_WITH_CONTROL.sub("'", text, count=1))
    return _CONTROLS.sub(" ", marked)


def _cells(line: LedgerLine) -> tuple[str | int, ...]:
    return (
        _moment(line.at),
        "" if line.finished_at is None else _moment(line.finished_at),
        harmless(line.id),
        "" if line.job_id is None else line.job_id,
        "" if line.slot_id is None else line.slot_id,
        harmless(line.product_name),
        harmless(line.sku),
        harmless(line.person),
        harmless(line.image_model),
        harmless(line.model_version),
        line.state.value,
        harmless(line.failure_code),
        dollars(line.estimate_micros),
        dollars(line.cost_micros),
        line.input_tokens,
        line.image_tokens,
        line.text_tokens,
        harmless(line.response_id),
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
