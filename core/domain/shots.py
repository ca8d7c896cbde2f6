"""Wanted shots: what each product of a collection should have a picture of."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.assets import AssetRef
from core.domain.paging import Cursor
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer

MAX_SHOTS = 12
"""How many shots a collection may want of each product."""

MAX_WANTED = 20
"""How many approved pictures a shot may want of each product."""

MATRIX_CAP = 10_000
"""The products of a smart collection are counted up to here for its matrix."""


class CellState(StrEnum):
    """Where one product stands with one wanted shot."""

    MISSING = "missing"
    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"
    MADE = "made"
    APPROVED = "approved"


@dataclass(frozen=True)
class WantedShot:
    """A shot that every product of a collection should have, and how many approved pictures."""

    id: int
    collection_id: int
    name: str
    wanted: int
    defaults: SettingsLayer


@dataclass(frozen=True)
class Cell:
    """One product and one wanted shot of it.

    `made` are its pictures that nobody has approved or rejected; an uploaded photo that a person
    chose for the shot counts as approved. `queued` and `running` are pictures on their way,
    `percent` is how far the jobs of these are, `failure` why the last job failed. `best` is the
    picture to show, `job_id` the last job.
    """

    product_id: int
    shot_id: int
    wanted: int
    approved: int = 0
    made: int = 0
    rejected: int = 0
    queued: int = 0
    running: int = 0
    percent: int = 0
    failure: str = ""
    job_id: int | None = None
    best: AssetRef | None = None

    @property
    def lacking(self) -> int:
        """Return how many pictures have still to be asked for."""
        there = self.approved + self.made + self.queued + self.running
        return max(0, self.wanted - there)

    @property
    def state(self) -> CellState:
        """Return the one word for it: what moves comes first, what is wrong after what is there."""
        if self.running:
            return CellState.RUNNING
        if self.queued:
            return CellState.QUEUED
        if self.approved >= self.wanted:
            return CellState.APPROVED
        if self.approved or self.made:
            return CellState.MADE
        return CellState.FAILED if self.failure else CellState.MISSING


@dataclass(frozen=True)
class MatrixRow:
    """A product of the collection with its cells, in the order of the shots."""

    product_id: int
    name: str
    sku: str
    photo: AssetRef | None
    cells: tuple[Cell, ...]

    @property
    def approved(self) -> int:
        """Return how many of its shots have all approved pictures that are wanted."""
        return sum(cell.approved >= cell.wanted for cell in self.cells)

    @property
    def lacking(self) -> int:
        """Return how many pictures of it have still to be asked for."""
        return sum(cell.lacking for cell in self.cells)


@dataclass(frozen=True)
class MatrixColumn:
    """A wanted shot with its sums over all products of the collection, not of one page.

    `gaps` counts the products that lack pictures of it, `lacking` the pictures.
    """

    shot: WantedShot
    approved: int
    gaps: int
    lacking: int


@dataclass(frozen=True)
class Matrix:
    """A page of product x wanted shot; `next` leads to the next one.

    `product_count` is exact up to `MATRIX_CAP`, and what is beyond is in no sum of a smart one.
    """

    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    product_count: int
    next: Cursor | None

    @property
    def gaps(self) -> int:
        """Return how many cells of the whole collection lack pictures."""
        return sum(column.gaps for column in self.columns)

    @property
    def lacking(self) -> int:
        """Return how many pictures the whole collection lacks."""
        return sum(column.lacking for column in self.columns)

    @property
    def approved(self) -> int:
        """Return how many cells of the whole collection have all that is wanted."""
        return sum(column.approved for column in self.columns)

    @property
    def is_moving(self) -> bool:
        """Say whether a picture of this page is on its way."""
        return any(cell.queued or cell.running for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Gap:
    """A product that lacks so many pictures of a shot, and can be generated: it has a photo."""

    product_id: int
    shot_id: int
    lacking: int


@dataclass(frozen=True)
class GapSums:
    """What filling the gaps of some shots comes to, before anything is asked for.

    `cells` and `pictures` can be made. What lacks pictures but has no photo to make them from is
    left out: `left_out` names the first of these products, `left_out_count` counts all.
    """

    cells: int
    pictures: int
    left_out_count: int
    left_out_pictures: int
    left_out: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ShotPicture:
    """A picture as the cell of a matrix shows it; `is_assigned` says that it is of the shot."""

    ref: AssetRef
    label: str
    review_state: ReviewState
    is_photo: bool
    is_assigned: bool
