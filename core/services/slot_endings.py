"""How a slot's attempt ends: each end is one transaction over slot, job, asset and ledger."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.assets import NewAsset
from core.domain.generation import GeneratedImage
from core.domain.jobs import CallOutcome, CallState, ProviderCall, SlotWork
from core.domain.queueing import EventKind
from core.errors import ImageModelError, UnknownOutcomeError
from core.failpoints import failpoint
from core.services.looks import submit_looks
from core.services.outcomes import (
    Ask,
    Fail,
    Park,
    Rest,
    TryAgain,
    breaker_rest_s,
    failure_sentence,
    outcome_of,
    reaction_to,
    stage_while_waiting,
)
from core.unit_of_work import Database, UnitOfWork

log = logging.getLogger(__name__)

STORE_WAITS_S = (30, 60, 120, 240, 480, 900)
"""Half an hour: as long as a paid picture waits in the queue for a store that is away."""

_NOT_TOGETHER = (
    "The model's answer is here, but it could not be put into the picture. Several tries by Epox "
    "did not help. The answer is kept: a retry puts it together again and costs nothing."
)
_THEIR_FAULT = ("transient", "rate")
_SILENT = ("auth", "quota", "unknown")
"""What says nothing on whether the model answers."""


@dataclass(frozen=True)
class SlotKey:
    """One attempt at one slot."""

    workspace_id: int
    slot_id: int
    attempt: int

    @property
    def parts(self) -> tuple[int, int, int]:
        """Return the three in the order in which repositories take them."""
        return self.workspace_id, self.slot_id, self.attempt


class SlotEndings:
    """Ends attempts. Each end may be tried twice: what is over already stays as it is."""

    def __init__(self, database: Database, *, repeat_unknown: int = 0) -> None:
        self._database = database
        self._repeat_unknown = repeat_unknown

    def publish(self, todo: SlotWork, call_id: str, image: GeneratedImage, asset: NewAsset) -> bool:
        """Make the stored picture an asset, and the slot a done one; False if it is not ours."""
        outcome = CallOutcome(
            state=CallState.OK,
            cost_micros=image.cost_micros,
            usage=image.usage,
            model_version=image.model_version,
            response_id=image.response_id,
        )
        with self._database.begin() as work:
            now = work.now()
            work.model_states.answered(todo.settings.image_model, now)
            if not work.generation_slots.succeed(*parts_of(todo), now):
                return False
            if work.assets.id_of_slot(todo.slot_id) is None:
                asset_id = work.assets.add(
                    todo.workspace_id, asset, created_by=todo.created_by, now=now
                )
                work.shots.note_picture(todo.job_id, asset_id)
                submit_looks(work, todo.workspace_id, [asset_id], todo.created_by)
            work.provider_calls.close(todo.workspace_id, call_id, outcome, now)
            # A second call may be open, asked when this late answer counted as lost.
            work.provider_calls.count_as_lost(todo.workspace_id, todo.slot_id, now)
            work.assets.repeat_books(todo.workspace_id, todo.slot_id)
            _note(work, todo, EventKind.SUCCEEDED, call_id=call_id)
            work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)
            failpoint("publishing")
        return True

    def without_picture(
        self, todo: SlotWork, call: ProviderCall | None, error: ImageModelError
    ) -> None:
        """End an attempt that gave no picture: it waits for another one, or has failed.

        The call's line in the ledger is closed, and the model rests or is parked where the error
        says so.
        """
        log.info("slot %s: %s: %s", todo.slot_id, error.code, error)
        with self._database.begin() as work:
            # Locks in the order in which everybody takes them: model, slot, call, job.
            failures = self._note_health(work, todo, error)
            work.generation_slots.lock_running(*parts_of(todo))
            if call is not None:
                outcome = outcome_of(call, error)
                work.provider_calls.close(todo.workspace_id, call.id, outcome, work.now())
                # Its line may have counted as lost beside a picture that another one made.
                work.assets.repeat_books(todo.workspace_id, todo.slot_id)
            reaction = reaction_to(
                todo, error, repeat_unknown=self._repeat_unknown, failures_in_row=failures
            )
            stage = stage_while_waiting(error)
            match reaction:
                case Fail() | Ask():
                    self._fail(work, todo, error.code, failure_sentence(call, error))
                case TryAgain(wait_s):
                    self._wait(work, todo, wait_s, stage, tries=1)
                case Rest(wait_s):
                    until = work.now() + timedelta(seconds=wait_s)
                    work.model_states.rest(
                        todo.settings.image_model, until, failures_in_row=failures + 1
                    )
                    self._wait(work, todo, wait_s, stage)
                case Park(until):
                    log.error("%s is parked: %s", todo.settings.image_model, error)
                    work.model_states.park(
                        todo.settings.image_model,
                        work.now(),
                        until=until,
                        code=error.code,
                        reason=error.user_message,
                    )
                    self._wait(work, todo, 0, stage)

    def wait_for_store(self, todo: SlotWork, sentence: str) -> None:
        """Let a slot wait for files that cannot be read or written now; in the end it fails.

        A paid answer stays in the spool: the retry costs nothing.
        """
        self._wait_a_while(todo, "storage", sentence, "Waiting: the file store does not answer")

    def wait_for_tools(self, todo: SlotWork) -> None:
        """Let a slot wait whose answer could not be put together; likewise in all else."""
        self._wait_a_while(todo, "tools", _NOT_TOGETHER, "Waiting to put the picture together")

    def step_aside(self, todo: SlotWork) -> None:
        """Put a slot back whose model may not be asked now after all."""
        with self._database.begin() as work:
            self._wait(work, todo, 0, "")

    def close_free(self, todo: SlotWork, call: ProviderCall) -> None:
        """Close the line of a call that cost nothing and whose answer died with its worker."""
        outcome = CallOutcome(CallState.FAILED, failure_code="interrupted")
        with self._database.begin() as work:
            work.provider_calls.close(todo.workspace_id, call.id, outcome, work.now())
            work.assets.repeat_books(todo.workspace_id, todo.slot_id)

    def give_up(self, key: SlotKey, *, code: str, sentence: str) -> None:
        """Close the slot as failed after something that no step expected.

        An open call counts as lost, at its estimate: a spooled answer is found by the retry.
        """
        with self._database.begin() as work:
            todo = work.generation_slots.find_work(*key.parts)
            if todo is not None:
                self._fail(work, todo, code, sentence, keeps_answer=True)

    def adopt(self, spool_id: str, call_ids: Sequence[str]) -> list[str]:
        """Queue slots anew whose lost answers lie in this spool; return the calls of no use.

        An answer that came too late, after its worker was taken for dead, is not paid again.
        """
        with self._database.read() as work:
            known = work.provider_calls.of_spool(call_ids)
        for _, workspace_id, slot_id, state in known:
            if state is CallState.UNKNOWN:
                with self._database.begin() as work:
                    _adopt(work, spool_id, workspace_id, slot_id)
        waits = (CallState.INTENT, CallState.UNKNOWN)
        return [call_id for call_id, _, _, state in known if state not in waits]

    def lose(self, key: SlotKey) -> None:
        """Close a queued slot whose paid answer is on a disk that is gone: a person decides."""
        error = UnknownOutcomeError(f"the spool of slot {key.slot_id} is gone")
        with self._database.begin() as work:
            now = work.now()
            job_id = work.generation_slots.lose(
                *key.parts, now, code=error.code, sentence=error.user_message
            )
            if job_id is not None:
                work.provider_calls.count_as_lost(key.workspace_id, key.slot_id, now)
                work.slot_events.add(*key.parts, EventKind.FAILED, now, code=error.code)
                work.generation_jobs.settle(key.workspace_id, job_id, now)

    def _note_health(self, work: UnitOfWork, todo: SlotWork, error: ImageModelError) -> int:
        """Note whether the model answers; return how often it did not before, in a row."""
        image_model = todo.settings.image_model
        if error.code in _SILENT:
            return 0
        if error.code not in _THEIR_FAULT:
            work.model_states.answered(image_model, work.now())
            return 0
        failures = work.model_states.count_failure(image_model, work.now())
        if error.code == "transient" and (rest_s := breaker_rest_s(failures)) > 0:
            until = work.now() + timedelta(seconds=rest_s)
            work.model_states.rest(image_model, until, failures_in_row=failures)
        return failures - 1

    def _wait_a_while(self, todo: SlotWork, code: str, sentence: str, stage: str) -> None:
        with self._database.begin() as work:
            if todo.tries >= len(STORE_WAITS_S):
                self._fail(work, todo, code, sentence, keeps_answer=True)
            else:
                self._wait(work, todo, STORE_WAITS_S[todo.tries], stage, tries=1)

    def _wait(
        self, work: UnitOfWork, todo: SlotWork, wait_s: float, stage: str, *, tries: int = 0
    ) -> None:
        now = work.now()
        until = now + timedelta(seconds=wait_s)
        if not work.generation_slots.wait(*parts_of(todo), until=until, stage=stage, tries=tries):
            return
        _note(work, todo, EventKind.WAITING, reason=stage, until=until.isoformat())
        # Of a cancelled job this ends it, unless its paid answer only waits for the store.
        work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)

    def _fail(
        self,
        work: UnitOfWork,
        todo: SlotWork,
        code: str,
        sentence: str,
        *,
        keeps_answer: bool = False,
    ) -> None:
        now = work.now()
        failed = work.generation_slots.fail(
            *parts_of(todo), now, code=code, sentence=sentence, keeps_answer=keeps_answer
        )
        if failed:
            work.provider_calls.count_as_lost(todo.workspace_id, todo.slot_id, now)
            _note(work, todo, EventKind.FAILED, code=code, sentence=sentence)
            work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)


def _adopt(work: UnitOfWork, spool_id: str, workspace_id: int, slot_id: int) -> None:
    now = work.now()
    if not work.generation_slots.adopt(workspace_id, slot_id, spool_id, now):
        return
    job_id, attempt = work.generation_slots.job_of(workspace_id, slot_id)
    work.slot_events.add(workspace_id, slot_id, attempt, EventKind.QUEUED, now, reason="found")
    work.generation_jobs.settle(workspace_id, job_id, now)
    log.warning("the lost answer for slot %s was found", slot_id)


def parts_of(todo: SlotWork) -> tuple[int, int, int]:
    """Return workspace, slot and attempt, in the order in which repositories take them."""
    return todo.workspace_id, todo.slot_id, todo.attempt


def _note(work: UnitOfWork, todo: SlotWork, kind: EventKind, **detail: object) -> None:
    work.slot_events.add(todo.workspace_id, todo.slot_id, todo.attempt, kind, work.now(), **detail)
