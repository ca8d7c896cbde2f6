"""Imports: files of products and photos, checked before they change anything, and undone."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.domain.accounts import Actor
from core.domain.exports import neutralise
from core.domain.imports import (
    Import,
    ImportCounts,
    ImportKind,
    ImportLine,
    ImportOptions,
    ImportStatus,
    LineOutcome,
    LineSubject,
    Mapped,
    Reading,
)
from core.domain.paging import Cursor, Page
from core.domain.products import PhotoUpload
from core.errors import ConflictError, InvalidInputError, NotFoundError, StorageError
from core.repositories.import_rows import mapping_to_json
from core.services.access import must_edit
from core.services.assets import label_of
from core.services.import_archives import MAX_ARCHIVE_BYTES, PhotoArchive
from core.services.import_files import (
    XLSX,
    new_key,
    reading_as,
    reading_from_json,
    reading_of,
    reading_to_json,
    zip_of,
)
from core.services.import_mapping import checked_mapping, headers_hash
from core.services.import_removal import forget_import
from core.services.import_tasks import CHECK, RUN, UNDO
from core.services.tasks import submit_task
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

_MIME_TYPES = {
    "csv": "text/csv",
    "zip": "application/zip",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LINES_AT_ONCE = 1000
_CSV_HEADERS = ("line", "outcome", "sku", "source", "reason", "field", "before", "after")


class ImportService:
    """Files of products and photos on their way into the catalogue. All long work is a task."""

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def begin(
        self, actor: Actor, file_name: str, data: bytes, *, kind: ImportKind = ImportKind.PRODUCTS
    ) -> Import:
        """Keep a CSV or XLSX file of products, or a ZIP of photos; raise a sentence for others."""
        must_edit(actor)
        if kind is ImportKind.PHOTOS:
            PhotoArchive(io.BytesIO(data))
            return self._keep(actor, file_name, data, kind, "zip", {})
        reading = reading_of(data)
        suffix = XLSX if reading.encoding == XLSX else "csv"
        return self._keep(actor, file_name, data, kind, suffix, reading_to_json(reading))

    def begin_photos(self, actor: Actor, uploads: Sequence[PhotoUpload]) -> Import:
        """Keep many photos as one import, as a ZIP of them would be."""
        must_edit(actor)
        if not uploads:
            raise InvalidInputError(user_message="Please choose some photos.")
        if sum(len(upload.data) for upload in uploads) > MAX_ARCHIVE_BYTES:
            raise InvalidInputError(
                user_message=f"These are over {MAX_ARCHIVE_BYTES // 2**20} MB together. "
                "Please import them in several goes."
            )
        named: dict[str, bytes] = {}
        for upload in uploads:
            name = label_of(upload.file_name)
            while name in named:
                # Twice the same name, out of two folders: both are wanted.
                stem, dot, suffix = name.rpartition(".")
                name = f"{stem}_{dot}{suffix}"
            named[name] = upload.data
        data = zip_of(iter(named.items()))
        title = next(iter(named)) if len(named) == 1 else f"{len(named):,} photos"
        return self._keep(actor, title, data, ImportKind.PHOTOS, "zip", {})

    def reading(
        self, actor: Actor, import_id: int, options: ImportOptions | None = None
    ) -> Reading:
        """Return the beginning of a file of products and which column is likely which field.

        It is read with the encoding and delimiter of the options, without any with those of the
        import. Raises a sentence when the file is no table with them.
        """
        with self._database.read() as work:
            imported = _found(work.imports.find(actor.workspace_id, import_id), import_id)
            if imported.kind is not ImportKind.PRODUCTS:
                raise InvalidInputError(user_message="This import holds photos; it has no columns.")
            stored = reading_from_json(work.imports.find_reading(import_id))
        reading = reading_as(self._storage, imported, stored, options or imported.options)
        if imported.mapping and reading is stored:
            return replace(reading, mapping=imported.mapping)
        with self._database.read() as work:
            remembered = work.imports.find_mapping(
                actor.workspace_id, headers_hash(reading.headers)
            )
        return replace(reading, mapping=remembered, is_remembered=True) if remembered else reading

    def check(
        self,
        actor: Actor,
        import_id: int,
        mapping: Mapped | None = None,
        options: ImportOptions | None = None,
    ) -> Import:
        """Start the dry run: it finds out what the file would change, and changes nothing.

        Without a mapping or options, those of before or the guessed ones hold. Raises
        `ConflictError` when the import is busy or its products are in the catalogue already.
        """
        must_edit(actor)
        imported = self.get(actor, import_id)
        options = options or imported.options
        changes: dict[str, Any] = {"mapping": {}}
        reading: Reading | None = None
        if imported.kind is ImportKind.PRODUCTS:
            reading = self.reading(actor, import_id, options)
            mapping = checked_mapping(
                reading.mapping if mapping is None else mapping, reading.headers
            )
            changes = {"mapping": mapping_to_json(mapping), "reading": reading_to_json(reading)}
        with self._database.begin() as work:
            imported = _found(work.imports.lock(actor.workspace_id, import_id), import_id)
            if not imported.may_check:
                raise _not_now(imported, "be checked")
            if reading is not None:
                work.imports.remember_mapping(
                    actor.workspace_id, headers_hash(reading.headers), mapping or {}, work.now()
                )
            work.imports.change(
                import_id,
                status=ImportStatus.CHECKING,
                options=options.to_json(),
                counts=ImportCounts().to_json(),
                task_id=self._submit(work, actor, imported, CHECK, "Check"),
                **changes,
            )
            work.audit_events.add(actor, "check", "import", import_id)
        return self.get(actor, import_id)

    def run(self, actor: Actor, import_id: int) -> Import:
        """Start to do what the check found, or go on where it was cancelled."""
        must_edit(actor)
        with self._database.begin() as work:
            imported = _found(work.imports.lock(actor.workspace_id, import_id), import_id)
            if not imported.may_run:
                raise _not_now(imported, "be run")
            counts = imported.counts
            todo = counts.create + counts.change + counts.photos
            total = max(0, todo - counts.created - counts.changed - counts.photos_added)
            work.imports.change(
                import_id,
                status=ImportStatus.RUNNING,
                task_id=self._submit(work, actor, imported, RUN, "Import", total),
            )
            work.audit_events.add(actor, "run", "import", import_id)
        return self.get(actor, import_id)

    def cancel(self, actor: Actor, import_id: int) -> None:
        """Stop what the import is busy with at its next step; what is done stays done."""
        must_edit(actor)
        with self._database.begin() as work:
            imported = _found(work.imports.lock(actor.workspace_id, import_id), import_id)
            if imported.is_busy and imported.task_id is not None:
                work.tasks.ask_to_cancel(actor.workspace_id, imported.task_id, work.now())
                work.audit_events.add(actor, "cancel", "import", import_id)

    def undo(self, actor: Actor, import_id: int) -> Import:
        """Start to take back what the import did, except what people changed since.

        Products that it created go to the trash, fields that it changed get their old values.
        Categories that it added stay.
        """
        must_edit(actor)
        with self._database.begin() as work:
            imported = _found(work.imports.lock(actor.workspace_id, import_id), import_id)
            if not imported.may_undo:
                raise _not_now(imported, "be undone")
            counts = imported.counts
            total = counts.created + counts.changed + counts.photos_added
            total -= counts.trashed + counts.reverted + counts.kept + counts.photos_removed
            work.imports.change(
                import_id,
                status=ImportStatus.UNDOING,
                task_id=self._submit(work, actor, imported, UNDO, "Undo", max(0, total)),
            )
            work.audit_events.add(actor, "begin_undo", "import", import_id)
        return self.get(actor, import_id)

    def delete(self, actor: Actor, import_id: int) -> None:
        """Forget an import that was never run, with its file and what its check found.

        Raises `ConflictError` when it is busy, or something of it is in the catalogue: then it is
        a part of the catalogue's history, and can be undone.
        """
        must_edit(actor)
        imported = self.get(actor, import_id)
        if not forget_import(self._database, self._storage, actor.workspace_id, import_id):
            raise _not_now(imported, "be deleted")
        with self._database.begin() as work:
            work.audit_events.add(
                actor, "delete", "import", import_id, file_name=imported.file_name
            )

    def get(self, actor: Actor, import_id: int) -> Import:
        """Return an import, or raise `NotFoundError`."""
        with self._database.read() as work:
            return _found(work.imports.find(actor.workspace_id, import_id), import_id)

    def imports(
        self, actor: Actor, *, after: Cursor | None = None, limit: int = 24
    ) -> Page[Import]:
        """Return a page of imports, the newest first."""
        with self._database.read() as work:
            return work.imports.search(actor.workspace_id, after=after, limit=limit)

    def lines(
        self,
        actor: Actor,
        import_id: int,
        outcome: LineOutcome | None = None,
        *,
        subject: LineSubject | None = None,
        after: Cursor | None = None,
        limit: int = 50,
    ) -> Page[ImportLine]:
        """Return a page of an import's lines in the order of the file."""
        with self._database.read() as work:
            _found(work.imports.find(actor.workspace_id, import_id), import_id)
            return work.imports.lines(
                actor.workspace_id,
                import_id,
                outcome=outcome,
                subject=subject,
                after=after,
                limit=limit,
            )

    def line_csv(
        self, actor: Actor, import_id: int, outcome: LineOutcome | None = None
    ) -> Iterator[str]:
        """Return an import's lines as CSV, one row for each field that changes, in pieces."""
        return self._pieces(
            actor, import_id, outcome, self.lines(actor, import_id, outcome, limit=_LINES_AT_ONCE)
        )

    def _pieces(
        self,
        actor: Actor,
        import_id: int,
        outcome: LineOutcome | None,
        page: Page[ImportLine],
    ) -> Iterator[str]:
        yield "\ufeff" + _csv([_CSV_HEADERS])
        while True:
            yield _csv([row for line in page.items for row in _csv_rows(line)])
            if page.next is None:
                return
            page = self.lines(actor, import_id, outcome, after=page.next, limit=_LINES_AT_ONCE)

    def _keep(
        self,
        actor: Actor,
        file_name: str,
        data: bytes,
        kind: ImportKind,
        suffix: str,
        reading: Mapping[str, Any],
    ) -> Import:
        key = new_key(actor.workspace_id, suffix)
        try:
            self._storage.put(key, data, mime_type=_MIME_TYPES[suffix])
        except StorageError:
            with suppress(StorageError):
                self._storage.delete(key)
            raise
        with self._database.begin() as work:
            import_id = work.imports.add(
                actor.workspace_id,
                work.now(),
                created_by=actor.user_id,
                kind=kind,
                file_name=label_of(file_name),
                storage_key=key,
                sha256=hashlib.sha256(data).hexdigest(),
                size_bytes=len(data),
                reading=dict(reading),
            )
            work.audit_events.add(
                actor, "upload", "import", import_id, file_name=label_of(file_name)
            )
        return self.get(actor, import_id)

    @staticmethod
    def _submit(
        work: UnitOfWork, actor: Actor, imported: Import, kind: str, verb: str, total: int = 0
    ) -> int:
        title = f"{verb} {imported.file_name}"
        return submit_task(work, actor, kind, title, {"import_id": imported.id}, total=total)


def _found(imported: Import | None, import_id: int) -> Import:
    if imported is None:
        raise NotFoundError(f"import {import_id}")
    return imported


def _not_now(imported: Import, what: str) -> ConflictError:
    return ConflictError(
        f"import {imported.id} is {imported.status} ({imported.stage})",
        user_message=f"This import cannot {what} now. Please look at how far it is.",
    )


def _csv_rows(line: ImportLine) -> Iterator[Sequence[str]]:
    begin = (str(line.line), line.outcome.value, line.sku, line.source, line.reason)
    fields = list(line.after) if line.subject is LineSubject.PRODUCT else []
    for name in fields:
        yield (*begin, name, _shown(line.before.get(name)), _shown(line.after[name]))
    if not fields:
        yield (*begin, "", "", "")


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return text.getvalue()
