"""What must hold after every fault; each broken rule is a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text

from core.bootstrap import Services
from core.domain.upkeep import Severity
from db.engine import build_engine
from tests.fakes.gemini import FakeGemini


def violations(services: Services, gemini: FakeGemini) -> list[str]:
    """Return every broken rule, of rows, files and history, and where the books differ.

    Nothing may be under way: what is stored a moment before its row counts as an orphan.
    """
    return [*broken_rules(services), *_orphans(services), *_differences(services, gemini)]


def broken_rules(services: Services) -> list[str]:
    """Return every broken rule of rows, files and history."""
    return [
        f"{finding.code}: {finding.subject}: {finding.sentence}"
        for finding in services.integrity.check()
        if finding.severity is Severity.ERROR
    ]


def rows(services: Services, sql: str) -> Sequence[Any]:
    """Return what a query finds, on a connection of its own."""
    engine = build_engine(services.parts.settings.sqlalchemy_url, pool_size=1)
    try:
        with engine.connect() as connection:
            return connection.execute(text(sql)).all()
    finally:
        engine.dispose()


def _orphans(services: Services) -> Iterator[str]:
    """Yield the files without a row, without the days of grace that a check gives them."""
    led_to = "SELECT storage_key FROM assets UNION SELECT storage_key FROM asset_masks"
    known = {key.rpartition("/")[0] for (key,) in rows(services, led_to)}
    found = {stored.key.rpartition("/")[0] for stored in services.parts.storage.list()}
    yield from (f"files without a row: {folder}" for folder in sorted(found - known))


def _differences(services: Services, gemini: FakeGemini) -> Iterator[str]:
    """Compare our books with the provider's: each call that it charges for is a line of ours."""
    charged = {call.id: call for call in gemini.calls if call.is_paid}
    booked: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for prompt, state, response_id in rows(
        services,
        "SELECT coalesce(slots.prompt, jobs.prompt), calls.state, calls.response_id "
        "FROM provider_calls AS calls JOIN generation_slots AS slots ON slots.id = calls.slot_id "
        "JOIN generation_jobs AS jobs ON jobs.id = slots.job_id",
    ):
        if response_id:
            booked[response_id] += 1
        elif state == "unknown":
            unknown[prompt] += 1
    for response_id, count in booked.items():
        if response_id not in charged:
            yield f"we booked a call that the provider does not know: {response_id}"
        if count > 1:
            yield f"we booked a call {count} times: {response_id}"
    # Of a lost answer we know no id. Its line is an unknown one with the same prompt.
    unknown.subtract(call.prompt for call in charged.values() if call.id not in booked)
    for prompt, left in unknown.items():
        if left < 0:
            yield f"{-left} calls were charged and not booked: {prompt[:80]!r}"
