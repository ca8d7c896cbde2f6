"""Pictures to edit, masks on them, and the real image model's adapter on a fake Gemini."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from sqlalchemy import update

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.answers import WHOLE_ANSWER
from core.domain.assets import Asset
from core.domain.edits import Edit, EditPlan
from core.domain.jobs import GenerationJob
from core.domain.products import PhotoUpload
from core.image_models.registry import image_models_from
from db.tables import AssetRow
from tests.core.image_models.asking import settings_for as gemini_settings
from tests.fakes.gemini import FakeGemini
from tests.support.hands import Hands

Pixels = npt.NDArray[np.uint8]
MASK_GONE = "The mask of this edit was deleted. Please paint it again."


@dataclass(frozen=True)
class EditRoom:
    """Services whose image models ask a fake Gemini, and the person who edits."""

    app: Services
    actor: Actor
    fake: FakeGemini

    def picture(self, data: bytes, name: str = "room.png") -> Asset:
        """Return a picture of no product."""
        return self.app.assets.upload(self.actor, PhotoUpload(name, data))

    def mask(self, asset: Asset, *, box: tuple[int, int, int, int] | None = None) -> int:
        """Return a kept mask with a white box on the picture."""
        png = mask_bytes((asset.width_px, asset.height_px), box)
        return self.app.edits.keep_mask(self.actor, asset.id, png)

    def plan(self, edit: Edit) -> EditPlan:
        """Return what the edit would do."""
        return self.app.edits.plan(self.actor, edit)

    def submit(self, edit: Edit) -> int:
        """Plan and submit, and return the job's id."""
        return self.app.edits.submit(self.actor, self.plan(edit))

    def made(self, edit: Edit) -> GenerationJob:
        """Return the edit's job once its pictures are made."""
        job_id = self.submit(edit)
        Hands(self.app).make_all()
        return self.app.generation.get(self.actor, job_id)

    def result(self, edit: Edit) -> Asset:
        """Return the picture that the edit makes."""
        return self.picture_of(self.made(edit))

    def picture_of(self, job: GenerationJob) -> Asset:
        """Return the first picture of a job that has one."""
        asset_id = job.slots[0].asset_id
        assert asset_id is not None, job.slots[0].failure
        return self.app.assets.get(self.actor, asset_id)

    def key(self, asset_id: int) -> str:
        """Return where the original is."""
        with self.app.parts.database.read() as work:
            found = work.assets.find_file(self.actor.workspace_id, asset_id)
        assert found is not None
        return found[0]

    def data(self, asset: Asset) -> bytes:
        """Return the file of a picture."""
        return self.app.parts.storage.get(self.key(asset.id))

    def beside(self, asset: Asset, name: str) -> bytes:
        """Return a file that lies beside the original."""
        return self.app.parts.storage.get(f"{self.key(asset.id).rpartition('/')[0]}/{name}")


def leave_out_the_mask(app: Services, job: GenerationJob) -> int:
    """Make the job's picture one whose mask was gone when its answer came; return its id."""
    step = {"tool": "edit", WHOLE_ANSWER: True, "why": MASK_GONE}
    with app.parts.database.begin() as work:
        asset_id = work.assets.id_of_slot(job.slots[0].id)
        assert asset_id is not None
        work._session.execute(update(AssetRow).where(AssetRow.id == asset_id).values(steps=[step]))
    return asset_id


@contextmanager
def edit_room(services: Services, actor: Actor, **changes: object) -> Iterator[EditRoom]:
    """Open services on the same database and files whose image models ask a fake Gemini."""
    with FakeGemini() as fake:
        models = image_models_from(gemini_settings(fake, **changes))
        yield EditRoom(services_on(replace(services.parts, models=models)), actor, fake)
        models.close()


def picture_bytes(width: int = 320, height: int = 320, *, seed: int = 7) -> bytes:
    """Return a PNG of which no two neighbouring pixels are alike."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    return out.getvalue()


def mask_bytes(size: tuple[int, int], box: tuple[int, int, int, int] | None = None) -> bytes:
    """Return a mask with a white box; without one, of its middle."""
    width, height = size
    mask = Image.new("L", size, 0)
    box = box or (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    ImageDraw.Draw(mask).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=255)
    out = io.BytesIO()
    mask.save(out, "PNG")
    return out.getvalue()


def pixels(data: bytes) -> Pixels:
    """Return the decoded picture."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))
