"""Image tools: the steps that make one picture from another, each checked where it is made.

A step is plain numbers and words: the same steps on the same picture give the same pixels. Places
are shares of the picture's width and height as it is before the step, from its left and top.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar

from core.domain.brushes import Stroke, some_strokes
from core.domain.step_checks import (
    choice_of,
    known_fields,
    require_flag,
    require_id,
    require_number,
)
from core.errors import InvalidInputError

MAX_STEPS = 12
MIN_CANVAS_PX, MAX_CANVAS_PX = 256, 4096
MAX_FEATHER_PX = 100.0
RATIOS = ("1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "4:5", "5:4", "21:9")
"""The ratios that are offered by name; any other "width:height" up to 20:1 is accepted too."""

FREE = "free"
FIGURES = "figures"
"""Where a kept step says what was measured of its result."""

_RATIO = re.compile(r"(\d{1,4}(?:\.\d{1,3})?):(\d{1,4}(?:\.\d{1,3})?)")
_HEX = re.compile(r"#[0-9a-f]{6}")
_MOST_UNEVEN = 20
_SHORTEST_SHARE = 0.001
_ROUNDING = 1e-6


class FileFormat(StrEnum):
    """How a result is saved.

    `AUTO` is JPEG for photos that were JPEG, but for packshots, and else PNG, without loss. WebP is
    without loss too.
    """

    AUTO = "auto"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


class BackgroundKind(StrEnum):
    """What is put behind a cut-out."""

    TRANSPARENT = "transparent"
    WHITE = "white"
    COLOUR = "colour"
    GRADIENT = "gradient"
    PICTURE = "picture"


class UpscaleMethod(StrEnum):
    """How pixels are added: by a small network, or by plain interpolation."""

    SUPER_RESOLUTION = "super-resolution"
    LANCZOS = "lanczos"


def ratio_of(text: object) -> float | None:
    """Return width divided by height of a ratio such as "4:5"; None for "free"."""
    if text == FREE:
        return None
    found = _RATIO.fullmatch(text) if isinstance(text, str) else None
    width, height = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if min(width, height) <= 0 or max(width, height) / min(width, height) > _MOST_UNEVEN:
        raise InvalidInputError(
            user_message="Write the ratio as width:height, such as 4:5, and at most 20:1."
        )
    return width / height


@dataclass(frozen=True)
class Crop:
    """Keep a box; with a ratio, the largest part of that ratio in the middle of the box."""

    tool: ClassVar[str] = "crop"

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0
    ratio: str = FREE

    def __post_init__(self) -> None:
        """Refuse a box that is empty or leaves the picture."""
        for name in ("left", "top"):
            require_number(getattr(self, name), f"crop's {name}", 0, 1)
        for name in ("width", "height"):
            require_number(getattr(self, name), f"crop's {name}", _SHORTEST_SHARE, 1)
        if max(self.left + self.width, self.top + self.height) > 1 + _ROUNDING:
            raise InvalidInputError(user_message="The crop reaches beyond the picture.")
        ratio_of(self.ratio)

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing."""
        return self == Crop()


@dataclass(frozen=True)
class Rotate:
    """Turn by quarters, clockwise."""

    tool: ClassVar[str] = "rotate"

    quarters: int = 1

    def __post_init__(self) -> None:
        """Refuse anything but whole quarters."""
        if isinstance(self.quarters, bool) or self.quarters not in (0, 1, 2, 3):
            raise InvalidInputError(user_message="A picture is turned by 90, 180 or 270 degrees.")

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing."""
        return self.quarters == 0


@dataclass(frozen=True)
class Straighten:
    """Turn by a few degrees, clockwise, and keep the largest upright part without empty corners."""

    tool: ClassVar[str] = "straighten"

    degrees: float = 0.0

    def __post_init__(self) -> None:
        """Refuse more than an eighth of a turn."""
        require_number(self.degrees, "angle", -45, 45)

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing."""
        return self.degrees == 0


