"""What the parts of a step have to be, each with the sentence for anything else."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from core.errors import InvalidInputError

T = TypeVar("T")

_MAX_ID = 2**63 - 1
"""No row has a larger id: a database takes no larger number at all."""


def known_fields(kind: type, value: object, name: str) -> dict[str, Any]:
    """Return the parts for a dataclass from JSON; raises for unknown and missing ones."""
    known = {field.name: field for field in fields(kind)}
    needed = {key for key, field in known.items() if field.default is MISSING}
    if not isinstance(value, Mapping) or value.keys() - known.keys() or needed - value.keys():
        raise InvalidInputError(user_message=f"The {name} cannot be read.")
    return dict(value)


def require_number(
    value: object, name: str, lowest: float, highest: float, *, is_whole: bool = False
) -> None:
    """Raise unless the value is a number between the two."""
    is_number = isinstance(value, int if is_whole else int | float) and not isinstance(value, bool)
    if is_number and isinstance(value, int | float) and lowest <= value <= highest:
        return  # what is no number at all compares as false
    raise InvalidInputError(
        user_message=f"The {name} has to be a number from {lowest:g} to {highest:g}."
    )


def require_flag(value: object, name: str) -> None:
    """Raise unless the value is yes or no."""
    if not isinstance(value, bool):
        raise InvalidInputError(user_message=f"The {name} is neither on nor off.")


def require_id(value: object, name: str) -> None:
    """Raise unless the value can be the id of a row, or is None."""
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_ID:
        raise InvalidInputError(user_message=f"The {name} cannot be found.")


def require_points(value: object) -> tuple[tuple[float, float], ...]:
    """Return the points of a brush stroke, or raise."""
    if not isinstance(value, list | tuple) or not value:
        raise InvalidInputError(user_message="A brush stroke needs at least one point.")
    for point in value:
        if not isinstance(point, list | tuple) or len(point) != 2:  # noqa: PLR2004 - x and y
            raise InvalidInputError(user_message="A brush stroke has a broken point.")
        for place in point:
            require_number(place, "place of a brush stroke", -1, 2)
    return tuple((x, y) for x, y in value)


def choice_of(kind: type[T], value: object, name: str) -> T:
    """Return the member of an enumeration, or raise."""
    try:
        return kind(value)  # type: ignore[call-arg]  # an enumeration takes its value
    except ValueError as error:
        raise InvalidInputError(user_message=f"This {name} is not offered.") from error
