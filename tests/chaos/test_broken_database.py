"""The database crashes, loses its connections, is slow or read-only while pictures are made."""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from core.bootstrap import build_services
from core.domain.jobs import JobStatus
from core.errors import DatabaseUnavailableError
from core.settings import Settings
from tests.fakes.gemini_answers import Answer
from tests.support.cable import Cable, cable_to
from tests.support.generation import settings_for
from tests.support.invariants import rows
from tests.support.own_postgres import CAN_HAVE_ONE, OwnPostgres, own_postgres
from tests.support.postgres import is_available
from tests.support.shop import MODEL, WAIT_S, Shop, wait_until
from tests.support.sweep import PAID_POINTS

pytestmark = pytest.mark.slow

POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.postgresql)]
SHARED = POSTGRESQL if is_available() else []
OWN = POSTGRESQL if CAN_HAVE_ONE else []
SEED = 20_261
CUTS = 60
CRASHES = int(os.environ.get("EPOX_CHAOS_CRASHES", "3"))


@pytest.mark.parametrize("database_kind", OWN, indirect=True)
class TestAServerThatFails:
    @pytest.fixture
    def server(self) -> Iterator[OwnPostgres]:
        with own_postgres() as server:
            yield server

    @pytest.fixture
    def database_url(self, database_kind: str, server: OwnPostgres) -> str:
        assert database_kind == "postgresql"
        return server.url

    def test_by_a_crash_loses_and_repeats_nothing(self, shop: Shop, server: OwnPostgres) -> None:
        jobs = shop.submit_many(2 * CRASHES, variants=4)
        for _ in range(2):
            shop.worker()

        for number in range(CRASHES):
            self._wait_for_calls(shop, 3 + 6 * number)
            server.crash()
            server.start()
            # A connection that died with the server is no error for who asks next.
            assert shop.job(jobs[0]).id == jobs[0]

        assert shop.all_succeed(jobs)
        shop.stop_all()
        assert shop.paid == 8 * CRASHES
        assert shop.violations() == []

    def test_together_with_all_workers_loses_nothing_that_was_kept(
        self, shop: Shop, server: OwnPostgres
    ) -> None:
        jobs = shop.submit_many(2 * CRASHES, variants=3)
        in_window = 0
        for number in range(CRASHES):
            workers = [shop.worker() for _ in range(2)]
            self._wait_for_calls(shop, 2 + 4 * number)
            server.kill()
            for worker in workers:
                worker.kill()
                in_window += sum(point in PAID_POINTS for point in worker.standing)
            server.start()

        for _ in range(2):
            shop.worker()

        assert shop.all_succeed(jobs, accept_unknown=True)
        assert shop.paid - 6 * CRASHES <= in_window
        assert shop.violations() == []

    def test_whose_disk_is_full_says_so_and_goes_on_later(
        self, shop: Shop, server: OwnPostgres
    ) -> None:
        [chair] = shop.chairs(1)
        job_id = shop.submit(chair, variants=3)
        shop.worker(("waits_less", 0.1))
        self._wait_for_calls(shop, 1)

        server.fill()
        with pytest.raises(DatabaseUnavailableError):
            shop.submit(chair)
        shown = shop.job(job_id)
        server.make_room()

        assert shown.id == job_id
        assert shop.finished(job_id).status is JobStatus.SUCCEEDED
        shop.stop_all()
        assert shop.paid == 3
        assert shop.violations() == []

    def test_whose_connections_are_all_taken_says_so(self, shop: Shop) -> None:
        job_id = shop.submit(shop.chairs(1)[0])
        with ExitStack() as stack:
            for _ in range(20):
                stack.enter_context(shop.services.parts.database.read()).now()

            with pytest.raises(DatabaseUnavailableError):
                shop.job(job_id)

        assert shop.job(job_id).id == job_id

    def _wait_for_calls(self, shop: Shop, count: int) -> None:
        wait_until(lambda: len(shop.gemini.calls) >= count)


