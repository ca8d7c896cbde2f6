"""Of image tools: previews, results, batches."""

from core.domain.image_tools import Background, BackgroundKind, CutOut, Rotate
from tests.core.services.probes.world import Probe

PROBES: dict[str, list[Probe]] = {
    "image_tools.preview": [
        lambda w, i: w.app.image_tools.preview(w.ben, i.picture, [Rotate()]),
        lambda w, i: w.app.image_tools.preview(
            w.ben, w.bens.picture, [Background(BackgroundKind.PICTURE, asset_id=i.picture)]
        ),
        lambda w, i: w.app.image_tools.preview(w.ben, w.bens.picture, [CutOut(mask_id=i.task)]),
    ],
    "image_tools.save": [lambda w, i: w.app.image_tools.save(w.ben, i.picture, [Rotate()])],
    "image_tools.apply": [lambda w, i: w.app.image_tools.apply(w.ben, [i.picture], [Rotate()])],
    "image_tools.run": [lambda w, i: w.app.image_tools.run(w.ben, i.task)],
    "image_tools.retry": [lambda w, i: w.app.image_tools.retry(w.ben, i.task)],
    "image_tools.made_from": [
        lambda w, i: w.app.image_tools.made_from(w.ben, [i.picture, i.upload])
    ],
}

EVERYBODY_MAY = {"image_tools.run", "image_tools.made_from"}
"""What a viewer may do with what is theirs; all else only who may edit."""
