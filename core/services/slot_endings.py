"""How a slot ends: each end is one transaction over slot, job, asset and ledger."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from core.domain.assets import NewAsset
from core.domain.generation import CallOutcome, CallState, GeneratedImage, ProviderCall, SlotWork
from core.errors import ImageModelError, ImageRejectedError, NoImageError
from core.services.outcomes import outcome_of, stage_while_waiting, wait_before_retry
from core.unit_of_work import Database, UnitOfWork

log = logging.getLogger(__name__)

_INTERRUPTED = "Making this picture was interrupted. What was made is kept; please retry."


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
    """Ends slots. Each end may be tried twice: what is over already stays as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, todo: SlotWork, call_id: str, image: GeneratedImage, asset: NewAsset) -> bool:
        """Make the stored picture an asset, and the slot a done one; False if it was cancelled."""
        outcome = CallOutcome(
            state=CallState.OK,
            cost_micros=image.cost_micros,
            usage=image.usage,
            model_version=image.model_version,
            response_id=image.response_id,
        )
        now = datetime.now(UTC)
        with self._database.begin() as work:
            if not work.generation_slots.succeed(
                todo.workspace_id, todo.slot_id, todo.attempt, now
            ):
                return False
            if work.assets.id_of_slot(todo.slot_id) is None:
                work.assets.add(todo.workspace_id, asset, created_by=todo.created_by, now=now)
            work.provider_calls.close(todo.workspace_id, call_id, outcome, now)
            work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)
        return True

    def without_picture(self, todo: SlotWork, call: ProviderCall, error: ImageModelError) -> None:
        """Close a call that gave no picture: the slot waits for its next try, or fails."""
        wait_s = wait_before_retry(todo, error)
        if wait_s is None:
            self.fail(todo, call, error)
            return
        log.info("slot %s waits %.0f s: %s", todo.slot_id, wait_s, error)
        self._database.prepare_queue()
        now = datetime.now(UTC)
        with self._database.begin() as work:
            work.provider_calls.close(todo.workspace_id, call.id, outcome_of(call, error), now)
            waits = work.generation_slots.wait_for_next_attempt(
                todo.workspace_id,
                todo.slot_id,
                todo.attempt,
                stage_while_waiting(error),
            )
            if waits:
                work.enqueue(
                    todo.workspace_id,
                    todo.slot_id,
                    attempt=todo.attempt + 1,
                    image_model=todo.settings.image_model,
                    delay_s=wait_s,
                )
            work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)

    def fail(self, todo: SlotWork, call: ProviderCall | None, error: ImageModelError) -> None:
        """Close the slot as failed, and its open call if there is one."""
        log.warning("slot %s failed: %s: %s", todo.slot_id, error.code, error)
        with self._database.begin() as work:
            if call is not None:
                outcome = outcome_of(call, error)
                work.provider_calls.close(todo.workspace_id, call.id, outcome, datetime.now(UTC))
            _fail_slot(work, todo, error.code, error.user_message)

    def refuse_answer(
        self, todo: SlotWork, call_id: str, image: GeneratedImage, rejected: ImageRejectedError
    ) -> None:
        """Close the slot of an answer that is no picture; it is paid nevertheless."""
        error = NoImageError(f"the answer cannot be kept: {rejected}")
        outcome = CallOutcome(
            state=CallState.FAILED,
            cost_micros=image.cost_micros,
            usage=image.usage,
            model_version=image.model_version,
            response_id=image.response_id,
            failure_code=error.code,
        )
        with self._database.begin() as work:
            work.provider_calls.close(todo.workspace_id, call_id, outcome, datetime.now(UTC))
            _fail_slot(work, todo, error.code, error.user_message)

    def give_up(self, key: SlotKey, *, code: str, sentence: str) -> None:
        """Close the slot as failed after something that no step expected.

        The call's line in the ledger stays open, booked at its estimate: a spooled answer is found
        again by the retry.
        """
        with self._database.begin() as work:
            todo = work.generation_slots.find_work(*key.parts)
            if todo is not None:
                work.provider_calls.book_estimate(todo.workspace_id, todo.slot_id)
                _fail_slot(work, todo, code, sentence)

    def unfinished(self, *, after_id: int, limit: int) -> list[SlotKey]:
        """Return the attempts that are not final, of all workspaces, by their slots' ids."""
        with self._database.read() as work:
            found = work.generation_slots.unfinished(after_id, limit)
        return [SlotKey(*parts) for parts in found]

    def abandon(self, key: SlotKey) -> bool:
        """Close a slot that no engine works on any more; False when it is not so."""
        now = datetime.now(UTC)
        with self._database.begin() as work:
            job_id = work.generation_slots.abandon(
                *key.parts, now, code="interrupted", sentence=_INTERRUPTED
            )
            if job_id is None:
                return False
            work.provider_calls.book_estimate(key.workspace_id, key.slot_id)
            work.generation_jobs.settle(key.workspace_id, job_id, now)
        return True


def _fail_slot(work: UnitOfWork, todo: SlotWork, code: str, sentence: str) -> None:
    now = datetime.now(UTC)
    work.generation_slots.fail(
        todo.workspace_id,
        todo.slot_id,
        todo.attempt,
        now,
        code=code,
        sentence=sentence,
    )
    work.generation_jobs.settle(todo.workspace_id, todo.job_id, now)
