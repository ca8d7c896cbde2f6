"""Edits from click to picture, through the real SDK: what stays, what is kept beside it."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.answers import WHOLE_ANSWER, whole_answer_in
from core.domain.assets import Asset, Origin
from core.domain.edits import Edit
from core.domain.generation import ChosenReference, ReferenceRole
from core.domain.jobs import CallState, GenerationJob, JobStatus, SlotStatus
from core.domain.trash import TrashKind
from core.imaging.bench import ToolBench
from core.imaging.canvas import read_canvas
from core.imaging.tool_verdicts import Refusal, ToolRefusedError
from core.services.slot_endings import STORE_WAITS_S
from core.storage.archives import ArchiveReader
from tests.fakes.gemini_answers import Answer
from tests.images import photo_bytes
from tests.support.editing import EditRoom, edit_room, picture_bytes, pixels
from tests.support.generation import chair_with_photo
from tests.support.hands import Hands

pytestmark = pytest.mark.slow

MIDDLE = np.s_[80:240, 80:240]


@pytest.fixture
def room(services: Services, actor: Actor) -> Iterator[EditRoom]:
    with edit_room(services, actor) as opened:
        yield opened


@pytest.fixture
def photo(room: EditRoom) -> Asset:
    """Give a square picture of no product, 320 pixels wide."""
    return room.picture(picture_bytes())


def masked(room: EditRoom, photo: Asset, **changes: object) -> Edit:
    wanted = {"instruction": "a red vase", "mask_id": room.mask(photo), **changes}
    return Edit(photo.id, **wanted)  # type: ignore[arg-type] # the test names real fields


class TestMasked:
    def test_keeps_every_pixel_outside_the_mask(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(masked(room, photo))

        before, after = pixels(room.data(photo)), pixels(room.data(result))
        is_same = (before == after).all(-1)
        assert is_same.sum() - is_same[MIDDLE].sum() == 320 * 320 - 160 * 160
        assert is_same[MIDDLE].mean() < 0.05
        assert (result.mime_type, result.width_px, result.height_px) == ("image/png", 320, 320)
        [step] = result.steps
        assert step["figures"]["changed_outside"] == 0
        assert step["figures"]["inside"] == 160 * 160
        assert step["figures"]["changed_inside_share"] > 0.9

    def test_says_where_it_came_from(self, room: EditRoom, photo: Asset) -> None:
        edit = masked(room, photo)

        job = room.made(edit)
        result = room.picture_of(job)

        assert (result.origin, result.parent_asset_id) == (Origin.GENERATED, photo.id)
        assert (result.tool, result.template) == ("edit", "edit@1")
        assert result.label == "room.png · Edited"
        assert (job.product_id, job.product_name) == (None, "room.png")
        [call] = room.app.generation.calls(room.actor, job.id)
        assert call.state is CallState.OK
        assert call.request is not None
        sent = call.request["references"]
        assert [each["role"] for each in sent] == ["source", "mask"]
        assert sent[0]["asset_id"] == photo.id
        assert sent[1]["sha256"] == result.steps[0]["mask_sha256"] != ""
        assert result.cost_micros == call.cost_micros > 0

    def test_keeps_the_models_own_bytes_beside_it(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(masked(room, photo))

        answer = room.beside(result, "answer.jpg")
        told = result.steps[0]["answer"]
        assert told["sha256"] == hashlib.sha256(answer).hexdigest()
        assert (told["width_px"], told["height_px"]) == Image.open(io.BytesIO(answer)).size
        assert told["size_bytes"] == len(answer)

    def test_sends_the_picture_first_and_exactly_the_shown_words(
        self, room: EditRoom, photo: Asset
    ) -> None:
        cushion = room.picture(photo_bytes(), "cushion.jpg")
        chosen = (ChosenReference(ReferenceRole.OBJECT, cushion.id),)
        plan = room.plan(masked(room, photo, references=chosen))

        job = room.made(plan.edit)

        [call] = room.fake.calls
        assert (call.prompt, job.prompt) == (plan.item.prompt, plan.item.prompt)
        assert call.references[2:] == (cushion.sha256,)
        assert [each.role for each in plan.item.references] == ["source", "mask", "object"]
        assert room.fake.complaints == []

    def test_fades_inwards_only(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(masked(room, photo, feather_px=12))

        before, after = pixels(room.data(photo)), pixels(room.data(result))
        is_same = (before == after).all(-1)
        assert is_same.sum() - is_same[MIDDLE].sum() == 320 * 320 - 160 * 160
        assert result.steps[0]["figures"]["changed_outside"] == 0

    def test_takes_an_answer_of_another_shape(self, room: EditRoom, photo: Asset) -> None:
        room.fake.script(Answer(parts=("other_shape",)))

        result = room.result(masked(room, photo))

        figures = result.steps[0]["figures"]
        assert (result.width_px, result.height_px) == (320, 320)
        assert (figures["changed_outside"], figures["cut_off_share"]) == (0, 0.5)

    @pytest.mark.parametrize("size", [(600, 200), (200, 600), (333, 250)])
    def test_fits_pictures_of_any_shape(self, room: EditRoom, size: tuple[int, int]) -> None:
        photo = room.picture(picture_bytes(*size))

        result = room.result(masked(room, photo))

        assert (result.width_px, result.height_px) == size
        assert result.steps[0]["figures"]["changed_outside"] == 0
        assert result.steps[0]["figures"]["changed_inside_share"] > 0.9
        # What was edited lies where it was: the fake only turns the colours.
        before, after = pixels(room.data(photo)), pixels(room.data(result))
        middle = np.s_[size[1] // 3 : size[1] * 2 // 3, size[0] // 3 : size[0] * 2 // 3]
        turned = 255 - before[middle][..., [2, 0, 1]].astype(int)
        assert abs(after[middle].mean((0, 1)) - turned.mean((0, 1))).max() < 12

    def test_lies_where_a_turned_photo_shows_it(self, room: EditRoom) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        photo = room.picture(photo_bytes(400, 320, exif=exif), "turned.jpg")
        assert (photo.width_px, photo.height_px) == (320, 400)

        result = room.result(masked(room, photo))

        before, after = read_canvas(room.data(photo)).rgb, read_canvas(room.data(result)).rgb
        outside = np.ones(before.shape[:2], bool)
        outside[100:300, 80:240] = False
        assert (before[outside] == after[outside]).all()


class TestErase:
    def test_needs_no_words(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(Edit(photo.id, "erase", mask_id=room.mask(photo)))

        assert (result.tool, result.template) == ("erase", "erase@1")
        assert result.steps[0]["figures"]["changed_outside"] == 0
        assert "instruction" not in room.fake.calls[0].prompt


class TestExpand:
    def test_keeps_the_picture_to_the_bit(self, room: EditRoom, photo: Asset) -> None:
        plan = room.plan(Edit(photo.id, "expand", aspect_ratio="16:9"))

        result = room.result(plan.edit)

        assert (result.width_px, result.height_px) == (plan.width_px, plan.height_px) == (569, 320)
        before, after = pixels(room.data(photo)), pixels(room.data(result))
        left = (569 - 320) // 2
        assert (after[:, left : left + 320] == before).all()
        figures = result.steps[0]["figures"]
        assert (figures["changed_outside"], figures["inside"]) == (0, 249 * 320)
        assert figures["changed_inside_share"] > 0.9
        assert result.tool == "expand"

    def test_puts_the_picture_where_it_is_wanted(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(Edit(photo.id, "expand", aspect_ratio="4:5", down=1.0))

        before, after = pixels(room.data(photo)), pixels(room.data(result))
        assert (after[-320:] == before).all()


class TestWholePicture:
    def test_without_a_mask_is_the_answer_itself(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(Edit(photo.id, instruction="at night"))

        assert (result.width_px, result.height_px, result.mime_type) == (1024, 1024, "image/jpeg")
        assert "answer" not in result.steps[0]
        assert room.fake.calls[0].references == (photo.sha256,)

    def test_again_larger_has_more_pixels(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(Edit(photo.id, "again_larger", size="2K"))

        assert (result.width_px, result.tool) == (2048, "again_larger")

    def test_can_be_edited_again_and_again(self, room: EditRoom, photo: Asset) -> None:
        first = room.result(masked(room, photo))
        second = room.result(masked(room, first))

        assert second.parent_asset_id == first.id
        assert second.label == "room.png · Edited"

    def test_of_a_product_belongs_to_it(self, room: EditRoom) -> None:
        chair = chair_with_photo(room.app, room.actor)

        job = room.made(Edit(chair.photos[0].id, instruction="at night"))

        assert (job.product_id, job.product_name) == (chair.id, "Oak chair")
        assert room.picture_of(job).product_id == chair.id


class TestAnswersWithoutAPicture:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Answer(parts=("text:I would rather not.",)), "no_image"),
            (Answer(parts=("nonsense",)), "no_image"),
            (Answer(parts=("torn",)), "no_image"),
            (Answer(parts=("blank",)), "no_image"),
            (Answer(parts=("draft",)), "no_image"),
            (Answer(block_reason="SAFETY"), "refused"),
            (Answer(finish_reason="IMAGE_SAFETY", parts=None), "refused"),
        ],
    )
    def test_fail_with_a_sentence_and_keep_nothing(
        self, room: EditRoom, photo: Asset, answer: Answer, code: str
    ) -> None:
        room.fake.answer = answer

        job = room.made(Edit(photo.id, instruction="a red vase", mask_id=room.mask(photo)))
        slot = job.slots[0]
        if slot.failure_code is None:  # it is tried once more, later
            room.app.job_control.cancel(room.actor, job.id)
            job = room.app.generation.get(room.actor, job.id)

        calls = room.app.generation.calls(room.actor, job.id)
        assert {call.failure_code for call in calls} == {code}
        assert job.slots[0].asset_id is None
        assert room.app.integrity.check() == ()


class TestWhatIsGoneMeanwhile:
    def test_keeps_a_paid_answer_as_it_came(self, room: EditRoom, photo: Asset) -> None:
        job_id = room.submit(masked(room, photo))
        hands = Hands(room.app)
        key = hands.claim()
        call_id = hands.runs.call(key)
        assert call_id is not None
        forget_masks(room, photo)

        hands.runs.keep(key, call_id)

        result = room.picture_of(room.app.generation.get(room.actor, job_id))
        [step] = result.steps
        assert (result.width_px, result.mime_type) == (1024, "image/jpeg")
        assert (step["is_whole_answer"], "figures" in step) == (True, False)
        assert "mask" in step["why"]
        assert whole_answer_in(result.steps).endswith(step["why"])

    def test_pays_nothing_when_the_mask_is_gone_before(self, room: EditRoom, photo: Asset) -> None:
        job_id = room.submit(masked(room, photo))
        forget_masks(room, photo)

        Hands(room.app).make_all()

        job = room.app.generation.get(room.actor, job_id)
        assert (job.slots[0].failure_code, room.fake.calls) == ("invalid", ())
        assert "mask" in str(job.slots[0].failure)


class TestToolsThatFail:
    """What may pass is tried again from the kept answer: never is a mask left out for it."""

    @pytest.mark.parametrize("refusal", [Refusal.CRASHED, Refusal.TOO_SLOW, Refusal.TOO_HEAVY])
    def test_once_cost_neither_the_mask_nor_a_second_call(
        self,
        room: EditRoom,
        photo: Asset,
        monkeypatch: pytest.MonkeyPatch,
        refusal: Refusal,
    ) -> None:
        with monkeypatch.context() as broken:
            break_tools(broken, refusal)
            job = room.made(masked(room, photo))
        assert job.slots[0].status is SlotStatus.QUEUED

        try_now(room, job)

        result = room.picture_of(room.app.generation.get(room.actor, job.id))
        [step] = result.steps
        assert (step["figures"]["changed_outside"], WHOLE_ANSWER in step) == (0, False)
        assert len(room.fake.calls) == 1

    def test_to_the_end_keep_the_answer_for_a_retry(
        self, room: EditRoom, photo: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            break_tools(broken, Refusal.CRASHED)
            job = room.made(masked(room, photo))
            for _ in STORE_WAITS_S:
                try_now(room, job)
        [slot] = room.app.generation.get(room.actor, job.id).slots
        assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, "tools")
        assert "is kept" in str(slot.failure)

        room.app.job_control.retry(room.actor, job.id)
        Hands(room.app).make_all()

        [step] = room.picture_of(room.app.generation.get(room.actor, job.id)).steps
        assert step["figures"]["changed_outside"] == 0
        assert len(room.fake.calls) == 1
        assert room.app.integrity.check() == ()


def break_tools(monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
    def fail(*_all: object, **_more: object) -> None:
        raise ToolRefusedError(refusal)

    monkeypatch.setattr(ToolBench, "composite", fail)


def try_now(room: EditRoom, job: GenerationJob) -> None:
    with room.app.parts.database.begin() as work:
        work.generation_jobs.set_run_at([slot.id for slot in job.slots], work.now())
    Hands(room.app).make_all()


def forget_masks(room: EditRoom, photo: Asset) -> None:
    with room.app.parts.database.begin() as work:
        work.asset_masks.forget([photo.id])


class TestUpkeep:
    def test_finds_a_lost_answer_and_a_changed_mask(self, room: EditRoom, photo: Asset) -> None:
        result = room.result(masked(room, photo))
        storage = room.app.parts.storage
        assert room.app.integrity.check() == ()
        with room.app.parts.database.read() as work:
            [mask] = work.asset_masks.files_after(0, 10)

        storage.delete(f"{room.key(result.id).rpartition('/')[0]}/answer.jpg")
        storage.put(mask.storage_key, b"other bytes", mime_type="image/png")

        found = {finding.code for finding in room.app.integrity.check()}
        assert found == {"kept_answer_missing", "mask_size"}

    def test_deletes_masks_and_answers_with_their_picture(
        self, room: EditRoom, photo: Asset
    ) -> None:
        result = room.result(masked(room, photo))
        room.mask(result)

        room.app.assets.trash(room.actor, [photo.id, result.id])
        room.app.trash.delete_for_good(room.actor, TrashKind.PICTURES, [photo.id, result.id])

        assert list(room.app.parts.storage.list()) == []
        assert room.app.integrity.check() == ()

    def test_backs_up_masks_and_answers(self, room: EditRoom, photo: Asset, tmp_path: Path) -> None:
        room.result(masked(room, photo))

        made = room.app.backups.backup(tmp_path / "backup.tar")

        with ArchiveReader(tmp_path / "backup.tar") as archive:
            names = {member.name for member in archive.files()}
            assert sum(1 for _ in archive.verify()) > len(names)
        assert names == {f"files/{each.key}" for each in room.app.parts.storage.list()}
        assert {name.rpartition("/")[2] for name in names} >= {"answer.jpg", "mask.png"}
        assert made.missing == ()

    def test_counts_in_usage_and_in_the_ledger(self, room: EditRoom, photo: Asset) -> None:
        job = room.made(masked(room, photo))

        assert job.status is JobStatus.SUCCEEDED
        found = room.app.generation.jobs(room.actor)
        assert [each.product_name for each in found.items] == ["room.png"]
        assert room.app.budgets.get(room.actor).spent_micros == job.cost_micros
