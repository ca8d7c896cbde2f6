"""How the parts of this server are, for administrators."""

import streamlit as st

from core.domain.dashboard import Health
from core.image_models.base import ImageModelSpec
from ui.format import escape_markdown, money


def show_health(health: Health) -> None:
    """Draw the state of each part: well, or what is wrong with it."""
    with st.container(border=True, gap="small"):
        st.subheader("System", anchor=False)
        for name, state in (
            ("Database", health.database), ("File store", health.storage), ("Worker", health.worker)
        ):  # fmt: skip
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.container(width=104).caption(name)
                if state == "ok":
                    st.badge("Works", icon=":material/check:", color="green")
                else:
                    st.badge(escape_markdown(state), icon=":material/error:", color="red")
        for name, value in (
            ("In the queue", f"{health.queue_depth:,}"),
            ("Version", health.version),
        ):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.container(width=104).caption(name)
                st.text(value)


def show_models(models: tuple[ImageModelSpec, ...]) -> None:
    """Draw the image models that can be used now, the default first, with their prices."""
    with st.container(border=True, gap="small"):
        st.subheader("Image models", anchor=False)
        for place, spec in enumerate(models):
            prices = ", ".join(
                f"{size} {money(price)}" for size, price in spec.price_micros.items()
            )
            with st.container(gap=None):
                default = " :gray-badge[Default]" if place == 0 else ""
                st.markdown(f"**{escape_markdown(spec.label)}**{default}")
                st.caption(escape_markdown(f"{spec.id} · {prices}"))
