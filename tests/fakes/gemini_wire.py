"""What Google's generateContent accepts, checked to the letter."""

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.gemini_edits import check_edit, is_edit
from tests.fakes.gemini_words import TEXT_MODELS, schema_in

RATIOS = {
    "1:1": (1024, 1024),
    "3:2": (1264, 848),
    "2:3": (848, 1264),
    "4:3": (1200, 896),
    "3:4": (896, 1200),
    "5:4": (1152, 928),
    "4:5": (928, 1152),
    "16:9": (1376, 768),
    "9:16": (768, 1376),
    "21:9": (1584, 672),
}
FACTORS = {"1K": 1, "2K": 2, "4K": 4}


@dataclass(frozen=True)
class FakeModel:
    """What the fake knows of a model: image tokens by size, and the thinking it can do."""

    image_tokens: Mapping[str, int]
    thinking_levels: tuple[str, ...]


MODELS = {
    "gemini-nano-banana-2.1": FakeModel(
        {"1K": 1120, "2K": 1680, "4K": 3780}, ("MINIMAL", "MEDIUM", "HIGH")
    ),
    "gemini-3-pro-image": FakeModel({"1K": 1120, "2K": 1120, "4K": 2000}, ()),
    "gemini-3.1-flash-lite-image": FakeModel({"1K": 1120}, ("MINIMAL", "HIGH")),
}


class WireError(Exception):
    """The request is not one that Google accepts."""


@dataclass(frozen=True)
class Asked:
    """An accepted request, as far as the answer and the ledger need it."""

    model: str
    prompt: str
    references: tuple[str, ...]
    aspect_ratio: str
    size: str
    schema: Mapping[str, Any] | None = None
    source: bytes = b""

    @property
    def pixels(self) -> tuple[int, int]:
        """Return how large the picture has to be."""
        width, height = RATIOS[self.aspect_ratio]
        return width * FACTORS[self.size], height * FACTORS[self.size]


def checked(model: str, body: object) -> Asked:
    """Return what is asked for, or raise `WireError` with Google's kind of sentence."""
    root = _fields(body, "request", {"contents", "generationConfig", "store"})
    _need(root.get("store") is False, "store must be false: prompts and photos would be kept")
    contents = root.get("contents")
    _need(isinstance(contents, list) and len(contents) == 1, "contents must hold one turn")
    assert isinstance(contents, list)
    turn = _fields(contents[0], "contents[0]", {"role", "parts"})
    _need(turn.get("role") == "user", "Please use a valid role: user, model.")
    prompt, pictures = _checked_parts(turn.get("parts"))
    references = tuple(hashlib.sha256(data).hexdigest() for data in pictures)
    if model in TEXT_MODELS:
        try:
            return Asked(model, prompt, references, "", "", schema_in(root.get("generationConfig")))
        except ValueError as error:
            raise WireError(str(error)) from None
    ratio, size = _checked_config(MODELS[model], root.get("generationConfig"))
    source = b""
    if is_edit(prompt):
        try:
            check_edit(prompt, pictures)
        except ValueError as error:
            raise WireError(f"Invalid edit. {error}") from None
        source = pictures[0]
    return Asked(model, prompt, references, ratio, size, source=source)


def _checked_parts(parts: object) -> tuple[str, list[bytes]]:
    _need(isinstance(parts, list) and bool(parts), "contents.parts must not be empty")
    assert isinstance(parts, list)
    *pictures, last = [
        _fields(part, f"parts[{index}]", {"inlineData", "text"}) for index, part in enumerate(parts)
    ]
    _need(set(last) == {"text"} and bool(last["text"]), "the last part must be a text")
    _need(all(set(part) == {"inlineData"} for part in pictures), "images must precede the text")
    _need(len(pictures) <= 14, "at most 14 images are supported")
    return str(last["text"]), [_checked_picture(part["inlineData"]) for part in pictures]


def _checked_picture(blob: object) -> bytes:
    """Check one reference and return its bytes."""
    fields = _fields(blob, "inline_data", {"data", "mime_type", "mimeType"})
    mime = fields.get("mime_type", fields.get("mimeType"))
    text = fields.get("data")
    _need(isinstance(text, str) and bool(text), "inline_data.data is missing")
    assert isinstance(text, str)
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise WireError("Base64 decoding failed for inline_data.data") from None
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
            picture.load()
            real = Image.MIME[picture.format or ""]
    except (UnidentifiedImageError, OSError):
        raise WireError("Unable to process input image. Please retry.") from None
    _need(mime == real, f"Unsupported MIME type: {mime} on a picture that is {real}")
    return data


def _checked_config(model: FakeModel, config: object) -> tuple[str, str]:
    allowed = {"responseModalities", "imageConfig", "thinkingConfig"}
    fields = _fields(config, "generation_config", allowed)
    _need(fields.get("responseModalities") == ["IMAGE"], "responseModalities must be IMAGE")
    image = _fields(fields.get("imageConfig"), "image_config", {"aspectRatio", "imageSize"})
    ratio, size = image.get("aspectRatio"), image.get("imageSize")
    _need(ratio in RATIOS, f"aspect_ratio {ratio} is not supported")
    _need(size in model.image_tokens, f"image_size {size} is not supported by this model")
    if "thinkingConfig" in fields:
        thinking = _fields(
            fields["thinkingConfig"], "thinking_config", {"thinking_level", "thinkingLevel"}
        )
        (level,) = thinking.values()
        _need(level in model.thinking_levels, f"Thinking level {level} is not supported")
    return str(ratio), str(size)


def _fields(value: object, name: str, allowed: set[str]) -> dict[str, Any]:
    _need(isinstance(value, dict), f"{name} must be an object")
    assert isinstance(value, dict)
    for key in value:
        _need(key in allowed, f"Unknown name \"{key}\" at '{name}': Cannot find field.")
    return value


def _need(fact: bool, sentence: str) -> None:  # noqa: FBT001 - reads as `need that`
    if not fact:
        raise WireError(f"Invalid JSON payload received. {sentence}")
