"""The editor's page: what it shows of a picture, and what each event of the component does."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core import bootstrap
from core.bootstrap import Services, services_on
from core.domain.accounts import Actor, Role
from core.domain.assets import Asset, Origin
from core.domain.products import PhotoUpload
from core.image_models.registry import ImageModels
from core.imaging.upscale import MAX_MEGAPIXELS, MAX_SIDE_PX
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.editing import leave_out_the_mask
from tests.support.hands import Hands
from tests.support.pages import PageRunner
from tests.support.tasks import run_tasks
from tests.ui.editing import ask, told
from tests.ui.reading import address, words
from tests.ui.roles import become
from ui.components.editor_options import MAX_UPSCALED_MEGAPIXELS, MAX_UPSCALED_SIDE_PX
from ui.components.editor_state import EditorState

pytestmark = pytest.mark.slow  # a picture is worked on in a process of its own

PAGE = "pages/editor.py"
HALF = [{"tool": "crop", "left": 0, "top": 0, "width": 0.5, "height": 1}]


@pytest.fixture
def database_kind() -> str:
    """Use SQLite: what the page shows does not hang on the database."""
    return "sqlite"


@pytest.fixture
def asset(services: Services, actor: Actor) -> Asset:
    return services.assets.upload(actor, PhotoUpload("oak chair.jpg", photo_bytes(640, 640)))


def state(at: AppTest) -> EditorState:
    """Return what the editor remembers of the session."""
    found = at.session_state["state.ui.components.editor_state.EditorState"]
    assert isinstance(found, EditorState)
    return found


class TestShows:
    def test_the_picture_its_versions_and_all_tools(
        self, page: PageRunner, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})

        shown = told(at)
        assert shown.picture["size"] == [640, 640]
        assert [node["id"] for node in shown.live["tree"]] == [asset.id]
        assert shown.live["mayEdit"]
        assert sum(len(sliders) for _, sliders in shown.offered["adjust"]) == 13
        assert shown.offered["models"] == []  # no key: the component says so
        assert not at.exception

    def test_nothing_where_the_address_names_none(self, page: PageRunner, actor: Actor) -> None:
        at = page(PAGE, actor, {"id": "999"})

        assert "This picture could not be found" in words(at)

    def test_a_picture_of_others_as_one_that_is_not_there(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        theirs = services.assets.upload(other_actor, PhotoUpload("b.jpg", photo_bytes()))

        at = page(PAGE, actor, {"id": str(theirs.id)})

        assert "This picture could not be found" in words(at)

    def test_who_may_only_look_gets_no_tools(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        become(services, actor, Role.REVIEWER)

        at = page(PAGE, actor, {"id": str(asset.id)})
        at = ask(at, "save", steps=HALF, format="auto", title="")

        assert not told(at).live["mayEdit"]
        assert "may look" in told(at).said
        assert told(at).live["progress"] is None

    def test_that_a_picture_is_in_the_trash(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        services.assets.trash(actor, [asset.id])

        at = page(PAGE, actor, {"id": str(asset.id)})

        assert "in the trash" in words(at)
        assert not told(at).live["mayEdit"]

    def test_limits_that_the_tools_have_themselves(self) -> None:
        assert (MAX_UPSCALED_MEGAPIXELS, MAX_UPSCALED_SIDE_PX) == (MAX_MEGAPIXELS, MAX_SIDE_PX)


class TestSave:
    def test_makes_a_version_and_opens_it(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "save", steps=HALF, format="png", title="Left <b>half</b>")
        assert told(at).live["progress"]["title"] == "Saving the new version"
        run_tasks(services)
        at.run()

        made = services.assets.get(actor, int(address(at, "id")))
        assert (made.origin, made.parent_asset_id) == (Origin.EDITED, asset.id)
        assert (made.width_px, made.height_px, made.mime_type) == (320, 640, "image/png")
        assert told(at).picture["title"] == "Left <b>half</b>"
        tree = [(node["id"], node["depth"]) for node in told(at).live["tree"]]
        assert tree == [(asset.id, 0), (made.id, 1)]
        assert told(at).live["said"]["saved"] == {"from": asset.id}

    def test_is_done_once_for_one_click(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "save", number="one", steps=HALF, format="auto", title="")
        ask(at, "save", number="one", steps=HALF, format="auto", title="")

        assert len(services.image_tools.runs(actor).items) == 1

    def test_is_found_again_after_a_reload(
        self, page: PageRunner, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})
        ask(at, "save", steps=HALF, format="auto", title="")

        again = page(PAGE, actor, {"id": str(asset.id)})

        assert told(again).live["progress"] is not None

    def test_can_be_cancelled_and_loses_nothing(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})
        at = ask(at, "save", steps=HALF, format="auto", title="")

        at = ask(at, "cancel")
        run_tasks(services)
        at.run()

        assert "cancelled" in told(at).said
        assert told(at).live["said"]["saved"] is None
        assert address(at, "id") == str(asset.id)

    @pytest.mark.parametrize(
        ("steps", "file_format", "sentence"),
        [
            ([], "auto", "Nothing is changed yet"),
            ("all of it", "auto", "The steps cannot be read."),
            (HALF, "exe", "not saved in this format"),
            ([{"tool": "crop", "left": 2}], "auto", "has to be a number"),
        ],
    )
    def test_says_why_it_cannot_be(
        self, page: PageRunner, actor: Actor, asset: Asset, steps: object, file_format: str,
        sentence: str,
    ) -> None:  # fmt: skip
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "save", steps=steps, format=file_format, title="")

        assert sentence in told(at).said
        assert told(at).live["said"]["is_bad"]


class TestVersions:
    def test_another_one_is_opened_and_named(
        self, page: PageRunner, services: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})
        ask(at, "save", steps=HALF, format="auto", title="")
        run_tasks(services)
        at.run()

        at = ask(at, "rename", title="The narrow one")
        named = told(at).live["tree"][1]["name"]
        at = ask(at, "open", id=asset.id)

        assert named == "The narrow one"
        assert told(at).picture["id"] == asset.id

    def test_one_of_others_is_not_opened(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor, asset: Asset
    ) -> None:
        theirs = services.assets.upload(other_actor, PhotoUpload("b.jpg", photo_bytes()))
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "open", id=theirs.id)

        assert told(at).picture["id"] == asset.id
        assert told(at).said


class TestEdit:
    @pytest.fixture
    def editing(self, services: Services) -> Services:
        """Install services whose image model reads sentences."""
        model = FakeImageModel()
        editing = services_on(replace(services.parts, models=ImageModels([model])))
        bootstrap.install(editing)
        return editing

    def test_costs_what_is_shown_before_it_is_sent(
        self, page: PageRunner, editing: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})
        edit = {"mode": "edit", "instruction": "A blue chair", "size": "1K", "count": 2}

        at = ask(at, "quote", key="k", edit=edit)
        quote = told(at).live["quote"]
        at = ask(at, "edit", edit=edit)

        assert quote["key"] == "k"
        assert "2 pictures for $" in quote["sentence"]
        assert quote["keeps"]
        assert told(at).live["progress"]["title"] == "Making the edit"
        _, job_id = state(at).work[asset.id]
        job = editing.generation.get(actor, job_id)
        assert job.settings.edit is not None
        assert (job.settings.prompt, len(job.slots)) == ("A blue chair", 2)

    def test_that_did_not_keep_to_its_mask_says_so(
        self, page: PageRunner, editing: Services, actor: Actor, asset: Asset
    ) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})
        at = ask(at, "edit", edit={"mode": "edit", "instruction": "A blue chair", "size": "1K"})
        _, job_id = state(at).work[asset.id]
        Hands(editing).make_all()
        made_id = leave_out_the_mask(editing, editing.generation.get(actor, job_id))

        at = at.run()

        assert told(at).live["said"]["is_bad"]
        assert "whole answer" in told(at).said
        at = page(PAGE, actor, {"id": str(made_id)})
        [line] = told(at).picture["figures"]
        assert line[0] == "Outside the mask"

    @pytest.mark.parametrize(
        ("edit", "sentence"),
        [
            ({"mode": "erase", "size": "1K"}, "Paint over what is to be erased."),
            ({"mode": "edit", "size": "1K"}, "Say in words what is to change."),
            ({"mode": "sell", "size": "1K"}, "Choose what to do"),
            ({"mode": "edit", "instruction": "x", "size": "9K"}, "Choose one of the sizes."),
            ({"mode": "edit", "instruction": "x", "size": "1K", "mask_id": 77},
             "mask is not there any more"),
            ({"mode": "edit", "instruction": "x", "size": "1K", "references": 3},
             "what each picture is shown for"),
            ({"mode": "edit", "instruction": "x", "size": "1K", "references": [["boss", 1]]},
             "what each picture is shown for"),
            ("everything", "Choose what to do"),
        ],
    )  # fmt: skip
    def test_says_why_it_cannot_be(
        self, page: PageRunner, editing: Services, actor: Actor, asset: Asset, edit: object,
        sentence: str,
    ) -> None:  # fmt: skip
        del editing
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "quote", key="k", edit=edit)

        assert sentence in told(at).live["quote"]["refusal"]

    def test_without_a_key_it_says_so(self, page: PageRunner, actor: Actor, asset: Asset) -> None:
        at = page(PAGE, actor, {"id": str(asset.id)})

        at = ask(at, "edit", edit={"mode": "edit", "instruction": "A blue chair", "size": "1K"})

        assert "GEMINI_API_KEY" in told(at).said


def test_adjustments_are_copied_for_a_selection(
    page: PageRunner, actor: Actor, asset: Asset
) -> None:
    at = page(PAGE, actor, {"id": str(asset.id)})

    at = ask(at, "copied", adjust={"exposure": 10, "tint": 0, "clarity": -4.5})

    assert dict(state(at).copied) == {"exposure": 10, "clarity": -4.5}
