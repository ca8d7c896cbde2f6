"""One picture of a batch, large: judged on the spot, and stepped through."""

from collections.abc import Sequence

import streamlit as st

from ui.access import require_actor
from ui.components.review_panel import show_review
from ui.components.studio_rows import RowsState
from ui.components.viewer import show_picture
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import open_asset
from ui.state import state_of


def _close() -> None:
    state_of(RowsState).open_asset = 0


@st.dialog("Picture", width="large", icon=":material/image:", on_dismiss=_close)
def view_picture(asset_ids: Sequence[int]) -> None:
    """Draw the picture that is open, among the others of its batch."""
    actor = require_actor()
    with expected_errors():
        state = state_of(RowsState)
        asset = services().assets.get(actor, state.open_asset)
        place = list(asset_ids).index(asset.id) if asset.id in asset_ids else 0
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{escape_markdown(asset.product_name or asset.label)}**", width="content"
            )
            st.caption(f"{place + 1:,} of {len(asset_ids):,}", width="content")
            st.space("stretch")
            st.button(
                "Previous", icon=":material/chevron_left:", shortcut="left", disabled=place == 0,
                key="studio.viewer.previous", on_click=_step, args=(asset_ids, place - 1),
            )  # fmt: skip
            st.button(
                "Next", icon=":material/chevron_right:", icon_position="right", shortcut="right",
                disabled=place + 1 >= len(asset_ids), key="studio.viewer.next",
                on_click=_step, args=(asset_ids, place + 1),
            )  # fmt: skip
        with st.grid(3, min_column_width=220, gap="small") as columns:
            with columns.cell(column_span=2):
                show_picture(asset.ref, asset.product_name or asset.label)
            with columns.cell():
                show_review(actor, asset)
                if st.button(
                    "Open its page", icon=":material/open_in_full:", key="studio.viewer.open",
                    width="stretch",
                ):  # fmt: skip
                    _close()
                    open_asset(asset.id)


def _step(asset_ids: Sequence[int], place: int) -> None:
    state_of(RowsState).open_asset = asset_ids[place]
