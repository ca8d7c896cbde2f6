"""Every HTTP refusal of Google becomes the failure that tells what to do about it."""

import pickle
from dataclasses import dataclass

import pytest

from core.errors import (
    ImageModelError,
    InvalidRequestError,
    ModelAuthError,
    QuotaError,
    RateLimitedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.image_models.gemini import GeminiModel
from core.image_models.gemini_client import GeminiClient
from tests.core.image_models.asking import failure_of, gemini, settings_for
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer, error_info, quota_failure, refusal, retry_info

EXHAUSTED = "RESOURCE_EXHAUSTED"
PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel"
PER_DAY = "GenerateRequestsPerDayPerProjectPerModel"


@dataclass(frozen=True)
class Case:
    """A refusal, the failure that it has to become, and a part of the sentence for the person."""

    answer: Answer
    kind: type[ImageModelError]
    says: str = ""
    wait_s: float | None = None
    is_told: bool = True
    retries: int = 0
    is_billed: bool = False
    is_over_tomorrow: bool = False


REFUSALS = {
    "wrong key": Case(
        refusal(400, "INVALID_ARGUMENT", "API key not valid.", error_info("API_KEY_INVALID")),
        ModelAuthError,
        "GEMINI_API_KEY",
    ),
    "expired key": Case(
        refusal(400, "INVALID_ARGUMENT", "API key expired.", error_info("API_KEY_EXPIRED")),
        ModelAuthError,
    ),
    "bad request": Case(
        refusal(400, "INVALID_ARGUMENT", "Unable to process input image."),
        InvalidRequestError,
        "Unable to process input image.",
    ),
    "wrong country": Case(
        refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        ModelAuthError,
        "country",
    ),
    "no billing in this country": Case(
        refusal(
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use without a billing account linked.",
        ),
        QuotaError,
        "billing",
    ),
    "another precondition": Case(
        refusal(400, "FAILED_PRECONDITION", "The file is not in an ACTIVE state."),
        InvalidRequestError,
        "ACTIVE",
    ),
    "no answer in the 400": Case(
        Answer(status=400, raw="{}"), InvalidRequestError, "change the settings"
    ),
    "unauthenticated": Case(refusal(401, "UNAUTHENTICATED", "no"), ModelAuthError),
    "leaked key": Case(
        refusal(403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
        ModelAuthError,
        "found in public",
    ),
    "no access": Case(
        refusal(403, "PERMISSION_DENIED", "The caller does not have permission"),
        ModelAuthError,
        "GEMINI_API_KEY",
    ),
    "billing is off": Case(
        refusal(403, "PERMISSION_DENIED", "Enable it.", error_info("BILLING_DISABLED")),
        QuotaError,
        "billing",
    ),
    "retired model": Case(
        refusal(404, "NOT_FOUND", "models/gemini-nano-banana-2.1 is not found"),
        InvalidRequestError,
        "gemini-nano-banana-2.1",
    ),
    "slow upload": Case(refusal(408, "ABORTED", "slow"), TransientModelError, retries=3),
    "too large": Case(
        refusal(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit"),
        InvalidRequestError,
        "payload size",
    ),
    "rate": Case(
        refusal(429, EXHAUSTED, "quota", quota_failure(PER_MINUTE), retry_info("45.837906927s")),
        RateLimitedError,
        wait_s=45.837906927,
    ),
    "rate without a delay": Case(
        refusal(429, EXHAUSTED, "quota", quota_failure(PER_MINUTE)),
        RateLimitedError,
        wait_s=30,
        is_told=False,
    ),
    "rate with an endless delay": Case(
        refusal(429, EXHAUSTED, "quota", quota_failure(PER_MINUTE), retry_info("86400s")),
        RateLimitedError,
        wait_s=600,
    ),
    "rate with a delay of nothing": Case(
        refusal(429, EXHAUSTED, "quota", retry_info("0s")),
        RateLimitedError,
        wait_s=1,
    ),
    "rate with a nonsense delay": Case(
        refusal(429, EXHAUSTED, "quota", retry_info("soon")),
        RateLimitedError,
        wait_s=30,
        is_told=False,
    ),
    "day": Case(
        refusal(429, EXHAUSTED, "quota", quota_failure(PER_MINUTE, PER_DAY), retry_info("3s")),
        QuotaError,
        "midnight",
        is_over_tomorrow=True,
    ),
    "day, said by a gateway": Case(
        Answer(
            status=429,
            body=refusal(429, EXHAUSTED, "quota", quota_failure(PER_DAY)).body,
            headers={"Retry-After": "5"},
        ),
        QuotaError,
        "midnight",
        is_over_tomorrow=True,
    ),
    "free tier": Case(
        refusal(
            429,
            EXHAUSTED,
            "You exceeded your current quota, limit: 0, model: gemini-nano-banana-2.1",
            quota_failure(f"{PER_DAY}-FreeTier", f"{PER_MINUTE}-FreeTier"),
            retry_info("12s"),
        ),
        QuotaError,
        "billing",
    ),
    "free tier without details": Case(
        refusal(
            429,
            EXHAUSTED,
            "Quota exceeded for metric: generate_content_free_tier_requests, limit: 20",
        ),
        QuotaError,
        "billing",
    ),
    "limit of nothing": Case(
        refusal(429, EXHAUSTED, "Quota exceeded, limit: 0.", retry_info("12s")),
        QuotaError,
        "billing",
    ),
    "limit above nothing": Case(
        refusal(429, EXHAUSTED, "Quota exceeded, limit: 0.5", retry_info("12s")),
        RateLimitedError,
        wait_s=12,
    ),
    "money per ten minutes": Case(
        refusal(
            429,
            EXHAUSTED,
            "You exceeded your spend-based rate limit. Your spending rate has exceeded the "
            "allowed limit for your account's billing history and tier.",
        ),
        RateLimitedError,
        wait_s=180,
        is_told=False,
    ),
    "money is gone": Case(
        refusal(429, EXHAUSTED, "Your prepayment credits are depleted."), QuotaError, "credits"
    ),
    "prepaid money is gone": Case(
        refusal(429, EXHAUSTED, "Your Prepay credit balance is depleted."), QuotaError, "credits"
    ),
    "the cap of the month": Case(
        refusal(429, EXHAUSTED, "Your project has exceeded its monthly spending cap."),
        QuotaError,
        "spending cap",
    ),
    "rate, said by a gateway": Case(
        Answer(status=429, raw="<html>slow down", headers={"Retry-After": "17"}),
        RateLimitedError,
        wait_s=17,
    ),
    "rate, with the date of a gateway": Case(
        Answer(status=429, raw="", headers={"Retry-After": "Fri, 27 Nov 2026 10:00:00 GMT"}),
        RateLimitedError,
        wait_s=30,
        is_told=False,
    ),
    "both say how long": Case(
        Answer(
            status=429,
            body=refusal(429, EXHAUSTED, "quota", retry_info("41s")).body,
            headers={"Retry-After": "17"},
        ),
        RateLimitedError,
        wait_s=41,
    ),
    "plain 429": Case(
        refusal(429, EXHAUSTED, "Resource has been exhausted (e.g. check quota)."),
        RateLimitedError,
        wait_s=30,
        is_told=False,
    ),
    "cancelled": Case(
        refusal(499, "CANCELLED", "The operation was cancelled."),
        UnknownOutcomeError,
        is_billed=True,
    ),
    "theirs": Case(refusal(500, "INTERNAL", "An error"), TransientModelError, retries=3),
    "html from a gateway": Case(
        Answer(status=502, raw="<html><h1>502</h1>" + "x" * 9000), TransientModelError, retries=3
    ),
    "overloaded": Case(
        refusal(503, "UNAVAILABLE", "The model is overloaded."), TransientModelError, retries=3
    ),
    "deadline": Case(
        refusal(504, "DEADLINE_EXCEEDED", "Deadline expired"),
        TransientModelError,
        "too long",
        retries=1,
        is_billed=True,
    ),
    "redirect": Case(
        Answer(status=307, raw="", headers={"Location": "http://127.0.0.1:1/"}),
        InvalidRequestError,
    ),
    "a list for a body": Case(
        Answer(status=503, raw='[{"error": {"code": 503, "message": "a", "status": "b"}}]'),
        TransientModelError,
        retries=3,
    ),
    "odd shapes": Case(
        Answer(status=400, raw='{"error": {"message": 7, "details": [3, {"violations": "x"}]}}'),
        InvalidRequestError,
    ),
}


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_has_its_failure(model: GeminiModel, fake: FakeGemini, case: Case) -> None:
    fake.script(case.answer)

    failure = failure_of(model)

    assert type(failure) is case.kind
    assert case.says in failure.user_message
    assert failure.retries == case.retries
    assert failure.is_billed is case.is_billed
    assert getattr(failure, "retry_after_s", None) == case.wait_s
    assert getattr(failure, "is_told", True) is case.is_told
    assert failure.parks is (case.kind in (ModelAuthError, QuotaError))
    assert (failure.parked_until is not None) is case.is_over_tomorrow
    assert len(fake.calls) == 1, "it was sent more than once"
    assert len(str(failure)) < 1200


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_each_failure_can_be_stored_and_read_again(
    model: GeminiModel, fake: FakeGemini, case: Case
) -> None:
    fake.script(case.answer)
    failure = failure_of(model)

    again = pickle.loads(pickle.dumps(failure))  # noqa: S301 - made one line above

    assert type(again) is type(failure)
    assert (str(again), vars(again)) == (str(failure), vars(failure))


def test_markup_in_a_refusal_is_only_text(model: GeminiModel, fake: FakeGemini) -> None:
    fake.script(refusal(400, "INVALID_ARGUMENT", "![x](https://evil.example/p)<b>\n**hi** $x$ `y`"))

    shown = failure_of(model).user_message

    assert not set("[]<>*`$\n") & set(shown)
    assert "https://" not in shown


class TestTheKey:
    KEY = "AIza-a-key-that-must-not-be-seen"

    @pytest.mark.parametrize(
        "answer",
        [
            refusal(400, "INVALID_ARGUMENT", f"bad {KEY} here", error_info(f"X {KEY}")),
            refusal(403, f"{KEY}", f"The key {KEY} was reported as leaked"),
            Answer(status=500, raw=f"<html>{KEY}</html>"),
            Answer(raw=f"no JSON {KEY}"),
            Answer(connection="cut"),
        ],
    )
    def test_is_never_shown_or_logged(
        self, answer: Answer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        with FakeGemini(key=self.KEY) as fake:
            fake.script(answer)
            client = GeminiClient(settings_for(fake))
            failure: BaseException | None = failure_of(gemini(client))
            client.close()

        assert isinstance(failure, ImageModelError)
        assert self.KEY not in failure.user_message
        while failure is not None:
            assert self.KEY not in str(failure)
            failure = failure.__cause__
        assert self.KEY not in caplog.text
        assert self.KEY not in repr(vars(client))

    def test_that_is_wrong_is_refused_by_google(self) -> None:
        with FakeGemini() as fake:
            client = GeminiClient(settings_for(fake, gemini_api_key="another"))

            assert type(failure_of(gemini(client))) is ModelAuthError
            assert fake.calls == ()
            client.close()

    @pytest.mark.parametrize("key", ["ключ", "two\nlines", "auth_tokens/x", " "])
    def test_that_cannot_be_one_is_refused_before_anything_is_sent(self, key: str) -> None:
        with FakeGemini() as fake:
            client = GeminiClient(settings_for(fake, gemini_api_key=key))

            failure = failure_of(gemini(client))

            assert type(failure) is ModelAuthError
            assert key.strip() == "" or key not in str(failure)
            assert fake.calls == ()
            client.close()
