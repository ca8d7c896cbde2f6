"""Loading the code of our own components, which is kept in files beside them."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def component(name: str, *, looks_like: str = "", is_in_dialogs: bool = False) -> ComponentRenderer:
    """Declare the component whose code is `<name>.js` and, if it has a look, `<name>.css`.

    Its look may build on that of another one, which it is then given too. To be called once a
    component, when its module is imported.

    One that is used in dialogs stands in the page itself: a dialog keeps the Tab key among what it
    finds in itself, and finds nothing in a shadow. Its classes must be its own.
    """
    styles = [_HERE / f"{part}.css" for part in (looks_like, name) if part]
    looks = [style.read_text(encoding="utf-8") for style in styles if style.exists()]
    return st.components.v2.component(
        f"epox_{name}",
        js=(_HERE / f"{name}.js").read_text(encoding="utf-8"),
        css="\n".join(looks) or None,
        isolate_styles=not is_in_dialogs,
    )
