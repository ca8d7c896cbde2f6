"""The screens: what the sidebar lists, and how pages lead to one another."""

from copy import copy
from functools import cache
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

from core.domain.accounts import Actor

MAX_ID = 2**63 - 1


def pages_for(actor: Actor) -> dict[str, list[Page]]:
    """Return the pages in sections, with those that only lists lead to; call it in a script."""
    sections = {name: [copy(page) for page in pages] for name, pages in _sections().items()}
    if not actor.is_admin:
        sections["Account"] = [page for page in sections["Account"] if page.title != "Admin"]
    return sections


@cache
def _sections() -> dict[str, list[Page]]:
    # Making a page looks at its file; a run marks its own copies.
    return {
        "Workspace": [
            st.Page(
                "pages/dashboard.py", title="Dashboard", icon=":material/space_dashboard:",
                default=True,
            ),
            st.Page("pages/products.py", title="Products", icon=":material/inventory_2:"),
            st.Page("pages/categories.py", title="Categories", icon=":material/account_tree:"),
            st.Page(
                "pages/collections.py", title="Collections", icon=":material/collections_bookmark:"
            ),
            st.Page("pages/usage.py", title="Usage", icon=":material/receipt_long:"),
        ],
        "Create": [
            st.Page("pages/studio.py", title="Studio", icon=":material/auto_awesome:"),
            st.Page("pages/presets.py", title="Presets", icon=":material/style:"),
            st.Page("pages/brand.py", title="Brand kit", icon=":material/verified:"),
            st.Page("pages/gallery.py", title="Gallery", icon=":material/photo_library:"),
            st.Page("pages/exports.py", title="Exports", icon=":material/folder_zip:"),
            st.Page("pages/shares.py", title="Shared links", icon=":material/link:"),
            st.Page("pages/jobs.py", title="Jobs", icon=":material/stacks:"),
        ],
        "Account": [
            st.Page("pages/settings.py", title="Settings", icon=":material/tune:"),
            st.Page("pages/trash.py", title="Trash", icon=":material/delete:"),
            st.Page("pages/admin.py", title="Admin", icon=":material/shield_person:"),
        ],
        "Details": [
            st.Page("pages/product.py", title="Product", visibility="hidden"),
            st.Page("pages/category.py", title="Category", visibility="hidden"),
            st.Page("pages/collection.py", title="Collection", visibility="hidden"),
            st.Page("pages/preset.py", title="Preset", visibility="hidden"),
            st.Page("pages/imports.py", title="Imports", visibility="hidden"),
            st.Page("pages/import.py", title="Import", visibility="hidden"),
            st.Page("pages/asset.py", title="Picture", visibility="hidden"),
            st.Page("pages/compare.py", title="Compare", visibility="hidden"),
            st.Page("pages/editor.py", title="Editor", visibility="hidden"),
            st.Page("pages/job.py", title="Job", visibility="hidden"),
        ],
    }  # fmt: skip


def id_in_address(name: str = "id") -> int | None:
    """Return the id in the page's address, or None if there is none or it is no id."""
    text = st.query_params.get(name, "")
    is_id = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_ID))
    return int(text) if is_id and 0 < int(text) <= MAX_ID else None


def open_asset(asset_id: int) -> NoReturn:
    """Leave the script and show a picture's page."""
    st.switch_page("pages/asset.py", query_params={"id": str(asset_id)})


def open_studio(product_id: int) -> NoReturn:
    """Leave the script and show the studio with this product."""
    st.switch_page("pages/studio.py", query_params={"product": str(product_id)})
