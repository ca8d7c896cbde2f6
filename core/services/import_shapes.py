"""From the rows of a file to one candidate for each product, as whoever wrote the file meant it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from core.domain.imports import FileShape, ImportField, Mapped
from core.services.import_mapping import plain
from core.services.import_reading import FileRow

F = ImportField
Cells = Mapping[ImportField, tuple[str, ...]]

MAX_GROUP_ROWS = 2500
_SIZES = (F.WIDTH_CM, F.DEPTH_CM, F.HEIGHT_CM)
_OF_VARIANT = {F.SKU, F.PRICE, *_SIZES}
_NO_OPTION = {"", "default title", "default"}
_COLOUR = {"color", "colour", "farbe", "couleur", "colore", "kleur", "kolor", "cor"}
_MATERIAL = {"material", "fabric", "stoff", "matiere", "materiale", "materiaal"}
_URLS = re.compile(r"[\s,;|]+(?=https?://)", re.IGNORECASE)
_TAGS = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """What a file says of one product: the cells of each field that has a column.

    `problem` says why it cannot be used, `skipped` why it need not.
    """

    line: int
    cells: Cells = field(default_factory=dict)
    problem: str = ""
    skipped: str = ""


def candidates(
    shape: FileShape, headers: Sequence[str], mapping: Mapped, rows: Iterable[FileRow]
) -> Iterator[Candidate]:
    """Yield a candidate for each product of the rows that follow the headers."""
    columns = [(column, chosen) for column, chosen in mapping.items()]
    if shape is FileShape.SHOPIFY:
        yield from _Shopify(headers, columns).candidates(rows)
    elif shape is FileShape.WOOCOMMERCE:
        yield from _WooCommerce(headers, columns).candidates(rows)
    else:
        for row in rows:
            if row.problem:
                yield Candidate(row.line, problem=row.problem)
            else:
                yield Candidate(row.line, _cells_of(row, columns))


def without_markup(text: str) -> str:
    """Return the words of a description in HTML, a line for each paragraph."""
    if not _TAGS.search(text) and "&" not in text:
        return text
    words = _Words()
    words.feed(text)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def urls_in(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses in the cells, each once."""
    parts = (part.strip(" \t\r\n,;|") for cell in cells for part in _URLS.split(cell.strip()))
    return tuple(dict.fromkeys(part for part in parts if part))


class _Words(HTMLParser):
    _BLOCKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul"})
    _SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))


class _Shopify:
    """One line for each variant; the first line of a handle holds what its variants share."""

    def __init__(self, headers: Sequence[str], columns: Sequence[tuple[int, ImportField]]) -> None:
        self._columns = columns
        words = [plain(header) for header in headers]
        self._handle = _first(words, "handle", "url handle")
        self._variant_image = _first(words, "variant image", "variant image url")
        self._options = [
            (name, value)
            for number in (1, 2, 3)
            if (name := _first(words, f"option{number} name")) is not None
            and (value := _first(words, f"option{number} value")) is not None
        ]

    def candidates(self, rows: Iterable[FileRow]) -> Iterator[Candidate]:
        group: list[FileRow] = []
        for row in rows:
            if row.problem:
                yield Candidate(row.line, problem=row.problem)
                continue
            is_next = not group or self._handle_of(row) not in ("", self._handle_of(group[0]))
            if group and (is_next or len(group) >= MAX_GROUP_ROWS):
                yield from self._products(group)
                group = []
            group.append(row)
        yield from self._products(group)

    def _handle_of(self, row: FileRow) -> str:
        return "" if self._handle is None else row.cells[self._handle].strip()

    def _products(self, group: Sequence[FileRow]) -> Iterator[Candidate]:
        if not group:
            return
        all_cells = [_cells_of(row, self._columns) for row in group]
        shared = all_cells[0]
        names = self._option_names(group[0])
        pictures = urls_in(url for cells in all_cells for url in cells.get(F.PHOTO_URLS, ()))
        own = [self._own_picture(row) for row in group]
        others = {picture for picture in own if picture}
        for row, cells, picture in zip(group, all_cells, own, strict=True):
            values = self._option_values(row)
            is_more_pictures = row is not group[0] and not _has(cells, F.SKU) and not values
            if is_more_pictures and not _has(cells, F.PRICE):
                continue
            merged = _inherited(cells, shared)
            if values and F.NAME in merged:
                merged[F.NAME] = (f"{' '.join(merged[F.NAME])} - {' / '.join(values)}",)
            self._add_options(merged, names, row)
            if F.PHOTO_URLS in merged:
                general = [url for url in pictures if url not in others]
                merged[F.PHOTO_URLS] = tuple(dict.fromkeys([*filter(None, [picture]), *general]))
            yield Candidate(row.line, merged)

    def _own_picture(self, row: FileRow) -> str:
        return "" if self._variant_image is None else row.cells[self._variant_image].strip()

    def _option_names(self, row: FileRow) -> list[str]:
        return [plain(row.cells[name]) for name, _ in self._options]

    def _option_values(self, row: FileRow) -> list[str]:
        values = [row.cells[value].strip() for _, value in self._options]
        return [value for value in values if value.lower() not in _NO_OPTION]

    def _add_options(
        self, merged: dict[ImportField, tuple[str, ...]], names: Sequence[str], row: FileRow
    ) -> None:
        for name, (_, value) in zip(names, self._options, strict=True):
            _add_attribute(merged, name, row.cells[value].strip())


