"""What people call the settings, what they say, and where a value comes from."""

from collections.abc import Callable, Mapping
from typing import Any

from core.domain.generation import Backdrop, room_label
from core.domain.setting_layers import LAYER_FIELDS, Level, SettingsLayer, Source
from core.domain.setting_options import find_palette
from ui.components.counted import counted

FIELD_LABELS: Mapping[str, str] = {
    "prompt": "Your words",
    "negative": "Words to avoid",
    "scene_type": "Scene type",
    "backdrop": "Backdrop",
    "style": "Style",
    "lighting": "Lighting",
    "mood": "Mood",
    "camera": "Camera",
    "palette": "Palette",
    "people": "People",
    "props": "Props",
    "references": "References",
    "aspect_ratio": "Shape",
    "size": "Size",
    "variants": "Pictures",
    "image_model": "Image model",
    "is_pixel_locked": "Keep the product's own pixels",
}
"""The names of the settings, in the order in which they are shown."""
_LEVELS: Mapping[Level, str] = {
    Level.WORKSPACE: "Workspace",
    Level.CATEGORY: "Category",
    Level.CATEGORY_SCENE: "Category",
    Level.PRODUCT: "Product",
    Level.COLLECTION: "Collection",
    Level.SHOT: "Wanted shot",
    Level.PRESET: "Preset",
    Level.REQUEST: "These pictures",
}


def source_words(source: Source) -> str:
    """Return where a value comes from, such as "Sofas" or "Style: Japandi"; "" for Epox itself."""
    if source.style:
        return f"Style: {source.style}"
    if source.level is Level.EPOX:
        return ""
    if source.level is Level.PRESET:
        return f"Preset: {source.label}" if source.label else "Preset"
    return source.label or _LEVELS[source.level]


def layer_summary(layer: SettingsLayer) -> tuple[tuple[str, str], ...]:
    """Return what a layer says as pairs of a setting's name and its value, for people."""
    return tuple(
        (FIELD_LABELS[name], setting_words(name, getattr(layer, name)))
        for name in FIELD_LABELS
        if name in LAYER_FIELDS and getattr(layer, name) is not None
    )


def setting_words(name: str, value: Any) -> str:  # noqa: ANN401 - of the field's own type
    """Return what people call a value of the setting with this name."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(value)
    return str(value) if value else "Left open"


def backdrop_words(backdrop: Backdrop) -> str:
    """Return what people call a backdrop, with its own words or its colours."""
    if backdrop.kind == "described":
        return backdrop.value or "As the scene type says"
    if backdrop.kind == "room":
        return room_label(backdrop.value)
    return f"{backdrop.label} {', '.join(backdrop.colours)}".strip()


def _palette_words(colours: tuple[str, ...]) -> str:
    palette = find_palette(colours)
    if palette is not None:
        return palette.name
    return ", ".join(colours) or "Left open"


_SPECIAL: Mapping[str, Callable[[Any], str]] = {
    "backdrop": backdrop_words,
    "palette": _palette_words,
    "references": lambda chosen: counted(len(chosen), "picture") if chosen else "None",
    "variants": lambda count: f"{count:,}",
    "is_pixel_locked": lambda is_locked: "Yes" if is_locked else "No",
}
