"""What was typed into the table's cells: sent once, and kept until the person lets go of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.accounts import Actor
from core.domain.products import CellEdit
from ui.components.product_rows import note_edited
from ui.context import services
from ui.navigation import MAX_ID
from ui.state import state_of

LISTS = ("tags", "materials")
FIELDS = ("name", "sku", "category", "price", *LISTS)

_MAX_ANSWERED = 1000
_TOKEN = re.compile(r"[0-9a-z-]{3,60}")


@dataclass(frozen=True)
class Typed:
    """What a person typed into a cell of a product; the token is this one edit's own."""

    token: str
    product_id: int
    field: str
    text: str
    version: int


@dataclass(frozen=True)
class Refusal:
    """What was typed and could not be kept, with the reason in a sentence."""

    text: str
    sentence: str


@dataclass
class CellState:
    """Which edits were answered, what was refused, and which versions came from one's own edits.

    A browser sends an edit again until it is answered, and may send another one of the same
    product before it knows the version that the first one made.
    """

    answered: list[str] = field(default_factory=list)
    refused: dict[tuple[int, str], Refusal] = field(default_factory=dict)
    ours: dict[tuple[int, int], int] = field(default_factory=dict)


def typed_cells(value: object) -> list[Typed]:
    """Return what the browser says was typed; whatever of it cannot be meant is left out."""
    found = [_typed(one) for one in value] if isinstance(value, Sequence) else []
    return [one for one in found if one is not None]


def keep_cells(actor: Actor, typed: Iterable[Typed]) -> bool:
    """Keep what was not answered yet, each cell on its own; return whether there was any."""
    state = state_of(CellState)
    new = [one for one in typed if one.token not in state.answered]
    if not new:
        return False
    edits = [CellEdit(one.product_id, one.field, _value(one), _version(state, one)) for one in new]
    outcomes = services().products.edit(actor, edits)
    for one, edit, outcome in zip(new, edits, outcomes, strict=True):
        place = (one.product_id, one.field)
        if outcome.is_kept:
            state.refused.pop(place, None)
            if edit.version is not None:
                state.ours[one.product_id, edit.version] = edit.version + 1
        else:
            state.refused[place] = Refusal(one.text, outcome.refusal)
    note_edited(one.product_id for one in new)
    state.answered = [*state.answered, *(one.token for one in new)][-_MAX_ANSWERED:]
    return True


def discard_cell(product_id: int, field_name: str) -> None:
    """Let go of what was typed into the cell and refused."""
    state_of(CellState).refused.pop((product_id, field_name), None)


def refused_cells() -> Mapping[tuple[int, str], Refusal]:
    """Return what was refused and is still kept, by product and field."""
    return state_of(CellState).refused


def answered_tokens() -> list[str]:
    """Return the tokens of the latest edits that were answered."""
    return state_of(CellState).answered[-100:]


def joined(values: Sequence[str]) -> str:
    """Return the values of a list in one line, as a person edits them; `_parted` reads it."""
    return ("; " if any("," in value for value in values) else ", ").join(values)


def _parted(text: str) -> tuple[str, ...]:
    parts = text.split(";" if ";" in text else ",")
    return tuple(part.strip() for part in parts if part.strip())


def _value(one: Typed) -> str | tuple[str, ...]:
    return _parted(one.text) if one.field in LISTS else one.text


def _version(state: CellState, one: Typed) -> int:
    version = one.version
    while (one.product_id, version) in state.ours:
        version = state.ours[one.product_id, version]
    return version


def _typed(one: object) -> Typed | None:
    match one:
        case [str(token), str(product_id), str(field_name), str(text), int(version)]:
            is_ours = (
                _TOKEN.fullmatch(token)
                and re.fullmatch(r"[0-9]{1,18}", product_id)
                and field_name in FIELDS
                and 0 < version <= MAX_ID
            )
            return Typed(token, int(product_id), field_name, text, version) if is_ours else None
        case _:
            return None
