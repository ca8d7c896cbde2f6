"""Assets: taking in pictures, finding them, handing out their files."""

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePosixPath

from core.domain.accounts import Actor
from core.domain.asset_filters import RESULTS, AssetFacets, AssetFilter, AssetSort
from core.domain.assets import Asset, AssetSummary, NewAsset, Origin, StoredFile
from core.domain.paging import COUNT_CAP, Cursor, Page
from core.domain.products import MAX_PHOTOS, PhotoUpload
from core.errors import ImageRejectedError, InvalidInputError, NotFoundError, StorageError
from core.imaging.base import MAX_UPLOAD_BYTES, RENDITION_WIDTHS, CheckedImage, ImageGate
from core.services.access import MAX_IDS, must_edit, some_ids
from core.services.asset_words import AssetWordService
from core.services.looks import submit_looks
from core.storage.base import AssetStorage
from core.unit_of_work import Database

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_NOT_IN_NAMES = re.compile(r"[^\w\-. ]+")


class AssetService(AssetWordService):
    """Takes pictures in, finds them, hands out their files."""

    def __init__(self, database: Database, storage: AssetStorage, gate: ImageGate) -> None:
        self._database = database
        self._storage = storage
        self._gate = gate

    def upload(self, actor: Actor, upload: PhotoUpload) -> Asset:
        """Keep one picture that belongs to no product, such as a backdrop, and return it."""
        must_edit(actor)
        asset = self.keep(actor.workspace_id, upload)
        with self._database.begin() as work:
            asset_id = work.assets.add(
                actor.workspace_id, asset, created_by=actor.user_id, now=datetime.now(UTC)
            )
            submit_looks(work, actor.workspace_id, [asset_id], actor.user_id)
        return self.get(actor, asset_id)

    def keep(self, workspace_id: int, upload: PhotoUpload) -> NewAsset:
        """Judge a file, store it with its renditions, and return the asset that has no row yet.

        Raises `ImageRejectedError` or `StorageError`; then nothing is stored.
        """
        if len(upload.data) > MAX_UPLOAD_BYTES:
            raise ImageRejectedError(
                user_message=f"This file is larger than {MAX_UPLOAD_BYTES // 2**20} MB."
            )
        checked = self._gate.check(upload.data)
        folder = uuid.uuid4().hex
        try:
            key = self.store(workspace_id, folder, upload.data, checked)
        except StorageError:
            self._discard(workspace_id, folder, checked)
            raise
        return NewAsset(
            origin=Origin.UPLOADED,
            sha256=checked.sha256,
            size_bytes=checked.size_bytes,
            mime_type=checked.mime_type,
            width_px=checked.width_px,
            height_px=checked.height_px,
            storage_key=key,
            label=label_of(upload.file_name),
        )

    def store(self, workspace_id: int, folder: str, data: bytes, checked: CheckedImage) -> str:
        """Store the untouched bytes and the renditions; return the key of the former."""
        for name, rendition in checked.renditions.items():
            key = f"{_base(workspace_id, folder)}/{name}.webp"
            self._storage.put(key, rendition, mime_type="image/webp")
        key = _original(workspace_id, folder, checked)
        self._storage.put(key, data, mime_type=checked.mime_type)
        return key

    def _discard(self, workspace_id: int, folder: str, checked: CheckedImage) -> None:
        """Remove what was stored of a picture that nobody refers to, as far as it can be."""
        base = _base(workspace_id, folder)
        for key in (
            *(f"{base}/{name}.webp" for name in checked.renditions),
            _original(workspace_id, folder, checked),
        ):
            with suppress(StorageError):
                self._storage.delete(key)

    def get(self, actor: Actor, asset_id: int) -> Asset:
        """Return an asset with everything its page shows, trashed or not."""
        with self._database.read() as work:
            asset = work.assets.find(actor.workspace_id, asset_id)
        if asset is None:
            raise NotFoundError(f"asset {asset_id} in workspace {actor.workspace_id}")
        return asset

    def search(
        self,
        actor: Actor,
        wanted: AssetFilter = RESULTS,
        *,
        sort: AssetSort = AssetSort.NEWEST,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[AssetSummary]:
        """Return a page of the assets that match; by default of all results, newest first.

        Raises `InvalidInputError` for a cursor of a list with another sort.
        """
        with self._database.read() as work:
            return work.assets.search(actor.workspace_id, wanted, sort, after=after, limit=limit)

    def ids(
        self,
        actor: Actor,
        wanted: AssetFilter = RESULTS,
        *,
        sort: AssetSort = AssetSort.NEWEST,
        limit: int = MAX_IDS,
    ) -> list[int]:
        """Return the ids of all assets that match, in order, or of the first so many."""
        with self._database.read() as work:
            return work.assets.ids(actor.workspace_id, wanted, sort, limit=max(1, limit))

    def count(self, actor: Actor, wanted: AssetFilter = RESULTS, *, most: int = COUNT_CAP) -> int:
        """Return how many assets match, counted no further than `most`."""
        with self._database.read() as work:
            return work.assets.count(actor.workspace_id, wanted, most=max(1, most))

    def summaries(self, actor: Actor, asset_ids: Sequence[int]) -> tuple[AssetSummary, ...]:
        """Return assets in the order of their ids, trashed or not; what is not here is left out."""
        with self._database.read() as work:
            return work.assets.summaries(actor.workspace_id, some_ids(asset_ids))

    def facets(self, actor: Actor) -> AssetFacets:
        """Return what the filters of the workspace's pictures offer."""
        with self._database.read() as work:
            return work.asset_facets.get(actor.workspace_id)

    def neighbours(
        self,
        actor: Actor,
        asset_id: int,
        wanted: AssetFilter = RESULTS,
        *,
        sort: AssetSort = AssetSort.NEWEST,
    ) -> tuple[int | None, int | None]:
        """Return the ids of the assets before and after one in a list, by default of results."""
        with self._database.read() as work:
            return work.assets.neighbours(actor.workspace_id, asset_id, wanted, sort)

    def trash(self, actor: Actor, asset_ids: Sequence[int]) -> list[int]:
        """Put assets in the trash and return those that were not there yet; files stay.

        Photos are taken off the products that show them.
        """
        must_edit(actor)
        ids, now = some_ids(asset_ids), datetime.now(UTC)
        with self._database.begin() as work:
            product_ids = work.reviews.lock_products(actor.workspace_id, ids)
            work.looks.lock_stacks(actor.workspace_id, ids)
            gone = work.assets.trash(actor.workspace_id, ids, now)
            work.looks.settle(actor.workspace_id, gone)
            work.products.take_off(actor.workspace_id, gone, now)
            for asset_id in gone:
                work.audit_events.add(actor, "trash", "asset", asset_id)
            work.products.recount_approved(actor.workspace_id, product_ids)
        return gone

    def restore(self, actor: Actor, asset_ids: Sequence[int]) -> int:
        """Take assets out of the trash and return how many were there.

        Photos become photos of their product again, the last ones, where it has room.
        """
        must_edit(actor)
        ids, now = some_ids(asset_ids), datetime.now(UTC)
        with self._database.begin() as work:
            product_ids = work.reviews.lock_products(actor.workspace_id, ids)
            work.looks.lock_stacks(actor.workspace_id, ids)
            back = work.assets.restore(actor.workspace_id, ids)
            work.looks.settle(actor.workspace_id, back)
            work.products.put_back(actor.workspace_id, back, MAX_PHOTOS, now)
            for asset_id in back:
                work.audit_events.add(actor, "restore", "asset", asset_id)
            work.products.recount_approved(actor.workspace_id, product_ids)
        return len(back)

    def stored_file(self, actor: Actor, asset_id: int, rendition: str) -> StoredFile:
        """Return where a rendition or the `original` is, or raise `NotFoundError`."""
        with self._database.read() as work:
            found = work.assets.find_file(actor.workspace_id, asset_id)
        if found is None or rendition not in (*RENDITION_WIDTHS, "original"):
            raise NotFoundError(f"file {rendition[:20]!r} of asset {asset_id}")
        key, mime_type, sha256, label, sku = found
        name = download_name(sku, label, asset_id)
        if rendition == "original":
            return StoredFile(key, mime_type, f"{name}.{SUFFIXES[mime_type]}", sha256)
        folder = key.rpartition("/")[0]
        return StoredFile(
            f"{folder}/{rendition}.webp", "image/webp", f"{name}-{rendition}.webp", sha256
        )

    def stream(self, stored: StoredFile) -> tuple[int, Iterator[bytes]]:
        """Return the size of a file and an iterator over its bytes."""
        return self._storage.stream(stored.storage_key)


def _base(workspace_id: int, folder: str) -> str:
    return f"w{workspace_id}/{folder}"


def _original(workspace_id: int, folder: str, checked: CheckedImage) -> str:
    return f"{_base(workspace_id, folder)}/original.{SUFFIXES[checked.mime_type]}"


def label_of(file_name: str) -> str:
    """Return a file's name as a label: its last part, printable, of bounded length."""
    name = PurePosixPath(file_name.replace("\\", "/").replace("\0", "")).name
    name = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(name.split())[:200] or "picture"


def download_name(sku: str, label: str, asset_id: int) -> str:
    """Return a name for a downloaded file that says what it shows: SKU, or label, and number."""
    stem = sku or re.sub(r"\.(jpe?g|png|webp)$", "", label, flags=re.IGNORECASE)
    plain = "-".join(_NOT_IN_NAMES.sub(" ", stem).split()).strip("-.")[:80]
    return f"{plain or 'picture'}-{asset_id}"


def require_picture(asset: Asset | None) -> Asset:
    """Return the asset, or raise a sentence when it is gone."""
    if asset is None or asset.trashed_at is not None:
        raise InvalidInputError(user_message="This picture is not there any more; choose another.")
    return asset
