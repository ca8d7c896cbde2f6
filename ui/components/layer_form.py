"""The form of all settings: one element, whatever is set in it, for every level of the cascade."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import AssetRef
from core.domain.generation import Backdrop, ChosenReference, ReferenceRole
from core.domain.setting_layers import (
    ADDED_UP,
    LAYER_FIELDS,
    Level,
    Resolved,
    SettingsLayer,
    layer_from_json,
    layer_to_json,
)
from core.errors import NotFoundError
from core.image_models.base import ImageModelSpec
from ui.access import require_actor
from ui.components.inspiration_look import show_inspiration_looks
from ui.components.inspiration_picker import show_inspiration
from ui.components.inspiration_picks import forget
from ui.components.layer_options import offered
from ui.components.layer_words import source_words
from ui.context import services
from ui.state import state_of

_HERE = Path(__file__).parent
_PARTS = ("layer_form_base", "layer_form_fields", "layer_form")
_form = st.components.v2.component(
    "epox_layer_form",
    js="\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS),
    css=(_HERE / "layer_form.css").read_text(encoding="utf-8"),
)
_MAX_KNOWN = 400


@dataclass
class FormMemory:
    """What a form was given last and gave back; another `epoch` makes the browser start anew."""

    epoch: int
    given: SettingsLayer
    returned: SettingsLayer


@dataclass
class LayerFormState:
    """The forms by their keys, pictures that were picked for them, and how pictures are shown.

    `picking` is the form, and the setting, for which a picture is being chosen: the dialog stays
    open when the page around it runs again.
    """

    forms: dict[str, FormMemory] = field(default_factory=dict)
    picking: tuple[str, str] | None = None
    picked: dict[str, tuple[str, int]] = field(default_factory=dict)
    filled: dict[str, SettingsLayer] = field(default_factory=dict)
    shown: dict[int, tuple[str, str]] = field(default_factory=dict)
    epochs: int = 0


def show_layer_form(
    actor: Actor,
    layer: SettingsLayer,
    *,
    key: str,
    below: Resolved | None = None,
    fields: Collection[str] | None = None,
    sides: Sequence[AssetRef] = (),
) -> SettingsLayer:
    """Draw the settings and return what the layer says after the person's last change.

    `layer` is what it says so far: pass what came back the last time, or another one to begin
    anew with that. `below` is what the weaker levels come to: it is shown where this one says
    nothing. `fields` are the settings to offer, all if None. `sides` are other photos of the
    product, which may be shown to the model too. What comes back may still be refused
    by a service, with a sentence.
    """
    current = current_layer(layer, key=key)
    memory = state_of(LayerFormState).forms[key]
    wanted = [name for name in LAYER_FIELDS if fields is None or name in fields]
    below = below or Resolved()
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    data = [
        offered(),
        memory.epoch,
        layer_to_json(current),
        _below(below),
        [_model(spec) for spec in services().generation.models()],
        _pictures(actor, current, below.layer),
        wanted,
        actor.role.may_edit,
        [[side.id, side.url("w160"), f"Photo {at}"] for at, side in enumerate(sides, start=2)],
    ]
    result = _form(key=key, data=data, on_layer_change=_nothing, on_add_change=_nothing)
    state = state_of(LayerFormState)
    if (target := result.get("add")) in ("references", "backdrop"):
        state.picking = (key, target)
    if state.picking is not None and state.picking[0] == key:
        _pick_picture(*state.picking)
    if "references" in wanted:
        seen = show_inspiration_looks(actor, current, key=key)
        if seen is not None:
            state.filled[key] = seen
            st.rerun()
    return current


def current_layer(layer: SettingsLayer, *, key: str) -> SettingsLayer:
    """Return what the form with this key says now, before it is drawn."""
    state = state_of(LayerFormState)
    memory = state.forms.get(key)
    if memory is None or layer not in (memory.given, memory.returned):
        memory = state.forms[key] = _anew(state, layer)
    memory.given = layer
    current = layer
    match st.session_state.get(key, {}).get("layer"):
        case [int(epoch), dict(said)] if epoch == memory.epoch:
            current = layer_from_json(said)
    picked = state.picked.pop(key, None)
    if picked is not None:
        current = _with_picture(current, *picked)
        memory = state.forms[key] = _anew(state, current)
    if (filled := state.filled.pop(key, None)) is not None:
        current = _filled(current, filled)
        memory = state.forms[key] = _anew(state, current)
    memory.returned = current
    return current


def reset_layer_form(key: str) -> None:
    """Let the form begin anew with the layer that it is given next."""
    state_of(LayerFormState).forms.pop(key, None)


def _anew(state: LayerFormState, layer: SettingsLayer) -> FormMemory:
    state.epochs += 1
    return FormMemory(state.epochs, layer, layer)


def _nothing() -> None:
    """Make Streamlit know the events; the page reacts to what is returned."""


def _stop_picking() -> None:
    forget()
    state_of(LayerFormState).picking = None


@st.dialog(
    "Choose a picture", width="large", icon=":material/image_search:", on_dismiss=_stop_picking
)
def _pick_picture(key: str, target: str) -> None:
    require_actor()
    show_inspiration(key=f"{key}.pick", on_pick=partial(_note_pick, key, target))


def _note_pick(key: str, target: str, asset_id: int) -> None:
    state = state_of(LayerFormState)
    state.picked[key], state.picking = (target, asset_id), None


def _with_picture(layer: SettingsLayer, target: str, asset_id: int) -> SettingsLayer:
    if target == "backdrop":
        return replace(layer, backdrop=Backdrop("picture", str(asset_id)))
    chosen = layer.references or ()
    if any(each.asset_id == asset_id for each in chosen):
        return layer
    return replace(layer, references=(*chosen, ChosenReference(ReferenceRole.STYLE, asset_id)))


def _filled(layer: SettingsLayer, filled: SettingsLayer) -> SettingsLayer:
    """Return the layer with all that the other one says."""
    said = {name: getattr(filled, name) for name in LAYER_FIELDS}
    return replace(layer, **{name: value for name, value in said.items() if value is not None})


def _below(below: Resolved) -> dict[str, Any]:
    """Return what holds without this layer: values, where they come from, and what adds up."""
    notes = {
        name: [source_words(source), bool(source.style), source.level is Level.EPOX]
        for name, source in below.sources.items()
    }
    values = layer_to_json(below.layer)
    plain = {
        name: [
            [source_words(part.source), layer_to_json(_only(name, part.value))[name]]
            for part in parts
        ]
        for name, parts in below.parts.items()
    }
    return {"values": values, "notes": notes, "parts": plain}


def _only(name: str, value: Any) -> SettingsLayer:  # noqa: ANN401 - of the field's own type
    return replace(SettingsLayer(), **{name: value}) if name in ADDED_UP else SettingsLayer()


def _model(spec: ImageModelSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "label": spec.label,
        "ratios": list(spec.aspect_ratios),
        "sizes": list(spec.price_micros),
        "reads": spec.reads_sentences,
        "most": spec.max_references,
    }


def _pictures(actor: Actor, *layers: SettingsLayer) -> Mapping[str, Sequence[str]]:
    """Return address and label of each picture that the layers name; each is asked for once."""
    wanted = {each.asset_id for layer in layers for each in layer.references or ()}
    wanted |= {
        int(layer.backdrop.value)
        for layer in layers
        if layer.backdrop is not None and layer.backdrop.kind == "picture"
    }
    shown = state_of(LayerFormState).shown
    if len(shown) > _MAX_KNOWN:
        shown.clear()
    for asset_id in sorted(wanted - shown.keys()):
        try:
            asset = services().assets.get(actor, asset_id)
        except NotFoundError:
            shown[asset_id] = ("", "Not there any more")
        else:
            shown[asset_id] = (asset.ref.url("w160"), asset.label)
    return {str(asset_id): list(shown[asset_id]) for asset_id in sorted(wanted)}
