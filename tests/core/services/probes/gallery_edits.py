"""Of edits by an image model, and of masks."""

from dataclasses import replace

from core.domain.edits import Edit
from core.domain.generation import ChosenReference, ReferenceRole
from tests.core.services.probes.world import Ids, Probe, World
from tests.support.editing import mask_bytes

NIGHT = "at night"


def _plan_with_reference(world: World, ids: Ids) -> object:
    shown = (ChosenReference(ReferenceRole.STYLE, ids.photo),)
    return world.app.edits.plan(
        world.ben, Edit(world.bens.upload, instruction=NIGHT, references=shown)
    )


def _plan_with_mask(world: World, ids: Ids) -> object:
    edit = Edit(world.bens.upload, instruction=NIGHT, mask_id=ids.mask)
    return world.app.edits.plan(world.ben, edit)


def _submit(world: World, ids: Ids) -> object:
    own = world.app.edits.plan(world.ben, Edit(world.bens.upload, instruction=NIGHT))
    stolen = replace(own, edit=replace(own.edit, asset_id=ids.upload))
    return world.app.edits.submit(world.ben, stolen)


PROBES: dict[str, list[Probe]] = {
    "edits.keep_mask": [
        lambda w, i: w.app.edits.keep_mask(w.ben, i.upload, mask_bytes((320, 320))),
    ],
    "edits.plan": [
        lambda w, i: w.app.edits.plan(w.ben, Edit(i.upload, instruction=NIGHT)),
        _plan_with_reference,
        _plan_with_mask,
    ],
    "edits.submit": [_submit],
}

EVERYBODY_MAY = {"edits.plan"}
"""What a viewer may do with what is theirs; all else only who may edit."""
