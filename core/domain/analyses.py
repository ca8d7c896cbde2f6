"""Analyses: what was seen in a picture, as proposals that a person takes over one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.generation import MAX_PALETTE
from core.domain.products import Product
from core.domain.setting_layers import SettingsLayer
from core.domain.setting_options import find_option


class AnalysisKind(StrEnum):
    """What a picture is looked at for."""

    PRODUCT = "product"
    INSPIRATION = "inspiration"
    ALT_TEXT = "alt_text"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return {"product": "Product", "inspiration": "Inspiration", "alt_text": "Alt text"}[self]


class AnalysisMethod(StrEnum):
    """Whether a vision model said it, or this machine measured it."""

    MEASURED = "measured"
    MODEL = "model"


@dataclass(frozen=True)
class Analysis:
    """What was seen in an asset. `result` is checked JSON; `accepted` maps taken fields to when."""

    id: int
    asset_id: int
    product_id: int | None
    kind: AnalysisKind
    method: AnalysisMethod
    vision_model: str
    schema_version: int
    result: Mapping[str, Any]
    accepted: Mapping[str, Any]
    created_by: str
    created_at: datetime
    cost_micros: int = 0


@dataclass(frozen=True)
class AnalysisPlan:
    """What analysing would do: how many pictures, and what they cost, low and high.

    `why_measured` says in a sentence why no vision model is asked, or is "".
    """

    count: int
    vision_model: str
    label: str
    cost_micros: tuple[int, int]
    seconds: tuple[int, int]
    why_measured: str = ""


@dataclass(frozen=True)
class Proposal:
    """A value for one field of a product, beside what is there now."""

    field: str
    label: str
    current: str
    proposed: str
    note: str = ""
    is_accepted: bool = False


PRODUCT_FIELDS: Mapping[str, str] = {
    "category": "Category",
    "materials": "Materials",
    "colours": "Colours",
    "tags": "Tags",
    "description": "Description",
}
"""The fields of a product that an analysis proposes values for, with their labels."""


def proposals_for(analysis: Analysis, product: Product) -> tuple[Proposal, ...]:
    """Return what the analysis proposes for the product, without what is so already."""
    result = analysis.result
    proposed = {
        "category": str(result.get("category", "")),
        "materials": ", ".join(_joined(product.materials, result.get("materials", ()))),
        "colours": ", ".join(_joined(product.colours, _colour_names(result))),
        "tags": ", ".join(
            _joined(product.tags, [*result.get("tags", ()), *result.get("styles", ())])
        ),
        "description": str(result.get("description", "")),
    }
    current = {
        "category": product.category,
        "materials": ", ".join(product.materials),
        "colours": ", ".join(product.colours),
        "tags": ", ".join(product.tags),
        "description": product.description,
    }
    return tuple(
        Proposal(
            field=name,
            label=label,
            current=current[name],
            proposed=proposed[name],
            note=_unseen(result) if name == "colours" else "",
            is_accepted=name in analysis.accepted,
        )
        for name, label in PRODUCT_FIELDS.items()
        if proposed[name] and proposed[name] != current[name]
    )


def layer_from(analysis: Analysis) -> SettingsLayer:
    """Return an inspiration's analysis as settings, each of which a person may change.

    Words that name an option become that option; the others stay free text.
    """
    result = analysis.result
    light = result.get("light") or {}
    words = [
        f"{light['softness']} light" if light.get("softness") else "",
        _DIRECTIONS.get(light.get("direction", ""), ""),
        f"{light['warmth']} in colour" if light.get("warmth") else "",
    ]
    things = [_thing(each) for each in result.get("objects", ())][:6]
    return SettingsLayer(
        scene_type=_option("scene_type", result.get("scene_type", "")),
        style=_option("style", result.get("style", "")),
        mood=_option("mood", result.get("mood", "")),
        camera=_option("camera", result.get("camera", "")),
        lighting=", ".join(word for word in words if word)[:120] or None,
        palette=tuple(each["hex"].lower() for each in _palette(result))[:MAX_PALETTE] or None,
        props=", ".join(filter(None, things))[:120].rstrip(", ") or None,
    )


_DIRECTIONS = {
    "left": "from the left",
    "right": "from the right",
    "above": "from above",
    "front": "from the front",
    "behind": "from behind",
    "even": "from all sides",
}


def _palette(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the colours that were named, or, where nobody named any, those that were measured."""
    return result.get("palette") or result.get("pixels") or ()


def _thing(each: Mapping[str, Any]) -> str:
    material, name = str(each.get("material", "")), str(each.get("name", ""))
    return name if not material or material in name else f"{name} ({material})"


def _option(of_list: str, said: str) -> str | None:
    found = find_option(of_list, said)
    return found.name if found else said[:120] or None


def _joined(present: tuple[str, ...], added: Any) -> list[str]:  # noqa: ANN401 - a part of an answer
    known = {each.casefold() for each in present}
    fresh = [each for each in map(str, added) if each.casefold() not in known]
    return [*present, *dict.fromkeys(fresh)]


def _colour_names(result: Mapping[str, Any]) -> list[str]:
    return [each["name"] for each in result.get("colours", ()) if each.get("is_seen", True)]


def _unseen(result: Mapping[str, Any]) -> str:
    missing = [each["name"] for each in result.get("colours", ()) if not each.get("is_seen", True)]
    if not missing:
        return ""
    return f"Left out, because the photo's pixels do not show it: {', '.join(missing)}."
