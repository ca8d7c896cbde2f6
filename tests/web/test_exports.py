"""The ledger as a file: for the members of its workspace, and never kept anywhere on the way."""

import csv
import io

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import ProductDraft
from db.engine import build_engine
from tests.support.ledger import Line, write_lines
from tests.support.people import PASSWORD

NOVEMBER = "/exports/usage.csv?since=2026-11-01&until=2026-11-30"


@pytest.fixture
def job(services: Services, actor: Actor) -> int:
    """Give Ann's workspace a ledger of one line, and the test the number of its job."""
    chair = services.products.create(actor, ProductDraft("Stühle", "OAK-CHAIR-1"))
    [job] = write_lines(services, actor, [Line(chair.id, person_id=actor.user_id)])
    return job


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class TestUsage:
    def test_sends_the_days_that_were_asked_for(self, signed_in: TestClient, job: int) -> None:
        [row] = rows(signed_in.get(NOVEMBER).content)
        before = signed_in.get("/exports/usage.csv?since=2026-11-01&until=2026-11-24")
        that_day = signed_in.get("/exports/usage.csv?since=2026-11-25&until=2026-11-25")

        assert (row["job_id"], row["product"], row["cost_usd"]) == (str(job), "Stühle", "0.039000")
        assert rows(before.content) == []
        assert len(rows(that_day.content)) == 1

    def test_is_a_file_with_a_telling_name_that_nobody_keeps(
        self, signed_in: TestClient, job: int
    ) -> None:
        del job

        response = signed_in.get(NOVEMBER)

        assert response.status_code == 200
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].endswith("sandbox")
        assert response.headers["content-disposition"].startswith(
            'attachment; filename="epox-usage-2026-11-01-to-2026-11-30.csv"'
        )

    def test_tells_about_the_file_without_sending_it(self, signed_in: TestClient) -> None:
        response = signed_in.head(NOVEMBER)

        assert response.status_code == 200
        assert response.content == b""
        assert "epox-usage-" in response.headers["content-disposition"]

    @pytest.mark.slow
    def test_sends_a_long_ledger_whole(
        self, signed_in: TestClient, services: Services, actor: Actor
    ) -> None:
        chair = services.products.create(actor, ProductDraft("Oak chair", "OAK-CHAIR-1"))
        jobs = write_lines(services, actor, [Line(chair.id)] * 1001)

        sent = rows(signed_in.get(NOVEMBER).content)

        assert sorted(int(row["job_id"]) for row in sent) == jobs


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ("", "both days"),
            ("?since=2026-11-01", "both days"),
            ("?since=2026-11-01&until=", "both days"),
            ("?since=2026-11-01&until=2026-11-31", "both days"),
            ("?since=20261101&until=20261130", "both days"),
            ("?since=2026-W45-1&until=2026-W46-1", "both days"),
            ("?since=٢٠٢٦-11-01&until=2026-11-30", "both days"),
            ("?since=2026-11-01%0A&until=2026-11-30", "both days"),
            ("?since=2026-11-30&until=2026-11-01", "must not be after"),
            ("?since=2025-01-01&until=2026-11-30", "a year at most"),
            ("?since=9999-12-31&until=9999-12-31", "between 2000 and 2999"),
        ],
    )
    def test_say_what_is_wrong_with_the_days(
        self, signed_in: TestClient, query: str, why: str
    ) -> None:
        response = signed_in.get("/exports/usage.csv" + query)

        assert response.status_code == 400
        assert why in response.text
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["content-type"].startswith("text/plain")

    def test_show_another_workspace_only_its_own(
        self, anonymous: TestClient, job: int, other_actor: Actor
    ) -> None:
        del job
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        response = anonymous.get(NOVEMBER)

        assert response.status_code == 200
        assert rows(response.content) == []

    def test_are_for_whoever_is_not_signed_in(self, anonymous: TestClient, job: int) -> None:
        del job

        for response in (anonymous.get(NOVEMBER), anonymous.get("/exports/usage.csv?since=x")):
            assert response.status_code == 401
            assert response.headers["cache-control"] == "no-store"

    def test_begin_with_the_sign_out(self, signed_in: TestClient, job: int) -> None:
        del job
        signed_in.post("/auth/sign-out")

        assert signed_in.get(NOVEMBER).status_code == 401

    def test_say_that_the_ledger_is_away_without_details(
        self, signed_in: TestClient, services: Services
    ) -> None:
        engine = build_engine(services.parts.settings.sqlalchemy_url)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE provider_calls RENAME TO gone"))
        engine.dispose()

        response = signed_in.get(NOVEMBER)

        assert response.status_code == 503
        assert response.text == "The file cannot be made now. Please try again."
