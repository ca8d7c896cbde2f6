"""The answers that the fake Gemini can be told to give; all can be written as JSON."""

import base64
import colorsys
import gzip
import hashlib
import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from PIL import Image, ImageDraw

from tests.fakes.gemini_edits import edited
from tests.fakes.gemini_wire import MODELS, Asked
from tests.fakes.gemini_words import answer_to

Connection = Literal["", "reset", "close", "cut", "drip", "hang"]
Reported = Literal["full", "lump", "none", "odd"]
_RPC = "type.googleapis.com/google.rpc."


@dataclass(frozen=True)
class Answer:
    """One scripted answer; as it stands, a good one with one picture.

    `parts` names what the candidate holds: `picture`, `draft`, `other_shape` (a picture of another
    aspect than was asked for), one of `UNUSABLE`, or any text after `text:`; None leaves the
    content out. `usage` is `full`, `lump` (no breakdown), `none` or `odd`. `body` or `raw` replace
    the whole answer, `bomb_mb` by so many megabytes of nothing, packed small. `is_of_another` gives
    it the id and the picture of the last request that was answered. `connection` says what happens
    to it on its way: `close` before it, `reset` before it, `cut` in its middle, `drip` slowly,
    `hang` for five minutes. `is_packed` sends it with gzip.
    """

    delay_s: float = 0
    status: int = 200
    body: dict[str, Any] | None = None
    raw: str | None = None
    parts: tuple[str, ...] | None = ("picture",)
    label: str = "image/jpeg"
    finish_reason: str | None = "STOP"
    finish_message: str = ""
    block_reason: str = ""
    has_candidates: bool = True
    usage: Reported = "full"
    thoughts: int = 0
    connection: Connection = ""
    is_packed: bool = False
    bomb_mb: int = 0
    is_of_another: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_encoded(self) -> bool:
        """Say whether the body is sent packed."""
        return self.is_packed or self.bomb_mb > 0

    @property
    def is_paid(self) -> bool:
        """Say whether Google would charge for a picture."""
        return self.status == 200 and not self.block_reason and self.has_candidates

    @property
    def has_picture(self) -> bool:
        """Say whether a picture was drawn that counts, of use or not."""
        drawn = (kind for kind in self.parts or () if not kind.startswith(("text:", "draft")))
        return self.is_paid and any(drawn)

    @property
    def is_whole(self) -> bool:
        """Say whether a good picture with its own id reaches whoever asked."""
        is_replaced = self.raw is not None or self.body is not None or self.bomb_mb > 0
        is_lost = self.connection not in ("", "drip")
        is_good = self.has_picture and not UNUSABLE.keys() & set(self.parts or ())
        return is_good and not (is_replaced or is_lost or self.is_of_another)

    def rendered(self, asked: Asked, response_id: str) -> bytes:
        """Return the bytes of the answer's body."""
        if self.bomb_mb:
            return bomb(self.bomb_mb)
        if self.raw is not None:
            text = self.raw
        elif self.body is not None:
            text = json.dumps(self.body)
        else:
            text = json.dumps(self._composed(asked, response_id))
        return gzip.compress(text.encode()) if self.is_packed else text.encode()

    def _composed(self, asked: Asked, response_id: str) -> dict[str, Any]:
        whole: dict[str, Any] = {"modelVersion": f"{asked.model}-001", "responseId": response_id}
        if self.usage != "none":
            whole["usageMetadata"] = self._usage(asked)
        if self.block_reason:
            return {"promptFeedback": {"blockReason": self.block_reason}, **whole}
        if not self.has_candidates:
            return whole
        candidate: dict[str, Any] = {"index": 0}
        if self.finish_reason is not None:
            candidate["finishReason"] = self.finish_reason
        if self.finish_message:
            candidate["finishMessage"] = self.finish_message
        if self.parts is not None:
            seed = f"{response_id} {asked.prompt}"
            drawn = [self._part(kind, asked, f"{n} {seed}") for n, kind in enumerate(self.parts)]
            candidate["content"] = {"role": "model", "parts": drawn}
        return {"candidates": [candidate], **whole}

    def _part(self, kind: str, asked: Asked, seed: str) -> dict[str, Any]:
        if kind == "picture" and asked.schema is not None:
            return {"text": json.dumps(answer_to(asked.schema))}
        if kind.startswith("text:"):
            return {"text": kind.removeprefix("text:")}
        blob = {"mimeType": self.label, "data": _data(kind, asked, seed)}
        if kind == "draft":
            return {"inlineData": blob, "thought": True}
        return {"inlineData": blob, "thoughtSignature": "c2lnbmF0dXJl"}

    def _usage(self, asked: Asked) -> dict[str, Any]:
        if self.usage == "odd":
            return {"promptTokenCount": "many", "candidatesTokenCount": -3}
        is_drawn = self.has_picture and asked.schema is None
        image = MODELS[asked.model].image_tokens[asked.size] if is_drawn else 0
        said = 300 if asked.schema is not None else 0
        words = said + sum(len(part) for part in self.parts or () if part.startswith("text:")) // 4
        prompt = len(asked.prompt) // 4 + 1
        pictures = 1120 * len(asked.references)
        told: dict[str, Any] = {
            "promptTokenCount": prompt + pictures,
            "candidatesTokenCount": image + words,
            "totalTokenCount": prompt + pictures + image + words + self.thoughts,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": prompt},
                {"modality": "IMAGE", "tokenCount": pictures},
            ],
        }
        if self.thoughts:
            told["thoughtsTokenCount"] = self.thoughts
        if self.usage == "full" and asked.schema is None:
            told["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": image}]
        return told


