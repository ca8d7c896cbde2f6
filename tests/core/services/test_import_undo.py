"""Undoing an import: what people made of its products and photos stays."""

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import ImportKind, LineOutcome
from core.domain.products import Product, ProductDraft
from core.domain.setting_layers import SettingsLayer
from tests.images import photo_bytes
from tests.support.importing import csv_bytes, imported, lines_of, run_tasks
from tests.support.imports import zip_of

DATA = csv_bytes([["sku", "name"], ["A-1", "Chair"], ["A-2", "Table"], ["A-3", "Lamp"]])


def _products(services: Services, actor: Actor) -> dict[str, Product]:
    found = services.products.search(actor).items
    return {each.sku: services.products.get(actor, each.id) for each in found}


class TestUndo:
    def test_keeps_products_with_settings_or_in_a_collection(
        self, services: Services, actor: Actor
    ) -> None:
        done = imported(services, actor, DATA)
        products = _products(services, actor)
        services.products.set_defaults(actor, products["A-1"].id, SettingsLayer(prompt="by hand"))
        services.collections.create_with(actor, "Spring", [products["A-2"].id])

        services.imports.undo(actor, done.id)
        run_tasks(services)

        item = services.imports.get(actor, done.id)
        assert (item.counts.trashed, item.counts.kept) == (1, 2)
        assert sorted(_products(services, actor)) == ["A-1", "A-2"]
        reasons = [line.reason for line in lines_of(services, actor, done.id, LineOutcome.CREATE)]
        assert sum("in use" in reason for reason in reasons) == 2

    def test_leaves_a_photo_that_another_product_shows(
        self, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, ProductDraft("Chair", "A-1"))
        lamp = services.products.create(actor, ProductDraft("Lamp", "B-2"))
        data = zip_of({"A-1.jpg": photo_bytes(64, 64), "B-2.jpg": photo_bytes(80, 64)})
        begun = services.imports.begin(actor, "photos.zip", data, kind=ImportKind.PHOTOS)
        services.imports.check(actor, begun.id)
        run_tasks(services)
        services.imports.run(actor, begun.id)
        run_tasks(services)
        copy = services.products.duplicate(actor, chair.id)
        [shown] = services.products.get(actor, chair.id).photos
        [alone] = services.products.get(actor, lamp.id).photos

        services.imports.undo(actor, begun.id)
        run_tasks(services)

        assert services.products.get(actor, chair.id).photos == ()
        assert services.products.get(actor, lamp.id).photos == ()
        assert [each.id for each in services.products.get(actor, copy.id).photos] == [shown.id]
        assert services.assets.get(actor, shown.id).trashed_at is None
        assert services.assets.get(actor, alone.id).trashed_at is not None
