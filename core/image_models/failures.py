"""Every way in which Gemini refuses a request, as one of our failures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
from core.image_models.texts import logged, quoted

MAX_WAIT_S = 600.0
_UNTOLD_WAIT_S = 30.0
_CANCELLED = 499
_SPEND_WAIT_S = 180.0  # the money window is ten minutes long and slides
_NO_LIMIT = re.compile(r"\blimit: 0(?!\d|\.\d)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)s")


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


def refusal_from(http_status: int, body: object, *, key: str) -> Refusal:
    """Return what an error body says, whatever its shape; the key is blacked out in it."""
    error = _dict(body).get("error")
    fields = _dict(error) or _dict(body)
    details = [_dict(detail) for detail in _list(fields.get("details"))]
    violations = [_dict(row) for detail in details for row in _list(detail.get("violations"))]
    return Refusal(
        http_status=http_status,
        status=_text(fields, "status", key),
        message=_text(fields, "message", key),
        reasons=_each(details, "reason", key),
        quota_ids=_each(violations, "quotaId", key),
        retry_delay="".join(_each(details, "retryDelay", key)[:1]),
    )


def failure_from(refusal: Refusal, *, image_model: str) -> ImageModelError:
    """Return our failure for a refusal."""
    detail, status = str(refusal), refusal.http_status
    # A wrong key is a 400 at Google, and only its reason tells it from a wrong request.
    if status in (401, 403) or any(reason.startswith("API_KEY") for reason in refusal.reasons):
        return ModelAuthError(detail)
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


def _too_much(refusal: Refusal) -> ImageModelError:
    """Tell the five kinds of 429 apart: only two of them pass by waiting."""
    detail, words = str(refusal), refusal.message.lower()
    quotas = " ".join(refusal.quota_ids)
    # Here the RetryInfo misleads: image models have no free tier, so waiting never helps.
    if "FreeTier" in quotas or _NO_LIMIT.search(words):
        return QuotaError(
            detail,
            user_message="The key has no billing, and image models have no free tier. "
            "An administrator has to turn on billing at Google.",
        )
    if "prepay" in words or "credits are depleted" in words:
        return QuotaError(
            detail,
            user_message="The prepaid credits at Google are used up. "
            "An administrator has to add some.",
        )
    if "PerDay" in quotas:
        return QuotaError(
            detail,
            user_message="Today's quota of the image model is used up. "
            "It starts anew at midnight Pacific time.",
        )
    if "spend" in words:
        return RateLimitedError(detail, retry_after_s=_wait_s(refusal, _SPEND_WAIT_S))
    return RateLimitedError(detail, retry_after_s=_wait_s(refusal, _UNTOLD_WAIT_S))


def _late(detail: str) -> TransientModelError:
    """Their deadline or the one that we sent passed: worth one more try, perhaps charged."""
    late = TransientModelError(
        detail,
        user_message="The image model took too long; it may have been charged. Please retry later.",
    )
    late.is_billed = True
    late.retries = 1
    return late


def _wait_s(refusal: Refusal, untold_s: float) -> float:
    told = _DURATION.fullmatch(refusal.retry_delay)
    return min(max(float(told[1]), 1.0), MAX_WAIT_S) if told else untold_s


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
