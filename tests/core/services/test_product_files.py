"""Products as files: what programs and spreadsheets read in them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

from core.domain.exports import (
    PRODUCT_HEADERS,
    ExportRow,
    ExportValue,
    restore,
    split_list,
)
from core.services import xlsx
from core.services.product_files import PIECE_ROWS, csv_pieces, json_pieces, product_template
from core.services.xlsx import xlsx_pieces

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


CHAIR: Mapping[str, ExportValue] = {
    "sku": "OAK-CHAIR-1",
    "name": "Oak chair",
    "category": "Stühle",
    "other_categories": (),
    "description": "Solid oak.\nOiled by hand.",
    "price": Decimal("249.00"),
    "tags": ("oak", "a;b"),
    "materials": ("Oak",),
    "colours": (),
    "width_cm": 48.0,
    "depth_cm": 52.5,
    "height_cm": None,
    "archived": "no",
    "photos": 2,
    "approved_pictures": 0,
    "source": "imported",
    "created_at": NOON,
    "updated_at": NOON,
}


def row(**changes: ExportValue) -> ExportRow:
    assert tuple(CHAIR) == PRODUCT_HEADERS
    return tuple({**CHAIR, **changes}.values())


def read_csv(rows: list[ExportRow]) -> list[dict[str, str]]:
    data = b"".join(csv_pieces(rows))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_json(rows: list[ExportRow]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(b"".join(json_pieces(rows)))
    return found


def sheets(rows: list[ExportRow]) -> Iterator[list[tuple[object, ...]]]:
    pieces = xlsx_pieces(PRODUCT_HEADERS, rows, title="Products")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))
    for sheet in book.worksheets:
        yield list(sheet.iter_rows(values_only=True))


def read_xlsx(rows: list[ExportRow]) -> list[dict[str, object]]:
    [[headers, *found]] = sheets(rows)
    return [dict(zip(map(str, headers), cells, strict=True)) for cells in found]


class TestCsv:
    def test_holds_every_column_as_text(self) -> None:
        [line] = read_csv([row()])

        assert tuple(line) == PRODUCT_HEADERS
        assert line["category"] == "Stühle"
        assert line["description"] == "Solid oak.\nOiled by hand."
        assert (line["price"], line["width_cm"], line["depth_cm"]) == ("249.00", "48", "52.5")
        assert split_list(line["tags"]) == ("oak", "a;b")
        assert (line["archived"], line["source"], line["photos"]) == ("no", "imported", "2")
        assert line["updated_at"] == "2026-11-26T12:00:00Z"

    def test_leaves_empty_what_is_not_known(self) -> None:
        [line] = read_csv([row(price=None, width_cm=None, tags=())])

        assert (line["price"], line["width_cm"], line["tags"]) == ("", "", "")

    def test_writes_a_tiny_number_without_exponent(self) -> None:
        [line] = read_csv([row(width_cm=1e-05, height_cm=10_000.0)])

        assert (line["width_cm"], line["height_cm"]) == ("0.00001", "10000")

    def test_marks_formulas_so_that_they_can_be_restored(self) -> None:
        [line] = read_csv([row(name="=1+1", tags=("oak", "=2"))])

        assert line["name"] == "'=1+1"
        assert restore(line["name"]) == "=1+1"
        assert line["tags"] == "oak;'=2"

    def test_holds_the_headers_alone_without_products(self) -> None:
        assert read_csv([]) == []
        assert b"".join(csv_pieces([])).decode("utf-8-sig").startswith("sku,name,")

    def test_comes_in_pieces(self) -> None:
        rows = [row()] * (2 * PIECE_ROWS + 1)

        assert len(list(csv_pieces(rows))) == 3


class TestJson:
    def test_holds_numbers_as_numbers_and_lists_as_lists(self) -> None:
        [line] = read_json([row()])

        assert tuple(line) == PRODUCT_HEADERS
        assert (line["price"], line["width_cm"], line["photos"]) == (249.0, 48.0, 2)
        assert line["tags"] == ["oak", "a;b"]

    def test_alters_nothing_for_spreadsheets(self) -> None:
        [line] = read_json([row(name="=1+1")])

        assert line["name"] == "=1+1"

    @pytest.mark.parametrize("count", [0, 1, PIECE_ROWS, PIECE_ROWS + 1])
    def test_is_one_array_whatever_the_number(self, count: int) -> None:
        assert len(read_json([row()] * count)) == count


class TestXlsx:
    def test_holds_numbers_as_numbers_and_moments_as_days(self) -> None:
        [line] = read_xlsx([row()])

        assert (line["price"], line["width_cm"], line["depth_cm"]) == (249, 48, 52.5)
        assert line["updated_at"] == NOON.replace(tzinfo=None)
        assert line["description"] == "Solid oak.\nOiled by hand."

    @pytest.mark.parametrize("name", ["=1+1", "@SUM(1)", "+1", "#N/A", "1e5", "00123", "TRUE"])
    def test_holds_all_else_as_text(self, name: str) -> None:
        pieces = xlsx_pieces(["name"], [(name,)], title="Products")

        cell = openpyxl.load_workbook(io.BytesIO(b"".join(pieces))).worksheets[0]["A2"]

        assert cell.data_type == "s"
        assert restore(cell.value) == name

    def test_holds_what_would_break_the_file(self) -> None:
        [line] = read_xlsx([row(name="<b>&amp;</b> ]]> \uffff 🪑")])

        assert line["name"] == "<b>&amp;</b> ]]> \ufffd 🪑"

    def test_holds_the_headers_alone_without_products(self) -> None:
        assert list(sheets([])) == [[PRODUCT_HEADERS]]

    def test_goes_on_in_another_sheet_where_one_is_full(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(xlsx, "MAX_SHEET_ROWS", PIECE_ROWS + 2)

        first, second = sheets([row()] * (PIECE_ROWS + 5))

        assert (len(first), len(second)) == (PIECE_ROWS + 1, 6)
        assert first[0] == second[0] == PRODUCT_HEADERS


class TestTemplate:
    def test_holds_the_columns_that_import_fills(self) -> None:
        [headers, example] = csv.reader(io.StringIO(product_template().decode("utf-8-sig")))

        assert headers[:3] == ["sku", "name", "category"]
        assert set(headers) <= set(PRODUCT_HEADERS)
        assert all(example)
