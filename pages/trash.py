"""The trash: what was deleted in the last 30 days, to bring back or to delete for good."""

import streamlit as st

from core.domain.trash import TrashKind
from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.header import page_header
from ui.components.paging import current_cursor, keyset_page
from ui.components.trash_actions import show_empty_button, show_trash_actions
from ui.components.trash_list import pick_kind, show_elsewhere, show_no_trash, show_trash
from ui.context import services

actor = require_actor()
header = page_header("Trash", "What was deleted stays here for 30 days.")

# Read
counts = services().trash.counts(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    kind: TrashKind = pick_kind()
    st.space("stretch")
    text = st.text_input(
        "Search", type="search", placeholder="Search the trash", key="trash_q", live=True,
        label_visibility="collapsed", width=220, bind="query-params",
    )  # fmt: skip
with header:
    show_empty_button(actor, kind, counts.of(kind))
show_trash_actions(actor, kind)
page = services().trash.search(
    actor, kind, text, after=current_cursor(key="page", filters=(kind, text))
)

# Draw
if page.items:
    show_trash(actor, kind, page.items)
else:
    show_no_trash(kind, is_search=bool(text))
show_total(page, str(kind).removesuffix("s"))
keyset_page(page, key="page")
show_elsewhere(counts, kind)
