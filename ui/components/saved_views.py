"""Saved views: named sets of filters. Each is a link, nothing but the query of an address."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.saved_views import SavedView
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

MAX_NAME_CHARS = 80


@dataclass(frozen=True)
class ViewsOf:
    """Whose views: the page's name, its script, and an example of a name for a view of it."""

    page: str
    script: str
    example: str


@dataclass
class SavedViewState:
    """Which view is being renamed; 0 is none."""

    renamed: int = 0


def saved_views(actor: Actor, of: ViewsOf, query: Mapping[str, str], *, is_as_usual: bool) -> None:
    """Draw the button that opens the page's views; they are read only while it is open.

    `query` is what the page shows now and could be saved, unless that `is_as_usual`.
    """
    panel = st.popover(
        "Views", icon=":material/bookmarks:", key=f"{of.page}.views", on_change="rerun"
    )
    if not panel.open:
        state_of(SavedViewState).renamed = 0
        return
    with panel, expected_errors():
        views = services().saved_views.list(actor, of.page)
        for view in views:
            if view.id == state_of(SavedViewState).renamed:
                _show_renaming(actor, view)
            else:
                _show_view(actor, of, view)
        if not views:
            st.caption("Filters and sorting that you use often can be kept here under a name.")
        if is_as_usual:
            st.caption("Choose filters first: then they can be saved as a view.")
        else:
            _show_saving(actor, of, query)


def _show_view(actor: Actor, of: ViewsOf, view: SavedView) -> None:
    key = f"views.{view.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.page_link(
            of.script, label=escape_markdown(view.name), query_params=dict(view.query),
            icon=":material/group:" if view.is_shared else ":material/bookmark:", width="stretch",
        )  # fmt: skip
        if not view.is_mine:
            st.caption(escape_markdown(view.created_by), width="content")
            return
        if _small("edit", "Rename", f"{key}.rename"):
            state_of(SavedViewState).renamed = view.id
            st.rerun()
        shares = _small(
            "lock" if view.is_shared else "group_add",
            "Keep it to myself" if view.is_shared else "Share with everybody in this workspace",
            f"{key}.share",
        )
        deletes = _small("delete", "Delete", f"{key}.delete")
    if shares:
        # A view of the same name takes the other's place.
        services().saved_views.save(
            actor, of.page, view.name, view.query, is_shared=not view.is_shared
        )
        st.rerun()
    if deletes:
        services().saved_views.delete(actor, view.id)
        st.rerun()


def _show_renaming(actor: Actor, view: SavedView) -> None:
    with st.form("views.rename", border=False):
        name = st.text_input("Name", view.name, max_chars=MAX_NAME_CHARS, key="views.rename.name")
        is_sent = st.form_submit_button("Rename", width="stretch", key="views.rename.send")
    if is_sent:
        services().saved_views.rename(actor, view.id, name)
        state_of(SavedViewState).renamed = 0
        st.rerun()


def _show_saving(actor: Actor, of: ViewsOf, query: Mapping[str, str]) -> None:
    with st.form("views.new", border=False, clear_on_submit=True):
        name = st.text_input(
            "Save what is shown as", max_chars=MAX_NAME_CHARS, key="views.new.name",
            placeholder=of.example,
        )  # fmt: skip
        is_shared = st.checkbox("For everybody in this workspace", key="views.new.shared")
        is_sent = st.form_submit_button(
            "Save view", icon=":material/bookmark_add:", type="primary", width="stretch",
            key="views.new.send",
        )  # fmt: skip
    if is_sent:
        services().saved_views.save(actor, of.page, name, query, is_shared=is_shared)
        announce("The view is saved.")
        st.rerun()


def _small(icon: str, label: str, key: str) -> bool:
    return st.button("", icon=f":material/{icon}:", type="tertiary", key=key, help=label)
