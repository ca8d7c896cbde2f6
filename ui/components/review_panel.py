"""Judging one picture on its page: state, reason, note, rating and pin."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.reviews import MAX_NOTE_CHARS, Review, ReviewState
from ui.components.review_actions import pick_reason
from ui.components.review_words import ICONS, SIGNS, reason_label, review_line, stars
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_BUTTONS = (
    (ReviewState.APPROVED, "Approve", "a"),
    (ReviewState.NEEDS_EDIT, "Needs edit", "e"),
    (ReviewState.REJECTED, "Reject", "x"),
)


def show_review(actor: Actor, asset: Asset) -> None:
    """Draw what is said of a generated picture, and the ways to say it."""
    if not asset.origin.is_made:
        return
    review = asset.review
    with st.container(border=True, gap="small", key="asset.review"), expected_errors():
        _show_head(review)
        if not actor.role.may_review or asset.trashed_at is not None:
            _show_words(review)
            return
        _show_verdicts(actor, asset)
        if review.state.takes_reason:
            _ask_why(actor, asset)
        elif review.note:
            _show_words(review)
        _show_rating(actor, asset)


def _show_head(review: Review) -> None:
    sign = SIGNS[review.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Review", anchor=False, width="content")
        st.space("stretch")
        if review.is_pinned:
            st.badge("Pinned", icon=":material/keep:", color="violet")
        st.badge(sign.label, icon=ICONS[review.state], color=sign.tone)
    if review.at is not None:
        st.caption(escape_markdown(review_line(review)))


def _show_words(review: Review) -> None:
    if review.reason:
        st.text(reason_label(review.reason))
    if review.note:
        st.text(review.note)
    if review.rating:
        st.markdown(f":orange[{stars(review.rating)}]")


def _show_verdicts(actor: Actor, asset: Asset) -> None:
    with st.container(gap="xsmall"):
        for state, label, key in _BUTTONS:
            is_so = asset.review.state is state
            if st.button(
                SIGNS[state].label if is_so else label, icon=ICONS[state], shortcut=key,
                type="primary" if is_so else "secondary", width="stretch",
                key=f"asset.review.{state}", help="Again takes it back" if is_so else None,
            ):  # fmt: skip
                wanted = ReviewState.UNREVIEWED if is_so else state
                services().reviews.set_state(actor, [asset.id], wanted)
                st.rerun()


def _ask_why(actor: Actor, asset: Asset) -> None:
    review, key = asset.review, f"asset.review.{asset.id}.{asset.review.state}"
    st.caption("What is wrong?")
    reason = pick_reason("What is wrong?", review.reason, key=f"{key}.reason")
    if reason != review.reason:
        services().reviews.set_state(
            actor, [asset.id], review.state, reason=reason, note=review.note
        )
        st.rerun()
    with st.form(f"{key}.form", border=False, enter_to_submit=False):
        note = st.text_area(
            "Note", review.note, key=f"{key}.note", height=80, max_chars=MAX_NOTE_CHARS,
            label_visibility="collapsed", placeholder="What should be different?",
        )  # fmt: skip
        if st.form_submit_button("Save note", key="asset.review.note.send"):
            services().reviews.set_state(
                actor, [asset.id], review.state, reason=review.reason, note=note
            )
            st.rerun()


def _show_rating(actor: Actor, asset: Asset) -> None:
    review = asset.review
    with st.container(horizontal=True, vertical_alignment="center"):
        # The stars of another rating are other stars: what is stored is what is shown.
        given = st.feedback(
            "stars", default=review.rating - 1 if review.rating else None,
            key=f"asset.review.{asset.id}.stars.{review.rating}",
        )  # fmt: skip
        rating = 0 if given is None else given + 1
        if rating != review.rating:
            services().reviews.rate(actor, [asset.id], rating)
            st.rerun()
        st.space("stretch")
        if st.button(
            "Unpin" if review.is_pinned else "Pin", shortcut="p", type="tertiary",
            icon=":material/keep_off:" if review.is_pinned else ":material/keep:",
            key="asset.review.pin",
        ):  # fmt: skip
            services().reviews.pin(actor, [asset.id], not review.is_pinned)
            st.rerun()
