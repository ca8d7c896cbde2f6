"""Making the picture of one slot: the steps that a worker repeats after a crash."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from core.domain.assets import NewAsset, Origin
from core.domain.generation import (
    CallState,
    GeneratedImage,
    ProviderCall,
    SlotWork,
)
from core.errors import (
    DatabaseUnavailableError,
    ImageModelError,
    ImageRejectedError,
    InvalidInputError,
    InvalidRequestError,
    StorageError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.failpoints import failpoint
from core.image_models.base import ImageModelSpec, Progress
from core.image_models.registry import ImageModels
from core.imaging.base import MAX_ANSWER_BYTES, ImageGate
from core.services.assets import AssetService
from core.services.patience import ROOM_WAITS_S, SHORT_WAITS_S, outlast
from core.services.references import ReferenceReader
from core.services.slot_endings import SlotEndings, SlotKey
from core.storage.spool import Spool
from core.unit_of_work import Database

log = logging.getLogger(__name__)

MAX_CRASHES = 3
PROGRESS_EVERY_S = 0.5


@dataclass(frozen=True)
class Pace:
    """How many models are asked at once, and how one waits."""

    calls_at_once: int
    pause: Callable[[float], None] = time.sleep


class SlotRunService:
    """The steps of a slot. Each may run twice: what the first run did is found, not done again."""

    def __init__(
        self,
        database: Database,
        models: ImageModels,
        assets: AssetService,
        gate: ImageGate,
        spool: Spool,
        references: ReferenceReader,
        pace: Pace,
    ) -> None:
        self._database = database
        self.endings = SlotEndings(database)
        self._models = models
        self._assets = assets
        self._gate = gate
        self._spool = spool
        self._references = references
        self._pause = pace.pause
        # More slots are begun than may call at once, so that a free turn waits for no queue.
        self._turns = threading.BoundedSemaphore(pace.calls_at_once)

    def begin(self, key: SlotKey) -> bool:
        """Mark the slot as running; False when it was cancelled or is over."""
        now = datetime.now(UTC)
        with self._database.begin() as work:
            begun = work.generation_slots.begin(key.workspace_id, key.slot_id, key.attempt, now)
            found = work.generation_slots.find_work(*key.parts)
            if found is not None:
                work.generation_jobs.settle(key.workspace_id, found.job_id, now)
        return begun

    def call(self, key: SlotKey) -> str | None:
        """Ask the model, unless its answer is spooled already; return the call's id, or None.

        None means that the slot is over or waits for its next attempt, and says so on its row.
        """
        with self._database.begin() as work:
            todo = work.generation_slots.find_work(*key.parts)
            if todo is None:
                return None
            calls = work.provider_calls.without_answer(key.workspace_id, key.slot_id)
        try:
            return self._answer(todo, calls)
        except (StorageError, DatabaseUnavailableError):
            self._forgive(key, todo.crash_count)
            raise

    def keep(self, key: SlotKey, call_id: str) -> bool:
        """Turn the spooled answer into an asset, a done slot and a closed line in the ledger.

        Files come first, then one transaction. False when there is no picture in the answer.
        """
        with self._database.read() as work:
            todo = work.generation_slots.find_work(*key.parts)
            call = work.provider_calls.find(key.workspace_id, call_id)
        if todo is None or call is None:
            self._discard_if_closed(call)
            return True
        image = self._spool.find(call_id)
        if image is None:
            self.endings.without_picture(todo, call, _lost(call))
            return False
        self._show(todo, 95, "Saving")
        try:
            checked = self._gate.check(image.data, max_bytes=MAX_ANSWER_BYTES)
        except ImageRejectedError as error:
            self.endings.refuse_answer(todo, call_id, image, error)
            self._spool.discard(call_id)
            return False
        storage_key = self._assets.store(todo.workspace_id, call_id, image.data, checked)
        failpoint("stored")
        asset = NewAsset(
            origin=Origin.GENERATED,
            sha256=checked.sha256,
            size_bytes=checked.size_bytes,
            mime_type=checked.mime_type,
            width_px=checked.width_px,
            height_px=checked.height_px,
            storage_key=storage_key,
            label=f"{todo.product_name} · {todo.settings.backdrop.label}"[:200],
            prompt=todo.prompt,
            product_id=todo.product_id,
            parent_asset_id=todo.settings.photo_id,
            slot_id=todo.slot_id,
        )
        if self.endings.publish(todo, call_id, image, asset):
            failpoint("published")
            self._spool.discard(call_id)
        return True

    def _answer(self, todo: SlotWork, calls: Sequence[ProviderCall]) -> str | None:
        for call in calls:
            if self._spool.holds(call.id):
                return call.id
        open_call = next((call for call in calls if call.state is CallState.INTENT), None)
        if open_call is not None and open_call.estimate_micros > 0:
            self.endings.fail(todo, open_call, _lost(open_call))
            return None
        if todo.crash_count >= MAX_CRASHES:
            self.endings.fail(todo, open_call, _CrashedError())
            return None
        return self._ask(todo, open_call)

    def _forgive(self, key: SlotKey, crash_count: int) -> None:
        # An outage is no crash: however often it is waited for, the worker lives.
        with suppress(DatabaseUnavailableError), self._database.begin() as work:
            work.generation_slots.set_crash_count(*key.parts, crash_count)

    def _discard_if_closed(self, call: ProviderCall | None) -> None:
        # A kill between the asset and this left the answer; one that nobody used yet stays.
        if call is not None and call.state not in (CallState.INTENT, CallState.UNKNOWN):
            self._spool.discard(call.id)

    def _ask(self, todo: SlotWork, open_call: ProviderCall | None) -> str | None:
        try:
            model = self._models.get(todo.settings.image_model)
            request = self._references.request_for(todo)
            self._spool.check()
        except ImageModelError as error:
            self.endings.fail(todo, open_call, error)
            return None
        except InvalidInputError as error:
            unusable = InvalidRequestError(str(error), user_message=error.user_message)
            self.endings.fail(todo, open_call, unusable)
            return None
        with self._turns:
            call = self._open(todo, model.spec, len(request.references), open_call)
            if call is None:
                return None
            failpoint("intent")
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
            self._pause,
        )

    def _save(self, todo: SlotWork, call: ProviderCall, image: GeneratedImage) -> None:
        # It is paid, and this process alone has it: it waits for room as long as it can.
        def wait(seconds: float) -> None:
            self._show(todo, 94, "Waiting for room on the disk")
            self._pause(seconds)

        outlast(lambda: self._spool.save(call.id, image), StorageError, ROOM_WAITS_S, wait)

    def _open(
        self,
        todo: SlotWork,
        spec: ImageModelSpec,
        references: int,
        open_call: ProviderCall | None,
    ) -> ProviderCall | None:
        """Write the intent, unless the slot was cancelled while it waited for its turn."""
        call = open_call or ProviderCall(
            id=uuid.uuid4().hex,
            slot_id=todo.slot_id,
            attempt=todo.attempt,
            image_model=spec.id,
            state=CallState.INTENT,
            estimate_micros=spec.price_micros[todo.settings.size]
            + references * spec.reference_micros,
            cost_micros=0,
            failure_code=None,
            started_at=datetime.now(UTC),
        )
        with self._database.begin() as work:
            key = (todo.workspace_id, todo.slot_id, todo.attempt)
            if not work.generation_slots.lock_running(*key):
                return None
            # From here on its end is this slot's doing, and not of one that waited beside it.
            work.generation_slots.count_crash(*key)
            if open_call is None:
                work.provider_calls.open(todo.workspace_id, call)
        return call

    def _progress_of(self, todo: SlotWork) -> Progress:
        shown_at = 0.0

        def show(percent: int, stage: str) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at >= PROGRESS_EVERY_S:
                shown_at = time.monotonic()
                self._show(todo, min(percent, 94), stage)

        return show

    def _show(self, todo: SlotWork, percent: int, stage: str) -> None:
        # Progress is a courtesy: a picture is not given up because it could not be shown.
        with suppress(DatabaseUnavailableError), self._database.begin() as work:
            work.generation_slots.set_progress(
                todo.workspace_id, todo.slot_id, todo.attempt, percent, stage[:40]
            )


class _CrashedError(ImageModelError):
    """The worker died each time it began this picture."""

    code = "crashed"
    user_message = (
        f"Making this picture ended Epox's worker {MAX_CRASHES} times, so it was stopped. "
        "Please try another photo or other settings."
    )


def _lost(call: ProviderCall) -> ImageModelError:
    """Return what it means that the answer of a call is gone: nothing, if it was free."""
    detail = f"the answer to call {call.id} was lost"
    return UnknownOutcomeError(detail) if call.estimate_micros else TransientModelError(detail)
