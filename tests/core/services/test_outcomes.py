"""What follows from a failed call: the next try, the ledger's line, the person's sentence."""

from datetime import UTC, datetime

import pytest

from core.domain.generation import Backdrop, GeneratedImage, GenerationSettings, Usage
from core.domain.jobs import CallOutcome, CallState, ProviderCall, SlotWork
from core.errors import (
    Charge,
    ImageModelError,
    InvalidRequestError,
    ModelAuthError,
    NoImageError,
    QuotaError,
    RateLimitedError,
    RefusedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.services.outcomes import (
    FAILURES_BEFORE_REST,
    LONGEST_REST_S,
    WAITS_S,
    Ask,
    Fail,
    Park,
    Rest,
    TryAgain,
    breaker_rest_s,
    failure_sentence,
    outcome_of,
    reaction_to,
    stage_while_waiting,
    with_charge,
)
from tests.support.environment import ROOT

MIDNIGHT = datetime(2026, 11, 26, 8, tzinfo=UTC)
CHARGE = Charge(3_500, 2_000, 0, 60, "model-1", "response-1")


def todo(tries: int = 0) -> SlotWork:
    return SlotWork(
        slot_id=1,
        job_id=1,
        workspace_id=1,
        product_id=1,
        product_name="Chair",
        position=0,
        attempt=1,
        tries=tries,
        crash_count=0,
        settings=GenerationSettings("", 1, Backdrop("plain", "#ffffff"), "1:1", "1K", 1, "m"),
        prompt="",
        seed=1,
        dimensions=None,
        created_by=None,
        is_spooled=False,
    )


def call(estimate_micros: int = 40_000) -> ProviderCall:
    return ProviderCall("c", 1, 1, "m", CallState.INTENT, estimate_micros, 0, None, MIDNIGHT)


def charged(error: ImageModelError, charge: Charge | None = CHARGE) -> ImageModelError:
    error.charge = charge
    error.is_billed = charge is None or charge.cost_micros > 0
    return error


def used_up_until(moment: datetime | None) -> QuotaError:
    error = QuotaError("used up")
    error.parked_until = moment
    return error


class TestWhatHappensNext:
    @pytest.mark.parametrize(
        ("error", "reaction"),
        [
            (RefusedError(), Fail()),
            (InvalidRequestError(), Fail()),
            (NoImageError(), Fail()),
            (ImageModelError(), Fail()),
            (UnknownOutcomeError(), Ask()),
            (ModelAuthError(), Park(None)),
            (used_up_until(None), Park(None)),
            (used_up_until(MIDNIGHT), Park(MIDNIGHT)),
        ],
    )
    def test_without_a_wait(self, error: ImageModelError, reaction: object) -> None:
        assert reaction_to(todo(), error) == reaction

    def test_is_three_tries_where_it_may_pass(self) -> None:
        error = TransientModelError()

        longest = [reaction_to(todo(tries), error, dice=lambda: 1.0) for tries in range(4)]
        shortest = [reaction_to(todo(tries), error, dice=lambda: 0.0) for tries in range(4)]

        assert longest == [*map(TryAgain, WAITS_S), Fail()]
        assert shortest == [TryAgain(1), TryAgain(1), TryAgain(1), Fail()]

    def test_is_left_to_chance_in_between(self) -> None:
        waits = {reaction_to(todo(2), TransientModelError()) for _ in range(50)}

        assert len(waits) > 40

    def test_is_as_many_tries_as_the_error_says(self) -> None:
        error = NoImageError()
        error.retries = 1

        assert reaction_to(todo(0), error, dice=lambda: 1.0) == TryAgain(5)
        assert reaction_to(todo(1), error) == Fail()

    def test_never_ends_a_slot_that_only_has_to_wait(self) -> None:
        error = RateLimitedError("busy", retry_after_s=45)

        assert reaction_to(todo(tries=50), error, dice=lambda: 0.0) == Rest(45)

    @pytest.mark.parametrize(
        ("told_s", "dice", "wait_s"),
        [(45.5, 0.0, 45.5), (40, 1.0, 44), (0.1, 0.0, 1), (590, 1.0, 600), (86_400, 0.5, 600)],
    )
    def test_is_a_rest_that_is_never_shorter_than_told(
        self, told_s: float, dice: float, wait_s: float
    ) -> None:
        error = RateLimitedError("busy", retry_after_s=told_s)

        reaction = reaction_to(todo(), error, failures_in_row=9, dice=lambda: dice)

        assert isinstance(reaction, Rest)
        assert reaction.wait_s == pytest.approx(wait_s)

    def test_is_a_longer_rest_each_time_where_nobody_says_how_long(self) -> None:
        error = RateLimitedError("busy", retry_after_s=30, is_told=False)

        rests = [
            reaction_to(todo(), error, failures_in_row=row, dice=lambda: 0.0) for row in range(7)
        ]

        assert rests == [Rest(wait_s) for wait_s in (30, 60, 120, 240, 480, 600, 600)]

    def test_can_be_a_second_payment_only_where_the_settings_allow_it(self) -> None:
        lost = UnknownOutcomeError()

        reactions = [
            reaction_to(todo(tries), lost, repeat_unknown=2, dice=lambda: 1.0) for tries in range(3)
        ]

        assert reactions == [TryAgain(5), TryAgain(20), Ask()]


class TestTheBreaker:
    def test_lets_single_failures_pass(self) -> None:
        assert [breaker_rest_s(row) for row in range(FAILURES_BEFORE_REST)] == [0.0] * 5

    def test_opens_for_longer_and_longer(self) -> None:
        rests = [breaker_rest_s(FAILURES_BEFORE_REST + n, dice=lambda: 1.0) for n in range(8)]

        assert rests == [15, 30, 60, 120, 240, 480, 600, 600]
        assert breaker_rest_s(10_000, dice=lambda: 0.0) == LONGEST_REST_S / 2


class TestTheLedger:
    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (RefusedError(), CallState.REFUSED),
            (UnknownOutcomeError(), CallState.UNKNOWN),
            (NoImageError(), CallState.FAILED),
            (QuotaError(), CallState.FAILED),
        ],
    )
    def test_says_how_it_ended(self, error: ImageModelError, state: CallState) -> None:
        outcome = outcome_of(call(), error)

        assert (outcome.state, outcome.failure_code) == (state, error.code)

    def test_believes_the_provider(self) -> None:
        outcome = outcome_of(call(), charged(NoImageError()))

        assert outcome.cost_micros == 3_500
        assert (outcome.usage.input_tokens, outcome.usage.text_tokens) == (2_000, 60)
        assert (outcome.model_version, outcome.response_id) == ("model-1", "response-1")

    @pytest.mark.parametrize(
        ("error", "cost"),
        [(NoImageError(), 40_000), (UnknownOutcomeError(), 40_000), (TransientModelError(), 0)],
    )
    def test_assumes_the_estimate_where_the_provider_says_nothing(
        self, error: ImageModelError, cost: int
    ) -> None:
        assert outcome_of(call(), error).cost_micros == cost

    def test_says_what_an_answer_of_no_use_cost(self) -> None:
        usage = Usage(input_tokens=1_200, image_tokens=1_120, text_tokens=3)
        image = GeneratedImage(b"", "image/png", "model-1", 35_423, usage, "response-1")

        outcome = outcome_of(call(), with_charge(NoImageError("blank"), image))

        assert outcome == CallOutcome(
            CallState.FAILED, 35_423, usage, "model-1", "response-1", "no_image"
        )


