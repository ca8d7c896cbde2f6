"""The first step of an import: which file it is."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind
from core.errors import InvalidInputError
from core.services.product_files import product_template
from ui.components.import_steps import show_first_step
from ui.components.uploads import file_uploader, taken
from ui.context import services
from ui.errors import expected_errors

_KINDS = {"Products": ImportKind.PRODUCTS, "Photos": ImportKind.PHOTOS}
_TABLES = ("csv", "tsv", "txt", "xlsx")
_PICTURES = ("zip", "jpg", "jpeg", "png", "webp")


def show_upload(actor: Actor) -> None:
    """Ask for a file of products or for photos, and open the import that it becomes."""
    steps = st.container()
    with st.container(border=True, gap="small", key="import.upload"):
        chosen = st.segmented_control(
            "What do you import?", list(_KINDS), default="Products", required=True,
            key="import_kind", label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        with steps:
            show_first_step(_KINDS[chosen])
        if _KINDS[chosen] is ImportKind.PRODUCTS:
            _ask_for_products(actor)
        else:
            _ask_for_photos(actor)


def _ask_for_products(actor: Actor) -> None:
    st.markdown("A table with a line for each product, as **CSV** or **Excel**.")
    st.caption(
        "Exports of Epox, Shopify and WooCommerce are known; of any other table you say which "
        "column is what. Nothing is changed before you have seen what would change."
    )
    files = file_uploader("Table of products", _TABLES, key="import.products")
    st.caption(
        "A file may have 20 MB. Save a larger CSV as Excel (XLSX), which makes it smaller, or "
        "split it into several."
    )
    st.download_button(
        "Download a template", product_template(), "products-template.csv", "text/csv",
        key="import.template", icon=":material/download:", type="tertiary", on_click="ignore",
        help="A small table with the columns that Epox knows",
    )  # fmt: skip
    if files:
        with expected_errors():
            _open(_begun_products(actor, files))


def _ask_for_photos(actor: Actor) -> None:
    st.markdown("Many photos at once, as **picture files** or in one **ZIP file**.")
    st.caption(
        "A photo belongs to the product whose SKU its file name begins with: OAK-1.jpg, "
        "OAK-1_2.jpg and OAK-1-side.png are photos of the product OAK-1. In a ZIP file, a folder "
        "may be called as the SKU."
    )
    files = file_uploader("Photos", _PICTURES, key="import.photos")
    st.caption("A file may have 20 MB. Split a larger ZIP, or give the pictures themselves.")
    # Files arrive one after the other, so only a person knows which is the last.
    is_all = bool(files) and st.button(
        "Find their products", icon=":material/arrow_forward:", type="primary",
        key="import.photos.send",
    )  # fmt: skip
    if is_all:
        with expected_errors():
            _open(_begun_photos(actor, files))


def _begun_products(actor: Actor, files: Sequence[UploadedFile]) -> Import:
    uploads = list(taken(files, key="import.products"))
    if len(uploads) > 1:
        raise InvalidInputError(user_message="Please give one table at a time.")
    [table] = uploads
    return services().imports.begin(actor, table.file_name, table.data)


def _begun_photos(actor: Actor, files: Sequence[UploadedFile]) -> Import:
    imports = services().imports
    uploads = list(taken(files, key="import.photos"))
    archives = [file for file in uploads if file.file_name.lower().endswith(".zip")]
    if not archives:
        begun = imports.begin_photos(actor, uploads)
    elif len(uploads) == 1:
        begun = imports.begin(
            actor, archives[0].file_name, archives[0].data, kind=ImportKind.PHOTOS
        )
    else:
        sentence = "Please give either picture files or one ZIP file, not both."
        raise InvalidInputError(user_message=sentence)
    # There is nothing to choose: photos are matched by their file names.
    return imports.check(actor, begun.id, {})


def _open(begun: Import) -> None:
    st.switch_page("pages/import.py", query_params={"id": str(begun.id)})
