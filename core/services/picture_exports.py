"""Exports of pictures: asked for by people, made by a task, kept for a week."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter, AssetSort
from core.domain.naming import NamingRule, example_of, safe_name
from core.domain.paging import Cursor, Page
from core.domain.picture_export_plans import ExportPlan, estimated_bytes
from core.domain.picture_exports import MAX_PICTURES, ExportOptions, PictureExport, PictureFacts
from core.domain.tasks import TaskStatus
from core.errors import ConflictError, InvalidInputError, NotFoundError, StorageError
from core.services.access import must_edit
from core.services.picture_export_names import names_of
from core.services.picture_export_tasks import EXPORT_PICTURES
from core.services.tasks import submit_task
from core.services.texts import clean_line
from core.storage.base import AssetStorage
from core.storage.picture_zips import discard_builds, exports_in
from core.unit_of_work import Database, UnitOfWork

Source = Sequence[int] | AssetFilter
"""Which pictures are meant: these in this order, or all that a list shows."""

MAX_TITLE_CHARS = 200
_EXAMPLES = 4
_SOME = 100


class PictureExportService:
    """Exports of pictures: those who may edit ask for them, every member may download them."""

    def __init__(self, database: Database, storage: AssetStorage, folder: Path) -> None:
        self._database = database
        self._storage = storage
        self._folder = folder

    def plan(
        self,
        actor: Actor,
        source: Source,
        options: ExportOptions,
        *,
        sort: AssetSort = AssetSort.NEWEST,
    ) -> ExportPlan:
        """Return what an export would hold, without beginning it.

        Raises `InvalidInputError` for more than `MAX_PICTURES`.
        """
        with self._database.read() as work:
            ids = _ids(work, actor, source, sort)
            facts = work.picture_facts.facts(
                actor.workspace_id,
                ids,
                collection_id=_collection_id(source),
                with_sources=False,
            )
        there = [asset_id for asset_id in ids if not facts[asset_id].is_trashed]
        names, renamed = names_of(facts, there, options)
        return ExportPlan(
            count=len(there),
            size_bytes=sum(estimated_bytes(facts[asset_id], options) for asset_id in there),
            examples=tuple(names[:_EXAMPLES]),
            renamed=renamed,
            trashed=len(ids) - len(there),
            first=facts[there[0]] if there else None,
        )

    def example(self, rule: str, facts: PictureFacts | None, options: ExportOptions) -> str:
        """Return how a picture would be called, or raise a sentence about the rule."""
        parsed = NamingRule.parse(rule)
        if facts is None:
            return example_of(parsed)
        return example_of(parsed, facts.naming_values(options), options.ending(facts.mime_type))

    def last_options(self, actor: Actor) -> ExportOptions:
        """Return with which options the person last exported here, at first the usual ones."""
        with self._database.read() as work:
            last = work.picture_exports.last_options(actor.workspace_id, actor.user_id)
        return last or ExportOptions()

    def begin(
        self,
        actor: Actor,
        source: Source,
        options: ExportOptions,
        title: str = "",
        *,
        sort: AssetSort = AssetSort.NEWEST,
    ) -> PictureExport:
        """Queue an export of these pictures and return it.

        Pictures of other workspaces are left out; without any left, and for more than
        `MAX_PICTURES`, it raises `InvalidInputError`.
        """
        must_edit(actor)
        title = clean_line(title, "the title", max_chars=MAX_TITLE_CHARS, may_be_empty=True)
        with self._database.begin() as work:
            ids = _ids(work, actor, source, sort)
            if not ids:
                raise InvalidInputError(user_message="There is no picture to export. Choose some.")
            export_id = _add(work, actor, ids, options, title, _collection_id(source))
        return self.get(actor, export_id)

    def again(self, actor: Actor, export_id: int) -> PictureExport:
        """Queue an export of the same pictures with the same options, as they are now."""
        must_edit(actor)
        old = self.get(actor, export_id)
        collection_id = old.task.payload.get("collection_id") if old.task else None
        with self._database.begin() as work:
            items = work.picture_exports.items(export_id, limit=MAX_PICTURES)
            ids = [item.asset_id for item in items if item.asset_id is not None]
            ids = work.picture_facts.known(actor.workspace_id, ids)
            if not ids:
                raise InvalidInputError(user_message="None of these pictures is there any more.")
            new_id = _add(work, actor, ids, old.options, old.title, collection_id)
        return self.get(actor, new_id)

    def get(self, actor: Actor, export_id: int) -> PictureExport:
        """Return an export."""
        with self._database.read() as work:
            found = work.picture_exports.find(actor.workspace_id, export_id)
        if found is None:
            raise _unknown(actor, export_id)
        return found

    def list(
        self, actor: Actor, *, after: Cursor | None = None, limit: int = 20
    ) -> Page[PictureExport]:
        """Return a page of the workspace's exports, the newest first."""
        with self._database.read() as work:
            return work.picture_exports.search(actor.workspace_id, after=after, limit=limit)

    def cancel(self, actor: Actor, export_id: int) -> None:
        """Stop an export that is being made at its next picture; nothing of it is kept."""
        must_edit(actor)
        export = self.get(actor, export_id)
        with self._database.begin() as work:
            if export.task is not None and export.is_busy:
                now = work.now()
                status = work.tasks.ask_to_cancel(actor.workspace_id, export.task.id, now)
                if status is TaskStatus.CANCELLED:  # nobody had begun it
                    work.picture_exports.expire(export_id, now)
                work.audit_events.add(actor, "cancel", "picture_export", export_id)

    def remove(self, actor: Actor, export_id: int) -> None:
        """Delete an export with its file; one that is being made raises `ConflictError`."""
        must_edit(actor)
        with self._database.begin() as work:
            if not work.picture_exports.lock(actor.workspace_id, export_id):
                raise _unknown(actor, export_id)
            export = work.picture_exports.find(actor.workspace_id, export_id)
            if export is None or export.is_busy:
                raise ConflictError(
                    f"picture export {export_id} is busy",
                    user_message="This export is being made. Please cancel it first.",
                )
            work.picture_exports.remove(export_id)
            work.audit_events.add(actor, "delete", "picture_export", export_id, title=export.title)
        _drop(self._storage, export.storage_key)

    def stream(
        self, actor: Actor, export_id: int, *, start: int = 0
    ) -> tuple[PictureExport, Iterator[bytes]]:
        """Return a finished export and the bytes of its file from `start` on.

        Raises `NotFoundError` while it is not finished and when it has expired.
        """
        export = self.ready(actor, export_id)
        _, chunks = self._storage.stream(export.storage_key, start=start)
        return export, chunks

    def ready(self, actor: Actor, export_id: int) -> PictureExport:
        """Return an export that can be downloaded now, or raise `NotFoundError`."""
        with self._database.read() as work:
            export = work.picture_exports.find(actor.workspace_id, export_id)
            now = work.now()
        if export is None or not export.is_ready or export.is_expired(now):
            raise _unknown(actor, export_id)
        return export

    def tidy(self) -> int:
        """Remove what is left in this machine's folder of exports that nobody makes any more.

        For a worker, about once an hour; return how many those were.
        """
        here = exports_in(self._folder)
        with self._database.read() as work:
            busy = work.picture_exports.busy_among(here)
        for export_id in set(here) - busy:
            discard_builds(self._folder, export_id)
        return len(set(here) - busy)


