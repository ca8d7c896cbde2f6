"""The files of imports: kept in the store, sniffed once, and read where the work is done."""

import io
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, cast

from core.domain.imports import FileShape, Import, ImportOptions, Reading
from core.errors import InvalidInputError, ObjectMissingError
from core.services.import_mapping import guessed, notes_about, shape_of
from core.services.import_reading import (
    MAX_FILE_BYTES,
    FileRow,
    checked_headers,
    csv_rows,
    delimiter_of,
    encoding_of,
    fitted_rows,
)
from core.services.import_xlsx import check_xlsx, sheet_count, xlsx_rows
from core.storage.base import AssetStorage

XLSX = "xlsx"
_SAMPLE_ROWS = 20
_LOOKED_AT_ROWS = 200
_SAMPLE_CHARS = 200
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_IN_MEMORY_BYTES = 8 * 1024 * 1024
_PIECES = 4
"""So much of a file, a megabyte, surely holds its headers and some products."""


@dataclass(frozen=True)
class Table:
    """How the bytes of a file of products are read."""

    encoding: str
    delimiter: str

    def rows(self, file: BinaryIO) -> Iterator[FileRow]:
        """Yield the rows of the file, its header first."""
        file.seek(0)
        if self.encoding == XLSX:
            return fitted_rows(xlsx_rows(file))
        return csv_rows(file, self.encoding, self.delimiter)


def new_key(workspace_id: int, suffix: str) -> str:
    """Return a key under which a new import's file is kept."""
    return f"w{workspace_id}/imports/{uuid.uuid4().hex}/source.{suffix}"


def table_of(data: bytes) -> Table:
    """Return how a file of products is read, or raise a sentence when it cannot be."""
    if len(data) > MAX_FILE_BYTES:
        raise InvalidInputError(
            user_message=f"This file is larger than {MAX_FILE_BYTES // 2**20} MB. "
            "Save it as Excel (XLSX), which packs it, or split it into several."
        )
    if not data.strip(b"\0 \t\r\n"):
        raise InvalidInputError(user_message="There is nothing in this file.")
    if data.startswith(_OLD_EXCEL):
        raise InvalidInputError(
            user_message="This is an old or protected Excel file. Save it as XLSX or CSV, please."
        )
    if data.startswith(_ZIP):
        check_xlsx(io.BytesIO(data))
        return Table(XLSX, "")
    encoding = encoding_of(data)
    return Table(encoding, delimiter_of(data, encoding))


def reading_of(data: bytes) -> Reading:
    """Return the beginning of a file of products and what Epox makes of it, or raise a sentence."""
    return _reading(io.BytesIO(data), table_of(data))


def reading_as(
    storage: AssetStorage, imported: Import, reading: Reading, options: ImportOptions
) -> Reading:
    """Return the reading that the chosen encoding and delimiter give; itself if those it has.

    Raises a sentence when the file is no table with them.
    """
    if reading.encoding == XLSX:
        return reading
    table = Table(_codec(options.encoding, reading.found[0]), options.delimiter or reading.found[1])
    if table == Table(reading.encoding, reading.delimiter):
        return reading
    with _kept_file(imported):
        _size, pieces = storage.stream(imported.storage_key)
        begin = b"".join(islice(pieces, _PIECES))
    return replace(_reading(io.BytesIO(begin), table), found=reading.found)


def _codec(chosen: str, found: str) -> str:
    """Return what Python calls an encoding, with the mark that such a file may begin with."""
    if chosen == "utf-16":
        return found if found.startswith("utf-16") else "utf-16-le"
    return {"": found, "utf-8": found if found == "utf-8" else "utf-8-sig"}.get(chosen, chosen)


def _reading(file: BinaryIO, table: Table) -> Reading:
    rows = table.rows(file)
    headers = checked_headers(next(rows, None))
    sample = tuple(
        tuple(cell[:_SAMPLE_CHARS] for cell in row.cells)
        for row in islice(
            (row for row in islice(rows, _LOOKED_AT_ROWS) if not row.problem), _SAMPLE_ROWS
        )
    )
    rows.close()  # type: ignore[attr-defined] # they are generators
    if not sample:
        raise InvalidInputError(user_message="There are headers in this file, but no products.")
    notes = list(notes_about(headers))
    if table.encoding == XLSX and (count := sheet_count(file)) > 1:
        notes.append(f"Only the first of the {count} sheets is read.")
    shape = shape_of(headers)
    return Reading(
        headers=headers,
        sample=sample,
        shape=shape,
        encoding=table.encoding,
        delimiter=table.delimiter,
        mapping=guessed(headers, shape),
        notes=tuple(notes),
        found=(table.encoding, table.delimiter),
    )


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON; the mapping is guessed anew when it is read."""
    return {
        "headers": reading.headers,
        "sample": reading.sample,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "notes": reading.notes,
        "found": reading.found,
    }


def reading_from_json(stored: Mapping[str, Any]) -> Reading:
    """Return a stored reading."""
    headers = tuple(stored["headers"])
    shape = shape_of(headers)
    return Reading(
        headers=headers,
        sample=tuple(tuple(row) for row in stored["sample"]),
        shape=FileShape(shape),
        encoding=stored["encoding"],
        delimiter=stored["delimiter"],
        mapping=guessed(headers, shape),
        notes=tuple(stored["notes"]),
        found=tuple(stored.get("found", (stored["encoding"], stored["delimiter"]))),
    )


def zip_of(uploads: Iterator[tuple[str, bytes]]) -> bytes:
    """Return many files as one ZIP, under their own names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in uploads:
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


@contextmanager
def local_copy(storage: AssetStorage, imported: Import) -> Iterator[BinaryIO]:
    """Yield the file of an import, copied out of the store to be read here and there."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
        with _kept_file(imported):
            _size, pieces = storage.stream(imported.storage_key)
            for piece in pieces:
                file.write(piece)
        file.seek(0)
        yield cast("BinaryIO", file)


@contextmanager
def _kept_file(imported: Import) -> Iterator[None]:
    try:
        yield
    except ObjectMissingError as error:
        raise InvalidInputError(
            imported.storage_key,
            user_message="The file of this import is gone. Please upload it again.",
        ) from error
