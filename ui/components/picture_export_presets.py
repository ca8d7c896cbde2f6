"""Presets of exports: choices under a name, one's own, shared ones, and a few to begin with."""

from collections.abc import Mapping

import streamlit as st

from core.domain.accounts import Actor
from core.domain.picture_exports import ExportOptions, PictureFormat, Sidecar
from ui.components.picture_export_choices import KEY, set_choices
from ui.context import services
from ui.errors import expected_errors

PAGE = "picture_exports"
MAX_NAME_CHARS = 80
_BUILT_IN: Mapping[str, ExportOptions] = {
    "Originals": ExportOptions(),
    "Web shop · JPEG, 2,048 px": ExportOptions(
        file_format=PictureFormat.JPEG,
        longest_px=2048,
        quality=85,
        sidecars=(Sidecar.CSV, Sidecar.SHOPIFY),
    ),
    "Marketplace · JPEG, 2,000 px, white": ExportOptions(
        file_format=PictureFormat.JPEG, longest_px=2000, quality=92, max_kb=5000
    ),
    "Archive · a folder for each SKU": ExportOptions(
        rule="{sku}/{sku}_{shot}_{n}", sidecars=(Sidecar.CSV, Sidecar.JSON)
    ),
}


def choose_preset(actor: Actor) -> None:
    """Draw the presets; choosing one fills in the fields below."""
    found = _presets(actor)
    st.selectbox(
        "Begin with", list(found), index=None, placeholder="Your last choices, or a preset",
        key=f"{KEY}.preset", on_change=_fill_in, args=(found,),
    )  # fmt: skip


def keep_preset(actor: Actor, options: ExportOptions | None) -> None:
    """Draw the button under which the choices are kept as a preset, or one's own are deleted."""
    with st.popover("Presets", icon=":material/bookmark_add:", type="tertiary", key=f"{KEY}.keep"):
        with st.form(f"{KEY}.keep.form", border=False, clear_on_submit=True):
            name = st.text_input(
                "Keep these choices as", max_chars=MAX_NAME_CHARS, key=f"{KEY}.keep.name"
            )
            is_shared = st.checkbox("For everybody in this workspace", key=f"{KEY}.keep.shared")
            is_sent = st.form_submit_button("Save preset", width="stretch", key=f"{KEY}.keep.send")
        with expected_errors():
            if is_sent and options is not None:
                query = options.to_query()
                services().saved_views.save(actor, PAGE, name, query, is_shared=is_shared)
                st.caption("The preset is saved.")
            _offer_deletion(actor)


def _offer_deletion(actor: Actor) -> None:
    mine = {v.name: v.id for v in services().saved_views.list(actor, PAGE) if v.is_mine}
    if not mine:
        return
    gone = st.selectbox(
        "Delete a preset of yours", list(mine), index=None, placeholder="Choose one",
        key=f"{KEY}.keep.mine",
    )  # fmt: skip
    if gone in mine and st.button(
        "Delete it", icon=":material/delete:", width="stretch", key=f"{KEY}.keep.delete"
    ):
        services().saved_views.delete(actor, mine[gone])
        st.caption("The preset is deleted.")


def _presets(actor: Actor) -> dict[str, ExportOptions]:
    saved = {
        view.name if view.is_mine else f"{view.name} · {view.created_by}": (
            ExportOptions.from_query(view.query)
        )
        for view in services().saved_views.list(actor, PAGE)
    }
    return {**saved, **_BUILT_IN}


def _fill_in(found: Mapping[str, ExportOptions]) -> None:
    chosen = st.session_state.get(f"{KEY}.preset")
    if isinstance(chosen, str) and chosen in found:
        set_choices(found[chosen])
