"""What is known about a picture, and the ways to those beside it in the list one came from."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.answers import whole_answer_in
from core.domain.assets import Asset, Origin
from ui.components.facts import show_facts
from ui.components.gallery_filters import listing_in_address
from ui.components.inspiration_credit import credit_line
from ui.context import services
from ui.format import escape_markdown, money, size_bytes, when

NOUNS = {
    Origin.GENERATED: "Picture", Origin.EDITED: "Edited picture", Origin.UPLOADED: "Upload",
    Origin.INSPIRATION: "Inspiration",
}  # fmt: skip
"""What a picture is called, by how it came."""

_KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}


def show_whole_answer(asset: Asset) -> None:
    """Warn where an edit did not keep to its mask: nobody is to take the rest for untouched."""
    if sentence := whole_answer_in(asset.steps):
        st.warning(escape_markdown(sentence), icon=":material/warning:")


def show_asset_facts(actor: Actor, asset: Asset) -> None:
    """Draw the facts; what has a page of its own is a link, and so is whom a credit names."""
    with st.container(border=True, gap="small", key="asset.facts"):
        st.subheader("Facts", anchor=False)
        if credit := credit_line(asset.credit):
            st.caption(credit)
        labels = {spec.id: spec.label for spec in services().generation.models()}
        show_facts(
            (
                ("SKU", asset.product_sku or ""),
                ("Model", labels.get(asset.image_model or "", asset.image_model or "")),
                ("Cost", "" if asset.cost_micros is None else money(asset.cost_micros)),
                ("Size", f"{asset.width_px} \u00d7 {asset.height_px} px"),
                ("File", f"{_KINDS.get(asset.mime_type, '')} {size_bytes(asset.size_bytes)}"),
                ("Name", asset.label),
                ("Made by" if asset.origin.is_made else "Added by", asset.created_by or ""),
                ("When", when(asset.created_at)),
                ("In the trash", when(asset.trashed_at) if asset.trashed_at else ""),
            )
        )
        st.caption("SHA-256")
        st.code(asset.sha256, language=None, wrap_lines=True)
        _show_places(actor, asset)


def _show_places(actor: Actor, asset: Asset) -> None:
    """Draw the links to all that the picture belongs to."""
    if asset.product_id is not None and asset.product_name is not None:
        _link("product", asset.product_id, asset.product_name, "inventory_2")
        for collection in services().collections.of_product(actor, asset.product_id):
            _link("collection", collection.id, collection.name, "collections_bookmark")
    for shot in services().lineage.shots(actor, asset.id):
        label = f"{shot.shot_name} in {shot.collection_name}"
        _link("collection", shot.collection_id, label, "task_alt")
    if asset.job_id is not None:
        _link("job", asset.job_id, f"Job {asset.job_id}", "stacks")


def _link(page: str, item_id: int, label: str, icon: str) -> None:
    st.page_link(
        f"pages/{page}.py", label=escape_markdown(label), icon=f":material/{icon}:",
        query_params={"id": str(item_id)},
    )  # fmt: skip


def show_neighbours(actor: Actor, asset: Asset) -> None:
    """Draw the ways to the pictures before and after this one, in the list that the address names.

    Without one that is all pictures, newest first.
    """
    listing = listing_in_address()
    if not asset.origin.is_made and listing.view == "results":
        return
    before, after = services().assets.neighbours(actor, asset.id, listing.wanted, sort=listing.sort)
    for label, neighbour, shortcut in (("Previous", before, "left"), ("Next", after, "right")):
        is_clicked = st.button(
            label, shortcut=shortcut, disabled=neighbour is None, key=f"asset.{label.lower()}"
        )
        if is_clicked and neighbour is not None:
            query = {**listing.query(), "id": str(neighbour)}
            st.switch_page("pages/asset.py", query_params=query)


def show_way_to_gallery() -> None:
    """Draw the way back to the list that the address names."""
    if st.button("Gallery", icon=":material/arrow_back:", type="tertiary", key="header.back"):
        st.switch_page("pages/gallery.py", query_params=listing_in_address().query())
