"""A product's photos: added, replaced, taken off and put in order."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter

from core.domain.accounts import Actor
from core.domain.assets import AssetRef, NewAsset, Origin
from core.domain.products import MAX_PHOTOS, PhotoUpload, UploadOutcome
from core.errors import (
    ConflictError,
    ImageRejectedError,
    InvalidInputError,
    NotFoundError,
    StorageError,
)
from core.services.access import must_edit
from core.services.assets import AssetService, label_of
from core.services.looks import submit_looks
from core.services.photo_checks import submit_photo_checks
from core.unit_of_work import Database, UnitOfWork

_LAST_NUMBER = re.compile(r"(?:^|[\s_(-])([0-9]{1,4})\)?\.\w+$")
"""What a name ends with that tells a place: "chair_2.jpg", "chair (2).jpg", "2.jpg"."""


class ProductPhotos:
    """The part of `ProductService` that is about photos."""

    def __init__(self, database: Database, assets: AssetService) -> None:
        self._database = database
        self._assets = assets

    def add_photos(
        self,
        actor: Actor,
        product_id: int,
        uploads: Sequence[PhotoUpload],
        *,
        on_progress: Callable[[int], None] = lambda _done: None,
    ) -> UploadOutcome:
        """Append photos, each judged on its own; the refused ones come back with a sentence.

        They come in the order given, or in that of the numbers where all their names end with one.
        `on_progress` is told how many files are done.
        """
        must_edit(actor)
        with self._database.read() as work:
            product = work.products.find(actor.workspace_id, product_id)
        if product is None:
            raise unknown_product(actor, product_id)
        room = MAX_PHOTOS - len(product.photos)
        kept: list[NewAsset] = []
        refused: dict[str, str] = {}
        for number, upload in enumerate(_in_order(uploads), start=1):
            name = _free_name(label_of(upload.file_name), refused)
            if len(kept) >= room:
                refused[name] = f"A product can have at most {MAX_PHOTOS} photos."
                continue
            try:
                asset = self._assets.keep(actor.workspace_id, upload)
                kept.append(replace(asset, product_id=product_id))
            except ImageRejectedError as error:
                refused[name] = error.user_message
            except StorageError:
                self._append(actor, product_id, kept)  # what is stored is not lost with the rest
                raise
            on_progress(number)
        return UploadOutcome(self._append(actor, product_id, kept), refused)

    def replace_photo(
        self, actor: Actor, product_id: int, asset_id: int, upload: PhotoUpload
    ) -> AssetRef:
        """Put a new photo in the place of another, which goes to the trash; return the new one.

        A file that is no photo raises `ImageRejectedError`; then the old one stays.
        """
        must_edit(actor)
        with self._database.read() as work:
            known = [photo.id for photo in work.products.photos(actor.workspace_id, product_id)]
        if asset_id not in known:
            raise _unknown_photo(asset_id, product_id)
        asset = replace(self._assets.keep(actor.workspace_id, upload), product_id=product_id)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            if asset_id not in ids:
                raise ConflictError(
                    user_message="This photo was taken away meanwhile. Please look again."
                )
            new_id = work.assets.add(actor.workspace_id, asset, created_by=actor.user_id, now=now)
            ids[ids.index(asset_id)] = new_id
            work.products.set_photos(product_id, ids, now)
            submit_photo_checks(work, actor, [new_id])
            submit_looks(work, actor.workspace_id, [new_id], actor.user_id)
            self._trash(work, actor, product_id, asset_id, now)
            work.audit_events.add(
                actor, "replace_photo", "product", product_id, asset_id=asset_id, by=new_id
            )
        return AssetRef(new_id, asset.sha256, asset.width_px, asset.height_px)

    def remove_photo(self, actor: Actor, product_id: int, asset_id: int) -> None:
        """Take a photo off the product; it goes to the trash unless another product has it too."""
        must_edit(actor)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            if asset_id not in ids:
                raise _unknown_photo(asset_id, product_id)
            work.products.set_photos(product_id, [i for i in ids if i != asset_id], now)
            self._trash(work, actor, product_id, asset_id, now)
            work.audit_events.add(actor, "remove_photo", "product", product_id, asset_id=asset_id)

    def restore_photo(self, actor: Actor, product_id: int, asset_id: int, *, place: int) -> None:
        """Put a photo that was taken off back to its place, out of the trash where it is there.

        A photo that is not the workspace's raises `NotFoundError`; one that is there already stays.
        """
        must_edit(actor)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            photo = work.assets.find(actor.workspace_id, asset_id)
            if photo is None or photo.origin is not Origin.UPLOADED:
                raise _unknown_photo(asset_id, product_id)
            if asset_id in ids:
                return
            if len(ids) >= MAX_PHOTOS:
                raise InvalidInputError(
                    user_message=f"A product can have at most {MAX_PHOTOS} photos."
                )
            ids.insert(min(max(place, 0), len(ids)), asset_id)
            work.assets.restore(actor.workspace_id, [asset_id])
            work.products.set_photos(product_id, ids, now)
            work.audit_events.add(actor, "restore_photo", "product", product_id, asset_id=asset_id)

    def order_photos(self, actor: Actor, product_id: int, asset_ids: Sequence[int]) -> None:
        """Put the photos in this order; the first is the primary one."""
        must_edit(actor)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            if sorted(ids) != sorted(asset_ids):
                raise ConflictError(
                    user_message="The photos changed meanwhile. Please look again, then order them."
                )
            if list(asset_ids) != ids:
                work.products.set_photos(product_id, asset_ids, datetime.now(UTC))
                work.audit_events.add(actor, "order_photos", "product", product_id)

    def _append(
        self, actor: Actor, product_id: int, kept: Sequence[NewAsset]
    ) -> tuple[AssetRef, ...]:
        if not kept:
            return ()
        now = datetime.now(UTC)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            new_ids = [
                work.assets.add(actor.workspace_id, asset, created_by=actor.user_id, now=now)
                for asset in kept
            ]
            work.products.set_photos(product_id, [*ids, *new_ids], now)
            submit_photo_checks(work, actor, new_ids)
            submit_looks(work, actor.workspace_id, new_ids, actor.user_id)
            work.audit_events.add(actor, "add_photos", "product", product_id, count=len(kept))
        return tuple(
            AssetRef(new_id, asset.sha256, asset.width_px, asset.height_px)
            for new_id, asset in zip(new_ids, kept, strict=True)
        )

    @staticmethod
    def _trash(
        work: UnitOfWork, actor: Actor, product_id: int, asset_id: int, now: datetime
    ) -> None:
        # A duplicated product shares its photos with the one it was made from. The photo is locked,
        # so that of two who take it off both products at once the second sees what the first did.
        work.assets.lock(actor.workspace_id, [asset_id])
        if not work.products.photos_of_others(actor.workspace_id, product_id, [asset_id]):
            work.assets.trash(actor.workspace_id, [asset_id], now)

    @staticmethod
    def _locked_photo_ids(work: UnitOfWork, actor: Actor, product_id: int) -> list[int]:
        if not work.products.lock(actor.workspace_id, product_id):
            raise unknown_product(actor, product_id)
        return [photo.id for photo in work.products.photos(actor.workspace_id, product_id)]


def unknown_product(actor: Actor, product_id: int) -> NotFoundError:
    """Return the refusal of an id that is no product of the workspace."""
    return NotFoundError(f"product {product_id} in workspace {actor.workspace_id}")


def _unknown_photo(asset_id: int, product_id: int) -> NotFoundError:
    return NotFoundError(f"photo {asset_id} of product {product_id}")


def _in_order(uploads: Sequence[PhotoUpload]) -> Sequence[PhotoUpload]:
    """Return the uploads as their names number them: a browser hands them over in any order."""
    numbers = [_LAST_NUMBER.search(upload.file_name) for upload in uploads]
    if None in numbers:
        return uploads
    numbered = zip((int(found[1]) for found in numbers if found), uploads, strict=True)
    return [upload for _, upload in sorted(numbered, key=itemgetter(0))]


def _free_name(name: str, taken: dict[str, str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
