"""Whose picture is made next: fair between workspaces and people, within every limit."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.domain.queueing import EventKind, ModelLimits, ModelState
from core.repositories.slot_queue import Person
from core.services.slot_endings import SlotKey
from core.services.workers import WorkerCard
from core.unit_of_work import Database, UnitOfWork

WINDOW = timedelta(seconds=61.5)
"""A minute, and how much later a request may arrive at the provider than it was written down."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Nothing:
    """Nothing can be begun now; `wait_s` says how soon that may change by itself.

    With `must_be_alone` a slot is next at which a worker died: it waits until nothing else is made
    here, so that the next death is its own doing for sure.
    """

    wait_s: float | None = None
    must_be_alone: bool = False


@dataclass(frozen=True)
class Claim:
    """A slot that a worker was given; beside a suspect it takes no other."""

    key: SlotKey
    is_suspect: bool


class SlotClaimService:
    """Gives slots to workers.

    All that is begun with one model passes its row, one after the other: so its limits hold over
    all workers and processes.
    """

    def __init__(
        self,
        database: Database,
        defaults: Mapping[str, ModelLimits],
        *,
        window: timedelta = WINDOW,
    ) -> None:
        self._database = database
        self._defaults = defaults
        self._window = window

    def next(self, card: WorkerCard, *, is_idle: bool = True) -> Claim | Nothing:
        """Claim the slot that is next for this worker; `is_idle` says that it makes none now.

        First come those for which a model was asked already: their answers are paid.
        """
        owed = self._claim_owed(card, is_idle=is_idle)
        if owed is not None:
            return owed
        with self._database.read() as work:
            models = list(work.slot_queue.models_with_jobs())
        # None of the models is always asked first: each gets its share of a worker's threads.
        random.shuffle(models)
        waits: list[float] = []
        for image_model in models:
            found = self._claim(card, image_model, is_idle=is_idle)
            if isinstance(found, Claim) or found.must_be_alone:
                return found
            if found.wait_s is not None:
                waits.append(found.wait_s)
        return Nothing(min(waits, default=None))

    def may_call(self, work: UnitOfWork, image_model: str, now: datetime) -> bool:
        """Say whether the model may be asked now. It locks the model's row until the end."""
        state = work.model_states.lock(image_model)
        is_free = blocked_s(state, now) == 0
        return is_free and self._full_s(work, image_model, state, now, pending=0) == 0

    def _claim_owed(self, card: WorkerCard, *, is_idle: bool) -> Claim | Nothing | None:
        with self._database.read() as work:
            following = work.slot_queue.next_owed(card.spool_id, work.now())
        if following is None:
            return None
        slot_id, is_suspect = following
        if is_suspect and not is_idle:
            return Nothing(must_be_alone=True)
        with self._database.begin() as work:
            now = work.now()
            if not work.workers.holds_lease(card.id, now):
                return Nothing()
            return _claimed(work, slot_id, card, now)

    def _claim(self, card: WorkerCard, image_model: str, *, is_idle: bool) -> Claim | Nothing:
        with self._database.begin() as work:
            state = work.model_states.lock(image_model)
            now = work.now()
            if not work.workers.holds_lease(card.id, now):
                return Nothing()
            running = work.slot_queue.running(image_model)
            wait_s = self._wait_s(work, image_model, state, now, sum(running.values()))
            if wait_s != 0:
                return Nothing(wait_s)
            waiting = work.slot_queue.waiting(image_model)
            for person in in_turn(waiting, running):
                found = _claim_of(work, person, image_model, card, now, is_idle=is_idle)
                if found is not None:
                    return found
            ready_at = work.slot_queue.next_ready_at(image_model, now)
        return Nothing(None if ready_at is None else (ready_at - now).total_seconds())

    def _wait_s(
        self, work: UnitOfWork, image_model: str, state: ModelState, now: datetime, running: int
    ) -> float | None:
        """Return how long the model's limits let nothing begin: 0 is now, None nobody knows."""
        blocked = blocked_s(state, now)
        if blocked != 0:
            return blocked
        at_once = limits_of(state, self._defaults).calls_at_once
        if at_once is not None and running >= at_once:
            return None
        return self._full_s(work, image_model, state, now, pending=None)

    def _full_s(
        self,
        work: UnitOfWork,
        image_model: str,
        state: ModelState,
        now: datetime,
        *,
        pending: int | None,
    ) -> float:
        """Return how long until the minute has room for one more request; 0 is at once."""
        limits = limits_of(state, self._defaults)
        requests, images = limits.requests_per_minute, limits.images_per_minute
        if requests is None and images is None:
            return 0
        calls, pictures, oldest, oldest_picture = work.model_states.pace(
            image_model, now - self._window
        )
        if pending is None:
            pending = work.model_states.claimed_without_call(image_model)
        waits = [0.0]
        if requests is not None and calls + pending >= requests:
            waits.append(self._until_room_s(oldest, now))
        if images is not None and pictures + pending >= images:
            waits.append(self._until_room_s(oldest_picture, now))
        return max(waits)

    def _until_room_s(self, oldest: datetime | None, now: datetime) -> float:
        if oldest is None:
            return 0.2  # the slots that are about to begin fill the minute: look again soon
        return max(0.02, (oldest + self._window - now).total_seconds())


