"""Layers of settings: what each level of the cascade says, and what all of them come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, get_args

from core.domain.generation import (
    ASPECT_RATIOS,
    IMAGE_SIZES,
    MAX_PALETTE,
    MAX_PROMPT_CHARS,
    MAX_VARIANTS,
    AspectRatio,
    Backdrop,
    BackdropKind,
    ChosenReference,
    GenerationSettings,
    ImageSize,
    ReferenceRole,
    is_colour,
)
from core.domain.setting_options import filled_by_style
from core.errors import InvalidInputError

ADDED_UP = ("palette", "references", "prompt", "negative")
"""Of these the layers add up; of all others the last one that says something wins."""


class Level(StrEnum):
    """The levels of the cascade, the weakest first. `EPOX` is what holds when nobody says more."""

    EPOX = "epox"
    WORKSPACE = "workspace"
    CATEGORY = "category"
    CATEGORY_SCENE = "category_scene"
    PRODUCT = "product"
    COLLECTION = "collection"
    SHOT = "shot"
    PRESET = "preset"
    REQUEST = "request"


@dataclass(frozen=True)
class SettingsLayer:
    """What one level says; None says nothing, and "" that it is left to the image model.

    `starts_anew` names those of `ADDED_UP` for which nothing is taken over from the levels below.
    """

    scene_type: str | None = None
    style: str | None = None
    lighting: str | None = None
    mood: str | None = None
    camera: str | None = None
    palette: tuple[str, ...] | None = None
    people: str | None = None
    props: str | None = None
    backdrop: Backdrop | None = None
    references: tuple[ChosenReference, ...] | None = None
    prompt: str | None = None
    negative: str | None = None
    aspect_ratio: AspectRatio | None = None
    size: ImageSize | None = None
    variants: int | None = None
    image_model: str | None = None
    is_pixel_locked: bool | None = None
    starts_anew: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Say whether it says nothing at all."""
        return self == SettingsLayer()


LAYER_FIELDS = tuple(each.name for each in fields(SettingsLayer) if each.name != "starts_anew")
"""The names of all settings that a layer may hold."""
_TEXTS = (
    "scene_type", "style", "lighting", "mood", "camera", "people", "props", "prompt", "negative",
    "image_model",
)  # fmt: skip
LAST_WINS = tuple(name for name in LAYER_FIELDS if name not in ADDED_UP)
OWN_LAYER = SettingsLayer(
    backdrop=Backdrop("described"),
    aspect_ratio="1:1",
    size="1K",
    variants=1,
    is_pixel_locked=False,
)
"""What holds when nobody says otherwise; the image model is the first that can be used."""


@dataclass(frozen=True)
class Source:
    """Where a value comes from: the level, and what people call that, such as a category's name.

    `style` is the style that filled it in, if it was not said there in so many words.
    """

    level: Level
    label: str = ""
    style: str = ""


@dataclass(frozen=True)
class Part:
    """What one level adds to a value that adds up."""

    source: Source
    value: Any


@dataclass(frozen=True)
class Resolved:
    """What the layers come to; every value that somebody said has its source.

    `parts` are the contributions to each of `ADDED_UP`, weakest first.
    """

    layer: SettingsLayer = SettingsLayer()
    sources: Mapping[str, Source] = field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def settings(self) -> GenerationSettings:
        """Return the settings of a request; what is unsaid is as Epox has it.

        They are for the product's primary photo; with no image model said, theirs is "".
        """
        asked: dict[str, Any] = {}
        for name in LAYER_FIELDS:
            own = getattr(OWN_LAYER, name)
            value = getattr(self.layer, name)
            asked[name] = own if value is None else value
        unsaid: dict[str, Any] = {"palette": (), "references": ()}
        return GenerationSettings(
            photo_id=0,
            **{
                name: unsaid.get(name, "") if value is None else value
                for name, value in asked.items()
            },
        )


Layers = Sequence[tuple[Level, str, SettingsLayer]]
"""The layers that hold for something, weakest first: level, label, what it says."""


