"""Usage says what was spent on what, and owners decide how much it may be."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.jobs import CallState
from core.domain.products import ProductDraft
from db.engine import build_engine
from db.tables import MembershipRow
from tests.support.ledger import COST, Line, write_lines
from tests.support.pages import PageRunner
from tests.ui.reading import address, words
from ui.format import exact

USAGE = "pages/usage.py"
SUMS, LEDGER = "usage.by.product", "usage.ledger"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def chair(services: Services, actor: Actor) -> int:
    return services.products.create(actor, ProductDraft("Oak chair", "OAK-CHAIR-1")).id


def component(at: AppTest, key: str) -> Any:  # noqa: ANN401 - the component's own
    """Return what the component with this key was given, or None if it is not on the page."""
    protos = [element.proto for element in at.get("bidi_component")]
    return next((json.loads(p.json) for p in protos if p.id.endswith(f"-{key}")), None)


def texts(at: AppTest, key: str) -> list[list[str]]:
    """Return the cells of a table, row by row."""
    _, rows, _ = component(at, key)
    return [[cell["text"] for cell in row["cells"]] for row in rows]


def click(at: AppTest, key: str, row_id: str) -> AppTest:
    """Click a row's link as the table in a browser does: the event counts for one run."""
    protos = [element.proto for element in at.get("bidi_component")]
    [table] = [proto for proto in protos if proto.id.endswith(f"-{key}")]
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(table.id, "events"),
        json_trigger_value=json.dumps([{"event": "opened", "value": row_id}]),
    )
    return at._run(states)


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def export_url(at: AppTest) -> str:
    [link] = at.get("link_button")
    return str(link.proto.url)


def make(services: Services, actor: Actor, role: Role) -> None:
    engine = build_engine(services.parts.settings.sqlalchemy_url)
    with engine.begin() as connection:
        connection.execute(
            update(MembershipRow).where(MembershipRow.user_id == actor.user_id).values(role=role)
        )
    engine.dispose()


