"""What names the person who looks, and was not seen yet: for the dashboard."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.comments import CommentMention
from core.services.access import MAX_IDS
from ui.components.comments_panel import comment_markdown, who_said
from ui.components.counted import counted
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown
from ui.navigation import open_asset

_SHOWN = 5


def show_mentions(actor: Actor) -> None:
    """Draw the newest comments that name the person; nothing where all was seen.

    A click on one opens its picture, and it counts as seen.
    """
    page = services().comments.mentions(actor, limit=_SHOWN)
    if not page.items:
        return
    with st.container(border=True, gap="small", key="mentions"), expected_errors():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("You were mentioned", anchor=False, width="content")
            st.badge(page.total_label, color="violet")
            st.space("stretch")
            if st.button("All seen", icon=":material/done_all:", type="tertiary",
                         key="mentions.seen"):  # fmt: skip
                unseen = services().comments.mentions(actor, limit=MAX_IDS)
                services().comments.mark_seen(actor, [each.comment.id for each in unseen.items])
                st.rerun()
        for mention in page.items:
            _show(actor, mention)
        if page.next is not None:
            st.caption(f"And {counted(page.total - len(page.items), 'older one')}.")


def _show(actor: Actor, mention: CommentMention) -> None:
    comment = mention.comment
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"mentions.{comment.id}"
    ):
        said = f"**{escape_markdown(who_said(comment))}** on {escape_markdown(mention.label)}"
        st.markdown(
            f"{said} :small[:gray[{ago(comment.created_at)}]]  \n{comment_markdown(comment)}",
            width="stretch",
        )
        if st.button("Open", key=f"mentions.{comment.id}.open"):
            services().comments.mark_seen(actor, [comment.id])
            open_asset(mention.ref.id)