def forget_expired_exports(database: Database, storage: AssetStorage) -> int:
    """Delete exports whose time is over, with their files, and return how many those were."""
    with database.begin() as work:
        found = work.picture_exports.expired(work.now(), limit=_SOME)
        for export_id in sorted(each.export_id for each in found):  # as all lock them
            work.picture_exports.remove(export_id)
    for each in found:
        _drop(storage, each.storage_key)
    return len(found)


def count_expired_exports(database: Database) -> int:
    """Return how many exports are over, up to a thousand."""
    with database.read() as work:
        return len(work.picture_exports.expired(work.now(), limit=1000))


def _ids(work: UnitOfWork, actor: Actor, source: Source, sort: AssetSort) -> list[int]:
    """Return the pictures that are meant and are of the workspace, or refuse too many."""
    if isinstance(source, AssetFilter):
        found = work.assets.ids(actor.workspace_id, source, sort, limit=MAX_PICTURES + 1)
    else:
        found = list(dict.fromkeys(source))
    if len(found) > MAX_PICTURES:
        raise InvalidInputError(
            user_message=f"At most {MAX_PICTURES:,} pictures fit into one export. "
            "Narrow the filters, and export in several goes."
        )
    return work.picture_facts.known(actor.workspace_id, found)


def _collection_id(source: Source) -> int | None:
    return source.collection_id if isinstance(source, AssetFilter) else None


def _add(
    work: UnitOfWork,
    actor: Actor,
    ids: Sequence[int],
    options: ExportOptions,
    title: str,
    collection_id: int | None,
) -> int:
    now = work.now()
    title = title or ("1 picture" if len(ids) == 1 else f"{len(ids):,} pictures")
    export_id = work.picture_exports.add(
        actor.workspace_id,
        created_by=actor.user_id,
        title=title,
        options=options,
        file_name=_file_name(title, now),
        asset_ids=ids,
        now=now,
    )
    payload = {"export_id": export_id, "collection_id": collection_id}
    task_id = submit_task(work, actor, EXPORT_PICTURES, f"Export {title}", payload, total=len(ids))
    work.picture_exports.change(export_id, task_id=task_id)
    work.audit_events.add(actor, "begin", "picture_export", export_id, count=len(ids))
    return export_id


def _drop(storage: AssetStorage, storage_key: str) -> None:
    """Delete the file of an export that is gone; one that was never finished has none."""
    if storage_key:
        with suppress(StorageError):  # what stays is freed with the strays
            storage.delete(storage_key)


def _file_name(title: str, now: datetime) -> str:
    return f"{safe_name(title, 'pictures')}-{now:%Y-%m-%d}.zip"


def _unknown(actor: Actor, export_id: int) -> NotFoundError:
    return NotFoundError(f"picture export {export_id} in workspace {actor.workspace_id}")
