"""The links of a workspace, with what came of each."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from core.domain.accounts import Actor
from core.domain.share_links import Answer, LinkState, ShareLink
from ui.components.counted import counted
from ui.components.grid import GridItem, show_grid
from ui.components.review_words import MARKS, SIGNS, TONES
from ui.components.share_actions import ask_about, show_question
from ui.components.share_words import STATES, answer_words, life_words, rights_words, seen_words
from ui.context import services
from ui.format import escape_markdown, when
from ui.navigation import id_in_address, open_asset


def show_links(actor: Actor, links: Sequence[ShareLink]) -> None:
    """Draw a card for each link; an open one shows what its guests said."""
    open_id = id_in_address("link")
    for link in links:
        with st.container(border=True, key=f"shares.card.{link.id}"):
            _show_link(actor, link, is_open=link.id == open_id)
    show_question()


def _show_link(actor: Actor, link: ShareLink, *, is_open: bool) -> None:
    now = datetime.now(UTC)
    state = link.state(now)
    label, tone = STATES[state]
    with st.container(gap=None):
        st.markdown(f"**{escape_markdown(link.title)}** :{tone}-badge[{label}]")
        facts = " · ".join(
            (
                counted(link.picture_count, "picture"),
                f"by {link.created_by or 'somebody who is gone'}",
                life_words(link, now),
                seen_words(link),
            )
        )
        st.caption(escape_markdown(facts))
        st.caption(rights_words(link.rights))
    said = answer_words(link)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(said or ":gray[No answers yet]", width="content")
        st.space("stretch")
        if said:
            st.button(
                "Hide answers" if is_open else "See answers", key=f"shares.open.{link.id}",
                type="tertiary", icon=":material/forum:", on_click=_open,
                args=(None if is_open else link.id,),
            )  # fmt: skip
        if actor.role.may_edit and state is not LinkState.REVOKED:
            _show_buttons(link)
    if said and is_open:
        _show_answers(link, services().share_links.answers(actor, link.id))


def _show_buttons(link: ShareLink) -> None:
    st.button(
        "Extend", icon=":material/update:", key=f"shares.extend.{link.id}",
        on_click=ask_about, args=("extend", link.id),
    )  # fmt: skip
    st.button(
        "Revoke", icon=":material/link_off:", key=f"shares.revoke.{link.id}",
        on_click=ask_about, args=("revoke", link.id),
    )  # fmt: skip


def _show_answers(link: ShareLink, answers: Sequence[Answer]) -> None:
    event = show_grid([_card(answer) for answer in answers], key=f"shares.grid.{link.id}")
    if event is not None:
        open_asset(int(event.id))
    for answer in answers:
        lines = [(comment.guest_name, comment.at, comment.body) for comment in answer.comments]
        if answer.verdict is not None and answer.verdict.note:
            lines.append((answer.verdict.by, answer.verdict.at, answer.verdict.note))
        for name, at, words in sorted(lines, key=lambda line: line[1]):
            about = answer.caption or f"Picture {answer.ref.id}"
            with st.container(gap=None):
                st.markdown(
                    f"**{escape_markdown(name)}** on {escape_markdown(about)} "
                    f":gray[{escape_markdown(when(at))}]"
                )
                st.text(words)


def _card(answer: Answer) -> GridItem:
    verdict = answer.verdict
    said = f"by {verdict.by}" if verdict is not None else ""
    comments = counted(len(answer.comments), "comment") if answer.comments else ""
    return GridItem(
        id=str(answer.ref.id),
        title=answer.caption or f"Picture {answer.ref.id}",
        subtitle=" · ".join(filter(None, (said, comments))),
        src=answer.ref.url("w320"),
        fit="contain",
        badge=MARKS[verdict.state] if verdict else "",
        badge_label=SIGNS[verdict.state].label if verdict else "",
        badge_tone=TONES[verdict.state] if verdict else "gray",
    )


def _open(link_id: int | None = None) -> None:
    if link_id is None:
        st.query_params.pop("link", None)
    else:
        st.query_params["link"] = str(link_id)
