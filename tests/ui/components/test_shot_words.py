"""Cells and gaps are told in words that say all, and count what they say."""

import pytest

from core.domain.shots import Cell, CellState, GapSums
from ui.components.shot_words import gaps_sentence, hint_of, label_of, left_out_sentence


@pytest.mark.parametrize(
    ("facts", "state", "label", "hint"),
    [
        ({}, CellState.MISSING, "Missing", "1 missing"),
        ({"queued": 1}, CellState.QUEUED, "Queued", "1 queued"),
        (
            {"running": 1, "percent": 40, "approved": 1},
            CellState.RUNNING,
            "40 %",
            "1 of 1 approved, 1 being made, 40 %",
        ),
        ({"made": 2}, CellState.MADE, "To review", "2 to review"),
        ({"approved": 1}, CellState.APPROVED, "Approved", "1 of 1 approved"),
        (
            {"wanted": 3, "approved": 1, "made": 1},
            CellState.MADE,
            "2 of 3",
            "1 of 3 approved, 1 to review, 1 missing",
        ),
        (
            {"failure": "It was refused", "rejected": 1},
            CellState.FAILED,
            "Failed",
            "1 rejected, failed: It was refused, 1 missing",
        ),
        ({"made": 1, "failure": "x"}, CellState.MADE, "To review", "1 to review"),
    ],
)
def test_a_cell_says_where_it_stands(
    facts: dict[str, int], state: CellState, label: str, hint: str
) -> None:
    cell = Cell(1, 2, **{"wanted": 1, **facts})  # type: ignore[arg-type] # the cases name real fields

    assert (cell.state, label_of(cell), hint_of(cell)) == (state, label, hint)


def test_gaps_count_what_would_be_made() -> None:
    assert gaps_sentence(GapSums(1, 1, 0, 0, ())) == "1 gap: 1 picture would be made."
    assert gaps_sentence(GapSums(2, 1300, 0, 0, ())) == "2 gaps: 1,300 pictures would be made."
    assert gaps_sentence(GapSums(0, 0, 3, 4, ())) == (
        "There is nothing to make: all is there or on its way."
    )


def test_what_is_left_out_is_counted_with_its_reason() -> None:
    assert left_out_sentence(GapSums(1, 1, 0, 0, ())) == ""
    assert left_out_sentence(GapSums(1, 1, 1, 2, ((1, "A"),))) == (
        "1 product is left out: there is no photo to make 2 pictures from."
    )
    assert left_out_sentence(GapSums(1, 1, 30, 30, ((1, "A"), (2, "B")))).endswith(
        "These are the first 2."
    )
