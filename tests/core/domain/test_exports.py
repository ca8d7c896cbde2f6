"""What makes a cell harmless, and gives it back as it was."""

from itertools import product

import pytest

from core.domain.exports import (
    PRODUCT_COLUMNS,
    PRODUCT_HEADERS,
    join_list,
    neutralise,
    restore,
    split_list,
)
from core.domain.imports import ImportField

FORMULAS = [
    '=HYPERLINK("https://example.com","Click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",  # noqa: RUF001 - the full-width twin is meant
    "＋1",  # noqa: RUF001 - likewise
    "－1",  # noqa: RUF001 - likewise
    "＠SUM(1)",  # noqa: RUF001 - likewise
    "\tOak chair",
]


class TestNeutralise:
    @pytest.mark.parametrize("formula", FORMULAS)
    def test_marks_what_a_spreadsheet_would_compute(self, formula: str) -> None:
        assert neutralise(formula) == "'" + formula.replace("\r=", "\r'=").replace("\n=", "\n'=")

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("Oak chair;=1+1", "Oak chair;'=1+1"),
            ("Oak chair; @SUM(1)", "Oak chair;' @SUM(1)"),
            ("Solid oak.\n- oiled by hand", "Solid oak.\n'- oiled by hand"),
            ("Solid oak.\r\n=1+1", "Solid oak.\r\n'=1+1"),
            ("'=1+1", "''=1+1"),
        ],
    )
    def test_marks_each_place_where_one_could_begin(self, text: str, marked: str) -> None:
        assert neutralise(text) == marked

    @pytest.mark.parametrize(
        "text", ["", "Oak chair", "50 = 50", "'Quoted'", "a;b", "Stühle\nTische", "12-34", "汉字"]
    )
    def test_leaves_all_other_text_alone(self, text: str) -> None:
        assert neutralise(text) == text


class TestRestore:
    @pytest.mark.parametrize("formula", [*FORMULAS, "'=1", "''@x", "a;'=b", "\n'-20%'", "'"])
    def test_gives_back_what_was_marked(self, formula: str) -> None:
        assert restore(neutralise(formula)) == formula

    def test_gives_back_any_text(self) -> None:
        for count in range(6):
            for chars in product("'=;\n\r\t -", repeat=count):
                text = "".join(chars)

                assert restore(neutralise(text)) == text

    @pytest.mark.parametrize("text", ["Oak chair", "'Quoted'", "O'Neill", "50 = 50"])
    def test_leaves_text_alone_that_was_never_marked(self, text: str) -> None:
        assert restore(text) == text


class TestLists:
    @pytest.mark.parametrize(
        "values",
        [
            (),
            ("oak",),
            ("oak", "living room"),
            ("a;b", "c"),
            ("back\\slash", "\\", ";"),
            ("=1+1", "+x"),
        ],
    )
    def test_come_back_as_they_were(self, values: tuple[str, ...]) -> None:
        assert split_list(restore(neutralise(join_list(values)))) == values

    def test_may_be_written_by_hand(self) -> None:
        assert split_list(" oak ; living room;; ") == ("oak", "living room")


class TestColumns:
    def test_are_filled_by_import_under_the_same_names(self) -> None:
        known = {field.value for field in ImportField}

        assert {column.field for column in PRODUCT_COLUMNS if column.field} <= known

    def test_have_headers_of_their_own(self) -> None:
        assert len(set(PRODUCT_HEADERS)) == len(PRODUCT_COLUMNS)
