"""Gemini's HTTP 200: a picture or words, or one of the many ways of answering without them.

Read from the wire's JSON and not from the SDK's types: those warn at every value that is newer
than they are, and leave out the words that come with a finish reason.
"""

import base64
import binascii
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from core.domain.generation import GeneratedImage, GenerationRequest, Usage
from core.errors import (
    Charge,
    ImageModelError,
    ModelAuthError,
    NoImageError,
    RefusedError,
    TransientModelError,
    UnknownOutcomeError,
)
from core.image_models.prices import PriceRow
from core.image_models.texts import logged, quoted
from core.image_models.vision import VisionAnswer, VisionRow

_REFUSED = {
    "SAFETY": "it looks unsafe",
    "IMAGE_SAFETY": "the picture looks unsafe",
    "PROHIBITED_CONTENT": "it may show prohibited content",
    "IMAGE_PROHIBITED_CONTENT": "the picture may show prohibited content",
    "BLOCKLIST": "a word in it is on Google's block list",
    "SPII": "it may hold personal data",
    "RECITATION": "it is too close to an existing work",
    "IMAGE_RECITATION": "the picture is too close to an existing work",
    "MODEL_ARMOR": "a filter of the provider blocked it",
    "JAILBREAK": "it looks like an attempt to get around the filter",
}
_ODD = {"NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE"}
_PLAIN_ENDS = {"", "STOP", "FINISH_REASON_UNSPECIFIED"}
_NAME_CHARS = 120  # what the ledger has room for
_URL_SAFE = str.maketrans("-_", "+/")


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class _Blob(_Wire):
    data: str = ""


class _Part(_Wire):
    thought: bool | None = None
    text: str | None = None
    inline_data: _Blob | None = None


class _Content(_Wire):
    parts: list[_Part] | None = None


class _Candidate(_Wire):
    content: _Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None


class _Feedback(_Wire):
    block_reason: str | None = None
    block_reason_message: str | None = None


class _Answer(_Wire):
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: object = None
    model_version: str | None = None
    response_id: str | None = None


_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]  # beyond that it is no count of tokens


class _Tokens(_Wire):
    modality: str = ""
    token_count: _Count = 0


class _UsageMetadata(_Wire):
    prompt_token_count: _Count = 0
    candidates_token_count: _Count = 0
    thoughts_token_count: _Count = 0
    candidates_tokens_details: list[_Tokens] = []


_USAGE: TypeAdapter[_UsageMetadata] = TypeAdapter(_UsageMetadata)


class _Priced(Protocol):
    def cost_micros(self, usage: Usage) -> int: ...


def read_answer(body: str, row: PriceRow, request: GenerationRequest) -> GeneratedImage:
    """Return the picture of an answer, or raise the failure that its lack means.

    What the answer says it consumed travels with either.
    """
    answer = _parsed(body)
    try:
        data = _picture(answer)
    except ImageModelError as failure:
        _charge(failure, answer, row)
        raise
    usage = _usage(answer, has_picture=True)
    return GeneratedImage(
        data=data,
        mime_type=mime_type_of(data),
        model_version=_named(answer.model_version) or row.id,
        cost_micros=row.cost_micros(usage) if usage else row.estimate_micros(request),
        usage=usage or Usage(),
        response_id=_named(answer.response_id),
    )


def read_words(body: str, row: VisionRow) -> VisionAnswer:
    """Return the words of an answer, or raise the failure that their lack means."""
    answer = _parsed(body)
    try:
        text = _words(answer)
    except ImageModelError as failure:
        _charge(failure, answer, row)
        raise
    usage = _usage(answer, has_picture=False)
    return VisionAnswer(
        text=text,
        usage=usage or Usage(),
        cost_micros=row.cost_micros(usage) if usage else row.cost_range(len(text))[1],
        model_version=_named(answer.model_version) or row.id,
        response_id=_named(answer.response_id),
    )


def _parsed(body: str) -> _Answer:
    try:
        return _Answer.model_validate_json(body)
    except ValidationError as error:
        kinds = {detail["type"] for detail in error.errors(include_input=False)}
        raise UnknownOutcomeError(f"unreadable answer: {sorted(kinds)}") from None


