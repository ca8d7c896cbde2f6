"""The disk is full while a person uploads and while a model answers."""

import errno
import io
import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.bootstrap import Services, services_on
from core.domain.accounts import Actor
from core.domain.generation import GeneratedImage, GenerationRequest
from core.domain.jobs import GenerationJob, JobStatus, SlotStatus
from core.domain.products import PhotoUpload
from core.errors import DatabaseUnavailableError, StorageFullError
from core.storage.disk import Disk
from core.storage.local import LocalAssetStorage
from core.storage.spool import Spool
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted, with_model
from tests.support.hands import Hands

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


def answer_of(picture: GeneratedImage) -> Callable[[GenerationRequest], GeneratedImage]:
    return lambda _request: picture


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def job(app: Services, actor: Actor) -> GenerationJob:
    return submitted(app, actor, chair_with_photo(app, actor), variants=1)


def test_a_paid_picture_waits_for_room(
    app: Services, actor: Actor, model: FakeImageModel, job: GenerationJob
) -> None:
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
    hands = Hands(app)
    hands.runs.pause = pause
    hands.make()

    [slot] = app.generation.get(actor, job.id).slots
    assert (slot.status, len(pauses), len(model.requests)) == (SlotStatus.SUCCEEDED, 3, 1)
    asset = app.assets.get(actor, slot.asset_id or 0)
    assert asset.size_bytes == len(picture.data)


def test_a_picture_that_cannot_be_stored_is_made_from_its_answer_later(
    app: Services, actor: Actor, model: FakeImageModel, job: GenerationJob
) -> None:
    model.answers.append(answer_of(GeneratedImage(large_picture(), "image/png", "fake-1", 39_000)))
    hands = Hands(app)
    key = hands.claim()
    call_id = hands.runs.call(key) or ""

    fill_the_disk()
    with pytest.raises(StorageFullError):
        hands.runs.keep(key, call_id)

    make_room()
    assert app.assets.search(actor).total == 0
    assert hands.runs.keep(key, call_id)
    assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
    assert app.assets.search(actor).total == 1
    assert len(model.requests) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_database_without_room_says_so_and_goes_on_later(
    app: Services, actor: Actor, job: GenerationJob
) -> None:
    path = Path(app.parts.settings.sqlalchemy_url.removeprefix("sqlite:///"))
    full = path.with_name(f"{path.name}-wal").stat().st_size

    resource.setrlimit(resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
    with pytest.raises(DatabaseUnavailableError):
        submitted(app, actor, app.products.get(actor, job.product_id or 0))
    shown = app.generation.get(actor, job.id)
    make_room()

    assert shown == job
    Hands(app).make_all()
    assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED
    assert app.integrity.check() == ()


class DiskThatBreaksOnce(Disk):
    """A disk whose n-th step fails, whatever that is."""

    def __init__(self, step: int, error: int) -> None:
        self._left = step
        self._error = error

    @property
    def has_broken(self) -> bool:
        return self._left <= 0

    def make_folder(self, folder: Path) -> bool:
        self._step()
        return super().make_folder(folder)

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def write(self, descriptor: int, data: memoryview) -> int:
        self._step()
        return super().write(descriptor, data[: max(1, len(data) // 2)])

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise OSError(self._error, "the disk broke")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("part", "error"), [("spool", errno.EIO), ("files", errno.ENOSPC)])
def test_whichever_step_of_a_write_fails_the_picture_is_kept_and_paid_once(
    services: Services, actor: Actor, part: str, error: int
) -> None:
    chair = chair_with_photo(services, actor)
    step, disk = 0, DiskThatBreaksOnce(0, error)
    disk._left = 0
    while disk.has_broken:
        step += 1
        disk = DiskThatBreaksOnce(step, error)
        model = FakeImageModel()
        app = with_model(with_disk(services, part, disk), model)
        job = submitted(app, actor, chair, variants=1)

        Hands(app).make_all()

        assert app.generation.get(actor, job.id).status is JobStatus.SUCCEEDED, step
        assert len(model.requests) == 1, step
    assert step > 5
    assert app.assets.search(actor).total == step
    assert app.integrity.check() == ()


def with_disk(services: Services, part: str, disk: Disk) -> Services:
    """Return services whose spool or store is on this disk."""
    data = services.parts.settings.data_dir
    if part == "files":
        storage = LocalAssetStorage(data / "files", disk=disk)
        return services_on(replace(services.parts, storage=storage))
    spool = Spool(data / "spool")
    spool.store = LocalAssetStorage(data / "spool", disk=disk)
    return services_on(replace(services.parts, spool=spool))
