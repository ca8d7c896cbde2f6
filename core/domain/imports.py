"""Imports: a file of products or photos, what it would change, and what it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from core.domain.paging import Cursor
from core.errors import InvalidInputError


class ImportKind(StrEnum):
    """What a file holds."""

    PRODUCTS = "products"
    PHOTOS = "photos"


class ImportStatus(StrEnum):
    """How far an import is."""

    NEW = "new"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class LineOutcome(StrEnum):
    """What comes of a line; lines that change nothing are only counted."""

    CREATE = "create"
    CHANGE = "change"
    SKIP = "skip"
    REFUSE = "refuse"


class LineSubject(StrEnum):
    """What a line is about."""

    PRODUCT = "product"
    PHOTO = "photo"


class ImportField(StrEnum):
    """What a column can hold; the names are those of Epox's own export."""

    SKU = "sku"
    NAME = "name"
    CATEGORY = "category"
    OTHER_CATEGORIES = "other_categories"
    DESCRIPTION = "description"
    PRICE = "price"
    TAGS = "tags"
    MATERIALS = "materials"
    COLOURS = "colours"
    WIDTH_CM = "width_cm"
    DEPTH_CM = "depth_cm"
    HEIGHT_CM = "height_cm"
    ARCHIVED = "archived"
    PHOTO_URLS = "photo_urls"

    @property
    def is_list(self) -> bool:
        """Say whether it holds several values: then several columns may be mapped to it."""
        return self in _LISTS


_LISTS = {
    ImportField.OTHER_CATEGORIES,
    ImportField.TAGS,
    ImportField.MATERIALS,
    ImportField.COLOURS,
    ImportField.PHOTO_URLS,
}


class FileShape(StrEnum):
    """Whose export a file is, by its headers; plain is anybody's."""

    PLAIN = "plain"
    EPOX = "epox"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


class LengthUnit(StrEnum):
    """In what widths, depths and heights are where neither header nor cell says it."""

    MM = "mm"
    CM = "cm"
    M = "m"
    INCH = "in"

    @property
    def cm(self) -> float:
        """Return how many centimetres one is."""
        return {LengthUnit.MM: 0.1, LengthUnit.CM: 1.0, LengthUnit.M: 100.0}.get(self, 2.54)


Mapped = Mapping[int, ImportField]
"""Which column, counted from 0, is which field. Columns that are not named are ignored."""


ENCODINGS = (
    "utf-8", "cp1252", "utf-16", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman",
)  # fmt: skip
"""Encodings that a person can choose, by Python's names; what is in UTF-8 may begin with a mark."""

DELIMITERS = (",", ";", "\t", "|", ":")
"""What a person can choose as that which parts the cells of a line."""


@dataclass(frozen=True)
class ImportOptions:
    """How a file is taken in.

    `creates` adds products whose SKU is new; `changes` overwrites those that are there. An empty
    cell keeps what is stored unless `clears`. `encoding`, one of `ENCODINGS`, and `delimiter` are
    what a person chose for a CSV file; empty, they are as found out.
    """

    creates: bool = True
    changes: bool = True
    clears: bool = False
    fetches_photos: bool = True
    length_unit: LengthUnit = LengthUnit.CM
    encoding: str = ""
    delimiter: str = ""

    def __post_init__(self) -> None:
        """Refuse an encoding or a delimiter that no file can be read with."""
        if self.encoding not in ("", *ENCODINGS):
            raise InvalidInputError(user_message="Please choose an encoding from the list.")
        if self.delimiter not in ("", *DELIMITERS):
            raise InvalidInputError(user_message="Please choose a delimiter from the list.")

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return stored options; what is missing is as by default."""
        known = {part.name: stored[part.name] for part in fields(cls) if part.name in stored}
        if "length_unit" in known:
            known["length_unit"] = LengthUnit(known["length_unit"])
        return cls(**known)


@dataclass(frozen=True)
class Reading:
    """The beginning of a file, and what Epox makes of its columns.

    It is read with `encoding` and `delimiter`, both empty for no CSV file; `found` are those that
    Epox found out, which a person may have overruled.
    `mapping` is what was chosen the last time that a file had these headers (`is_remembered`), or
    else a guess. `notes` are sentences about the file, such as two columns of the same name.
    """

    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    shape: FileShape
    encoding: str
    delimiter: str
    mapping: Mapped
    is_remembered: bool = False
    notes: tuple[str, ...] = ()
    found: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class ImportCounts:
    """How many lines would do, or did, what.

    After a check: `create`, `change`, `same` (nothing to do), `skip` and `refuse` of `lines`.
    After a run also what was done: `created`, `changed`, and `stale`: left alone because somebody
    changed the product between check and run. `photos` are wanted, `photos_added` are there.
    After an undo: `trashed` products, `reverted` ones, and `kept` because they changed since.
    """

    lines: int = 0
    create: int = 0
    change: int = 0
    same: int = 0
    skip: int = 0
    refuse: int = 0
    photos: int = 0
    created: int = 0
    changed: int = 0
    stale: int = 0
    photos_added: int = 0
    photos_refused: int = 0
    trashed: int = 0
    reverted: int = 0
    kept: int = 0
    photos_removed: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the counts as JSON."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return stored counts; what is missing is 0."""
        return cls(**{part.name: int(stored.get(part.name, 0)) for part in fields(cls)})

    def plus(self, **more: int) -> Self:
        """Return the counts with some of them risen."""
        return type(self)(
            **{name: count + more.get(name, 0) for name, count in self.to_json().items()}
        )


