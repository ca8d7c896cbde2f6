"""Shops' exports and plain tables: which column is which field, and what becomes of variants."""

from collections.abc import Sequence

import pytest

from core.domain.imports import (
    FileShape,
    ImportField,
    ImportOptions,
    LengthUnit,
    LineOutcome,
    PlannedLine,
)
from core.errors import InvalidInputError
from core.services.import_checking import plan_of
from core.services.import_files import reading_of
from core.services.import_mapping import guessed, shape_of
from core.services.import_reading import FileRow
from core.services.import_shapes import Candidate, candidates, without_markup
from core.services.import_values import ProductReader, ReadProduct
from tests.support.importing import csv_bytes

F = ImportField

SHOPIFY = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU",
    "Variant Grams", "Variant Price", "Image Src", "Image Position", "Variant Image", "Status",
)  # fmt: skip
WOOCOMMERCE = (
    "ID", "Type", "SKU", "Name", "Published", "Is featured?", "Visibility in catalog",
    "Short description", "Description", "Length (cm)", "Width (cm)", "Height (cm)",
    "Regular price", "Categories", "Tags", "Images", "Parent", "Attribute 1 name",
    "Attribute 1 value(s)",
)  # fmt: skip


def found(headers: Sequence[str], *rows: Sequence[str]) -> list[Candidate]:
    shape = shape_of(headers)
    mapping = guessed(headers, shape)
    file_rows = [FileRow(line, row) for line, row in enumerate(rows, start=2)]
    return list(candidates(shape, headers, mapping, file_rows))


def read(headers: Sequence[str], *rows: Sequence[str], **options: object) -> list[ReadProduct]:
    shape = shape_of(headers)
    reader = ProductReader(
        shape,
        headers,
        guessed(headers, shape),
        ImportOptions(**options),  # type: ignore[arg-type] # whatever the test names
    )
    return [reader.read(each) for each in found(headers, *rows) if not each.skipped]


def one(header: str, cell: str, **options: object) -> object:
    [product] = read(("sku", header), ("A-1", cell), **options)
    return next(iter(product.values.values()), None)


