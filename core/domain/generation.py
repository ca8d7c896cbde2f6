"""Generation: what is asked of an image model, and the jobs that ask it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from core.domain.edit_settings import EditSettings
from core.errors import InvalidInputError

AspectRatio = Literal["1:1", "4:5", "3:4", "2:3", "9:16", "5:4", "4:3", "3:2", "16:9", "21:9"]
ASPECT_RATIOS: tuple[AspectRatio, ...] = (
    "1:1", "4:5", "3:4", "2:3", "9:16", "5:4", "4:3", "3:2", "16:9", "21:9",
)  # fmt: skip
ImageSize = Literal["1K", "2K", "4K"]
IMAGE_SIZES: tuple[ImageSize, ...] = ("1K", "2K", "4K")
MAX_VARIANTS = 12
MAX_PROMPT_CHARS = 4000
MAX_SENT_CHARS = 12_000
"""The prompt that is sent: a person's own words, and what Epox writes around them."""
MAX_BACKDROP_CHARS = 400
MAX_PALETTE = 6
MAX_REFERENCES = 14

BackdropKind = Literal["described", "room", "plain", "gradient", "picture"]
_MAX_ID_CHARS = 18
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(value: object) -> bool:
    """Say whether it is a colour such as `#f4f1ec`."""
    return isinstance(value, str) and _COLOUR.fullmatch(value) is not None


@dataclass(frozen=True)
class Backdrop:
    """What stands behind the product.

    `described`: what the scene type and the words in `value`, which may be none, say;
    `room`: `value` names one of `ROOMS`, the empty rooms that ship with Epox;
    `plain`: a colour such as `#f4f1ec`; `gradient`: two colours, top then bottom, joined by `,`;
    `picture`: the id of an asset of the same workspace. Raises `InvalidInputError` otherwise.
    """

    kind: BackdropKind
    value: str = ""

    def __post_init__(self) -> None:
        """Check that the value fits the kind."""
        wanted = {"plain": 1, "gradient": 2}.get(self.kind)
        if self.kind == "described" and len(self.value) > MAX_BACKDROP_CHARS:
            raise InvalidInputError(user_message="Please shorten what stands behind the product.")
        if wanted is not None:
            parts = self.value.split(",")
            if len(parts) != wanted or not all(_COLOUR.fullmatch(part) for part in parts):
                raise InvalidInputError(user_message="Choose a colour such as #f4f1ec.")
        is_id = self.value.isascii() and self.value.isdigit() and len(self.value) <= _MAX_ID_CHARS
        if self.kind == "picture" and not is_id:
            raise InvalidInputError(user_message="Choose a picture for the backdrop.")

    @property
    def label(self) -> str:
        """Return what people call this backdrop."""
        if self.kind == "room":
            return room_label(self.value)
        return {
            "described": "In words",
            "plain": "Plain",
            "gradient": "Gradient",
            "picture": "Own backdrop",
        }[self.kind]

    @property
    def colours(self) -> tuple[str, ...]:
        """Return the colours of a plain or gradient backdrop, none for the others."""
        return tuple(self.value.split(",")) if self.kind in ("plain", "gradient") else ()


@dataclass(frozen=True)
class Room:
    """An empty room that ships with Epox as a backdrop."""

    name: str
    label: str


ROOMS = (
    Room("living-room", "Living room"),
    Room("evening-lounge", "Evening lounge"),
    Room("sage-bedroom", "Sage bedroom"),
    Room("walnut-dining", "Walnut dining room"),
    Room("studio-cove", "Studio cove"),
)


def room_label(name: str) -> str:
    """Return a room's name for people."""
    return next((room.label for room in ROOMS if room.name == name), name)


class ReferenceRole(StrEnum):
    """What a reference image is shown for.

    Of an edit, the source is the picture that is edited, the mask says where, and an object is
    something that the person's words speak of.
    """

    PRODUCT = "product"
    BACKDROP = "backdrop"
    STYLE = "style"
    SCENE = "scene"
    PALETTE = "palette"
    SOURCE = "source"
    MASK = "mask"
    OBJECT = "object"


@dataclass(frozen=True)
class ReferenceImage:
    """A picture shown to the model: its role, its untouched bytes and what they are.

    A room that ships with Epox has a label and no asset.
    """

    role: ReferenceRole
    data: bytes
    mime_type: str
    sha256: str
    asset_id: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Dimensions:
    """Outer size of a product in centimetres: width, depth, height; each positive."""

    width_cm: float
    depth_cm: float
    height_cm: float


@dataclass(frozen=True)
class GenerationRequest:
    """All inputs of one call for one picture; nothing outside it influences the result.

    `references` begin with the product's photo. `variant` counts from 0 within the job and
    `seed` is the job's: a model that can be seeded makes the same picture for the same request.
    """

    prompt: str
    references: tuple[ReferenceImage, ...]
    backdrop: Backdrop
    aspect_ratio: AspectRatio
    size: ImageSize
    image_model: str
    seed: int
    variant: int
    dimensions: Dimensions | None = None


@dataclass(frozen=True)
class Usage:
    """What a call consumed, in tokens; zeros where the provider did not say."""

    input_tokens: int = 0
    image_tokens: int = 0
    text_tokens: int = 0


@dataclass(frozen=True)
class GeneratedImage:
    """A model's answer: the untouched bytes and the facts for the ledger.

    `cost_micros` is in millionths of a US dollar, from the usage where the provider gave one.
    """

    data: bytes
    mime_type: str
    model_version: str
    cost_micros: int
    usage: Usage = Usage()
    response_id: str = ""


@dataclass(frozen=True)
class ChosenReference:
    """A picture that a person wants the model to see, and what for."""

    role: ReferenceRole
    asset_id: int


@dataclass(frozen=True)
class GenerationSettings:
    """All that is asked for one product, resolved from the layers; "" is left to the model.

    `prompt` is the person's own words among the generated ones. `written_prompt` replaces the
    generated text altogether. The words for scene, style and so on are names of the options in
    `setting_options.toml` or free text. With `edit` the photo is the picture that is edited, of a
    product or of none.
    """

    prompt: str
    photo_id: int
    backdrop: Backdrop
    aspect_ratio: AspectRatio
    size: ImageSize
    variants: int
    image_model: str
    scene_type: str = ""
    style: str = ""
    lighting: str = ""
    mood: str = ""
    camera: str = ""
    palette: tuple[str, ...] = ()
    people: str = ""
    props: str = ""
    negative: str = ""
    references: tuple[ChosenReference, ...] = ()
    is_pixel_locked: bool = False
    written_prompt: str = ""
    edit: EditSettings | None = None
