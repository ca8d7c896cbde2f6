"""Numbers as people in many countries write them."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from core.domain.imports import LengthUnit
from core.errors import InvalidInputError

_SHOWN_CHARS = 40
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d{1,2})?")
_NOT_OF_NUMBERS = re.compile(r"[^\d.,\-']")
_TWO_NUMBERS = re.compile(r"\d\s*[^\d.,'\s]+.*\d", re.DOTALL)
_SIZE = re.compile(r"\s*([\d.,]+)\s*(mm|cm|m|in|inch|inches|\"|″)?\s*", re.IGNORECASE)
_UNITS = {"mm": LengthUnit.MM, "cm": LengthUnit.CM, "m": LengthUnit.M}


def read_price(text: str, name: str = "price") -> Decimal:
    """Return what a price means, as "1.299,50 €" does 1299.50, or raise a sentence.

    "1,299" is a thousand and more; "1.299" might be either and is refused.
    """
    return Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else _decimal(text, name)


def read_length_cm(text: str, name: str, unit: LengthUnit = LengthUnit.CM) -> float:
    """Return a length in centimetres, of its own unit if it has one, or raise a sentence."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise InvalidInputError(user_message=f"The {name} “{text[:_SHOWN_CHARS]}” is no length.")
    own = found[2] and _UNITS.get(found[2].lower(), LengthUnit.INCH)
    return round(float(_decimal(found[1], name, is_size=True)) * (own or unit).cm, 4)


def _decimal(text: str, name: str, *, is_size: bool = False) -> Decimal:
    digits = "" if _TWO_NUMBERS.search(text) else _NOT_OF_NUMBERS.sub("", text).replace("'", "")
    dot, comma = digits.rfind("."), digits.rfind(",")
    if dot >= 0 and comma >= 0:
        thousands = "," if dot > comma else "."
        digits = digits.replace(thousands, "").replace(",", ".")
    elif comma >= 0:
        groups = digits.lstrip("-").split(",")
        is_grouped = not is_size and _is_grouped(groups)
        digits = digits.replace(",", "") if is_grouped else digits.replace(",", ".")
    elif digits.count(".") > 1 and _is_grouped(digits.lstrip("-").split(".")):
        digits = digits.replace(".", "")
    elif not is_size and digits.count(".") == 1 and _is_grouped(digits.lstrip("-").split(".")):
        plain = digits.replace(".", "")
        raise InvalidInputError(
            user_message=f"The {name} “{text[:_SHOWN_CHARS]}” could be {plain} or {digits[:-1]}. "
            "Please write it with two decimals."
        )
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise InvalidInputError(
            user_message=f"The {name} “{text[:_SHOWN_CHARS]}” is no number."
        ) from error


def _is_grouped(groups: Sequence[str]) -> bool:
    """Say whether digits stand in groups of three, as in "12,345"."""
    first, *others = groups
    return 0 < len(first) <= 3 and first != "0" and all(len(group) == 3 for group in others)  # noqa: PLR2004 - see above
