"""What people say of a picture."""

from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.assets import Asset
from core.domain.comments import MAX_COMMENT_CHARS, Comment
from core.domain.paging import Page
from core.errors import EpoxError, SignInRequiredError
from ui.components.comments_box import accept, write_comment
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown
from ui.state import state_of

_PAGE = 20


@dataclass
class CommentsState:
    """The comment that is being changed, and how many older ones were asked for.

    `refusal` says why what was sent last could not be kept.
    """

    editing: int = 0
    shown: int = _PAGE
    asset_id: int = 0
    refusal: str = ""


def show_comments(actor: Actor, asset: Asset) -> None:
    """Draw the comments on a picture, the newest last, and the field for one more."""
    state = state_of(CommentsState)
    if state.asset_id != asset.id:
        state.asset_id, state.shown, state.editing, state.refusal = asset.id, _PAGE, 0, ""
    page = services().comments.of(actor, asset.id, limit=state.shown)
    with st.container(border=True, gap="small", key="asset.comments"):
        _show_head(page)
        if page.next is not None:
            st.button(
                "Show older ones", icon=":material/expand_less:", type="tertiary",
                key="comments.more", on_click=_show_more,
            )  # fmt: skip
        for comment in reversed(page.items):
            with expected_errors():
                _show_comment(actor, comment, state)
        with expected_errors():
            _show_box(actor, asset)


def comment_markdown(comment: Comment) -> str:
    """Return the text for Streamlit's Markdown: exactly it, with the names that it names marked."""
    lines: list[list[str]] = [[]]
    for text, is_name in comment.parts():
        first, *others = text.split("\n")
        for at, part in enumerate((first, *others)):
            if at:
                lines.append([])
            if part:
                lines[-1].append(_marked(part, is_name=is_name))
    return "  \n".join("".join(line).strip() or "\u2060" for line in lines)


def who_said(comment: Comment) -> str:
    """Return by whom a comment is, for people."""
    if comment.author:
        return comment.author
    return f"{comment.guest} (guest)" if comment.guest else "Somebody who has left"


def _show_head(page: Page[Comment]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Comments", anchor=False, width="content")
        if page.total:
            st.badge(page.total_label, color="gray")
    if not page.items:
        st.caption("Nobody has said anything yet.")


def _show_comment(actor: Actor, comment: Comment, state: CommentsState) -> None:
    is_own = comment.author_id == actor.user_id
    with st.container(gap=None, key=f"comments.{comment.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            edited = " · edited" if comment.edited_at else ""
            st.markdown(
                f"**{escape_markdown(who_said(comment))}** "
                f":small[:gray[{ago(comment.created_at)}{edited}]]",
                width="stretch",
            )
            if is_own and state.editing != comment.id and st.button(
                "", icon=":material/edit:", type="tertiary", help="Change it",
                key=f"comments.{comment.id}.edit",
            ):  # fmt: skip
                state.editing = comment.id
                st.rerun()
            if (is_own or actor.role is Role.OWNER) and st.button(
                "", icon=":material/delete:", type="tertiary", help="Delete it for good",
                key=f"comments.{comment.id}.delete",
            ):  # fmt: skip
                services().comments.delete(actor, comment.id)
                st.rerun()
        if is_own and state.editing == comment.id:
            _show_form(actor, comment, state)
        else:
            st.markdown(comment_markdown(comment))


def _show_form(actor: Actor, comment: Comment, state: CommentsState) -> None:
    with st.form(f"comments.{comment.id}.form", border=False, enter_to_submit=False):
        body = st.text_area(
            "Comment", comment.body, max_chars=MAX_COMMENT_CHARS, height=100,
            key=f"comments.{comment.id}.body", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            is_saved = st.form_submit_button(
                "Save", type="primary", key=f"comments.{comment.id}.save"
            )
            is_left = st.form_submit_button("Cancel", key=f"comments.{comment.id}.cancel")
    if is_saved:
        services().comments.edit(actor, comment.id, body)
    if is_saved or is_left:
        state.editing = 0
        st.rerun()


def _show_box(actor: Actor, asset: Asset) -> None:
    if asset.trashed_at is not None:
        st.caption("Restore the picture to talk about it.")
        return
    key = "comments.box"
    state = state_of(CommentsState)
    if state.refusal:
        st.error(escape_markdown(state.refusal), icon=":material/error:")
    text = write_comment(services().comments.members(actor), key=key)
    if text is None:
        return
    try:
        services().comments.add(actor, asset.id, text)
    except SignInRequiredError:
        raise
    except EpoxError as error:
        # The field waits for an answer, and gets it with the next run.
        state.refusal = error.user_message
    else:
        accept(key)
        state.refusal = ""
    st.rerun()


def _show_more() -> None:
    state_of(CommentsState).shown += _PAGE


def _marked(text: str, *, is_name: bool) -> str:
    core = escape_markdown(text)
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    if is_name:
        core = f":violet-background[{core}]"
    return f"{before}{core}{after}"