class TestThePerson:
    @pytest.mark.parametrize(
        ("error", "says"),
        [
            (InvalidRequestError(), "Nothing was charged."),
            (NoImageError(), "It may have been charged."),
            (charged(NoImageError()), "It cost about $0.0035."),
            (charged(RefusedError()), "It cost about $0.0035."),
            (charged(RefusedError(), Charge(0, 0, 0, 0, "", "")), "Nothing was charged."),
            (charged(RefusedError(), Charge(3, 0, 0, 0, "", "")), "It cost about $0.0001."),
        ],
    )
    def test_reads_what_happened_and_whether_it_cost_money(
        self, error: ImageModelError, says: str
    ) -> None:
        assert failure_sentence(call(), error) == f"{error.user_message} {says}"

    @pytest.mark.parametrize("paid", [None, call(estimate_micros=0)])
    def test_reads_nothing_of_money_where_none_was_at_stake(
        self, paid: ProviderCall | None
    ) -> None:
        error = InvalidRequestError()

        assert failure_sentence(paid, error) == error.user_message

    def test_reads_only_once_that_a_lost_answer_may_have_been_charged(self) -> None:
        assert failure_sentence(call(), UnknownOutcomeError()).count("charged") == 1

    @pytest.mark.parametrize(
        "error",
        [
            RateLimitedError("busy"),
            TransientModelError(),
            NoImageError(),
            UnknownOutcomeError(),
            ModelAuthError(),
            QuotaError(),
        ],
    )
    def test_reads_why_a_slot_waits(self, error: ImageModelError) -> None:
        stage = stage_while_waiting(error)

        assert stage.startswith("Waiting: ")
        assert len(stage) <= 40


class TestTheHandbook:
    HANDBOOK = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")

    CLASSES = tuple(
        kind for kind in ImageModelError.__subclasses__() if kind.__module__ == "core.errors"
    )

    @pytest.mark.parametrize("kind", CLASSES)
    def test_explains_each_class(self, kind: type[ImageModelError]) -> None:
        assert self.HANDBOOK.count(f"\n| `{kind.code}` |") == 2

    @pytest.mark.parametrize(
        "kind",
        [
            NoImageError,
            TransientModelError,
            RateLimitedError,
            QuotaError,
            ModelAuthError,
            UnknownOutcomeError,
        ],
    )
    def test_quotes_what_a_person_reads(self, kind: type[ImageModelError]) -> None:
        assert f"| `{kind.code}` | {kind.user_message} |" in self.HANDBOOK
