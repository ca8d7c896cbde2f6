"""The task of an export: names its pictures, packs them, and hands the file to the store."""

import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.domain.picture_exports import (
    KEPT_DAYS,
    REPORT,
    ExportItem,
    ExportReport,
    LeftOut,
    PictureExport,
    PictureFacts,
)
from core.domain.tasks import TaskStatus
from core.errors import (
    AccessDeniedError,
    EpoxError,
    ImageRejectedError,
    NotFoundError,
    ObjectMissingError,
    StorageError,
    TaskLostError,
)
from core.failpoints import failpoint
from core.services.picture_export_names import names_of
from core.services.picture_rendering import PictureRenderer
from core.services.picture_sidecars import Exported, report_pieces, sidecar_pieces
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.storage.picture_zips import PictureZip, discard_builds
from core.unit_of_work import UnitOfWork

EXPORT_PICTURES = "export_pictures"
_AT_ONCE = 50
_NAMED_AT_ONCE = 500
_TOLD_EVERY_S = 0.4
_GONE = "It was deleted."
_TRASHED = "It is in the trash."
_MISSING = "Its file is missing. The administrator's check says more."
_UNREADABLE = "Its file cannot be read."
_DAMAGED = "Its file is damaged: it has other bytes than were stored."


class NothingToExportError(EpoxError):
    """None of the pictures could be exported."""

    user_message = "None of these pictures can be exported: they are in the trash or deleted."


