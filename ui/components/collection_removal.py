"""Dialogs that delete a collection, bring it back, and freeze one that a filter fills."""

from typing import get_args

import streamlit as st

from core.domain.collections import Collection, CollectionSummary, PicturePolicy
from ui.access import require_actor
from ui.components.collection_state import close, finish
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_POLICIES: dict[PicturePolicy, str] = {
    "keep": "Keep them all",
    "trash_unless_approved": "Delete those that are neither approved nor pinned",
    "trash": "Delete them all",
}


@st.dialog("Delete collection", icon=":material/delete:", on_dismiss=close)
def delete_collection(collection: Collection) -> None:
    """Ask what becomes of the pictures of its shots, then put the collection in the trash."""
    actor = require_actor()
    with expected_errors():
        st.text(
            f"“{collection.name}” goes to the trash for 30 days. Its products stay as they are."
        )
        pictures: PicturePolicy = "keep"
        if services().shots.shots(actor, collection.id):
            pictures = st.radio(
                "The pictures of its wanted shots", get_args(PicturePolicy),
                format_func=_POLICIES.__getitem__, key="collection.delete.pictures",
            )  # fmt: skip
            if pictures != "keep":
                st.caption(
                    "Pictures that another collection wants stay. The others can be restored."
                )
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Keep it", key="collection.delete.cancel"):
                close()
                st.rerun()
            is_sure = st.button(
                "Delete collection", type="primary", key="collection.delete.confirm"
            )
        if is_sure:
            count = services().collections.delete(actor, collection.id, pictures=pictures)
            also = f" with {counted(count, 'picture')}" if count else ""
            close()
            announce(f"{escape_markdown(collection.name)} is in the trash{also}.")
            st.switch_page("pages/collections.py", query_params={})


@st.dialog("Restore collection", icon=":material/restore_from_trash:")
def restore_collection(collection: CollectionSummary) -> None:
    """Bring a collection back from the trash, with the pictures that went along."""
    actor = require_actor()
    with expected_errors():
        st.text(
            f"“{collection.name}” comes back with its shots, and with the pictures that were "
            "deleted along with it."
        )
        if st.button(
            "Restore collection", icon=":material/restore_from_trash:", type="primary",
            width="stretch", key="collections.restore",
        ):  # fmt: skip
            services().collections.restore(actor, [collection.id])
            announce(f"{escape_markdown(collection.name)} is back.")
            st.switch_page("pages/collection.py", query_params={"id": str(collection.id)})


@st.dialog("Freeze collection", icon=":material/ac_unit:", on_dismiss=close)
def freeze_collection(collection: Collection) -> None:
    """Ask once more, then let people decide what is in a smart collection from now on."""
    actor = require_actor()
    with expected_errors():
        noun = "product" if collection.count_label == "1" else "products"
        st.text(
            f"“{collection.name}” keeps the {collection.count_label} {noun} that its filter finds "
            "now. From then on you choose and order them by hand; the filter is gone."
        )
        if st.button(
            "Freeze collection", icon=":material/ac_unit:", type="primary", width="stretch",
            key="collection.freeze.confirm",
        ):  # fmt: skip
            count = services().collections.freeze(actor, collection.id)
            finish(f"{counted(count, 'product')} kept.")
