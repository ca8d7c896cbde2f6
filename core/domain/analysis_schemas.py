"""What a vision model is asked to answer, and the check that its answer passes.

Everything in an answer is data: text loses control characters and is cut, lists are cut, numbers
are kept in their range, and what does not fit the schema at all is refused as a whole.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.domain.prompts import one_line, plain_line

SCHEMA_VERSION = 1
"""Rises when the schemas change; each analysis keeps the one that it was checked by."""

MAX_LISTED = 12
_MAX_TEXT_CHARS = 600
_MAX_NAME_CHARS = 80


def _text(max_chars: int) -> BeforeValidator:
    return BeforeValidator(
        lambda value: plain_line(value, max_chars=max_chars) if isinstance(value, str) else value
    )


def _few(value: object) -> object:
    """Return a list cut to `MAX_LISTED`, without what is empty or stands in it twice."""
    if not isinstance(value, list):
        return value
    kept: list[object] = []
    for each in value:
        plain = one_line(each, max_chars=_MAX_NAME_CHARS) if isinstance(each, str) else each
        if plain not in ("", *kept):
            kept.append(plain)
    return kept[:MAX_LISTED]


def _within(low: float, high: float) -> BeforeValidator:
    def kept(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return min(high, max(low, value))

    return BeforeValidator(kept)


Text = Annotated[str, _text(_MAX_TEXT_CHARS)]
Name = Annotated[str, _text(_MAX_NAME_CHARS)]
Names = Annotated[list[Name], BeforeValidator(_few)]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Share = Annotated[float, _within(0, 1)]
Count = Annotated[int, _within(0, 1000)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SeenColour(_Said):
    """A colour with its name."""

    name: Name
    hex: Hex


class SeenPart(_Said):
    """Parts that can be seen, and how many."""

    name: Name
    count: Count


class SeenObject(_Said):
    """A thing in a scene, what it is made of, and where it stands."""

    name: Name
    material: Name = ""
    placement: Name = ""


Colours = Annotated[list[SeenColour], BeforeValidator(_few)]


class ProductAnswer(_Said):
    """What is said of a product from its photo."""

    product_type: Name
    category: Name
    scene_types: Names
    materials: Names
    colours: Colours
    styles: Names
    tags: Names
    description: Text
    keywords: Names
    parts: Annotated[list[SeenPart], BeforeValidator(_few)]
    camera_angle: Literal["frontal", "angled", "top-down", "low"]
    size_class: Literal["small", "medium", "large"]
    confidence: Share


class SeenLight(_Said):
    """The light of a scene."""

    direction: Literal["left", "right", "above", "front", "behind", "even"]
    softness: Literal["soft", "medium", "hard"]
    warmth: Literal["warm", "neutral", "cool"]


class InspirationAnswer(_Said):
    """What is said of an inspiration image."""

    summary: Text
    scene_type: Name
    style: Name
    mood: Name
    light: SeenLight
    palette: Colours
    objects: Annotated[list[SeenObject], BeforeValidator(_few)]
    camera: Name
    confidence: Share


class WordsAnswer(_Said):
    """A title and an alternative text for a picture."""

    title: Annotated[str, _text(120), Field(min_length=1)]
    alt_text: Annotated[str, _text(250), Field(min_length=1)]


ANSWERS: dict[str, type[_Said]] = {
    "product": ProductAnswer,
    "inspiration": InspirationAnswer,
    "alt_text": WordsAnswer,
}
"""The schema of each kind of analysis."""


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema that an answer of this kind has to keep to."""
    return ANSWERS[kind].model_json_schema()


def checked_answer(kind: str, text: str) -> dict[str, Any]:
    """Return an answer as plain JSON values, or raise `ValueError` naming what does not fit."""
    try:
        return ANSWERS[kind].model_validate_json(text).model_dump(mode="json")
    except ValidationError as error:
        wrong = sorted({".".join(map(str, each["loc"])) or "all of it" for each in error.errors()})
        raise ValueError(", ".join(wrong[:5])) from None
