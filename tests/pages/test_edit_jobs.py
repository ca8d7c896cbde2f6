"""Jobs that edit a picture, also one that belongs to no product."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.edits import Edit
from core.domain.generation import ChosenReference, ReferenceRole
from core.domain.jobs import GenerationJob
from core.domain.products import PhotoUpload
from core.errors import RefusedError
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.editing import MASK_GONE, leave_out_the_mask
from tests.support.hands import Hands
from tests.support.pages import PageRunner
from tests.ui.job_reading import rows, slots
from tests.ui.reading import cards


@pytest.fixture
def job(painting: Services, actor: Actor) -> GenerationJob:
    """Give a job that edits a picture of no product, with another picture beside it."""
    room, vase = (
        painting.assets.upload(actor, PhotoUpload(name, photo_bytes(colour=colour)))
        for name, colour in (("room.jpg", "#112233"), ("vase.jpg", "#445566"))
    )
    shown = (ChosenReference(ReferenceRole.OBJECT, vase.id),)
    edit = Edit(room.id, instruction="Put the vase on it.", references=shown)
    job_id = painting.edits.submit(actor, painting.edits.plan(actor, edit))
    return painting.generation.get(actor, job_id)


class TestJob:
    def test_shows_what_is_edited_and_how(
        self, page: PageRunner, actor: Actor, job: GenerationJob
    ) -> None:
        at = page("pages/job.py", actor, {"id": str(job.id)})

        assert [title.value for title in at.title] == ["room\\.jpg"]  # escaped for Markdown
        facts = [text.value for text in at.text]
        assert {"By words", "Put the vase on it.", "1:1, 1K"} <= set(facts)
        assert "In words" not in facts
        assert [card["title"] for card in cards(at, f"job.sources.{job.id}")] == [
            "Edited",
            "Object",
        ]
        assert at.code[0].value == job.prompt
        keys = {button.key for button in at.button}
        assert "job.picture" in keys
        assert "job.product" not in keys

    def test_warns_of_a_picture_that_did_not_keep_to_its_mask(
        self, page: PageRunner, painting: Services, actor: Actor, job: GenerationJob
    ) -> None:
        Hands(painting).make_all()
        asset_id = leave_out_the_mask(painting, job)

        at = page("pages/job.py", actor, {"id": str(job.id)})
        [slot] = slots(at)
        assert "whole answer" in slot["warning"]
        assert slot["warning"].endswith(MASK_GONE)

        at = page("pages/asset.py", actor, {"id": str(asset_id)})
        assert any("whole answer" in warning.value for warning in at.warning)

    def test_warns_of_no_other(
        self, page: PageRunner, painting: Services, actor: Actor, job: GenerationJob
    ) -> None:
        Hands(painting).make_all()

        at = page("pages/job.py", actor, {"id": str(job.id)})

        [slot] = slots(at)
        assert slot["warning"] == ""

    def test_leads_to_the_editor_when_it_failed(
        self, page: PageRunner, painting: Services, actor: Actor, job: GenerationJob
    ) -> None:
        model = painting.parts.models.get("fake")
        assert isinstance(model, FakeImageModel)
        model.answers = [RefusedError("no")]
        Hands(painting).make_all()

        at = page("pages/job.py", actor, {"id": str(job.id)})

        [slot] = slots(at)
        assert slot["studio"] == f"/editor?id={job.settings.photo_id}"

    def test_is_listed_by_the_pictures_name(
        self, page: PageRunner, actor: Actor, job: GenerationJob
    ) -> None:
        at = page("pages/jobs.py", actor)

        [row] = rows(at)
        assert (row["id"], row["title"]) == (str(job.id), "room.jpg")

    def test_counts_in_usage(
        self, page: PageRunner, painting: Services, actor: Actor, job: GenerationJob
    ) -> None:
        Hands(painting).make_all()

        at = page("pages/usage.py", actor)

        assert not at.exception
        assert painting.generation.get(actor, job.id).cost_micros > 0
