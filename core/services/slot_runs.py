"""Making the picture of one slot: the steps that the next worker repeats after a crash."""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.domain.assets import NewAsset, Origin
from core.domain.edits import label_of_edit
from core.domain.generation import GeneratedImage, GenerationRequest
from core.domain.jobs import CallState, ProviderCall, SlotWork
from core.domain.queueing import EventKind
from core.errors import (
    DatabaseUnavailableError,
    ImageModelError,
    ImageRejectedError,
    InvalidInputError,
    InvalidRequestError,
    NoImageError,
    StorageError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.failpoints import failpoint
from core.image_models.base import ImageModelSpec, Progress
from core.image_models.registry import ImageModels
from core.imaging.base import MAX_ANSWER_BYTES, CheckedImage, ImageGate
from core.imaging.tool_verdicts import ToolRefusedError
from core.services.assets import AssetService
from core.services.composites import Composites, Step, with_answer
from core.services.outcomes import with_charge
from core.services.patience import ROOM_WAITS_S, SHORT_WAITS_S, outlast
from core.services.references import ReferenceReader
from core.services.slot_claims import SlotClaimService
from core.services.slot_endings import SlotEndings, SlotKey, parts_of
from core.storage.spool import Spool
from core.unit_of_work import Database

log = logging.getLogger(__name__)

MAX_CRASHES = 3
PROGRESS_EVERY_S = 0.5

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Tools:
    """What a picture is made with."""

    models: ImageModels
    assets: AssetService
    gate: ImageGate
    spool: Spool
    references: ReferenceReader
    composites: Composites
    pause: Pause = time.sleep


class SlotRunService:
    """The steps of a slot. Each may run twice: what the first run did is found, not done again."""

    def __init__(
        self, database: Database, tools: Tools, claims: SlotClaimService, endings: SlotEndings
    ) -> None:
        self._database = database
        self.claims = claims
        self.endings = endings
        self._models = tools.models
        self._assets = tools.assets
        self._gate = tools.gate
        self.spool = tools.spool
        self._references = tools.references
        self._composites = tools.composites
        self.pause = tools.pause
        self._unsent: dict[SlotKey, str] = {}

    def call(self, key: SlotKey) -> str | None:
        """Ask the model, unless its answer is spooled already; return the call's id, or None.

        None means that the slot is over or waits for its next attempt, and says so on its row.
        """
        with self._database.read() as work:
            todo = work.generation_slots.find_work(*key.parts)
            if todo is None:
                return None
            calls = work.provider_calls.without_answer(key.workspace_id, key.slot_id)
        for call in calls:
            if self.spool.holds(call.id):
                return call.id
        open_call = next((call for call in calls if call.state is CallState.INTENT), None)
        if open_call is not None and open_call.id != self._unsent.get(key):
            if open_call.estimate_micros > 0:
                self.endings.without_picture(todo, open_call, _lost(open_call))
                return None
            self.endings.close_free(todo, open_call)
            open_call = None
        if todo.crash_count >= MAX_CRASHES:
            self.endings.without_picture(todo, open_call, _CrashedError())
            return None
        return self._ask(key, todo, open_call)

    def keep(self, key: SlotKey, call_id: str) -> bool:
        """Turn the spooled answer into an asset, a done slot and a closed line in the ledger.

        Files come first, then one transaction. False when there is no picture in the answer, or
        when it cannot be put together now: then the slot waits, and the answer stays.
        """
        with self._database.read() as work:
            todo = work.generation_slots.find_work(*key.parts)
            call = work.provider_calls.find(key.workspace_id, call_id)
        if todo is None or call is None:
            self._discard_if_closed(call)
            return True
        image = self.spool.find(call_id)
        if image is None:
            self.endings.without_picture(todo, call, _lost(call))
            return False
        if todo.crash_count >= MAX_CRASHES and todo.is_spooled:
            self.give_up(key, _UnreadableError())
            return False
        self._note_spooled(todo)
        try:
            answer = self._checked(image)
            composed = self._composites.composed(todo, image)
            failpoint("composed")
            checked = self._checked(composed.image) if composed.is_changed else answer
        except (NoImageError, InvalidRequestError) as error:
            self.endings.without_picture(todo, call, with_charge(error, image))
            self.spool.discard(call_id)
            return False
        except ToolRefusedError as error:
            log.warning("slot %s waits for the tools: %s", todo.slot_id, error)
            self.endings.wait_for_tools(todo)
            return False
        failpoint("checked")
        steps = composed.steps
        if composed.is_changed:
            kept = self._composites.keep_answer(todo.workspace_id, call_id, image, answer)
            steps = with_answer(steps, kept)
            failpoint("answer_stored")
        data = composed.image.data
        storage_key = self._assets.store(todo.workspace_id, call_id, data, checked)
        failpoint("stored")
        asset = _asset_of(todo, checked, storage_key, steps)
        if self.endings.publish(todo, call_id, composed.image, asset):
            failpoint("published")
            self.spool.discard(call_id)
            failpoint("discarded")
        return True

    def wait_for_store(self, key: SlotKey, error: StorageError) -> None:
        """Put the slot back into the queue until the store may answer again."""
        with self._database.read() as work:
            todo = work.generation_slots.find_work(*key.parts)
        if todo is not None:
            self.endings.wait_for_store(todo, error.user_message)

    def give_up(self, key: SlotKey, error: ImageModelError) -> None:
        """Close the slot as failed after something that no step expected.

        With a paid call whose answer is not in the spool it has failed as lost: only a person may
        ask again. An answer that is there is found by the retry.
        """
        with self._database.read() as work:
            calls = work.provider_calls.without_answer(key.workspace_id, key.slot_id)
        is_lost = any(
            call.state is CallState.INTENT and call.estimate_micros > 0
            for call in calls
            if not self.spool.holds(call.id)
        )
        if is_lost:
            error = UnknownOutcomeError(str(error))
        self.endings.give_up(key, code=error.code, sentence=error.user_message)

    def tidy_spool(self) -> None:
        """Adopt lost answers that lie in the spool, and discard those of no use any more."""
        call_ids = self.spool.older_than(60)
        if call_ids:
            for call_id in self.endings.adopt(self.spool.id, call_ids):
                self.spool.discard(call_id)

    def _checked(self, image: GeneratedImage) -> CheckedImage:
        try:
            checked = self._gate.check(image.data, max_bytes=MAX_ANSWER_BYTES)
        except ImageRejectedError as error:
            raise NoImageError(f"the answer cannot be kept: {error}") from error
        if checked.is_blank:
            raise NoImageError("the picture is blank")
        return checked

    def _discard_if_closed(self, call: ProviderCall | None) -> None:
        # A kill between the asset and this left the answer; one that nobody used yet stays.
        if call is not None and call.state not in (CallState.INTENT, CallState.UNKNOWN):
            self.spool.discard(call.id)

    def _ask(self, key: SlotKey, todo: SlotWork, open_call: ProviderCall | None) -> str | None:
        try:
            model = self._models.get(todo.settings.image_model)
            request = self._references.request_for(todo)
            self._composites.check(todo)
            model.prepare()
            self.spool.check()
        except ImageModelError as error:
            self.endings.without_picture(todo, open_call, error)
            return None
        except InvalidInputError as error:
            unusable = InvalidRequestError(str(error), user_message=error.user_message)
            self.endings.without_picture(todo, open_call, unusable)
            return None
        call = self._open(key, todo, model.spec, request)
        if call is None:
            return None
        failpoint("intent")
        self._unsent.pop(key, None)
        try:
            image = model.generate(request, on_progress=self._progress_of(todo))
        except ImageModelError as error:
            self._note_failure(todo, call, error)
            return None
        failpoint("answered")
        self._save(todo, call, image)
        failpoint("spooled")
        return call.id

    def _note_failure(self, todo: SlotWork, call: ProviderCall, error: ImageModelError) -> None:
        # Only this process knows what the provider said: forgotten, it would count as lost.
        outlast(
            lambda: self.endings.without_picture(todo, call, error),
            DatabaseUnavailableError,
            SHORT_WAITS_S,
            self.pause,
        )

    def _save(self, todo: SlotWork, call: ProviderCall, image: GeneratedImage) -> None:
        # It is paid, and this process alone has it: it waits for room as long as it can.
        def wait(seconds: float) -> None:
            self._show(todo, 94, "Waiting for room on the disk")
            self.pause(seconds)

        outlast(lambda: self.spool.save(call.id, image), StorageError, ROOM_WAITS_S, wait)

    def _open(
        self, key: SlotKey, todo: SlotWork, spec: ImageModelSpec, request: GenerationRequest
    ) -> ProviderCall | None:
        """Write the intent, unless the slot is over or the model may not be asked any more."""
        # Named before it is written: when the database goes away in between, it is found again.
        call_id = self._unsent.setdefault(key, uuid.uuid4().hex)
        _, estimate_micros = spec.cost_range(
            request.size, len(request.references), len(request.prompt)
        )
        with self._database.begin() as work:
            now = work.now()
            may_call = self.claims.may_call(work, spec.id, now)
            if not work.generation_slots.lock_running(*key.parts):
                return None
            written = work.provider_calls.find(key.workspace_id, call_id)
            if written is not None:
                return written
            if may_call:
                call = ProviderCall(
                    id=call_id,
                    slot_id=todo.slot_id,
                    attempt=todo.attempt,
                    image_model=spec.id,
                    state=CallState.INTENT,
                    estimate_micros=estimate_micros,
                    cost_micros=0,
                    failure_code=None,
                    started_at=now,
                    request=_described(request),
                )
                work.provider_calls.open(todo.workspace_id, call)
                work.slot_events.add(*key.parts, EventKind.ASKED, now, call_id=call_id)
                return call
        self._unsent.pop(key, None)
        self.endings.step_aside(todo)
        return None

    def _progress_of(self, todo: SlotWork) -> Progress:
        shown_at = 0.0

        def show(percent: int, stage: str) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at >= PROGRESS_EVERY_S:
                shown_at = time.monotonic()
                self._show(todo, min(percent, 94), stage)

        return show

    def _note_spooled(self, todo: SlotWork) -> None:
        with self._database.begin() as work:
            work.generation_slots.note_spooled(*parts_of(todo), self.spool.id)

    def _show(self, todo: SlotWork, percent: int, stage: str) -> None:
        # Progress is a courtesy: a picture is not given up because it could not be shown.
        with suppress(DatabaseUnavailableError), self._database.begin() as work:
            work.generation_slots.set_progress(*parts_of(todo), percent, stage[:80])


class _CrashedError(ImageModelError):
    """The worker died each time it began this picture."""

    code = "crashed"
    user_message = (
        f"Making this picture ended Epox's worker {MAX_CRASHES} times, so it was stopped. "
        "Please try another photo or other settings."
    )


class _UnreadableError(ImageModelError):
    """The worker died each time it read the answer, which is kept."""

    code = "crashed"
    user_message = (
        f"Reading the model's answer ended Epox's worker {MAX_CRASHES} times, so it was stopped. "
        "The answer is kept: a retry reads it again and costs nothing."
    )


def _lost(call: ProviderCall) -> ImageModelError:
    """Return what it means that the answer of a call is gone: nothing, if it was free."""
    detail = f"the answer to call {call.id} was lost"
    return UnknownOutcomeError(detail) if call.estimate_micros else TransientModelError(detail)


def _described(request: GenerationRequest) -> dict[str, object]:
    """Return what the ledger says of a request: all of it but the pictures' bytes."""
    references: Sequence[dict[str, object]] = [
        {
            "role": reference.role,
            "asset_id": reference.asset_id,
            "label": reference.label,
            "sha256": reference.sha256,
        }
        for reference in request.references
    ]
    return {
        "prompt": request.prompt,
        "references": references,
        "aspect_ratio": request.aspect_ratio,
        "size": request.size,
        "variant": request.variant,
        "seed": request.seed,
    }


def _asset_of(
    todo: SlotWork, checked: CheckedImage, storage_key: str, steps: tuple[Step, ...]
) -> NewAsset:
    edit = todo.settings.edit
    made_of = f"{todo.product_name} · {todo.settings.backdrop.label}"
    return NewAsset(
        origin=Origin.GENERATED,
        sha256=checked.sha256,
        size_bytes=checked.size_bytes,
        mime_type=checked.mime_type,
        width_px=checked.width_px,
        height_px=checked.height_px,
        storage_key=storage_key,
        label=(made_of if edit is None else label_of_edit(edit.label, edit.mode))[:200],
        prompt=todo.prompt,
        product_id=todo.product_id,
        parent_asset_id=todo.settings.photo_id,
        slot_id=todo.slot_id,
        tool="" if edit is None else edit.mode,
        steps=steps,
    )
