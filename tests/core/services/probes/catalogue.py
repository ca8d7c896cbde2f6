"""Of the catalogue: products, categories, collections, shots, assets, imports and the like."""

from dataclasses import replace

from core.domain.collections import CollectionStatus, Place
from core.domain.exports import ExportFormat
from core.domain.products import CellEdit, PhotoUpload, ProductChange, ProductFilter
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from tests.core.services.probes.world import OTHER_CHAIR, Probe
from tests.images import photo_bytes

PROBES: dict[str, list[Probe]] = {
    "products.get": [lambda w, i: w.app.products.get(w.ben, i.product)],
    "products.update": [lambda w, i: w.app.products.update(w.ben, i.product, OTHER_CHAIR)],
    "products.duplicate": [lambda w, i: w.app.products.duplicate(w.ben, i.product)],
    "products.set_defaults": [
        lambda w, i: w.app.products.set_defaults(w.ben, i.product, SettingsLayer())
    ],
    "products.history": [lambda w, i: w.app.products.history(w.ben, i.product)],
    "products.neighbours": [
        lambda w, i: w.app.products.neighbours(w.ben, i.product),
        lambda w, i: w.app.products.neighbours(
            w.ben, w.bens.product, ProductFilter(collection_id=i.collection)
        ),
    ],
    "products.search": [
        lambda w, i: w.app.products.search(w.ben, ProductFilter(collection_id=i.collection))
    ],
    "products.find_many": [lambda w, i: w.app.products.find_many(w.ben, [i.product])],
    "products.ids": [
        lambda w, i: w.app.products.ids(w.ben, ProductFilter(collection_id=i.collection))
    ],
    "products.every": [
        lambda w, i: list(w.app.products.every(w.ben, ProductFilter(collection_id=i.collection)))
    ],
    "products.change": [
        lambda w, i: w.app.products.change(w.ben, [i.product], ProductChange(archived=True))
    ],
    "products.edit": [
        lambda w, i: [
            outcome.refusal
            for outcome in w.app.products.edit(w.ben, [CellEdit(i.product, "name", "Mine")])
        ]
    ],
    "products.archive": [lambda w, i: w.app.products.archive(w.ben, [i.product])],
    "products.unarchive": [lambda w, i: w.app.products.unarchive(w.ben, [i.product])],
    "products.replace_photo": [
        lambda w, i: w.app.products.replace_photo(
            w.ben, i.product, i.photo, PhotoUpload("a.jpg", photo_bytes())
        ),
        lambda w, i: w.app.products.replace_photo(
            w.ben, w.bens.product, i.photo, PhotoUpload("a.jpg", photo_bytes())
        ),
    ],
    "products.trash": [lambda w, i: w.app.products.trash(w.ben, [i.product])],
    "products.restore": [lambda w, i: w.app.products.restore(w.ben, [i.product])],
    "products.add_photos": [
        lambda w, i: w.app.products.add_photos(
            w.ben, i.product, [PhotoUpload("a.jpg", photo_bytes())]
        )
    ],
    "products.remove_photo": [
        lambda w, i: w.app.products.remove_photo(w.ben, i.product, i.photo),
        lambda w, i: w.app.products.remove_photo(w.ben, w.bens.product, i.photo),
    ],
    "products.order_photos": [
        lambda w, i: w.app.products.order_photos(w.ben, i.product, [i.photo]),
        lambda w, i: w.app.products.order_photos(w.ben, w.bens.product, [i.photo]),
        lambda w, i: w.app.products.order_photos(w.ben, w.bens.product, [w.bens.photo, i.photo]),
    ],
    "categories.get": [lambda w, i: w.app.categories.get(w.ben, i.category)],
    "categories.of_product": [lambda w, i: w.app.categories.of_product(w.ben, i.product)],
    "categories.history": [lambda w, i: w.app.categories.history(w.ben, i.category)],
    "categories.create": [lambda w, i: w.app.categories.create(w.ben, "New", i.category)],
    "categories.update": [
        lambda w, i: w.app.categories.update(w.ben, i.category, name="Mine", description="")
    ],
    "categories.move": [
        lambda w, i: w.app.categories.move(w.ben, i.category, None),
        lambda w, i: w.app.categories.move(w.ben, w.bens.category, i.category),
    ],
    "categories.preview_merge": [
        lambda w, i: w.app.categories.preview_merge(w.ben, i.category, w.bens.category),
        lambda w, i: w.app.categories.preview_merge(w.ben, w.bens.category, i.category),
    ],
    "categories.merge": [
        lambda w, i: w.app.categories.merge(w.ben, i.category, w.bens.category),
        lambda w, i: w.app.categories.merge(w.ben, w.bens.category, i.category),
    ],
    "categories.preview_delete": [
        lambda w, i: w.app.categories.preview_delete(w.ben, i.category),
        lambda w, i: w.app.categories.preview_delete(
            w.ben, w.bens.category, move_products_to=i.category
        ),
    ],
    "categories.delete": [
        lambda w, i: w.app.categories.delete(w.ben, i.category),
        lambda w, i: w.app.categories.delete(w.ben, w.bens.category, move_products_to=i.category),
    ],
    "categories.restore": [lambda w, i: w.app.categories.restore(w.ben, i.removal)],
    "categories.set_defaults": [
        lambda w, i: w.app.categories.set_defaults(w.ben, i.category, SettingsLayer(mood="Calm"))
    ],
    "categories.set_scene_defaults": [
        lambda w, i: w.app.categories.set_scene_defaults(w.ben, i.category, "Office", None)
    ],
    "collections.get": [lambda w, i: w.app.collections.get(w.ben, i.collection)],
    "collections.rename": [lambda w, i: w.app.collections.rename(w.ben, i.collection, "Mine")],
    "collections.delete": [lambda w, i: w.app.collections.delete(w.ben, i.collection)],
    "collections.products": [lambda w, i: w.app.collections.products(w.ben, i.collection)],
    "collections.of_product": [lambda w, i: w.app.collections.of_product(w.ben, i.product)],
    "collections.add_products": [
        lambda w, i: w.app.collections.add_products(w.ben, w.bens.collection, [i.product]),
        lambda w, i: w.app.collections.add_products(w.ben, i.collection, [w.bens.product]),
    ],
    "collections.remove_products": [
        lambda w, i: w.app.collections.remove_products(w.ben, i.collection, [i.product]),
        lambda w, i: w.app.collections.remove_products(w.ben, w.bens.collection, [i.product]),
    ],
    "collections.create_with": [
        lambda w, i: w.app.collections.create_with(w.ben, "New", [i.product]).product_count
    ],
    "collections.create_from_filter": [
        lambda w, i: w.app.collections.create_from_filter(
            w.ben, "New", ProductFilter(collection_id=i.collection)
        )
    ],
    "collections.set_filter": [
        lambda w, i: w.app.collections.set_filter(w.ben, i.collection, ProductFilter())
    ],
    "collections.freeze": [lambda w, i: w.app.collections.freeze(w.ben, i.collection)],
    "collections.set_status": [
        lambda w, i: w.app.collections.set_status(w.ben, i.collection, CollectionStatus.COMPLETED)
    ],
    "collections.set_defaults": [
        lambda w, i: w.app.collections.set_defaults(w.ben, i.collection, SettingsLayer())
    ],
    "collections.set_cover": [
        lambda w, i: w.app.collections.set_cover(w.ben, i.collection, None),
        lambda w, i: w.app.collections.set_cover(w.ben, w.bens.collection, i.photo),
    ],
    "collections.duplicate": [lambda w, i: w.app.collections.duplicate(w.ben, i.collection)],
    "collections.archive": [lambda w, i: w.app.collections.archive(w.ben, [i.collection])],
    "collections.unarchive": [lambda w, i: w.app.collections.unarchive(w.ben, [i.collection])],
    "collections.restore": [lambda w, i: w.app.collections.restore(w.ben, [i.collection])],
    "collections.move": [
        lambda w, i: w.app.collections.move(w.ben, i.collection, [i.product], Place.FIRST),
        lambda w, i: w.app.collections.move(w.ben, w.bens.collection, [i.product], Place.FIRST),
    ],
    "collections.order_products": [
        lambda w, i: w.app.collections.order_products(w.ben, i.collection, [i.product]),
        lambda w, i: w.app.collections.order_products(w.ben, w.bens.collection, [i.product]),
    ],
    "saved_views.rename": [lambda w, i: w.app.saved_views.rename(w.ben, i.view, "Mine")],
    "saved_views.delete": [lambda w, i: w.app.saved_views.delete(w.ben, i.view)],
    "shots.get": [lambda w, i: w.app.shots.get(w.ben, i.shot)],
    "shots.shots": [lambda w, i: w.app.shots.shots(w.ben, i.collection)],
    "shots.add": [lambda w, i: w.app.shots.add(w.ben, i.collection, "Mine")],
    "shots.rename": [lambda w, i: w.app.shots.rename(w.ben, i.shot, "Mine", 1)],
    "shots.set_defaults": [lambda w, i: w.app.shots.set_defaults(w.ben, i.shot, SettingsLayer())],
    "shots.remove": [lambda w, i: w.app.shots.remove(w.ben, i.shot)],
    "shots.order": [
        lambda w, i: w.app.shots.order(w.ben, i.collection, [i.shot]),
        lambda w, i: w.app.shots.order(w.ben, w.bens.collection, [w.bens.shot, i.shot]),
    ],
    "shots.matrix": [lambda w, i: w.app.shots.matrix(w.ben, i.collection)],
    "shots.cell": [
        lambda w, i: w.app.shots.cell(w.ben, i.shot, w.bens.product),
        lambda w, i: replace(w.app.shots.cell(w.ben, w.bens.shot, i.product), product_id=0),
    ],
    "shots.gaps": [
        lambda w, i: w.app.shots.gaps(w.ben, i.collection),
        lambda w, i: w.app.shots.gaps(w.ben, w.bens.collection, [i.shot]),
    ],
    "shots.gap_sums": [
        lambda w, i: w.app.shots.gap_sums(w.ben, i.collection),
        lambda w, i: w.app.shots.gap_sums(w.ben, w.bens.collection, [i.shot]),
    ],
    "shots.pictures": [
        lambda w, i: w.app.shots.pictures(w.ben, i.shot, w.bens.product),
        lambda w, i: w.app.shots.pictures(w.ben, w.bens.shot, i.product),
    ],
    "shots.assign": [
        lambda w, i: w.app.shots.assign(w.ben, i.shot, [w.bens.photo]),
        lambda w, i: w.app.shots.assign(w.ben, w.bens.shot, [i.photo, i.upload]),
    ],
    "shots.unassign": [
        lambda w, i: w.app.shots.unassign(w.ben, i.shot, [i.photo]),
        lambda w, i: w.app.shots.unassign(w.ben, w.bens.shot, [i.photo]),
    ],
    "assets.get": [
        lambda w, i: w.app.assets.get(w.ben, i.upload),
        lambda w, i: w.app.assets.get(w.ben, i.photo),
    ],
    "assets.trash": [lambda w, i: w.app.assets.trash(w.ben, [i.upload, i.photo])],
    "assets.restore": [lambda w, i: w.app.assets.restore(w.ben, [i.upload])],
    "reviews.set_state": [
        lambda w, i: w.app.reviews.set_state(w.ben, [i.picture, i.photo], ReviewState.APPROVED)
    ],
    "reviews.rate": [lambda w, i: w.app.reviews.rate(w.ben, [i.picture], 5)],
    "reviews.pin": [lambda w, i: w.app.reviews.pin(w.ben, [i.picture], is_pinned=True)],
    "reviews.counts": [lambda w, i: w.app.reviews.counts(w.ben, i.product)],
    "products.restore_photo": [
        lambda w, i: w.app.products.restore_photo(w.ben, i.product, i.photo, place=0),
        lambda w, i: w.app.products.restore_photo(w.ben, w.bens.product, i.photo, place=0),
    ],
    "exports.products": [
        lambda w, i: b"".join(
            w.app.exports.products(
                w.ben, ExportFormat.JSON, ProductFilter(collection_id=i.collection)
            )
        ),
        lambda w, i: b"".join(
            w.app.exports.products(w.ben, ExportFormat.JSON, ProductFilter(category_id=i.category))
        ),
    ],
    "exports.chosen": [
        lambda w, i: b"".join(w.app.exports.chosen(w.ben, ExportFormat.JSON, [i.product]))
    ],
    "assets.stored_file": [
        lambda w, i: w.app.assets.stored_file(w.ben, i.upload, "original"),
        lambda w, i: w.app.assets.stored_file(w.ben, i.photo, "w160"),
    ],
    "imports.get": [lambda w, i: w.app.imports.get(w.ben, i.file)],
    "imports.reading": [lambda w, i: w.app.imports.reading(w.ben, i.file)],
    "imports.lines": [lambda w, i: w.app.imports.lines(w.ben, i.file)],
    "imports.line_csv": [lambda w, i: "".join(w.app.imports.line_csv(w.ben, i.file))],
    "imports.check": [lambda w, i: w.app.imports.check(w.ben, i.file)],
    "imports.run": [lambda w, i: w.app.imports.run(w.ben, i.file)],
    "imports.cancel": [lambda w, i: w.app.imports.cancel(w.ben, i.file)],
    "imports.undo": [lambda w, i: w.app.imports.undo(w.ben, i.file)],
    "imports.delete": [lambda w, i: w.app.imports.delete(w.ben, i.file)],
    "photo_checks.of": [lambda w, i: w.app.photo_checks.of(w.ben, [i.photo, i.upload])],
    "photo_checks.override": [lambda w, i: w.app.photo_checks.override(w.ben, i.photo, "Mine")],
    "photo_checks.check": [lambda w, i: w.app.photo_checks.check(w.ben, [i.photo])],
}

EVERYBODY_MAY = {
    "assets.get",
    "assets.stored_file",
    "categories.get",
    "categories.history",
    "categories.of_product",
    "collections.get",
    "collections.of_product",
    "collections.products",
    "exports.chosen",
    "exports.products",
    "imports.get",
    "imports.line_csv",
    "imports.lines",
    "imports.reading",
    "photo_checks.of",
    "products.every",
    "products.find_many",
    "products.get",
    "products.history",
    "products.ids",
    "products.neighbours",
    "products.search",
    "reviews.counts",
    "saved_views.delete",
    "saved_views.rename",
    "shots.cell",
    "shots.gap_sums",
    "shots.gaps",
    "shots.get",
    "shots.matrix",
    "shots.pictures",
    "shots.shots",
}
"""What a viewer may do with what is theirs; all else only who may edit."""
