"""The object store fails, is slow, goes away or loses files: no picture is paid twice for it."""

import random
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.domain.jobs import GenerationSlot, JobStatus
from core.settings import Settings
from tests.support.faulty_store import Fault, FaultyStore, faulty_store
from tests.support.object_storage import SECRET, new_bucket
from tests.support.shop import Shop, wait_until

pytestmark = pytest.mark.slow

SEED = 20_262


@pytest.fixture
def store() -> Iterator[FaultyStore]:
    with faulty_store() as store:
        yield store


@pytest.fixture
def settings(settings: Settings, store: FaultyStore) -> Settings:
    """Give the test settings of the shop whose files go to the faulty store."""
    return settings.model_copy(
        update={
            "r2_bucket_name": new_bucket(store.url)._bucket,
            "r2_access_key_id": "epox-key",
            "r2_secret_access_key": SecretStr(SECRET),
            "r2_endpoint_url": store.url,
            "worker_threads": 2,
        }
    )


def mostly_well(*faults: Fault) -> Iterator[Fault]:
    """Yield one of the faults for three requests of ten, as the seed says."""
    dice = random.Random(SEED)  # noqa: S311 - to be replayed
    while True:
        yield dice.choice(faults) if dice.random() < 0.3 else ""


class TestAStoreThatFailsNowAndThen:
    @pytest.mark.parametrize(
        "faults", [("500", "503"), ("reset", "lost"), ("late",)], ids=lambda kinds: kinds[0]
    )
    def test_costs_time_and_no_money(
        self, shop: Shop, store: FaultyStore, faults: tuple[Fault, ...]
    ) -> None:
        jobs = shop.submit_many(5, variants=2)
        store.late_s = 1.0
        luck = mostly_well(*faults)
        store.choose = lambda _method: next(luck)
        for _ in range(2):
            shop.worker(("waits_less", 0.1))

        assert shop.all_succeed(jobs)
        store.choose = lambda _method: ""
        shop.stop_all()

        assert sum(store.faults.values()) > 0
        assert shop.paid == 10
        assert shop.violations() == []


class TestAStoreThatIsAway:
    def test_for_minutes_is_waited_for_without_paying_again(
        self, shop: Shop, store: FaultyStore
    ) -> None:
        jobs = shop.submit_many(4, variants=2)
        # Its first answer is kept, and then nothing can be read or written any more.
        store.choose = lambda _method: "reset" if shop.gemini.calls else ""
        # A minute and more of patience passes in seconds.
        for _ in range(2):
            shop.worker(("waits_less", 0.02))
        wait_until(lambda: any("file store" in slot.stage for slot in self._slots(shop, jobs)))
        asked = shop.paid

        store.choose = lambda _method: ""

        assert shop.all_succeed(jobs)
        shop.stop_all()
        assert 0 < asked <= 8
        assert shop.paid == 8
        assert shop.violations() == []

    def test_for_too_long_is_said_and_a_retry_costs_nothing(
        self, shop: Shop, store: FaultyStore
    ) -> None:
        job_id = shop.submit(shop.chairs(1)[0])
        store.choose = lambda _method: "500" if shop.gemini.calls else ""
        shop.worker(("waits_less", 0.01), ("waits_no_time_for_the_store",))
        told = shop.finished(job_id)
        store.choose = lambda _method: ""

        shop.accept(job_id)

        assert shop.finished(job_id).status is JobStatus.SUCCEEDED
        assert [slot.failure_code for slot in told.slots] == ["storage"]
        assert "Nothing was lost" in (told.slots[0].failure or "")
        assert shop.paid == 1
        assert shop.violations() == []

    def _slots(self, shop: Shop, jobs: list[int]) -> list[GenerationSlot]:
        return [slot for job_id in jobs for slot in shop.job(job_id).slots]


class TestAStoreThatChangesOrLosesFiles:
    def test_is_found_out_by_the_check(self, shop: Shop) -> None:
        job_id = shop.submit(shop.chairs(1)[0], variants=3)
        shop.worker()
        assert shop.finished(job_id).status is JobStatus.SUCCEEDED
        storage = shop.services.parts.storage
        changed, lost, fewer = sorted(
            found.key for found in storage.list() if "original.jpg" in found.key
        )[-3:]
        storage.put(changed, b"something else", mime_type="image/jpeg")
        storage.delete(lost)
        storage.delete(fewer.rpartition("/")[0] + "/w160.webp")

        found = shop.violations()

        codes = sorted(finding.partition(":")[0] for finding in found)
        assert codes == ["original_missing", "original_size", "rendition_missing"]
