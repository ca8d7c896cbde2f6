"""Submissions: a plan becomes jobs in the queue, once, within the caller's transaction."""

from core.domain.accounts import Actor
from core.domain.plans import Plan
from core.domain.queueing import EventKind
from core.errors import InvalidInputError
from core.services.plans import seeds_of
from core.unit_of_work import UnitOfWork


def add_jobs(work: UnitOfWork, actor: Actor, plan: Plan, asked: str) -> tuple[int, ...]:
    """Add the plan's jobs and slots, with their history; return the jobs in order."""
    now = work.now()
    job_ids, slot_ids = work.generation_jobs.add(
        actor.workspace_id,
        plan,
        request_hash=asked,
        seeds=seeds_of(plan),
        created_by=actor.user_id,
        now=now,
    )
    work.slot_events.add_many(
        actor.workspace_id,
        [(slot_id, 0) for slot_id in slot_ids],
        EventKind.QUEUED,
        now,
        by=actor.name,
    )
    only_job = job_ids[0] if len(job_ids) == 1 else None
    work.audit_events.add(
        actor, "submit", "generation_job", only_job, jobs=job_ids, slots=len(slot_ids)
    )
    return tuple(job_ids)


def same_jobs(known: tuple[list[int], str], asked: str) -> tuple[int, ...]:
    """Return the jobs that a key already made, or raise if it was for something else."""
    job_ids, known_hash = known
    if known_hash != asked:
        raise InvalidInputError(
            user_message="This was already submitted with other settings. "
            "Please look at the plan again."
        )
    return tuple(job_ids)