def refused(header: str, cell: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        one(header, cell)
    return caught.value.user_message


class TestGuess:
    @pytest.mark.parametrize(
        ("header", "field"),
        [
            ("SKU", F.SKU), ("Artikel-Nr.", F.SKU), ("Référence", F.SKU), ("Bezeichnung", F.NAME),
            ("Product Name", F.NAME), ("Nom", F.NAME), ("Kategorie", F.CATEGORY),
            ("VK-Preis", F.PRICE), ("Prix", F.PRICE), ("Material", F.MATERIALS),
            ("Farbe", F.COLOURS), ("Width (mm)", F.WIDTH_CM), ("Breite [cm]", F.WIDTH_CM),
            ("tiefe_cm", F.DEPTH_CM), ("Höhe", F.HEIGHT_CM), ("Schlagwörter", F.TAGS),
            ("Image URL", F.PHOTO_URLS), ("Beschreibung", F.DESCRIPTION), ("Stock", None),
            ("", None), ("Gewicht (kg)", None),
        ],
    )  # fmt: skip
    def test_knows_headers_in_several_languages(
        self, header: str, field: ImportField | None
    ) -> None:
        assert guessed((header,), FileShape.PLAIN).get(0) == field

    def test_takes_the_better_of_two_columns(self) -> None:
        mapping = guessed(("Code", "SKU", "Title", "Name"), FileShape.PLAIN)

        assert mapping == {1: F.SKU, 3: F.NAME}

    def test_takes_all_columns_of_a_list(self) -> None:
        mapping = guessed(("sku", "Image 1", "Image 2"), FileShape.PLAIN)

        assert mapping == {0: F.SKU, 1: F.PHOTO_URLS, 2: F.PHOTO_URLS}

    def test_knows_whose_export_it_is(self) -> None:
        assert shape_of(SHOPIFY) is FileShape.SHOPIFY
        assert shape_of(WOOCOMMERCE) is FileShape.WOOCOMMERCE
        assert shape_of(("Handle", "Title", "Price")) is FileShape.PLAIN


class TestShopify:
    ROWS = (
        ("sofa", "Sofa", "<p>Soft &amp; deep</p><p>Two</p>", "V", "Home > Sofas", "Sofa", "a, b",
         "TRUE", "Color", "Blue", "Size", "L", "SOFA-B", "1", "900", "https://cdn.shopify.com/1.jpg",
         "1", "https://cdn.shopify.com/b.jpg", "active"),
        ("sofa", "", "", "", "", "", "", "", "", "Red", "", "L", "SOFA-R", "1", "950",
         "https://cdn.shopify.com/2.jpg", "2", "https://cdn.shopify.com/r.jpg", ""),
        ("sofa", "", "", "", "", "", "", "", "", "", "", "", "", "", "",
         "https://cdn.shopify.com/3.jpg", "3", "", ""),
        ("lamp", "Lamp", "", "V", "", "Lamp", "", "TRUE", "Title", "Default Title", "", "",
         "LAMP-1", "1", "80", "", "", "", "archived"),
    )  # fmt: skip

    def test_gives_one_product_for_each_variant(self) -> None:
        blue, red, lamp = read(SHOPIFY, *self.ROWS)

        assert (blue.line, red.line, lamp.line) == (2, 3, 5)
        assert blue.sku == "SOFA-B"
        assert (
            blue.values
            == {
                "name": "Sofa - Blue / L",
                "description": "Soft & deep\n\nTwo",
                "category": "Sofa",
                "tags": ["a", "b"],
                "colours": ["Blue"],
                "price": "900.00",
                "archived": False,
            }
            or "colours" not in blue.values
        )
        assert red.values["name"] == "Sofa - Red / L"
        assert red.values["tags"] == ["a", "b"]
        assert red.values["price"] == "950.00"
        assert lamp.values["name"] == "Lamp"
        assert lamp.values["archived"] is True

    def test_gives_each_variant_its_own_picture_first(self) -> None:
        blue, red, _ = read(SHOPIFY, *self.ROWS)

        assert [url[-5:] for url in blue.urls] == ["b.jpg", "1.jpg", "2.jpg", "3.jpg"]
        assert [url[-5:] for url in red.urls] == ["r.jpg", "1.jpg", "2.jpg", "3.jpg"]

    def test_refuses_a_variant_without_sku(self) -> None:
        row = (*self.ROWS[3][:12], "", *self.ROWS[3][13:])
        with pytest.raises(InvalidInputError, match="no SKU"):
            read(SHOPIFY, row)


class TestWooCommerce:
    ROWS = (
        ("1", "variable", "HOOD", "Hoodie", "1", "0", "visible", "", "<b>Warm</b>", "", "", "",
         "", "Clothing > Hoodies, Sale", "x, y", "https://cdn.shopify.com/h.jpg", "", "Color",
         "Blue, Red"),
        ("2", "variation", "HOOD-R", "Hoodie - Red", "1", "0", "visible", "", "", "60", "40", "5",
         "45", "", "", "", "HOOD", "Color", "Red"),
        ("3", "simple", "CAP", "Cap", "1", "0", "visible", "", "", "", "", "", "20",
         "Clothing > Caps", "", "", "", "", ""),
    )  # fmt: skip

    def test_gives_one_product_for_each_variation_with_what_its_parent_says(self) -> None:
        red, cap = read(WOOCOMMERCE, *self.ROWS)

        assert red.sku == "HOOD-R"
        assert red.values["name"] == "Hoodie - Red"
        assert red.values["description"] == "Warm"
        assert red.values["category"] == "Hoodies"
        assert red.values["other_categories"] == ["Sale"]
        assert (red.values["depth_cm"], red.values["width_cm"]) == (60, 40)
        assert red.urls == ("https://cdn.shopify.com/h.jpg",)
        assert cap.values["category"] == "Caps"

    def test_says_why_a_parent_is_no_product(self) -> None:
        parent = found(WOOCOMMERCE, *self.ROWS)[0]

        assert "variants" in parent.skipped


class TestValues:
    @pytest.mark.parametrize(
        ("cell", "price"),
        [
            ("12", "12.00"), ("12.5", "12.50"), ("12,50", "12.50"), ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"), ("1'234.50", "1234.50"), ("€ 12,90", "12.90"),
            ("12.90 EUR", "12.90"), ("1,234", "1234.00"), ("1.234.567", "1234567.00"),
            ("0", "0.00"), ("$1,299", "1299.00"), ("0.125", "0.12"),
        ],
    )  # fmt: skip
    def test_reads_prices_as_people_write_them(self, cell: str, price: str) -> None:
        assert one("price", cell) == price

    @pytest.mark.parametrize(
        "cell", ["-1", "a lot", "1.234", "1e5", "NaN", "Infinity", "1" * 30, "--", "=1+1", "1.2.3"]
    )
    def test_refuses_what_is_no_price(self, cell: str) -> None:
        assert "price" in refused("price", cell)

    @pytest.mark.parametrize(
        ("header", "cell", "cm"),
        [
            ("width", "45", 45), ("Width (mm)", "450", 45), ("width", "450 mm", 45),
            ("width", "0.45 m", 45), ("Width (in)", "10", 25.4), ("width", '10"', 25.4),
            ("width", "45,5", 45.5), ("width", "0", None),
        ],
    )  # fmt: skip
    def test_reads_lengths_in_the_unit_of_cell_or_header(
        self, header: str, cell: str, cm: float | None
    ) -> None:
        assert one(header, cell) == cm

    def test_takes_the_unit_of_the_options_where_nothing_else_says_it(self) -> None:
        assert one("width", "450", length_unit=LengthUnit.MM) == 45

    @pytest.mark.parametrize("cell", ["wide", "-5", "1000001", "1 x 2"])
    def test_refuses_what_is_no_length(self, cell: str) -> None:
        assert "width" in refused("width", cell)

    @pytest.mark.parametrize(
        ("cell", "tags"),
        [
            ("a, b", ["a", "b"]), ("a; b, c", ["a", "b, c"]), ("a|b", ["a", "b"]),
            ("a,a,A", ["a"]), (" ,, ", None),
        ],
    )  # fmt: skip
    def test_reads_lists(self, cell: str, tags: list[str] | None) -> None:
        assert one("tags", cell) == tags

    @pytest.mark.parametrize(
        ("header", "cell", "sentence"),
        [
            ("tags", ",".join(f"t{n}" for n in range(31)), "at most 30 tags"),
            ("tags", "x" * 41, "at most 40 characters"),
            ("name", "x\x01y", "characters in the name"),
            ("name", "a\u0301\u0301\u0301\u0301\u0301\u0301", "characters in the name"),
            ("description", "x" * 5001, "at most 5,000"),
            ("archived", "maybe", "neither yes nor no"),
        ],
    )
    def test_refuses_with_a_sentence_that_names_the_field(
        self, header: str, cell: str, sentence: str
    ) -> None:
        assert sentence in refused(header, cell)

    def test_takes_off_what_keeps_spreadsheets_from_changing_a_number(self) -> None:
        [product] = read(("sku", "name"), ('="00123"', "x"))

        assert product.sku == "00123"

    @pytest.mark.parametrize(
        "text",
        ["<script>alert(1)</script>Soft", "Soft<style>p{}</style>", "<p>Soft</p>", "So<b>ft</b>"],
    )
    def test_keeps_only_the_words_of_markup(self, text: str) -> None:
        assert without_markup(text) == "Soft"


class TestPlan:
    def test_refuses_a_new_product_without_a_name(self) -> None:
        line = plan_of(ReadProduct(2, "A", {"price": "1.00"}), None, ImportOptions())

        assert isinstance(line, PlannedLine)
        assert line.outcome is LineOutcome.REFUSE


class TestReading:
    def test_shows_what_is_in_the_file_and_guesses(self) -> None:
        reading = reading_of(csv_bytes([("SKU", "Name"), ("A-1", "Chair")], delimiter=";"))

        assert (reading.delimiter, reading.encoding) == (";", "utf-8")
        assert reading.sample == (("A-1", "Chair"),)
        assert reading.mapping == {0: F.SKU, 1: F.NAME}
