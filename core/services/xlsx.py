"""A table as an XLSX file that is written while it is sent.

The usual packages write the whole file to disk first, and take several times as long: of a large
catalogue a browser would see the first byte after a minute.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from core.domain.exports import ExportRow, ExportValue, join_list, neutralise
from core.services.batches import in_batches
from core.services.product_files import PIECE_ROWS, number

MAX_SHEET_ROWS = 1_000_000
"""Excel shows a few more rows in a sheet; what is above goes on in the next one."""

_MAX_SHEET_CHARS = 500_000_000  # in a ZIP file that is written while it is sent, a part has a limit
_LEVEL = 3
_DAY_S = 86_400
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEADER, _TEXT, _MOMENT = 1, 2, 3
"""The places of the styles in `_STYLES`; 49 is text, 22 a day with its time."""

_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border/></borders>"
    '<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def xlsx_pieces(
    headers: Sequence[str], rows: Iterable[ExportRow], *, title: str
) -> Iterator[bytes]:
    """Yield an XLSX file whose sheet has this title; no text in it can be taken for a formula.

    Moments are days of the spreadsheet, in UTC; numbers are numbers; all else is text.
    """
    sink = _Sink()
    archive = ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
    pieces = in_batches(rows, PIECE_ROWS)
    sheet_count = 0
    piece = next(pieces, ())
    while piece or not sheet_count:
        sheet_count += 1
        with archive.open(f"xl/worksheets/sheet{sheet_count}.xml", "w") as sheet:
            sheet.write(_sheet_head(headers).encode())
            row_number, chars = 2, 0
            while piece and row_number + len(piece) <= MAX_SHEET_ROWS and chars < _MAX_SHEET_CHARS:
                text = "".join(_row(row_number + place, row) for place, row in enumerate(piece))
                sheet.write(text.encode())
                yield sink.taken()
                row_number, chars = row_number + len(piece), chars + len(text)
                piece = next(pieces, ())
            sheet.write(b"</sheetData></worksheet>")
    for name, text in _frame(title, sheet_count).items():
        archive.writestr(name, _DECLARATION + text)
    archive.close()
    yield sink.taken()


class _Sink:
    """Where the ZIP file is written to: takes what comes, until it is taken from there."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Have nothing to do: ZipFile asks for it."""

    def close(self) -> None:
        """Have nothing to do: likewise."""

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _sheet_head(headers: Sequence[str]) -> str:
    cells = "".join(
        _text_cell(f"{_letters(place)}1", header, _HEADER) for place, header in enumerate(headers)
    )
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><cols><col min="1" max="{len(headers)}" width="18"'
        f' customWidth="1"/></cols><sheetData><row r="1">{cells}</row>'
    )


def _row(row_number: int, row: Sequence[ExportValue]) -> str:
    cells = [
        _cell(f"{_LETTERS[place]}{row_number}", value)
        for place, value in enumerate(row)
        if value is not None and value not in ("", ())
    ]
    return f'<row r="{row_number}">{"".join(cells)}</row>'


def _cell(place: str, value: ExportValue) -> str:
    if isinstance(value, str):
        return _text_cell(place, neutralise(value), _TEXT)
    if isinstance(value, tuple):
        return _text_cell(place, neutralise(join_list(value)), _TEXT)
    if isinstance(value, datetime):
        days = (value - _EPOCH).total_seconds() / _DAY_S
        return f'<c r="{place}" s="{_MOMENT}"><v>{days:.8f}</v></c>'
    return "" if value is None else f'<c r="{place}"><v>{number(value)}</v></c>'


def _text_cell(place: str, text: str, style: int) -> str:
    kept = escape(_NO_XML.sub("\ufffd", text))
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
    )


def _letters(place: int) -> str:
    """Return the column's name: A, B, ... Z, AA, AB, ..."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters, place = chr(ord("A") + rest) + letters, place - 1
    return letters


_LETTERS = tuple(_letters(place) for place in range(100))


def _frame(title: str, sheet_count: int) -> dict[str, str]:
    numbers = range(1, sheet_count + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in numbers
    )
    sheets = "".join(
        f'<sheet name="{escape(title)}{f" {n}" if n > 1 else ""}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}'
        f'<Relationship Id="rId{sheet_count + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    }