class _WooCommerce:
    """One line for each product and variation, which names its parent: that stands before it."""

    def __init__(self, headers: Sequence[str], columns: Sequence[tuple[int, ImportField]]) -> None:
        self._columns = columns
        words = [plain(header) for header in headers]
        self._id, self._type = _first(words, "id"), _first(words, "type")
        self._parent = _first(words, "parent")
        self._attributes = [
            (name, value)
            for number in range(1, 11)
            if (name := _first(words, f"attribute {number} name")) is not None
            and (value := _first(words, f"attribute {number} value s", f"attribute {number} value"))
            is not None
        ]
        self._parents: dict[str, Cells] = {}

    def candidates(self, rows: Iterable[FileRow]) -> Iterator[Candidate]:
        for row in rows:
            if row.problem:
                yield Candidate(row.line, problem=row.problem)
                continue
            kind = _cell(row, self._type).lower()
            cells = _cells_of(row, self._columns)
            if "variable" in kind:
                self._remember(row, cells)
                yield Candidate(
                    row.line, cells, skipped="Its variants are taken in, each as a product."
                )
            elif "grouped" in kind:
                yield Candidate(row.line, cells, skipped="A group of products is no product.")
            else:
                yield Candidate(row.line, self._merged(row, cells, is_variant="variation" in kind))

    def _remember(self, row: FileRow, cells: Cells) -> None:
        for key in (f"id:{_cell(row, self._id)}", " ".join(cells.get(F.SKU, ())).strip()):
            if key not in ("id:", ""):
                self._parents[key] = cells

    def _merged(self, row: FileRow, cells: Cells, *, is_variant: bool) -> Cells:
        parent = self._parents.get(_cell(row, self._parent)) if is_variant else None
        merged = dict(cells) if parent is None else _inherited(cells, parent)
        for name, value in self._attributes:
            _add_attribute(merged, plain(_cell(row, name)), _cell(row, value))
        return merged


def _cells_of(row: FileRow, columns: Sequence[tuple[int, ImportField]]) -> Cells:
    cells: dict[ImportField, tuple[str, ...]] = {}
    for column, chosen in columns:
        cells[chosen] = (*cells.get(chosen, ()), row.cells[column])
    return cells


def _inherited(cells: Cells, shared: Cells) -> dict[ImportField, tuple[str, ...]]:
    """Return a variant's cells, with what it leaves blank as all variants have it."""
    return {
        chosen: values if chosen in _OF_VARIANT or _has(cells, chosen) else shared[chosen]
        for chosen, values in cells.items()
    }


def _add_attribute(merged: dict[ImportField, tuple[str, ...]], name: str, value: str) -> None:
    if value.lower() in _NO_OPTION:
        return
    target = F.COLOURS if name in _COLOUR else F.MATERIALS if name in _MATERIAL else None
    if target is not None and not any(merged.get(target, ())):
        merged[target] = (value,)


def _has(cells: Cells, chosen: ImportField) -> bool:
    return any(cell.strip() for cell in cells.get(chosen, ()))


def _first(words: Sequence[str], *wanted: str) -> int | None:
    return next((at for at, word in enumerate(words) if word in wanted), None)


def _cell(row: FileRow, column: int | None) -> str:
    return "" if column is None else row.cells[column].strip()