class PictureExportTask:
    """Makes the ZIP of an export on this machine's disk, then puts it into the store.

    Killed anywhere, the next attempt goes on after the last picture that is whole in the ZIP, or
    on another machine begins anew. Pictures are named once, before the first is packed. Each
    attempt stores a file of its own: one that was taken for dead changes nothing any more.
    """

    def __init__(self, storage: AssetStorage, folder: Path) -> None:
        self._storage = storage
        self._folder = folder

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Do the work, unless it is done: a task whose end could not be written comes again."""
        export = self._export(task)
        while export.finished_at is None:
            renamed = self._name(task, export)
            with PictureZip(self._folder, export.id) as build:
                self._pack(task, export, build, renamed)
            discard_builds(self._folder, export.id)
            export = self._export(task)
        discard_builds(self._folder, export.id)
        return {"export_id": export.id}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Let what was not made expire, and remove what was built of it."""
        if status is not TaskStatus.DONE:
            export_id = int(task.payload["export_id"])
            work.picture_exports.expire(export_id, work.now())
            discard_builds(self._folder, export_id)

    def _export(self, task: TaskRun) -> PictureExport:
        export_id = int(task.payload["export_id"])
        with task.database.read() as work:
            found = work.picture_exports.find(task.actor.workspace_id, export_id)
        if found is None:
            raise NotFoundError(f"picture export {export_id} of task {task.id}")
        return found

    def _name(self, task: TaskRun, export: PictureExport) -> int:
        """Name all pictures at once, and return how many got a number."""
        if "renamed" in task.checkpoint:
            return int(task.checkpoint["renamed"])
        items = list(self._items(task, export.id))
        facts: dict[int, PictureFacts] = {}
        for begin in range(0, len(items), _NAMED_AT_ONCE):
            some = items[begin : begin + _NAMED_AT_ONCE]
            facts |= self._facts(task, some, with_sources=False)
            task.go_on()
        asset_ids = (item.asset_id for item in items)
        names, renamed = names_of(facts, asset_ids, export.options, go_on=task.go_on)
        named = {item.position: name for item, name in zip(items, names, strict=True) if name}
        with task.database.begin() as work:
            work.picture_exports.lock(task.actor.workspace_id, export.id)
            work.picture_exports.set_names(export.id, named)
            task.step(
                work, done=0, total=len(items), stage="Naming", checkpoint={"renamed": renamed}
            )
        failpoint("export_named")
        return renamed

    def _items(self, task: TaskRun, export_id: int) -> Iterator[ExportItem]:
        after = -1
        while True:
            with task.database.read() as work:
                some = work.picture_exports.items(export_id, after=after, limit=_AT_ONCE)
            if not some:
                return
            yield from some
            after = some[-1].position

    def _facts(
        self, task: TaskRun, items: list[ExportItem], *, with_sources: bool = True
    ) -> dict[int, PictureFacts]:
        collection_id = task.payload.get("collection_id")
        with task.database.read() as work:
            return work.picture_facts.facts(
                task.actor.workspace_id,
                [item.asset_id for item in items if item.asset_id is not None],
                collection_id=collection_id,
                with_sources=with_sources,
            )

    def _pack(self, task: TaskRun, export: PictureExport, build: PictureZip, renamed: int) -> None:
        """Finish the export, unless a picture in it was deleted for good meanwhile."""
        left_out = list(self._add_pictures(task, export, build))
        if not build.pictures:
            raise NothingToExportError(f"picture export {export.id}")
        pictures = build.pictures.values()
        report = ExportReport(
            exported=len(pictures),
            left_out=tuple(left_out),
            left_out_count=len(left_out),
            renamed=renamed,
            unlabelled=sum(picture.is_unlabelled for picture in pictures),
        )
        self._add_texts(task, export, build, report)
        path = build.finish()
        failpoint("export_built")
        self._tell(task, len(pictures) + len(left_out), "Storing")
        key = f"w{task.actor.workspace_id}/exports/{uuid.uuid4().hex}/pictures.zip"
        self._storage.put_file(key, path, mime_type="application/zip")
        failpoint("export_stored")
        try:
            is_kept = self._finish(task, export, build, report, key, path.stat().st_size)
        except (TaskLostError, AccessDeniedError):
            self._drop(key)
            raise
        if not is_kept:
            self._drop(key)
        failpoint("export_written")

    @staticmethod
    def _finish(
        task: TaskRun,
        export: PictureExport,
        build: PictureZip,
        report: ExportReport,
        key: str,
        size_bytes: int,
    ) -> bool:
        """Write what came of it; False, and nothing is written, if it holds what was deleted."""
        with task.database.begin() as work:
            now = work.now()
            # Whoever deletes a picture for good locks the export too, and lets it be over if it
            # is finished: one of the two sees what the other did.
            work.picture_exports.lock(task.actor.workspace_id, export.id)
            is_kept = build.pictures.keys().isdisjoint(work.picture_exports.lost(export.id))
            if is_kept:
                work.picture_exports.change(
                    export.id,
                    storage_key=key,
                    size_bytes=size_bytes,
                    report=report.to_json(),
                    finished_at=now,
                    expires_at=now + timedelta(days=KEPT_DAYS),
                )
                work.audit_events.add(task.actor, "export", "picture_export", export.id)
            task.step(work, done=export.picture_count, stage="Done" if is_kept else "Packing")
        return is_kept

    def _drop(self, key: str) -> None:
        with suppress(StorageError):  # what stays is freed with the strays
            self._storage.delete(key)

    def _add_pictures(
        self, task: TaskRun, export: PictureExport, build: PictureZip
    ) -> Iterator[LeftOut]:
        """Pack each picture that is not packed yet, and yield those that cannot be."""
        after, done, told_at = -1, 0, time.monotonic()
        with PictureRenderer(self._storage, export.options) as renderer:
            while True:
                with task.database.read() as work:
                    items = work.picture_exports.items(export.id, after=after, limit=_AT_ONCE)
                if not items:
                    break
                facts = self._facts(task, items)
                for item in items:
                    known = None if item.asset_id is None else facts.get(item.asset_id)
                    if item.position not in build.pictures:
                        reason = self._add(item, known, renderer, build)
                        if reason:
                            name = item.name or f"picture {item.asset_id or ''}".strip()
                            yield LeftOut(item.position, name, reason)
                    done += 1
                    if time.monotonic() - told_at >= _TOLD_EVERY_S:
                        self._tell(task, done, "Packing")
                        told_at = time.monotonic()
                    task.go_on()
                after = items[-1].position
        self._tell(task, done, "Writing the lists")

    def _add(
        self,
        item: ExportItem,
        known: PictureFacts | None,
        renderer: PictureRenderer,
        build: PictureZip,
    ) -> str:
        """Pack a picture, or return in a sentence why it cannot be."""
        if known is None or not item.name:
            return _GONE
        if known.is_trashed:
            return _TRASHED
        try:
            made = renderer.make(known, self._bytes(known))
        except ImageRejectedError as error:
            return error.user_message
        build.add(
            item.position,
            item.name,
            made.data,
            size=made.size,
            at=known.created_at,
            source_type=made.source_type,
            is_unlabelled=made.is_unlabelled,
        )
        failpoint("export_packed")
        return ""

    def _bytes(self, known: PictureFacts) -> bytes:
        """Return the stored bytes, or raise `ImageRejectedError` when they are not those."""
        try:
            data = self._storage.get(known.storage_key)
        except ObjectMissingError as error:
            raise ImageRejectedError(str(error), user_message=_MISSING) from error
        except StorageError as error:
            self._storage.check()  # while the store is away this raises, and all of it waits
            raise ImageRejectedError(str(error), user_message=_UNREADABLE) from error
        if hashlib.sha256(data).hexdigest() != known.sha256:
            raise ImageRejectedError(f"asset {known.asset_id}", user_message=_DAMAGED)
        return data

    def _add_texts(
        self, task: TaskRun, export: PictureExport, build: PictureZip, report: ExportReport
    ) -> None:
        def read() -> Iterator[Exported]:
            return self._exported(task, export.id, build)

        at = export.created_at
        for sidecar in export.options.sidecars:
            pieces = sidecar_pieces(sidecar, read, export.options)
            build.add_text(sidecar.file_name, pieces, at=at)
            task.go_on()
        text = report_pieces(export.title, report, report.left_out, at=at, by=export.created_by)
        build.add_text(REPORT, text, at=at)

    def _exported(self, task: TaskRun, export_id: int, build: PictureZip) -> Iterator[Exported]:
        after = -1
        while True:
            with task.database.read() as work:
                items = work.picture_exports.items(export_id, after=after, limit=_AT_ONCE)
            if not items:
                return
            facts = self._facts(task, items)
            for item in items:
                packed = build.pictures.get(item.position)
                known = facts.get(item.asset_id or 0)
                if packed is not None and known is not None:
                    yield Exported(packed, known)
            after = items[-1].position

    @staticmethod
    def _tell(task: TaskRun, done: int, stage: str) -> None:
        with task.database.begin() as work:
            task.step(work, done=done, stage=stage)
        task.go_on()
