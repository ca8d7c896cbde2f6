"""The dialog of tools for many pictures: what it leaves out, begins, and tells in the end."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.image_tools import Adjust, CutOut, Packshot
from core.domain.products import PhotoUpload
from core.domain.trash import TrashKind
from tests.images import photo_bytes
from tests.support.pages import PageRunner
from tests.support.tasks import run_tasks
from tests.ui.reading import words
from tests.ui.roles import become

pytestmark = pytest.mark.slow  # a picture is worked on in a process of its own

KEY = "image_tools"


@pytest.fixture
def database_kind() -> str:
    """Use SQLite: what the dialog shows does not hang on the database."""
    return "sqlite"


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.editor_state import EditorState  # noqa: PLC0415 - likewise
    from ui.components.image_tool_dialogs import prepare_tools  # noqa: PLC0415 - likewise
    from ui.components.image_tool_dialogs import show_tools as show  # noqa: PLC0415 - likewise
    from ui.state import state_of  # noqa: PLC0415 - likewise

    if "is_prepared" not in st.session_state:
        prepare_tools()
        state_of(EditorState).copied = dict(st.session_state["copied"])
        st.session_state["is_prepared"] = True
    show(list(st.session_state["ids"]))


@pytest.fixture
def pictures(services: Services, actor: Actor) -> list[int]:
    files = [photo_bytes(320, 320), photo_bytes(320, 400, colour="#2b5a8a")]
    return [services.assets.upload(actor, PhotoUpload("a.jpg", data)).id for data in files]


@pytest.fixture
def at(page: PageRunner, actor: Actor, pictures: list[int]) -> AppTest:
    del page  # only so that no session's caches are left
    at = AppTest.from_function(script, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    at.session_state["ids"] = pictures
    at.session_state["copied"] = {}
    return at


def choose(at: AppTest, tool: str) -> AppTest:
    return at.segmented_control(key=f"{KEY}.tool").set_value(tool).run()


class TestAsks:
    def test_says_what_comes_of_it_and_what_it_costs(self, at: AppTest) -> None:
        at.run()

        assert "Makes **2 new pictures**, free of charge" in words(at)
        assert at.button(key=f"{KEY}.send").label == "Edit 2 pictures"

    def test_leaves_out_what_has_the_ratio_already(self, at: AppTest) -> None:
        choose(at.run(), "Crop")

        assert "1 picture left out: already 1:1." in words(at)
        assert at.button(key=f"{KEY}.send").label == "Edit 1 picture"

    def test_leaves_out_what_was_deleted_meanwhile(self, at: AppTest, pictures: list[int]) -> None:
        at.session_state["ids"] = [*pictures, 9_999]

        at.run()

        assert "1 picture left out: deleted meanwhile." in words(at)

    def test_begins_nothing_where_nothing_is_copied(self, at: AppTest) -> None:
        choose(at.run(), "Adjustments")

        assert "Nothing is copied yet" in words(at)
        assert at.button(key=f"{KEY}.send").disabled


class TestBegins:
    def test_makes_a_new_picture_of_each_and_tells_so(
        self, at: AppTest, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        choose(at.run(), "Packshot")
        at.button(key=f"{KEY}.send").click().run()
        assert "You can close this" in words(at)

        run_tasks(services)
        at.run()

        [run] = services.image_tools.runs(actor).items
        assert [type(step) for step in run.steps] == [Packshot]
        assert set(run.made) == set(pictures)
        assert at.success[0].value == "2 new pictures made."

    def test_pastes_what_was_copied_in_the_editor(
        self, at: AppTest, services: Services, actor: Actor
    ) -> None:
        at.session_state["copied"] = {"exposure": 12.0}
        choose(at.run(), "Adjustments")

        at.button(key=f"{KEY}.send").click().run()

        assert services.image_tools.runs(actor).items[0].steps == (Adjust(exposure=12.0),)

    def test_a_second_click_begins_no_second_task(
        self, at: AppTest, services: Services, actor: Actor
    ) -> None:
        at.run().button(key=f"{KEY}.send").click().run()
        at.run()

        [run] = services.image_tools.runs(actor).items
        assert run.steps == (CutOut(),)

    def test_tells_what_could_not_be_done_and_tries_it_again(
        self, at: AppTest, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        at.run().button(key=f"{KEY}.send").click().run()
        services.assets.trash(actor, pictures[1:])
        services.trash.delete_for_good(actor, TrashKind.PICTURES, pictures[1:])
        run_tasks(services)

        at.run()

        assert "1 picture not done:" in words(at)
        at.button(key=f"{KEY}.retry").click().run()
        assert len(services.image_tools.runs(actor).items) == 2

    def test_who_may_only_look_is_refused(
        self, at: AppTest, services: Services, actor: Actor
    ) -> None:
        become(services, actor, Role.REVIEWER)

        at.run().button(key=f"{KEY}.send").click().run()

        assert "may look" in words(at)
        assert services.image_tools.runs(actor).items == ()
