"""The welcome of an empty workspace."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.product_dialogs import add_product
from ui.context import services
from ui.errors import expected_errors

_STEPS = (
    ("inventory_2", "Add products", "Name, SKU and a photo are enough."),
    ("auto_awesome", "Make pictures", "Choose a backdrop in the studio; the price is shown first."),
    ("photo_library", "Use them", "Look through the gallery and download the originals."),
)


def show_first_steps(actor: Actor) -> None:
    """Say what to do first, and offer the sample catalogue."""
    row = empty_state(
        "waving_hand",
        f"Welcome, {actor.name}",
        "Your workspace is empty. Load eight sample products to look around, or add your own.",
    )
    if actor.role.may_edit:
        with row.container(horizontal=True, width="content"):
            show_ways_to_begin(actor)
    with st.grid(3, min_column_width=220, border=True) as steps:
        for number, (icon, title, text) in enumerate(_STEPS, start=1):
            with steps.cell():
                st.markdown(f":material/{icon}: **{number}. {title}**")
                st.caption(text)


def show_ways_to_begin(actor: Actor) -> None:
    """Draw the ways to the first products: the sample catalogue, a file, or one by hand."""
    loads = st.button(
        "Load the sample catalogue", type="primary", icon=":material/download:", key="first.samples"
    )
    if st.button("Import a file", icon=":material/upload:", key="first.import"):
        st.switch_page("pages/imports.py", query_params={})
    if st.button("Add a product", icon=":material/add:", key="first.add"):
        add_product()
    if not loads:
        return
    with expected_errors(), st.spinner("Loading the sample catalogue ..."):
        count = services().products.load_samples(actor)
        announce(f"{counted(count, 'product')} added.")
        st.rerun()
