"""A job's page tells everything about it, picture by picture, and steers it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.generation import Backdrop
from core.errors import RefusedError, TransientModelError, UnknownOutcomeError
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import chair_with_photo, submitted
from tests.support.hands import Hands
from tests.support.pages import PageRunner
from tests.ui.job_reading import make_again, open_slot, prompts, slots
from tests.ui.making import run, submit
from tests.ui.reading import address, cards, words
from tests.ui.roles import become

JOB = "pages/job.py"


def answering(services: Services, *answers: Exception) -> None:
    model = services.parts.models.get("fake")
    assert isinstance(model, FakeImageModel)
    model.answers += answers


class TestJob:
    def test_shows_what_was_asked_for_and_where_it_stands(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=3)
        run(painting, actor, job, slots=2)

        at = page(JOB, actor, {"id": str(job.id)})

        assert [title.value for title in at.title] == ["Oak chair"]
        shown = words(at)
        assert "2 of 3 pictures ready" in shown
        assert "$0.08 of about $0.12" in shown
        facts = [text.value for text in at.text]
        assert {"Fake model", "Plain #f4f1ec", "1:1, 1K", "soft morning light", "Ann"} <= set(facts)
        assert at.code[0].value == job.prompt
        assert [slot["sign"]["label"] for slot in slots(at)] == ["Ready", "Ready", "Queued"]

    def test_shows_the_photo_and_the_room(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(painting, actor)
        job = submitted(painting, actor, chair, backdrop=Backdrop("room", "sage-bedroom"))

        at = page(JOB, actor, {"id": str(job.id)})

        photo, room = cards(at, f"job.sources.{job.id}")
        assert photo["src"] == chair.photos[0].url("w320")
        assert room["src"] == "/assets/rooms/sage-bedroom.webp"

    @pytest.mark.parametrize("job_id", ["", "999", "x", "-1", "9" * 30])
    def test_says_that_there_is_no_such_job(
        self, page: PageRunner, actor: Actor, job_id: str
    ) -> None:
        at = page(JOB, actor, {"id": job_id})

        assert "This job could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        job = submit(painting, actor)

        at = page(JOB, other_actor, {"id": str(job.id)})

        assert "This job could not be found" in words(at)
        assert "Oak chair" not in words(at)

    def test_leads_to_the_product_and_back_to_all_jobs(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.product").click().run()

        assert address(at, "id") == str(job.product_id)

        at = page(JOB, actor, {"id": str(job.id)})
        at.button(key="header.back").click().run()

        assert [title.value for title in at.title] == ["Jobs"]


class TestPictures:
    def test_tell_what_happened_in_order_and_what_was_sent(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        run(painting, actor, job)

        at = page(JOB, actor, {"id": str(job.id)})

        [shown] = slots(at)
        assert [line["text"] for line in shown["history"]] == [
            "Queued by Ann", "A worker began", "The image model was asked",
            "The picture was made and kept",
        ]  # fmt: skip
        [call] = shown["calls"]
        facts = dict(call["facts"])
        assert (facts["Cost"], facts["Expected"], facts["Model"]) == (
            "$0.0390",
            "$0.0400",
            "fake-1",
        )
        assert prompts(at)[call["prompt"]] == job.prompt
        assert [one["label"] for one in call["references"]] == ["Product photo: c.jpg"]
        assert shown["spent"] == "1 call · $0.04"

    def test_explain_why_there_is_none(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        answering(painting, RefusedError(), UnknownOutcomeError("cut"))
        run(painting, actor, job)

        at = page(JOB, actor, {"id": str(job.id)})

        refused, lost = slots(at)
        told = dict(refused["answers"])
        assert told["What happened"].startswith(RefusedError.user_message)
        assert told["Money"] == "Nothing was charged."
        assert lost["sign"]["label"] == "May have been charged"
        assert "may have been charged" in dict(lost["answers"])["Money"]
        assert lost["is_open_question"]

    def test_say_what_they_wait_for(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        answering(painting, TransientModelError("down"))
        Hands(painting).make()

        at = page(JOB, actor, {"id": str(job.id)})

        [waiting] = slots(at)
        assert waiting["sign"]["label"] == "Waiting"
        assert waiting["note"].startswith("The model did not answer")
        assert waiting["history"][-1]["text"].startswith("Waiting: the model did not answer")

    def test_open_large(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor, variants=1)
        run(painting, actor, job)
        [made] = painting.generation.get(actor, job.id).slots
        assert made.asset_id is not None
        at = page(JOB, actor, {"id": str(job.id)})

        open_slot(at, made.asset_id)

        assert address(at, "id") == str(made.asset_id)
        assert "SHA-256" in words(at)

    def test_that_failed_lead_to_the_studio(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        answering(painting, RefusedError())
        run(painting, actor, job)
        at = page(JOB, actor, {"id": str(job.id)})

        refused, ready = slots(at)
        assert (refused["title"], refused["tile"]) == ("Picture 1 of 2", ["failed", "Failed"])
        assert (
            refused["studio"] == f"/studio?product={job.product_id}&photo={job.settings.photo_id}"
        )
        assert ready["studio"] == ""

        make_again(at, job.slots[0].id)

        assert address(at, "product") == str(job.product_id)
        assert address(at, "photo") == ""  # the studio took it, and knows it
        assert "not one of this product's" not in words(at)

    def test_say_who_let_a_lost_answer_go(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        answering(painting, UnknownOutcomeError("cut"))
        run(painting, actor, job)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.accept").click().run()

        [lost] = slots(at)
        assert lost["history"][-1]["text"].startswith("The loss of its answer was accepted by Ann")
        assert lost["tile"] == ["lost", "Lost"]
        assert not lost["is_open_question"]
        assert "job.pay" in {button.key for button in at.button}
        assert "job.accept" not in {button.key for button in at.button}


class TestActions:
    def test_hold_and_let_go_on(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.pause").click().run()

        assert painting.generation.get(actor, job.id).paused_at is not None
        assert "Paused since" in words(at)

        at.button(key="job.resume").click().run()

        assert painting.generation.get(actor, job.id).paused_at is None

    def test_cancel_and_make_what_is_missing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        run(painting, actor, job, slots=1)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.cancel").click().run()

        assert "Cancelled, what was made is kept" in words(at)

        at.button(key="job.retry").click().run()

        statuses = [slot.status for slot in painting.generation.get(actor, job.id).slots]
        assert statuses == ["succeeded", "queued"]

    def test_move_to_the_front(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        job = submit(painting, actor)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.front").click().run()

        assert painting.generation.get(actor, job.id).priority < job.priority

    def test_change_the_prompt_of_what_is_queued(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=3)
        run(painting, actor, job, slots=1)
        at = page(JOB, actor, {"id": str(job.id)})
        at.button(key="job.prompt").click().run()

        assert "2 pictures that are still queued will be made with it." in words(at)

        at.text_area(key=f"job.prompt.{job.id}").input("A chair in the rain")
        at.button(key="job.prompt.save").click().run()

        sent = [slot.prompt for slot in painting.generation.get(actor, job.id).slots]
        assert sent == [job.prompt, "A chair in the rain", "A chair in the rain"]
        assert "2 pictures have an edited prompt" in words(at)
        assert [slot["prompt"] >= 0 for slot in slots(at)] == [False, True, True]

    def test_refuse_an_empty_prompt(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        at = page(JOB, actor, {"id": str(job.id)})
        at.button(key="job.prompt").click().run()

        at.text_area(key=f"job.prompt.{job.id}").input(" ")
        at.button(key="job.prompt.save").click().run()

        assert len(at.error) == 1
        assert painting.generation.get(actor, job.id).slots[0].prompt == job.prompt

    def test_begin_later_in_the_persons_own_time(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        at = page(JOB, actor, {"id": str(job.id)})
        at.button(key="job.later").click().run()
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)

        at.datetime_input(key=f"job.later.{job.id}").set_value(tomorrow.replace(tzinfo=None))
        at.button(key="job.later.confirm").click().run()

        assert painting.generation.get(actor, job.id).run_at == tomorrow
        assert "Scheduled" in [slot["sign"]["label"] for slot in slots(at)]

    def test_pay_again_for_what_was_lost(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor, variants=1)
        answering(painting, UnknownOutcomeError("cut"))
        run(painting, actor, job)
        at = page(JOB, actor, {"id": str(job.id)})

        at.button(key="job.pay").click().run()

        assert painting.generation.get(actor, job.id).status == "failed"

        at.button(key="job.pay.confirm").click().run()

        assert painting.generation.get(actor, job.id).status == "queued"

    def test_are_not_offered_to_those_who_may_only_look(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        job = submit(painting, actor)
        become(painting, actor, Role.VIEWER)

        at = page(JOB, actor, {"id": str(job.id)})

        steering = {button.key for button in at.button} - {"job.product", "header.back"}
        assert [key for key in steering if key and key.startswith("job.")] == []
        assert "0 of 2 pictures ready" in words(at)
