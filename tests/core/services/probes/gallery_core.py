"""Of lists of pictures, and of what people say of them besides judging."""

from core.domain.asset_filters import AssetFilter
from tests.core.services.probes.world import Probe

PROBES: dict[str, list[Probe]] = {
    "assets.search": [
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(product_id=i.product)),
        lambda w, _: w.app.assets.search(w.ben, AssetFilter("ann")),
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(category_id=i.category)),
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(collection_id=i.collection)),
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(preset_id=i.preset)),
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(job_id=i.job)),
        lambda w, i: w.app.assets.search(w.ben, AssetFilter(stack_id=i.picture)),
    ],
    "assets.ids": [
        lambda w, i: w.app.assets.ids(w.ben, AssetFilter(product_id=i.product)),
        lambda w, i: w.app.assets.ids(w.ben, AssetFilter(stack_id=i.picture)),
    ],
    "assets.count": [lambda w, i: w.app.assets.count(w.ben, AssetFilter(product_id=i.product))],
    "assets.summaries": [
        lambda w, i: w.app.assets.summaries(w.ben, [i.upload, i.photo, i.picture])
    ],
    "assets.neighbours": [lambda w, i: w.app.assets.neighbours(w.ben, i.upload, AssetFilter())],
    "assets.put_tags": [lambda w, i: w.app.assets.put_tags(w.ben, {i.picture: ["mine"]})],
    "assets.set_tags": [lambda w, i: w.app.assets.set_tags(w.ben, [i.picture], ["mine"])],
    "assets.add_tags": [lambda w, i: w.app.assets.add_tags(w.ben, [i.upload], ["mine"])],
    "assets.remove_tags": [lambda w, i: w.app.assets.remove_tags(w.ben, [i.upload], ["new"])],
    "assets.set_title": [lambda w, i: w.app.assets.set_title(w.ben, i.picture, "Mine")],
    "assets.set_alt_text": [lambda w, i: w.app.assets.set_alt_text(w.ben, i.picture, "Mine")],
    "assets.move_to_product": [
        lambda w, i: w.app.assets.move_to_product(w.ben, [i.picture], w.bens.product),
        lambda w, i: w.app.assets.move_to_product(w.ben, [w.bens.picture], i.product),
    ],
    "assets.move_to_products": [
        lambda w, i: w.app.assets.move_to_products(w.ben, {i.upload: w.bens.product}),
        lambda w, i: w.app.assets.move_to_products(w.ben, {w.bens.upload: i.product}),
    ],
}

EVERYBODY_MAY = {
    "assets.count",
    "assets.ids",
    "assets.neighbours",
    "assets.search",
    "assets.summaries",
}
"""What a viewer may do with what is theirs; all else only who may edit."""
