"""The rows of pictures that were made long ago, by the ten thousand: written by the database."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, text
from sqlalchemy.types import String

from benchmarks.jobs import Studio, wanted
from core.domain.jobs import CallState, JobStatus, SlotStatus
from core.domain.queueing import Priority
from db.base import Base
from db.engine import build_engine
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    GenerationSubmissionRow,
    ProviderCallRow,
)
from db.tables import ProductRow

VARIANTS = 4
_PRICE_MICROS = 40_000

Number = ColumnElement[int]


def add_history(studio: Studio, image_model: str, count: int) -> None:
    """Add so many slots that were finished yesterday, four a job, each with its paid call.

    They come before all others: the database has to be empty of jobs, so that their ids begin at 1.
    """
    with studio.services.parts.database.read() as work:
        moment = work.now() - timedelta(days=1)
    engine = build_engine(studio.services.parts.settings.sqlalchemy_url, pool_size=1)
    with engine.begin() as connection:
        here = {"workspace_id": studio.actor.workspace_id}
        by = {"created_by": studio.actor.user_id, "created_at": moment}
        submission = {**here, **by, "idempotency_key": "history", "request_hash": ""}
        connection.execute(insert(GenerationSubmissionRow), submission)
        product_id = connection.scalar(select(func.min(ProductRow.id)))
        job = {**here, **by, **_job(image_model, moment), "product_id": product_id}
        _add(connection, GenerationJobRow, count // VARIANTS, lambda _: job)
        slot = {**here, **_slot(moment)}
        _add(
            connection,
            GenerationSlotRow,
            count,
            lambda n: {
                **slot,
                "job_id": (n + VARIANTS - 1) // VARIANTS,
                "position": (n - 1) % VARIANTS,
            },
        )
        call = {**here, **_call(image_model, moment)}
        _add(
            connection,
            ProviderCallRow,
            count,
            lambda n: {**call, "id": "call-" + n.cast(String), "slot_id": n},
        )
        if not studio.services.parts.settings.is_sqlite:
            # Analysed as by its autovacuum, which then does not come again in the middle of what
            # is measured: what is queued next is new to the planner, as after a large submit.
            connection.execute(text("ANALYZE"))
            for table in (GenerationJobRow.__table__, GenerationSlotRow.__table__):
                connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
    engine.dispose()


def _job(image_model: str, moment: datetime) -> dict[str, object]:
    return {
        "submission_id": 1,
        "request": asdict(wanted(image_model, variants=VARIANTS)),
        "image_model": image_model,
        "prompt": "A chair in soft morning light.",
        "seed": 1,
        "priority": Priority.NORMAL.rank,
        "status": JobStatus.SUCCEEDED,
        "finished_at": moment,
    }


def _slot(moment: datetime) -> dict[str, object]:
    return {
        "status": SlotStatus.SUCCEEDED,
        "stage": "",
        "progress_percent": 100,
        "attempt": 1,
        "tries": 0,
        "crash_count": 0,
        "run_at": moment,
        "reserved_micros": 0,
        "claimed_at": moment,
        "started_at": moment,
        "finished_at": moment,
    }


def _call(image_model: str, moment: datetime) -> dict[str, object]:
    return {
        "attempt": 1,
        "image_model": image_model,
        "state": CallState.OK,
        "estimate_micros": _PRICE_MICROS,
        "cost_micros": _PRICE_MICROS,
        "input_tokens": 0,
        "image_tokens": 0,
        "text_tokens": 0,
        "model_version": "fake-1",
        "response_id": "",
        "started_at": moment,
        "finished_at": moment,
    }


def _add(
    connection: Connection,
    row: type[Base],
    count: int,
    values_of: Callable[[Number], Mapping[str, Any]],
) -> None:
    """Add rows with these values; what differs between them follows from the row's number."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < count))
    columns = row.__table__.c
    values = values_of(numbers.c.n)
    chosen = [
        value if isinstance(value, ColumnElement) else literal(value, columns[name].type)
        for name, value in values.items()
    ]
    rows = select(*chosen).select_from(numbers).order_by(numbers.c.n)
    connection.execute(insert(row).from_select(list(values), rows))
