"""A person overrules how a CSV file is read: its encoding and what parts its cells."""

import io

import openpyxl
import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import ImportField, ImportOptions, ImportStatus
from core.errors import InvalidInputError
from tests.support.importing import checked, csv_bytes, imported, lines_of, run_tasks

CYRILLIC = csv_bytes([("sku", "name"), ("A-1", "Стул дубовый")]).decode().encode("cp1251")
BARS = b"sku,part|name\r\nA,1|Chair\r\nA,2|Table\r\n"
"""As many commas as bars: either may part the cells."""


def names(services: Services, actor: Actor, data: bytes, options: ImportOptions) -> list[object]:
    found = checked(services, actor, data, options=options)
    assert found.status is ImportStatus.CHECKED
    return [line.after["name"] for line in lines_of(services, actor, found.id)]


class TestEncoding:
    def test_is_the_chosen_one(self, services: Services, actor: Actor) -> None:
        assert names(services, actor, CYRILLIC, ImportOptions()) != ["Стул дубовый"]
        assert names(services, actor, CYRILLIC, ImportOptions(encoding="cp1251")) == [
            "Стул дубовый"
        ]

    def test_shows_in_the_reading_before_anything_is_checked(
        self, services: Services, actor: Actor
    ) -> None:
        begun = services.imports.begin(actor, "a.csv", CYRILLIC)

        reading = services.imports.reading(actor, begun.id, ImportOptions(encoding="cp1251"))

        assert reading.sample == (("A-1", "Стул дубовый"),)
        assert reading.found == ("cp1252", ",")
        assert services.imports.reading(actor, begun.id).encoding == "cp1252"

    def test_can_be_taken_back(self, services: Services, actor: Actor) -> None:
        found = checked(services, actor, CYRILLIC, options=ImportOptions(encoding="mac_roman"))
        assert services.imports.reading(actor, found.id).encoding == "mac_roman"

        services.imports.check(actor, found.id, options=ImportOptions(encoding="cp1251"))
        run_tasks(services)

        [line] = lines_of(services, actor, found.id)
        assert line.after["name"] == "Стул дубовый"
        assert services.imports.get(actor, found.id).options.encoding == "cp1251"
        assert services.imports.reading(actor, found.id, ImportOptions()).encoding == "cp1252"

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_of_utf_8_takes_its_mark_for_no_part_of_a_header(
        self, services: Services, actor: Actor, mark: bytes
    ) -> None:
        data = mark + csv_bytes([("sku", "name"), ("A-1", "Größe")])

        assert names(services, actor, data, ImportOptions(encoding="utf-8")) == ["Größe"]

    @pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_of_utf_16_is_that_of_the_file(
        self, services: Services, actor: Actor, codec: str
    ) -> None:
        data = csv_bytes([("sku", "name"), ("A-1", "Größe")]).decode().encode(codec)

        assert names(services, actor, data, ImportOptions(encoding="utf-16")) == ["Größe"]

    def test_that_makes_no_table_of_the_file_is_told(
        self, services: Services, actor: Actor
    ) -> None:
        begun = services.imports.begin(actor, "a.csv", CYRILLIC)

        for ask in (services.imports.reading, services.imports.check):
            with pytest.raises(InvalidInputError):
                ask(actor, begun.id, options=ImportOptions(encoding="utf-16"))

        assert services.imports.get(actor, begun.id).status is ImportStatus.NEW


class TestDelimiter:
    def test_is_the_chosen_one(self, services: Services, actor: Actor) -> None:
        begun = services.imports.begin(actor, "a.csv", BARS)
        headers = {
            delimiter: services.imports.reading(
                actor, begun.id, ImportOptions(delimiter=delimiter)
            ).headers
            for delimiter in (",", "|")
        }

        assert headers == {",": ("sku", "part|name"), "|": ("sku,part", "name")}

    def test_is_what_the_columns_are_checked_with(self, services: Services, actor: Actor) -> None:
        mapping = {0: ImportField.SKU, 1: ImportField.NAME}

        found = imported(
            services, actor, BARS, mapping=mapping, options=ImportOptions(delimiter="|")
        )

        assert found.counts.created == 2
        page = services.products.search(actor)
        assert {(item.sku, item.name) for item in page.items} == {
            ("A,1", "Chair"),
            ("A,2", "Table"),
        }

    def test_leaves_an_excel_file_as_it_is(self, services: Services, actor: Actor) -> None:
        book = openpyxl.Workbook()
        for row in (["sku", "name"], ["A;1", "Chair"]):
            book.worksheets[0].append(row)
        file = io.BytesIO()
        book.save(file)
        begun = services.imports.begin(actor, "a.xlsx", file.getvalue())

        options = ImportOptions(delimiter=";", encoding="cp1251")
        reading = services.imports.reading(actor, begun.id, options)

        assert reading.sample == (("A;1", "Chair"),)


@pytest.mark.parametrize("wrong", [{"encoding": "rot13"}, {"delimiter": "abc"}])
def test_what_no_file_can_be_read_with_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        ImportOptions(**wrong)  # type: ignore[arg-type] # both are texts