@pytest.fixture
def cable(database_url: str) -> Iterator[Cable]:
    with cable_to(database_url) as laid:
        yield laid


@pytest.fixture
def far(settings: Settings, database_url: str, cable: Cable) -> Settings:
    """Give the settings of somebody whose database is at the end of the cable."""
    url = cable.through(database_url)
    return settings.model_copy(update={"database_url": SecretStr(url)})


@pytest.mark.parametrize("database_kind", SHARED, indirect=True)
class TestAConnectionThatBreaks:
    @pytest.mark.parametrize("arrives", ["arrives", "is lost"])
    @pytest.mark.parametrize(
        "statement",
        [b"INSERT INTO provider_calls", b"INSERT INTO assets", b"INSERT INTO queue_turns"],
    )
    def test_at_a_commit_whether_or_not_it_arrives_does_nothing_twice(
        self, shop: Shop, cable: Cable, far: Settings, statement: bytes, arrives: str
    ) -> None:
        job_id = shop.submit(shop.chairs(1)[0], variants=2)
        sprung = cable.drop_at(statement, b"COMMIT", is_delivered=arrives == "arrives")
        shop.worker(("beats_fast", 3), ("waits_less", 0.1), settings=far)

        job = shop.finished(job_id)

        assert sprung.wait(WAIT_S)
        shop.stop_all()
        assert job.status is JobStatus.SUCCEEDED
        assert shop.paid == 2
        assert shop.violations() == []

    def test_at_any_byte_loses_and_repeats_nothing(
        self, shop: Shop, cable: Cable, far: Settings
    ) -> None:
        jobs = shop.submit_many(5, variants=3)
        for _ in range(2):
            shop.worker(("beats_fast", 6), ("waits_less", 0.02), settings=far).wait_until_ready()
        dice = random.Random(SEED)  # noqa: S311 - to be replayed
        over = threading.Event()

        def breaks() -> None:
            # Not for ever: nothing can be written through a cable that is cut all the time.
            for _ in range(CUTS):
                cable.drop_after(dice.randrange(1, 4000))
                if over.wait(dice.uniform(0.1, 0.8)):
                    return

        breaking = threading.Thread(target=breaks)
        breaking.start()
        try:
            succeeded = shop.all_succeed(jobs)
        finally:
            over.set()
            breaking.join()
        shop.stop_all()

        assert succeeded
        assert shop.paid == 15
        assert shop.violations() == []

    @pytest.mark.parametrize("arrives", ["arrives", "is lost"])
    def test_at_a_submit_makes_one_job_when_the_person_tries_again(
        self, shop: Shop, cable: Cable, far: Settings, arrives: str
    ) -> None:
        [chair] = shop.chairs(1)
        distant = build_services(far)
        wanted = settings_for(chair, image_model=MODEL, variants=2)
        plan = distant.generation.plan(shop.actor, [chair.id], wanted)
        is_delivered = arrives == "arrives"
        cable.drop_at(b"INSERT INTO generation_jobs", b"COMMIT", is_delivered=is_delivered)
        with pytest.raises(DatabaseUnavailableError):
            distant.generation.submit(shop.actor, plan)

        [job_id] = distant.generation.submit(shop.actor, plan)

        distant.close()
        assert len(rows(shop.services, "SELECT id FROM generation_jobs")) == 1
        assert len(shop.job(job_id).slots) == 2

    def test_that_is_slow_only_takes_longer(self, shop: Shop, cable: Cable, far: Settings) -> None:
        shop.gemini.answer = Answer()
        job_id = shop.submit(shop.chairs(1)[0], variants=2)
        cable.delay_s = 0.15
        for _ in range(2):
            shop.worker(settings=far)

        job = shop.finished(job_id)
        cable.delay_s = 0
        shop.stop_all()

        assert job.status is JobStatus.SUCCEEDED
        assert shop.paid == 2
        assert shop.violations() == []
