"""The keys that do something, in one dialog."""

from collections.abc import Mapping

import streamlit as st

from ui.access import require_actor

SHORTCUTS: Mapping[str, Mapping[str, str]] = {
    "Products": {
        "N": "Add a product",
        "E": "Edit the ticked products",
        "G": "Open the studio with the product, the ticked products or the preset",
        "J": "Next product",
        "K": "Previous product",
    },
    "Lists and tables": {
        "Arrows": "Go from card to card, or from cell to cell",
        "Space or X": "Tick a card",
        "Enter": "Open a card, or change a cell",
        "Esc": "Leave a cell as it was, close a menu or a dialog",
    },
    "Gallery": {
        "Shift+Arrows": "Select one picture after the other",
        "Ctrl+A": "Select everything on the page",
        "Enter": "Open a picture; there ? shows all keys that judge it",
    },
    "Studio and brand": {"Ctrl+Enter": "Generate, or save the brand kit"},
    "A picture": {
        "Left": "Newer picture, or the previous one of a batch",
        "Right": "Older picture, or the next one of a batch",
        "A": "Approve",
        "E": "Needs edit",
        "X": "Reject; in the lightbox R too",
        "P": "Pin or unpin",
    },
    "Looking closely and comparing": {
        "+ and -": "Zoom in and out, 0 shows all of it",
        "F": "Fill the screen",
        "1 to 6": "Choose one of the compared pictures",
        "A, E, R": "Approve it, needs edit, reject it",
        "Shift+1 to 5": "Give it stars, Shift+0 takes them away",
        "Esc": "Back to the gallery",
    },
    "A product's pictures": {
        "1 to 5": "Give stars, 0 takes them away",
        "U": "Back to review",
        "Z": "Undo",
    },
}
"""What each key does, by where it does it."""


@st.dialog("Keyboard shortcuts", icon=":material/keyboard:")
def show_shortcuts() -> None:
    """List the keys."""
    require_actor()
    st.caption("They work while no text is being written. On a Mac, Ctrl is ⌘.")
    for place, keys in SHORTCUTS.items():
        st.markdown(f"**{place}**")
        with st.container(gap="xxsmall"):
            for key, text in keys.items():
                with st.container(horizontal=True, gap="small", wrap=False):
                    st.markdown(f"`{key}`", width=96)
                    st.markdown(text, width="stretch")
