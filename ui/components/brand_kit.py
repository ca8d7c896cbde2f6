"""The fields of the brand kit: colours, words, notes and the logo."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.brand_kits import (
    MAX_BANNED_WORDS,
    MAX_BRAND_COLOURS,
    MAX_BRAND_NOTE_CHARS,
    MAX_BRAND_WORDS,
    BrandKit,
)
from core.errors import NotFoundError
from ui.components.brand_palette import edit_palette
from ui.components.grid import GridItem, show_grid
from ui.components.inspiration_picker import pick_inspiration
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.navigation import open_asset
from ui.state import state_of

_PALETTE = "brand.palette"
_WIDGETS = ("brand.words", "brand.banned", "brand.notes")
_LOGO_PX = 190


@dataclass
class BrandState:
    """The kit as the person has it on the screen, and the one that it was begun from."""

    begun: BrandKit | None = None
    draft: BrandKit | None = None
    epoch: int = 0


def edit_brand_kit(actor: Actor, kept: BrandKit) -> BrandKit:
    """Draw the kit, to be changed by those who may, and return it as it is on the screen."""
    state = state_of(BrandState)
    if state.draft is None or state.begun != kept:
        _begin(state, kept)
    may_edit = actor.role.may_edit
    if not may_edit:
        st.caption(":material/visibility: Owners and editors of the workspace can change it.")
    with st.container(border=True, key="brand.colours"):
        st.subheader("Colours", anchor=False)
        palette = edit_palette(kept.palette, key=_PALETTE, epoch=state.epoch, is_editable=may_edit)
        st.caption(f"Up to {MAX_BRAND_COLOURS} colours for what stands around the product.")
    with st.container(border=True, key="brand.texts"):
        draft = _edit_words(replace(state.draft or kept, palette=palette), may_edit=may_edit)
    with st.container(border=True, key="brand.logo"):
        st.subheader("Logo", anchor=False)
        _edit_logo(actor, draft)
    draft = replace(draft, logo_asset_id=(state.draft or kept).logo_asset_id)
    state.draft = draft
    if may_edit:
        _show_save(actor, kept, draft)
    return draft


def _begin(state: BrandState, kept: BrandKit) -> None:
    state.begun, state.draft = kept, kept
    state.epoch += 1
    for key in _WIDGETS:
        st.session_state.pop(key, None)


def _edit_words(kit: BrandKit, *, may_edit: bool) -> BrandKit:
    st.subheader("Words", anchor=False)
    words = st.multiselect(
        "Words to use", kit.words, kit.words, accept_new_options=True, key="brand.words",
        max_selections=MAX_BRAND_WORDS, placeholder="Type a word and press Enter",
        disabled=not may_edit, help="Every prompt says them, such as calm, honest, natural.",
    )  # fmt: skip
    banned = st.multiselect(
        "Words to ban", kit.banned, kit.banned, accept_new_options=True, key="brand.banned",
        max_selections=MAX_BANNED_WORDS, placeholder="Type a word and press Enter",
        disabled=not may_edit, help="A prompt that holds one of them is not sent.",
    )  # fmt: skip
    notes = st.text_area(
        "Style notes", kit.notes, key="brand.notes", height=120, disabled=not may_edit,
        max_chars=MAX_BRAND_NOTE_CHARS,
        placeholder="Daylight from the left, few things, nothing that looks staged.",
    )  # fmt: skip
    return replace(kit, words=tuple(words), banned=tuple(banned), notes=notes)


def _edit_logo(actor: Actor, kit: BrandKit) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if kit.logo_asset_id is None:
            st.caption("No logo yet.", width="content")
        else:
            _show_logo(actor, kit.logo_asset_id)
        st.space("stretch")
        if not actor.role.may_edit:
            return
        if st.button("Choose a picture", icon=":material/image:", key="brand.logo.choose"):
            pick_inspiration(key="brand.logo.pick", on_pick=_set_logo)
        if kit.logo_asset_id is not None:
            st.button("Remove", type="tertiary", key="brand.logo.none",
                      on_click=partial(_set_logo, None))  # fmt: skip
    st.caption("It is kept with the kit; prompts ask for pictures without any logo.")


def _show_logo(actor: Actor, asset_id: int) -> None:
    try:
        asset = services().assets.get(actor, asset_id)
    except NotFoundError:
        st.caption("This picture is not there any more. Choose another one.", width="content")
        return
    with st.container(width=_LOGO_PX):
        card = GridItem(str(asset_id), asset.label, src=asset.ref.url("w320"), fit="contain")
        if show_grid([card], key="brand.logo.grid") is not None:
            open_asset(asset_id)


def _set_logo(asset_id: int | None) -> None:
    state = state_of(BrandState)
    if state.draft is not None:
        state.draft = replace(state.draft, logo_asset_id=asset_id)


def _show_save(actor: Actor, kept: BrandKit, draft: BrandKit) -> None:
    with expected_errors(), st.container(horizontal=True, vertical_alignment="center"):
        is_changed = draft != kept
        if st.button(
            "Save the brand kit", type="primary", icon=":material/check:", key="brand.save",
            disabled=not is_changed, shortcut="Ctrl+Enter",
        ):  # fmt: skip
            services().brand_kits.set(actor, draft)
            announce("Saved: every prompt from now on keeps to it.")
            st.rerun()
        if is_changed and st.button("Discard", type="tertiary", key="brand.discard"):
            _begin(state_of(BrandState), kept)
            st.rerun()
