"""An HTTP 200 without a usable picture: each kind has its failure and its sentence."""

from dataclasses import dataclass

import pytest

from core.errors import (
    ImageModelError,
    ModelAuthError,
    NoImageError,
    RefusedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.image_models.gemini import GeminiModel
from tests.core.image_models.asking import ask, failure_of
from tests.fakes.gemini import FakeGemini
from tests.fakes.gemini_answers import Answer


@dataclass(frozen=True)
class Case:
    """An answer, the failure that it has to become, and a part of the sentence for the person."""

    answer: Answer
    kind: type[ImageModelError]
    says: str = ""
    retries: int = 0


def stopped(reason: str | None, *parts: str) -> Answer:
    return Answer(finish_reason=reason, parts=parts or None)


CASES = {
    "blocked: SAFETY": Case(Answer(block_reason="SAFETY"), RefusedError, "unsafe"),
    "blocked: PROHIBITED_CONTENT": Case(
        Answer(block_reason="PROHIBITED_CONTENT"), RefusedError, "prohibited"
    ),
    "blocked: BLOCKLIST": Case(Answer(block_reason="BLOCKLIST"), RefusedError, "block list"),
    "blocked: IMAGE_SAFETY": Case(Answer(block_reason="IMAGE_SAFETY"), RefusedError, "unsafe"),
    "blocked: OTHER": Case(Answer(block_reason="OTHER"), RefusedError, "OTHER"),
    "blocked: new": Case(Answer(block_reason="NEW_ONE"), RefusedError, "NEW_ONE"),
    "no candidates": Case(Answer(has_candidates=False), TransientModelError, retries=1),
    "candidates are []": Case(Answer(raw='{"candidates": []}'), TransientModelError, retries=1),
    "empty object": Case(Answer(raw="{}"), TransientModelError, retries=1),
    "IMAGE_SAFETY": Case(stopped("IMAGE_SAFETY"), RefusedError, "unsafe"),
    "IMAGE_PROHIBITED_CONTENT": Case(
        stopped("IMAGE_PROHIBITED_CONTENT"), RefusedError, "prohibited"
    ),
    "SAFETY": Case(stopped("SAFETY"), RefusedError, "unsafe"),
    "PROHIBITED_CONTENT": Case(stopped("PROHIBITED_CONTENT"), RefusedError, "prohibited"),
    "BLOCKLIST": Case(stopped("BLOCKLIST"), RefusedError, "block list"),
    "SPII": Case(stopped("SPII"), RefusedError, "personal"),
    "RECITATION": Case(stopped("RECITATION"), RefusedError, "existing work"),
    "IMAGE_RECITATION": Case(stopped("IMAGE_RECITATION"), RefusedError, "existing work"),
    "refused with a picture": Case(stopped("IMAGE_SAFETY", "picture"), RefusedError, "unsafe"),
    "NO_IMAGE": Case(stopped("NO_IMAGE"), NoImageError, retries=1),
    "IMAGE_OTHER": Case(stopped("IMAGE_OTHER"), NoImageError, retries=1),
    "OTHER": Case(stopped("OTHER"), NoImageError, retries=1),
    "MALFORMED_RESPONSE": Case(stopped("MALFORMED_RESPONSE"), NoImageError, retries=1),
    "MAX_TOKENS": Case(stopped("MAX_TOKENS"), NoImageError, "shorten"),
    "CONTINUATION": Case(stopped("CONTINUATION"), NoImageError, "CONTINUATION"),
    "LANGUAGE": Case(stopped("LANGUAGE"), NoImageError, "LANGUAGE"),
    "ESCALATION": Case(stopped("ESCALATION"), NoImageError, "ESCALATION"),
    "PUP_LIMITED_DISABLED": Case(stopped("PUP_LIMITED_DISABLED"), ModelAuthError, "use policy"),
    "MISSING_THOUGHT_SIGNATURE": Case(
        stopped("MISSING_THOUGHT_SIGNATURE"), NoImageError, "MISSING_THOUGHT_SIGNATURE"
    ),
    "a reason of tomorrow": Case(stopped("TOO_PRETTY"), NoImageError, "TOO_PRETTY"),
    "no content": Case(stopped("STOP"), TransientModelError, retries=1),
    "no reason, no content": Case(stopped(None), TransientModelError, retries=1),
    "words": Case(stopped("STOP", "text:I cannot draw that."), NoImageError, "I cannot draw that."),
    "drafts only": Case(stopped("STOP", "draft", "draft"), NoImageError, retries=1),
    "blank words": Case(stopped("STOP", "text: \n "), NoImageError, retries=1),
    "empty picture": Case(stopped("STOP", "empty"), NoImageError),
    "gif": Case(stopped("STOP", "gif"), NoImageError),
    "html in a picture": Case(stopped("STOP", "nonsense"), NoImageError),
    "broken base64": Case(stopped("STOP", "broken"), UnknownOutcomeError),
    "html": Case(Answer(raw="<!doctype html><p>Welcome"), UnknownOutcomeError, "charged"),
    "cut JSON": Case(Answer(raw='{"candidates": [{"content": {"pa'), UnknownOutcomeError),
    "nothing": Case(Answer(raw=""), UnknownOutcomeError),
    "a list": Case(Answer(raw="[1, 2]"), UnknownOutcomeError),
    "null": Case(Answer(raw="null"), UnknownOutcomeError),
    "parts of another shape": Case(
        Answer(raw='{"candidates": [{"content": {"parts": "picture"}}]}'), UnknownOutcomeError
    ),
    "not a string": Case(
        Answer(raw='{"candidates": [{"content": {"parts": [{"inlineData": {"data": 1}}]}}]}'),
        UnknownOutcomeError,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_answer_without_a_picture_has_its_failure(
    model: GeminiModel, fake: FakeGemini, case: Case
) -> None:
    fake.script(case.answer)

    failure = failure_of(model)

    assert type(failure) is case.kind
    assert case.says in failure.user_message
    assert failure.retries == case.retries
    assert len(fake.calls) == 1, "it was sent more than once"


@pytest.mark.parametrize("reason", ["STOP", "MAX_TOKENS", "A_NEW_REASON", None])
def test_a_picture_counts_whatever_the_reason_for_stopping(
    model: GeminiModel, fake: FakeGemini, reason: str | None
) -> None:
    fake.script(stopped(reason, "picture"))

    assert ask(model).mime_type == "image/jpeg"


def test_a_refusal_says_what_the_prompt_cost(model: GeminiModel, fake: FakeGemini) -> None:
    fake.script(stopped("IMAGE_SAFETY"))

    failure = failure_of(model)

    assert failure.charge is not None
    assert failure.charge.image_tokens == 0
    assert 0 < failure.charge.cost_micros < 5_000
    assert failure.is_billed


def test_a_refusal_without_tokens_is_not_billed(model: GeminiModel, fake: FakeGemini) -> None:
    fake.script(Answer(block_reason="SAFETY", usage="none"))

    failure = failure_of(model)

    assert failure.charge is None
    assert not failure.is_billed


def test_long_words_are_cut_and_markup_is_only_text(model: GeminiModel, fake: FakeGemini) -> None:
    fake.script(stopped("STOP", "text:[see](http://evil.example) <script>\u202e" + "no " * 40_000))

    shown = failure_of(model).user_message

    assert len(shown) < 320
    assert shown.endswith("…”")
    assert not set("[]<>\u202e") & set(shown)
    assert "http://" not in shown


def test_the_words_beside_a_reason_go_to_the_log(model: GeminiModel, fake: FakeGemini) -> None:
    fake.script(Answer(finish_reason="NO_IMAGE", parts=None, finish_message="Unable to show it."))

    assert "Unable to show it." in str(failure_of(model))
