"""Looks: which pictures look alike, and the stacks that near duplicates lie in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.domain.assets import AssetRef
from core.domain.reviews import ReviewState

LOOK_VERSION = 1
"""Of how a look is measured; what an older one measured is measured again."""

SAME_LOOK_BITS = 6
"""Perceptual hashes so near belong to one picture, compressed or resized or nearly made twice."""

SAME_COLOURS = 0.9
"""Near duplicates share their colours too: the hash is grey, and a red chair is no blue one."""

BANDS = BUCKETS = 4
BAND_BITS, BUCKET_BITS = 16, 8


@dataclass(frozen=True)
class LookMeasures:
    """How a picture looks: its hash, its features, and the coarse hashes of those."""

    phash: int
    features: bytes
    buckets: tuple[int, ...]

    @property
    def bands(self) -> tuple[int, ...]:
        """Return the quarters of the hash, by which those that are near it are looked for."""
        return tuple(self.phash >> (BAND_BITS * band) & (2**BAND_BITS - 1) for band in range(BANDS))


def one_bit_apart(value: int, bits: int) -> list[int]:
    """Return the numbers of so many bits that differ from this one in a single bit."""
    return [value ^ 1 << bit for bit in range(bits)]


@dataclass(frozen=True)
class LookAlike:
    """A picture that looks like another, `likeness` from 0 to 1; `is_same` is a near duplicate."""

    ref: AssetRef
    caption: str
    product_id: int | None
    review_state: ReviewState
    created_at: datetime
    likeness: float
    is_same: bool


@dataclass(frozen=True)
class StackedPicture:
    """A picture of a stack, and what says how good it is."""

    ref: AssetRef
    caption: str
    review_state: ReviewState
    rating: int
    is_pinned: bool
    is_chosen_top: bool
    is_trashed: bool
    created_at: datetime

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, bool, int, datetime, int]:
        """Return what decides which lies on top: the highest.

        One that is not in the trash; then the one that a person put there; a pinned one; an
        approved one; one that was not rejected; the best rated; the newest.
        """
        return (
            not self.is_trashed,
            self.is_chosen_top,
            self.is_pinned,
            self.review_state is ReviewState.APPROVED,
            self.review_state is not ReviewState.REJECTED,
            self.rating,
            self.created_at,
            self.ref.id,
        )


@dataclass(frozen=True)
class Stack:
    """Near duplicates: the first lies on top, and stands for the others in the gallery."""

    pictures: tuple[StackedPicture, ...]

    @property
    def top_id(self) -> int:
        """Return which lies on top."""
        return self.pictures[0].ref.id


def top_of(pictures: Iterable[StackedPicture]) -> int:
    """Return the id of the picture that belongs on top."""
    return max(pictures, key=lambda picture: picture.rank).ref.id