@dataclass(frozen=True)
class Import:
    """A file of products, or of photos, on its way into the catalogue.

    `stage` is what it was or is busy with: checking, running or undoing tells what was cancelled
    or failed. Progress is that of the task `task_id`; `failure` is a sentence.
    """

    id: int
    workspace_id: int
    kind: ImportKind
    status: ImportStatus
    stage: ImportStatus
    file_name: str
    size_bytes: int
    task_id: int | None
    failure: str | None
    options: ImportOptions
    mapping: Mapped
    counts: ImportCounts
    created_by: str | None
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    storage_key: str = field(default="", repr=False)

    @property
    def is_busy(self) -> bool:
        """Say whether a task works on it."""
        return self.status in (ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING)

    @property
    def may_check(self) -> bool:
        """Say whether it can be checked (again): as long as nothing of it is in the catalogue."""
        return not self.is_busy and self.stage in (
            ImportStatus.NEW,
            ImportStatus.CHECKING,
            ImportStatus.CHECKED,
        )

    @property
    def may_delete(self) -> bool:
        """Say whether it can be forgotten: as long as nothing of it is in the catalogue."""
        return self.may_check

    @property
    def may_run(self) -> bool:
        """Say whether it can be run, or go on after it was cancelled or failed on the way."""
        return self.status is ImportStatus.CHECKED or (
            not self.is_busy
            and self.stage is ImportStatus.RUNNING
            and self.status is not ImportStatus.DONE
        )

    @property
    def may_undo(self) -> bool:
        """Say whether what it did can be taken back, or the undo go on."""
        return self.status is ImportStatus.DONE or (
            not self.is_busy and self.stage in (ImportStatus.RUNNING, ImportStatus.UNDOING)
        )


@dataclass(frozen=True)
class ImportLine:
    """A line of the file that does something, or that cannot.

    `line` is that of the file itself; in a ZIP, the number of the picture. Of a product, `before`
    and `after` hold the fields that differ, by `ImportField` names. Of a photo, `source` is its
    file name or address; of a product that is refused, the name in the file. `reason` is a
    sentence.
    """

    id: int
    line: int
    subject: LineSubject
    outcome: LineOutcome
    sku: str
    source: str
    reason: str
    product_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    is_applied: bool = False

    @property
    def cursor(self) -> Cursor:
        """Return where the page after this line begins."""
        return Cursor(self.line, self.id)


@dataclass(frozen=True)
class PlannedLine:
    """A line of an import that is not stored yet."""

    line: int
    outcome: LineOutcome
    sku: str = ""
    reason: str = ""
    subject: LineSubject = LineSubject.PRODUCT
    source: str = ""
    product_id: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ProductFacts:
    """What is stored of a product that an import can change, by `ImportField` names, as JSON."""

    product_id: int
    sku: str
    values: Mapping[str, Any]
    is_trashed: bool = False
