"""Values are written as people read them, and people's words are never Markdown."""

from datetime import UTC, datetime, timedelta

import pytest

from ui.format import (
    ago,
    amounts,
    cents,
    dollars,
    duration,
    escape_markdown,
    exact,
    money,
    size_bytes,
    when,
)

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "free"), (134_400, "$0.13"), (99_900, "$0.0999"), (12_500_000, "$12.50"),
     (1_234_567_000_000, "$1,234,567.00")],
)  # fmt: skip
def test_says_what_something_costs(micros: int, text: str) -> None:
    assert money(micros) == text


def test_says_what_a_sum_is_also_when_it_is_nothing() -> None:
    assert [dollars(micros) for micros in (0, 39_000, 1_234_500)] == ["$0.00", "$0.0390", "$1.23"]


def test_says_the_amounts_of_one_sentence_alike() -> None:
    assert amounts(90_400, 134_400) == ("$0.09", "$0.13")
    assert amounts(33_600, 90_400) == ("$0.0336", "$0.0904")
    assert amounts(0, 1_700, 10_000_000) == ("$0.00", "$0.0017", "$10.00")


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "$0.00"), (4_000, "$0.0040"), (10_000, "$0.01"), (556_000, "$0.56"),
     (1_234_567_000_000, "$1,234,567.00")],
)  # fmt: skip
def test_says_an_amount_to_the_cent_but_more_of_what_is_below_one(micros: int, text: str) -> None:
    assert cents(micros) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0 s"), (8.4, "8 s"), (125, "2 min 5 s"), (120, "2 min"), (3780, "1 h 3 min"),
     (7200, "2 h")],
)  # fmt: skip
def test_says_how_long_something_takes(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(820, "820 bytes"), (14_200, "14.2 kB"), (999_960, "1.0 MB"), (3_100_000, "3.1 MB"),
     (5_000_000_000_000, "5000.0 GB")],
)  # fmt: skip
def test_says_how_large_a_file_is(count: int, text: str) -> None:
    assert size_bytes(count) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [(timedelta(seconds=-5), "just now"), (timedelta(seconds=50), "just now"),
     (timedelta(minutes=5), "5 min ago"), (timedelta(hours=3), "3 h ago"),
     (timedelta(days=1), "1 day ago"), (timedelta(days=12), "12 days ago")],
)  # fmt: skip
def test_says_how_long_ago_something_was(age: timedelta, text: str) -> None:
    assert ago(NOON - age, now=NOON) == text


def test_names_the_zone_when_the_viewers_is_not_known() -> None:
    assert exact(NOON) == "25 Nov 2026, 12:00 UTC"


def test_says_both_for_what_was_of_late_and_only_the_date_of_older_things() -> None:
    assert when(datetime.now(UTC) - timedelta(minutes=5)).startswith("5 min ago · ")
    assert when(NOON - timedelta(days=4000)).startswith("13 Dec 2015")


class TestEscapeMarkdown:
    @pytest.mark.parametrize(
        "text",
        ["*a* _b_ `c`", "[x](http://a.b)", "![x](y)", "<b>", "# a", "$x$", ":red[x]", "a | b"],
    )
    def test_leaves_no_sign_that_markdown_knows(self, text: str) -> None:
        escaped = escape_markdown(text)

        for place, char in enumerate(escaped):
            if char in "*_`[]()<>#$|!":
                assert escaped[place - 1] == "\\"

    @pytest.mark.parametrize("text", [":smile:", "www.example.com", "a@b.com", "http://a.b"])
    def test_stops_links_and_icons_that_need_no_sign(self, text: str) -> None:
        plain = escape_markdown(text).replace("\\", "")

        assert text not in plain
        assert plain.replace("\u2060", "") == text

    def test_keeps_everything_on_one_line(self) -> None:
        assert escape_markdown("a\n\n# b") == "a \\# b"
