"""Names of exported files: by a rule, safe anywhere, each once."""

import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.naming import (
    EXAMPLE,
    HOLES,
    MAX_NAME_CHARS,
    MAX_PART_BYTES,
    NameBook,
    NamingRule,
    example_of,
    safe_name,
)
from core.errors import InvalidInputError

HOSTILE = [
    "../../etc/passwd", "..\\..\\boot.ini", "/abs", "C:\\x", "a\0b", "a\nb", "a\tb",
    "\u202egpj.exe", "CON", "nul", "COM1", "lpt9.txt", "COM\u00b9",
    ".hidden", "...", "..", ".", "", " ", "-rf", "~",
    "=cmd|' /C calc'!A0", "x" * 5000, "\u00fc" * 5000, "\U0001f4ba" * 400, "e\u0301" * 300,
    "\ud800", "{sku}", "{", "name.", "name ", "a" * 59 + ".", "<script>", "a:b", 'a"b', "a|b?*",
    "\u200b\u200b", "\ufeff", "a\u2215b", "a\uff0fb",
]  # fmt: skip
LONG_RULES = [
    "{product}{sku}", "{product}{sku}{n}", "{product}{sku}{n:03}", "{product}{n}{sku}",
    "{product}{sku}{n}/{product}{sku}{n}", "{product}{sku}/{sku}{product}/{product}_{n}",
]  # fmt: skip
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def names(rule: str, *values: Mapping[str, str | int], ending: str = "jpg") -> list[str]:
    book = NameBook(NamingRule.parse(rule))
    return [book.name_for(each, ending) for each in values]


def is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        len(name) <= MAX_NAME_CHARS
        and name == unicodedata.normalize("NFC", name)
        and all(part and part not in (".", "..") and part == part.strip(". ") for part in parts)
        and not any(part.startswith(("-", "=")) for part in parts)
        and not any(char in '<>:"|?*\\\0' or not char.isprintable() for char in name)
        and all(len(part.encode()) <= MAX_PART_BYTES for part in parts)
        and all(part.split(".")[0].casefold() not in _RESERVED for part in parts)
        and not PurePosixPath(name).is_absolute()
        and not PureWindowsPath(name).drive
    )


class TestParse:
    @pytest.mark.parametrize(
        ("rule", "why"),
        [
            ("", "how files are to be called"),
            ("   ", "how files are to be called"),
            ("{skus}", "Nothing is called {skus}. There are {sku}, {product}"),
            ("{}", "Nothing is called {}"),
            ("{sku", "stands alone"),
            ("sku}", "stands alone"),
            ("{{sku}}", "stands alone"),
            ("{sku:03}", "Only {n} and {id} take digits"),
            ("{n:3}", "Only {n} and {id} take digits"),
            ("{n:09}", "at most 6"),
            ("{n:}", "take digits"),
            ("a//b", "before or after a “/”"),
            ("/a", "before or after a “/”"),
            ("a/", "before or after a “/”"),
            ("a/b/c/d/e/f", "At most 4 folders"),
            ("a:b", "cannot hold “:”"),
            ("a\\b", "cannot hold “\\”"),
            ("a\0b", "U+0000"),
            ("a\u202eb", "U+202E"),
            ("x" * 161, "at most 160"),
        ],
    )
    def test_says_what_is_wrong_with_a_rule(self, rule: str, why: str) -> None:
        with pytest.raises(InvalidInputError) as refused:
            NamingRule.parse(rule)

        assert why in refused.value.user_message

    def test_knows_every_hole(self) -> None:
        for hole in HOLES:
            assert is_safe(example_of(NamingRule.parse(f"a {{{hole}}}")))
        assert EXAMPLE.keys() == HOLES.keys()

    def test_takes_holes_as_people_type_them(self) -> None:
        assert NamingRule.parse("{ SKU }_{N:03}").holes == {"sku", "n"}


