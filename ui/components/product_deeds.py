"""What was done last with products of the list, and the way back from it, or on to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import CellEdit, Product, ProductChange
from core.services.access import MAX_IDS
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.selection import clear
from ui.context import services
from ui.state import state_of

Thing = TypeVar("Thing")

AT_ONCE = MAX_IDS
"""So many products are changed in one transaction: more would keep others waiting."""

_CELLS_AT_ONCE = 300
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "category": ("category", "other_categories"),
    "add_tags": ("tags",),
    "remove_tags": ("tags",),
    "materials": ("materials",),
    "colours": ("colours",),
}
"""By field of a change, the fields of a product that it touches."""


@dataclass(frozen=True)
class Deed:
    """What was done, in a sentence; and what takes it back, or where it can be looked at.

    `cells` hold, by product, what stood there before.
    """

    sentence: str
    way_back: Literal["", "restore", "archive", "unarchive", "cells"] = ""
    ids: tuple[int, ...] = ()
    cells: tuple[tuple[CellEdit, ...], ...] = ()
    collection_id: int = 0


@dataclass
class DeedState:
    """The last deed, until another one or until the person closes it."""

    last: Deed | None = None


def note_deed(deed: Deed | None) -> None:
    """Let the bar below the list tell of it."""
    state_of(DeedState).last = deed


def last_deed() -> Deed | None:
    """Return what was done last, or None."""
    return state_of(DeedState).last


def show_deed(actor: Actor, deed: Deed, *, key: str) -> None:
    """Draw what was done, with what takes it back or leads to it."""
    st.markdown(deed.sentence, width="content")
    show_way_back(actor, deed, key=key)
    if deed.collection_id and st.button(
        "Open the collection", icon=":material/arrow_forward:", key="products.open_collection"
    ):
        note_deed(None)
        st.switch_page("pages/collection.py", query_params={"id": str(deed.collection_id)})
    if st.button("Close", icon=":material/close:", type="tertiary", key="products.done"):
        note_deed(None)
        st.rerun()


def show_way_back(actor: Actor, deed: Deed, *, key: str, label: str = "Undo") -> None:
    """Draw the button that takes it back, if something does."""
    if not deed.way_back or not st.button(label, icon=":material/undo:", key="products.undo"):
        return
    count = _take_back(actor, deed)
    asked = len(deed.cells or deed.ids)
    kept = asked - count
    done = "restored" if deed.way_back == "restore" else "put back"
    sentence = f"{counted(count, 'product')} {done}."
    if kept:
        sentence += f" {counted(kept, 'product')} changed meanwhile and stayed as they are."
    note_deed(None)
    clear(key)
    announce(sentence)
    st.rerun()


def cells_before(
    before: Mapping[int, Product], after: Mapping[int, Product], change: ProductChange
) -> tuple[tuple[CellEdit, ...], ...]:
    """Return, for each product that the change made another, the edits that take it back."""
    touched = dict.fromkeys(
        field for name, fields in _FIELDS.items() if getattr(change, name) not in (None, ())
        for field in fields
    )  # fmt: skip
    return tuple(
        tuple(
            CellEdit(product.id, field, getattr(product.draft, field), after[product.id].version)
            for field in touched
        )
        for product in before.values()
        if product.id in after and after[product.id].version != product.version
    )


def in_parts(ids: Iterable[int], act: Callable[[tuple[int, ...]], int]) -> int:
    """Do something with all of the ids, a part in each transaction; return the sum."""
    return sum(act(part) for part in _parts(ids, AT_ONCE))


def _take_back(actor: Actor, deed: Deed) -> int:
    products = services().products
    if deed.way_back == "cells":
        return sum(
            len({one.product_id for one in products.edit(actor, _flat(part)) if one.is_kept})
            for part in _parts(deed.cells, _CELLS_AT_ONCE)
        )
    act = {
        "restore": products.restore,
        "archive": products.archive,
        "unarchive": products.unarchive,
    }[deed.way_back]
    return in_parts(deed.ids, lambda part: act(actor, part))


def _flat(cells: Iterable[tuple[CellEdit, ...]]) -> list[CellEdit]:
    return [cell for one in cells for cell in one]


def _parts(things: Iterable[Thing], size: int) -> Iterator[tuple[Thing, ...]]:
    rest = iter(things)
    while part := tuple(islice(rest, size)):
        yield part
