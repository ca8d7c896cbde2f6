"""What imports are called and what is said about them."""

from collections.abc import Mapping
from typing import Any

from core.domain.imports import (
    FileShape,
    Import,
    ImportCounts,
    ImportField,
    ImportKind,
    ImportStatus,
    LengthUnit,
)
from core.domain.tasks import Task
from ui.components.counted import counted
from ui.components.table import Tone
from ui.format import duration

FIELDS: Mapping[ImportField, str] = {
    ImportField.SKU: "SKU",
    ImportField.NAME: "Name",
    ImportField.CATEGORY: "Category",
    ImportField.OTHER_CATEGORIES: "Other categories",
    ImportField.DESCRIPTION: "Description",
    ImportField.PRICE: "Price",
    ImportField.TAGS: "Tags",
    ImportField.MATERIALS: "Materials",
    ImportField.COLOURS: "Colours",
    ImportField.WIDTH_CM: "Width",
    ImportField.DEPTH_CM: "Depth",
    ImportField.HEIGHT_CM: "Height",
    ImportField.ARCHIVED: "Archived",
    ImportField.PHOTO_URLS: "Photo addresses",
}
_LABELS = {field.value: label for field, label in FIELDS.items()}
SHAPES: Mapping[FileShape, str] = {
    FileShape.EPOX: "This is an export of Epox.",
    FileShape.SHOPIFY: "This is a product export of Shopify.",
    FileShape.WOOCOMMERCE: "This is a product export of WooCommerce.",
}
UNITS: Mapping[LengthUnit, str] = {
    LengthUnit.MM: "millimetres",
    LengthUnit.CM: "centimetres",
    LengthUnit.M: "metres",
    LengthUnit.INCH: "inches",
}
DELIMITERS: Mapping[str, str] = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
    ":": "colon",
}
STATES: Mapping[ImportStatus, tuple[str, Tone]] = {
    ImportStatus.NEW: ("New", "gray"),
    ImportStatus.CHECKING: ("Checking", "blue"),
    ImportStatus.CHECKED: ("Checked", "orange"),
    ImportStatus.RUNNING: ("Importing", "blue"),
    ImportStatus.DONE: ("Imported", "green"),
    ImportStatus.FAILED: ("Failed", "red"),
    ImportStatus.CANCELLED: ("Cancelled", "gray"),
    ImportStatus.UNDOING: ("Undoing", "blue"),
    ImportStatus.UNDONE: ("Undone", "gray"),
}
_ENCODINGS = {
    "latin-1": "Western European (Latin-1)",
    "iso-8859-1": "Western European (Latin-1)",
    "cp1252": "Western European (Latin-1)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "mac-roman": "Old Mac (Mac Roman)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
_SHOWN_CHARS = 160
_BUSY = {
    ImportStatus.CHECKING: "Finding out what would change. Nothing is changed yet.",
    ImportStatus.RUNNING: "What is done stays done if you cancel.",
    ImportStatus.UNDOING: "Taking back what the import did.",
}


def summary(item: Import) -> str:
    """Return in one line what an import would do, did, or took back; "" before its check."""
    counts, is_photos = item.counts, item.kind is ImportKind.PHOTOS
    if item.stage is ImportStatus.UNDOING or item.status is ImportStatus.UNDONE:
        return _joined(*_undone(counts))
    if item.stage is ImportStatus.RUNNING or item.status is ImportStatus.DONE:
        return _joined(*_done(item)) or "nothing changed"
    if item.status is not ImportStatus.CHECKED:
        return ""
    if is_photos:
        return _joined(
            f"{counted(counts.photos, 'photo')} would be added" if counts.photos else "",
            f"{counts.skip:,} skipped" if counts.skip else "",
            f"{counts.refuse:,} refused" if counts.refuse else "",
        )
    return _joined(
        f"{counts.create:,} new" if counts.create else "",
        f"{counts.change:,} would change" if counts.change else "",
        f"{counts.same:,} the same" if counts.same else "",
        f"{counts.skip:,} skipped" if counts.skip else "",
        f"{counts.refuse:,} refused" if counts.refuse else "",
        f"{counted(counts.photos, 'photo')} to fetch" if counts.photos else "",
        f"{counted(counts.photos_refused, 'photo')} refused" if counts.photos_refused else "",
    )


def done_sentences(item: Import) -> list[str]:
    """Return what an import did, a sentence a kind."""
    sentences = [f"{_capital(part)}." for part in _done(item)]
    return sentences or ["The file changed nothing: all of it was there already."]


def undone_sentences(counts: ImportCounts) -> list[str]:
    """Return what the undo of an import took back, a sentence a kind."""
    return [f"{_capital(part)}." for part in _undone(counts)] or ["There was nothing to take back."]


def busy_sentence(status: ImportStatus) -> str:
    """Return what an import is busy with."""
    return _BUSY.get(status, "")


def progress_words(task: Task, noun: str, seconds_left: float | None) -> str:
    """Return how far a task is: "1,200 of 20,000 lines · about 40 s left"."""
    if task.cancel_asked_at is not None:
        return "Stopping at the next step ..."
    if not task.started_at:
        return "Waiting for its turn ..."
    of_total = f" of {task.total:,}" if task.total else ""
    words = f"{task.done:,}{of_total} {noun}" if task.done or task.total else ""
    left = f"about {duration(max(1.0, seconds_left))} left" if seconds_left is not None else ""
    return _joined(task.stage, words, left) or "Reading the file ..."


def value_words(value: Any) -> str:  # noqa: ANN401 - whatever a field of a product holds
    """Return a field's value as people read it, cut if it is long; what is empty is a dash."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    text = "" if value is None else str(value)
    if len(text) > _SHOWN_CHARS:
        return f"{text[:_SHOWN_CHARS]} ..."
    return text or "–"  # noqa: RUF001 - a dash is meant


def field_label(name: str) -> str:
    """Return what a field is called on screen; a name that nobody knows stays as it is."""
    return _LABELS.get(name, name)


def encoding_label(encoding: str) -> str:
    """Return what an encoding is called by those who meet it."""
    plain = encoding.replace("_", "-").lower().removesuffix("-sig")
    return _ENCODINGS.get(plain, plain.upper())


def _done(item: Import) -> list[str]:
    counts, is_photos = item.counts, item.kind is ImportKind.PHOTOS
    noun = "photo" if is_photos else "line"
    parts = (
        (counts.created, "product", "added"),
        (counts.changed, "product", "changed"),
        (counts.photos_added, "photo", "added"),
        (0 if is_photos else counts.photos_refused, "photo", "refused"),
        (counts.stale, "product", "left alone, changed by somebody meanwhile"),
        (counts.same, noun, "the same as before"),
        (counts.skip, noun, "skipped"),
        (counts.refuse + (counts.photos_refused if is_photos else 0), noun, "refused"),
    )
    return [f"{counted(count, what)} {became}" for count, what, became in parts if count]


def _undone(counts: ImportCounts) -> list[str]:
    parts = (
        (counts.trashed, f"{counted(counts.trashed, 'product')} put in the trash"),
        (counts.reverted, f"{counted(counts.reverted, 'product')} as they were before"),
        (counts.photos_removed, f"{counted(counts.photos_removed, 'photo')} removed"),
        (counts.kept, f"{counted(counts.kept, 'product')} kept, changed by somebody since"),
    )
    return [words for count, words in parts if count]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