class TestNames:
    def test_fills_holes(self) -> None:
        assert example_of(NamingRule.parse("{sku}/{sku}_{shot}_{n:03}")) == (
            "OAK-CHAIR-1/OAK-CHAIR-1_Front_001.jpg"
        )
        assert example_of(NamingRule.parse("{date} {product} {w}x{h}"), ending="webp") == (
            "2026-11-26 Oak-dining-chair 2048x2048.webp"
        )

    def test_counts_what_is_otherwise_the_same(self) -> None:
        chair, lamp = {"sku": "CHAIR"}, {"sku": "LAMP"}

        assert names("{sku}_{n}", chair, lamp, chair, lamp, chair) == [
            "CHAIR_1.jpg", "LAMP_1.jpg", "CHAIR_2.jpg", "LAMP_2.jpg", "CHAIR_3.jpg",
        ]  # fmt: skip

    def test_counts_pictures_of_all_formats_together(self) -> None:
        book = NameBook(NamingRule.parse("{sku}_{n}"))

        found = [book.name_for({"sku": "A"}, ending) for ending in ("jpg", "png", "jpg")]

        assert found == ["A_1.jpg", "A_2.png", "A_3.jpg"]

    def test_gives_the_second_of_a_name_a_number(self) -> None:
        book = NameBook(NamingRule.parse("{sku}"), taken=["Report.jpg"])

        found = [book.name_for({"sku": sku}, "jpg") for sku in ("A", "a", "A_2", "A", "report")]

        assert found == ["A.jpg", "a_2.jpg", "A_2_2.jpg", "A_3.jpg", "report_2.jpg"]
        assert book.renamed == 4

    def test_does_not_take_two_spellings_of_a_letter_for_two_names(self) -> None:
        found = names("{product}", {"product": "Stu\u0308hle"}, {"product": "St\u00fchle"})

        assert found == ["St\u00fchle.jpg", "St\u00fchle_2.jpg"]

    def test_leaves_no_gap_for_what_is_not_known(self) -> None:
        assert names("{sku}_{shot}_{n}", {"sku": "A", "shot": ""}, {"shot": "Front"}, {}) == [
            "A_1.jpg", "Front_1.jpg", "1.jpg",
        ]  # fmt: skip
        assert names("{sku}/{shot}", {}) == ["other/picture.jpg"]
        assert names("a__{sku}", {"sku": "B"}) == ["a__B.jpg"]

    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize("rule", ["{product}", "{sku}/{product}_{n}", "{product} ({tag})"])
    def test_are_safe_whatever_the_values_are(self, value: str, rule: str) -> None:
        values: dict[str, str | int] = dict.fromkeys(("product", "sku", "tag"), value)

        found = names(rule, *[values] * 12)

        assert all(map(is_safe, found)), found
        assert len({name.casefold() for name in found}) == 12
        assert {name.count("/") for name in found} == {rule.count("/")}

    def test_are_the_same_for_the_same_pictures(self) -> None:
        values: list[dict[str, str | int]] = [{"sku": text, "n": 1} for text in HOSTILE * 3]

        assert names("{sku}_{n}", *values) == names("{sku}_{n}", *values)

    def test_stay_short_and_single_where_everything_is_long(self) -> None:
        long: dict[str, str | int] = {hole: "w\u00e4" * 99 for hole in HOLES if hole != "n"}
        rule = "{sku}{product}/{category}{shot}/{collection}/{preset}{tag}{model}_{n}"

        found = names(rule, *[long] * 40)

        assert all(map(is_safe, found))
        assert len(set(found)) == 40

    def test_counts_on_where_the_number_itself_is_cut_off(self) -> None:
        long = {"product": "a" * 60, "sku": "b" * 55}
        longer = {**long, "sku": "b" * 55 + "1c"}

        for values in ((long, longer), (longer, long), (long, long, longer, longer) * 10):
            found = names("{product}{sku}{n}", *values)

            assert all(map(is_safe, found))
            assert len(set(found)) == len(values)

    @given(data=st.data())
    def test_end_and_are_single_whatever_is_long(self, data: st.DataObject) -> None:
        rule = data.draw(st.sampled_from(LONG_RULES))
        filling = st.integers(50, 60).map(lambda count: "b" * count)
        value = st.tuples(filling, st.sampled_from(["", "1", "1c", "10", "_2", "é", "木" * 9]))
        texts = st.builds("".join, value)
        values: list[Mapping[str, str | int]] = data.draw(
            st.lists(st.fixed_dictionaries({"product": texts, "sku": texts}), max_size=25)
        )

        found = names(rule, *values)

        assert all(map(is_safe, found)), found
        assert len({name.casefold() for name in found}) == len(values)

    def test_finds_numbers_for_thousands_of_long_names_in_few_steps(self) -> None:
        book = NameBook(NamingRule.parse("{product}{sku}"))
        tries = 0
        take = book._take

        def counted(name: str) -> bool:
            nonlocal tries
            tries += 1
            return take(name)

        book._take = counted  # type: ignore[method-assign] # how often it is asked is what counts
        for number in range(2000):
            values = {"product": "a" * 60, "sku": "b" * 48 + f"{number % 1000:04}"}
            book.name_for(values, "jpg")

        assert tries < 4000

    def test_finds_numbers_for_thousands_quickly(self) -> None:
        found = names("{sku}", *[{"sku": "A"}] * 5000)

        assert found[-1] == "A_5000.jpg"


class TestSafeName:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_is_one_part_of_a_path(self, text: str) -> None:
        name = safe_name(text)

        assert is_safe(name)
        assert "/" not in name
