"""One product and one wanted shot: its pictures, which others could be of it, what is missing."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from core.domain.shots import Cell, CellState, ShotPicture
from ui.access import require_actor
from ui.components.collection_state import close
from ui.components.counted import counted
from ui.components.grid import GridItem, show_grid
from ui.components.notices import announce
from ui.components.review_words import SIGNS
from ui.components.selection import clear, selected, toggle
from ui.components.shot_studio import open_studio_with_shots
from ui.components.shot_words import hint_of
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import open_asset


@st.dialog("Pictures of a shot", width="large", icon=":material/photo_camera:", on_dismiss=close)
def show_cell(collection: Collection, shot_id: int, product_id: int) -> None:
    """Draw the product's pictures: ticked ones are put into the shot or taken out of it."""
    actor = require_actor()
    with expected_errors():
        shot = services().shots.get(actor, shot_id)
        product = services().products.get(actor, product_id)
        cell = services().shots.cell(actor, shot_id, product_id)
        st.markdown(f"**{escape_markdown(product.name)}** · {escape_markdown(shot.name)}")
        _show_stand(cell)
        pictures = services().shots.pictures(actor, shot_id, product_id)
        key = f"shot.cell.{shot_id}.{product_id}"
        _show_pictures(pictures, key, may_edit=actor.role.may_edit)
        if actor.role.may_edit:
            _show_actions(actor, collection, cell, pictures, key)


def _show_stand(cell: Cell) -> None:
    hint = escape_markdown(hint_of(cell).capitalize())
    if cell.state is CellState.FAILED:
        st.error(hint, icon=":material/error:")
    else:
        st.caption(hint)
    if cell.job_id is not None:
        st.page_link(
            "pages/job.py", label="The last job", icon=":material/stacks:",
            query_params={"id": str(cell.job_id)},
        )  # fmt: skip


def _show_pictures(pictures: tuple[ShotPicture, ...], key: str, *, may_edit: bool) -> None:
    if not pictures:
        st.caption("There is no picture and no photo of this product yet.")
        return
    event = show_grid(
        [_card(one) for one in pictures], key=f"{key}.grid", selectable=may_edit,
        selected=frozenset(str(asset_id) for asset_id in selected(key)),
    )  # fmt: skip
    if event is None:
        return
    if event.kind == "open":
        close()
        open_asset(int(event.id))
    toggle(key, int(event.id))
    # Not the dialog alone: the page may be drawing itself anew at this moment, and keeps it open.
    st.rerun()


def _card(picture: ShotPicture) -> GridItem:
    size = f"{picture.ref.width_px} \u00d7 {picture.ref.height_px}"
    return GridItem(
        id=str(picture.ref.id),
        title="Photo" if picture.is_photo else SIGNS[picture.review_state].label,
        subtitle=size,
        src=picture.ref.url("w320"),
        badge="In shot" if picture.is_assigned else "",
        badge_label="In this shot" if picture.is_assigned else "",
        badge_tone="green",
        fit="contain" if picture.is_photo else "cover",
    )


def _show_actions(
    actor: Actor, collection: Collection, cell: Cell, pictures: tuple[ShotPicture, ...], key: str
) -> None:
    ticked = selected(key)
    inside = [one.ref.id for one in pictures if one.is_assigned and one.ref.id in ticked]
    outside = [one.ref.id for one in pictures if not one.is_assigned and one.ref.id in ticked]
    with st.container(horizontal=True, vertical_alignment="center"):
        if outside and st.button(
            f"Put {counted(len(outside), 'picture')} into this shot", type="primary",
            icon=":material/add_photo_alternate:", key="shot.cell.assign",
        ):  # fmt: skip
            count = services().shots.assign(actor, cell.shot_id, outside)
            _finish(key, f"{counted(count, 'picture')} put into the shot.")
        if inside and st.button(
            f"Take {counted(len(inside), 'picture')} out", icon=":material/remove_selection:",
            key="shot.cell.unassign",
        ):  # fmt: skip
            count = services().shots.unassign(actor, cell.shot_id, inside)
            _finish(key, f"{counted(count, 'picture')} taken out. The gallery still has them.")
        if not ticked:
            st.caption("Tick pictures to put them into this shot or to take them out.")
        st.space("stretch")
        if st.button(
            "Make it in the studio", icon=":material/auto_awesome:", key="shot.cell.generate",
            type="secondary" if outside else "primary",
        ):  # fmt: skip
            open_studio_with_shots(collection.id, [cell.shot_id], product_id=cell.product_id)


def _finish(key: str, sentence: str) -> None:
    # The dialog stays open, with the cell as it is now; the page around it is drawn anew.
    clear(key)
    announce(sentence)
    st.rerun()
