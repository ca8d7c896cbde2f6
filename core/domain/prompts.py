"""The prompt engine: the one writer of the words that are shown before and sent."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.generation import (
    Dimensions,
    GenerationSettings,
    ReferenceRole,
    room_label,
)
from core.domain.seen_facts import NOTHING_SEEN, SeenFacts
from core.domain.setting_options import find_palette, words_for
from core.errors import SettingsError

PICTURE = "picture@1"
SCENE = "scene@1"
"""The templates of pictures and of places without the product: their names and their versions.

A changed text is a new version.
"""
LEFT_OUT = "Leave out of the picture:"
"""How every template begins the line that says so."""
MAX_FACT_CHARS = 300
MAX_LISTED = 12

_TEMPLATES = Path(__file__).with_name("prompt_templates")
_HOLE = re.compile(r"\{([a-z_]+)\}")
_ANYWHERE = "a quiet, light setting that suits the product"
_RULES = "No text, no logo, no watermark"
_ROLES: Mapping[ReferenceRole, str] = {
    ReferenceRole.PRODUCT: "the same product from another side: use it for shape and details.",
    ReferenceRole.BACKDROP: "the backdrop: use it as the place in which the product stands.",
    ReferenceRole.STYLE: "the style reference: take light and mood, not objects.",
    ReferenceRole.SCENE: "the scene reference: take the kind of place and its layout, and leave "
    "out the products in it.",
    ReferenceRole.PALETTE: "the palette reference: take its colours for the surroundings, nothing "
    "else.",
}


@dataclass(frozen=True)
class ProductFacts:
    """What the catalogue says of a product, as far as a prompt may quote it."""

    name: str
    category: str = ""
    dimensions: Dimensions | None = None
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    description: str = ""
    seen: SeenFacts = NOTHING_SEEN


@dataclass(frozen=True)
class Briefing:
    """All that a prompt is written from; nothing else has any influence on it.

    `roles` are those of the pictures that go with the prompt, in their order: the first is the
    product's photo, unless the picture is of a place without the product.
    """

    facts: ProductFacts
    settings: GenerationSettings
    roles: tuple[ReferenceRole, ...] = (ReferenceRole.PRODUCT,)
    brand: BrandKit = NO_BRAND


def write(briefing: Briefing, template: str = PICTURE) -> str:
    """Return the prompt: the template with its holes filled, without the lines left empty."""
    return fill(template_text(template), _holes(briefing))


def fill(text: str, holes: Mapping[str, str]) -> str:
    """Return a template's text with its holes filled; a line with an empty hole is left out.

    What is filled in is never read again: braces in it are only braces.
    """
    lines = []
    for line in text.splitlines():
        names = _HOLE.findall(line)
        if all(holes[name] for name in names):
            lines.append(_HOLE.sub(lambda found: holes[found.group(1)], line))
    return "\n".join(lines)


@cache
def template_text(template: str) -> str:
    """Return the text of a template, such as `picture@1`, or raise `SettingsError`."""
    if not re.fullmatch(r"[a-z]+@[0-9]+", template):
        raise SettingsError(f"no prompt template is called {template!r}")
    try:
        return (_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8").rstrip("\n")
    except FileNotFoundError as error:
        raise SettingsError(f"the prompt template {template} is missing") from error


def without_left_out(prompt: str) -> str:
    """Return the prompt without the line that says what is to be left out of the picture."""
    return "\n".join(line for line in prompt.splitlines() if not line.startswith(LEFT_OUT))


def one_line(text: str, *, max_chars: int) -> str:
    """Return `plain_line` without the signs at its end, to go on after it."""
    return plain_line(text, max_chars=max_chars).rstrip(" .,;")


def plain_line(text: str, *, max_chars: int) -> str:
    """Return the text on one line, without control characters, cut at so many characters."""
    plain = "".join(map(_harmless, text[: max_chars * 4]))
    return " ".join(plain.split())[:max_chars].rstrip()


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        # Joiners are part of words and emoji; overrides and isolates turn text around.
        return char if char in "\u200c\u200d" else ""
    return " " if category in ("Cc", "Cs", "Zl", "Zp") else char


def _holes(briefing: Briefing) -> dict[str, str]:
    settings, brand = briefing.settings, briefing.brand
    is_described = settings.backdrop.kind == "described"
    return {
        "pictures": "\n".join(_pictures(briefing.roles)),
        "facts": "\n".join(fact_lines(briefing.facts)),
        "size": _size(briefing.facts),
        # A colour, a room or a picture behind the product leaves no place for another scene.
        "scene_type": _chosen("scene_type", settings.scene_type) if is_described else "",
        "backdrop": _backdrop(briefing),
        "camera": _chosen("camera", settings.camera),
        "style": _chosen("style", settings.style),
        "mood": _chosen("mood", settings.mood),
        "lighting": _chosen("lighting", settings.lighting),
        "palette": _colours(settings.palette),
        "people": _chosen("people", settings.people),
        "props": _chosen("props", settings.props),
        "brand_palette": _colours(brand.palette),
        "brand_words": _listed(brand.words),
        "brand_notes": one_line(brand.notes, max_chars=600),
        "wishes": _wishes(settings.prompt),
        "negative": one_line(settings.negative, max_chars=1000),
        "rules": f"{_RULES}." if settings.people else f"{_RULES}, no people.",
    }


def _shows_product(roles: Sequence[ReferenceRole]) -> bool:
    return ReferenceRole.PRODUCT in roles


def _pictures(roles: Sequence[ReferenceRole]) -> list[str]:
    lines = [f"Image {at} is {_ROLES[role]}" for at, role in enumerate(roles, start=1)]
    if _shows_product(roles):
        lines[0] = "Image 1 shows the product."
    return lines


def fact_lines(facts: ProductFacts) -> list[str]:
    """Return what is known of a product, a line each, as data that ends no block."""
    size = facts.dimensions
    known = {
        "Name": _data(facts.name),
        "Category": _data(facts.category),
        "Type": _data(facts.seen.product_type),
        "Size": f"{size.width_cm:g} cm wide, {size.depth_cm:g} cm deep, {size.height_cm:g} cm high"
        if size
        else "",
        "Materials": _data(", ".join(facts.materials[:MAX_LISTED])),
        "Colours": _data(", ".join(facts.colours[:MAX_LISTED])),
        "Parts that can be seen": _data(", ".join(facts.seen.parts[:MAX_LISTED])),
        "Seen in its photo": _data(facts.seen.camera_angle),
        "Description": _data(facts.description),
    }
    return [f"{name}: {value}" for name, value in known.items() if value]


def _size(facts: ProductFacts) -> str:
    size = facts.dimensions
    if size is None:
        return "a piece of furniture"
    return (
        f"something {size.width_cm:g} cm wide, {size.depth_cm:g} cm deep and "
        f"{size.height_cm:g} cm high"
    )


def _data(text: str) -> str:
    # It cannot end the block that it stands in: that takes five signs on a line of their own.
    return re.sub(r"={2,}", "=", one_line(text, max_chars=MAX_FACT_CHARS))


def _chosen(of_list: str, value: str) -> str:
    return one_line(words_for(of_list, value), max_chars=400)


def _colours(colours: tuple[str, ...]) -> str:
    palette = find_palette(colours)
    listed = ", ".join(colours)
    return f"{palette.name.lower()} ({listed})" if palette else listed


def _listed(words: Sequence[str]) -> str:
    return ", ".join(one_line(word, max_chars=60) for word in words[:30])


def _wishes(prompt: str) -> str:
    # A person's own words are theirs to order: their lines stay sentences of their own.
    lines = (" ".join(line.split()) for line in prompt.splitlines())
    return " ".join(line for line in lines if line)


def _backdrop(briefing: Briefing) -> str:
    settings = briefing.settings
    backdrop = settings.backdrop
    if backdrop.kind == "described":
        words = _chosen("backdrop", backdrop.value)
        is_open = not words and not settings.scene_type and not settings.prompt.strip()
        return _ANYWHERE if is_open else words
    if backdrop.kind == "plain":
        return f"seamless studio paper in the plain colour {backdrop.value}"
    if backdrop.kind == "gradient":
        top, bottom = backdrop.colours
        return f"a smooth studio gradient from {top} at the top to {bottom} at the bottom"
    at = briefing.roles.index(ReferenceRole.BACKDROP) + 1
    placed = "; place the product in it, true to scale" if _shows_product(briefing.roles) else ""
    if backdrop.kind == "room":
        room = room_label(backdrop.value).lower()
        return f"the room of image {at} ({room}){placed}; leave the room as it is"
    return f"the scene of image {at}{placed}"
