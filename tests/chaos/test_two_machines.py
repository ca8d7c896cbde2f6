"""Workers on machines of their own, with a spool each: a dead one's answers wait for it."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.domain.jobs import CallState, JobStatus
from core.domain.queueing import EventKind
from core.services.workers import LEASE
from core.settings import Settings
from tests.support.faulty_store import faulty_store
from tests.support.object_storage import SECRET, new_bucket
from tests.support.postgres import is_available
from tests.support.shop import Shop, wait_until

SHARED = [pytest.param("postgresql", marks=pytest.mark.postgresql)] if is_available() else []
FAST = ("beats_fast", 3)
OFTEN = ("looks_into_the_spool_often",)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_kind", SHARED, indirect=True),
]


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    """Give the test settings with files that all machines reach."""
    with faulty_store() as store:
        yield settings.model_copy(
            update={
                "r2_bucket_name": new_bucket(store.url)._bucket,
                "r2_access_key_id": "epox-key",
                "r2_secret_access_key": SecretStr(SECRET),
                "r2_endpoint_url": store.url,
            }
        )


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """Give the settings of another machine: its data folder is its own."""
    return settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})


def test_an_answer_that_was_kept_waits_for_its_own_machine(shop: Shop, elsewhere: Settings) -> None:
    job_id = shop.submit(shop.chairs(1)[0])
    assert shop.worker(FAST, failpoints="checked").wait() == -signal.SIGKILL
    other = shop.worker(FAST, settings=elsewhere)
    wait_until(lambda: shop.events(job_id)[EventKind.TAKEN_OVER])
    # Work of its own shows that it looks for slots, and leaves this one alone.
    assert shop.all_succeed([shop.submit(shop.chairs(1, name="Table")[0])])
    waits = shop.job(job_id)

    shop.worker(FAST)

    assert waits.status is not JobStatus.FAILED
    assert shop.finished(job_id).status is JobStatus.SUCCEEDED
    assert shop.paid == 2
    other.stop()
    assert shop.violations() == []


def test_an_answer_that_nobody_knew_of_is_found_when_its_machine_comes_back(
    shop: Shop, elsewhere: Settings
) -> None:
    job_id = shop.submit(shop.chairs(1)[0])
    assert shop.worker(FAST, failpoints="spooled").wait() == -signal.SIGKILL
    other = shop.worker(FAST, settings=elsewhere)
    shop.finished(job_id)
    told = shop.failures(job_id)

    shop.worker(FAST, OFTEN)

    assert told == {"unknown": 1}
    wait_until(lambda: shop.job(job_id).status is JobStatus.SUCCEEDED)
    assert [call.state for call in shop.calls(job_id)] == [CallState.OK]
    assert shop.paid == 1
    other.stop()
    assert shop.violations() == []


def test_a_dead_machine_is_missed_after_its_lease_and_not_before(
    shop: Shop, elsewhere: Settings
) -> None:
    other = shop.worker(settings=elsewhere)
    other.wait_until_ready()
    job_id = shop.submit(shop.chairs(1)[0])
    other.signal(signal.SIGSTOP)  # so that it is the other one that claims
    assert shop.worker(failpoints="claimed").wait() == -signal.SIGKILL
    other.signal(signal.SIGCONT)

    job = shop.finished(job_id)

    history = shop.services.generation.history(shop.actor, job_id)
    first, taken = (
        next(event.at for event in history if event.kind is kind)
        for kind in (EventKind.CLAIMED, EventKind.TAKEN_OVER)
    )
    assert taken - first >= LEASE - timedelta(seconds=1)
    assert job.status is JobStatus.SUCCEEDED
    assert shop.paid == 1
    shop.stop_all()
    assert shop.violations() == []
