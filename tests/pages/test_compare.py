"""The page on which pictures are compared."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.reviews import ReviewState
from tests.support.pages import PageRunner
from tests.ui.looking import do_to_compared, looked_at
from tests.ui.making import pictures
from tests.ui.reading import address, words
from tests.ui.roles import become

COMPARE = "pages/compare.py"


@pytest.fixture
def made(painting: Services, actor: Actor) -> list[int]:
    """Return seven pictures of one product."""
    return pictures(painting, actor, 7)


def ids(*asset_ids: int) -> dict[str, str]:
    """Return the address's query for these pictures."""
    return {"ids": ",".join(map(str, asset_ids))}


class TestCompare:
    def test_shows_up_to_six_in_the_order_asked_for(
        self, page: PageRunner, actor: Actor, made: list[int]
    ) -> None:
        at = page(COMPARE, actor, ids(*reversed(made)))

        shown, options = looked_at(at, "compare")

        assert [each["id"] for each in shown] == [str(each) for each in reversed(made)][:6]
        assert (options["mode"], options["may_review"]) == ("side", True)

    def test_judges_and_rates(
        self, page: PageRunner, painting: Services, actor: Actor, made: list[int]
    ) -> None:
        first, second = made[:2]
        at = page(COMPARE, actor, ids(first, second))

        do_to_compared(
            at, "compare", (1, first, "approved", 0), (2, second, "rejected", 0),
            (3, first, "rate", 5),
        )  # fmt: skip

        reviews = [painting.assets.get(actor, each).review for each in (first, second)]
        assert [review.state for review in reviews] == [
            ReviewState.APPROVED, ReviewState.REJECTED,
        ]  # fmt: skip
        assert reviews[0].rating == 5
        shown, _ = looked_at(at, "compare")
        assert [each["review"] for each in shown] == ["approved", "rejected"]

    def test_does_nothing_to_pictures_that_are_not_shown(
        self, page: PageRunner, painting: Services, actor: Actor, made: list[int]
    ) -> None:
        at = page(COMPARE, actor, ids(*made[:2]))

        do_to_compared(at, "compare", (1, made[5], "approved", 0))

        assert painting.assets.get(actor, made[5]).review.state is ReviewState.UNREVIEWED

    def test_takes_one_out(self, page: PageRunner, actor: Actor, made: list[int]) -> None:
        at = page(COMPARE, actor, ids(*made[:3]))

        do_to_compared(at, "compare", (1, made[1], "remove", 0))

        assert address(at, "ids") == f"{made[0]},{made[2]}"

    def test_goes_back_to_the_gallery_as_it_was(
        self, page: PageRunner, actor: Actor, made: list[int]
    ) -> None:
        at = page(COMPARE, actor, {**ids(*made[:2]), "rating": "3"})

        do_to_compared(at, "compare", (1, 0, "back", 0))

        assert (address(at, "ids"), address(at, "rating")) == ("", "3")

    def test_two_are_shown_with_a_slider_too(
        self, page: PageRunner, actor: Actor, made: list[int]
    ) -> None:
        at = page(COMPARE, actor, ids(*made[:2]))

        at.segmented_control(key="compare.mode").set_value("Slider").run()

        assert looked_at(at, "compare")[1]["mode"] == "slider"

    def test_pins_the_product_photo_when_asked(
        self, page: PageRunner, painting: Services, actor: Actor, made: list[int]
    ) -> None:
        product = painting.assets.get(actor, made[0]).product_id
        photo = painting.products.get(actor, product or 0).photos[0].id
        at = page(COMPARE, actor, ids(*made[:3]))
        assert not any(each["is_photo"] for each in looked_at(at, "compare")[0])

        at.toggle(key="compare.photo").set_value(True).run()

        shown, _ = looked_at(at, "compare")
        assert [each["id"] for each in shown if each["is_photo"]] == [str(photo)]

    def test_a_viewer_only_looks(
        self, page: PageRunner, painting: Services, actor: Actor, made: list[int]
    ) -> None:
        become(painting, actor, Role.VIEWER)
        at = page(COMPARE, actor, ids(*made[:2]))
        assert looked_at(at, "compare")[1]["may_review"] is False

        do_to_compared(at, "compare", (1, made[0], "approved", 0))

        assert painting.assets.get(actor, made[0]).review.state is ReviewState.UNREVIEWED
        assert "not judge pictures" in words(at)

    @pytest.mark.parametrize("asked", ["", "0", "x,-1,1e9", "9" * 30, "987654321"])
    def test_says_when_there_is_nothing_to_compare(
        self, page: PageRunner, actor: Actor, asked: str
    ) -> None:
        at = page(COMPARE, actor, {"ids": asked})

        assert "Nothing to compare" in words(at)

    def test_shows_nobody_elses(
        self, page: PageRunner, other_actor: Actor, made: list[int]
    ) -> None:
        at = page(COMPARE, other_actor, ids(*made))

        assert "Nothing to compare" in words(at)
