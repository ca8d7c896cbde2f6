"""Changing many products at once."""

from collections.abc import Iterable

import streamlit as st

from core.domain.accounts import Actor
from core.domain.products import ProductChange
from core.errors import InvalidInputError
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.product_deeds import AT_ONCE, Deed, cells_before, in_parts, note_deed
from ui.components.selection import selected
from ui.context import services
from ui.errors import expected_errors

_KEY = "products.bulk"
_NO_CATEGORY = "No category"
_UNCHANGED = "Leave as it is"


@st.dialog("Edit products", width="medium", icon=":material/edit_note:")
def edit_selected(key: str) -> None:
    """Ask what changes in the ticked products of a list, and change it."""
    show_edit_selected(key)


def show_edit_selected(key: str) -> None:
    """Draw the form; a field that is left empty stays as it is in every product."""
    actor = require_actor()
    ids = sorted(selected(key))
    with expected_errors(), st.form(_KEY, border=False, enter_to_submit=False):
        st.caption(f"For {counted(len(ids), 'product')}. What you leave empty stays as it is.")
        change = _ask(actor)
        is_sent = st.form_submit_button(
            f"Change {counted(len(ids), 'product')}", type="primary", width="stretch",
            key=f"{_KEY}.send",
        )  # fmt: skip
    with expected_errors():
        if is_sent:
            announce(f"{counted(_change(actor, ids, change), 'product')} changed.")
            st.rerun()


def _change(actor: Actor, ids: list[int], change: ProductChange) -> int:
    """Change the products; of so many as one transaction takes, note what they were before."""
    if len(ids) > AT_ONCE:
        note_deed(None)
        return change_all(actor, ids, change)
    products = services().products
    before = products.find_many(actor, ids)
    count = change_all(actor, ids, change)
    cells = cells_before(before, products.find_many(actor, ids), change)
    sentence = f"{counted(count, 'product')} changed."
    note_deed(Deed(sentence, "cells", cells=cells) if cells else None)
    return count


def change_all(actor: Actor, product_ids: Iterable[int], change: ProductChange) -> int:
    """Change the products and return how many changed; nothing to change is refused."""
    if change.is_empty:
        raise InvalidInputError(user_message="Nothing to change yet: fill in at least one field.")
    return in_parts(product_ids, lambda ids: services().products.change(actor, ids, change))


def _ask(actor: Actor) -> ProductChange:
    tags = services().products.tags(actor)
    category = st.selectbox(
        "Category", (*services().products.categories(actor), _NO_CATEGORY), index=None,
        accept_new_options=True, placeholder=_UNCHANGED, key=f"{_KEY}.category",
    )  # fmt: skip
    add = st.multiselect(
        "Add tags", tags, accept_new_options=True, placeholder="Choose tags, or type new ones",
        key=f"{_KEY}.add_tags",
    )  # fmt: skip
    remove = st.multiselect(
        "Take tags off", tags, placeholder="Choose tags", key=f"{_KEY}.remove_tags"
    )
    materials = _values("Materials")
    colours = _values("Colours")
    return ProductChange(
        category="" if category == _NO_CATEGORY else category,
        add_tags=tuple(add),
        remove_tags=tuple(remove),
        materials=materials,
        colours=colours,
    )


def _values(label: str) -> tuple[str, ...] | None:
    chosen = st.multiselect(
        label, (), accept_new_options=True, placeholder="Leave as they are, or type others",
        key=f"{_KEY}.{label.lower()}",
    )  # fmt: skip
    return tuple(chosen) or None
