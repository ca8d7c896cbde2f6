"""Photos of imports: from a ZIP file by their names, or from addresses of a file of products."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

from core.domain.assets import NewAsset
from core.domain.imports import (
    Import,
    ImportCounts,
    ImportKind,
    ImportLine,
    ImportStatus,
    LineOutcome,
    LineSubject,
    PlannedLine,
)
from core.domain.products import MAX_PHOTOS, PhotoUpload
from core.errors import ImageRejectedError, InvalidInputError, RemoteError
from core.failpoints import failpoint
from core.remote.fetcher import Fetcher
from core.services.assets import AssetService
from core.services.batches import in_batches
from core.services.import_applying import START, Place
from core.services.import_archives import (
    MAX_NAME_CHARS,
    Member,
    PhotoArchive,
    possible_skus,
    sku_in,
)
from core.services.import_files import local_copy
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import Database, UnitOfWork

_FILES_AT_ONCE = 20
_THERE = "The product has this photo already."
_FULL = f"A product can have at most {MAX_PHOTOS} photos."
_NO_PRODUCT = "No product's SKU stands at the beginning of this name or is its folder's."
_GONE = "There is no product with this SKU."


class PhotoChecker:
    """Finds out which photo of a ZIP file belongs to which product."""

    def __init__(self, database: Database, storage: AssetStorage) -> None:
        self._database = database
        self._storage = storage

    def run(self, task: TaskRun, imported: Import) -> None:
        """Write a line for each photo, and the counts."""
        workspace_id = task.actor.workspace_id
        done = int(task.checkpoint.get("files", 0))
        counts = imported.counts if done else ImportCounts()
        with local_copy(self._storage, imported) as file:
            archive = PhotoArchive(file)
            members = list(archive.members())
            with self._database.read() as work:
                names = {one.name for one in members[done:] if len(one.name) <= MAX_NAME_CHARS}
                skus = work.product_imports.skus(workspace_id, possible_skus(names))
            for some in in_batches(members[done:], _FILES_AT_ONCE):
                lines = list(self._lines(archive, some, skus, workspace_id, first=done + 1))
                done += len(some)
                counts = counts.plus(lines=len(some), **_told(lines))
                with self._database.begin() as work:
                    work.imports.add_lines(workspace_id, imported.id, lines)
                    work.imports.change(imported.id, counts=counts.to_json())
                    task.step(
                        work,
                        done=done,
                        total=len(members),
                        stage="Looking at photos",
                        checkpoint={"is_clear": True, "files": done},
                    )
                task.go_on()
        with self._database.begin() as work:
            work.imports.change(imported.id, status=ImportStatus.CHECKED, counts=counts.to_json())
            task.step(work, done=done, total=done, stage="Checked")

    def _lines(
        self,
        archive: PhotoArchive,
        members: Iterable[Member],
        skus: Mapping[str, tuple[str, int]],
        workspace_id: int,
        *,
        first: int,
    ) -> Iterator[PlannedLine]:
        matched = {member.name: sku_in(member.name, skus) for member in members}
        with self._database.read() as work:
            hashes = work.product_imports.photo_hashes(
                workspace_id, [found[1] for found in matched.values() if found]
            )
        for number, member in enumerate(members, start=first):
            found = matched[member.name]
            sha256, problem = "", member.problem or ("" if found else _NO_PRODUCT)
            if not problem:
                try:
                    sha256 = hashlib.sha256(archive.read(member.name)).hexdigest()
                except ImageRejectedError as error:
                    problem = error.user_message
            is_there = found is not None and (found[1], sha256) in hashes
            outcome = LineOutcome.SKIP if is_there else LineOutcome.CREATE
            sku, product_id = found or ("", None)
            yield PlannedLine(
                number,
                LineOutcome.REFUSE if problem else outcome,
                sku,
                problem or (_THERE if is_there else ""),
                subject=LineSubject.PHOTO,
                source=member.name[:MAX_NAME_CHARS],
                product_id=product_id,
                after={"sha256": sha256} if sha256 else None,
            )


class PhotoTaker:
    """Brings the photos of an import to their products, one by one."""

    def __init__(
        self, database: Database, storage: AssetStorage, assets: AssetService, fetcher: Fetcher
    ) -> None:
        self._database = database
        self._storage = storage
        self._assets = assets
        self._fetcher = fetcher

    def run(self, task: TaskRun, imported: Import) -> None:
        """Take in all photos that are not there yet; a refused one gets its sentence."""
        after: Place = START
        with ExitStack() as stack:
            archive: PhotoArchive | None = None
            while True:
                with self._database.read() as work:
                    lines = work.imports.steps(
                        imported.id,
                        outcome=LineOutcome.CREATE,
                        subject=LineSubject.PHOTO,
                        is_applied=False,
                        after=after,
                        limit=_FILES_AT_ONCE,
                    )
                if not lines:
                    return
                if imported.kind is ImportKind.PHOTOS and archive is None:
                    file = stack.enter_context(local_copy(self._storage, imported))
                    archive = PhotoArchive(file)
                for line in lines:
                    self._take(task, imported, line, archive)
                    task.go_on()
                after = lines[-1].line, lines[-1].id

    def _take(
        self, task: TaskRun, imported: Import, line: ImportLine, archive: PhotoArchive | None
    ) -> None:
        asset: NewAsset | None = None
        problem = ""
        try:
            data = self._bytes(line, archive)
            asset = self._assets.keep(
                task.actor.workspace_id, PhotoUpload(line.source.partition("?")[0], data)
            )
        except (ImageRejectedError, RemoteError, InvalidInputError) as error:
            problem = error.user_message
        failpoint("import_photo_stored")
        self._finish(task, imported, line, asset, problem)
        failpoint("import_photo_placed")

    def _bytes(self, line: ImportLine, archive: PhotoArchive | None) -> bytes:
        return self._fetcher.fetch(line.source) if archive is None else archive.read(line.source)

    def _finish(
        self,
        task: TaskRun,
        imported: Import,
        line: ImportLine,
        asset: NewAsset | None,
        problem: str,
    ) -> None:
        """Write what came of a photo; what was stored of one that is not wanted is a stray."""
        with self._database.begin() as work:
            found = work.imports.find(task.actor.workspace_id, imported.id)
            counts = imported.counts if found is None else found.counts
            is_added = False
            if asset is not None:
                is_added, problem = _place(work, task, imported, line, asset)
            if problem:
                work.imports.settle(line.id, LineOutcome.REFUSE, problem)
            counts = counts.plus(photos_added=is_added, photos_refused=bool(problem))
            work.imports.change(imported.id, counts=counts.to_json())
            task.step(work, done=task.done + 1, stage="Taking in photos")


def _place(
    work: UnitOfWork, task: TaskRun, imported: Import, line: ImportLine, asset: NewAsset
) -> tuple[bool, str]:
    """Return whether the photo is new to its product, or a sentence why it cannot be there."""
    workspace_id = task.actor.workspace_id
    product_id = line.product_id or work.products.id_of_sku(workspace_id, line.sku)
    if product_id is None or not work.products.lock(workspace_id, product_id):
        return False, _GONE
    photos = work.products.photos(workspace_id, product_id)
    if asset.sha256 in {photo.sha256 for photo in photos}:
        # It counts as done, so that the same address is not fetched a second time.
        work.imports.settle(
            line.id, LineOutcome.SKIP, _THERE, product_id=product_id, is_applied=True
        )
        return False, ""
    if len(photos) >= MAX_PHOTOS:
        return False, _FULL
    now = work.now()
    asset_id = work.assets.add(
        workspace_id,
        replace(asset, product_id=product_id),
        created_by=task.actor.user_id,
        now=now,
    )
    work.products.set_photos(product_id, [*(photo.id for photo in photos), asset_id], now)
    work.imports.settle(
        line.id,
        LineOutcome.CREATE,
        product_id=product_id,
        after={"sha256": asset.sha256, "asset_id": asset_id},
        is_applied=True,
    )
    work.audit_events.add(
        task.actor, "add_photos", "product", product_id, count=1, import_id=imported.id
    )
    return True, ""


def _told(lines: Iterable[PlannedLine]) -> dict[str, int]:
    told = {"photos": 0, "skip": 0, "refuse": 0}
    for line in lines:
        told["photos" if line.outcome is LineOutcome.CREATE else line.outcome] += 1
    return told