class TestUsage:
    def test_says_so_when_nothing_was_asked_yet(self, page: PageRunner, actor: Actor) -> None:
        at = page(USAGE, actor)

        assert "Nothing was asked yet" in words(at)
        at.button(key="usage.studio").click().run()
        assert at.title[0].value == "Studio"

    def test_sums_the_month_and_compares_it_with_the_estimates(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        lost = Line(chair, now, actor.user_id, state=CallState.UNKNOWN, failure_code="unknown")
        refused = Line(chair, now, state=CallState.REFUSED, cost_micros=0, failure_code="refused")
        write_lines(services, actor, [Line(chair, now, actor.user_id), lost, refused])

        at = page(USAGE, actor)

        assert metrics(at) == {
            "Spent": "$0.0780",
            "Pictures": "1",
            "Calls": "3",
            "Unknown outcomes": "1",
        }
        assert "98 % of the $0.0800 estimated" in words(at)
        assert texts(at, SUMS) == [["Oak chair", "1", "3", "1", "$0.0800", "$0.0780"]]

    @pytest.mark.parametrize(
        ("by", "label"),
        [
            ("Person", "Ann"),
            ("Collection", "In no collection"),
            ("Model", "Local compositor"),
        ],
    )
    def test_sums_by_what_the_address_says(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        chair: int,
        now: datetime,
        by: str,
        label: str,
    ) -> None:
        write_lines(services, actor, [Line(chair, now, actor.user_id, image_model="compositor")])

        at = page(USAGE, actor, {"by": by})

        key = {"Model": "image_model"}.get(by, by.lower())
        assert texts(at, f"usage.by.{key}") == [[label, "1", "1", "\u2013", "$0.0400", "$0.0390"]]
        assert ("A product counts in each of them" in words(at)) == (by == "Collection")

    def test_draws_each_day_of_the_month(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        write_lines(services, actor, [Line(chair, now), Line(chair, now)])

        at = page(USAGE, actor, {"by": "Day"})

        bars, gridlines, label = component(at, "usage.days")
        assert 28 <= len(bars) <= 31
        assert [bar["text"] for bar in bars if bar["share"]] == ["$0.0780 · 2 pictures"]
        assert (gridlines[0]["text"], gridlines[-1]["text"]) == ("$0", "$0.08")
        assert f"most on {now.day} {now:%b %Y}, $0.0780" in label
        assert texts(at, "usage.by.day")[0][0] == f"{now:%a} {now.day} {now:%b %Y}"

    def test_shows_another_month_and_exports_that_one(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        last = now.replace(day=1) - timedelta(days=1)
        write_lines(services, actor, [Line(chair, now), Line(chair, last, cost_micros=7_000_000)])
        at = page(USAGE, actor)
        assert metrics(at)["Spent"] == "$0.0390"

        at.selectbox(key="month").select(f"{last:%Y-%m}").run()

        assert metrics(at)["Spent"] == "$7.00"
        assert export_url(at) == (
            f"/exports/usage.csv?since={last:%Y-%m}-01&until={last.date().isoformat()}"
        )

    def test_shows_any_days_that_the_address_names(
        self, page: PageRunner, services: Services, actor: Actor, chair: int
    ) -> None:
        noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
        write_lines(services, actor, [Line(chair, noon), Line(chair, noon + timedelta(days=1))])
        days = {"month": "Other days", "since": "2026-03-14", "until": "2026-03-14"}

        at = page(USAGE, actor, days)

        assert metrics(at)["Calls"] == "1"
        assert export_url(at) == "/exports/usage.csv?since=2026-03-14&until=2026-03-14"

    def test_says_what_is_wrong_with_the_days(
        self, page: PageRunner, services: Services, actor: Actor, chair: int
    ) -> None:
        write_lines(services, actor, [Line(chair)])
        days = {"month": "Other days", "since": "2026-03-14", "until": "2026-03-13"}

        at = page(USAGE, actor, days)

        assert "The first day must not be after the last one." in words(at)
        assert not at.metric

    def test_says_so_when_nothing_was_asked_in_these_days(
        self, page: PageRunner, services: Services, actor: Actor, chair: int
    ) -> None:
        write_lines(services, actor, [Line(chair)])
        days = {"month": "Other days", "since": "2020-01-01", "until": "2020-01-31"}

        at = page(USAGE, actor, days)

        assert "Nothing was asked in January 2020." in words(at)

    def test_leads_from_a_sum_to_its_product(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        write_lines(services, actor, [Line(chair, now)])
        at = page(USAGE, actor)

        click(at, SUMS, str(chair))

        assert at.title[0].value == "Oak chair"
        assert address(at, "id") == str(chair)

    def test_shows_nothing_of_another_workspace(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        chair: int,
        now: datetime,
    ) -> None:
        write_lines(services, actor, [Line(chair, now)])

        at = page(USAGE, other_actor)

        assert "Nothing was asked yet" in words(at)
        assert component(at, LEDGER) is None


class TestLedger:
    def test_says_of_each_call_what_it_was_for_how_it_ended_and_what_it_cost(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        busy = Line(chair, now, actor.user_id, 0, state=CallState.FAILED, failure_code="rate")
        free = Line(chair, now, None, 0, 0, image_model="compositor")
        jobs = write_lines(services, actor, [busy, free])

        at = page(USAGE, actor)

        _, rows, _ = component(at, LEDGER)
        when = exact(now)
        assert [row["cells"][0]["note"] for row in rows] == [
            f"{when} · Somebody who left · Local compositor",
            f"{when} · Ann · fake",
        ]
        assert [row[1] for row in texts(at, LEDGER)] == [str(jobs[1]), str(jobs[0])]
        assert [(row["cells"][2]["text"], row["cells"][2]["note"]) for row in rows] == [
            ("Picture", ""),
            ("Failed", "The model was busy"),
        ]
        assert [row[3:] for row in texts(at, LEDGER)] == [["free", "free"], ["$0.0400", "$0.00"]]

    def test_leads_to_the_job(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        [job] = write_lines(services, actor, [Line(chair, now)])
        at = page(USAGE, actor)
        _, [row], _ = component(at, LEDGER)

        click(at, LEDGER, row["id"])

        assert address(at, "id") == str(job)
        assert row["href"] == f"/job?id={job}"

    def test_comes_in_pages(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        write_lines(services, actor, [Line(chair, now)] * 26)
        at = page(USAGE, actor)
        assert len(texts(at, LEDGER)) == 25

        at.button(key="after.next").click().run()

        assert len(texts(at, LEDGER)) == 1
        assert "26 calls" in words(at)


class TestBudget:
    def test_is_set_by_an_owner(self, page: PageRunner, services: Services, actor: Actor) -> None:
        at = page(USAGE, actor)
        assert "Nothing limits what this workspace spends." in words(at)
        at.button(key="usage.budget.change").click().run()
        at.number_input(key="budget.dollars").set_value(12.34)
        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="usage.budget.change").click().run()

        at.button(key="usage.budget.change").click()
        at.button(key="budget.save").click().run()

        assert services.budgets.get(actor).limit_micros == 12_340_000
        parts, label = component(at, "usage.budget.meter")
        assert [part["text"] for part in parts] == ["$0.00", "$0.00", "$12.34 of $12.34"]
        assert label == "$12.34 of $12.34 left"

    def test_below_what_is_spent_has_to_be_confirmed(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        write_lines(services, actor, [Line(chair, now, cost_micros=5_000_000)])
        at = page(USAGE, actor)
        at.button(key="usage.budget.change").click().run()
        at.number_input(key="budget.dollars").set_value(2.0)
        at.button(key="usage.budget.change").click().run()

        assert "This month $5.00 is spent already." in words(at)
        assert at.button(key="budget.save").disabled

        at.checkbox(key="budget.sure").check()
        at.button(key="usage.budget.change").click().run()
        at.button(key="usage.budget.change").click()
        at.button(key="budget.save").click().run()

        assert services.budgets.get(actor).limit_micros == 2_000_000
        assert "nothing new can be started this month" in words(at)

    def test_is_removed(self, page: PageRunner, services: Services, actor: Actor) -> None:
        services.budgets.set_limit(actor, 10_000_000)
        at = page(USAGE, actor)
        at.button(key="usage.budget.change").click().run()

        at.button(key="usage.budget.change").click()
        at.button(key="budget.remove").click().run()

        assert services.budgets.get(actor).limit_micros is None

    def test_warns_from_four_fifths_on(
        self, page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
    ) -> None:
        services.budgets.set_limit(actor, COST * 10)
        write_lines(services, actor, [Line(chair, now)] * 8)

        at = page(USAGE, actor)

        assert "80 % of the budget is spent or reserved." in words(at)
        parts, _ = component(at, "usage.budget.meter")
        assert [part["tone"] for part in parts] == ["orange", "orange", "rest"]

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER])
    def test_is_seen_but_not_changed_by_others(
        self, page: PageRunner, services: Services, actor: Actor, role: Role
    ) -> None:
        services.budgets.set_limit(actor, 10_000_000)
        make(services, actor, role)

        at = page(USAGE, actor)

        assert component(at, "usage.budget.meter")[1] == "$10.00 of $10.00 left"
        assert "usage.budget.change" not in {button.key for button in at.button}


def test_counts_calls_under_way_apart_from_those_without_a_picture(
    page: PageRunner, services: Services, actor: Actor, chair: int, now: datetime
) -> None:
    busy = Line(chair, now, cost_micros=0, state=CallState.FAILED, failure_code="rate")
    open_call = Line(chair, now, cost_micros=0, state=CallState.INTENT)
    write_lines(services, actor, [busy, open_call, open_call, Line(chair, now)])

    at = page(USAGE, actor)

    assert "1 without a picture · 2 under way" in words(at)
