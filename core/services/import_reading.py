"""Reading files of products row by row, whatever wrote them, in bounded memory."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from core.errors import InvalidInputError

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELL_CHARS = 40_000
MAX_LINE_CHARS = 1_000_000
MAX_RECORD_LINES = 1000
MAX_RECORD_CHARS = 200_000
"""A quotation mark that is not closed within so much was never meant to open a cell."""

DELIMITERS = (",", ";", "\t", "|")
MAX_FAR_LOOKS = 50
NEAR_LINES = 10
"""After so many marks that are never closed, the next ones must close within so few lines."""

_SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 50
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_UNCLOSED = "A quotation mark that opens in this line is never closed."
_CELL_TOO_LONG = f"A cell holds more than {MAX_CELL_CHARS:,} characters."
_LINE_TOO_LONG = f"This line holds more than {MAX_LINE_CHARS:,} characters."


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file, at the line where it begins there; `problem` says why it cannot be used."""

    line: int
    cells: Sequence[str]
    problem: str = ""


class _UnclosedError(Exception):
    """The cell that a quotation mark opened does not end."""


class _TooLongError(Exception):
    """A line is longer than any row can be."""


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text file, or raise a sentence when it is no text."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    begin = data[:4096]
    odd, even = begin[1::2].count(0), begin[::2].count(0)
    if odd + even > len(begin) // 4 and max(odd, even) > 4 * min(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    if len(begin.translate(None, _CONTROLS)) < len(begin) - max(20, len(begin) // 50):
        raise InvalidInputError(
            user_message="This is no table that Epox can read. Save it as CSV or XLSX, please."
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), 1 << 20):
            decoder.decode(data[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        is_latin = any(byte in _UNDEFINED_IN_CP1252 for byte in data)
        return "latin-1" if is_latin else "cp1252"
    return "utf-8"


def delimiter_of(data: bytes, encoding: str) -> str:
    """Return what parts the cells: what gives the most rows as many cells as the first has."""
    text = data[:_SAMPLE_BYTES].decode(encoding, errors="ignore")
    named = _SEPARATOR_LINE.match(text.lstrip("\ufeff"))
    if named is not None:
        return named[1]
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def csv_rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[FileRow]:
    """Yield the rows of a CSV file, its header first; blank ones are left out.

    A row that cannot be used has a problem, and reading goes on in the next line: also after a
    quotation mark that is never closed.
    """
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield from _checked(_csv_records(_lines(text), delimiter))
    finally:
        with suppress(ValueError):  # whoever opened the file has closed it
            text.detach()


def checked_headers(row: FileRow | None) -> tuple[str, ...]:
    """Return the headers of a file's first row, or raise a sentence."""
    if row is None:
        raise InvalidInputError(user_message="There is nothing in this file.")
    if row.problem:
        raise InvalidInputError(user_message=f"The first line has no headers: {row.problem}")
    return tuple(" ".join(cell.split())[:200] for cell in row.cells)


def _checked(rows: Iterator[FileRow]) -> Iterator[FileRow]:
    """Yield rows as wide as the first one, and say what is wrong with the others."""
    width = 0
    for found in rows:
        row = _storable(found)
        if row.problem:
            yield row
        elif not width:
            while row.cells and not row.cells[-1].strip():
                row = FileRow(row.line, row.cells[:-1])
            width = len(row.cells)
            yield FileRow(row.line, row.cells[:MAX_COLUMNS], _too_wide(width))
        else:
            yield _fitted(row, width)


def fitted_rows(rows: Iterator[FileRow]) -> Iterator[FileRow]:
    """Yield the rows of any source as `csv_rows` does."""
    return _checked(rows)


def _storable(row: FileRow) -> FileRow:
    """Return a row with a mark in place of what no database can hold, as of broken characters."""
    text = "".join(row.cells)
    if "\0" not in text and (text.isascii() or _UNSTORABLE.search(text) is None):
        return row
    return FileRow(row.line, [_UNSTORABLE.sub("\ufffd", cell) for cell in row.cells], row.problem)


def _too_wide(width: int) -> str:
    return f"It has over {MAX_COLUMNS} columns." if width > MAX_COLUMNS else ""


def _fitted(row: FileRow, width: int) -> FileRow:
    cells = row.cells
    if len(cells) > width:
        if any(cell.strip() for cell in cells[width:]):
            problem = f"This line has {len(cells)} cells, but the file has {width} headers."
            return FileRow(row.line, (), problem)
        cells = cells[:width]
    elif len(cells) < width:
        cells = (*cells, *[""] * (width - len(cells)))
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        return FileRow(row.line, (), _CELL_TOO_LONG)
    return row if cells is row.cells else FileRow(row.line, cells)


def _lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str | None]]:
    """Yield each line with its number; None in place of one that is too long."""
    number = 0
    while line := text.readline(MAX_LINE_CHARS):
        number += 1
        is_whole = len(line) < MAX_LINE_CHARS or line.endswith(("\n", "\r"))
        if is_whole:
            if not (number == 1 and _SEPARATOR_LINE.fullmatch(line)):
                yield number, line
            continue
        while (rest := text.readline(MAX_LINE_CHARS)) and not rest.endswith(("\n", "\r")):
            pass
        yield number, None