def _claim_of(
    work: UnitOfWork,
    person: Person,
    image_model: str,
    card: WorkerCard,
    now: datetime,
    *,
    is_idle: bool,
) -> Claim | Nothing | None:
    """Claim the person's next slot, if there is one and their workspace has the money."""
    following = work.slot_queue.next_of(person, image_model, card.spool_id, now)
    if following is None:
        return None
    slot_id, is_suspect, reserved_micros = following
    if reserved_micros and work.budgets.is_overspent(person.workspace_id, now, reserved_micros):
        return None
    if is_suspect and not is_idle:
        return Nothing(must_be_alone=True)
    claim = _claimed(work, slot_id, card, now)
    if claim is not None:
        work.slot_queue.serve(person, now)
    return claim


def _claimed(work: UnitOfWork, slot_id: int, card: WorkerCard, now: datetime) -> Claim | None:
    held = work.slot_queue.claim(slot_id, card.id, now)
    if held is None:
        return None
    work.slot_events.add(
        held.workspace_id, held.slot_id, held.attempt, EventKind.CLAIMED, now, worker=card.id
    )
    return Claim(SlotKey(held.workspace_id, held.slot_id, held.attempt), held.is_suspect)


def blocked_s(state: ModelState, now: datetime) -> float | None:
    """Return for how long nothing may be asked of the model; None until a person says so."""
    parking = state.parking
    if state.paused_at is not None or (parking is not None and parking.until is None):
        return None
    ends = [state.resting_until, parking.until if parking is not None else None]
    return max([0.0, *((end - now).total_seconds() for end in ends if end is not None)])


def limits_of(state: ModelState, defaults: Mapping[str, ModelLimits]) -> ModelLimits:
    """Return the limits that hold for a model: its own, else those of the settings."""
    own, default = state.limits, defaults.get(state.image_model, ModelLimits())
    return ModelLimits(
        own.requests_per_minute or default.requests_per_minute,
        own.images_per_minute or default.images_per_minute,
        own.calls_at_once or default.calls_at_once,
    )


def in_turn(waiting: Sequence[Person], running: Mapping[tuple[int, int], int]) -> list[Person]:
    """Return people in the order in which they are served.

    First the workspace with the fewest pictures in the making, then the one served longest ago;
    in it the person likewise.
    """
    by_workspace: Counter[int] = Counter()
    for (workspace_id, _), count in running.items():
        by_workspace[workspace_id] += count

    def turn(person: Person) -> tuple[int, datetime, int, datetime, int, int]:
        workspace_id, user_id = person.workspace_id, person.user_id
        return (
            by_workspace[workspace_id],
            person.workspace_served_at or _NEVER,
            running.get((workspace_id, user_id), 0),
            person.served_at or _NEVER,
            workspace_id,
            user_id,
        )

    return sorted(waiting, key=turn)
