"""A plan keeps its key while it asks for the same, and says all that a submit would do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.accounts import Role
from core.domain.budgets import Budget
from core.domain.generation import Backdrop, GenerationSettings, ReferenceRole
from core.domain.plans import Hold, Plan, PlanItem, PlannedReference
from core.domain.queueing import Priority
from tests.ui.reading import words
from ui.components.plan_summary import PlanState, common_notices, costs, over_budget, thumbnail

SETTINGS = GenerationSettings(
    prompt="", photo_id=1, backdrop=Backdrop("plain", "#ffffff"), aspect_ratio="1:1", size="1K",
    variants=2, image_model="fake",
)  # fmt: skip
PHOTO = PlannedReference(ReferenceRole.PRODUCT, "chair.jpg", 1, "ab" * 32)
ITEM = PlanItem(
    product_id=1, product_name="Chair", settings=SETTINGS, prompt="A chair", references=(PHOTO,),
    count=2, cost_low_micros=1_200_000, cost_high_micros=1_500_000,
)  # fmt: skip
PLAN = Plan(
    items=(ITEM,), skipped=(), priority=Priority.NORMAL, run_at=None, seconds_low=20,
    seconds_high=90, budget=Budget(None, 0, 0), idempotency_key="first",
)  # fmt: skip
LATER = datetime(2999, 11, 25, 12, 3, tzinfo=UTC)


def shown(plan: Plan) -> str:
    """Return what the summary of a plan says."""

    def script(plan: "Plan") -> None:
        from ui.components.plan_summary import show_plan  # noqa: PLC0415 - runs as a script

        show_plan(plan)

    return words(AppTest.from_function(script, kwargs={"plan": plan}).run())


class TestKeep:
    def test_keeps_the_key_while_the_plan_asks_for_the_same(self) -> None:
        state = PlanState()
        state.keep(PLAN)

        kept = state.keep(replace(PLAN, idempotency_key="second"))

        assert kept == PLAN

    def test_keeps_the_key_when_others_spend_meanwhile(self) -> None:
        state = PlanState()
        state.keep(PLAN)

        kept = state.keep(
            replace(PLAN, idempotency_key="second", budget=Budget(9_000_000, 5_000_000, 0))
        )

        assert kept.idempotency_key == "first"
        assert kept.budget.spent_micros == 5_000_000

    @pytest.mark.parametrize(
        "other",
        [
            replace(PLAN, items=(replace(ITEM, prompt="A table"),)),
            replace(PLAN, items=(ITEM, replace(ITEM, product_id=2))),
            replace(PLAN, priority=Priority.LOW),
            replace(PLAN, run_at=LATER),
        ],
    )
    def test_takes_a_new_key_when_the_plan_asks_for_something_else(self, other: Plan) -> None:
        state = PlanState()
        state.keep(PLAN)

        kept = state.keep(replace(other, idempotency_key="second"))

        assert kept.idempotency_key == "second"

    def test_takes_a_new_key_after_a_submit(self) -> None:
        state = PlanState()
        state.keep(PLAN)

        state.forget()

        again = replace(PLAN, idempotency_key="second")
        assert state.keep(again) == again
        assert state.submissions == 1


class TestWasShown:
    def test_is_true_of_what_was_on_the_screen_and_of_other_words(self) -> None:
        state = PlanState()
        state.note_shown(PLAN)

        words = replace(ITEM, prompt="A table", settings=replace(SETTINGS, prompt="A table"))

        assert state.was_shown(PLAN)
        assert state.was_shown(replace(PLAN, items=(words,)))

    @pytest.mark.parametrize(
        "other",
        [
            replace(PLAN, items=(replace(ITEM, settings=replace(SETTINGS, variants=12)),)),
            replace(PLAN, items=(replace(ITEM, product_id=2),)),
            replace(PLAN, items=(ITEM, replace(ITEM, product_id=2))),
            replace(PLAN, run_at=LATER),
        ],
    )
    def test_is_false_of_anything_else(self, other: Plan) -> None:
        state = PlanState()
        assert not state.was_shown(PLAN)

        state.note_shown(PLAN)

        assert not state.was_shown(other)


class TestCosts:
    def test_are_said_alike_in_one_sentence(self) -> None:
        item = replace(ITEM, cost_low_micros=90_400, cost_high_micros=134_400)

        assert costs(item) == "$0.09 to $0.13"

    def test_are_the_sum_of_what_is_shown_of_each_or_about(self) -> None:
        even = replace(ITEM, cost_low_micros=150_000, cost_high_micros=180_000)
        odd = replace(ITEM, cost_low_micros=147_000, cost_high_micros=177_000)

        assert costs(replace(PLAN, items=(even, even))) == "$0.30 to $0.36"
        assert costs(replace(PLAN, items=(odd, odd))) == "about $0.29 to $0.35"
        assert costs(replace(PLAN, items=(odd,))) == "$0.15 to $0.18"


class TestShowPlan:
    @pytest.mark.parametrize(
        ("hold", "text"),
        [
            (Hold("paused_workspace"), "Will wait: making pictures is paused"),
            (Hold("paused_model"), "Will wait: the model is paused"),
            (Hold("stopped_model"), "Will wait: the model is stopped"),
            (Hold("resting_model", LATER), "Will wait: the model rests until 25 Nov 2999"),
        ],
    )
    def test_says_why_it_would_wait_and_no_time(self, hold: Hold, text: str) -> None:
        said = shown(replace(PLAN, hold=hold))

        assert text in said
        assert "1 min" not in said

    @pytest.mark.parametrize(
        ("low", "high", "text"),
        [
            (12, 12, "After 12 pictures that wait now"),
            (1, 1, "After 1 picture that waits now"),
            (2, 12, "Shares the queue with 12 pictures that wait now"),
        ],
    )
    def test_says_what_waits_before_it(self, low: int, high: int, text: str) -> None:
        assert text in shown(replace(PLAN, waiting_low=low, waiting_high=high))

    def test_says_pictures_cost_and_time(self) -> None:
        assert shown(PLAN) == "2 pictures · $1.20 to $1.50 · 20 s to 2 min"

    def test_says_what_is_free(self) -> None:
        free = replace(ITEM, cost_low_micros=0, cost_high_micros=0)

        assert "2 pictures · free" in shown(replace(PLAN, items=(free,)))

    def test_says_when_it_starts_and_how_soon_it_goes(self) -> None:
        text = shown(replace(PLAN, priority=Priority.HIGH, run_at=LATER))

        assert "Starts 25 Nov 2999, 12:03 UTC · high priority" in text

    def test_says_what_is_left_of_the_budget_after_it(self) -> None:
        text = shown(replace(PLAN, budget=Budget(10_000_000, 4_000_000, 1_000_000)))

        assert "$3.50 of the month's budget left after it" in text

    def test_says_that_nothing_is_left_then(self) -> None:
        text = shown(replace(PLAN, budget=Budget(1_500_000, 0, 0)))

        assert "Nothing of the month's budget left after it" in text


class TestOverBudget:
    def test_is_silent_without_a_limit_and_where_there_is_room(self) -> None:
        assert over_budget(PLAN, Role.OWNER) == ""
        assert over_budget(replace(PLAN, budget=Budget(1_500_000, 0, 0)), Role.OWNER) == ""

    def test_says_what_is_left_what_it_may_cost_and_what_to_do(self) -> None:
        plan = replace(PLAN, budget=Budget(3_000_000, 1_000_000, 600_000))

        assert over_budget(plan, Role.OWNER) == (
            "This month's budget has $1.40 left; this may cost up to $1.50. "
            "Make fewer pictures, or raise the budget."
        )
        assert over_budget(plan, Role.EDITOR).endswith("or ask an owner to raise the budget.")

    def test_says_that_it_is_used_up(self) -> None:
        plan = replace(PLAN, budget=Budget(1_000_000, 1_000_000, 0))

        assert "is used up;" in over_budget(plan, Role.EDITOR)


class TestCommonNotices:
    def test_are_those_of_every_product(self) -> None:
        lamp = replace(ITEM, product_id=2, notices=("It reads no words.",))
        chair = replace(ITEM, notices=("It reads no words.", "It has no size."))

        assert common_notices(replace(PLAN, items=(chair, lamp))) == ("It reads no words.",)


class TestThumbnail:
    def test_shows_the_asset_or_the_room_that_is_sent(self) -> None:
        room = replace(ITEM, settings=replace(SETTINGS, backdrop=Backdrop("room", "studio-cove")))
        cove = PlannedReference(ReferenceRole.BACKDROP, "Studio cove", None, "cd" * 32)

        assert thumbnail(PHOTO, ITEM) == f"/files/1/{'ab' * 8}/w160"
        assert thumbnail(cove, room) == "/assets/rooms/studio-cove.webp"
