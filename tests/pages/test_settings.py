"""The settings let a person look after their own account."""

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from tests.support.pages import PageRunner
from tests.support.people import PASSWORD, sign_in
from tests.support.roles import as_role
from tests.ui.reading import went_to, words

SETTINGS = "pages/settings.py"


def fill_passwords(at: AppTest, old: str, new: str, again: str) -> None:
    for name, value in (("old", old), ("new", new), ("again", again)):
        at.text_input(key=f"settings.password.{name}").set_value(value)


class TestName:
    def test_is_changed(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(SETTINGS, actor)

        at.text_input(key="settings.name.value").set_value("Ann Keller")
        at.form_submit_button("settings.name.save").click().run()

        assert actor.session_id is not None
        assert services.accounts.actor_for_session(actor.session_id).name == "Ann Keller"

    def test_cannot_be_empty(self, page: PageRunner, actor: Actor) -> None:
        at = page(SETTINGS, actor)

        at.text_input(key="settings.name.value").set_value("  ")
        at.form_submit_button("settings.name.save").click().run()

        assert len(at.error) == 1


class TestPassword:
    def test_is_changed_and_ends_other_sessions(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        sign_in(services, actor.email)
        at = page(SETTINGS, actor)

        fill_passwords(at, PASSWORD, "a new and longer one", "a new and longer one")
        at.form_submit_button("settings.password.save").click().run()

        assert len(at.success) == 1
        assert len(services.accounts.sessions(actor)) == 1

    def test_must_be_typed_twice_alike(self, page: PageRunner, actor: Actor) -> None:
        at = page(SETTINGS, actor)

        fill_passwords(at, PASSWORD, "a new and longer one", "another and longer one")
        at.form_submit_button("settings.password.save").click().run()

        assert "differ" in words(at)

    def test_stays_when_the_old_one_is_wrong(self, page: PageRunner, actor: Actor) -> None:
        at = page(SETTINGS, actor)

        fill_passwords(at, "wrong", "a new and longer one", "a new and longer one")
        at.form_submit_button("settings.password.save").click().run()

        assert len(at.error) == 1
        assert len(at.success) == 0


class TestSessions:
    def test_are_listed_with_this_browser_marked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        sign_in(services, actor.email)

        at = page(SETTINGS, actor)

        assert words(at).count("Firefox") == 2
        assert words(at).count("This browser") == 1

    def test_can_be_ended_one_by_one(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        other = sign_in(services, actor.email)
        at = page(SETTINGS, actor)

        at.button(key=f"settings.revoke.{other.session_id}").click().run()

        assert [session.id for session in services.accounts.sessions(actor)] == [actor.session_id]

    def test_can_be_ended_everywhere_else_at_once(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        sign_in(services, actor.email)
        sign_in(services, actor.email)
        at = page(SETTINGS, actor)

        at.button(key="settings.others").click().run()

        assert [session.id for session in services.accounts.sessions(actor)] == [actor.session_id]


def test_signs_out(page: PageRunner, services: Services, actor: Actor) -> None:
    at = page(SETTINGS, actor)

    at.button(key="settings.sign_out").click().run()

    assert went_to(at) == ["/login"]
    assert services.accounts.sessions(actor) == ()


class TestApproval:
    def test_is_switched_by_an_owner(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(SETTINGS, actor)

        at.toggle(key="settings.own_approval").set_value(True).run()

        assert services.reviews.forbids_own_approval(actor)
        assert at.toggle(key="settings.own_approval").value

    def test_is_only_shown_to_others(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        as_role(services, actor, Role.EDITOR)

        at = page(SETTINGS, actor)

        assert at.toggle(key="settings.own_approval").disabled
        assert "Only an owner" in words(at)
