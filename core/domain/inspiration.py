"""Inspiration: pictures found elsewhere that show the model a light, a mood or a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Orientation = Literal["", "landscape", "portrait", "squarish"]
ORIENTATIONS: tuple[Orientation, ...] = ("", "landscape", "portrait", "squarish")
UNSPLASH_COLOURS = (
    "", "black_and_white", "black", "white", "yellow", "orange", "red", "purple", "magenta",
    "green", "teal", "blue",
)  # fmt: skip
"""The colours that Unsplash's search knows; "" is any."""

MAX_QUERY_CHARS = 100
MAX_PAGE = 200
PHOTOS_A_PAGE = 24


@dataclass(frozen=True)
class UnsplashQuery:
    """What to look for; pages count from 1."""

    text: str
    page: int = 1
    orientation: Orientation = ""
    colour: str = ""


@dataclass(frozen=True)
class UnsplashPhoto:
    """A photo that Unsplash found. `thumb_url` is shown as it is, as Unsplash asks."""

    id: str
    label: str
    width_px: int
    height_px: int
    colour: str
    thumb_url: str
    image_url: str
    download_url: str
    page_url: str
    photographer: str
    photographer_url: str


@dataclass(frozen=True)
class UnsplashPage:
    """A page of what was found; `total` is how many photos there are in all."""

    photos: tuple[UnsplashPhoto, ...]
    total: int
    page_count: int


@dataclass(frozen=True)
class Credit:
    """Whom a picture is by, and where it was found; addresses are https or empty."""

    source: str
    photographer: str = ""
    photographer_url: str = ""
    page_url: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the credit as the table keeps it."""
        return {
            "source": self.source,
            "photographer": self.photographer,
            "photographer_url": self.photographer_url,
            "page_url": self.page_url,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "Credit | None":
        """Return what `to_json` wrote; None for a picture without a credit."""
        if value is None:
            return None
        return cls(**{name: str(value.get(name, "")) for name in cls.__dataclass_fields__})
