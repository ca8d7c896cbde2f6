"""The admin page is for administrators: people, and how the server is."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.errors import SignInRequiredError
from tests.support.pages import PageRunner
from tests.ui.reading import words

ADMIN = "pages/admin.py"


class TestAdmin:
    def test_lists_people_and_says_how_the_server_is(
        self, page: PageRunner, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, actor)

        for word in (actor.email, other_actor.email, "Database", "none is running", "compositor"):
            assert word in words(at)

    def test_finds_people(self, page: PageRunner, actor: Actor, other_actor: Actor) -> None:
        at = page(ADMIN, actor, {"q": "ben"})

        assert other_actor.email in words(at)
        assert actor.email not in words(at)

    def test_disables_an_account(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, actor)

        at.menu_button(key=f"admin.person.{other_actor.user_id}").click("Disable account").run()

        assert "Disabled" in words(at)
        assert other_actor.session_id is not None
        with pytest.raises(SignInRequiredError):
            services.accounts.actor_for_session(other_actor.session_id)

    def test_makes_an_administrator(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, actor)

        at.menu_button(key=f"admin.person.{other_actor.user_id}").click("Make administrator").run()

        [ben] = services.accounts.users(actor, text="ben").items
        assert ben.is_admin

    def test_offers_nothing_against_oneself(self, page: PageRunner, actor: Actor) -> None:
        at = page(ADMIN, actor)

        keys = [button.key for button in at.menu_button]
        assert f"admin.person.{actor.user_id}" not in keys

    def test_shows_other_people_nothing(
        self, page: PageRunner, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(ADMIN, other_actor)

        assert actor.email not in words(at)
        assert len(at.menu_button) <= 1  # their own, in the sidebar
