"""Taking pictures along as a ZIP: what is asked before it is made."""

from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter, AssetSort
from core.domain.picture_exports import ExportOptions
from core.domain.reviews import ReviewState
from core.services.picture_exports import Source
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.picture_export_choices import KEY, ask_choices, set_choices
from ui.components.picture_export_presets import choose_preset, keep_preset
from ui.components.picture_export_words import plan_words
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

EXPORTS_PAGE = "pages/exports.py"


@dataclass
class PictureExportState:
    """What the dialog knows of the export that was begun in it; 0 is none."""

    begun: int = 0


def export_dialog(
    actor: Actor, source: Source, *, title: str = "", sort: AssetSort = AssetSort.NEWEST
) -> None:
    """Open the dialog for these pictures, or for all that a list shows.

    It begins with what the person chose last. `title` is what the export is called.
    """
    with expected_errors():
        prepare_export(actor)
        _ask(source, title, sort)


def prepare_export(actor: Actor) -> None:
    """Let the fields show what the person chose last, before they are drawn for the first time."""
    state_of(PictureExportState).begun = 0
    st.session_state[f"{KEY}.preset"] = None
    set_choices(services().picture_exports.last_options(actor))


def show_collection_export(actor: Actor, collection_id: int, name: str) -> None:
    """Draw the button that exports the approved pictures of a collection's products."""
    if actor.role.may_edit and st.button(
        "Export pictures", icon=":material/folder_zip:", key="collection.export_pictures",
        help="The approved pictures of its products, as a ZIP",
    ):  # fmt: skip
        approved = AssetFilter(
            is_made=True, collection_id=collection_id, review_states=(ReviewState.APPROVED,)
        )
        export_dialog(actor, approved, title=name, sort=AssetSort.PRODUCT)


@st.dialog("Export pictures", width="medium", icon=":material/folder_zip:")
def _ask(source: Source, title: str, sort: AssetSort) -> None:
    show_export(source, title=title, sort=sort)


def show_export(source: Source, *, title: str = "", sort: AssetSort = AssetSort.NEWEST) -> None:
    """Draw what is asked before an export, and once it is begun, the way to it."""
    actor = require_actor()
    state, body = state_of(PictureExportState), st.empty()
    if not state.begun:
        with body.container(), expected_errors():
            options = _ask_options(actor, source, sort)
            if options is not None:
                begun = services().picture_exports.begin(actor, source, options, title, sort=sort)
                state.begun = begun.id
    if state.begun:
        # Drawn in its place, it would leave the lower fields standing: they are of this same run.
        body.empty()
        _show_begun()


def _ask_options(actor: Actor, source: Source, sort: AssetSort) -> ExportOptions | None:
    """Draw the fields and return the options when the person wants the export to begin."""
    choose_preset(actor)
    plan = services().picture_exports.plan(actor, source, ExportOptions(), sort=sort)
    if not plan.count:
        st.info("There is no picture to export here.", icon=":material/photo_library:")
        return None
    options = ask_choices(plan.first)
    if options is not None:
        plan = services().picture_exports.plan(actor, source, options, sort=sort)
        st.markdown(plan_words(plan, options))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        keep_preset(actor, options)
        st.space("stretch")
        is_sent = st.button(
            f"Export {counted(plan.count, 'picture')}", type="primary",
            icon=":material/folder_zip:", disabled=options is None, key=f"{KEY}.send",
        )  # fmt: skip
    return options if is_sent else None


def _show_begun() -> None:
    st.success(
        "The export is being made. You can go on working: it is among the exports when it is "
        "ready, and kept there for a week.",
        icon=":material/check:",
    )
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if st.button("Close", key=f"{KEY}.close"):
            st.rerun()
        if st.button("See exports", type="primary", key=f"{KEY}.see"):
            st.switch_page(EXPORTS_PAGE, query_params={})
