"""What the parent believes of the answers of the tools' child: nothing that was not looked at."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.image_tools import FIGURES, ToolStep, step_to_json
from core.imaging.doubts import DOUBTS
from core.imaging.rendered import Composite, Rendered
from core.imaging.tool_verdicts import Refusal, ToolRefusedError

_MIME_TYPES = {"image/jpeg", "image/png", "image/webp"}
_WORDS = DOUBTS | {"", "left", "top", "right", "bottom"}
_MOST_NUMBERS, _LARGEST = 8, 10**9
_DEEPEST = 3
_NAME = re.compile(r"[a-z_]{1,40}")


def refusal_of(header: Mapping[str, object]) -> ToolRefusedError | None:
    """Return why the child refused the picture, in our words; None where it did not."""
    if "refusal" not in header:
        return None
    try:
        refusal, numbers = Refusal(str(header["refusal"])), header["numbers"]
        if isinstance(numbers, list) and all(type(number) is int for number in numbers):
            return ToolRefusedError(refusal, numbers[:_MOST_NUMBERS])
    except (KeyError, ValueError, IndexError):
        pass
    return ToolRefusedError(Refusal.CRASHED)


def parts_of(header: Mapping[str, object], body: bytes, count: int) -> list[bytes]:
    """Return the parts of an answer, or raise `ToolRefusedError` if they are not so many."""
    lengths = header.get("parts")
    if (
        not isinstance(lengths, list)
        or len(lengths) != count
        or not all(type(length) is int and length > 0 for length in lengths)
        or sum(lengths) != len(body)
    ):
        raise ToolRefusedError(Refusal.CRASHED)
    parts, start = [], 0
    for length in lengths:
        parts.append(body[start : start + length])
        start += length
    return parts


def rendered_of(
    steps: Sequence[ToolStep], header: Mapping[str, object], parts: Sequence[bytes]
) -> Rendered:
    """Return a rendered picture; its steps are those that were asked for, with figures only."""
    measured, data = parts
    return Rendered(
        data=data,
        mime_type=_mime_type(header),
        width_px=_count(header, "width_px"),
        height_px=_count(header, "height_px"),
        full_width_px=_count(header, "full_width_px"),
        full_height_px=_count(header, "full_height_px"),
        steps=_with_figures(steps, measured),
    )


def composite_of(header: Mapping[str, object], parts: Sequence[bytes]) -> Composite:
    """Return a composite picture."""
    return Composite(
        data=parts[0],
        mime_type=_mime_type(header),
        width_px=_count(header, "width_px"),
        height_px=_count(header, "height_px"),
        changed_outside=_count(header, "changed_outside", least=0),
        changed_inside=_count(header, "changed_inside", least=0),
    )


def _with_figures(steps: Sequence[ToolStep], measured: bytes) -> tuple[dict[str, Any], ...]:
    try:
        found = json.loads(measured)
    except ValueError as error:
        raise ToolRefusedError(Refusal.CRASHED) from error
    if not isinstance(found, list) or len(found) != len(steps):
        raise ToolRefusedError(Refusal.CRASHED)
    written = []
    for step, kept in zip(steps, found, strict=True):
        figures = kept.get(FIGURES) if isinstance(kept, dict) else None
        plain = _plain(figures, 0) if figures else None
        written.append(step_to_json(step) | ({FIGURES: plain} if plain else {}))
    return tuple(written)


def _plain(value: object, depth: int) -> Any:  # noqa: ANN401 - as JSON is
    """Return numbers, known words and short lists of them; for anything else raise."""
    is_number = isinstance(value, int | float) and math.isfinite(value) and abs(value) < _LARGEST
    if is_number or (isinstance(value, str) and value in _WORDS):
        return value
    if depth < _DEEPEST and isinstance(value, list) and len(value) <= _MOST_NUMBERS:
        return [_plain(part, depth + 1) for part in value]
    if depth < _DEEPEST and isinstance(value, dict) and _is_named(value):
        return {key: _plain(part, depth + 1) for key, part in value.items()}
    raise ToolRefusedError(Refusal.CRASHED)


def _is_named(value: Mapping[str, object]) -> bool:
    return len(value) <= 2 * _MOST_NUMBERS and all(_NAME.fullmatch(key) for key in value)


def _mime_type(header: Mapping[str, object]) -> str:
    if header.get("mime_type") not in _MIME_TYPES:
        raise ToolRefusedError(Refusal.CRASHED)
    return str(header["mime_type"])


def _count(header: Mapping[str, object], name: str, *, least: int = 1) -> int:
    value = header.get(name)
    if type(value) is not int or not least <= value < _LARGEST:
        raise ToolRefusedError(Refusal.CRASHED)
    return value
