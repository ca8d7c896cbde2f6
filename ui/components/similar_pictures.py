"""Pictures that look like one, and the stack of near duplicates that it lies in."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.looks import LookAlike, StackedPicture
from ui.access import require_actor
from ui.components.grid import GridItem, show_grid
from ui.components.notices import announce
from ui.components.review_words import MARKS, SIGNS, TONES
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago
from ui.navigation import open_asset

_SHOWN = 12


def show_similar(actor: Actor, asset: Asset) -> None:
    """Draw the pictures that look most like this one; a click opens one."""
    found = services().looks.similar(actor, asset.id, limit=_SHOWN)
    st.subheader("More like this", anchor=False)
    if not found:
        st.caption(
            "Nothing looks like it yet. A new picture is compared within a minute of its making."
        )
        return
    event = show_grid([_alike_card(one) for one in found], key=f"similar.{asset.id}")
    if event is not None:
        open_asset(int(event.id))


def show_stack(actor: Actor, asset: Asset) -> None:
    """Draw the stack that this picture lies in, if it does, with what can be done about it."""
    stack = services().looks.stack_of(actor, asset.id)
    if stack is None:
        return
    with st.container(border=True, key="stack"):
        st.subheader(f"Stack of {len(stack.pictures)}", anchor=False)
        st.caption("Nearly the same picture. The gallery shows the one on top for all of them.")
        event = show_grid(
            [_stacked_card(one, stack.top_id) for one in stack.pictures], key=f"stack.{asset.id}"
        )
        if event is not None and int(event.id) != asset.id:
            open_asset(int(event.id))
        if actor.role.may_edit:
            _show_deeds(asset.id, is_top=asset.id == stack.top_id)


def _show_deeds(asset_id: int, *, is_top: bool) -> None:
    actor = require_actor()
    with st.container(horizontal=True), expected_errors():
        if not is_top and st.button(
            "Put on top", icon=":material/vertical_align_top:", key="stack.top"
        ):
            services().looks.set_top(actor, asset_id)
            announce("This picture stands for its stack now.")
            st.rerun()
        if st.button("Take out of the stack", icon=":material/filter_none:", key="stack.out"):
            services().looks.unstack(actor, [asset_id])
            announce("This picture stands alone now.")
            st.rerun()


def _alike_card(one: LookAlike) -> GridItem:
    percent = "nearly the same" if one.is_same else f"{round(100 * one.likeness)} % alike"
    return GridItem(
        id=str(one.ref.id),
        title=one.caption,
        subtitle=f"{percent} · {ago(one.created_at)}",
        src=one.ref.url("w320"),
        fit="contain",
        badge=MARKS[one.review_state],
        badge_label=SIGNS[one.review_state].label if MARKS[one.review_state] else "",
        badge_tone=TONES[one.review_state],
    )


def _stacked_card(one: StackedPicture, top_id: int) -> GridItem:
    place = "on top" if one.ref.id == top_id else ago(one.created_at)
    stars = f" · {one.rating} of 5 stars" if one.rating else ""
    return GridItem(
        id=str(one.ref.id),
        title=one.caption,
        subtitle=f"{place}{stars}",
        src=one.ref.url("w320"),
        fit="contain",
        badge=MARKS[one.review_state],
        badge_label=SIGNS[one.review_state].label if MARKS[one.review_state] else "",
        badge_tone=TONES[one.review_state],
    )
