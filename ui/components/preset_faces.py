"""What a layer of settings looks like: a small picture or colours for each thing that it says."""

from dataclasses import dataclass
from typing import Any

from core.domain.generation import Backdrop
from core.domain.setting_layers import SettingsLayer
from core.domain.setting_options import find_option
from ui.components.layer_words import FIELD_LABELS, setting_words

_BY_LOOK = (
    "scene_type", "backdrop", "style", "mood", "lighting", "palette", "props", "people", "camera",
)  # fmt: skip
"""The settings that can be seen, those that tell most of the picture first."""
_MAX_TILES = 4


@dataclass(frozen=True)
class Face:
    """How one setting looks: a picture at `src`, or checked `colours`, or only its words."""

    label: str
    value: str
    src: str = ""
    colours: tuple[str, ...] = ()


def faces_of(layer: SettingsLayer) -> tuple[Face, ...]:
    """Return a face for each setting of the layer that can be seen and is not left open."""
    said = ((name, getattr(layer, name)) for name in _BY_LOOK)
    return tuple(_face(name, value) for name, value in said if value)


def tiles_of(layer: SettingsLayer) -> tuple[Face, ...]:
    """Return the few faces that stand for the whole layer, one, two or four of them."""
    faces = faces_of(layer)[:_MAX_TILES]
    return faces[:2] if len(faces) == _MAX_TILES - 1 else faces


def texts_of(layer: SettingsLayer) -> tuple[tuple[str, str], ...]:
    """Return name and value of what the layer says and faces do not show."""
    shown = {face.label for face in faces_of(layer)}
    return tuple(
        (label, setting_words(name, getattr(layer, name)))
        for name, label in FIELD_LABELS.items()
        if getattr(layer, name) is not None and label not in shown
    )


def _face(name: str, value: Any) -> Face:  # noqa: ANN401 - of the field's own type
    label, words = FIELD_LABELS[name], setting_words(name, value)
    if isinstance(value, Backdrop):
        return _face_of_backdrop(label, words, value)
    if name == "palette":
        return Face(label, words, colours=tuple(value))
    option = find_option(name, value)
    src = f"/{option.picture}" if option is not None and option.picture else ""
    return Face(label, words, src)


def _face_of_backdrop(label: str, words: str, backdrop: Backdrop) -> Face:
    if backdrop.kind in ("plain", "gradient"):
        return Face(label, words, colours=tuple(backdrop.colours))
    if backdrop.kind == "room":
        return Face(label, words, f"/assets/rooms/{backdrop.value}.webp")
    option = find_option("backdrop", backdrop.value) if backdrop.kind == "described" else None
    return Face(label, words, f"/{option.picture}" if option is not None else "")
