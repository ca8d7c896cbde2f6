"""The disk is full while a person uploads and while a model answers."""

import io
import os
import resource
from collections.abc import Iterator

import pytest
from PIL import Image

from core.bootstrap import Services, slot_runs_on
from core.domain.accounts import Actor
from core.domain.generation import GeneratedImage, GenerationRequest, SlotStatus
from core.domain.products import PhotoUpload
from core.errors import StorageFullError
from core.services.slot_endings import SlotKey
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, settings_for, with_model

pytestmark = pytest.mark.slow

ROOM = 3 * 2**20


def fill_the_disk() -> None:
    """Let no file grow beyond the room: the kernel refuses it as it does on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))


def make_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(autouse=True)
def _room() -> Iterator[None]:
    yield
    make_room()


def large_picture() -> bytes:
    """Return a picture of noise, which no format makes smaller."""
    file = io.BytesIO()
    Image.frombytes("RGB", (1400, 1100), os.urandom(1400 * 1100 * 3)).save(file, "PNG")
    assert len(file.getvalue()) > ROOM
    return file.getvalue()


def files(services: Services) -> set[str]:
    """Return every file of the store and the spool, unfinished ones included."""
    data = services.parts.settings.data_dir
    return {path.name for part in ("files", "spool") for path in (data / part).rglob("*.*")} | {
        path.name for path in data.rglob("~*")
    }


def test_an_upload_leaves_nothing_half_stored(services: Services, actor: Actor) -> None:
    chair = chair_with_photo(services, actor)
    before = files(services)

    fill_the_disk()
    with pytest.raises(StorageFullError) as told:
        services.products.add_photos(actor, chair.id, [PhotoUpload("a.png", large_picture())])

    assert "Nothing was lost" in told.value.user_message
    assert files(services) == before
    assert services.products.get(actor, chair.id).photos == chair.photos


def test_a_paid_picture_waits_for_room(services: Services, actor: Actor) -> None:
    model = FakeImageModel()
    picture = GeneratedImage(large_picture(), "image/png", "fake-1", 39_000)

    pauses: list[float] = []

    def answer(_request: GenerationRequest) -> GeneratedImage:
        fill_the_disk()
        return picture

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            make_room()

    model.answers.append(answer)
    app = with_model(services, model)
    chair = chair_with_photo(app, actor)
    wanted = settings_for(chair, variants=1)
    job = app.generation.submit(actor, app.generation.plan(actor, chair.id, wanted))
    runs = slot_runs_on(app, pause=pause)
    key = SlotKey(actor.workspace_id, job.slots[0].id, 0)
    runs.begin(key)

    assert runs.keep(key, runs.call(key) or "")

    [slot] = app.generation.get(actor, job.id).slots
    assert (slot.status, len(pauses), len(model.requests)) == (SlotStatus.SUCCEEDED, 3, 1)
    asset = app.assets.get(actor, slot.asset_id or 0)
    assert asset.size_bytes == len(picture.data)


def test_a_picture_that_cannot_be_stored_is_made_from_its_answer_later(
    services: Services, actor: Actor
) -> None:
    model = FakeImageModel()
    picture = GeneratedImage(large_picture(), "image/png", "fake-1", 39_000)
    model.answers.append(lambda _: picture)
    app = with_model(services, model)
    chair = chair_with_photo(app, actor)
    wanted = settings_for(chair, variants=1)
    job = app.generation.submit(actor, app.generation.plan(actor, chair.id, wanted))
    runs = slot_runs_on(app)
    key = SlotKey(actor.workspace_id, job.slots[0].id, 0)
    runs.begin(key)
    call_id = runs.call(key) or ""

    fill_the_disk()
    with pytest.raises(StorageFullError):
        runs.keep(key, call_id)

    make_room()
    assert app.assets.search(actor).total == 0
    assert runs.keep(key, call_id)
    assert app.assets.search(actor).total == 1
    assert len(model.requests) == 1
