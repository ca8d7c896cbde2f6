"""The frame lets only signed-in people in, and stays friendly when something breaks."""

import re
import tomllib
from dataclasses import replace
from typing import cast

import pytest

from core import bootstrap
from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.dashboard import Dashboard
from core.errors import DatabaseUnavailableError
from core.services.dashboard import DashboardService
from tests.support.environment import ROOT
from tests.support.pages import PageRunner
from tests.support.queueing import park
from tests.ui.reading import went_to, words

PAGES = [
    "dashboard", "products", "product", "collections", "collection", "studio", "gallery", "asset",
    "usage", "jobs", "job", "settings",
]  # fmt: skip


class BrokenDashboard:
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get(self, actor: Actor) -> Dashboard:
        """Fail."""
        del actor
        raise self._error


def break_dashboard(services: Services, error: Exception) -> None:
    broken = cast("DashboardService", BrokenDashboard(error))
    bootstrap.install(replace(services, dashboard=broken))


class TestAccess:
    @pytest.mark.parametrize("name", PAGES)
    def test_sends_a_stranger_to_sign_in_from_every_page(self, page: PageRunner, name: str) -> None:
        at = page(f"pages/{name}.py")

        assert went_to(at) == ["/login?reason=ended&next="]
        assert not at.title

    def test_ends_with_the_session_at_the_next_click(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page("pages/gallery.py", actor)
        assert at.title[0].value == "Gallery"

        services.accounts.sign_out(actor)
        at.run()

        assert "Your session has ended" in words(at)
        assert went_to(at) == ["/login?reason=ended&next="]

    @pytest.mark.parametrize("session", ["", "x", "-1", "1.5", "²", "9" * 30])
    def test_takes_nothing_else_for_a_session(
        self, page: PageRunner, actor: Actor, session: str
    ) -> None:
        at = page(actor=actor, run=False)
        at.user = {"session": session}

        at.run()

        assert went_to(at) == ["/login?reason=ended&next="]

    def test_shows_the_admin_page_to_administrators_only(
        self, page: PageRunner, actor: Actor, other_actor: Actor
    ) -> None:
        at = page(actor=actor)
        at.switch_page("pages/admin.py").run()
        assert at.title[0].value == "Admin"

        at = page(actor=other_actor)
        with pytest.raises(ValueError, match="admin"):
            at.switch_page("pages/admin.py")

    def test_says_who_is_signed_in_where(self, page: PageRunner, actor: Actor) -> None:
        at = page(actor=actor)

        shown = " ".join(part.value for part in at.sidebar.markdown)
        assert "Ann" in shown
        assert "workspace" in shown

    def test_signs_out_from_the_sidebar(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(actor=actor)

        at.menu_button(key="frame.user").click("Sign out").run()

        assert went_to(at) == ["/login"]
        assert services.accounts.sessions(actor) == ()


class TestStandingNotices:
    def test_draws_none_in_the_normal_case(self, page: PageRunner, actor: Actor) -> None:
        at = page("pages/gallery.py", actor)

        assert not [*at.error, *at.warning, *at.info]

    def test_leads_administrators_from_a_stopped_model_to_where_they_can_act(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        park(services, "gemini-3-pro-image")
        at = page("pages/gallery.py", actor)
        assert "Nano Banana Pro is stopped. The image model refused the key." in words(at)

        at.button(key="standing.admin.0").click().run()

        assert at.title[0].value == "Admin"
        assert "standing.admin.0" not in [button.key for button in at.button]

    def test_tells_others_about_a_stopped_model_too(
        self, page: PageRunner, services: Services, other_actor: Actor
    ) -> None:
        park(services, "gemini-3-pro-image")

        at = page("pages/gallery.py", other_actor)

        assert "An administrator has to set GEMINI_API_KEY." in words(at)
        assert "standing.admin.0" not in [button.key for button in at.button]

    def test_lets_editors_resume_a_paused_workspace(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.job_control.pause_all(actor)
        at = page("pages/gallery.py", actor)
        assert "Making pictures is paused" in words(at)

        at.button(key="standing.resume").click().run()

        assert services.notices.standing(actor) == ()
        assert "Making pictures is paused" not in words(at)

    def test_warns_of_a_budget_that_is_used_up(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.budgets.set_limit(actor, 0)
        at = page("pages/gallery.py", actor)
        assert "The budget of this month is used up" in at.warning[0].value.replace("\\", "")

        at.button(key="standing.usage").click().run()

        assert at.title[0].value == "Usage"

    def test_tells_everybody_of_a_model_that_is_paused(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.model_states.pause(actor, "compositor")

        at = page("pages/gallery.py", other_actor)

        assert "is paused by an administrator." in words(at)
        assert not [button for button in at.button if (button.key or "").startswith("standing.")]


def test_the_sheets_grounds_are_the_themes_own() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    sheet = (ROOT / "ui" / "components" / "sheet.css").read_text("utf-8")

    light, dark = theme["light"]["backgroundColor"], theme["dark"]["backgroundColor"]
    assert set(re.findall(r"light-dark\((.+?)\)", sheet)) == {f"{light}, {dark}"}


class TestErrors:
    def test_shows_an_expected_error_as_its_sentence(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        break_dashboard(services, DatabaseUnavailableError("host db-7 refused"))

        at = page(actor=actor)

        assert DatabaseUnavailableError.user_message in words(at)
        assert "db-7" not in words(at)

    def test_shows_an_unknown_error_as_an_id_that_the_log_has(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        break_dashboard(services, RuntimeError("a secret detail"))

        at = page(actor=actor)

        [shown] = [error.value for error in at.error]
        [record] = [record for record in caplog.records if record.name == "ui.errors"]
        assert record.getMessage().removeprefix("error ") in shown
        assert "secret" not in shown
        assert not at.exception
