"""Of exports of pictures."""

from core.domain.asset_filters import AssetFilter
from core.domain.picture_exports import ExportOptions
from tests.core.services.probes.world import Probe

_OPTIONS = ExportOptions(rule="{id}")

PROBES: dict[str, list[Probe]] = {
    "picture_exports.plan": [
        lambda w, i: w.app.picture_exports.plan(w.ben, [i.picture, i.photo], _OPTIONS),
        lambda w, i: w.app.picture_exports.plan(
            w.ben, AssetFilter(collection_id=i.collection), _OPTIONS
        ),
        lambda w, i: w.app.picture_exports.plan(w.ben, AssetFilter(product_id=i.product), _OPTIONS),
    ],
    "picture_exports.begin": [
        lambda w, i: w.app.picture_exports.begin(w.ben, [i.picture, i.photo], _OPTIONS),
        lambda w, i: w.app.picture_exports.begin(
            w.ben, AssetFilter(product_id=i.product), _OPTIONS
        ),
    ],
    "picture_exports.again": [lambda w, i: w.app.picture_exports.again(w.ben, i.export)],
    "picture_exports.get": [lambda w, i: w.app.picture_exports.get(w.ben, i.export)],
    "picture_exports.ready": [lambda w, i: w.app.picture_exports.ready(w.ben, i.export)],
    "picture_exports.stream": [lambda w, i: w.app.picture_exports.stream(w.ben, i.export)],
    "picture_exports.cancel": [lambda w, i: w.app.picture_exports.cancel(w.ben, i.export)],
    "picture_exports.remove": [lambda w, i: w.app.picture_exports.remove(w.ben, i.export)],
}

EVERYBODY_MAY = {
    "picture_exports.plan",
    "picture_exports.get",
    "picture_exports.ready",
    "picture_exports.stream",
}