@dataclass(frozen=True)
class Flip:
    """Mirror; horizontally left becomes right."""

    tool: ClassVar[str] = "flip"

    is_horizontal: bool = True

    def __post_init__(self) -> None:
        """Refuse anything but yes or no."""
        require_flag(self.is_horizontal, "mirroring")

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing: never."""
        return False


@dataclass(frozen=True)
class Adjust:
    """Light, colour and detail; each is neutral at 0. See docs/image-tools.md for the formulas."""

    tool: ClassVar[str] = "adjust"

    exposure: float = 0.0
    contrast: float = 0.0
    highlights: float = 0.0
    shadows: float = 0.0
    whites: float = 0.0
    blacks: float = 0.0
    temperature: float = 0.0
    tint: float = 0.0
    saturation: float = 0.0
    vibrance: float = 0.0
    clarity: float = 0.0
    texture: float = 0.0
    sharpness: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is beyond a slider's ends."""
        for field in fields(self):
            lowest = 0 if field.name == "sharpness" else -100
            require_number(getattr(self, field.name), field.name, lowest, 100)

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing."""
        return not any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class CutOut:
    """Make everything but the product transparent.

    With `mask_id` the white of that mask is the product, else Epox looks for it. Strokes correct
    what was found; `feather_px` softens the outline.
    """

    tool: ClassVar[str] = "cutout"

    strokes: tuple[Stroke, ...] = ()
    mask_id: int | None = None
    feather_px: float = 0.0

    def __post_init__(self) -> None:
        """Refuse more strokes than can be kept."""
        require_number(self.feather_px, "feather", 0, MAX_FEATHER_PX)
        require_id(self.mask_id, "mask")
        strokes = some_strokes(self.strokes)
        object.__setattr__(self, "strokes", strokes)

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing: never."""
        return False


@dataclass(frozen=True)
class Background:
    """Put something behind the product; a picture without transparency is cut out first.

    A gradient goes from `colour` to `second_colour` in the direction of `degrees`, 0 is downwards.
    A picture is that of `asset_id`, as large as needed to cover all.
    """

    tool: ClassVar[str] = "background"

    kind: BackgroundKind = BackgroundKind.WHITE
    colour: str = "#ffffff"
    second_colour: str = "#e6e6e6"
    degrees: float = 0.0
    asset_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse colours that are none, and a picture that is not named."""
        object.__setattr__(self, "kind", choice_of(BackgroundKind, self.kind, "background"))
        for name in ("colour", "second_colour"):
            colour = getattr(self, name)
            if not isinstance(colour, str) or not _HEX.fullmatch(colour.lower()):
                raise InvalidInputError(user_message="Write a colour as #rrggbb, such as #f2efe9.")
            object.__setattr__(self, name, colour.lower())
        require_number(self.degrees, "gradient's direction", -360, 360)
        require_id(self.asset_id, "background picture")
        if self.kind is BackgroundKind.PICTURE and self.asset_id is None:
            raise InvalidInputError(user_message="Please choose the picture for the background.")

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing: never."""
        return False


@dataclass(frozen=True)
class Packshot:
    """Put the product in the middle of a canvas that is exactly white.

    `fill` is how much of the canvas the product's longer dimension takes, in percent; `margin`
    stays free on each side. `canvas_px` is the canvas's longer side. `shadow` is the strength of
    the shadow under the product, 0 is none.
    """

    tool: ClassVar[str] = "packshot"

    fill: float = 85.0
    canvas_px: int = 2000
    ratio: str = "1:1"
    margin: float = 0.0
    shadow: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a canvas that cannot be made, and a fill that its margin does not allow."""
        require_number(self.fill, "fill", 10, 100)
        require_number(self.margin, "margin", 0, 40)
        require_number(self.shadow, "shadow", 0, 100)
        require_number(self.canvas_px, "canvas", MIN_CANVAS_PX, MAX_CANVAS_PX, is_whole=True)
        if ratio_of(self.ratio) is None:
            raise InvalidInputError(user_message="A packshot needs a ratio, such as 1:1.")
        if self.fill + 2 * self.margin > 100 + _ROUNDING:
            raise InvalidInputError(
                user_message=f"A fill of {self.fill:g} % leaves no room for a margin of "
                f"{self.margin:g} % on each side. Lower one of them."
            )

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing: never."""
        return False


