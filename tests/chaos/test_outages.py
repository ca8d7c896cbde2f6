"""The database and the file store go away while the app runs, and come back."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from core import bootstrap
from core.bootstrap import Services, build_services
from core.domain.assets import Asset
from core.domain.jobs import JobStatus
from core.domain.products import PhotoUpload
from core.errors import DatabaseUnavailableError, StorageError
from core.settings import Settings
from tests.images import photo_bytes
from tests.support.app_server import app_server
from tests.support.cable import Cable, cable_to
from tests.support.generation import chair_with_photo, submitted
from tests.support.object_storage import SECRET, new_bucket, s3_server
from tests.support.pages import PageRunner
from tests.support.people import PASSWORD, signed_in
from tests.support.postgres import is_available

pytestmark = pytest.mark.slow

SHARED_DATABASES = (
    [pytest.param("postgresql", marks=pytest.mark.postgresql)] if is_available() else []
)
EMAIL = "ann@example.com"
BACK_S = 30.0


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture
def store_cable(s3: str) -> Iterator[Cable]:
    with cable_to(s3) as cable:
        yield cable


@pytest.fixture
def settings(settings: Settings, s3: str, store_cable: Cable) -> Settings:
    """The settings of the test, with files in S3 at the end of a cable."""
    return settings.model_copy(
        update={
            "r2_bucket_name": new_bucket(s3)._bucket,
            "r2_access_key_id": "epox-key",
            "r2_secret_access_key": SecretStr(SECRET),
            "r2_endpoint_url": store_cable.through(s3),
        }
    )


@contextmanager
def browser_at(origin: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=origin, headers={"Origin": origin}, timeout=60) as browser:
        yield browser


def sign_in(browser: httpx2.Client) -> httpx2.Response:
    return browser.post("/login", data={"email": EMAIL, "password": PASSWORD})


def until_it_is(status: int, browser: httpx2.Client, path: str) -> httpx2.Response:
    until = time.monotonic() + BACK_S
    while (answer := browser.get(path)).status_code != status:
        assert time.monotonic() < until, answer.text
        time.sleep(0.2)
    return answer


def uploaded(services: Services) -> Asset:
    ann = signed_in(services, "Ann", EMAIL)
    return services.assets.upload(ann, PhotoUpload("a.jpg", photo_bytes()))


def made(services: Services) -> JobStatus:
    """Have the app's worker make a picture, and return how that ended."""
    ann = services.accounts.actor_for_email(EMAIL)
    chair = chair_with_photo(services, ann)
    job = submitted(services, ann, chair, variants=1, image_model="compositor")
    until = time.monotonic() + 2 * BACK_S
    while not job.status.is_final and time.monotonic() < until:
        time.sleep(0.2)
        job = services.generation.get(ann, job.id)
    return job.status


def variables(settings: Settings, database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "EPOX_DATA_DIR": str(settings.data_dir),
        "R2_BUCKET_NAME": settings.r2_bucket_name,
        "R2_ACCESS_KEY_ID": settings.r2_access_key_id,
        "R2_SECRET_ACCESS_KEY": SECRET,
        "R2_ENDPOINT_URL": settings.r2_endpoint_url,
    }


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_store_that_is_away_is_said_and_its_return_needs_nothing(
    settings: Settings, services: Services, store_cable: Cable, tmp_path: Path
) -> None:
    path = uploaded(services).ref.url("original")
    url = settings.database_url.get_secret_value()
    server = app_server("streamlit", tmp_path, **variables(settings, url))
    with server as origin, browser_at(origin) as browser:
        assert sign_in(browser).status_code == 303
        until_it_is(200, browser, "/healthz")
        store_cable.cut()

        file, health = browser.get(path), until_it_is(503, browser, "/healthz")
        page = browser.get("/gallery")
        store_cable.mend()

        assert until_it_is(200, browser, path).content == photo_bytes()
        until_it_is(200, browser, "/healthz")
    assert (file.status_code, page.status_code) == (503, 200)
    assert file.text == "The file cannot be read now. Please try again."
    parts = {name: health.json()[name] for name in ("storage", "database", "worker")}
    assert parts == {"storage": "failing", "database": "ok", "worker": "ok"}
    said = (tmp_path / "server.log").read_text()
    assert SECRET not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_upload_says_that_the_store_is_away_and_keeps_nothing_of_it(
    services: Services, store_cable: Cable, page: PageRunner
) -> None:
    ann = signed_in(services, "Ann", EMAIL)
    services.products.load_samples(ann)
    product = services.products.search(ann).items[0]
    photos = services.products.get(ann, product.id).photos
    at = page("pages/product.py", ann, {"id": str(product.id)})
    store_cable.cut()

    at.file_uploader(key="product.upload.0").upload("new.jpg", photo_bytes())
    at.run(timeout=120)

    assert StorageError.user_message in [error.value.replace("\\", "") for error in at.error]
    assert not at.exception
    assert services.products.get(ann, product.id).photos == photos


@pytest.mark.parametrize("database_kind", SHARED_DATABASES, indirect=True)
def test_a_database_that_is_away_is_said_and_its_return_needs_nothing(
    settings: Settings, services: Services, database_url: str, tmp_path: Path
) -> None:
    path = uploaded(services).ref.url("w160")
    with ExitStack() as stack:
        cable = stack.enter_context(cable_to(database_url))
        given = variables(settings, cable.through(database_url))
        origin = stack.enter_context(app_server("streamlit", tmp_path, **given))
        browser = stack.enter_context(browser_at(origin))
        stranger = stack.enter_context(browser_at(origin))
        assert sign_in(browser).status_code == 303
        until_it_is(200, browser, "/healthz")
        cable.cut()

        answers = {name: browser.get(name) for name in ("/", path, "/gallery")}
        login, posted = stranger.get("/login"), sign_in(stranger)
        health = until_it_is(503, browser, "/healthz")
        cable.mend()

        until_it_is(200, browser, path)
        assert sign_in(stranger).status_code == 303
        until_it_is(200, browser, "/healthz")
        assert made(services) is JobStatus.SUCCEEDED
    sentence = DatabaseUnavailableError.user_message
    assert {answer.status_code for answer in answers.values()} == {503}
    assert {answer.text for answer in answers.values()} == {sentence}
    for answer in (login, posted):
        assert answer.status_code == 503
        assert sentence in answer.text
    assert health.json()["database"] == "failing"
    assert SECRET not in (tmp_path / "server.log").read_text()


@pytest.mark.parametrize("database_kind", SHARED_DATABASES, indirect=True)
@pytest.mark.parametrize(
    "path", ["pages/dashboard.py", "pages/products.py", "pages/gallery.py", "pages/studio.py"]
)
def test_an_open_page_says_that_the_database_is_away(
    settings: Settings, database_url: str, page: PageRunner, path: str
) -> None:
    with cable_to(database_url) as cable:
        far = build_services(
            settings.model_copy(update={"database_url": SecretStr(cable.through(database_url))})
        )
        bootstrap.install(far)
        ann = signed_in(far, "Ann", EMAIL)
        at = page(path, ann)
        cable.cut()

        at.run(timeout=60)
        told = [error.value.replace("\\", "") for error in at.error]
        cable.mend()
        at.run(timeout=60)
        far.close()

    assert told == [DatabaseUnavailableError.user_message]
    assert not at.exception
    assert not at.error
