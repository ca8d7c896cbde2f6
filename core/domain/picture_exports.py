"""Exports of pictures: what is asked for, what is known of each picture, what came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.assets import AssetRef, Origin
from core.domain.naming import DEFAULT_RULE, NamingRule
from core.domain.reviews import ReviewState
from core.domain.tasks import Task, TaskStatus
from core.errors import InvalidInputError

MAX_PICTURES = 5000
"""So many pictures can be in one export."""

KEPT_DAYS = 7
MIN_SIDE_PX, MAX_SIDE_PX = 64, 10_000
MIN_QUALITY, MAX_QUALITY = 30, 100
MIN_LIMIT_KB, MAX_LIMIT_KB = 20, 100_000
MAX_ADDRESS_CHARS = 200
MAX_LISTED = 200
"""So many pictures that are missing are named on screen; `report.txt` names all."""

REPORT = "report.txt"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ADDRESS = re.compile(r"https://[^\s\"'<>?#]+/", re.IGNORECASE)


class PictureFormat(StrEnum):
    """As what pictures leave: untouched, or made anew in one format.

    One that is noted has the pixels and the format of the original; only what it says of its
    source is written into it.
    """

    ORIGINAL = "original"
    NOTED = "noted"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def keeps_pixels(self) -> bool:
        """Say whether no pixel is made anew."""
        return self in (PictureFormat.ORIGINAL, PictureFormat.NOTED)

    @property
    def is_lossy(self) -> bool:
        """Say whether it has a quality."""
        return self in (PictureFormat.JPEG, PictureFormat.WEBP)


class Sidecar(StrEnum):
    """A file beside the pictures that says what is known of them."""

    CSV = "csv"
    JSON = "json"
    SHOPIFY = "shopify"

    @property
    def file_name(self) -> str:
        """Return its name in the ZIP."""
        return {"csv": "pictures.csv", "json": "pictures.json"}.get(self, "shopify-products.csv")


ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    PictureFormat.JPEG: "jpg",
    PictureFormat.PNG: "png",
    PictureFormat.WEBP: "webp",
}
RESERVED_NAMES = (REPORT, *(sidecar.file_name for sidecar in Sidecar))
"""What no picture is called."""


@dataclass(frozen=True)
class ExportOptions:
    """How pictures leave. What an original has none of, such as a quality, is ignored for it.

    `longest_px` of 0 leaves the size as it is, and nothing is ever enlarged. `max_kb` of 0 is no
    limit. `background` is put behind what is see-through where the format has none of it.
    `image_address` stands before each file's name in the Shopify table.
    """

    rule: str = DEFAULT_RULE
    file_format: PictureFormat = PictureFormat.ORIGINAL
    longest_px: int = 0
    quality: int = 90
    max_kb: int = 0
    background: str = "#ffffff"
    sidecars: tuple[Sidecar, ...] = (Sidecar.CSV,)
    image_address: str = ""

    def __post_init__(self) -> None:
        """Raise `InvalidInputError` for what cannot be meant."""
        NamingRule.parse(self.rule)
        _check(
            not self.longest_px or MIN_SIDE_PX <= self.longest_px <= MAX_SIDE_PX,
            f"The longest side is {MIN_SIDE_PX} to {MAX_SIDE_PX:,} pixels, or 0 to leave it.",
        )
        _check(
            MIN_QUALITY <= self.quality <= MAX_QUALITY,
            f"The quality is {MIN_QUALITY} to {MAX_QUALITY}.",
        )
        _check(
            not self.max_kb or MIN_LIMIT_KB <= self.max_kb <= MAX_LIMIT_KB,
            f"A file may be limited to {MIN_LIMIT_KB} kB up to {MAX_LIMIT_KB:,} kB, or not at all.",
        )
        _check(
            _COLOUR.fullmatch(self.background) is not None,
            "The background is a colour such as #ffffff.",
        )
        is_address = len(self.image_address) <= MAX_ADDRESS_CHARS and (
            not self.image_address or _ADDRESS.fullmatch(self.image_address) is not None
        )
        _check(
            is_address, "The address of the pictures begins with https:// and ends with a slash."
        )

    @property
    def naming(self) -> NamingRule:
        """Return the rule, understood."""
        return NamingRule.parse(self.rule)

    def ending(self, mime_type: str) -> str:
        """Return how the file of a picture of this type ends."""
        return ENDINGS[mime_type if self.file_format.keeps_pixels else self.file_format]

    def size_of(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Return how large a picture of this size leaves."""
        longest = max(width_px, height_px)
        if self.file_format.keeps_pixels or not self.longest_px or longest <= self.longest_px:
            return width_px, height_px
        ratio = self.longest_px / longest
        return max(1, round(width_px * ratio)), max(1, round(height_px * ratio))

    def to_query(self) -> dict[str, str]:
        """Return the options as short texts by name, as saved presets hold them."""
        return {
            "rule": self.rule,
            "format": str(self.file_format),
            "longest": str(self.longest_px),
            "quality": str(self.quality),
            "max_kb": str(self.max_kb),
            "background": self.background,
            "sidecars": ",".join(self.sidecars),
            "address": self.image_address,
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "ExportOptions":
        """Return the options that `to_query` wrote; what is odd or missing is as usual."""
        usual = cls()
        for change in (
            {"rule": query.get("rule", usual.rule)},
            {"file_format": _member(PictureFormat, query.get("format", ""), usual.file_format)},
            {"longest_px": _number(query.get("longest", ""), usual.longest_px)},
            {"quality": _number(query.get("quality", ""), usual.quality)},
            {"max_kb": _number(query.get("max_kb", ""), usual.max_kb)},
            {"background": query.get("background", usual.background)},
            {"sidecars": _sidecars(query.get("sidecars", ",".join(usual.sidecars)))},
            {"image_address": query.get("address", "")},
        ):
            usual = _changed(usual, change)
        return usual


@dataclass(frozen=True)
class PictureFacts:
    """What is known of a picture when it leaves; texts are "" and numbers None where unknown.

    `ancestors` are the pictures it was made from, the parent first.
    """

    asset_id: int
    origin: Origin
    sha256: str
    size_bytes: int
    mime_type: str
    width_px: int
    height_px: int
    storage_key: str
    label: str
    is_trashed: bool
    created_at: datetime
    created_by: str = ""
    product_id: int | None = None
    sku: str = ""
    product: str = ""
    category: str = ""
    collection: str = ""
    shot: str = ""
    state: ReviewState = ReviewState.UNREVIEWED
    reviewer: str = ""
    rating: int = 0
    tags: tuple[str, ...] = ()
    title: str = ""
    alt_text: str = ""
    prompt: str = ""
    image_model: str = ""
    model_version: str = ""
    preset: str = ""
    tool: str = ""
    cost_micros: int = 0
    parent_id: int | None = None
    is_pixel_locked: bool = False
    backdrop: str = ""
    ancestors: tuple["Ancestor", ...] = ()

    @property
    def ref(self) -> AssetRef:
        """Return what shows it."""
        return AssetRef(self.asset_id, self.sha256, self.width_px, self.height_px)

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.title or self.label or f"picture {self.asset_id}"

    @property
    def description(self) -> str:
        """Return what a file of it says that it shows."""
        return self.alt_text or self.title or self.product

    def naming_values(self, options: ExportOptions) -> dict[str, str | int]:
        """Return what fills the holes of a naming rule."""
        width_px, height_px = options.size_of(self.width_px, self.height_px)
        return {
            "sku": self.sku,
            "product": self.product,
            "collection": self.collection,
            "category": self.category,
            "shot": self.shot,
            "date": f"{self.created_at:%Y-%m-%d}",
            "id": self.asset_id,
            "state": self.state.replace("_", "-"),
            "model": self.image_model or self.tool,
            "w": width_px,
            "h": height_px,
            "preset": self.preset,
            "tag": self.tags[0] if self.tags else "",
        }


@dataclass(frozen=True)
class Ancestor:
    """A picture that another was made from, as far as it says what kind of source that one is."""

    asset_id: int
    origin: Origin
    tool: str
    image_model: str
    storage_key: str
    is_pixel_locked: bool = False
    backdrop: str = ""


@dataclass(frozen=True)
class ExportItem:
    """A picture of an export: its place, the picture if it is still there, and its name."""

    position: int
    asset_id: int | None
    name: str


@dataclass(frozen=True)
class LeftOut:
    """A picture that could not be exported, and why."""

    position: int
    name: str
    reason: str


@dataclass(frozen=True)
class ExportReport:
    """What came of an export: how many pictures are in it, which are not, how many got a number.

    `unlabelled` are those that AI had a part in and whose files do not say so.
    """

    exported: int = 0
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    renamed: int = 0
    unlabelled: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON can hold it, of bounded size."""
        return {
            "exported": self.exported,
            "left_out": [
                [each.position, each.name, each.reason] for each in self.left_out[:MAX_LISTED]
            ],
            "left_out_count": self.left_out_count,
            "renamed": self.renamed,
            "unlabelled": self.unlabelled,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "ExportReport":
        """Return the report that `to_json` wrote."""
        return cls(
            exported=int(plain.get("exported", 0)),
            left_out=tuple(LeftOut(*each) for each in plain.get("left_out", ())),
            left_out_count=int(plain.get("left_out_count", 0)),
            renamed=int(plain.get("renamed", 0)),
            unlabelled=int(plain.get("unlabelled", 0)),
        )


@dataclass(frozen=True)
class PictureExport:
    """A ZIP of pictures that was asked for, and the task that makes it."""

    id: int
    title: str
    options: ExportOptions
    picture_count: int
    file_name: str
    storage_key: str
    size_bytes: int
    report: ExportReport
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    task: Task | None

    @property
    def is_ready(self) -> bool:
        """Say whether it can be downloaded, unless it has expired since."""
        return self.finished_at is not None

    @property
    def is_busy(self) -> bool:
        """Say whether it is being made, or waits for it."""
        return self.task is not None and not self.task.status.is_final

    @property
    def has_failed(self) -> bool:
        """Say whether it ended without a file although nobody asked for that."""
        return self.task is not None and self.task.status is TaskStatus.FAILED

    def is_expired(self, now: datetime) -> bool:
        """Say whether its file is gone, or about to go."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def address(self) -> str:
        """Return where it is downloaded."""
        return f"/exports/pictures/{self.id}"


def _check(is_fine: bool, sentence: str) -> None:  # noqa: FBT001 - a claim and its sentence
    if not is_fine:
        raise InvalidInputError("export options", user_message=sentence)


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else usual  # noqa: PLR2004 - as many digits as any has


def _member(kind: type[PictureFormat], text: str, usual: PictureFormat) -> PictureFormat:
    return kind(text) if text in set(kind) else usual


def _sidecars(text: str) -> tuple[Sidecar, ...]:
    return tuple(sidecar for sidecar in Sidecar if sidecar in text.split(","))


def _changed(options: ExportOptions, change: Mapping[str, Any]) -> ExportOptions:
    try:
        return replace(options, **change)
    except InvalidInputError:
        return options