class _Feed:
    """Hands lines to the CSV reader and remembers those of the row that it is in."""

    def __init__(self, lines: Iterator[tuple[int, str | None]]) -> None:
        self._lines = lines
        self._again: deque[tuple[int, str]] = deque()
        self._chars = 0
        self._given_back = 0
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        is_near = self._given_back > MAX_FAR_LOOKS
        most = NEAR_LINES if is_near else MAX_RECORD_LINES
        if len(self.taken) >= most or self._chars > MAX_RECORD_CHARS:
            raise _UnclosedError
        if self._again:
            number, line = self._again.popleft()
        else:
            try:
                number, found = next(self._lines)
            except StopIteration:
                if self.taken:
                    raise _UnclosedError from None
                raise
            if found is None:
                self.taken.append((number, ""))
                raise _TooLongError
            line = found
        self.taken.append((number, line))
        self._chars += len(line)
        return line

    def begin(self) -> None:
        """Forget the row that is read."""
        self.taken.clear()
        self._chars = 0

    def give_back(self) -> int:
        """Have all lines of the row but its first one read again; return the number of that."""
        number = self.taken[0][0]
        self._given_back += 1
        self._again.extendleft(reversed(self.taken[1:]))
        return number


def _csv_records(lines: Iterator[tuple[int, str | None]], delimiter: str) -> Iterator[FileRow]:
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter)
    width = 0
    while True:
        feed.begin()
        problem = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _UnclosedError:
            problem = _UNCLOSED
        except _TooLongError:
            too_long = feed.taken.pop()[0]
            if feed.taken:
                yield FileRow(feed.give_back(), (), _UNCLOSED)
            reader = csv.reader(feed, delimiter=delimiter)
            yield FileRow(too_long, (), _LINE_TOO_LONG)
            continue
        except csv.Error:
            problem = _CELL_TOO_LONG
        if not problem and len(feed.taken) > 1 and _swallows(feed.taken, delimiter, cells, width):
            problem = _UNCLOSED
        if problem:
            yield FileRow(feed.give_back(), (), problem)
            reader = csv.reader(feed, delimiter=delimiter)
        elif any(cells) and any(cell.strip() for cell in cells):
            width = width or len(cells)
            yield FileRow(feed.taken[0][0], cells)


def _swallows(
    taken: Sequence[tuple[int, str]], delimiter: str, cells: Sequence[str], width: int
) -> bool:
    """Say whether a row of several lines is more likely one with a stray quotation mark."""
    if width and len(cells) != width:
        return True
    try:
        list(csv.reader((line for _, line in taken), delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    lines = io.StringIO(text, newline="")
    numbered = ((number, line) for number, line in enumerate(lines, start=1))
    widths = []
    for row in _csv_records(numbered, delimiter):
        widths.append(len(row.cells))
        if len(widths) >= _SAMPLE_ROWS:
            break
    if not widths or widths[0] < 2:  # noqa: PLR2004 - one cell is what any wrong guess gives
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]
