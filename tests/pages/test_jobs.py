"""The list of all jobs shows how each stands, and steers them."""

from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.jobs import GenerationJob
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.domain.queueing import Priority
from core.errors import RefusedError, UnknownOutcomeError
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo, submitted
from tests.support.hands import Hands
from tests.support.pages import PageRunner
from tests.support.people import colleague_of
from tests.ui.job_reading import click_row, offered, row_ids, rows, said
from tests.ui.making import run, submit
from tests.ui.reading import address, words
from tests.ui.roles import become, join

JOBS = "pages/jobs.py"


@pytest.fixture
def chair(painting: Services, actor: Actor) -> Product:
    return chair_with_photo(painting, actor)


def lamp_with_photo(services: Services, actor: Actor) -> Product:
    lamp = services.products.create(actor, ProductDraft("Dome lamp", "LAMP-1"))
    services.products.add_photos(
        actor, lamp.id, [PhotoUpload("l.jpg", photo_bytes(colour="#336699"))]
    )
    return services.products.get(actor, lamp.id)


def fail(services: Services, actor: Actor, job: GenerationJob, *errors: Exception) -> None:
    model = services.parts.models.get("fake")
    assert isinstance(model, FakeImageModel)
    model.answers += errors
    run(services, actor, job)


class TestList:
    def test_shows_the_newest_first_with_state_cost_and_person(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        done = submit(painting, actor, product=chair)
        run(painting, actor, done)
        waiting = submit(painting, actor, product=chair)

        at = page(JOBS, actor)

        assert row_ids(at) == [waiting.id, done.id]
        first, second = rows(at)
        assert (first["sign"]["label"], first["made"]) == ("Queued", "0 of 2 pictures ready")
        assert first["cost"] == "about $0.08"
        assert first["who"] == "Ann · just now"
        assert first["photo"] == chair.photos[0].url("w160")
        assert (second["sign"]["label"], second["cost"]) == ("Ready", "$0.08")
        assert len(second["previews"]) == 2
        assert "1 job active · 2 in the queue" in words(at)

    def test_says_what_to_do_when_there_is_none(self, page: PageRunner, actor: Actor) -> None:
        at = page(JOBS, actor)

        assert "No jobs yet" in words(at)
        assert "Nothing is in the queue." in words(at)

        at.button(key="jobs.studio").click().run()

        assert [title.value for title in at.title] == ["Studio"]

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        submit(painting, actor)

        at = page(JOBS, other_actor)

        assert rows(at) == []
        assert "No jobs yet" in words(at)

    def test_says_why_pictures_failed_and_what_it_costs_to_pay_again(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        fail(painting, actor, job, RefusedError(), UnknownOutcomeError("cut"))

        at = page(JOBS, actor)

        assert f"1 picture: {RefusedError.user_message}" in said(at)
        assert "it may have been charged" in said(at)
        assert "Pay about $0.04 again" in said(at)
        assert "Retry 1 picture · up to $0.04" in said(at)
        assert offered(at) == ["retry", "pay", "accept", "again"]

    def test_shows_priority_and_when_it_starts(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        submitted(painting, actor, chair, priority=Priority.LOW, run_at=tomorrow)

        at = page(JOBS, actor)

        assert "Scheduled" in said(at)
        assert "Low priority" in said(at)
        assert f"Starts on {tomorrow.day} {tomorrow:%b}" in said(at)

    def test_opens_a_job(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(JOBS, actor)

        click_row(at, "open", job.id)

        assert address(at, "id") == str(job.id)
        assert [title.value for title in at.title] == ["Oak chair"]

    @pytest.mark.slow
    def test_goes_through_the_pages_and_back(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        made = [submit(painting, actor, variants=1, product=chair).id for _ in range(21)]
        at = page(JOBS, actor)

        at.button(key="after.next").click().run()

        assert row_ids(at) == made[:1]

        at.button(key="after.previous").click().run()

        assert row_ids(at) == made[:0:-1]

    def test_shows_peoples_words_as_they_are(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor)
        painting.accounts.rename(actor, "*Ann* [x](http://example.com)")

        at = page(JOBS, actor)

        # The list draws data as text only, see tests/ui/components/test_grid.py.
        assert rows(at)[0]["who"].startswith("*Ann* [x](http://example.com) · ")


class TestFilters:
    @pytest.fixture
    def four(self, painting: Services, actor: Actor, chair: Product) -> dict[str, int]:
        """Return a job of each kind."""
        done = submit(painting, actor, product=chair, variants=1)
        run(painting, actor, done)
        refused = submit(painting, actor, product=chair, variants=1)
        fail(painting, actor, refused, RefusedError())
        lost = submit(painting, actor, product=chair, variants=1)
        fail(painting, actor, lost, UnknownOutcomeError("cut"))
        gone = submit(painting, actor, product=chair)
        painting.job_control.cancel(actor, gone.id)
        active = submit(painting, actor, product=lamp_with_photo(painting, actor))
        return {
            "done": done.id, "refused": refused.id, "lost": lost.id, "cancelled": gone.id,
            "active": active.id,
        }  # fmt: skip

    def test_narrow_the_list_by_state(
        self, page: PageRunner, actor: Actor, four: dict[str, int]
    ) -> None:
        at = page(JOBS, actor)

        shown = {
            state: row_ids(at.segmented_control(key="jobs_state").set_value(state).run())
            for state in ("all", "active", "decision", "failed", "done", "cancelled")
        }

        assert shown == {
            "all": sorted(four.values(), reverse=True),
            "active": [four["active"]],
            "decision": [four["lost"]],
            "failed": [four["lost"], four["refused"]],
            "done": [four["done"]],
            "cancelled": [four["cancelled"]],
        }

    def test_are_taken_from_the_address(
        self, page: PageRunner, actor: Actor, four: dict[str, int]
    ) -> None:
        at = page(JOBS, actor, {"jobs_state": "Failed", "jobs_q": "oak"})

        assert row_ids(at) == [four["lost"], four["refused"]]

    def test_find_words_of_the_product(
        self, page: PageRunner, actor: Actor, four: dict[str, int]
    ) -> None:
        at = page(JOBS, actor, {"jobs_q": "dome"})

        assert row_ids(at) == [four["active"]]

    def test_show_all_again(self, page: PageRunner, actor: Actor, four: dict[str, int]) -> None:
        at = page(JOBS, actor, {"jobs_q": "nothing is called so"})

        assert "No job matches" in words(at)

        at.button(key="jobs.clear").click().run()

        assert len(row_ids(at)) == len(four)

    def test_say_that_nothing_is_to_be_decided(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor)

        at = page(JOBS, actor, {"jobs_state": "Needs a decision"})

        assert "Nothing to decide" in words(at)

    def test_tell_people_apart(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        ben = colleague_of(painting, actor, "Ben", "ben@example.com")
        join(painting, ben)
        mine = submit(painting, actor, product=chair)
        his = submit(painting, ben, product=chair)
        at = page(JOBS, actor)

        at.selectbox(key="jobs_person").select_index(1).run()

        assert row_ids(at) == [his.id]

        at.selectbox(key="jobs_person").select_index(0).run()

        assert row_ids(at) == [mine.id]


class TestActions:
    @pytest.mark.parametrize(
        ("action", "field"),
        [("pause", "paused_at"), ("cancel", "cancelled_at")],
    )
    def test_hold_or_end_a_job(
        self, page: PageRunner, painting: Services, actor: Actor, action: str, field: str
    ) -> None:
        job = submit(painting, actor)
        at = page(JOBS, actor)

        click_row(at, action, job.id)

        assert getattr(painting.generation.get(actor, job.id), field) is not None

    def test_let_a_job_go_on(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        painting.job_control.pause(actor, job.id)
        at = page(JOBS, actor)

        click_row(at, "resume", job.id)

        assert painting.generation.get(actor, job.id).paused_at is None

    def test_make_what_is_missing(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, RefusedError())
        at = page(JOBS, actor)

        click_row(at, "retry", job.id)

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_move_a_job_to_the_front(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        first = submit(painting, actor, product=chair)
        second = submit(painting, actor, product=chair)
        at = page(JOBS, actor)

        click_row(at, "front", second.id)

        priorities = [painting.generation.get(actor, job.id).priority for job in (first, second)]
        assert priorities[1] < priorities[0]

    def test_begin_now_what_was_to_begin_later(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        job = submitted(painting, actor, chair, run_at=tomorrow)
        at = page(JOBS, actor)

        click_row(at, "now", job.id)

        run_at = painting.generation.get(actor, job.id).run_at
        assert run_at is not None
        assert run_at < tomorrow - timedelta(hours=23)

    def test_ask_before_a_picture_may_be_paid_twice(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, UnknownOutcomeError("cut"))
        at = page(JOBS, actor)

        click_row(at, "pay", job.id)

        assert "may have been charged" in words(at)
        assert at.button(key="job.pay.confirm").label.replace("\\", "") == "Pay about $0.04 again"
        assert painting.generation.get(actor, job.id).status == "failed"

        at.button(key="job.pay.confirm").click().run()

        assert painting.generation.get(actor, job.id).status == "queued"
        assert "job.pay.confirm" not in {button.key for button in at.button}

    def test_leave_a_lost_picture_to_whoever_does_not_want_to_pay_again(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, UnknownOutcomeError("cut"))
        at = page(JOBS, actor)
        click_row(at, "pay", job.id)

        at.button(key="job.pay.accept").click().run()

        [slot] = painting.generation.get(actor, job.id).slots
        assert (slot.status, slot.failure_code) == ("failed", "lost")
        assert "job.pay.accept" not in {button.key for button in at.button}
        assert rows(at)[0]["sign"]["label"] == "Failed"

    def test_let_a_lost_picture_go_at_once(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, UnknownOutcomeError("cut"))
        at = page(JOBS, actor)

        click_row(at, "accept", job.id)

        assert offered(at) == ["pay", "again"]

    def test_name_the_same_sum_on_the_button_and_in_the_dialog(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=4)
        lost, refused = UnknownOutcomeError("cut"), RefusedError()
        fail(painting, actor, job, lost, refused, refused)
        at = page(JOBS, actor)
        assert "Pay about $0.04 again" in said(at)
        assert "Retry 2 pictures · up to $0.08" in said(at)

        click_row(at, "pay", job.id)

        assert "about $0.04" in words(at)
        assert "2 other pictures without a result are left as before" in words(at)

        at.button(key="job.pay.confirm").click().run()

        statuses = [slot.status for slot in painting.generation.get(actor, job.id).slots]
        assert statuses == ["queued", "failed", "failed", "succeeded"]

    def test_lead_to_the_studio_with_what_it_was_made_from(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        job = submit(painting, actor, product=chair, variants=1)
        fail(painting, actor, job, RefusedError())
        at = page(JOBS, actor)

        click_row(at, "again", job.id)

        assert address(at, "product") == str(chair.id)
        assert address(at, "photo") == ""  # the studio took it, and knows it
        assert "not one of this product's" not in words(at)

    def test_say_when_the_budget_has_no_room(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, RefusedError())
        painting.budgets.set_limit(actor, 10_000)
        at = page(JOBS, actor)

        click_row(at, "retry", job.id)

        assert "budget" in " ".join(error.value for error in at.error)
        assert "Make fewer pictures" not in at.error[0].value
        assert painting.generation.get(actor, job.id).status == "failed"

        at.run()

        assert "budget" in at.error[0].value

        at.button(key="job.error.usage").click().run()

        assert [title.value for title in at.title] == ["Usage"]

    def test_send_those_who_cannot_raise_the_budget_to_an_owner(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        fail(painting, actor, job, RefusedError())
        painting.budgets.set_limit(actor, 10_000)
        become(painting, actor, Role.EDITOR)
        at = page(JOBS, actor)

        click_row(at, "retry", job.id)

        assert "owner" in at.error[0].value
        assert "job.error.usage" not in {button.key for button in at.button}

        at.button(key="job.error.close").click().run()

        assert not at.error

    def test_are_not_offered_to_those_who_may_only_look(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        become(painting, actor, Role.VIEWER)

        at = page(JOBS, actor)

        assert row_ids(at) == [job.id]
        assert offered(at) == []
        assert "jobs.pause_all" not in {button.key for button in at.button}

    def test_ignore_what_was_never_offered(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        before = painting.generation.get(actor, job.id)
        at = page(JOBS, actor)

        click_row(at, "delete", job.id)
        click_row(at, "cancel", job.id + 1)

        assert painting.generation.get(actor, job.id) == before


class TestSubmission:
    def test_is_what_a_link_leads_to_with_its_sums(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        other = submit(painting, actor, product=chair, variants=1)
        run(painting, actor, other)
        job = submit(painting, actor, product=chair, variants=4)
        fail(painting, actor, job, RefusedError(), UnknownOutcomeError("cut"))

        at = page(JOBS, actor, {"submission": str(job.submission_id)})

        assert row_ids(at) == [job.id]
        said_of_all = "2 of 4 pictures ready · 1 failed · 1 needs a decision · $0.12"
        assert said_of_all in words(at).replace("\\", "")

        at.button(key="jobs.all").click().run()

        assert row_ids(at) == [job.id, other.id]

    def test_that_nobody_has_is_empty_and_leads_to_all_jobs(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        job = submit(painting, actor)
        theirs = submit(painting, other_actor)

        at = page(JOBS, actor, {"submission": str(theirs.submission_id)})

        assert row_ids(at) == []
        assert "No job matches" in words(at)

        at.button(key="jobs.clear").click().run()

        assert row_ids(at) == [job.id]


class TestHolds:
    def test_are_named_beside_what_waits(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        submit(painting, actor, product=chair)
        with painting.parts.database.begin() as work:
            work.model_states.pause("fake", work.now())

        assert "Fake model is stopped" in said(page(JOBS, actor))

        painting.job_control.pause_all(actor)

        assert "Waiting: all is paused" in said(page(JOBS, actor))


class TestCancelAll:
    def test_asks_first_and_says_how_many(
        self, page: PageRunner, painting: Services, actor: Actor, chair: Product
    ) -> None:
        first = submit(painting, actor, product=chair, variants=3)
        run(painting, actor, first, slots=1)
        second = submit(painting, actor, product=chair, variants=1)
        at = page(JOBS, actor)

        at.button(key="jobs.cancel_all").click().run()

        assert "3 pictures of this workspace wait and will not be made." in words(at)
        assert painting.generation.get(actor, second.id).status == "queued"

        at.button(key="jobs.cancel_all.confirm").click().run()

        assert [painting.generation.get(actor, job.id).status for job in (first, second)] == [
            "partial",
            "cancelled",
        ]
        assert "jobs.cancel_all" not in {button.key for button in at.button}

    def test_is_not_offered_where_nothing_waits(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor)
        Hands(painting).claim()
        painting.job_control.cancel_all(actor)

        at = page(JOBS, actor)

        assert "jobs.cancel_all" not in {button.key for button in at.button}


class TestPauseAll:
    def test_holds_the_workspace_and_lets_it_go_on(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        submit(painting, actor)
        at = page(JOBS, actor)

        at.button(key="jobs.pause_all").click().run()

        assert painting.workspace_queues.get(actor).is_paused
        assert "all paused" in words(at)

        at.button(key="jobs.resume_all").click().run()

        assert not painting.workspace_queues.get(actor).is_paused
