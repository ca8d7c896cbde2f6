"""Whether every file is there that a row promises, and none that nobody wants."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from core.domain.jobs import CallState, SlotStatus
from core.domain.upkeep import AssetFile, Finding, Severity
from core.errors import ImageRejectedError, ObjectMissingError, StorageError
from core.imaging.base import RENDITION_WIDTHS, ImageGate
from core.imaging.webp import webp_size
from core.services.asset_keys import answer_key, is_ours, rendition_keys
from core.services.batches import in_batches
from core.services.strays import StrayObjects
from core.storage.base import AssetStorage, StoredObject
from core.storage.spool import Spool, call_of
from core.unit_of_work import Database

OnProgress = Callable[[int, int], None]
"""Called with how many assets were looked at, and how many there are."""

LEFT_OVER_AFTER = timedelta(hours=1)
"""What a live process writes, or is about to remove, is younger."""

_AT_ONCE = 200
_THREADS = 4
_ROUNDING_PX = 2


class FileChecks:
    """Looks at every file of the store and of this machine's spool.

    Without a gate renditions are judged by their frame alone; with one they are decoded.
    """

    def __init__(
        self,
        database: Database,
        storage: AssetStorage,
        spool: Spool,
        *,
        grace: timedelta,
        gate: ImageGate | None = None,
    ) -> None:
        self._database = database
        self._storage = storage
        self._spool = spool
        self._grace = grace
        self._gate = gate

    def run(self, on_progress: OnProgress) -> Iterator[Finding]:
        """Yield what is wrong; a store that does not answer at all is one finding."""
        try:
            yield from self._assets(on_progress)
            yield from self._masks()
            yield from self._exports()
            yield from self._strays()
            yield from self._unfinished()
            yield from self._answers()
        except StorageError as error:
            yield _error("store_away", "store", f"The files could not be looked at: {error}.")

    def _assets(self, on_progress: OnProgress) -> Iterator[Finding]:
        with self._database.read() as work:
            total = work.garbage.count_files()
        seen, last_id = 0, 0
        with ThreadPoolExecutor(_THREADS, "check") as threads:
            while True:
                with self._database.read() as work:
                    files = work.garbage.files_after(last_id, _AT_ONCE)
                if not files:
                    return
                for found in threads.map(self._asset, files):
                    yield from found
                seen, last_id = seen + len(files), files[-1].asset_id
                on_progress(seen, max(seen, total))

    def _asset(self, file: AssetFile) -> list[Finding]:
        return [*self._original(file), *self._renditions(file), *self._kept_answer(file)]

    def _original(self, file: AssetFile) -> Iterator[Finding]:
        subject = f"asset {file.asset_id}"
        return self._whole("original", subject, file.storage_key, file.size_bytes, file.sha256)

    def _kept_answer(self, file: AssetFile) -> Iterator[Finding]:
        if file.answer is not None:
            key, subject = answer_key(file.storage_key, file.answer.name), f"asset {file.asset_id}"
            yield from self._whole(
                "kept_answer", subject, key, file.answer.size_bytes, file.answer.sha256
            )

    def _masks(self) -> Iterator[Finding]:
        last_id = 0
        while True:
            with self._database.read() as work:
                masks = work.asset_masks.files_after(last_id, _AT_ONCE)
            if not masks:
                return
            for mask in masks:
                yield from self._whole(
                    "mask", f"mask {mask.id}", mask.storage_key, mask.size_bytes, mask.sha256
                )
            last_id = masks[-1].id

    def _whole(
        self, what: str, subject: str, key: str, size_bytes: int, sha256: str
    ) -> Iterator[Finding]:
        """Yield what is wrong with a file that must be there, byte for byte."""
        try:
            size, digest = self._digest(key)
        except ObjectMissingError:
            yield _error(f"{what}_missing", subject, f"Its file {key} is missing.")
        except (StorageError, ValueError) as error:
            yield _error(f"{what}_unreadable", subject, f"Its file cannot be read: {error}.")
        else:
            if size != size_bytes:
                sentence = f"Its file has {size} bytes, it should have {size_bytes}."
                yield _error(f"{what}_size", subject, sentence)
            elif digest != sha256:
                sentence = f"Its file {key} has other bytes than it was stored with."
                yield _error(f"{what}_changed", subject, sentence)

    def _digest(self, key: str) -> tuple[int, str]:
        _, chunks = self._storage.stream(key)
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
        return size, digest.hexdigest()

    def _renditions(self, file: AssetFile) -> Iterator[Finding]:
        subject = f"asset {file.asset_id}"
        for name, key in rendition_keys(file.storage_key).items():
            try:
                data = self._storage.get(key)
            except ObjectMissingError:
                yield _error("rendition_missing", subject, f"Its file {key} is missing.")
            except (StorageError, ValueError) as error:
                yield _error("rendition_unreadable", subject, f"{key} cannot be read: {error}.")
            else:
                yield from self._rendition(file, name, key, data)

    def _rendition(self, file: AssetFile, name: str, key: str, data: bytes) -> Iterator[Finding]:
        subject = f"asset {file.asset_id}"
        size = webp_size(data)
        if size is None or not self._decodes(data):
            yield _error("rendition_broken", subject, f"Its file {key} is no whole picture.")
        elif not _fits(size, file, RENDITION_WIDTHS[name]):
            sentence = f"Its file {key} is {size[0]} x {size[1]} px: of another picture."
            yield _error("rendition_differs", subject, sentence)

    def _decodes(self, data: bytes) -> bool:
        if self._gate is None:
            return True
        try:
            self._gate.check(data)
        except ImageRejectedError:
            return False
        return True

    def _exports(self) -> Iterator[Finding]:
        last_id = 0
        while True:
            with self._database.read() as work:
                found = work.picture_exports.files_after(last_id, work.now(), limit=_AT_ONCE)
            if not found:
                return
            for each in found:
                subject = f"picture export {each.export_id}"
                try:
                    size, _ = self._storage.stream(each.storage_key)
                except ObjectMissingError:
                    sentence = f"Its file {each.storage_key} is missing: let it be made again."
                    yield _error("export_missing", subject, sentence)
                else:
                    if size != each.size_bytes:
                        sentence = f"Its file has {size} bytes, it should have {each.size_bytes}."
                        yield _error("export_size", subject, sentence)
            last_id = found[-1].export_id

    def _strays(self) -> Iterator[Finding]:
        for found in StrayObjects(self._database, self._storage).find(grace=self._grace):
            if is_ours(found.key):
                sentence = f"No row leads to it ({found.size_bytes} bytes): `gc` can free it."
                yield _error("object_stray", found.key, sentence)
            else:
                yield _warning("object_foreign", found.key, "Epox did not store this.")

    def _unfinished(self) -> Iterator[Finding]:
        for place, store in (("files", self._storage), ("spool", self._spool.store)):
            for left in store.unfinished(min_age_s=LEFT_OVER_AFTER.total_seconds()):
                sentence = "A write was killed and left it: `gc` can free it."
                yield _error("unfinished_file", f"{place}/{left.key}", sentence)

    def _answers(self) -> Iterator[Finding]:
        until = datetime.now(UTC) - LEFT_OVER_AFTER
        old = (found for found in self._spool.store.list() if found.modified_at <= until)
        for some in in_batches(old, _AT_ONCE):
            answers = {call: found for found in some if (call := call_of(found.key)) is not None}
            with self._database.read() as work:
                states = work.garbage.states_of_calls(sorted(answers))
            for call_id, found in answers.items():
                yield from _answer(call_id, found, states.get(call_id))


def _answer(
    call_id: str, found: StoredObject, state: tuple[CallState, SlotStatus] | None
) -> Iterator[Finding]:
    subject = f"spool/{found.key}"
    if state is None:
        sentence = "The ledger does not know its call: `gc` can free it."
        yield _warning("answer_without_call", subject, sentence)
        return
    call, slot = state
    if call not in (CallState.INTENT, CallState.UNKNOWN) or slot is SlotStatus.SUCCEEDED:
        yield _error("answer_left_over", subject, "Its call is closed: `gc` can free it.")
    elif slot.is_final:
        sentence = f"The paid answer of call {call_id} waits: retry its picture, that is free."
        yield _warning("answer_waits", subject, sentence)


def _fits(size: tuple[int, int], file: AssetFile, side_px: int) -> bool:
    """Say whether a rendition has the proportions of its original."""
    ratio = min(1, side_px / max(file.width_px, file.height_px, 1))
    wanted = (file.width_px * ratio, file.height_px * ratio)
    return all(abs(a - b) <= _ROUNDING_PX for a, b in zip(size, wanted, strict=True))


def _error(code: str, subject: str, sentence: str) -> Finding:
    return Finding(code, Severity.ERROR, subject, sentence)


def _warning(code: str, subject: str, sentence: str) -> Finding:
    return Finding(code, Severity.WARNING, subject, sentence)