def answer_from(fields: dict[str, Any]) -> Answer:
    """Return the answer that a JSON object describes."""
    parts = fields.get("parts", ["picture"])
    return Answer(**{**fields, "parts": None if parts is None else tuple(parts)})


def refusal(
    status: int, name: str, message: str, *details: dict[str, Any], delay_s: float = 0
) -> Answer:
    """Return one of Google's error answers."""
    error = {"code": status, "message": message, "status": name}
    return Answer(
        status=status,
        delay_s=delay_s,
        body={"error": {**error, "details": list(details)} if details else error},
    )


def error_info(reason: str) -> dict[str, Any]:
    """Return the detail that names a reason."""
    return {"@type": f"{_RPC}ErrorInfo", "reason": reason, "domain": "googleapis.com"}


def quota_failure(*quota_ids: str) -> dict[str, Any]:
    """Return the detail that names the quotas which are used up."""
    violations = [
        {
            "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
            "quotaId": quota_id,
            "quotaDimensions": {"location": "global", "model": "gemini-nano-banana-2.1"},
        }
        for quota_id in quota_ids
    ]
    return {"@type": f"{_RPC}QuotaFailure", "violations": violations}


def retry_info(delay: str) -> dict[str, Any]:
    """Return the detail that says how long to wait, such as `45.837906927s`."""
    return {"@type": f"{_RPC}RetryInfo", "retryDelay": delay}


def gateway_page(status: int = 502) -> Answer:
    """Return the HTML page of a gateway that did not reach Google."""
    page = f"<!doctype html><title>Error {status}</title><p>The server could not be reached."
    return Answer(status=status, raw=page, headers={"Content-Type": "text/html; charset=UTF-8"})


@cache
def bomb(megabytes: int) -> bytes:
    """Return so many megabytes of blanks, packed; made once, since that takes a while."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def _data(kind: str, asked: Asked, seed: str) -> str:
    if kind == "broken":
        return "/9j/4AAQSkZJRg=x=!!"
    if kind == "other_shape":
        return base64.b64encode(_drawn(asked, seed, _other_shape(asked))).decode()
    data = UNUSABLE[kind](asked) if kind in UNUSABLE else _drawn(asked, seed)
    return base64.b64encode(data).decode()


def _png(width_px: int, height_px: int) -> bytes:
    """Return a PNG whose header claims a size, whatever its pixels are."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(64))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _flat(asked: Asked, mode: str, colour: tuple[int, ...]) -> bytes:
    out = io.BytesIO()
    Image.new(mode, asked.pixels, colour).save(out, "JPEG" if mode == "RGB" else "PNG")
    return out.getvalue()


UNUSABLE: dict[str, Callable[[Asked], bytes]] = {
    "broken": lambda _: b"",  # its base64 is
    "empty": lambda _: b"",
    "gif": lambda _: b"GIF89a" + bytes(40),
    "nonsense": lambda _: b"<html>no picture</html>",
    "zero_png": lambda _: _png(0, 0),
    "huge_png": lambda _: _png(25_000, 20_000),
    "torn": lambda asked: _drawn(asked, "torn")[:-2000],
    "blank": lambda asked: _flat(asked, "RGB", (255, 255, 255)),
    "clear": lambda asked: _flat(asked, "RGBA", (255, 255, 255, 0)),
}
"""Parts that hold no usable picture: `huge_png` claims 500 megapixels, `torn` lacks its end."""


def _other_shape(asked: Asked) -> tuple[int, int]:
    """Return a size of another aspect than what was asked for."""
    width, height = asked.pixels
    return (width, width // 2) if width <= height else (height, height)


def _drawn(asked: Asked, seed: str, size: tuple[int, int] | None = None) -> bytes:
    """Draw a scene of a wall, a floor and a thing, in colours that follow from the seed.

    Of an edit, draw its picture in other colours.
    """
    width, height = size or asked.pixels
    if asked.source:
        return edited(asked.source, (width, height), seed)
    mark = hashlib.sha256(seed.encode()).digest()
    wall, floor, thing = (_colour(mark[n], light) for n, light in enumerate((0.85, 0.6, 0.4)))
    picture = Image.new("RGB", (width, height), wall)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height * 2 // 3, width, height), fill=floor)
    left = width * (20 + mark[3] % 20) // 100
    pen.rounded_rectangle(
        (left, height * 35 // 100, left + width * 4 // 10, height * 8 // 10),
        radius=width // 30,
        fill=thing,
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, comment=seed.encode()[:200])
    return out.getvalue()


def _colour(hue: int, light: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue / 255, light, 0.5)
    return round(red * 255), round(green * 255), round(blue * 255)
