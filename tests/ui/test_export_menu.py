"""Where a list of products is downloaded."""

from urllib.parse import parse_qs, urlsplit

from ui.components.export_menu import export_address


class TestExportAddress:
    def test_has_the_query_of_the_list(self) -> None:
        parts = urlsplit(export_address({"text": "Stühle & mehr", "sort": "name"}, "csv"))

        assert parts.path == "/exports/products.csv"
        assert parse_qs(parts.query) == {"text": ["Stühle & mehr"], "sort": ["name"]}

    def test_leaves_out_what_is_empty(self) -> None:
        assert export_address({"text": "", "tag": ""}, "xlsx") == "/exports/products.xlsx"
