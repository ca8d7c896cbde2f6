"""What a browser's review grid sends is answered once, in its order, and only if it is real."""

import pytest

from ui.components.review_grid import ReviewEvent, _events


class TestEvents:
    def test_are_read_in_their_order(self) -> None:
        sent = [[1, "7", "approved", 0], [2, "8", "rate", 4], [3, "0", "undo", 0]]

        assert _events(sent) == [
            (1, ReviewEvent(7, "approved")),
            (2, ReviewEvent(8, "rate", 4)),
            (3, ReviewEvent(0, "undo")),
        ]

    @pytest.mark.parametrize(
        "sent",
        [
            None, "approved", {}, [None], [["1", "7", "approved", 0]], [[1, 7, "approved", 0]],
            [[1, "7", "publish", 0]], [[1, "7", "rate", 6]], [[1, "7", "rate", -1]],
            [[1, "-7", "approved", 0]], [[1, "²", "approved", 0]], [[1, "slot-7", "approved", 0]],
            [[1, "7", "approved"]], [[1, "7", ["approved"], 0]],
        ],
    )  # fmt: skip
    def test_of_another_shape_are_none(self, sent: object) -> None:
        assert _events(sent) == []
