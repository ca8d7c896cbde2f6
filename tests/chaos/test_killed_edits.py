"""A worker dies while it puts an answer together: the next one makes the same of it."""

import hashlib
import signal

import numpy as np
import pytest

from core.domain.answers import answer_in
from core.domain.assets import Asset
from core.domain.edits import Edit
from core.domain.generation import GeneratedImage
from core.domain.jobs import GenerationJob, JobStatus
from core.domain.products import PhotoUpload
from core.imaging.bench import ToolBench
from core.services.edit_pictures import kept_of
from tests.support.editing import mask_bytes, picture_bytes, pixels
from tests.support.generation import settings_for
from tests.support.shop import MODEL, Shop
from tests.support.sweep import FREE_POINTS

pytestmark = pytest.mark.slow

POINTS = (*FREE_POINTS, "composed", "answer_stored")
MIDDLE = np.s_[80:240, 80:240]


@pytest.fixture
def photo(shop: Shop) -> Asset:
    upload = PhotoUpload("room.png", picture_bytes())
    return shop.services.assets.upload(shop.actor, upload)


def killed_once(shop: Shop, job_id: int, point: str) -> GenerationJob:
    """Return the job after a worker died at this point, and another one went on."""
    assert shop.worker(failpoints=point).wait() == -signal.SIGKILL
    # With nothing left to do it might be told to stop before it listens.
    shop.worker().wait_until_ready()
    job = shop.finished(job_id)
    shop.stop_all()
    return job


def picture_of(shop: Shop, job: GenerationJob) -> Asset:
    asset_id = job.slots[0].asset_id
    assert asset_id is not None, shop.story(job)
    return shop.services.assets.get(shop.actor, asset_id)


def files_of(shop: Shop, asset: Asset) -> tuple[bytes, bytes]:
    """Return the original and the answer that lies beside it."""
    with shop.services.parts.database.read() as work:
        found = work.assets.find_file(shop.actor.workspace_id, asset.id)
    kept = answer_in(asset.steps)
    assert found is not None
    assert kept is not None
    storage = shop.services.parts.storage
    answer = storage.get(f"{found[0].rpartition('/')[0]}/{kept.name}")
    assert hashlib.sha256(answer).hexdigest() == kept.sha256
    return storage.get(found[0]), answer


class TestMaskedEdit:
    @pytest.mark.parametrize("point", POINTS)
    def test_comes_out_the_same_without_a_second_call(
        self, shop: Shop, photo: Asset, point: str
    ) -> None:
        edits, mask = shop.services.edits, mask_bytes((320, 320))
        edit = Edit(
            photo.id,
            instruction="a red vase",
            mask_id=edits.keep_mask(shop.actor, photo.id, mask),
            feather_px=6,
            image_model=MODEL,
        )
        job_id = edits.submit(shop.actor, edits.plan(shop.actor, edit))

        job = killed_once(shop, job_id, point)

        result = picture_of(shop, job)
        original, answer = files_of(shop, result)
        source = picture_bytes()
        is_same = (pixels(source) == pixels(original)).all(-1)
        assert is_same.sum() - is_same[MIDDLE].sum() == 320 * 320 - 160 * 160
        assert result.steps[0]["figures"]["changed_outside"] == 0
        assert original == anew(job, answer, source, mask)
        assert (job.status, shop.paid) == (JobStatus.SUCCEEDED, 1)
        assert shop.violations() == []


class TestExpansion:
    @pytest.mark.parametrize("point", ["spooled", "answer_stored", "publishing"])
    def test_comes_out_the_same_without_a_second_call(
        self, shop: Shop, photo: Asset, point: str
    ) -> None:
        edits = shop.services.edits
        edit = Edit(photo.id, "expand", aspect_ratio="16:9", image_model=MODEL)
        job_id = edits.submit(shop.actor, edits.plan(shop.actor, edit))

        job = killed_once(shop, job_id, point)

        original, answer = files_of(shop, picture_of(shop, job))
        assert (pixels(original)[:, 124:444] == pixels(picture_bytes())).all()
        assert original == anew(job, answer, picture_bytes(), None)
        assert shop.paid == 1
        assert shop.violations() == []


class TestPixelLock:
    @pytest.mark.parametrize("point", POINTS)
    def test_comes_out_whole_without_a_second_call(self, shop: Shop, point: str) -> None:
        [chair] = shop.chairs(1)
        wanted = settings_for(chair, image_model=MODEL, variants=1, is_pixel_locked=True)
        plan = shop.services.generation.plan(shop.actor, [chair.id], wanted)
        [job_id] = shop.services.generation.submit(shop.actor, plan)

        job = killed_once(shop, job_id, point)

        result = picture_of(shop, job)
        original, answer = files_of(shop, result)
        placed, empty = pixels(original), pixels(answer)
        assert placed.shape == empty.shape
        assert 0.01 < (placed != empty).any(-1).mean() < 0.9
        assert (job.status, shop.paid) == (JobStatus.SUCCEEDED, 1)
        assert shop.violations() == []


def anew(job: GenerationJob, answer: bytes, source: bytes, mask: bytes | None) -> bytes:
    """Return what is put together of the same answer once more."""
    edit = job.settings.edit
    assert edit is not None
    image = GeneratedImage(answer, "image/jpeg", "", 0)
    bench = ToolBench()
    try:
        kept = kept_of(job.settings, edit, image, source=source, mask=mask, bench=bench)
    finally:
        bench.close()
    return kept.image.data
