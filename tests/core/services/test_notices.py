"""What stands on top of every page: only what keeps pictures from being made."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.errors import ModelAuthError, QuotaError
from core.unit_of_work import UnitOfWork
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.queueing import park
from tests.ui.making import pictures, submit

TRY_AGAIN = "The image model refused the key. Set GEMINI_API_KEY and restart, or press Try again."
GEMINI = ("gemini-nano-banana-2.1", "gemini-3-pro-image")


def standing(services: Services, actor: Actor) -> list[tuple[str, str]]:
    return [(notice.level, notice.text) for notice in services.notices.standing(actor)]


@pytest.fixture
def painting(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


class TestStanding:
    def test_is_nothing_in_the_normal_case(self, services: Services, actor: Actor) -> None:
        assert services.notices.standing(actor) == ()

    def test_takes_one_statement(self, services: Services, actor: Actor) -> None:
        said: list[str] = []
        engine = services.parts.database._writing
        listen = lambda *args: said.append(args[2])  # noqa: E731 - the engine calls it
        event.listen(engine, "before_cursor_execute", listen)

        services.notices.standing(actor)

        event.remove(engine, "before_cursor_execute", listen)
        assert len([words for words in said if words.startswith("SELECT")]) == 1

    def test_names_a_stopped_model_and_who_can_act(self, services: Services, actor: Actor) -> None:
        park(services, GEMINI[0])

        [(level, text)] = standing(services, replace(actor, is_admin=False))
        assert level == "error"
        assert text == (
            "Nano Banana 2.1 is stopped. The image model refused the key. "
            "An administrator has to set GEMINI_API_KEY."
        )

    @pytest.mark.parametrize(
        ("reason", "told"),
        [
            (
                ModelAuthError.user_message,
                TRY_AGAIN,
            ),
            (QuotaError.user_message, "The quota of the image model is used up."),
            (
                "No credits. An administrator has to add some.",
                "No credits. Add some.",
            ),
            ("Something else.", "Something else."),
        ],
    )
    def test_tells_administrators_what_to_do_themselves(
        self, services: Services, actor: Actor, reason: str, told: str
    ) -> None:
        park(services, GEMINI[0], reason=reason)

        [(_, text)] = standing(services, replace(actor, is_admin=True))

        assert text == f"Nano Banana 2.1 is stopped. {told}"

    def test_tells_everybody_of_a_model_that_an_administrator_paused(
        self, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        painting.model_states.pause(replace(actor, is_admin=True), "fake")

        [notice] = painting.notices.standing(other_actor)

        assert (notice.level, notice.kind) == ("info", "paused_model")
        assert notice.text == "Fake model is paused by an administrator."

    def test_says_nothing_of_a_paused_model_that_cannot_be_used(
        self, services: Services, actor: Actor
    ) -> None:
        services.model_states.pause(replace(actor, is_admin=True), GEMINI[0])

        assert standing(services, actor) == []

    def test_goes_by_the_databases_clock(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = park(services, GEMINI[0], lasts=timedelta(hours=1))
        monkeypatch.setattr(UnitOfWork, "now", lambda _: now + timedelta(hours=2))

        assert standing(services, actor) == []

    def test_names_models_together_that_were_stopped_for_one_reason(
        self, services: Services, actor: Actor
    ) -> None:
        park(services, GEMINI[0])
        park(services, GEMINI[1])

        [(_, text)] = standing(services, actor)

        assert text.startswith("Nano Banana 2.1 and Nano Banana Pro are stopped. ")

    def test_says_when_it_goes_on_by_itself(self, services: Services, actor: Actor) -> None:
        park(services, GEMINI[0], reason="The quota is used up.", lasts=timedelta(hours=3))

        [(_, text)] = standing(services, actor)

        assert text.endswith("The quota is used up. Epox asks again in about 3 h.")

    def test_forgets_a_stop_that_is_over(self, services: Services, actor: Actor) -> None:
        park(services, GEMINI[0], lasts=timedelta(seconds=-1))

        assert standing(services, actor) == []

    def test_leaves_out_models_that_there_are_no_more(
        self, services: Services, actor: Actor
    ) -> None:
        park(services, "gemini-of-last-year")

        assert standing(services, actor) == []

    def test_tells_the_paused_workspace_and_no_other(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.job_control.pause_all(actor)

        [(level, text)] = standing(services, actor)
        assert level == "info"
        assert "paused" in text
        assert standing(services, other_actor) == []

    def test_warns_once_the_budget_is_used_up(self, painting: Services, actor: Actor) -> None:
        painting.budgets.set_limit(actor, 200_000)
        pictures(painting, actor)
        assert standing(painting, actor) == []

        painting.budgets.set_limit(actor, 78_000)

        [(level, text)] = standing(painting, actor)
        assert level == "warning"
        assert text == (
            "The budget of this month is used up: of $0.0780, $0.0780 is spent. "
            "Raise it to make more pictures."
        )

    def test_counts_what_is_reserved(self, painting: Services, actor: Actor) -> None:
        submit(painting, actor)

        painting.budgets.set_limit(actor, 80_000)

        [(_, text)] = standing(painting, actor)
        assert "of $0.0800, $0.00 is spent and $0.0800 reserved." in text

    def test_sends_others_than_owners_to_an_owner(self, services: Services, actor: Actor) -> None:
        services.budgets.set_limit(actor, 0)

        [(_, text)] = standing(services, replace(actor, role=Role.EDITOR))

        assert text.endswith("An owner has to raise it to make more pictures.")

    def test_puts_the_worst_first(self, services: Services, actor: Actor) -> None:
        services.job_control.pause_all(actor)
        services.budgets.set_limit(actor, 0)
        park(services, GEMINI[0])

        levels = [level for level, _ in standing(services, actor)]

        assert levels == ["error", "warning", "info"]
