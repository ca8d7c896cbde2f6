"""Reading files of products: odd ones, broken ones and hostile ones, in bounded memory."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from core.domain.imports import FileShape
from core.errors import InvalidInputError
from core.services import import_reading, import_xlsx
from core.services.import_files import reading_of, table_of
from core.services.import_reading import FileRow

ROWS = [["sku", "name"], ["A-1", "Chair"], ["A-2", "Lamp"]]


def rows_of(data: bytes) -> list[FileRow]:
    return list(table_of(data).rows(io.BytesIO(data)))


def cells_of(data: bytes) -> list[list[str]]:
    rows = rows_of(data)
    assert [row.problem for row in rows] == [""] * len(rows)
    return [list(row.cells) for row in rows]


def problems_of(data: bytes) -> dict[int, str]:
    return {row.line: row.problem for row in rows_of(data) if row.problem}


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """Return a ZIP file with some parts replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return target.getvalue()


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_finds_what_parts_the_cells(self, delimiter: str) -> None:
        text = "\r\n".join(delimiter.join(row) for row in ROWS)

        assert cells_of(text.encode()) == ROWS

    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
    )
    def test_finds_the_encoding(self, encoding: str) -> None:
        text = "sku;name\r\nA-1;Stühle für Gäste\r\nA-2;Canapé\r\n"

        assert cells_of(text.encode(encoding))[1] == ["A-1", "Stühle für Gäste"]

    def test_reads_what_only_windows_has(self) -> None:
        assert cells_of("sku;name\nA;€ 5 “x”\n".encode("cp1252"))[1] == ["A", "€ 5 “x”"]

    def test_believes_a_line_that_names_the_separator(self) -> None:
        assert cells_of(b"sep=;\r\nsku;name\r\nA-1;x,y,z\r\n")[1] == ["A-1", "x,y,z"]

    def test_counts_the_lines_of_the_file_itself(self) -> None:
        data = b'sku,name\r\nA-1,"two\nlines"\rA-2,x\n\n\nA-3,y'

        assert [(row.line, row.cells[0]) for row in rows_of(data)] == [
            (1, "sku"),
            (2, "A-1"),
            (4, "A-2"),
            (7, "A-3"),
        ]

    def test_goes_on_after_a_quotation_mark_that_is_never_closed(self) -> None:
        data = b'sku,name\nA-1,x\nA-2,"open\nA-3,y\nA-4,z\n'

        rows = rows_of(data)

        assert [row.cells[0] for row in rows if not row.problem] == ["sku", "A-1", "A-3", "A-4"]
        assert problems_of(data) == {3: "A quotation mark that opens in this line is never closed."}

    def test_goes_on_after_a_mark_that_swallows_lines_until_the_next_one(self) -> None:
        data = b'sku,name\nA-1,"open\nA-2,x\nA-3,"y"\nA-4,z\n'

        rows = rows_of(data)

        assert [row.cells[0] for row in rows if not row.problem] == ["sku", "A-2", "A-3", "A-4"]
        assert list(problems_of(data)) == [2]

    def test_says_which_line_has_too_many_cells(self) -> None:
        assert problems_of(b"sku,name\nA-1,x,y\nA-2,x\nA-3\n") == {
            2: "This line has 3 cells, but the file has 2 headers."
        }

    def test_puts_a_mark_in_place_of_what_no_database_keeps(self) -> None:
        assert cells_of(b"sku,name\0\nA-1,x\0y\n") == [["sku", "name\ufffd"], ["A-1", "x\ufffdy"]]

    def test_looks_less_far_after_many_marks_that_are_never_closed(self) -> None:
        stray = b"".join(b'B-%d,"open\n' % n for n in range(60))
        near, far = b'A-1,"1\n2\n3"\n', b'A-2,"' + b"1\n" * 20 + b'"\n'

        rows = rows_of(b"sku,name\n" + near + far + stray + near + far)

        whole = [(row.cells[0], row.cells[1].count("\n")) for row in rows if any(row.cells[1:])]
        assert whole == [("sku", 0), ("A-1", 2), ("A-2", 20), ("A-1", 2)]
        assert len(problems_of(b"sku,name\n" + stray)) == 60

    def test_does_not_look_through_a_whole_file_for_a_sample(self) -> None:
        data = b"sku,name\n" + b"A,b,c\n" * 300 + b"A-1,x\n"

        with pytest.raises(InvalidInputError, match="no products"):
            reading_of(data)

    def test_reads_a_line_without_end_in_bounded_memory(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_reading, "MAX_LINE_CHARS", 10_000)
        data = b"sku,name\nA-1," + b"x" * 20_000_000 + b"\nA-2,y\n"
        file = io.BytesIO(data)
        table = table_of(data)
        tracemalloc.start()
        try:
            rows = list(table.rows(file))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert [row.cells[0] for row in rows if not row.problem] == ["sku", "A-2"]
        assert rows[1].line == 2
        assert "This line holds more than" in rows[1].problem
        assert peak < 3_000_000

    def test_refuses_a_cell_that_is_too_long(self) -> None:
        data = b"sku,name\nA-1," + b"x" * 50_000 + b'\nA-2,"' + b"x" * 200_000 + b'"\nA-3,y\n'

        assert list(problems_of(data)) == [2, 3]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "nothing in this file"),
            (b"\0\0\0", "nothing in this file"),
            (b"sku,name\n", "no products"),
            (b",".join(b"c%d" % n for n in range(1000)) + b"\nx\n", "over 500 columns"),
            (b"," * 1_000_001 + b"\n", "more than 1,000,000 characters"),
            (b"\xd0\xcf\x11\xe0 old", "old or protected Excel"),
            (b"\x89PNG\r\n\x1a\n" + b"\0\x01\0\0" * 2000, "no table"),
            (b"%PDF-1.7\n" + bytes(range(256)) * 20, "no products|no table|headers"),
        ],
    )
    def test_refuses_what_is_no_table_with_a_sentence(self, data: bytes, sentence: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            reading_of(data)

        assert any(part in caught.value.user_message for part in sentence.split("|"))

    def test_notes_headers_that_stand_there_twice(self) -> None:
        reading = reading_of(b"sku,name,tags,tags,\nA,x,a,b,\n")

        assert "more than one column" in reading.notes[0]
        assert reading.headers == ("sku", "name", "tags", "tags")


def _with_strings_elsewhere(data: bytes, count: int) -> bytes:
    """Return an XLSX file with a part of strings under the name of a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        contents = book.read("[Content_Types].xml")
    told = (
        b'<Override PartName="/xl/worksheets/words.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    words = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return repacked(
        data,
        {
            "[Content_Types].xml": contents.replace(b"</Types>", told),
            "xl/worksheets/words.xml": words + b"<si><t>a</t></si>" * count + b"</sst>",
        },
    )


class TestHostileXlsx:
    def test_counts_the_strings_wherever_they_are(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data = _with_strings_elsewhere(xlsx(ROWS), 50)
        assert cells_of(data) == ROWS

        monkeypatch.setattr(import_xlsx, "MAX_STRINGS_TAGS", 100)

        with pytest.raises(InvalidInputError, match="unpacks to more"):
            reading_of(data)

    @pytest.mark.parametrize("name", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/x.xml.rels"])
    def test_counts_the_tags_of_what_is_read_whole(self, name: str) -> None:
        data = repacked(xlsx(ROWS), {name: b"<x>" + b"<y/>" * 300_000 + b"</x>"})

        with pytest.raises(InvalidInputError, match="unpacks to more"):
            reading_of(data)

    def test_ends_a_sheet_where_nothing_but_blank_rows_follow(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_xlsx, "MAX_BLANK_ROWS", 5)
        blank = [[" "]] * 4

        data = xlsx([*ROWS, *blank, ["A-3", "x"], *blank, [" "], ["A-4", "y"]])

        assert [row.cells[0] for row in rows_of(data)] == ["sku", "A-1", "A-2", "A-3"]

    def test_reads_no_more_cells_of_a_row_than_a_file_may_have(self) -> None:
        data = xlsx([*ROWS, ["A-3", *["x"] * 2000]])

        assert problems_of(data) == {4: "This line has 501 cells, but the file has 2 headers."}

    def test_looks_at_the_size_of_the_directory_first(self) -> None:
        data = xlsx(ROWS)
        end = len(data) - 22
        huge = bytearray(data)
        struct.pack_into("<L", huge, end + 12, 50_000_000)

        with pytest.raises(InvalidInputError, match="too many parts"):
            reading_of(bytes(huge))


class TestXlsx:
    def test_reads_texts_numbers_and_truths_of_the_first_sheet(self) -> None:
        data = xlsx([["sku", "name", "price"], ["A-1", "Chair", 12.5], [42, True, 3.0], [None]])

        assert cells_of(data) == [
            ["sku", "name", "price"],
            ["A-1", "Chair", "12.5"],
            ["42", "yes", "3"],
        ]
        assert reading_of(data).shape is FileShape.PLAIN

    def test_tells_the_row_of_the_sheet(self) -> None:
        data = xlsx([["sku", "name"], [], [], ["A-1", "x"]])

        assert [row.line for row in rows_of(data)] == [1, 4]

    def test_reads_what_a_formula_showed_and_never_runs_it(self) -> None:
        data = xlsx([["sku", "name"], ["A-1", "=1+1"], ["A-2", "x"]])

        assert cells_of(data)[1] == ["A-1", ""]

    def test_does_not_believe_what_a_sheet_says_of_its_size(self) -> None:
        sheet = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
            b'<t>sku</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
            b'<row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>2</v></c></row></sheetData></worksheet>'
        )
        data = repacked(xlsx(ROWS), {"xl/worksheets/sheet1.xml": sheet})

        assert cells_of(data) == [["sku", "name"], ["1", "2"]]

    def test_reads_nothing_but_values_of_a_file_with_macros_and_links(self) -> None:
        data = repacked(
            xlsx(ROWS),
            {
                "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro",
                "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
                "xl/externalLinks/_rels/externalLink1.xml.rels": (
                    b'<Relationships><Relationship Target="file:///etc/passwd"/></Relationships>'
                ),
            },
        )

        assert cells_of(data) == ROWS

    @pytest.mark.parametrize(
        "evil",
        [
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>',
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>',
            '<!DOCTYPE x [<!ENTITY e "x">]><worksheet/>'.encode("utf-16"),
        ],
    )
    def test_refuses_xml_that_defines_entities(self, evil: bytes) -> None:
        data = repacked(xlsx(ROWS), {"xl/worksheets/sheet1.xml": evil})

        with pytest.raises(InvalidInputError, match="damaged"):
            reading_of(data)

    def test_refuses_a_bomb_before_it_unpacks(self) -> None:
        data = repacked(
            xlsx(ROWS), {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 30_000_000}
        )

        tracemalloc.start()
        try:
            with pytest.raises(InvalidInputError, match="unpacks to more"):
                reading_of(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 3_000_000

    @pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
    def test_refuses_a_damaged_file(self, cut: float) -> None:
        data = xlsx(ROWS)

        with pytest.raises(InvalidInputError):
            reading_of(data[: int(len(data) * cut)])

    def test_refuses_a_zip_that_is_no_table(self) -> None:
        with pytest.raises(InvalidInputError, match="no table"):
            reading_of(
                repacked(xlsx([["a"]]), {}).replace(b"[Content_Types].xml", b"[Kontent_Types].xml")
            )

    def test_refuses_too_many_parts(self) -> None:
        data = repacked(xlsx(ROWS), {f"xl/x{n}.xml": b"<x/>" for n in range(2100)})

        with pytest.raises(InvalidInputError, match="too many parts"):
            reading_of(data)
