"""Everything that Gemini may say instead of a picture, and what Epox has to make of it."""

from dataclasses import dataclass
from typing import Literal

from tests.fakes.gemini_answers import (
    Answer,
    error_info,
    gateway_page,
    quota_failure,
    refusal,
    retry_info,
)

Next = Literal["fails", "asks", "tries", "rests", "parks"]
Cost = Literal["nothing", "prompt", "words", "picture", "estimate"]

_EXHAUSTED = "RESOURCE_EXHAUSTED"
_BAD = "INVALID_ARGUMENT"
_PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel"
_PER_DAY = "GenerateRequestsPerDayPerProjectPerModel"


@dataclass(frozen=True)
class Case:
    """An answer that comes each time, and what follows from it.

    `calls` is how often it is asked for in all before the slot has failed; what rests or parks
    fails never. `cost` is that of each call. `says` is a part of what the person reads.
    """

    answer: Answer
    code: str
    then: Next
    cost: Cost = "nothing"
    says: str = ""
    calls: int = 1
    rest_s: tuple[float, float] = (0, 0)
    is_over_tomorrow: bool = False
    timeout_s: float = 60

    @property
    def money(self) -> str:
        """Return what a failed slot says of money."""
        sentences = {"nothing": "Nothing was charged.", "estimate": "may have been charged"}
        lost = self.then == "asks"
        return sentences["estimate"] if lost else sentences.get(self.cost, "It cost about $0.0")


def barred(answer: Answer, code: str, says: str, *, tomorrow: bool = False) -> Case:
    """Return the case of an answer after which nothing more is asked of the model."""
    return Case(answer, code, "parks", says=says, is_over_tomorrow=tomorrow)


def busy(answer: Answer, lowest_s: float, highest_s: float) -> Case:
    """Return the case of an answer after which the model rests for so long."""
    return Case(answer, "rate", "rests", says="the model is busy", rest_s=(lowest_s, highest_s))


def theirs(answer: Answer) -> Case:
    """Return the case of a failure of theirs, for free."""
    return Case(answer, "transient", "tries", says="did not answer", calls=4)


def lost(answer: Answer, cost: Cost = "estimate", *, timeout_s: float = 60) -> Case:
    """Return the case of an answer that nobody can read, though it may be paid."""
    says = "may have been charged"
    return Case(answer, "unknown", "asks", cost=cost, says=says, timeout_s=timeout_s)


def refused(answer: Answer, says: str, cost: Cost = "prompt") -> Case:
    """Return the case of a safety filter."""
    return Case(answer, "refused", "fails", cost=cost, says=says)


def without(answer: Answer, cost: Cost, says: str = "without a usable picture") -> Case:
    """Return the case of an answer that is final and holds no picture."""
    return Case(answer, "no_image", "fails", cost=cost, says=says)


def once_more(answer: Answer, code: str = "no_image") -> Case:
    """Return the case of an answer without a picture that is asked for one more time."""
    says = "did not answer" if code == "transient" else "without a usable picture"
    return Case(answer, code, "tries", cost="prompt", says=says, calls=2)


def stopped(reason: str | None, *parts: str, message: str = "") -> Answer:
    """Return an answer that ends for this reason, with these parts."""
    return Answer(finish_reason=reason, parts=parts or None, finish_message=message)


def too_many(message: str, *quota_ids: str, delay: str = "") -> Answer:
    """Return a 429 with these details."""
    details = [quota_failure(*quota_ids)] if quota_ids else []
    return refusal(429, _EXHAUSTED, message, *details, *([retry_info(delay)] if delay else []))


