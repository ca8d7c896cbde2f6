"""A credit names whom a picture is by, and leads nowhere but to the web."""

import pytest

from core.domain.inspiration import Credit
from ui.components.inspiration_credit import credit_line


class TestCreditLine:
    def test_names_photographer_and_place(self) -> None:
        credit = Credit(
            "Unsplash",
            "Ann Lee",
            "https://unsplash.com/@ann?a=1&b=2",
            "https://unsplash.com/photos/x",
        )

        assert credit_line(credit) == (
            "Photo by [Ann Lee](https://unsplash.com/@ann?a=1&b=2) on "
            "[Unsplash](https://unsplash.com/photos/x)"
        )

    def test_says_where_a_picture_was_found(self) -> None:
        credit = Credit("cdn.example.com", page_url="https://cdn.example.com/oak.jpg")

        assert credit_line(credit) == (
            "Found at [cdn\\.example\\.com](https://cdn.example.com/oak.jpg)"
        )

    @pytest.mark.parametrize("credit", [None, Credit("Upload")])
    def test_is_silent_where_there_is_nobody_to_name(self, credit: Credit | None) -> None:
        assert credit_line(credit) == ""

    @pytest.mark.parametrize(
        "url",
        ["", "javascript:alert(1)", "data:text/html,x", "http://unsplash.com/", "//evil.test"],
    )
    def test_links_to_nothing_but_https(self, url: str) -> None:
        assert credit_line(Credit("Unsplash", "Ann", url, url)) == "Photo by Ann on Unsplash"

    def test_does_not_let_words_or_addresses_write_markdown(self) -> None:
        credit = Credit("Unsplash", "[x](y) **b**", "https://unsplash.com/) ![a](b) <c>", "")

        line = credit_line(credit)

        assert "\\[x\\]\\(y\\)" in line
        assert "https://unsplash.com/%29%20%21%5Ba%5D%28b%29%20%3Cc%3E" in line