@dataclass(frozen=True)
class Upscale:
    """Enlarge; more pixels, not more truth."""

    tool: ClassVar[str] = "upscale"

    factor: int = 2
    method: UpscaleMethod = UpscaleMethod.SUPER_RESOLUTION

    def __post_init__(self) -> None:
        """Refuse factors that are not offered."""
        if isinstance(self.factor, bool) or self.factor not in (2, 4):
            raise InvalidInputError(user_message="A picture is enlarged 2 or 4 times.")
        object.__setattr__(self, "method", choice_of(UpscaleMethod, self.method, "method"))

    @property
    def is_neutral(self) -> bool:
        """Say whether it changes nothing: never."""
        return False


@dataclass(frozen=True)
class MadeFrom:
    """How an asset was made from its parent: by which tool, in which steps, with their figures."""

    parent_id: int
    tool: str
    steps: tuple[Mapping[str, Any], ...]


ToolStep = Crop | Rotate | Straighten | Flip | Adjust | CutOut | Background | Packshot | Upscale
_KINDS: Mapping[str, type[ToolStep]] = {
    kind.tool: kind
    for kind in (Crop, Rotate, Straighten, Flip, Adjust, CutOut, Background, Packshot, Upscale)
}
_WEIGHT = tuple(_KINDS)
TOOLS = _WEIGHT
"""The names of all tools, as assets keep them."""


def step_to_json(step: ToolStep) -> dict[str, Any]:
    """Return a step as JSON can hold it: its `tool` and every number it has."""
    written: dict[str, Any] = {"tool": step.tool}
    for field in fields(step):
        value = getattr(step, field.name)
        if isinstance(value, StrEnum):
            value = value.value
        elif isinstance(value, tuple):
            value = [stroke.to_json() for stroke in value]
        written[field.name] = value
    return written


def step_from_json(value: object) -> ToolStep:
    """Return the step that `step_to_json` wrote, or raise a sentence; its figures are left out."""
    name = value.get("tool") if isinstance(value, Mapping) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(value, Mapping):
        raise InvalidInputError(user_message="This step is of no tool that Epox has.")
    rest = {key: part for key, part in value.items() if key not in ("tool", FIGURES)}
    return kind(**known_fields(kind, rest, str(name)))


def steps_to_json(steps: Sequence[ToolStep]) -> list[dict[str, Any]]:
    """Return steps as JSON can hold them."""
    return [step_to_json(step) for step in steps]


def steps_from_json(value: object) -> tuple[ToolStep, ...]:
    """Return steps from JSON, or raise a sentence for anything else."""
    if not isinstance(value, list | tuple):
        raise InvalidInputError(user_message="The steps cannot be read.")
    return some_steps([step_from_json(step) for step in value[: MAX_STEPS + 1]])


def some_steps(steps: Sequence[ToolStep]) -> tuple[ToolStep, ...]:
    """Return the steps without those that change nothing, or raise when there are too many."""
    if len(steps) > MAX_STEPS:
        raise InvalidInputError(user_message=f"Please use at most {MAX_STEPS} steps at a time.")
    return tuple(step for step in steps if not step.is_neutral)


def main_tool(steps: Sequence[ToolStep]) -> str:
    """Return the tool that a result is named after: that of the step which changes most."""
    return max((step.tool for step in steps), key=_WEIGHT.index, default="")
