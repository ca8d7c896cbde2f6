"""From the cells of a product to values that Epox keeps, or a sentence why not."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.exports import restore, split_list
from core.domain.imports import FileShape, ImportField, ImportOptions, LengthUnit, Mapped
from core.domain.numbers import read_length_cm, read_price
from core.domain.products import MAX_PHOTOS
from core.errors import InvalidInputError
from core.services.import_mapping import field_name, unit_in
from core.services.import_shapes import Candidate, Cells, urls_in, without_markup
from core.services.product_drafts import (
    MAX_CATEGORIES,
    MAX_CM,
    MAX_FACTS,
    MAX_PRICE,
    MAX_TAGS,
    clean_tags,
)
from core.services.texts import clean_line, clean_text

F = ImportField
MAX_SKU_CHARS = 80
MAX_NAME_CHARS = 200
MAX_CATEGORY_CHARS = 120
MAX_TAG_CHARS = 40
MAX_FACT_CHARS = 60
MAX_DESCRIPTION_CHARS = 5000
SIZES = (F.WIDTH_CM, F.DEPTH_CM, F.HEIGHT_CM)

_LISTS: Mapping[ImportField, tuple[str, int, int]] = {
    F.OTHER_CATEGORIES: ("a category", MAX_CATEGORY_CHARS, MAX_CATEGORIES),
    F.TAGS: ("a tag", MAX_TAG_CHARS, MAX_TAGS),
    F.MATERIALS: ("a material", MAX_FACT_CHARS, MAX_FACTS),
    F.COLOURS: ("a colour", MAX_FACT_CHARS, MAX_FACTS),
}
_PARTS = re.compile(r"[;|\n]")
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_YES = {"1", "yes", "y", "true", "archived", "x", "ja", "oui", "si", "sí", "tak", "wahr", "vrai"}
_NO = {
    "0", "no", "n", "false", "active", "draft", "unlisted", "nein", "non", "nee", "nie", "falsch",
    "faux", "published", "-",
}  # fmt: skip
_EMPTY: Mapping[ImportField, Any] = {
    F.CATEGORY: "",
    F.DESCRIPTION: "",
    F.PRICE: None,
    F.OTHER_CATEGORIES: [],
    F.TAGS: [],
    F.MATERIALS: [],
    F.COLOURS: [],
    F.WIDTH_CM: None,
    F.DEPTH_CM: None,
    F.HEIGHT_CM: None,
}
"""What a field holds after it was cleared; a name cannot be."""


@dataclass(frozen=True)
class ReadProduct:
    """What a file says of a product: values by `ImportField` names as JSON, and photo addresses."""

    line: int
    sku: str
    values: Mapping[str, Any]
    urls: tuple[str, ...] = ()


class ProductReader:
    """Turns candidates of one file into values."""

    def __init__(
        self, shape: FileShape, headers: Sequence[str], mapping: Mapped, options: ImportOptions
    ) -> None:
        self._is_own = shape is FileShape.EPOX
        self._is_shop = shape in (FileShape.SHOPIFY, FileShape.WOOCOMMERCE)
        self._shape = shape
        self._options = options
        self._has_other_categories = F.OTHER_CATEGORIES in mapping.values()
        self._units = {
            field: unit_in(headers[column])
            or (LengthUnit.CM if self._is_own else options.length_unit)
            for column, field in mapping.items()
            if field in SIZES
        }
        self._readers: Mapping[ImportField, Callable[[str], Any]] = {
            F.NAME: lambda text: line(text, "the name", MAX_NAME_CHARS),
            F.DESCRIPTION: self._description,
            F.PRICE: self._price,
            F.ARCHIVED: yes_or_no,
            **{field: self._size_reader(field) for field in self._units},
        }

    def read(self, candidate: Candidate) -> ReadProduct:
        """Return what the candidate says, or raise a sentence that names the field."""
        cells = candidate.cells
        sku = line(self._text(cells.get(F.SKU, ("",))[0]), "the SKU", MAX_SKU_CHARS)
        if not sku:
            raise InvalidInputError(user_message="This line has no SKU.")
        values: dict[str, Any] = {}
        for field, found in cells.items():
            if field in (F.SKU, F.PHOTO_URLS):
                continue
            if field is F.CATEGORY:
                self._add_categories(values, found[0])
            elif field in _LISTS:
                self._add(values, field, self._list(field, found))
            else:
                text = self._text(found[0])
                self._add(values, field, self._readers[field](text) if text.strip() else None)
        urls = () if not self._options.fetches_photos else self._urls(cells)
        return ReadProduct(candidate.line, sku, values, urls)

    def _add(self, values: dict[str, Any], field: ImportField, value: object) -> None:
        if value not in (None, "", []):
            values[field.value] = value
        elif self._options.clears and field in _EMPTY:
            values[field.value] = _EMPTY[field]

    def _text(self, cell: str) -> str:
        if self._is_own:
            return restore(cell)
        if cell.startswith('="'):
            found = _AS_TEXT.fullmatch(cell)
            return cell if found is None else found[1]
        return cell

    def _list(self, field: ImportField, cells: Iterable[str]) -> list[str]:
        what, max_chars, most = _LISTS[field]
        parts = [part for cell in cells if cell.strip() for part in self._parts(cell)]
        cleaned = dict.fromkeys(line(part, what, max_chars) for part in parts)
        found = [value for value in cleaned if value]
        if field is F.TAGS and len(found) > 1:
            found = list(clean_tags(found))
        if len(found) > most:
            raise InvalidInputError(
                user_message=f"A product can have at most {most} {field_name(field)}."
            )
        return sorted(found) if field is F.OTHER_CATEGORIES else found

    def _parts(self, cell: str) -> Sequence[str]:
        if self._is_own:
            return split_list(restore(cell))
        text = self._text(cell)
        return _PARTS.split(text) if _PARTS.search(text) else text.split(",")

    def _add_categories(self, values: dict[str, Any], cell: str) -> None:
        names = [self._text(cell)]
        if self._shape is FileShape.WOOCOMMERCE:
            names = names[0].split(",")
        if self._is_shop:
            # A shop writes the whole way from the top; the last one is the product's own.
            names = [name.rpartition(">")[2] for name in names]
        cleaned = [line(name, "the category", MAX_CATEGORY_CHARS) for name in names]
        found = [name for name in dict.fromkeys(cleaned) if name]
        self._add(values, F.CATEGORY, found[0] if found else "")
        if self._shape is FileShape.WOOCOMMERCE and not self._has_other_categories:
            self._add(values, F.OTHER_CATEGORIES, sorted(found[1:]))

    def _description(self, text: str) -> str:
        if self._is_shop:
            text = without_markup(text)
        if text.isascii() and len(text) <= MAX_DESCRIPTION_CHARS and text.isprintable():
            return text.strip()
        return clean_text(text, "the description", max_chars=MAX_DESCRIPTION_CHARS)

    def _price(self, text: str) -> str:
        price = read_price(text)
        if not 0 <= price < MAX_PRICE:
            raise InvalidInputError(user_message="The price must be a number from 0 upwards.")
        return f"{price:.2f}"

    def _size_reader(self, field: ImportField) -> Callable[[str], float | None]:
        unit, name = self._units[field], field_name(field)

        def read(text: str) -> float | None:
            length = read_length_cm(text, name, unit)
            if length > MAX_CM:
                raise InvalidInputError(
                    user_message=f"The {name} is {length:,.0f} cm: at most {MAX_CM:,} can be kept."
                )
            return length or None

        return read

    def _urls(self, cells: Cells) -> tuple[str, ...]:
        return urls_in(self._text(cell) for cell in cells.get(F.PHOTO_URLS, ()))[:MAX_PHOTOS]


def line(text: str, what: str, max_chars: int) -> str:
    """Return one clean line, or raise a sentence that names `what`; most lines are plain."""
    if text.isascii() and text.isprintable() and len(text) <= max_chars:
        return " ".join(text.split())
    return clean_line(text, what, max_chars=max_chars, may_be_empty=True)


def yes_or_no(text: str) -> bool:
    """Return what a cell says about being archived, or raise a sentence."""
    word = text.strip().casefold()
    if word in _YES or re.match(r"\d{4}-\d\d-\d\d", word):
        return True
    if word in _NO:
        return False
    raise InvalidInputError(user_message=f"“{text[:40]}” says neither yes nor no (archived).")
