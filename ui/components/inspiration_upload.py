"""Inspiration from the person's own machine: one file is chosen at once, of several one."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.domain.accounts import Actor
from core.errors import ImageRejectedError
from ui.components.counted import counted
from ui.components.inspiration_grid import InspirationCard, show_inspiration_grid, taken_asset
from ui.components.inspiration_picks import InspirationPickState, OnPick, hand_over
from ui.components.uploads import photo_uploader, taken
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of


def show_upload(actor: Actor, *, key: str, on_pick: OnPick) -> None:
    """Draw a place for files; they are kept at once, each judged alone."""
    state = state_of(InspirationPickState)
    place = st.empty()
    with place:
        files = photo_uploader("Drop pictures here", key=f"{key}.files")
    with expected_errors():
        if files:
            _keep(actor, files, key=f"{key}.files")
            with place:  # the files are let go of: an empty one takes the uploader's place
                photo_uploader("Drop pictures here", key=f"{key}.files")
            if len(state.uploaded) == 1 and not state.refused:
                hand_over(state.uploaded[0], on_pick)
        _show_refused(state.refused)
        if not state.uploaded:
            st.caption("JPEG, PNG or WebP. What you add here is in the library from then on.")
            return
        if picked := taken_asset(f"{key}.grid"):
            hand_over(services().assets.get(actor, picked).id, on_pick)
        st.caption(
            f"{counted(len(state.uploaded), 'picture')} added to the library. Choose one to use."
        )
        show_inspiration_grid([_card(actor, one) for one in state.uploaded], key=f"{key}.grid")


def _keep(actor: Actor, files: Sequence[UploadedFile], *, key: str) -> None:
    state = state_of(InspirationPickState)
    state.refused = ()
    bar = st.progress(0.0, "Checking the pictures ...")
    for place, upload in enumerate(taken(files, key=key)):
        bar.progress(place / len(files), f"Checking picture {place + 1} of {len(files)} ...")
        try:
            kept = services().inspiration.upload(actor, upload).id
        except ImageRejectedError as error:
            # A bad file does not hold up the others.
            state.refused += ((upload.file_name, error.user_message),)
        else:
            state.uploaded = (kept, *(one for one in state.uploaded if one != kept))
    bar.empty()


def _show_refused(refused: Sequence[tuple[str, str]]) -> None:
    if not refused:
        return
    with st.container(border=True, gap="xsmall"):
        for name, sentence in refused:
            st.markdown(f":material/error: **{escape_markdown(name)}**")
            st.text(sentence)


def _card(actor: Actor, asset_id: int) -> InspirationCard:
    asset = services().assets.get(actor, asset_id)
    return InspirationCard(
        id=str(asset.id),
        label=asset.label,
        src=asset.ref.url("w320"),
        width_px=asset.width_px,
        height_px=asset.height_px,
        note=asset.label,
    )
