"""Edits before anything is sent: what is shown, what is refused, what is queued once."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.assets import Asset
from core.domain.brand_kits import BrandKit
from core.domain.edits import Edit
from core.domain.generation import ChosenReference, ReferenceRole
from core.domain.jobs import JobStatus
from core.domain.products import PhotoUpload
from core.errors import AccessDeniedError, BudgetError, ConflictError, InvalidInputError
from core.services.edits import GROWN, MADE_ANEW, MASKED, NO_MODEL
from tests.images import photo_bytes
from tests.support.editing import EditRoom, edit_room, picture_bytes


@pytest.fixture
def room(services: Services, actor: Actor) -> Iterator[EditRoom]:
    with edit_room(services, actor) as opened:
        yield opened


@pytest.fixture
def photo(room: EditRoom) -> Asset:
    return room.picture(picture_bytes())


def night(photo: Asset, **changes: Any) -> Edit:  # noqa: ANN401 - fields of an edit
    return Edit(photo.id, **{"instruction": "at night", **changes})


def flat_bytes(width: int, height: int) -> bytes:
    """Return a large picture that is a small file."""
    picture = Image.new("RGB", (width, height), "#888888")
    picture.paste("#333333", (0, 0, 64, 64))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


class TestPlan:
    def test_shows_words_pictures_and_cost(self, room: EditRoom, photo: Asset) -> None:
        plan = room.plan(night(photo, count=3, aspect_ratio="16:9"))

        assert "at night" in plan.item.prompt
        assert plan.item.settings.aspect_ratio == "16:9"
        assert [each.asset_id for each in plan.item.references] == [photo.id]
        assert plan.plan.count == 3
        assert 0 < plan.plan.cost_low_micros <= plan.plan.cost_high_micros
        assert plan.keeps == MADE_ANEW
        assert room.fake.calls == ()

    def test_says_when_the_result_would_be_smaller(self, room: EditRoom) -> None:
        large = room.picture(flat_bytes(1600, 1600))

        assert "smaller: about 1.0 of now 2.6 megapixels" in room.plan(night(large)).keeps
        assert room.plan(night(large, size="2K")).keeps == MADE_ANEW

    def test_proposes_the_first_model_and_the_pictures_own_shape(
        self, room: EditRoom, photo: Asset
    ) -> None:
        settings = room.plan(night(photo)).item.settings

        assert settings.image_model == room.app.edits.models()[0].id
        assert settings.aspect_ratio == "1:1"

    def test_says_what_stays(self, room: EditRoom, photo: Asset) -> None:
        masked = room.plan(night(photo, mask_id=room.mask(photo)))
        grown = room.plan(Edit(photo.id, "expand", aspect_ratio="16:9"))

        assert (masked.keeps, masked.width_px, masked.height_px) == (MASKED, 320, 320)
        assert (grown.keeps, grown.width_px) == (GROWN, 569)

    def test_needs_an_image_model(self, services: Services, actor: Actor) -> None:
        photo = services.assets.upload(actor, PhotoUpload("p.jpg", photo_bytes()))

        with pytest.raises(InvalidInputError) as refused:
            services.edits.plan(actor, night(photo))

        assert refused.value.user_message == NO_MODEL
        assert services.edits.models() == ()

    def test_refuses_a_model_that_cannot_edit(self, room: EditRoom, photo: Asset) -> None:
        with pytest.raises(InvalidInputError) as refused:
            room.plan(night(photo, image_model="compositor"))

        assert "The local compositor cannot edit pictures." in refused.value.user_message

    def test_stops_at_a_banned_word(self, room: EditRoom, photo: Asset) -> None:
        room.app.brand_kits.set(room.actor, BrandKit(banned=("cheap",)))

        with pytest.raises(InvalidInputError) as refused:
            room.plan(night(photo, instruction="Leave out of the picture: what looks CHEAP."))

        assert "cheap" in refused.value.user_message

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"mode": "expand", "aspect_ratio": "1:1"}, "about the ratio 1:1 already"),
            ({"size": "4K", "image_model": "gemini-3.1-flash-lite-image"}, "in that size"),
            ({"instruction": "x" * 4001}, "shorten your words"),
            ({"instruction": "\u202evase"}, "cannot be kept"),
            ({"mask_id": 77}, "mask is not there"),
            ({"references": (ChosenReference(ReferenceRole.STYLE, 77),)}, "not there any more"),
            ({"image_model": "unheard-of"}, "not known"),
        ],
    )
    def test_refuses_with_a_sentence(
        self, room: EditRoom, photo: Asset, changes: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            room.plan(night(photo, **changes))

        assert sentence in refused.value.user_message

    def test_refuses_the_mask_of_another_picture(self, room: EditRoom, photo: Asset) -> None:
        other = room.picture(picture_bytes(seed=8))

        with pytest.raises(InvalidInputError) as refused:
            room.plan(night(photo, mask_id=room.mask(other)))

        assert "mask is not there" in refused.value.user_message

    def test_refuses_a_picture_in_the_trash(self, room: EditRoom, photo: Asset) -> None:
        room.app.assets.trash(room.actor, [photo.id])

        with pytest.raises(InvalidInputError):
            room.plan(night(photo))

    def test_refuses_what_is_as_large_already(self, room: EditRoom) -> None:
        large = room.picture(flat_bytes(2100, 2100))

        with pytest.raises(InvalidInputError) as refused:
            room.plan(Edit(large.id, "again_larger", size="2K"))

        assert "2,100 x 2,100 pixels already" in refused.value.user_message

    @pytest.mark.slow
    def test_refuses_to_keep_parts_of_a_huge_picture(self, room: EditRoom) -> None:
        huge = room.picture(flat_bytes(6000, 5000))

        for edit in (
            night(huge, mask_id=room.mask(huge)),
            Edit(huge.id, "expand", aspect_ratio="16:9"),
        ):
            with pytest.raises(InvalidInputError) as refused:
                room.plan(edit)
            assert "24 megapixels" in refused.value.user_message
        assert room.plan(night(huge)).item.prompt


class TestSubmit:
    def test_queues_a_job_that_reserves_what_it_may_cost(
        self, room: EditRoom, photo: Asset
    ) -> None:
        plan = room.plan(night(photo, count=2))

        job_id = room.app.edits.submit(room.actor, plan)

        job = room.app.generation.get(room.actor, job_id)
        assert (job.status, len(job.slots)) == (JobStatus.QUEUED, 2)
        assert (job.prompt, job.settings) == (plan.item.prompt, plan.item.settings)
        assert room.app.budgets.get(room.actor).reserved_micros == plan.plan.cost_high_micros

    def test_makes_one_job_of_a_plan(self, room: EditRoom, photo: Asset) -> None:
        plan = room.plan(night(photo))

        ids = {room.app.edits.submit(room.actor, plan) for _ in range(3)}

        assert len(ids) == 1

    def test_makes_one_job_of_a_key(self, room: EditRoom, photo: Asset) -> None:
        first = room.app.edits.submit(room.actor, room.plan(night(photo)), idempotency_key="click")
        again = room.app.edits.submit(room.actor, room.plan(night(photo)), idempotency_key="click")

        assert first == again
        with pytest.raises(InvalidInputError):
            room.app.edits.submit(
                room.actor, room.plan(night(photo, count=2)), idempotency_key="click"
            )

    def test_refuses_what_changed_meanwhile(self, room: EditRoom, photo: Asset) -> None:
        plan = room.plan(night(photo))
        item = replace(plan.item, prompt="something else")

        with pytest.raises(ConflictError):
            room.app.edits.submit(room.actor, replace(plan, plan=replace(plan.plan, items=(item,))))

    def test_needs_room_in_the_budget(self, room: EditRoom, photo: Asset) -> None:
        room.app.budgets.set_limit(room.actor, 10_000)
        plan = room.plan(night(photo))

        with pytest.raises(BudgetError):
            room.app.edits.submit(room.actor, plan)

        assert not plan.plan.is_within_budget
        assert room.app.generation.jobs(room.actor).items == ()

    def test_is_not_for_those_who_only_look(self, room: EditRoom, photo: Asset) -> None:
        plan = room.plan(night(photo))

        with pytest.raises(AccessDeniedError):
            room.app.edits.submit(replace(room.actor, role=Role.VIEWER), plan)

    def test_can_be_given_another_prompt_while_it_waits(self, room: EditRoom, photo: Asset) -> None:
        job_id = room.submit(night(photo))

        assert room.app.job_control.edit_prompt(room.actor, job_id, "Make it dawn.") == 1
        room.app.job_control.cancel(room.actor, job_id)
        room.app.job_control.retry(room.actor, job_id)

        [slot] = room.app.generation.get(room.actor, job_id).slots
        assert slot.prompt == "Make it dawn."
