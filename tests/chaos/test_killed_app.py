"""The app is killed in the middle of a job; started again, it goes on where it was."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, JobStatus
from core.errors import UnknownOutcomeError
from core.failpoints import VARIABLE
from core.settings import Settings
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.support.app_server import command, free_port
from tests.support.generation import chair_with_photo, settings_for, submitted
from tests.support.people import signed_in
from tests.support.shop import Shop

pytestmark = pytest.mark.slow

MODEL = "gemini-nano-banana-2.1"
WAIT_S = 60


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture
def settings(settings: Settings, gemini: FakeGemini) -> Settings:
    """The settings of the test, with a key for the fake."""
    return settings.model_copy(
        update={"gemini_api_key": SecretStr(gemini.key), "gemini_base_url": gemini.url}
    )


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """What the app is started with, so that it shares the test's database and files."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "EPOX_DATA_DIR": str(settings.data_dir),
        "GEMINI_API_KEY": settings.gemini_api_key.get_secret_value(),
        "GOOGLE_GEMINI_BASE_URL": settings.gemini_base_url,
        # One call at a time: the first picture is the one during which the app dies.
        "EPOX_WORKER_THREADS": "1",
    }


@contextmanager
def app(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the app with its worker, and stop it if it still lives."""
    with (folder / "app.log").open("a") as log:
        process = subprocess.Popen(
            command("streamlit", free_port()),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=WAIT_S)


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """Run one more worker beside the app."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "worker"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=WAIT_S) == 0


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def two_pictures(services: Services, actor: Actor) -> GenerationJob:
    chair = chair_with_photo(services, actor)
    return submitted(services, actor, chair, image_model=MODEL, variants=2)


def finished(services: Services, actor: Actor, job_id: int, log: Path) -> GenerationJob:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        job = services.generation.get(actor, job_id)
        if job.status.is_final:
            return job
        time.sleep(0.1)
    raise AssertionError(f"{job}\n{log.read_text()}")


def stored_originals(services: Services) -> int:
    return sum("original" in found.key for found in services.parts.storage.list())


def test_never_pays_twice_for_what_was_saved(
    services: Services, gemini: FakeGemini, environment: dict[str, str], tmp_path: Path
) -> None:
    actor = signed_in(services, "Ann", "ann@example.com")
    job = two_pictures(services, actor)
    with app(tmp_path, {**environment, VARIABLE: "stored"}) as killed:
        assert killed.wait(timeout=WAIT_S) == -signal.SIGKILL

    with app(tmp_path, environment):
        job = finished(services, actor, job.id, tmp_path / "app.log")

    assert job.status is JobStatus.SUCCEEDED
    assert len(gemini.paid) == 2
    assert services.assets.search(actor).total == 2
    assert stored_originals(services) == 3
    assert job.cost_micros > 0


def test_asks_a_person_when_the_answer_died_with_the_app(
    services: Services, gemini: FakeGemini, environment: dict[str, str], tmp_path: Path
) -> None:
    actor = signed_in(services, "Ann", "ann@example.com")
    job = two_pictures(services, actor)
    with app(tmp_path, {**environment, VARIABLE: "answered"}) as killed:
        assert killed.wait(timeout=WAIT_S) == -signal.SIGKILL

    with app(tmp_path, environment):
        first = finished(services, actor, job.id, tmp_path / "app.log")
        paid_first = len(gemini.paid)
        services.job_control.retry(actor, job.id, accept_unknown=True)
        second = finished(services, actor, job.id, tmp_path / "app.log")

    assert first.status is JobStatus.PARTIAL
    [lost] = [slot for slot in first.slots if slot.failure]
    assert lost.failure == UnknownOutcomeError.user_message
    assert paid_first == 2
    assert second.status is JobStatus.SUCCEEDED
    assert len(gemini.paid) == 3
    assert second.cost_micros > first.cost_micros


def test_a_living_worker_takes_over_from_a_dead_one(
    services: Services, gemini: FakeGemini, environment: dict[str, str], tmp_path: Path
) -> None:
    actor = signed_in(services, "Ann", "ann@example.com")
    gemini.script(Answer(delay_s=6))
    job = two_pictures(services, actor)
    with app(tmp_path, {**environment, VARIABLE: "spooled"}) as killed:
        wait_until(lambda: gemini.calls != ())
        with worker(environment):
            assert killed.wait(timeout=WAIT_S) == -signal.SIGKILL
            job = finished(services, actor, job.id, tmp_path / "app.log")

    assert job.status is JobStatus.SUCCEEDED
    assert len(gemini.paid) == 2


def test_a_submit_that_dies_at_any_statement_is_whole_or_absent(shop: Shop, tmp_path: Path) -> None:
    [chair] = shop.chairs(1)
    wanted = settings_for(chair, image_model=MODEL, variants=3)
    generation = shop.services.generation
    path = tmp_path / "plan"
    code, statement = -signal.SIGKILL, 0

    while code == -signal.SIGKILL:
        statement += 1
        plan = generation.plan(shop.actor, [chair.id], wanted)
        path.write_bytes(pickle.dumps((shop.settings, shop.actor, plan)))
        code = shop.worker(("submits", str(path), statement)).wait()
        before = len(generation.jobs(shop.actor, limit=100).items)
        # The person tries again: what was there is found, what was not is made now.
        [job_id] = generation.submit(shop.actor, plan)
        after = len(generation.jobs(shop.actor, limit=100).items)
        assert after == statement
        assert after - before == (1 if code else 0)
        assert len(shop.job(job_id).slots) == 3
        assert shop.services.integrity.check() == ()

    assert code == 0
    assert statement > 8
