"""The dashboard says what there is, what is being made and what came last."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.errors import RefusedError, UnknownOutcomeError
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
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
            "Spent this month": "$0.1170",
        }

    def test_leads_from_a_figure_to_its_page(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)
        at = page(actor=actor)

        at.button(key="count.Pictures").click().run()

        assert [title.value for title in at.title] == ["Gallery"]

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

        [card] = [part.value for part in at.caption if "ready" in part.value]
        assert "by \\*Ann\\* \\[x\\]\\(http" in card


class TestJobs:
    def test_can_be_cancelled(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(actor=actor)

        at.button(key=f"job.{job.id}.close").click().run()

        assert painting.generation.get(actor, job.id).status == "cancelled"

    def test_say_why_they_failed_and_can_be_retried(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(RefusedError())  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, job)
        at = page(actor=actor)

        assert RefusedError.user_message in words(at)

        at.button(key=f"job.{job.id}.refresh").click().run()

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_ask_before_a_picture_may_be_paid_twice(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(UnknownOutcomeError("cut"))  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, job)
        at = page(actor=actor)

        at.button(key=f"job.{job.id}.currency_exchange").click().run()

        assert "will then be charged a second time" in words(at)
        assert painting.generation.get(actor, job.id).status == "failed"

        at.button(key=f"job.{job.id}.payments").click().run()

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_are_left_alone_when_the_person_does_not_want_to_pay_again(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        painting.parts.models.get("fake").answers.append(UnknownOutcomeError("cut"))  # type: ignore[attr-defined] # it is the fake one
        run(painting, actor, job)
        at = page(actor=actor)
        at.button(key=f"job.{job.id}.currency_exchange").click().run()

        at.button(key=f"job.{job.id}.undo").click().run()

        assert "charged a second time" not in words(at)
        assert painting.generation.get(actor, job.id).status == "failed"

    def test_become_pictures(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(actor=actor)
        run(painting, actor, job)

        at.run()

        assert len(cards(at, GRID)) == 2
