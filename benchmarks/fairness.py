"""Somebody has 500 pictures in the queue; how many of them are begun before another person's."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks.figures import Figure
from benchmarks.jobs import Studio, studio_of, wait_until, working
from benchmarks.raw import rows
from benchmarks.scratch import LABELS, kinds, scratch_services
from core.bootstrap import Services
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.people import colleague_of, signed_in

VARIANTS = 4
CALL_S = 0.2
LONG_QUEUE_JOBS = 125
COUNTS = (1, 4)
ROUNDS = 5
QUICK_ROUNDS = 2
MAX_BEFORE_FIRST = 2
_BEGUN_BEFORE = """
    WITH mine AS (SELECT events.id, events.kind FROM slot_events AS events
        JOIN generation_slots AS slots ON slots.id = events.slot_id WHERE slots.job_id = :job_id)
    SELECT count(*) FROM slot_events AS theirs
    JOIN generation_slots AS slots ON slots.id = theirs.slot_id
    WHERE theirs.kind = 'claimed' AND slots.job_id <> :job_id
    AND theirs.id > (SELECT max(id) FROM mine WHERE kind = 'queued')
    AND theirs.id < (SELECT {which}(id) FROM mine WHERE kind = 'claimed')
"""


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure between workspaces and within one; of several rounds the worst counts."""
    rounds = QUICK_ROUNDS if is_quick else ROUNDS
    for kind in kinds():
        with scratch_services(kind) as plain:
            services = with_model(plain, FakeImageModel(delay_s=CALL_S))
            first = studio_of(services, "fake", products=LONG_QUEUE_JOBS)
            ben = signed_in(services, "Ben", "ben@example.com")
            cora = colleague_of(services, first.actor, "Cora", "cora@example.com")
            others = {
                "another workspace": studio_of(services, "fake", products=1, actor=ben),
                "a colleague": replace(first, actor=cora),
            }
            first.submit(LONG_QUEUE_JOBS, variants=VARIANTS)
            with working(services):
                wait_until(partial(_begun, services))
                for name, studio in others.items():
                    for count in COUNTS:
                        yield from _measured(f"{LABELS[kind]}: {name}", studio, count, rounds)


def _measured(name: str, studio: Studio, count: int, rounds: int) -> Iterator[Figure]:
    before_first: list[int] = []
    before_last: list[int] = []
    for _ in range(rounds):
        [job_id] = studio.submit(1, variants=count)
        wait_until(partial(_is_over, studio, job_id))
        for found, which in ((before_first, "min"), (before_last, "max")):
            sql = _BEGUN_BEFORE.format(which=which)
            found.append(rows(studio.services, sql, job_id=job_id)[0][0])
    yield Figure.of_count(
        f"{name}: begun before its first of {count}", max(before_first), MAX_BEFORE_FIRST
    )
    if count > 1:
        # From its first on, theirs and the others' are begun in turn.
        allowed = MAX_BEFORE_FIRST + count - 1
        yield Figure.of_count(
            f"{name}: begun before its last of {count}", max(before_last), allowed
        )


def _begun(services: Services) -> int:
    return int(rows(services, "SELECT count(*) FROM slot_events WHERE kind = 'claimed'")[0][0])


def _is_over(studio: Studio, job_id: int) -> bool:
    return studio.services.generation.get(studio.actor, job_id).status.is_final
