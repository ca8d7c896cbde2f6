"""Edits by an image model: what a person asks for, checked, and what comes of it."""

from dataclasses import dataclass

from core.domain.edit_settings import EDIT_MODES, EditMode
from core.domain.generation import (
    ASPECT_RATIOS,
    IMAGE_SIZES,
    AspectRatio,
    ChosenReference,
    ImageSize,
    ReferenceRole,
)
from core.domain.plans import Plan, PlanItem
from core.errors import InvalidInputError

MAX_EDIT_PICTURES = 4
MAX_FEATHER_PX = 100
MAX_EDIT_REFERENCES = 10
MAX_KEPT_PIXELS = 24_000_000
"""How large a picture may be of which a part is kept to the bit: without loss it is a large file.
"""
EDIT_ROLES = (
    ReferenceRole.OBJECT,
    ReferenceRole.PRODUCT,
    ReferenceRole.STYLE,
    ReferenceRole.SCENE,
    ReferenceRole.PALETTE,
)
"""What a picture may be shown for beside the one that is edited."""

_PIXELS = {"1K": 1024 * 1024, "2K": 2048 * 2048, "4K": 4096 * 4096}
_ALIKE = 0.03
_SAYS_WHAT: dict[EditMode, str] = {
    "edit": "Edited",
    "erase": "Erased",
    "expand": "Expanded",
    "again_larger": "Again, larger",
}


@dataclass(frozen=True)
class Edit:
    """What a person asks for; raises `InvalidInputError` with a sentence for what cannot be meant.

    `edit` changes what the instruction says, only where the mask is white if there is one. `erase`
    takes away what the mask covers. `expand` fills what `aspect_ratio` adds around the picture.
    `again_larger` makes the picture anew with more pixels. `aspect_ratio` and `image_model` None
    or "" are chosen for the person.
    """

    asset_id: int
    mode: EditMode = "edit"
    instruction: str = ""
    mask_id: int | None = None
    feather_px: int = 0
    references: tuple[ChosenReference, ...] = ()
    aspect_ratio: AspectRatio | None = None
    size: ImageSize = "1K"
    image_model: str = ""
    count: int = 1
    across: float = 0.5
    down: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.mode not in EDIT_MODES:
            raise InvalidInputError(user_message="Choose what to do with the picture.")
        for value in (self.asset_id, *(each.asset_id for each in self.references)):
            _require_whole(value, 1, 2**53, "This picture cannot be found.")
        if self.mask_id is not None:
            _require_whole(self.mask_id, 1, 2**53, "This mask cannot be found; paint it again.")
        _require_whole(
            self.count, 1, MAX_EDIT_PICTURES,
            f"Choose 1 to {MAX_EDIT_PICTURES} pictures at a time.",
        )  # fmt: skip
        _require_whole(
            self.feather_px, 0, MAX_FEATHER_PX,
            f"The mask's soft edge is 0 to {MAX_FEATHER_PX} pixels wide.",
        )  # fmt: skip
        for share in (self.across, self.down):
            if not _is_share(share):
                raise InvalidInputError(user_message="Choose a place for the picture.")
        if self.aspect_ratio is not None and self.aspect_ratio not in ASPECT_RATIOS:
            raise InvalidInputError(user_message="Choose one of the ratios.")
        if self.size not in IMAGE_SIZES:
            raise InvalidInputError(user_message="Choose one of the sizes.")
        self._check_mode()
        self._check_references()

    def _check_mode(self) -> None:
        if self.mode == "edit" and not self.instruction.strip():
            raise InvalidInputError(user_message="Say in words what is to change.")
        if self.mode == "erase" and self.mask_id is None:
            raise InvalidInputError(user_message="Paint over what is to be erased.")
        if self.mode == "expand" and self.aspect_ratio is None:
            raise InvalidInputError(user_message="Choose the ratio to which the picture grows.")
        if self.mode in ("expand", "again_larger") and self.mask_id is not None:
            raise InvalidInputError(
                user_message="A mask is for editing and erasing. Remove it, or edit instead."
            )
        if self.mode == "again_larger" and self.references:
            raise InvalidInputError(
                user_message="Only the picture itself is made again; remove the other pictures."
            )

    def _check_references(self) -> None:
        if len(self.references) > MAX_EDIT_REFERENCES:
            raise InvalidInputError(
                user_message=f"Please show at most {MAX_EDIT_REFERENCES} other pictures."
            )
        if len({each.asset_id for each in self.references}) < len(self.references):
            raise InvalidInputError(user_message="Each picture can be shown once.")
        if any(each.role not in EDIT_ROLES for each in self.references):
            raise InvalidInputError(user_message="Choose what each picture is shown for.")