def mime_type_of(data: bytes) -> str:
    """Return what the bytes are by their first ones, or raise `NoImageError`."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    raise NoImageError(f"the picture begins with {data[:12].hex() or 'nothing'}")


def _candidate(answer: _Answer) -> tuple[str, list[_Part], str]:
    """Return why it ended, its parts and its message; the order of the checks matters."""
    feedback = answer.prompt_feedback
    if feedback and feedback.block_reason:
        raise _refused(feedback.block_reason, feedback.block_reason_message or "")
    if not answer.candidates:
        raise _passing("no candidates")
    candidate = answer.candidates[0]
    reason, message = candidate.finish_reason or "", candidate.finish_message or ""
    if reason in _REFUSED:
        raise _refused(reason, message)
    return reason, (candidate.content and candidate.content.parts) or [], message


def _words(answer: _Answer) -> str:
    """Return the words that are no thoughts, if the model came to an end of its own accord."""
    reason, parts, message = _candidate(answer)
    words = "".join(part.text for part in parts if part.text and not part.thought)
    if reason in _PLAIN_ENDS and words.strip():
        return words
    detail = f"{_name(reason) or 'no reason'}: {logged(message or words)}"
    if reason == "MAX_TOKENS":
        raise NoImageError(
            detail, user_message="The model ran out of room before its answer was complete."
        )
    failure = _once_more(detail) if words else _passing(detail)
    failure.user_message = "The model stopped without an answer."
    raise failure


def _picture(answer: _Answer) -> bytes:
    """Return the last picture that is no draft."""
    reason, parts, message = _candidate(answer)
    pictures = [part.inline_data for part in parts if part.inline_data and not part.thought]
    if not pictures:
        raise _without_picture(reason, parts, message)
    data = _decoded(pictures[-1].data)
    mime_type_of(data)
    return data


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        raise UnknownOutcomeError(f"the picture's base64 is broken ({len(text)} chars)") from None


def _refused(reason: str, message: str) -> RefusedError:
    why = _REFUSED.get(reason, f"the reason given is {_name(reason)}")
    return RefusedError(
        f"{_name(reason)}: {logged(message)}",
        user_message=f"The safety filter refused this picture: {why}. "
        "Please change the prompt or the photo.",
    )


def _without_picture(reason: str, parts: list[_Part], message: str) -> ImageModelError:
    words = " ".join(part.text for part in parts if part.text and not part.thought)
    detail = f"{_name(reason) or 'no reason'}: {logged(message or words)}"
    if reason in _ODD:
        return _once_more(detail)
    if reason == "PUP_LIMITED_DISABLED":
        return ModelAuthError(
            detail,
            user_message="Google has limited this account because of its use policy. "
            "An administrator has to look at it.",
        )
    if reason == "MAX_TOKENS":
        return NoImageError(
            detail,
            user_message="The image model ran out of room before the picture was done. "
            "Please shorten the prompt.",
        )
    if reason not in _PLAIN_ENDS:
        return NoImageError(
            detail, user_message=f"The image model stopped without a picture: {_name(reason)}."
        )
    if said := quoted(words):
        return NoImageError(
            detail,
            user_message=f"The image model answered in words instead of a picture: “{said}”",
        )
    return _once_more("drafts only") if parts else _passing("no parts")


def _passing(detail: str) -> TransientModelError:
    failure = TransientModelError(detail)
    failure.retries = 1
    return failure


def _once_more(detail: str) -> NoImageError:
    failure = NoImageError(detail)
    failure.retries = 1
    return failure


def _name(reason: str) -> str:
    """Return a reason's name, which may be newer than this code, as plain text."""
    return quoted(reason.replace("_", " "), limit=60).replace(" ", "_")


def _named(name: str | None) -> str:
    return logged(name or "", limit=_NAME_CHARS)


def _charge(failure: ImageModelError, answer: _Answer, row: _Priced) -> None:
    """Note on the failure what the call consumed, where the answer says it."""
    usage = _usage(answer, has_picture=isinstance(failure, UnknownOutcomeError))
    if usage is None:
        return
    cost = row.cost_micros(usage)
    failure.charge = Charge(
        cost_micros=cost,
        input_tokens=usage.input_tokens,
        image_tokens=usage.image_tokens,
        text_tokens=usage.text_tokens,
        model_version=_named(answer.model_version),
        response_id=_named(answer.response_id),
    )
    failure.is_billed = failure.is_billed or cost > 0


def _usage(answer: _Answer, *, has_picture: bool) -> Usage | None:
    """Return the tokens, or None where the answer does not say them in a way that can be used."""
    try:
        told = _USAGE.validate_python(answer.usage_metadata)
    except ValidationError:
        return None
    if has_picture and not told.candidates_token_count:
        return None
    images = [row.token_count for row in told.candidates_tokens_details if row.modality == "IMAGE"]
    # Without the breakdown all of a picture's tokens count as the dearer kind.
    drawn = sum(images) if images else told.candidates_token_count * has_picture
    spoken = max(told.candidates_token_count - drawn, 0) + told.thoughts_token_count
    return Usage(told.prompt_token_count, drawn, spoken)
