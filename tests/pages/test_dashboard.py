"""The dashboard says what there is, what is being made and what came last."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductFilter
from core.domain.reviews import ReviewState
from core.errors import RefusedError, UnknownOutcomeError
from tests.support.generation import chair_with_photo
from tests.support.ledger import Line, write_lines
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.ui.job_reading import NEWS, click_row, row_ids, rows, said
from tests.ui.making import pictures, products, run, submit
from tests.ui.reading import address, card_ids, cards, click_card, words
from ui.components.tour import SAMPLE

GRID = "dashboard.grid"


def keys(at: AppTest) -> list[str]:
    """Return the keys of all buttons, in their order."""
    return [button.key or "" for button in at.button]


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
            "Collections": "0",
            "Pictures": "3",
            "Approved": "0",
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


class TestTour:
    def test_checks_off_what_is_done(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(actor=actor)
        assert "0 of 3 done" in words(at)
        assert "tour.studio" not in keys(at)

        chair_with_photo(services, actor)
        at.run()

        assert "1 of 3 done" in words(at)
        assert "first.samples" not in keys(at)
        assert at.button(key="tour.studio").label == "Open the studio"

    def test_opens_the_studio_with_a_product_and_a_preset(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        at = page(actor=actor)

        at.button(key="tour.studio").click().run()

        assert address(at, "product") == str(chair.id)
        [preset] = services.presets.list(actor)
        assert preset.name == "Scandinavian living room"
        assert "Scandinavian living room" in words(at)

    def test_opens_the_sample_that_looks_best(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.products.load_samples(actor)
        chair_with_photo(services, actor)
        [sample] = services.products.search(actor, ProductFilter(text=SAMPLE)).items
        at = page(actor=actor)

        at.button(key="tour.studio").click().run()

        assert address(at, "product") == str(sample.id)

    def test_leads_to_the_products_where_none_has_a_photo(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        products(services, actor, "Oak chair")
        at = page(actor=actor)

        at.button(key="tour.studio").click().run()

        assert [title.value for title in at.title] == ["Products"]
        assert address(at, "photo") == "no"

    def test_leads_to_the_picture_and_is_over_when_it_is_approved(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, _ = pictures(painting, actor)
        at = page(actor=actor)
        assert "2 of 3 done" in words(at)

        at.button(key="tour.review").click().run()

        assert address(at, "id") == str(newest)
        painting.reviews.set_state(actor, [newest], ReviewState.APPROVED)
        assert "in three steps" not in words(page(actor=actor))

    def test_goes_away_when_it_is_dismissed(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)
        at = page(actor=actor)

        at.button(key="tour.dismiss").click().run()

        assert "in three steps" not in words(at)

    def test_is_not_for_who_may_not_make_anything(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)
        as_role(services, actor, Role.REVIEWER)

        at = page(actor=actor)

        assert "in three steps" not in words(at)


class TestWhatWaits:
    def test_is_nothing_in_a_tidy_workspace(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)

        assert not [key for key in keys(page(actor=actor)) if key.startswith("attention.")]

    def test_leads_to_what_is_to_be_reviewed(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        newest, oldest = pictures(painting, actor)
        painting.reviews.set_state(actor, [oldest], ReviewState.APPROVED)
        at = page(actor=actor)
        button = at.button(key="attention.review")
        assert button.label == ":violet[1 picture to review]"

        button.click().run()

        assert card_ids(at, "gallery.results.grid") == [str(newest)]

    def test_leads_to_jobs_that_are_under_way_and_that_failed(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        failing = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(RefusedError())  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, failing)
        product = painting.products.get(actor, failing.product_id or 0)
        waiting = submit(painting, actor, product=product)
        at = page(actor=actor)
        labels = [at.button(key=f"attention.{key}").label for key in ("failed", "running")]
        assert labels == [":red[1 job failed in the last week]", ":blue[1 job under way]"]

        for key, job in (("failed", failing), ("running", waiting)):
            at = page(actor=actor)
            at.button(key=f"attention.{key}").click().run()
            assert row_ids(at) == [job.id]

    def test_leads_to_products_without_a_photo(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        products(services, actor, "Oak chair", "Oak table")
        at = page(actor=actor)
        button = at.button(key="attention.no_photo")
        assert button.label == ":orange[2 products without a photo]"

        button.click().run()

        assert address(at, "photo") == "no"


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
