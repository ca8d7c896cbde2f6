"""What each answer of Gemini does to a slot, the model, the ledger and the person's screen.

All is real: the SDK on the wire, the steps of a slot, the gate, the database and the files.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from core.bootstrap import Services, build_services, services_on
from core.domain.accounts import Actor
from core.domain.jobs import CallState, GenerationJob, GenerationSlot, ProviderCall, SlotStatus
from core.domain.products import Product
from core.domain.queueing import ModelState
from core.image_models.registry import image_models_from
from core.services.outcomes import WAITS_S
from core.services.slot_claims import Nothing
from core.settings import Settings
from tests.core.services.answer_cases import CASES, Case
from tests.fakes.gemini import Call, FakeGemini
from tests.fakes.gemini_answers import Answer
from tests.support import databases, postgres
from tests.support.generation import chair_with_photo, submitted
from tests.support.hands import Hands
from tests.support.invariants import broken_rules
from tests.support.people import signed_in

MODEL = "gemini-nano-banana-2.1"
STATES = {"refused": CallState.REFUSED, "unknown": CallState.UNKNOWN}
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
DATABASES = ["sqlite", *([POSTGRESQL] if postgres.is_available() else [])]
ODD = {
    "two pictures": Answer(parts=("picture", "text:and another one", "picture")),
    "drafts beside it": Answer(parts=("draft", "picture", "draft")),
    "another label": Answer(label="image/png"),
    "the label of a page": Answer(label="text/html"),
    "no room for more": Answer(finish_reason="MAX_TOKENS"),
    "no reason": Answer(finish_reason=None),
    "packed": Answer(is_packed=True),
    "slow": Answer(connection="drip"),
}
AT_ONCE_S = 5
"""As long as a slow machine may need between two statements of one transaction."""


class Studio:
    """Ann's chair, a worker that a test steps through, and the fake Gemini that it asks."""

    def __init__(self, services: Services, actor: Actor, fake: FakeGemini) -> None:
        self.services = services
        self.actor = actor
        self.fake = fake
        self.chair: Product = chair_with_photo(services, actor)
        self.job: GenerationJob
        self._hands = Hands(services)
        self._first_call = 0

    def submit(self, answer: Answer) -> None:
        """Submit one picture; from now on Gemini gives this answer."""
        self.fake.answer = answer
        self._first_call = len(self.fake.calls)
        self.job = submitted(self.services, self.actor, self.chair, variants=1, image_model=MODEL)

    def make(self, timeout_s: float = 60) -> GenerationSlot:
        """Take one attempt and return the slot after it."""
        # A worker of its own each time: leases are short, and this machine may be slow.
        self._hands = Hands(self._with_timeout(timeout_s))
        self._hands.make()
        return self.slot

    def make_at_once(self, timeout_s: float = 60) -> GenerationSlot:
        """Take one attempt without the wait that is due before it."""
        self.services.job_control.run_later(self.actor, self.job.id, None)
        self.services.model_states.resume(self.actor, MODEL)
        return self.make(timeout_s)

    def is_at_rest(self) -> bool:
        """Say whether nothing is begun now, though a slot waits."""
        return isinstance(self._hands.look(), Nothing)

    def clean(self) -> None:
        """End what a test left behind."""
        self.services.job_control.cancel(self.actor, self.job.id)
        self.services.model_states.resume(self.actor, MODEL)

    @property
    def slot(self) -> GenerationSlot:
        """Return the one slot of the job as it is now."""
        [slot] = self.services.generation.get(self.actor, self.job.id).slots
        return slot

    @property
    def lines(self) -> tuple[ProviderCall, ...]:
        """Return the job's lines of the ledger."""
        return self.services.generation.calls(self.actor, self.job.id)

    @property
    def sent(self) -> tuple[Call, ...]:
        """Return what Gemini accepted for the job."""
        return self.fake.calls[self._first_call :]

    @property
    def model(self) -> ModelState:
        """Return how the model may be asked now."""
        states = self.services.model_states.states(self.actor)
        return next(state for state in states if state.image_model == MODEL)

    def _with_timeout(self, timeout_s: float) -> Services:
        parts = self.services.parts
        if timeout_s == parts.settings.gemini_timeout_s:
            return self.services
        settings = parts.settings.model_copy(update={"gemini_timeout_s": timeout_s})
        return services_on(replace(parts, models=image_models_from(settings)))


@pytest.fixture(scope="module", params=DATABASES)
def shared_studio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    folder: Path = tmp_path_factory.mktemp("studio")
    with FakeGemini() as fake, databases.database(request.param, folder) as url:
        settings = Settings.model_validate(
            {
                "data_dir": folder / "data",
                "database_url": url,
                "worker_in_app": False,
                "gemini_api_key": fake.key,
                "gemini_base_url": fake.url,
                "gemini_timeout_s": 60,
            }
        )
        services = build_services(settings)
        studio = Studio(services, signed_in(services, "Ann", "ann@example.com"), fake)
        studio.submit(Answer())
        assert studio.make().status is SlotStatus.SUCCEEDED
        yield studio
        services.close()


@pytest.fixture
def studio(shared_studio: Studio) -> Iterator[Studio]:
    """Give the studio of the module, as if nothing had happened in it."""
    yield shared_studio
    shared_studio.clean()


