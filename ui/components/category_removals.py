"""What was merged or deleted of late, with the way to undo it."""

import streamlit as st

from core.domain.accounts import Actor
from ui.components.category_words import removal_line
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown


def show_removals(actor: Actor) -> None:
    """Draw what can be undone, the newest first; nothing where there is none."""
    removals = services().categories.removals(actor)
    if not removals:
        return
    with st.expander("Merged or deleted of late", icon=":material/history:"), expected_errors():
        for removal in removals:
            by = f"by {removal.removed_by}, " if removal.removed_by else ""
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap=None, width="stretch"):
                    st.text(removal_line(removal))
                    st.caption(escape_markdown(f"{by}{ago(removal.removed_at)}"))
                if actor.role.may_edit and st.button(
                    "Undo", icon=":material/undo:", key=f"categories.undo.{removal.id}"
                ):
                    restored = services().categories.restore(actor, removal.id)
                    announce(f"{escape_markdown(restored.name)} is back.")
                    st.rerun()
