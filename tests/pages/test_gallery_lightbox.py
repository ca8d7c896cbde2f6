"""In the lightbox one picture after the other is judged, and all of it is true at once."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.reviews import ReviewState
from tests.support.audit import actions_on
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.ui.making import pictures
from tests.ui.reading import address, card_ids, click_card, lightbox, press_in_lightbox

GALLERY = "pages/gallery.py"
GRID = "gallery.results.grid"


def opened(
    page: PageRunner, actor: Actor, asset_id: int, query: dict[str, str] | None = None
) -> AppTest:
    """Return the gallery with the lightbox open at the picture."""
    return click_card(page(GALLERY, actor, query), GRID, "open", asset_id)


def state(services: Services, actor: Actor, asset_id: int) -> tuple[str, str, str]:
    """Return state, reason and note of a picture."""
    review = services.assets.get(actor, asset_id).review
    return review.state.value, review.reason, review.note


class TestJudging:
    def test_each_key_is_kept_at_once(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second, third = pictures(painting, actor, 3)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "approved", ""))
        press_in_lightbox(
            at,
            (2, second, "rejected", ""), (3, second, "reason", "scale"),
            (4, second, "note", "Twice as *large*"),
            (5, third, "rate", "4"), (6, third, "pin", ""),
        )  # fmt: skip

        assert state(painting, actor, first) == ("approved", "", "")
        assert state(painting, actor, second) == ("rejected", "scale", "Twice as *large*")
        review = painting.assets.get(actor, third).review
        assert (review.state, review.rating, review.is_pinned) == ("unreviewed", 4, True)
        shown = {card["id"]: card for card in lightbox(at)["cards"]}
        assert shown[str(second)]["review"] == "rejected"
        assert lightbox(at)["answered"] == 6

    def test_what_is_sent_twice_is_done_once(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "approved", ""))
        press_in_lightbox(at, (1, first, "approved", ""), (2, first, "rate", "2"))
        press_in_lightbox(at, (3, 0, "undo", ""))
        press_in_lightbox(at, (3, 0, "undo", ""), (4, first, "see", ""))

        review = painting.assets.get(actor, first).review
        assert (review.state, review.rating) == (ReviewState.APPROVED, 0)

    def test_the_same_verdict_again_keeps_reason_and_note(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        painting.reviews.set_state(
            actor, [first], ReviewState.REJECTED, reason="edge", note="Frayed"
        )
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "rejected", ""))

        assert state(painting, actor, first) == ("rejected", "edge", "Frayed")
        assert lightbox(at)["detail"]["note"] == "Frayed"

    def test_undo_takes_back_one_step_after_the_other(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second = pictures(painting, actor)
        painting.reviews.set_state(actor, [first], ReviewState.NEEDS_EDIT, reason="lighting")
        at = opened(page, actor, first)
        press_in_lightbox(
            at,
            (1, first, "rejected", ""), (2, first, "reason", "colour"),
            (3, second, "pin", ""), (4, second, "trash", ""),
        )  # fmt: skip

        press_in_lightbox(at, (5, 0, "undo", ""), (6, 0, "undo", ""))
        assert painting.assets.get(actor, second).trashed_at is None
        assert not painting.assets.get(actor, second).review.is_pinned
        assert state(painting, actor, first) == ("rejected", "colour", "")

        press_in_lightbox(at, (7, 0, "undo", ""))

        assert state(painting, actor, first) == ("needs_edit", "lighting", "")
        assert lightbox(at)["look"]["went"][1] == str(first)
        assert not lightbox(at)["look"]["can_undo"]

    def test_who_did_it_is_in_the_history(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "needs_edit", ""))

        assert "review" in dict(actions_on(painting, actor, "asset"))

    @pytest.mark.parametrize(
        "event",
        [
            (1, 0, "approved", ""),
            (1, 999_999, "approved", ""),
            (1, 1, "reason", "ugliness"),
            (1, 1, "rate", "6"),
            (1, 1, "explode", ""),
            (1, 1, "note", "x" * 1001),
        ],
    )
    def test_what_no_key_can_send_does_nothing(
        self, page: PageRunner, painting: Services, actor: Actor, event: tuple[int, int, str, str]
    ) -> None:
        made = pictures(painting, actor)
        at = opened(page, actor, made[0])

        press_in_lightbox(at, (event[0], event[1] or made[0] + 500, event[2], event[3]))

        unjudged = AssetFilter(review_states=(ReviewState.UNREVIEWED,), is_made=True)
        assert painting.assets.count(actor, unjudged) == 2


class TestRoles:
    def test_a_viewer_may_look_only(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        as_role(painting, actor, Role.VIEWER)
        at = opened(page, actor, first)

        look = lightbox(at)["look"]
        assert (look["may_review"], look["may_edit"]) == (False, False)

        press_in_lightbox(at, (1, first, "approved", ""), (2, first, "trash", ""))

        assert state(painting, actor, first) == ("unreviewed", "", "")
        assert painting.assets.get(actor, first).trashed_at is None
        refused = lightbox(at)["refusals"]
        assert [number for number, _ in refused] == [1, 2]
        assert refused[0][1] == "Your role in this workspace may look, but not judge pictures."

    def test_a_reviewer_judges_and_changes_nothing_else(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        as_role(painting, actor, Role.REVIEWER)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "trash", ""), (2, first, "approved", ""))

        assert painting.assets.get(actor, first).trashed_at is None
        assert state(painting, actor, first) == ("approved", "", "")
        assert [number for number, _ in lightbox(at)["refusals"]] == [1]


class TestLooking:
    def test_shows_the_product_photo_beside_on_demand(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, _ = pictures(painting, actor)
        product = painting.products.get(actor, painting.assets.get(actor, first).product_id or 0)
        at = opened(page, actor, first)
        assert lightbox(at)["photos"] == []

        press_in_lightbox(at, (1, first, "beside", ""))

        assert lightbox(at)["photos"] == [[str(product.id), product.photos[0].url("w1600")]]

    def test_what_is_ticked_there_is_selected_in_the_gallery(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second = pictures(painting, actor)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, first, "tick", ""), (2, second, "tick", ""))
        press_in_lightbox(at, (3, first, "untick", ""), (4, second, "close", ""))

        assert lightbox(at) == {}
        assert at.button(key="gallery.clear").label == "1 selected"

    @pytest.mark.parametrize("ticked", ["nothing", "another"])
    def test_compares_with_the_next_one_or_with_what_is_selected(
        self, page: PageRunner, painting: Services, actor: Actor, ticked: str
    ) -> None:
        first, second, third = pictures(painting, actor, 3)
        at = opened(page, actor, first)
        if ticked == "another":
            press_in_lightbox(at, (1, third, "tick", ""))

        press_in_lightbox(at, (2, first, "compare", ""))

        other = third if ticked == "another" else second
        assert address(at, "ids") == f"{first},{other}"

    def test_leads_to_the_pictures_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second = pictures(painting, actor)
        at = opened(page, actor, first)

        press_in_lightbox(at, (1, second, "open", ""))

        assert address(at, "id") == str(second)

    def test_stays_with_its_pictures_while_they_leave_the_filter(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second = pictures(painting, actor)
        at = opened(page, actor, first, {"review": "unreviewed"})

        press_in_lightbox(at, (1, first, "approved", ""))
        assert lightbox(at)["blocks"] == [[str(first), str(second)]]
        press_in_lightbox(at, (2, second, "close", ""))

        assert card_ids(at, GRID) == [str(second)]

    @pytest.mark.slow
    def test_goes_on_over_the_border_of_the_page_and_back(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        for _ in range(9):
            made = pictures(painting, actor, 12)
        at = opened(page, actor, made[95])

        press_in_lightbox(at, (1, made[95], "see", ""))
        assert lightbox(at)["blocks"] == [
            [str(one) for one in made[:100]], [str(one) for one in made[100:]],
        ]  # fmt: skip
        press_in_lightbox(at, (2, made[104], "approved", ""), (3, made[104], "close", ""))

        assert card_ids(at, GRID) == [str(one) for one in made[100:]]
        assert state(painting, actor, made[104])[0] == "approved"

        click_card(at, GRID, "open", made[100])
        assert lightbox(at)["look"]["has_earlier"]
        press_in_lightbox(at, (4, made[100], "see", "earlier"))
        press_in_lightbox(at, (5, made[99], "see", ""), (6, made[99], "close", ""))

        assert card_ids(at, GRID) == [str(one) for one in made[:100]]
        at.button(key="after.next").click().run()
        assert card_ids(at, GRID) == [str(one) for one in made[100:]]
