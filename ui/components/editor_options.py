"""What the editor offers: sliders, ratios, channels, formats, models; the same for all pictures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.accounts import Actor
from core.domain.edits import MAX_EDIT_REFERENCES
from core.domain.image_tools import (
    MAX_CANVAS_PX,
    MIN_CANVAS_PX,
    RATIOS,
    BackgroundKind,
    FileFormat,
    UpscaleMethod,
)
from core.image_models.base import ImageModelSpec
from ui.components.editor_edits import ROLE_WORDS
from ui.context import services

MAX_TITLE_CHARS = 120
MAX_WORDS_CHARS = 2000
MAX_UPSCALED_SIDE_PX = 8192
MAX_UPSCALED_MEGAPIXELS = 36
"""How large a picture may become; a test compares it with what the tool refuses."""

_ADJUSTMENTS = (
    ("Light", ("exposure", "contrast", "highlights", "shadows", "whites", "blacks")),
    ("Colour", ("temperature", "tint", "saturation", "vibrance")),
    ("Effects", ("clarity", "texture", "sharpness")),
)
_FROM_ZERO = frozenset({"sharpness"})
_BACKGROUNDS = {
    BackgroundKind.TRANSPARENT: "None", BackgroundKind.WHITE: "White",
    BackgroundKind.COLOUR: "Colour", BackgroundKind.GRADIENT: "Gradient",
    BackgroundKind.PICTURE: "Picture",
}  # fmt: skip
FORMATS = {
    FileFormat.AUTO: "Keep", FileFormat.JPEG: "JPEG", FileFormat.PNG: "PNG",
    FileFormat.WEBP: "WebP",
}  # fmt: skip
METHODS = {
    UpscaleMethod.SUPER_RESOLUTION: "Sharp: keeps edges crisp",
    UpscaleMethod.LANCZOS: "Plain: smooth, at once",
}


@dataclass(frozen=True)
class Channel:
    """What a marketplace asks of a main picture; each measure can be changed afterwards."""

    label: str
    note: str
    fill: int
    canvas_px: int
    ratio: str = "1:1"
    shadow: int = 0

    @property
    def words(self) -> str:
        """Return what it is in one line."""
        return f"{self.label}: {self.note}, {self.canvas_px} px"


CHANNELS: Mapping[str, Channel] = {
    "amazon": Channel("Amazon", "square, fills 85 %", 85, 2000),
    "ebay": Channel("eBay, Google", "square, fills 80 %", 80, 1600),
    "shop": Channel("Own shop", "square, airy, with a shadow", 75, 2048, shadow=45),
    "etsy": Channel("Etsy", "4:3, with a shadow", 78, 2000, "4:3", 35),
    "fashion": Channel("Fashion", "4:5, for lists of portraits", 88, 2000, "4:5"),
}

# On two cores; what really happens is shown while it runs.
_SECONDS_PER_MEGAPIXEL = {UpscaleMethod.SUPER_RESOLUTION: 2.5, UpscaleMethod.LANCZOS: 0.4}


def offered_by_editor(actor: Actor) -> str:
    """Return as JSON all that can be chosen in the editor, and within which limits."""
    offered = {
        "adjust": [[group, [_slider(name) for name in names]] for group, names in _ADJUSTMENTS],
        "ratios": list(RATIOS),
        "backgrounds": _BACKGROUNDS,
        "formats": [[kind.value, label] for kind, label in FORMATS.items()],
        "methods": [[method.value, label] for method, label in METHODS.items()],
        "seconds_per_megapixel": _SECONDS_PER_MEGAPIXEL,
        "channels": [_channel(name) for name in CHANNELS],
        "colours": _brand_colours(actor),
        "models": [_model(spec) for spec in services().edits.models()],
        "roles": [[role.value, words] for role, words in ROLE_WORDS.items()],
        "limits": {
            "canvas": [MIN_CANVAS_PX, MAX_CANVAS_PX],
            "megapixels": MAX_UPSCALED_MEGAPIXELS,
            "side": MAX_UPSCALED_SIDE_PX,
            "title": MAX_TITLE_CHARS,
            "words": MAX_WORDS_CHARS,
        },
    }
    return json.dumps(offered)


def _slider(name: str) -> dict[str, Any]:
    low = 0 if name in _FROM_ZERO else -100
    return {"name": name, "label": name.capitalize(), "low": low, "high": 100}


def _channel(name: str) -> dict[str, Any]:
    channel = CHANNELS[name]
    values = {
        "fill": channel.fill, "canvas_px": channel.canvas_px, "ratio": channel.ratio,
        "margin": 0, "shadow": channel.shadow,
    }  # fmt: skip
    note = f"{channel.note[:1].upper()}{channel.note[1:]}, {channel.canvas_px} px"
    return {"name": name, "label": channel.label, "note": note, "values": values}


def _brand_colours(actor: Actor) -> list[str]:
    return list(services().brand_kits.get(actor).palette)


def _model(spec: ImageModelSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "label": spec.label,
        "sizes": list(spec.price_micros),
        "ratios": list(spec.aspect_ratios),
        "most": max(0, min(spec.max_references - 2, MAX_EDIT_REFERENCES)),
    }
