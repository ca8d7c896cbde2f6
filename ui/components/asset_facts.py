"""What is known about a picture, and where it can lead."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset, Origin
from ui.components.facts import show_facts
from ui.components.inspiration_credit import credit_line
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown, money, size_bytes, when
from ui.navigation import open_asset, open_studio

NOUNS = {
    Origin.GENERATED: "Picture", Origin.UPLOADED: "Upload", Origin.INSPIRATION: "Inspiration",
}  # fmt: skip
"""What a picture is called, by how it came."""

_KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}


def show_asset_facts(asset: Asset) -> None:
    """Draw the facts; a product's name leads to it, and a credit to whom it names."""
    if credit := credit_line(asset.credit):
        st.caption(credit)
    if asset.product_id is not None and asset.product_name is not None:
        st.page_link(
            "pages/product.py",
            label=escape_markdown(asset.product_name),
            icon=":material/inventory_2:",
            query_params={"id": str(asset.product_id)},
        )
    labels = {spec.id: spec.label for spec in services().generation.models()}
    show_facts(
        (
            ("SKU", asset.product_sku or ""),
            ("Model", labels.get(asset.image_model or "", asset.image_model or "")),
            ("Cost", "" if asset.cost_micros is None else money(asset.cost_micros)),
            ("Size", f"{asset.width_px} \u00d7 {asset.height_px} px"),
            ("File", f"{_KINDS.get(asset.mime_type, '')} {size_bytes(asset.size_bytes)}"),
            ("SHA-256", asset.sha256[:12]),
            ("Made by" if asset.origin is Origin.GENERATED else "Added by", asset.created_by or ""),
            ("When", when(asset.created_at)),
            ("In the trash", when(asset.trashed_at) if asset.trashed_at else ""),
        )
    )
    if asset.prompt:
        with st.container(border=True, gap="xsmall"):
            st.caption("Prompt")
            st.text(asset.prompt)


def show_asset_actions(actor: Actor, asset: Asset) -> None:
    """Draw what can be done with the picture; a click does it."""
    st.link_button(
        "Download original", f"{asset.ref.url('original')}?download=1",
        icon=":material/download:", type="primary", width="stretch",
    )  # fmt: skip
    if not actor.role.may_edit:
        return
    if asset.product_id is not None and asset.trashed_at is None:
        is_made = asset.origin is Origin.GENERATED
        label = "Make more like this" if is_made else "Use in studio"
        if st.button(label, icon=":material/auto_awesome:", width="stretch", key="asset.studio"):
            open_studio(asset.product_id)
    with expected_errors():
        if asset.trashed_at is not None:
            if st.button(
                "Restore", icon=":material/restore_from_trash:", width="stretch",
                key="asset.restore",
            ):  # fmt: skip
                services().assets.restore(actor, [asset.id])
                announce("Restored.")
                st.rerun()
        elif st.button("Delete", icon=":material/delete:", width="stretch", key="asset.delete"):
            services().assets.trash(actor, [asset.id])
            announce("Moved to the trash. You can restore it here.")
            st.rerun()


def show_neighbours(actor: Actor, asset: Asset) -> None:
    """Draw the ways to the next newer and the next older picture."""
    newer, older = services().assets.neighbours(actor, asset.id)
    for label, neighbour, shortcut in (("Newer", newer, "left"), ("Older", older, "right")):
        is_clicked = st.button(
            label, shortcut=shortcut, disabled=neighbour is None, key=f"asset.{label.lower()}"
        )
        if is_clicked and neighbour is not None:
            open_asset(neighbour)
