"""Layers of settings that people enter: cleaned, or refused with a sentence."""

from dataclasses import replace

from core.domain.generation import (
    ASPECT_RATIOS,
    IMAGE_SIZES,
    MAX_BACKDROP_CHARS,
    MAX_PALETTE,
    MAX_PROMPT_CHARS,
    MAX_REFERENCES,
    MAX_VARIANTS,
    Backdrop,
    is_colour,
)
from core.domain.setting_layers import ADDED_UP, SettingsLayer
from core.domain.setting_options import MAX_WORD_CHARS, find_option
from core.errors import InvalidInputError
from core.services.texts import clean_line, clean_text

MAX_NEGATIVE_CHARS = 1000
MAX_MODEL_ID_CHARS = 80
_LABELS = {
    "scene_type": "the scene type",
    "style": "the style",
    "lighting": "the lighting",
    "mood": "the mood",
    "camera": "the camera angle",
    "people": "the people",
    "props": "the props",
}


def clean_layer(layer: SettingsLayer) -> SettingsLayer:
    """Return the layer as it may be kept: texts cleaned, options in their own spelling.

    Raises `InvalidInputError` with a sentence for what is too long or cannot be.
    """
    _check_choices(layer)
    changes: dict[str, object] = {}
    for name, label in _LABELS.items():
        value = getattr(layer, name)
        if value is not None:
            words = clean_line(value, label, max_chars=MAX_WORD_CHARS, may_be_empty=True)
            option = find_option(name, words)
            changes[name] = words if option is None else option.name
    if layer.prompt is not None:
        changes["prompt"] = clean_text(layer.prompt, "the prompt", max_chars=MAX_PROMPT_CHARS)
    if layer.negative is not None:
        changes["negative"] = clean_line(
            layer.negative, "what to leave out", max_chars=MAX_NEGATIVE_CHARS, may_be_empty=True
        )
    if layer.palette is not None:
        changes["palette"] = tuple(dict.fromkeys(colour.lower() for colour in layer.palette))
    if layer.references is not None:
        changes["references"] = tuple(dict.fromkeys(layer.references))
    if layer.backdrop is not None:
        changes["backdrop"] = _clean_backdrop(layer.backdrop)
    changes["starts_anew"] = frozenset(name for name in ADDED_UP if name in layer.starts_anew)
    return replace(layer, **changes)  # type: ignore[arg-type] # each is of its field's own type


def _check_choices(layer: SettingsLayer) -> None:
    if len(layer.palette or ()) > MAX_PALETTE:
        raise InvalidInputError(user_message=f"Choose at most {MAX_PALETTE} colours.")
    if not all(is_colour(colour) for colour in layer.palette or ()):
        raise InvalidInputError(user_message="Choose a colour such as #f4f1ec.")
    if len(layer.references or ()) >= MAX_REFERENCES:
        raise InvalidInputError(
            user_message=f"Choose at most {MAX_REFERENCES - 1} pictures beside the product's photo."
        )
    if layer.variants is not None and not 1 <= layer.variants <= MAX_VARIANTS:
        raise InvalidInputError(user_message=f"Choose 1 to {MAX_VARIANTS} pictures at a time.")
    if layer.aspect_ratio is not None and layer.aspect_ratio not in ASPECT_RATIOS:
        raise InvalidInputError(user_message="Choose one of the shapes.")
    if layer.size is not None and layer.size not in IMAGE_SIZES:
        raise InvalidInputError(user_message="Choose one of the sizes.")
    if len(layer.image_model or "") > MAX_MODEL_ID_CHARS:
        raise InvalidInputError(user_message="This image model is not known.")


def _clean_backdrop(backdrop: Backdrop) -> Backdrop:
    if backdrop.kind != "described":
        return backdrop
    words = clean_line(
        backdrop.value,
        "what stands behind the product",
        max_chars=MAX_BACKDROP_CHARS,
        may_be_empty=True,
    )
    option = find_option("backdrop", words)
    return Backdrop("described", words if option is None else option.name)
