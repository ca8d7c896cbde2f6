"""The dashboard says what there is, what is being made and what came last."""

from datetime import UTC, datetime

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.errors import RefusedError, UnknownOutcomeError
from tests.support.generation import chair_with_photo
from tests.support.ledger import Line, write_lines
from tests.support.pages import PageRunner
from tests.ui.job_reading import NEWS, click_row, rows, said
from tests.ui.making import pictures, run, submit
from tests.ui.reading import address, card_ids, cards, click_card, words

GRID = "dashboard.grid"


class TestDashboard:
    def test_welcomes_a_new_workspace_and_offers_samples(
        self, page: PageRunner, actor: Actor
    ) -> None:
        at = page(actor=actor)

        assert "Welcome, Ann" in words(at)
        assert at.button(key="first.samples").label == "Load the sample catalogue"
        assert at.button(key="first.add").label == "Add a product"

    @pytest.mark.slow
    def test_loads_the_sample_catalogue(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(actor=actor)

        at.button(key="first.samples").click().run()

        assert services.products.search(actor).total == 8
        assert {metric.label: metric.value for metric in at.metric}["Products"] == "8"

    def test_counts_what_there_is(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        pictures(painting, actor, 3)

        at = page(actor=actor)

        assert {metric.label: metric.value for metric in at.metric} == {
            "Products": "1",
            "Without a photo": "0",
            "Collections": "0",
            "Pictures": "3",
            "Spent this month": "$0.12",
        }

    def test_leads_from_a_figure_to_its_page(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)
        at = page(actor=actor)

        at.button(key="count.Pictures").click().run()

        assert [title.value for title in at.title] == ["Gallery"]

    @pytest.mark.parametrize(
        ("limit_micros", "link"),
        [
            (None, ":gray[Usage]"),
            (10_000_000, ":gray[$9.96 of $10.00 left]"),
            (40_000, ":orange[$0.0010 of $0.0400 left]"),
            (39_000, ":red[Budget used up]"),
        ],
    )
    def test_says_how_the_budget_stands_and_leads_to_the_usage(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        limit_micros: int | None,
        link: str,
    ) -> None:
        chair = chair_with_photo(services, actor)
        write_lines(services, actor, [Line(chair.id, at=datetime.now(UTC))])
        services.budgets.set_limit(actor, limit_micros)
        at = page(actor=actor)
        spent = at.button(key="count.Spent this month")

        assert spent.label.replace("\\", "") == link

        spent.click().run()

        assert [title.value for title in at.title] == ["Usage"]

    def test_shows_recent_pictures_and_opens_one(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        at = page(actor=actor)

        assert card_ids(at, GRID) == [str(newest), str(oldest)]

        click_card(at, GRID, "open", newest)

        assert address(at, "id") == str(newest)

    def test_shows_peoples_words_as_they_are(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor)
        painting.accounts.rename(actor, "*Ann* [x](http://example.com)")

        at = page(actor=actor)

        # The list draws data as text only, see tests/ui/components/test_grid.py.
        [row] = rows(at, NEWS)
        assert row["who"].startswith("*Ann* [x](http://example.com) · ")


class TestJobs:
    def test_can_be_cancelled(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(actor=actor)

        click_row(at, "cancel", job.id, NEWS)

        assert painting.generation.get(actor, job.id).status == "cancelled"

    def test_say_why_they_failed_and_can_be_retried(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(RefusedError())  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, job)
        at = page(actor=actor)

        assert RefusedError.user_message in said(at, NEWS)

        click_row(at, "retry", job.id, NEWS)

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_ask_before_a_picture_may_be_paid_twice(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(UnknownOutcomeError("cut"))  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, job)
        at = page(actor=actor)

        click_row(at, "pay", job.id, NEWS)

        assert "Making 1 picture again costs **about $0.04**" in words(at)
        assert painting.generation.get(actor, job.id).status == "failed"

        at.button(key="job.pay.confirm").click().run()

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_lead_to_their_own_page(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        at = page(actor=actor)

        click_row(at, "open", job.id, NEWS)

        assert address(at, "id") == str(job.id)
        assert "Exact prompt" in words(at)

    def test_that_are_done_stay_as_a_line_for_a_while(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        run(painting, actor, job)

        at = page(actor=actor)

        assert rows(at, NEWS) == []
        [line] = [link.proto for link in at.get("page_link") if "ready" in link.proto.label]
        assert (
            line.label.replace("\\", "") == f"Oak chair · 2 pictures ready · $0.08 · Job {job.id}"
        )
        assert line.query_string == f"id={job.id}"

    def test_become_pictures(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(actor=actor)
        run(painting, actor, job)

        at.run()

        assert len(cards(at, GRID)) == 2
