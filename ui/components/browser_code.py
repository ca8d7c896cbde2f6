"""Loading the code of our own components, which is kept in files beside them."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def component(name: str) -> ComponentRenderer:
    """Declare the component whose code is `<name>.js` and, if it has a look, `<name>.css`.

    To be called once a component, when its module is imported.
    """
    style = _HERE / f"{name}.css"
    return st.components.v2.component(
        f"epox_{name}",
        js=(_HERE / f"{name}.js").read_text(encoding="utf-8"),
        css=style.read_text(encoding="utf-8") if style.exists() else None,
    )
