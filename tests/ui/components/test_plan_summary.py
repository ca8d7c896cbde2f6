"""A plan keeps its key while it asks for the same, so that it makes one job."""

from dataclasses import replace

from core.domain.generation import Backdrop, GenerationSettings, Plan
from ui.components.plan_summary import PlanState

SETTINGS = GenerationSettings(
    prompt="", photo_id=1, backdrop=Backdrop("plain", "#ffffff"), aspect_ratio="1:1", size="1K",
    variants=2, image_model="fake",
)  # fmt: skip
PLAN = Plan(
    product_id=1, settings=SETTINGS, prompt="A chair", count=2, cost_micros=0, seconds_low=1,
    seconds_high=2, idempotency_key="first",
)  # fmt: skip


class TestKeep:
    def test_keeps_the_key_while_the_plan_asks_for_the_same(self) -> None:
        state = PlanState()
        state.keep(PLAN)

        kept = state.keep(replace(PLAN, idempotency_key="second"))

        assert kept == PLAN

    def test_takes_a_new_key_when_the_plan_asks_for_something_else(self) -> None:
        state = PlanState()
        state.keep(PLAN)
        other = replace(PLAN, prompt="A table", idempotency_key="second")

        kept = state.keep(other)

        assert kept == other

    def test_takes_a_new_key_after_a_submit(self) -> None:
        state = PlanState()
        state.keep(PLAN)

        state.forget()

        again = replace(PLAN, idempotency_key="second")
        assert state.keep(again) == again
        assert state.submissions == 1
