"""What can be done with a whole collection, at the head of its page."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.collections import Collection
from ui.components.collection_cover import choose_cover
from ui.components.collection_dialogs import edit_collection
from ui.components.collection_order import arrange_products
from ui.components.collection_removal import delete_collection, freeze_collection
from ui.components.collection_state import Dialog, ask
from ui.components.collection_words import STATUSES
from ui.components.export_menu import show_export_menu
from ui.components.notices import announce
from ui.components.picture_export_dialog import show_collection_export
from ui.components.product_picker import add_to
from ui.components.studio_batch import open_studio_with_collection
from ui.context import services
from ui.errors import expected_errors

EDIT, ORDER, COVER, COPY, FREEZE = "Edit", "Arrange", "Choose cover", "Duplicate", "Freeze"
ARCHIVE, UNARCHIVE, DELETE = "Archive", "Bring back from the archive", "Delete"
_ASKS = {EDIT: "edit", ORDER: "order", COVER: "cover", FREEZE: "freeze", DELETE: "delete"}

MENU_DIALOGS: dict[str, Dialog] = {
    "edit": lambda collection, _: edit_collection(collection),
    "order": lambda collection, _: arrange_products(collection),
    "cover": lambda collection, _: choose_cover(collection),
    "freeze": lambda collection, _: freeze_collection(collection),
    "delete": lambda collection, _: delete_collection(collection),
}


def show_collection_buttons(actor: Actor, collection: Collection, *, is_main: bool) -> None:
    """Draw the ways to take it along and, for those who may change it, to do so.

    To generate pictures is what stands out, unless the page has something nearer to offer.
    """
    if collection.product_count:
        show_export_menu({"collection": str(collection.id)}, key="collection.export")
        show_collection_export(actor, collection.id, collection.name)
    if not actor.role.may_edit:
        return
    with expected_errors():
        _show_status(actor, collection)
        _show_menu(actor, collection)
        if not collection.is_smart and st.button(
            "Add products", icon=":material/add:", key="collection.add"
        ):
            add_to(collection)
        if collection.product_count and st.button(
            "Generate pictures", icon=":material/auto_awesome:", key="collection.generate",
            type="primary" if is_main else "secondary",
        ):  # fmt: skip
            open_studio_with_collection(collection.id)


def _show_status(actor: Actor, collection: Collection) -> None:
    chosen = st.menu_button(
        STATUSES[collection.status], list(STATUSES), format_func=STATUSES.__getitem__,
        type="tertiary", icon=":material/flag:", help="How far the work is",
        key="collection.status",
    )  # fmt: skip
    if chosen is not None and chosen != collection.status:
        services().collections.set_status(actor, collection.id, chosen)
        st.rerun()


def _show_menu(actor: Actor, collection: Collection) -> None:
    # A filter orders by name; of one product there is no order.
    orders = (ORDER,) if not collection.is_smart and collection.product_count > 1 else ()
    options = [EDIT, *orders, COVER, COPY, *((FREEZE,) if collection.is_smart else ())]
    options += [UNARCHIVE if collection.archived_at else ARCHIVE, DELETE]
    choice = st.menu_button(
        "More", options, type="tertiary", icon=":material/more_horiz:", key="collection.more"
    )
    if choice in _ASKS:
        ask(_ASKS[choice], collection)
    if choice == COPY:
        copy = services().collections.duplicate(actor, collection.id)
        announce("This is the copy. The pictures of the shots stay with the original.")
        st.switch_page("pages/collection.py", query_params={"id": str(copy.id)})
    if choice == ARCHIVE:
        services().collections.archive(actor, [collection.id])
        announce("Archived. The archive is one of the lists of collections.")
        st.rerun()
    if choice == UNARCHIVE:
        services().collections.unarchive(actor, [collection.id])
        announce("Back from the archive.")
        st.rerun()
