"""Shared links on their page: how they are made, what came of them, and how they end."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.share_links import LinkState, ShareRights
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import with_model
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.support.sharing import ADDRESS, shared
from tests.ui.making import pictures
from tests.ui.reading import card_ids, words

SHARES = "pages/shares.py"
HOSTILE = "**bold** :red[x] <b>y</b> [a](http://evil.example)"


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


@pytest.fixture
def made(app: Services, actor: Actor) -> list[int]:
    return pictures(app, actor, 2)


class TestList:
    def test_says_how_to_begin(self, page: PageRunner, actor: Actor) -> None:
        at = page(SHARES, actor)

        assert "Nothing is shared" in words(at)

    def test_shows_what_came_of_a_link(
        self, page: PageRunner, app: Services, actor: Actor, made: list[int]
    ) -> None:
        _, token = shared(app, actor, made)
        guest = {"guest_name": "Maria", "address": ADDRESS}
        app.share_visits.page(token, 1, address=ADDRESS)
        app.share_visits.comment(token, made[0], body="Too red.", **guest)
        app.share_visits.judge(token, made[0], state="approved", note="Fine", **guest)

        at = page(SHARES, actor)
        shown = words(at)
        at.button(key="shares.open.1").click().run()

        assert "Oak chairs" in shown
        assert "2 pictures" in shown
        assert "opened once" in shown
        assert "1 approved · 1 comment" in shown
        assert "Guests may look, comment, judge and download originals." in shown
        assert "Too red." not in shown
        assert card_ids(at, "shares.grid.1") == [str(made[0])]
        assert "Too red." in words(at)
        assert "Fine" in words(at)
        assert token not in str(at.main)

    def test_shows_hostile_words_as_they_are(
        self, page: PageRunner, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, token = app.share_links.create(actor, made, title=HOSTILE)
        app.share_visits.comment(token, made[0], guest_name=HOSTILE, body=HOSTILE, address=ADDRESS)

        at = page(SHARES, actor, {"link": str(link.id)})

        assert words(at).count(HOSTILE) >= 3
        assert not any("[a](http" in str(one.value) for one in at.markdown)

    def test_revokes_after_a_question(
        self, page: PageRunner, app: Services, actor: Actor, made: list[int]
    ) -> None:
        link, _ = shared(app, actor, made)
        at = page(SHARES, actor)

        at.button(key=f"shares.revoke.{link.id}").click().run()
        assert app.share_links.get(actor, link.id).revoked_at is None
        at.button(key="shares.revoke.sure").click().run()

        assert app.share_links.get(actor, link.id).revoked_at is not None
        assert "Revoked" in words(at)
        assert not any("shares.extend" in str(button.key) for button in at.button)

    def test_extends(self, page: PageRunner, app: Services, actor: Actor, made: list[int]) -> None:
        link, _ = shared(app, actor, made)
        at = page(SHARES, actor)

        at.button(key=f"shares.extend.{link.id}").click().run()
        at.number_input(key="shares.extend.days").set_value(90)
        at.form_submit_button("shares.extend.send").click().run()

        assert app.share_links.get(actor, link.id).expires_at > link.expires_at

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
    def test_is_only_to_look_at_without_the_right_to_edit(
        self, page: PageRunner, app: Services, actor: Actor, made: list[int], role: Role
    ) -> None:
        shared(app, actor, made)
        as_role(app, actor, role)

        at = page(SHARES, actor)

        assert "Oak chairs" in words(at)
        assert not any("shares.revoke" in str(button.key) for button in at.button)


def dialog() -> None:
    """Draw a page that shares; whatever is done in the dialog runs it again."""
    import streamlit as st  # noqa: PLC0415 - the function is a script of its own

    from ui.access import require_actor  # noqa: PLC0415 - likewise
    from ui.components.share_dialog import share_dialog  # noqa: PLC0415 - likewise

    share_dialog(require_actor(), st.session_state["ids"])


@pytest.mark.slow
class TestDialog:
    def opened(self, actor: Actor, ids: list[int]) -> AppTest:
        at = AppTest.from_function(dialog, default_timeout=60)
        at.user = {"session": str(actor.session_id)}
        at.session_state["ids"] = ids
        return at.run()

    def test_makes_a_link_and_shows_its_address_once(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        at = self.opened(actor, made)

        at.text_input(key="share.title").set_value("For Maria")
        at.number_input(key="share.days").set_value(3)
        at.checkbox(key="share.review").set_value(True)
        at.form_submit_button("share.send").click().run()

        [address] = [str(code.value) for code in at.code]
        found = re.search(r"/s/([\w-]{43})$", address)
        assert found is not None
        opened = app.share_visits.page(found[1], 1, address=ADDRESS)
        assert [picture.ref.id for picture in opened.pictures] == made
        assert opened.link.title == "For Maria"
        assert opened.link.rights == ShareRights(may_comment=True, may_review=True)
        assert "shown this once" in words(at)
        [link] = app.share_links.list(actor).items
        assert link.state(link.created_at) is LinkState.LIVE
        assert not at.run().code

    def test_says_what_cannot_be_shared(self, app: Services, actor: Actor, made: list[int]) -> None:
        app.assets.trash(actor, made)
        at = self.opened(actor, made)

        at.form_submit_button("share.send").click().run()

        assert "at least one picture" in words(at)
        assert app.share_links.list(actor).items == ()

    def test_refuses_whoever_may_not_edit(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        at = self.opened(actor, made)
        as_role(app, actor, Role.REVIEWER)

        at.form_submit_button("share.send").click().run()

        assert len(at.error) == 1
        assert app.share_links.list(actor).items == ()