REFUSALS = {
    "400 wrong key": barred(
        refusal(400, _BAD, "API key not valid.", error_info("API_KEY_INVALID")),
        "auth",
        "GEMINI_API_KEY",
    ),
    "400 a request that Google does not take": Case(
        refusal(400, _BAD, "Unable to process input image."),
        "invalid",
        "fails",
        says="Unable to process input image.",
    ),
    "400 no billing": barred(
        refusal(400, "FAILED_PRECONDITION", "Please enable billing on your project."),
        "quota",
        "turn on billing",
    ),
    "400 a country without service": barred(
        refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        "auth",
        "country",
    ),
    "403 leaked key": barred(
        refusal(403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
        "auth",
        "found in public",
    ),
    "403 no access": barred(
        refusal(403, "PERMISSION_DENIED", "The caller does not have permission"),
        "auth",
        "GEMINI_API_KEY",
    ),
    "404 retired model": Case(
        refusal(404, "NOT_FOUND", "models/gemini-nano-banana-2.1 is not found"),
        "invalid",
        "fails",
        says="does not offer the model gemini-nano-banana-2.1 any more",
    ),
    "413 too large": Case(
        refusal(413, _BAD, "Request payload size exceeds the limit"),
        "invalid",
        "fails",
        says="payload size",
    ),
    "429 rate": busy(too_many("quota", _PER_MINUTE, delay="45.837906927s"), 45.8, 50.5),
    "429 rate without a delay": busy(too_many("quota", _PER_MINUTE), 30, 33),
    "429 rate with an endless delay": busy(too_many("quota", delay="86400s"), 600, 600),
    "429 of a gateway with Retry-After": busy(
        Answer(status=429, raw="<html>slow down", headers={"Retry-After": "17"}), 17, 18.7
    ),
    "429 money per ten minutes": busy(
        too_many("You exceeded your spend-based rate limit."), 180, 198
    ),
    "429 plain": busy(too_many("Resource has been exhausted (e.g. check quota)."), 30, 33),
    "429 day": barred(
        too_many("quota", _PER_MINUTE, _PER_DAY, delay="3s"), "quota", "midnight", tomorrow=True
    ),
    "429 free tier": barred(
        too_many("quota, limit: 0", f"{_PER_DAY}-FreeTier", delay="12s"),
        "quota",
        "turn on billing",
    ),
    "429 credits": barred(
        too_many("Your prepayment credits are depleted."), "quota", "prepaid credits"
    ),
    "429 the cap of the month": barred(
        too_many("Your project has exceeded its monthly spending cap."), "quota", "spending cap"
    ),
    "499 cancelled": lost(refusal(499, "CANCELLED", "The operation was cancelled.")),
    "500 internal": theirs(refusal(500, "INTERNAL", "An internal error has occurred.")),
    "502 a gateway's page": theirs(gateway_page()),
    "503 overloaded": theirs(refusal(503, "UNAVAILABLE", "The model is overloaded.")),
    "503 nothing": theirs(Answer(status=503, raw="")),
    "504 deadline": Case(
        refusal(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete"),
        "transient",
        "tries",
        cost="estimate",
        says="took too long",
        calls=2,
    ),
}

LOST = {
    "reset": lost(Answer(connection="reset")),
    "closed": lost(Answer(connection="close")),
    "cut in its middle": lost(Answer(connection="cut")),
    "hanging for five minutes": lost(Answer(connection="hang"), timeout_s=0.5),
    "HTML": lost(Answer(raw="<!doctype html><p>Welcome to the hotel's network")),
    "cut JSON": lost(Answer(raw='{"candidates": [{"content": {"pa')),
    "nothing": lost(Answer(raw="")),
    "wrong base64": lost(stopped("STOP", "broken"), "picture"),
    "a bomb": lost(Answer(bomb_mb=200)),
    "that of another request": lost(Answer(is_of_another=True)),
}

WITHOUT_PICTURE = {
    "prompt blocked": refused(Answer(block_reason="SAFETY"), "it looks unsafe"),
    "prompt blocked, without tokens": refused(
        Answer(block_reason="PROHIBITED_CONTENT", usage="none"), "prohibited content", "nothing"
    ),
    "IMAGE_SAFETY": refused(stopped("IMAGE_SAFETY"), "the picture looks unsafe"),
    "IMAGE_RECITATION": refused(stopped("IMAGE_RECITATION"), "too close to an existing work"),
    "a refused picture": refused(stopped("IMAGE_SAFETY", "picture"), "unsafe", "picture"),
    "no candidates": once_more(Answer(has_candidates=False), "transient"),
    "no content": once_more(stopped("STOP"), "transient"),
    "NO_IMAGE": once_more(stopped("NO_IMAGE", message="Unable to show it.")),
    "MALFORMED_RESPONSE": once_more(stopped("MALFORMED_RESPONSE")),
    "drafts only": once_more(stopped("STOP", "draft", "draft")),
    "MAX_TOKENS": without(stopped("MAX_TOKENS"), "prompt", "shorten the prompt"),
    "a reason of tomorrow": without(stopped("TOO_PRETTY"), "prompt", "TOO_PRETTY"),
    "words": without(stopped("STOP", "text:I cannot draw that."), "words", "I cannot draw that."),
    "the use policy": Case(
        stopped("PUP_LIMITED_DISABLED"), "auth", "parks", cost="prompt", says="use policy"
    ),
}

NO_USABLE_PICTURE = {
    kind: without(stopped("STOP", kind), "picture")
    for kind in ("empty", "gif", "nonsense", "zero_png", "huge_png", "torn", "blank", "clear")
}

CASES = {**REFUSALS, **LOST, **WITHOUT_PICTURE, **NO_USABLE_PICTURE}
