"""Adding photos to a product: progress while they are judged, a sentence for each refused one."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.domain.accounts import Actor
from ui.components.uploads import taken
from ui.context import services
from ui.format import escape_markdown
from ui.state import state_of


@dataclass
class PhotoUploadState:
    """What became of the photos added last, until their product's page has shown it."""

    product_id: int = 0
    refused: tuple[tuple[str, str], ...] = ()


def add_photos(actor: Actor, product_id: int, files: Sequence[UploadedFile], *, key: str) -> int:
    """Add the files one by one under a progress bar and return how many were kept.

    Each file is judged alone, so a bad one does not hold up the others; `show_refused` says why
    it was not kept.
    """
    state = state_of(PhotoUploadState)
    state.product_id, state.refused = product_id, ()
    bar = st.progress(0.0, "Checking the photos ...")
    kept = 0
    for place, upload in enumerate(taken(files, key=key)):
        bar.progress(place / len(files), f"Checking photo {place + 1} of {len(files)} ...")
        outcome = services().products.add_photos(actor, product_id, [upload])
        kept += len(outcome.kept)
        state.refused += tuple(outcome.refused.items())
    bar.empty()
    return kept


def show_refused(product_id: int) -> None:
    """Show a sentence for each file that was refused for this product, until it is dismissed."""
    state = state_of(PhotoUploadState)
    if state.product_id != product_id or not state.refused:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xsmall"):
            for name, sentence in state.refused:
                st.markdown(f":material/error: **{escape_markdown(name)}**")
                st.text(sentence)
        st.button("", icon=":material/close:", type="tertiary", key="photos.dismiss",
                  help="Dismiss", on_click=_dismiss)  # fmt: skip


def _dismiss() -> None:
    state_of(PhotoUploadState).refused = ()
