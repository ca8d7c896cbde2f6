"""Pixel lock from plan to picture: the model makes the place, the product comes from its photo."""

import io
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.generation import (
    ChosenReference,
    GeneratedImage,
    GenerationRequest,
    ReferenceRole,
)
from core.domain.jobs import CallState, GenerationJob, SlotStatus
from core.domain.plans import PlanItem
from core.domain.products import PhotoUpload, Product
from core.domain.setting_layers import SettingsLayer
from core.errors import InvalidInputError
from core.image_models.registry import image_models_from
from core.services.plan_items import LOCKED
from tests.core.image_models.asking import settings_for as gemini_settings
from tests.fakes.gemini import FakeGemini
from tests.fakes.image_model import FakeImageModel
from tests.images import cutout_bytes, photo_bytes
from tests.support.generation import CHAIR, with_model
from tests.support.hands import Hands

WOOD = (138, 90, 43)
LOCK = SettingsLayer(is_pixel_locked=True, scene_type="Living room")


def place(_: GenerationRequest) -> GeneratedImage:
    """Return a picture of an empty place."""
    room = Image.new("RGB", (640, 640), "#cfd8dc")
    room.paste("#8d8d8d", (0, 320, 640, 640))
    file = io.BytesIO()
    room.save(file, "PNG")
    return GeneratedImage(file.getvalue(), "image/png", "fake-1", 39_000)


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    """Give a product whose photo was cut out by somebody: its true pixels are known."""
    chair = app.products.create(actor, CHAIR)
    photo = PhotoUpload("chair.png", cutout_bytes(640, 640))
    assert not app.products.add_photos(actor, chair.id, [photo]).refused
    return app.products.get(actor, chair.id)


def planned(app: Services, actor: Actor, chair: Product, layer: SettingsLayer) -> PlanItem:
    return app.generation.plan(actor, [chair.id], layer).items[0]


def made(app: Services, actor: Actor, chair: Product, layer: SettingsLayer) -> GenerationJob:
    [job_id] = app.generation.submit(actor, app.generation.plan(actor, [chair.id], layer))
    Hands(app).make_all()
    return app.generation.get(actor, job_id)


class TestPlan:
    def test_asks_for_the_place_alone(self, app: Services, actor: Actor, chair: Product) -> None:
        sea = app.assets.upload(actor, PhotoUpload("sea.jpg", photo_bytes(colour="#0000ff")))
        side = app.assets.upload(actor, PhotoUpload("side.jpg", photo_bytes(colour="#00ff00")))
        chosen = (
            ChosenReference(ReferenceRole.STYLE, sea.id),
            ChosenReference(ReferenceRole.PRODUCT, side.id),
        )

        item = planned(app, actor, chair, replace(LOCK, references=chosen))

        assert [each.asset_id for each in item.references] == [sea.id]
        assert item.template == "scene@1"
        assert "Oak chair" not in item.prompt
        assert item.settings.photo_id == chair.photos[0].id
        assert LOCKED in item.notices

    def test_says_what_cannot_be_chosen_then(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        item = planned(app, actor, chair, replace(LOCK, camera="Top-down", people="Full"))

        assert any("the camera angle and people cannot be chosen" in each for each in item.notices)
        assert "straight from above" not in item.prompt

    def test_is_refused_for_sizes_beyond_2k(self, services: Services, actor: Actor) -> None:
        with FakeGemini() as fake:
            models = image_models_from(gemini_settings(fake))
            app = services_on(replace(services.parts, models=models))
            chair = app.products.create(actor, CHAIR)
            app.products.add_photos(actor, chair.id, [PhotoUpload("c.jpg", photo_bytes())])

            with pytest.raises(InvalidInputError) as refused:
                app.generation.plan(actor, [chair.id], replace(LOCK, size="4K"))

            models.close()
        assert "2K" in refused.value.user_message


@pytest.mark.slow
class TestPicture:
    def test_shows_the_products_own_pixels_in_the_place(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        model.answers = [place]

        job = made(app, actor, chair, LOCK)

        [slot] = job.slots
        assert slot.asset_id is not None, slot.failure
        picture = pixels_of(app, actor, slot.asset_id)
        is_wood = (picture == WOOD).all(-1)
        assert is_wood.mean() > 0.01
        assert tuple(picture[0, 0]) == (207, 216, 220)
        [request] = model.requests
        assert (request.prompt, request.references) == (job.prompt, ())
        [call] = app.generation.calls(actor, job.id)
        assert (call.state, call.cost_micros) == (CallState.OK, 39_000)
        assert call.model_version == "fake-1+pixel-lock-1"

    def test_costs_nothing_when_the_photo_shows_no_product(
        self, app: Services, actor: Actor, model: FakeImageModel
    ) -> None:
        wall = app.products.create(actor, replace(CHAIR, sku="WALL-1"))
        app.products.add_photos(actor, wall.id, [PhotoUpload("wall.jpg", blank_photo())])

        job = made(app, actor, app.products.get(actor, wall.id), LOCK)

        assert job.slots[0].failure_code == "invalid"
        assert (model.requests, app.generation.calls(actor, job.id)) == ([], ())

    def test_is_not_asked_for_twice_when_it_cannot_be_placed(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel
    ) -> None:
        def forget_the_photo(request: GenerationRequest) -> GeneratedImage:
            with app.parts.database.read() as work:
                found = work.assets.find_file(actor.workspace_id, chair.photos[0].id)
            assert found is not None
            app.parts.storage.delete(found[0])
            return place(request)

        model.answers = [forget_the_photo]

        job = made(app, actor, chair, LOCK)

        assert len(model.requests) == 1
        assert (job.slots[0].asset_id, job.slots[0].status) == (None, SlotStatus.QUEUED)
        assert app.parts.spool.older_than(0)

    def test_by_gemini_needs_no_reference_at_all(self, services: Services, actor: Actor) -> None:
        with FakeGemini() as fake:
            models = image_models_from(gemini_settings(fake))
            app = services_on(replace(services.parts, models=models))
            chair = app.products.create(actor, CHAIR)
            app.products.add_photos(actor, chair.id, [PhotoUpload("c.png", cutout_bytes())])

            job = made(app, actor, app.products.get(actor, chair.id), LOCK)
            models.close()

        assert job.slots[0].asset_id is not None, job.slots[0].failure
        [call] = fake.calls
        assert (call.prompt, call.references) == (job.prompt, ())
        assert fake.complaints == []


def pixels_of(app: Services, actor: Actor, asset_id: int) -> npt.NDArray[np.uint8]:
    with app.parts.database.read() as work:
        found = work.assets.find_file(actor.workspace_id, asset_id)
    assert found is not None
    with Image.open(io.BytesIO(app.parts.storage.get(found[0]))) as picture:
        return np.asarray(picture.convert("RGB"))


def blank_photo() -> bytes:
    """Return a photo of a wall."""
    file = io.BytesIO()
    Image.new("RGB", (320, 320), "#ffffff").save(file, "JPEG")
    return file.getvalue()
