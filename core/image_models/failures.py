"""Every way in which Gemini refuses a request, as one of our failures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from core.errors import (
    ImageModelError,
    InvalidRequestError,
    ModelAuthError,
    QuotaError,
    RateLimitedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.image_models.pacific import next_quota_day
from core.image_models.texts import logged, quoted

MAX_WAIT_S = 600.0
_UNTOLD_WAIT_S = 30.0
_CANCELLED = 499
_SPEND_WAIT_S = 180.0  # the money window is ten minutes long and slides
_NO_LIMIT = re.compile(r"\blimit: 0(?!\d|\.\d)")
_DURATION = re.compile(r"(\d{1,9}(?:\.\d+)?)s?")
_NO_BILLING = (
    "The key has no billing, and image models have no free tier. "
    "An administrator has to turn on billing at Google."
)


@dataclass(frozen=True)
class Refusal:
    """An answer that is no HTTP 200, with what Google's error body says."""

    http_status: int
    status: str
    message: str
    reasons: tuple[str, ...] = ()
    quota_ids: tuple[str, ...] = ()
    retry_delay: str = ""

    def __str__(self) -> str:
        """Return it for the log."""
        facts = " ".join((*self.reasons, *self.quota_ids, self.retry_delay)).strip()
        return f"HTTP {self.http_status} {self.status} [{logged(facts)}]: {logged(self.message)}"


def refusal_from(
    http_status: int, body: object, *, key: str, retry_after: str | None = None
) -> Refusal:
    """Return what an error body says, whatever its shape; the key is blacked out in it.

    Google names a wait in the body; `retry_after` is the header of those who stand between.
    """
    error = _dict(body).get("error")
    fields = _dict(error) or _dict(body)
    details = [_dict(detail) for detail in _list(fields.get("details"))]
    violations = [_dict(row) for detail in details for row in _list(detail.get("violations"))]
    delays = _each([*details, {"retryDelay": retry_after}], "retryDelay", key)
    return Refusal(
        http_status=http_status,
        status=_text(fields, "status", key),
        message=_text(fields, "message", key),
        reasons=_each(details, "reason", key),
        quota_ids=_each(violations, "quotaId", key),
        retry_delay="".join(delays[:1]),
    )


def failure_from(refusal: Refusal, *, image_model: str) -> ImageModelError:
    """Return our failure for a refusal."""
    detail, status = str(refusal), refusal.http_status
    if barred := _barred(refusal):
        return barred
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _too_much(refusal)
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return _late(detail)
    if status == _CANCELLED:
        return UnknownOutcomeError(detail)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientModelError(detail)
    return InvalidRequestError(detail, user_message=_unaccepted(refusal, image_model))


def wrong_address(detail: str) -> InvalidRequestError:
    """Return the failure for a base URL that leads nowhere."""
    return InvalidRequestError(
        detail,
        user_message="The address of Gemini is wrong. "
        "An administrator has to check GOOGLE_GEMINI_BASE_URL.",
    )


def _barred(refusal: Refusal) -> ImageModelError | None:
    """Return why no request of this key passes, or None: neither waiting nor rewording helps."""
    detail, words = str(refusal), refusal.message.lower()
    if "BILLING_DISABLED" in refusal.reasons:
        return QuotaError(detail, user_message=_NO_BILLING)
    # A wrong key is a 400 at Google, and only its reason tells it from a wrong request.
    if refusal.http_status in (401, 403) or any(
        reason.startswith("API_KEY") for reason in refusal.reasons
    ):
        return _refused_key(detail, words)
    if refusal.http_status == HTTPStatus.BAD_REQUEST and refusal.status == "FAILED_PRECONDITION":
        if "billing" in words:
            return QuotaError(detail, user_message=_NO_BILLING)
        if "user location" in words:
            return ModelAuthError(
                detail,
                user_message="Google does not serve the country that Epox's server is in. "
                "An administrator has to look at it.",
            )
    return None


def _refused_key(detail: str, words: str) -> ModelAuthError:
    if "leaked" not in words:
        return ModelAuthError(detail)
    return ModelAuthError(
        detail,
        user_message="Google has blocked the key, because it was found in public. "
        "An administrator has to make a new one and set GEMINI_API_KEY.",
    )


def _too_much(refusal: Refusal) -> ImageModelError:
    """Tell the kinds of 429 apart: only some of them pass by waiting."""
    detail, words = str(refusal), refusal.message.lower()
    quotas = " ".join(refusal.quota_ids)
    # Here the RetryInfo misleads: image models have no free tier, so waiting never helps.
    if "FreeTier" in quotas or "free_tier" in words or _NO_LIMIT.search(words):
        return QuotaError(detail, user_message=_NO_BILLING)
    if "prepay" in words or "credits are depleted" in words:
        return QuotaError(
            detail,
            user_message="The prepaid credits at Google are used up. "
            "An administrator has to add some.",
        )
    if "spending cap" in words or "spend cap" in words:
        return QuotaError(
            detail,
            user_message="The monthly spending cap set at Google is reached. "
            "An administrator has to raise it in Google AI Studio.",
        )
    if "PerDay" in quotas:
        return _used_up_today(detail)
    untold_s = _SPEND_WAIT_S if "spend" in words else _UNTOLD_WAIT_S
    told_s = _told_s(refusal)
    return RateLimitedError(
        detail,
        retry_after_s=untold_s if told_s is None else told_s,
        is_told=told_s is not None,
    )


def _used_up_today(detail: str) -> QuotaError:
    failure = QuotaError(
        detail,
        user_message="Today's quota of the image model is used up. "
        "Epox goes on by itself after midnight Pacific time.",
    )
    failure.parked_until = next_quota_day(datetime.now(UTC))
    return failure


def _late(detail: str) -> TransientModelError:
    """Their deadline or the one that we sent passed: worth one more try, perhaps charged."""
    late = TransientModelError(
        detail,
        user_message="The image model took too long. Please retry later.",
    )
    late.is_billed = True
    late.retries = 1
    return late


def _told_s(refusal: Refusal) -> float | None:
    told = _DURATION.fullmatch(refusal.retry_delay)
    return min(max(float(told[1]), 1.0), MAX_WAIT_S) if told else None


def _unaccepted(refusal: Refusal, image_model: str) -> str:
    if refusal.http_status == HTTPStatus.NOT_FOUND:
        return f"Google does not offer the model {image_model} any more. Please choose another one."
    words = quoted(refusal.message)
    if not words:
        return InvalidRequestError.user_message
    return f"The image model does not accept this request: {words}"


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(fields: dict[str, object], name: str, key: str) -> str:
    value = fields.get(name)
    text = value if isinstance(value, str) else ""
    return text.replace(key, "***") if key else text


def _each(rows: list[dict[str, object]], name: str, key: str) -> tuple[str, ...]:
    def texts() -> Iterator[str]:
        for row in rows:
            yield _text(row, name, key)

    return tuple(text for text in texts() if text)
