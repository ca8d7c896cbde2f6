"""Filling gaps: which shots, how many pictures that is, and what is left out."""

import streamlit as st

from core.domain.collections import Collection
from core.domain.shots import GapSums
from ui.access import require_actor
from ui.components.collection_state import close
from ui.components.counted import counted
from ui.components.rows import Row, show_rows
from ui.components.shot_studio import open_studio_with_shots
from ui.components.shot_words import gaps_sentence, left_out_sentence
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown


@st.dialog("Fill gaps", icon=":material/auto_awesome:", on_dismiss=close)
def fill_gaps(collection: Collection) -> None:
    """Say what filling the gaps of the chosen shots comes to, and lead to the studio."""
    actor = require_actor()
    with expected_errors():
        shots = services().shots.shots(actor, collection.id)
        names = {shot.id: escape_markdown(shot.name) for shot in shots}
        chosen = st.pills(
            "Wanted shots", list(names), selection_mode="multi", default=list(names),
            format_func=names.__getitem__, key="gaps.shots",
        )  # fmt: skip
        sums = services().shots.gap_sums(actor, collection.id, chosen) if chosen else None
        if sums is None:
            st.caption("Choose at least one shot.")
        else:
            _show_sums(sums)
        label = f"Set up {counted(sums.pictures, 'picture')}" if sums else "Set up pictures"
        if st.button(
            f"{label} in the studio", icon=":material/auto_awesome:", type="primary",
            width="stretch", disabled=not (sums and sums.cells), key="gaps.go",
        ):  # fmt: skip
            open_studio_with_shots(collection.id, chosen)
        st.caption("Nothing is sent yet: the studio shows prompt, cost and time first.")


def _show_sums(sums: GapSums) -> None:
    st.markdown(f"**{gaps_sentence(sums)}**")
    left_out = left_out_sentence(sums)
    if left_out:
        st.warning(left_out, icon=":material/no_photography:")
        rows = [
            Row(name, "No photo yet", path=f"/product?id={product_id}", is_off=True)
            for product_id, name in sums.left_out
        ]
        show_rows(rows, key="gaps.left_out")
