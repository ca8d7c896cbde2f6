"""The catalogue: products, their facts and photos."""

from dataclasses import replace
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.products import Product, ProductDraft, ProductSource
from core.domain.setting_layers import SettingsLayer, layer_to_json
from core.errors import ConflictError
from core.services.access import must_edit
from core.services.cascade import require_pictures
from core.services.layers import clean_layer
from core.services.product_changes import ProductChanges, changed_meanwhile, taken_sku
from core.services.product_drafts import clean_draft, differences
from core.services.product_lists import ProductLists
from core.services.product_photos import ProductPhotos, unknown_product
from core.services.samples import sample_products

_SKU_CHARS = 80
_MOST_COPIES = 1000


class ProductService(ProductLists, ProductChanges, ProductPhotos):
    """The catalogue of a workspace."""

    def create(
        self, actor: Actor, draft: ProductDraft, *, source: ProductSource = ProductSource.ENTERED
    ) -> Product:
        """Add a product; an SKU that is taken raises `ConflictError`."""
        must_edit(actor)
        draft = clean_draft(draft)
        with self._database.begin() as work:
            taken_by = work.products.id_of_sku(actor.workspace_id, draft.sku)
            if taken_by is not None:
                raise taken_sku(draft.sku, taken_by)
            product_id = work.products.add(
                actor.workspace_id,
                draft,
                datetime.now(UTC),
                source=source,
                created_by=actor.user_id,
            )
            work.audit_events.add(actor, "create", "product", product_id, sku=draft.sku)
        return self.get(actor, product_id)

    def update(
        self, actor: Actor, product_id: int, draft: ProductDraft, *, version: int | None = None
    ) -> Product:
        """Replace what a person entered; what is as before makes no new version.

        Raises `ConflictError` for an SKU that is taken, and when the product has another version
        than the one that was read: somebody else changed it meanwhile.
        """
        must_edit(actor)
        draft = clean_draft(draft)
        with self._database.begin() as work:
            product = work.products.lock_many(actor.workspace_id, [product_id]).get(product_id)
            if product is None:
                raise unknown_product(actor, product_id)
            if version not in (None, product.version):
                raise changed_meanwhile(work, actor, product_id)
            taken_by = work.products.id_of_sku(actor.workspace_id, draft.sku)
            if taken_by not in (None, product_id):
                raise taken_sku(draft.sku, taken_by)
            if changes := differences(product.draft, draft):
                work.products.update(actor.workspace_id, product_id, draft, datetime.now(UTC))
                work.audit_events.add(actor, "update", "product", product_id, changes=changes)
        return self.get(actor, product_id)

    def get(self, actor: Actor, product_id: int) -> Product:
        """Return a product with its photos, trashed or not."""
        with self._database.read() as work:
            product = work.products.find(actor.workspace_id, product_id)
        if product is None:
            raise unknown_product(actor, product_id)
        return product

    def duplicate(self, actor: Actor, product_id: int) -> Product:
        """Add a product with the same facts, settings and photos and the next free SKU.

        The photos are the same assets: one that is taken off one product stays with the other.
        """
        must_edit(actor)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            # Locked: a photo that is taken off at this moment must not come along to the copy.
            product = work.products.lock_many(actor.workspace_id, [product_id]).get(product_id)
            if product is None:
                raise unknown_product(actor, product_id)
            names = _copies_of(product.sku)
            taken = work.products.ids_of_skus(actor.workspace_id, names)
            sku = next((name for name in names if name not in taken), None)
            if sku is None:
                raise ConflictError(
                    user_message="There are too many copies of this product. Rename some of them."
                )
            copy = replace(product.draft, sku=sku)
            new_id = work.products.add(actor.workspace_id, copy, now, created_by=actor.user_id)
            layer = layer_to_json(product.defaults)
            work.products.set_defaults(actor.workspace_id, new_id, layer, now)
            work.products.set_photos(new_id, [photo.id for photo in product.photos], now)
            work.audit_events.add(actor, "create", "product", new_id, sku=sku, copy_of=product_id)
        return self.get(actor, new_id)

    def set_defaults(self, actor: Actor, product_id: int, layer: SettingsLayer) -> None:
        """Replace the settings that pictures of this product begin with."""
        must_edit(actor)
        layer = clean_layer(layer)
        plain = layer_to_json(layer)
        with self._database.begin() as work:
            require_pictures(work, actor, layer)
            product = work.products.lock_many(actor.workspace_id, [product_id]).get(product_id)
            if product is None:
                raise unknown_product(actor, product_id)
            before = layer_to_json(product.defaults)
            if before == plain:
                return
            work.products.set_defaults(actor.workspace_id, product_id, plain, datetime.now(UTC))
            names = sorted(before.keys() | plain.keys())
            work.audit_events.add(
                actor,
                "set_defaults",
                "product",
                product_id,
                changes={
                    name: (before.get(name), plain.get(name))
                    for name in names
                    if before.get(name) != plain.get(name)
                },
            )

    def load_samples(self, actor: Actor) -> int:
        """Add the sample catalogue with its photos; return how many products are new."""
        must_edit(actor)
        count = 0
        for draft, photos in sample_products():
            with self._database.read() as work:
                is_there = work.products.id_of_sku(actor.workspace_id, draft.sku) is not None
            if not is_there:
                product = self.create(actor, draft, source=ProductSource.SAMPLE)
                self.add_photos(actor, product.id, photos)
                count += 1
        return count


def _copies_of(sku: str) -> list[str]:
    endings = ["-copy", *(f"-copy-{number}" for number in range(2, _MOST_COPIES))]
    return [f"{sku[: _SKU_CHARS - len(ending)]}{ending}" for ending in endings]
