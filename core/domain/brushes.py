"""Brush strokes: lines that a person drew on a picture."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.domain.step_checks import choice_of, known_fields, require_number, require_points
from core.errors import InvalidInputError

MAX_STROKES = 100
MAX_POINTS = 4000


class StrokeKind(StrEnum):
    """What a brush stroke does to a cut-out."""

    RESTORE = "restore"
    ERASE = "erase"


@dataclass(frozen=True)
class Stroke:
    """A line drawn by a round brush; `radius` is a share of the picture's longer side."""

    kind: StrokeKind
    points: tuple[tuple[float, float], ...]
    radius: float = 0.01

    def __post_init__(self) -> None:
        """Refuse a stroke that cannot be drawn."""
        object.__setattr__(self, "kind", choice_of(StrokeKind, self.kind, "brush"))
        require_number(self.radius, "brush's size", 0.0005, 0.5)
        object.__setattr__(self, "points", require_points(self.points))

    def to_json(self) -> dict[str, Any]:
        """Return the stroke as JSON can hold it."""
        points = [list(point) for point in self.points]
        return {"kind": self.kind.value, "points": points, "radius": self.radius}

    @classmethod
    def from_json(cls, value: object) -> "Stroke":
        """Return what `to_json` wrote, or raise a sentence."""
        if isinstance(value, Stroke):
            return value
        return cls(**known_fields(cls, value, "brush stroke"))


def some_strokes(value: object) -> tuple[Stroke, ...]:
    """Return strokes, also from their JSON, or raise for more than can be kept."""
    if not isinstance(value, list | tuple):
        raise InvalidInputError(user_message="The brush strokes cannot be read.")
    if len(value) > MAX_STROKES:
        raise InvalidInputError(user_message=f"Please use at most {MAX_STROKES} brush strokes.")
    strokes = tuple(Stroke.from_json(stroke) for stroke in value)
    if sum(len(stroke.points) for stroke in strokes) > MAX_POINTS:
        raise InvalidInputError(user_message="The brush strokes are too long; paint a mask.")
    return strokes