def merge(layers: Layers) -> Resolved:
    """Return what the layers come to, the weakest first; the order given is the order that counts.

    A style fills lighting, palette and props of which no layer says anything. Of more than
    `MAX_PALETTE` colours those of the strongest layers stay.
    """
    said: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    parts: dict[str, tuple[Part, ...]] = {}
    for level, label, layer in layers:
        source = Source(level, label)
        for name in LAYER_FIELDS:
            value = getattr(layer, name)
            if name in ADDED_UP and name in layer.starts_anew:
                parts[name], sources[name], value = (), source, value or _NOTHING[name]
            if value is None:
                continue
            said[name], sources[name] = value, source
            if name in ADDED_UP:
                added = [Part(source, value)] if value else []
                parts[name] = (*parts.get(name, ()), *added)
    for name, contributions in parts.items():
        said[name] = _SUMS[name]([part.value for part in contributions])
    for name, value in _filled(said).items():
        said[name], sources[name] = value, replace(sources["style"], style=said["style"])
        if name in ADDED_UP:
            parts[name] = (Part(sources[name], value),)
    return Resolved(SettingsLayer(**said), sources, parts)


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the style fills in: only what nobody said, not even that it is left open."""
    fill = filled_by_style(said.get("style") or "")
    found = {"lighting": fill.lighting, "palette": fill.palette, "props": fill.props}
    return {name: value for name, value in found.items() if value and name not in said}


def _sum_of_palettes(palettes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    # The strongest count when there is no room for all.
    strongest_first = dict.fromkeys(colour for each in reversed(palettes) for colour in each)
    kept = list(strongest_first)[:MAX_PALETTE]
    return tuple(dict.fromkeys(colour for each in palettes for colour in each if colour in kept))


def _sum_of_references(
    chosen: Sequence[tuple[ChosenReference, ...]],
) -> tuple[ChosenReference, ...]:
    # The strongest come first: when a model takes fewer, the last ones are left out.
    return tuple(dict.fromkeys(reference for each in reversed(chosen) for reference in each))


def _sum_of_prompts(prompts: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(prompts))


def _sum_of_negatives(negatives: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(negatives))


_NOTHING: Mapping[str, Any] = {"palette": (), "references": (), "prompt": "", "negative": ""}
_SUMS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "palette": _sum_of_palettes,
    "references": _sum_of_references,
    "prompt": _sum_of_prompts,
    "negative": _sum_of_negatives,
}


def layer_to_json(layer: SettingsLayer) -> dict[str, Any]:
    """Return the layer as a JSON object; what it says nothing of is left out."""
    said = {name: getattr(layer, name) for name in LAYER_FIELDS}
    kept: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if layer.palette is not None:
        kept["palette"] = list(layer.palette)
    if layer.backdrop is not None:
        kept["backdrop"] = asdict(layer.backdrop)
    if layer.references is not None:
        kept["references"] = [asdict(each) for each in layer.references]
    if layer.starts_anew:
        kept["starts_anew"] = sorted(layer.starts_anew)
    return kept


def layer_from_json(plain: object) -> SettingsLayer:
    """Return the layer that a JSON object holds.

    What is unknown, of another type or impossible is taken as unsaid, so that what an older or a
    newer Epox wrote can be read; it raises nothing.
    """
    if not isinstance(plain, Mapping):
        return SettingsLayer()
    read: dict[str, Any] = {
        name: value[:MAX_PROMPT_CHARS]
        for name in _TEXTS
        if isinstance(value := plain.get(name), str)
    }
    for name, allowed in (("aspect_ratio", ASPECT_RATIOS), ("size", IMAGE_SIZES)):
        if isinstance(plain.get(name), str) and plain[name] in allowed:
            read[name] = plain[name]
    variants = plain.get("variants")
    if type(variants) is int and 1 <= variants <= MAX_VARIANTS:
        read["variants"] = variants
    if isinstance(plain.get("is_pixel_locked"), bool):
        read["is_pixel_locked"] = plain["is_pixel_locked"]
    if isinstance(palette := plain.get("palette"), list | tuple):
        read["palette"] = tuple(each for each in palette if is_colour(each))[:MAX_PALETTE]
    if isinstance(chosen := plain.get("references"), list | tuple):
        found = [_reference_from(each) for each in chosen]
        read["references"] = tuple(each for each in found if each is not None)
    if (backdrop := backdrop_from_json(plain.get("backdrop"))) is not None:
        read["backdrop"] = backdrop
    if isinstance(names := plain.get("starts_anew"), list | tuple):
        read["starts_anew"] = frozenset(name for name in ADDED_UP if name in names)
    return SettingsLayer(**read)


def sources_to_json(sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the sources as a JSON object."""
    return {name: asdict(source) for name, source in sources.items()}


def sources_from_json(plain: object) -> dict[str, Source]:
    """Return the sources that a JSON object holds; what cannot be read is left out."""
    if not isinstance(plain, Mapping):
        return {}
    return {
        name: source
        for name, value in plain.items()
        if name in LAYER_FIELDS and (source := _source_from(value)) is not None
    }


def backdrop_from_json(plain: object) -> Backdrop | None:
    """Return the backdrop that a JSON object holds, or None if there is none that can be."""
    if not isinstance(plain, Mapping):
        return None
    kind: Any = plain.get("kind")
    value = plain.get("value", "")
    if kind not in get_args(BackdropKind) or not isinstance(value, str):
        return None
    try:
        return Backdrop(kind, value)
    except InvalidInputError:
        return None


def _reference_from(plain: object) -> ChosenReference | None:
    if not isinstance(plain, Mapping):
        return None
    role = next((each for each in ReferenceRole if each == plain.get("role")), None)
    asset_id = plain.get("asset_id")
    if role is None or type(asset_id) is not int:
        return None
    return ChosenReference(role, asset_id)


def _source_from(plain: object) -> Source | None:
    if not isinstance(plain, Mapping):
        return None
    level = next((each for each in Level if each == plain.get("level")), None)
    if level is None:
        return None
    return Source(level, str(plain.get("label", "")), str(plain.get("style", "")))
