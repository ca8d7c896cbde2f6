"""Budgets: what a workspace may spend in a month, and who decides it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.budgets import Budget
from core.domain.jobs import CallOutcome, CallState, GenerationJob, ProviderCall
from core.domain.products import Product
from core.errors import AccessDeniedError, BudgetError, InvalidInputError
from core.services.budgets import MAX_LIMIT_MICROS, dollars
from core.services.slot_claims import Nothing
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

EACH = 40_000
MADE = 39_000


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel(price_micros=EACH))


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


def spend(app: Services, actor: Actor, job: GenerationJob, at: datetime) -> None:
    """Write a call of that moment into the ledger, which cost what was expected."""
    call = ProviderCall(
        id=at.strftime("%Y%m%d%H%M%S"),
        slot_id=job.slots[0].id,
        attempt=0,
        image_model="fake",
        state=CallState.INTENT,
        estimate_micros=EACH,
        cost_micros=0,
        failure_code=None,
        started_at=at,
    )
    with app.parts.database.begin() as work:
        work.provider_calls.open(actor.workspace_id, call)
        outcome = CallOutcome(CallState.FAILED, EACH, failure_code="no_image")
        work.provider_calls.close(actor.workspace_id, call.id, outcome, at)


class TestGet:
    def test_has_no_limit_at_first(self, app: Services, actor: Actor) -> None:
        budget = app.budgets.get(actor)

        assert budget == Budget(None, 0, 0)
        assert (budget.left_micros, budget.level) == (None, "none")

    def test_counts_nothing_twice(self, app: Services, actor: Actor, chair: Product) -> None:
        app.budgets.set_limit(actor, 5 * EACH)
        submitted(app, actor, chair, variants=3)
        hands = Hands(app)
        before = app.budgets.get(actor)
        hands.make()
        after = app.budgets.get(actor)

        assert (before.spent_micros, before.reserved_micros) == (0, 3 * EACH)
        assert (after.spent_micros, after.reserved_micros) == (MADE, 2 * EACH)
        assert after.left_micros == 5 * EACH - MADE - 2 * EACH

    def test_begins_anew_with_the_month_in_utc(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        job = submitted(app, actor, chair, variants=1)
        with app.parts.database.read() as work:
            now = work.now()
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        spend(app, actor, job, month - timedelta(seconds=1))
        spend(app, actor, job, month)

        assert app.budgets.get(actor).spent_micros == EACH

    def test_is_the_workspaces_own(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        app.budgets.set_limit(actor, EACH * 2)
        submitted(app, actor, chair, variants=2)

        assert app.budgets.get(other_actor) == Budget(None, 0, 0)


class TestSetLimit:
    @pytest.mark.parametrize("limit", [None, 0, 50_000_000])
    def test_is_what_is_got(self, app: Services, actor: Actor, limit: int | None) -> None:
        app.budgets.set_limit(actor, 1)

        app.budgets.set_limit(actor, limit)

        assert app.budgets.get(actor).limit_micros == limit

    @pytest.mark.parametrize("limit", [-1, MAX_LIMIT_MICROS + 1])
    def test_refuses_what_is_no_budget(self, app: Services, actor: Actor, limit: int) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.budgets.set_limit(actor, limit)

        assert "$1,000,000.00" in refused.value.user_message

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER])
    def test_is_the_owners(self, app: Services, actor: Actor, role: Role) -> None:
        with pytest.raises(AccessDeniedError):
            app.budgets.set_limit(replace(actor, role=role), 1)

        assert app.budgets.get(actor).limit_micros is None


class TestRoom:
    def test_is_told_to_editors_with_whom_to_ask(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        app.budgets.set_limit(actor, 1_000_000)
        editor = replace(actor, role=Role.EDITOR)
        for _ in range(2):
            submitted(app, editor, chair, variants=12)

        with pytest.raises(BudgetError) as refused:
            submitted(app, editor, chair, variants=2)

        assert refused.value.user_message == (
            "This may cost up to $0.0800, and of this month's budget of $1.00 only $0.0400 is "
            "left. Make fewer pictures, or ask an owner of the workspace to raise the budget."
        )

    def test_is_always_there_for_what_is_free(
        self, services: Services, actor: Actor, chair: Product
    ) -> None:
        services.budgets.set_limit(actor, 0)
        free = with_model(services, FakeImageModel(price_micros=0))

        assert submitted(free, actor, chair).slots

    def test_that_was_taken_away_keeps_the_queue_from_going_on(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        submitted(app, actor, chair, variants=3)
        hands = Hands(app)
        hands.make()
        app.budgets.set_limit(actor, MADE - 1)
        assert isinstance(hands.look(), Nothing)

        app.budgets.set_limit(actor, MADE + 2 * EACH)

        assert hands.make_all() == 2


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "$0.00"), (33_600, "$0.0336"), (100_000, "$0.10"), (1_000_000, "$1.00")],
)
def test_amounts_below_ten_cents_have_four_places(micros: int, text: str) -> None:
    assert dollars(micros) == text


@pytest.mark.parametrize(
    ("spent", "reserved", "level"),
    [(0, 79, "fine"), (40, 40, "near"), (99, 0, "near"), (60, 40, "used_up"), (101, 0, "used_up")],
)
def test_a_budget_says_how_full_it_is(spent: int, reserved: int, level: str) -> None:
    assert Budget(100, spent, reserved).level == level