def cost_of(case: Case, line: ProviderCall, sent: Call) -> int:
    """Return what a call costs by the tokens that Google counts and the prices it publishes."""
    if case.cost in ("nothing", "estimate"):
        return line.estimate_micros * (case.cost == "estimate")
    words = sum(len(part) for part in case.answer.parts or () if part.startswith("text:")) // 4
    dollars_a_million = (len(sent.prompt) // 4 + 1 + 1120 * len(sent.references)) * 1.5
    dollars_a_million += words * 7.5 + (1120 * 30 if case.cost == "picture" else 0)
    return math.ceil(dollars_a_million)


def assert_the_ledger_says(studio: Studio, case: Case, *, calls: int) -> None:
    assert len(studio.sent) == len(studio.lines) == calls
    for line, sent in zip(studio.lines, studio.sent, strict=True):
        assert line.state is STATES.get(case.code, CallState.FAILED)
        assert line.failure_code == case.code
        assert line.cost_micros == cost_of(case, line, sent)


def assert_it_failed(slot: GenerationSlot, case: Case) -> None:
    assert (slot.status, slot.failure_code) == (SlotStatus.FAILED, case.code)
    assert case.says in (slot.failure or "")
    assert case.money in (slot.failure or "")
    assert slot.asset_id is None


def assert_it_waits(studio: Studio, slot: GenerationSlot) -> None:
    assert slot.status is SlotStatus.QUEUED
    assert slot.stage.startswith("Waiting: ")
    assert slot.failure is None
    assert studio.is_at_rest()


@pytest.mark.slow
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
class TestAnAnswerWithoutAPicture:
    def test_has_its_class(self, studio: Studio, case: Case) -> None:
        pictures = studio.services.assets.search(studio.actor).total
        studio.submit(case.answer)

        slot = studio.make(case.timeout_s)

        assert_the_ledger_says(studio, case, calls=1)
        match case.then:
            case "fails" | "asks":
                assert_it_failed(slot, case)
                assert studio.model.parking is None
            case "tries":
                assert_it_waits(studio, slot)
                self._comes_to_its_end(studio, case, slot)
            case "rests":
                assert_it_waits(studio, slot)
                self._rests(studio, case, slot)
            case "parks":
                assert_it_waits(studio, slot)
                self._is_parked(studio, case)
        if case.then in ("rests", "parks"):
            self._goes_on(studio)
            pictures += 1
        assert studio.services.assets.search(studio.actor).total == pictures
        assert studio.services.parts.spool.older_than(0) == []
        assert broken_rules(studio.services) == []

    def _comes_to_its_end(self, studio: Studio, case: Case, slot: GenerationSlot) -> None:
        for count in range(1, case.calls):
            closed_at = studio.lines[-1].finished_at
            assert closed_at is not None
            wait_s = (slot.run_at - closed_at).total_seconds()
            assert 0.9 < wait_s < WAITS_S[count - 1] + AT_ONCE_S
            slot = studio.make_at_once()
        assert_it_failed(slot, case)
        assert_the_ledger_says(studio, case, calls=case.calls)

    def _rests(self, studio: Studio, case: Case, slot: GenerationSlot) -> None:
        closed_at, until = studio.lines[-1].finished_at, studio.model.resting_until
        assert closed_at is not None
        assert until is not None
        lowest_s, highest_s = case.rest_s
        assert lowest_s - 0.1 < (until - closed_at).total_seconds() < highest_s + AT_ONCE_S
        assert abs((slot.run_at - until).total_seconds()) < AT_ONCE_S
        assert case.says in slot.stage

    def _is_parked(self, studio: Studio, case: Case) -> None:
        parking = studio.model.parking
        assert parking is not None
        assert parking.code == case.code
        assert case.says in parking.reason
        assert (parking.until is not None) is case.is_over_tomorrow
        if parking.until is not None:
            assert timedelta(0) < parking.until - parking.since <= timedelta(hours=25)

    def _goes_on(self, studio: Studio) -> None:
        studio.fake.answer = Answer()
        assert studio.make_at_once().status is SlotStatus.SUCCEEDED
        assert [line.state for line in studio.lines] == [CallState.FAILED, CallState.OK]
        assert studio.model.failures_in_row == 0


@pytest.mark.slow
class TestAnOddAnswerWithAPicture:
    @pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
    def test_is_one_picture_and_paid_once(self, studio: Studio, answer: Answer) -> None:
        pictures = studio.services.assets.search(studio.actor).total
        studio.submit(answer)

        slot = studio.make()

        assert slot.status is SlotStatus.SUCCEEDED
        assert slot.asset_id is not None
        assert studio.services.assets.search(studio.actor).total == pictures + 1
        [line] = studio.lines
        assert (line.state, line.cost_micros > 33_600) == (CallState.OK, True)
        stored = studio.services.assets.stored_file(studio.actor, slot.asset_id, "original")
        _, pieces = studio.services.assets.stream(stored)
        with Image.open(io.BytesIO(b"".join(pieces))) as picture:
            picture.load()
            assert (picture.format, stored.mime_type) == ("JPEG", "image/jpeg")
        assert broken_rules(studio.services) == []


@pytest.mark.slow
class TestAnAnswerThatIsAskedForAgain:
    def test_is_a_picture_when_the_model_recovers(self, studio: Studio) -> None:
        studio.submit(CASES["503 overloaded"].answer)
        studio.make()
        studio.make_at_once()
        studio.fake.answer = Answer()

        slot = studio.make_at_once()

        assert slot.status is SlotStatus.SUCCEEDED
        assert [line.cost_micros > 0 for line in studio.lines] == [False, False, True]

    def test_needs_a_person_when_it_may_have_been_paid(self, studio: Studio) -> None:
        studio.submit(Answer(connection="reset"))
        studio.make()
        studio.fake.answer = Answer()
        assert studio.is_at_rest()

        studio.services.job_control.retry(studio.actor, studio.job.id, accept_unknown=True)

        assert studio.make().status is SlotStatus.SUCCEEDED
        assert [line.state for line in studio.lines] == [CallState.UNKNOWN, CallState.OK]
