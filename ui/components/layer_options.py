"""All that the form of settings offers to choose from, as the browser is given it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from core.domain.generation import (
    MAX_BACKDROP_CHARS,
    MAX_PALETTE,
    MAX_PROMPT_CHARS,
    MAX_REFERENCES,
    MAX_VARIANTS,
    ROOMS,
    ReferenceRole,
)
from core.domain.setting_options import MAX_WORD_CHARS, OPTION_LISTS, Option, options
from core.services.layers import MAX_NEGATIVE_CHARS
from ui.components.layer_words import FIELD_LABELS

_WEB = Path(__file__).resolve().parents[2] / "web"
PLAIN_COLOURS = {
    "#ffffff": "White", "#f4f1ec": "Linen", "#e5ded3": "Sand", "#d9e0d4": "Sage",
    "#d6e0e8": "Mist", "#efd9d3": "Blush", "#8c8f94": "Stone", "#24262b": "Graphite",
}  # fmt: skip
GRADIENTS = {
    "#ffffff,#e2e2e8": "Cloud", "#f7efe5,#d9c3a5": "Dune", "#eef3ea,#b9c9b0": "Meadow",
    "#eaf2f8,#a9c1d6": "Sky", "#fbe9e4,#d8a79b": "Rose", "#3a3d45,#15161a": "Night",
}  # fmt: skip
_ROLES = {
    ReferenceRole.PRODUCT: "Product",
    ReferenceRole.STYLE: "Style",
    ReferenceRole.SCENE: "Scene",
    ReferenceRole.PALETTE: "Palette",
}


@cache
def offered() -> str:
    """Return as JSON what is the same for everybody: it is sent with each run, so it is short."""
    return json.dumps(
        {
            "labels": dict(FIELD_LABELS),
            "lists": {name: [_option(each) for each in options(name)] for name in OPTION_LISTS},
            "rooms": [[room.name, room.label] for room in ROOMS],
            "plain": list(PLAIN_COLOURS.items()),
            "gradient": list(GRADIENTS.items()),
            "roles": [[role.value, label] for role, label in _ROLES.items()],
            "max": {
                "word": MAX_WORD_CHARS,
                "prompt": MAX_PROMPT_CHARS,
                "negative": MAX_NEGATIVE_CHARS,
                "backdrop": MAX_BACKDROP_CHARS,
                "palette": MAX_PALETTE,
                "references": MAX_REFERENCES - 1,
                "variants": MAX_VARIANTS,
            },
        },
        separators=(",", ":"),
    )


def own_picture(path: str) -> str:
    """Return the address of a picture that ships with Epox below `web/`, or "" if it does not."""
    return f"/{path}" if path and (_WEB / path).exists() else ""


def _option(option: Option) -> dict[str, Any]:
    fills = option.fills
    filled = {
        name: value
        for name, value in (
            ("lighting", fills.lighting), ("props", fills.props), ("palette", list(fills.palette)),
        )
        if value
    }  # fmt: skip
    shown: dict[str, Any] = {"name": option.name, "group": option.group}
    if option.colours:
        shown["colours"] = list(option.colours)
    elif src := own_picture(option.picture):
        shown["src"] = src
    if filled:
        shown["fills"] = filled
    return shown
