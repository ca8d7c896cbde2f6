"""XLSX files of products: looked through before they are opened, and read row by row.

Only values are read: macros, links to other files and formulas are never run or followed.
"""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import BinaryIO

from core.errors import InvalidInputError
from core.services.import_reading import MAX_COLUMNS, FileRow
from core.services.zip_directories import DAMAGES, directory_size

MAX_PARTS = 2000
MAX_PART_BYTES = 400 * 1024 * 1024
MAX_UNPACKED_BYTES = 600 * 1024 * 1024
MAX_OTHER_BYTES = 64 * 1024 * 1024
MAX_STRINGS_TAGS = 4_000_000
MAX_OTHER_TAGS = 250_000
"""What is no sheet is held in memory as a whole; its tags tell how much of that it takes."""

MAX_RATIO = 300
_RATIO_FROM_BYTES = 8 * 1024 * 1024
_MAX_DIRECTORY_BYTES = 1024 * 1024
_MAX_SHEET_ROWS = 1_048_576
MAX_BLANK_ROWS = 10_000
"""So many after each other are what a format left on the rest of a sheet, not a gap in it."""

_CHUNK_BYTES = 1 << 20
_CONTENTS = "[Content_Types].xml"
_MAX_CONTENTS_BYTES = 1024 * 1024
_SHEETS = "xl/worksheets/"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_READ_WHOLE = (_CONTENTS, "xl/styles.xml", "xl/theme/theme1.xml", "docProps/", "xl/workbook.xml")
_XML = (".xml", ".rels", ".vml")
_DAMAGED = InvalidInputError(
    user_message="This XLSX file is damaged. Open it in a spreadsheet and save it anew."
)
_TOO_MANY_PARTS = "This XLSX file has too many parts to be a table."
_UNREADABLE = (
    *DAMAGES,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,  # what an XML parser raises
    OverflowError,
)


def check_xlsx(file: BinaryIO) -> None:
    """Raise a sentence unless a file is an XLSX file that can be opened without harm."""
    try:
        count, directory_bytes = directory_size(file)
        if count > MAX_PARTS or directory_bytes > _MAX_DIRECTORY_BYTES:
            raise InvalidInputError(user_message=_TOO_MANY_PARTS)
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
    except _UNREADABLE as error:
        raise InvalidInputError(repr(error)[:200], user_message=_DAMAGED.user_message) from error


def xlsx_rows(file: BinaryIO) -> Iterator[FileRow]:
    """Yield the rows of the first sheet of a checked file; blank ones are left out."""
    import openpyxl  # noqa: PLC0415 - heavy, and only for such files
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - likewise

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet = next(iter(book.worksheets), None)
            if sheet is None:
                return
            # What the file says of its size may be a lie: a sheet full of blank cells.
            sheet.reset_dimensions()
            last = 0
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > _MAX_SHEET_ROWS or number - last > MAX_BLANK_ROWS:
                    return
                some = cells[: MAX_COLUMNS + 1]
                if any(cell is not None for cell in some):
                    texts = [_text(cell) for cell in some]
                    if any(text.strip() for text in texts):
                        last = number
                        yield FileRow(number, texts)
    except (InvalidFileException, *_UNREADABLE) as error:
        raise InvalidInputError(repr(error)[:200], user_message=_DAMAGED.user_message) from error


def sheet_count(file: BinaryIO) -> int:
    """Return how many sheets a checked file has."""
    with zipfile.ZipFile(file) as archive:
        return sum(
            name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml")
            for name in archive.namelist()
        )


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise InvalidInputError(user_message=_TOO_MANY_PARTS)
    names = {part.filename for part in parts}
    if len(names) != len(parts):
        raise _DAMAGED
    if _CONTENTS not in names:
        raise InvalidInputError(
            user_message="This is no table that Epox can read. Save it as CSV or XLSX, please."
        )
    sheets, strings, whole = _told_parts(archive)
    unpacked = 0
    for part in parts:
        if part.flag_bits & 1:
            raise InvalidInputError(
                user_message="This XLSX file is protected by a password. Save it without one."
            )
        unpacked += part.file_size
        limit = MAX_PART_BYTES if part.filename in sheets else MAX_OTHER_BYTES
        if part.file_size > limit or unpacked > MAX_UNPACKED_BYTES or _is_bomb(part):
            raise _too_large()
    _check_content(archive, strings, whole)


def _check_content(archive: zipfile.ZipFile, strings: set[str], whole: set[str]) -> None:
    for part in archive.infolist():
        if part.filename in strings:
            _check_tags(archive, part, MAX_STRINGS_TAGS)
        elif part.filename in whole or part.filename.endswith(".rels"):
            _check_tags(archive, part, MAX_OTHER_TAGS)
        if part.filename.lower().endswith(_XML) or part.filename in strings | whole:
            _check_xml(archive, part)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    ratio = part.file_size / max(1, part.compress_size)
    return part.file_size > _RATIO_FROM_BYTES and ratio > MAX_RATIO


def _told_parts(archive: zipfile.ZipFile) -> tuple[set[str], set[str], set[str]]:
    """Return which parts are sheets, which hold the strings, and which others are read whole.

    What the file says itself counts, as for whoever opens it: any part can have any name.
    """
    from openpyxl.packaging.manifest import Manifest  # noqa: PLC0415 - heavy
    from openpyxl.xml.functions import fromstring  # noqa: PLC0415 - likewise

    part = archive.getinfo(_CONTENTS)
    if part.file_size > _MAX_CONTENTS_BYTES:
        raise _too_large()
    _check_xml(archive, part)
    told = Manifest.from_tree(fromstring(archive.read(part)))  # type: ignore[arg-type] # as it does itself
    types: dict[str, set[str]] = {}
    for each in told.Override if told is not None else ():
        types.setdefault(each.PartName[1:], set()).add(each.ContentType)
    sheets = {
        name for name, found in types.items() if found == {_SHEET_TYPE} and name.startswith(_SHEETS)
    }
    strings = {name for name, found in types.items() if _STRINGS_TYPE in found}
    whole = {name for name, found in types.items() if any("main+xml" in one for one in found)}
    whole |= {name for name in archive.namelist() if name.startswith(_READ_WHOLE)}
    return sheets, strings, whole - strings


def _check_tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> None:
    """Raise a sentence for XML of more tags than can be held in memory."""
    count = 0
    with archive.open(part) as xml:
        while piece := xml.read(_CHUNK_BYTES):
            count += piece.count(b"<")
            if count > most:
                raise _too_large()


def _too_large() -> InvalidInputError:
    return InvalidInputError(
        user_message="This XLSX file unpacks to more than Epox reads. Save it as CSV."
    )


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise a sentence for XML that defines its own entities: no spreadsheet writes such."""
    with archive.open(part) as xml:
        begin = xml.read(_CHUNK_BYTES)
    plain = begin.replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise _DAMAGED


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 - beyond it floats are no whole numbers
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)