@dataclass(frozen=True)
class Frame:
    """Where a picture lies on the canvas that an image model is shown, in pixels."""

    canvas_width_px: int
    canvas_height_px: int
    left_px: int
    top_px: int
    width_px: int
    height_px: int

    @property
    def is_whole(self) -> bool:
        """Say whether the picture is the whole canvas."""
        return (self.canvas_width_px, self.canvas_height_px) == (self.width_px, self.height_px)

    @property
    def pixels(self) -> int:
        """Return how many pixels the canvas has."""
        return self.canvas_width_px * self.canvas_height_px


@dataclass(frozen=True)
class EditPlan:
    """What an edit would send, cost and keep: `plan` holds one item with the exact prompt.

    `keeps` says in a sentence what stays as it is, and how. `width_px` and `height_px` are those
    of the result, where they are known before.
    """

    edit: Edit
    plan: Plan
    keeps: str
    width_px: int | None = None
    height_px: int | None = None

    @property
    def item(self) -> PlanItem:
        """Return what is sent: the prompt to the byte, the pictures in their order, the cost."""
        return self.plan.items[0]


def frame_of(
    width_px: int, height_px: int, ratio: AspectRatio, *, across: float = 0.5, down: float = 0.5
) -> Frame:
    """Return the smallest canvas of a ratio that holds the whole picture, and where it lies."""
    wanted = ratio_of(ratio)
    if wanted > width_px / height_px:
        canvas = max(width_px, round(height_px * wanted)), height_px
    else:
        canvas = width_px, max(height_px, round(width_px / wanted))
    left = round((canvas[0] - width_px) * across)
    top = round((canvas[1] - height_px) * down)
    return Frame(*canvas, left, top, width_px, height_px)


def ratio_of(ratio: AspectRatio) -> float:
    """Return width divided by height."""
    width, _, height = ratio.partition(":")
    return int(width) / int(height)


def nearest_ratio(
    width_px: int, height_px: int, offered: tuple[AspectRatio, ...] = ASPECT_RATIOS
) -> AspectRatio:
    """Return the offered ratio that is most like a picture's own."""
    own = width_px / height_px

    def distance(ratio: AspectRatio) -> float:
        other = ratio_of(ratio)
        return max(own / other, other / own)

    return min(offered, key=distance)


def is_alike(width_px: int, height_px: int, ratio: AspectRatio) -> bool:
    """Say whether a picture is so near to a ratio that a canvas of it needs no border."""
    own = width_px / height_px / ratio_of(ratio)
    return abs(own - 1) <= _ALIKE


def pixels_of(size: ImageSize) -> int:
    """Return about how many pixels a picture of this size has, whatever its ratio."""
    return _PIXELS[size]


def label_of_edit(label: str, mode: EditMode) -> str:
    """Return what the result is called: an edit of an edit is no longer than one."""
    for what in _SAYS_WHAT.values():
        label = label.removesuffix(f" · {what}")
    return f"{label[:170]} · {_SAYS_WHAT[mode]}"


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _require_whole(value: object, low: int, high: int, sentence: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidInputError(user_message=sentence)
