"""The admin page is for administrators: how the server is, its image models, its people."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.queueing import ModelLimits, ModelState
from core.errors import SignInRequiredError
from tests.support.pages import PageRunner
from tests.support.queueing import park, sign_on
from tests.ui.making import submit
from tests.ui.reading import words

ADMIN = "pages/admin.py"
PEOPLE = {"show": "People"}
MODEL = "compositor"


def model_state(services: Services, actor: Actor, name: str = MODEL) -> ModelState:
    return next(s for s in services.model_states.states(actor) if s.image_model == name)


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


class TestSystem:
    def test_says_how_the_server_is(self, page: PageRunner, actor: Actor) -> None:
        at = page(ADMIN, actor)

        for word in ("Database works", "File store works", "No worker runs", MODEL, "1K free"):
            assert word in words(at)
        assert figures(at) == {
            "In the queue": "0", "Being made": "0", "Longest wait": "\u2013", "Workers": "0",
        }  # fmt: skip

    def test_shows_the_queue_and_its_workers(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor, variants=3)
        sign_on(painting, "alive")
        sign_on(painting, "silent", seen_ago=timedelta(minutes=15))

        at = page(ADMIN, actor)

        shown = words(at)
        assert (figures(at)["In the queue"], figures(at)["Workers"]) == ("3", "1")
        assert "render-1" in shown
        assert "Works" in shown
        assert "Silent" in shown
        assert "makes 0 of up to 4 pictures" in shown
        assert "last sign of life 15 min" in shown

    def test_is_kept_current(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(ADMIN, actor)

        sign_on(services, "alive")
        at.run()

        assert figures(at)["Workers"] == "1"

    def test_names_the_models_that_need_a_key(self, page: PageRunner, actor: Actor) -> None:
        at = page(ADMIN, actor)

        assert "Set GEMINI_API_KEY to use Nano Banana 2.1, Nano Banana Pro" in words(at)


class TestImageModels:
    def test_pauses_and_resumes(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(ADMIN, actor)

        at.button(key=f"model.{MODEL}.pause").click().run()
        assert model_state(services, actor).paused_at is not None
        assert "Paused since " in words(at)

        at.button(key=f"model.{MODEL}.resume").click().run()
        assert model_state(services, actor).paused_at is None

    def test_says_why_a_model_is_stopped_and_lets_it_try_again(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        park(services, "gemini-3-pro-image", reason="The key was *refused*.")
        at = page(ADMIN, actor)
        assert "Stopped" in words(at)
        assert "The key was *refused*. Stopped since " in words(at)

        button = at.button(key="model.gemini-3-pro-image.resume")
        assert button.label == "Try again"
        button.click().run()

        assert model_state(services, actor, "gemini-3-pro-image").parking is None
        assert "The key was *refused*." not in words(at)

    def test_names_the_models_that_share_a_refused_key(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.model_states.set_limits(actor, "gemini-nano-banana-2.1", ModelLimits(5))
        assert "Same key" not in words(page(ADMIN, actor))

        park(services, "gemini-3-pro-image")

        shown = words(page(ADMIN, actor))
        assert "Same key" in shown
        assert "It has the same key as Nano Banana Pro, which was refused" in shown
        assert "Set GEMINI_API_KEY and restart, or press Try again. Stopped since" in shown

    def test_says_how_long_a_model_rests(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        with services.parts.database.begin() as work:
            work.model_states.rest(MODEL, work.now() + timedelta(seconds=90))

        at = page(ADMIN, actor)

        assert "Resting" in words(at)
        assert "asked us to slow down: it rests for 1 min" in words(at)

    def test_sets_limits(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(ADMIN, actor)

        at.number_input(key=f"model.{MODEL}.requests").set_value(60)
        at.number_input(key=f"model.{MODEL}.calls").set_value(2)
        at.button(key=f"model.{MODEL}.save").click().run()

        wanted = ModelLimits(requests_per_minute=60, calls_at_once=2)
        assert model_state(services, actor).limits == wanted

    def test_takes_a_limit_away(self, page: PageRunner, services: Services, actor: Actor) -> None:
        services.model_states.set_limits(actor, MODEL, ModelLimits(60, 30, 2))
        at = page(ADMIN, actor)
        assert at.number_input(key=f"model.{MODEL}.images").value == 30

        at.number_input(key=f"model.{MODEL}.images").set_value(None)
        at.button(key=f"model.{MODEL}.save").click().run()

        assert model_state(services, actor).limits == ModelLimits(60, None, 2)


class TestPeople:
    def test_lists_them(self, page: PageRunner, actor: Actor, other_actor: Actor) -> None:
        at = page(ADMIN, actor, PEOPLE)

        assert actor.email in words(at)
        assert other_actor.email in words(at)

    def test_finds_them(self, page: PageRunner, actor: Actor, other_actor: Actor) -> None:
        at = page(ADMIN, actor, {**PEOPLE, "q": "ben"})

        assert other_actor.email in words(at)
        assert actor.email not in words(at)

    def test_disables_an_account(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, actor, PEOPLE)

        at.menu_button(key=f"admin.person.{other_actor.user_id}").click("Disable account").run()

        assert "Disabled" in words(at)
        assert other_actor.session_id is not None
        with pytest.raises(SignInRequiredError):
            services.accounts.actor_for_session(other_actor.session_id)

    def test_makes_an_administrator(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, actor, PEOPLE)

        at.menu_button(key=f"admin.person.{other_actor.user_id}").click("Make administrator").run()

        [ben] = services.accounts.users(actor, text="ben").items
        assert ben.is_admin

    def test_offers_nothing_against_oneself(self, page: PageRunner, actor: Actor) -> None:
        at = page(ADMIN, actor, PEOPLE)

        keys = [button.key for button in at.menu_button]
        assert f"admin.person.{actor.user_id}" not in keys


@pytest.mark.parametrize("view", ["System", "People"])
def test_shows_other_people_nothing(
    page: PageRunner, actor: Actor, other_actor: Actor, view: str
) -> None:
    at = page(ADMIN, other_actor, {"show": view})

    assert actor.email not in words(at)
    assert MODEL not in words(at)
    assert not at.metric
    assert len(at.menu_button) <= 1  # their own, in the sidebar
