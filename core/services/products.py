"""The catalogue: products, their facts and photos."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.accounts import Actor
from core.domain.assets import AssetRef, NewAsset
from core.domain.generation import Dimensions
from core.domain.paging import Cursor, Page
from core.domain.products import (
    PhotoUpload,
    Product,
    ProductDraft,
    ProductSummary,
    UploadOutcome,
)
from core.errors import (
    ConflictError,
    ImageRejectedError,
    InvalidInputError,
    NotFoundError,
    StorageError,
)
from core.services.access import must_edit, some_ids
from core.services.assets import AssetService, label_of
from core.services.samples import sample_products
from core.services.texts import clean_line, clean_text
from core.unit_of_work import Database, UnitOfWork

MAX_PHOTOS = 20
MAX_PRICE = Decimal(10) ** 10
MAX_CM = 10_000
MAX_TAGS = 30


class ProductService:
    """The catalogue of a workspace."""

    def __init__(self, database: Database, assets: AssetService) -> None:
        self._database = database
        self._assets = assets

    def create(self, actor: Actor, draft: ProductDraft) -> Product:
        """Add a product; an SKU that is taken raises `ConflictError`."""
        must_edit(actor)
        draft = clean_draft(draft)
        with self._database.begin() as work:
            _refuse_taken_sku(work, actor, draft.sku, None)
            product_id = work.products.add(actor.workspace_id, draft, datetime.now(UTC))
            work.audit_events.add(actor, "create", "product", product_id, sku=draft.sku)
        return self.get(actor, product_id)

    def update(self, actor: Actor, product_id: int, draft: ProductDraft) -> Product:
        """Replace what a person entered; an SKU that is taken raises `ConflictError`."""
        must_edit(actor)
        draft = clean_draft(draft)
        with self._database.begin() as work:
            _refuse_taken_sku(work, actor, draft.sku, product_id)
            changed = work.products.update(actor.workspace_id, product_id, draft, datetime.now(UTC))
            if not changed:
                raise _unknown(actor, product_id)
            work.audit_events.add(actor, "update", "product", product_id)
        return self.get(actor, product_id)

    def get(self, actor: Actor, product_id: int) -> Product:
        """Return a product with its photos, trashed or not."""
        with self._database.read() as work:
            product = work.products.find(actor.workspace_id, product_id)
        if product is None:
            raise _unknown(actor, product_id)
        return product

    def search(
        self,
        actor: Actor,
        text: str = "",
        *,
        category: str = "",
        trashed: bool = False,
        after: Cursor | None = None,
        limit: int = 24,
    ) -> Page[ProductSummary]:
        """Return a page of products that hold every word of the text, the latest changed first."""
        with self._database.read() as work:
            return work.products.search(
                actor.workspace_id,
                text,
                category=category,
                trashed=trashed,
                after=after,
                limit=limit,
            )

    def categories(self, actor: Actor) -> tuple[str, ...]:
        """Return the names of the workspace's categories."""
        with self._database.read() as work:
            return work.products.categories(actor.workspace_id)

    def trash(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Put products in the trash and return how many were not there yet; pictures stay."""
        must_edit(actor)
        with self._database.begin() as work:
            gone = work.products.trash(actor.workspace_id, some_ids(product_ids), datetime.now(UTC))
            for product_id in gone:
                work.audit_events.add(actor, "trash", "product", product_id)
        return len(gone)

    def restore(self, actor: Actor, product_ids: Sequence[int]) -> int:
        """Take products out of the trash and return how many were there."""
        must_edit(actor)
        try:
            with self._database.begin() as work:
                back = work.products.restore(
                    actor.workspace_id, some_ids(product_ids), datetime.now(UTC)
                )
                for product_id in back:
                    work.audit_events.add(actor, "restore", "product", product_id)
        except ConflictError as error:
            raise ConflictError(
                str(error),
                user_message="Another product has this SKU now. Change its SKU, then restore.",
            ) from error
        return len(back)

    def add_photos(
        self,
        actor: Actor,
        product_id: int,
        uploads: Sequence[PhotoUpload],
        *,
        on_progress: Callable[[int], None] = lambda _done: None,
    ) -> UploadOutcome:
        """Append photos, each judged on its own; the refused ones come back with a sentence.

        `on_progress` is told how many files are done.
        """
        must_edit(actor)
        product = self.get(actor, product_id)
        room = MAX_PHOTOS - len(product.photos)
        kept: list[NewAsset] = []
        refused: dict[str, str] = {}
        for number, upload in enumerate(uploads, start=1):
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

    def remove_photo(self, actor: Actor, product_id: int, asset_id: int) -> None:
        """Take a photo off the product; it goes to the trash."""
        must_edit(actor)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            if asset_id not in ids:
                raise NotFoundError(f"photo {asset_id} of product {product_id}")
            work.products.set_photos(product_id, [i for i in ids if i != asset_id], now)
            work.assets.trash(actor.workspace_id, [asset_id], now)
            work.audit_events.add(actor, "remove_photo", "product", product_id, asset_id=asset_id)

    def order_photos(self, actor: Actor, product_id: int, asset_ids: Sequence[int]) -> None:
        """Put the photos in this order; the first is the primary one."""
        must_edit(actor)
        with self._database.begin() as work:
            ids = self._locked_photo_ids(work, actor, product_id)
            if sorted(ids) != sorted(asset_ids):
                raise ConflictError(
                    user_message="The photos changed meanwhile. Please look again, then order them."
                )
            work.products.set_photos(product_id, asset_ids, datetime.now(UTC))

    def load_samples(self, actor: Actor) -> int:
        """Add the sample catalogue with its photos; return how many products are new."""
        must_edit(actor)
        count = 0
        for draft, photos in sample_products():
            with self._database.read() as work:
                is_there = work.products.id_of_sku(actor.workspace_id, draft.sku) is not None
            if not is_there:
                self.add_photos(actor, self.create(actor, draft).id, photos)
                count += 1
        return count

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
            work.audit_events.add(actor, "add_photos", "product", product_id, count=len(kept))
        return tuple(
            AssetRef(new_id, asset.sha256, asset.width_px, asset.height_px)
            for new_id, asset in zip(new_ids, kept, strict=True)
        )

    @staticmethod
    def _locked_photo_ids(work: UnitOfWork, actor: Actor, product_id: int) -> list[int]:
        if not work.products.lock(actor.workspace_id, product_id):
            raise _unknown(actor, product_id)
        return [photo.id for photo in work.products.photos(actor.workspace_id, product_id)]


def clean_draft(draft: ProductDraft) -> ProductDraft:
    """Return the draft cleaned, or raise `InvalidInputError` naming the field."""
    return ProductDraft(
        name=clean_line(draft.name, "a name", max_chars=200),
        sku=clean_line(draft.sku, "an SKU", max_chars=80),
        category=clean_line(draft.category, "the category", max_chars=120, may_be_empty=True),
        description=clean_text(draft.description, "the description", max_chars=5000),
        price=_clean_price(draft.price),
        tags=_clean_tags(draft.tags),
        dimensions=_clean_dimensions(draft.dimensions),
    )


def _clean_price(price: Decimal | None) -> Decimal | None:
    if price is None:
        return None
    if not price.is_finite() or not 0 <= price < MAX_PRICE:
        raise InvalidInputError(user_message="The price must be a number from 0 upwards.")
    return price.quantize(Decimal("0.01"))


def _clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    cleaned = [clean_line(tag, "a tag", max_chars=40) for tag in tags if tag.strip()]
    if len(cleaned) > MAX_TAGS:
        raise InvalidInputError(user_message=f"A product can have at most {MAX_TAGS} tags.")
    return tuple(dict.fromkeys(cleaned))


def _clean_dimensions(size: Dimensions | None) -> Dimensions | None:
    if size is None:
        return None
    if not all(0 < side <= MAX_CM for side in (size.width_cm, size.depth_cm, size.height_cm)):
        raise InvalidInputError(
            user_message="Width, depth and height must each be between 0 and 10,000 cm."
        )
    return size


def _refuse_taken_sku(work: UnitOfWork, actor: Actor, sku: str, product_id: int | None) -> None:
    taken_by = work.products.id_of_sku(actor.workspace_id, sku)
    if taken_by not in (None, product_id):
        raise ConflictError(
            f"sku {sku!r} is product {taken_by}",
            user_message=f"There is already a product with the SKU {sku}.",
        )


def _unknown(actor: Actor, product_id: int) -> NotFoundError:
    return NotFoundError(f"product {product_id} in workspace {actor.workspace_id}")


def _free_name(name: str, taken: dict[str, str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
