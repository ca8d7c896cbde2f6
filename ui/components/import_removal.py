"""Deleting an import that nobody wants to run."""

import streamlit as st

from core.domain.imports import Import
from ui.access import require_actor
from ui.context import services
from ui.errors import expected_errors


def offer_deletion(item: Import) -> None:
    """Offer to delete an import of which nothing is in the catalogue."""
    if st.button(
        "Delete this import", icon=":material/delete:", type="tertiary", key="import.delete"
    ):
        delete_import(item)


@st.dialog("Delete this import", icon=":material/delete:")
def delete_import(item: Import) -> None:
    """Ask once more, then forget the import and its file."""
    actor = require_actor()
    st.markdown(
        "Its file and what the check found are deleted. Your products stay as they are. "
        "To import the file later, you would upload it again."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="import.delete.cancel"):
            st.rerun()
        is_sure = st.button("Delete the import", type="primary", key="import.delete.confirm")
    with expected_errors():
        if is_sure:
            services().imports.delete(actor, item.id)
            st.switch_page("pages/imports.py")
