"""What a load balancer is told."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from core.domain.health import Health
from web.health import HealthRoute

WELL = Health(
    version="1",
    database="ok",
    storage="ok",
    worker="ok",
    queue_depth=7,
    running=2,
    oldest_wait_s=61.26,
    workers_alive=1,
    newest_heartbeat_s=3.14159,
)
ILL = Health(version="1", database="no route to db7:5432", storage="ok", worker="?", queue_depth=9)


class FakeServices:
    """Has the health that the test gives it, and counts the looks at it."""

    def __init__(self) -> None:
        self.health = self
        self.found = WELL
        self.looks = 0

    def check(self) -> Health:
        assert threading.current_thread() is not threading.main_thread()
        self.looks += 1
        return self.found


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def balancer(services: FakeServices) -> Iterator[TestClient]:
    route = HealthRoute(lambda: services)  # type: ignore[arg-type, return-value]  # only health is asked
    with TestClient(Starlette(routes=[Route("/healthz", route.get)])) as client:
        yield client


class TestHealthz:
    def test_says_that_all_is_well(self, balancer: TestClient) -> None:
        response = balancer.get("/healthz")

        assert response.status_code == 200
        assert response.json() == {
            "status": "ok",
            "version": "1",
            "database": "ok",
            "storage": "ok",
            "worker": "ok",
            "workers": 1,
            "newest_heartbeat_s": 3.1,
            "queue_depth": 7,
            "running": 2,
            "oldest_wait_s": 61.3,
        }

    def test_says_what_fails_but_not_why(
        self, balancer: TestClient, services: FakeServices
    ) -> None:
        services.found = ILL

        response = balancer.get("/healthz")

        assert response.status_code == 503
        assert response.json()["database"] == "failing"
        assert "db7" not in response.text

    def test_says_that_no_worker_lives(self, balancer: TestClient, services: FakeServices) -> None:
        services.found = replace(
            WELL, worker="none is running", workers_alive=0, newest_heartbeat_s=None
        )

        response = balancer.get("/healthz")

        assert response.status_code == 503
        assert (response.json()["worker"], response.json()["workers"]) == ("failing", 0)
        assert response.json()["newest_heartbeat_s"] is None
        assert response.json()["queue_depth"] == 7

    def test_does_not_wait_for_a_part_that_hangs(self, services: FakeServices) -> None:
        hangs = threading.Event()
        services.check = lambda: WELL if hangs.wait(5) else ILL  # type: ignore[method-assign]
        route = HealthRoute(lambda: services, patience_s=0.1)  # type: ignore[arg-type, return-value]  # likewise
        with TestClient(Starlette(routes=[Route("/healthz", route.get)])) as client:
            response = client.get("/healthz")
            hangs.set()

        assert response.status_code == 503
        assert response.json()["status"] == "failing"

    def test_looks_at_most_once_a_second(
        self, balancer: TestClient, services: FakeServices
    ) -> None:
        for _ in range(20):
            balancer.get("/healthz")

        assert services.looks <= 2
