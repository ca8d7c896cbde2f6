"""What can be done with a picture on its page."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset, Origin
from core.imaging.base import RENDITION_WIDTHS
from ui.components.lineage_ways import open_editor
from ui.components.notices import announce
from ui.components.picture_export_dialog import export_dialog
from ui.components.share_dialog import share_dialog
from ui.context import services
from ui.errors import expected_errors
from ui.format import size_bytes
from ui.navigation import open_studio

_KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}
_OFFERED = ("w1600", "w640", "w320")


def show_asset_actions(actor: Actor, asset: Asset) -> None:
    """Draw what can be done with the picture; a click does it."""
    with st.container(gap="xsmall", key="asset.actions"):
        _show_downloads(asset)
        if actor.role.may_edit and asset.trashed_at is None:
            with st.container(horizontal=True, gap="xsmall"):
                if st.button(
                    "Export", icon=":material/folder_zip:", width="stretch", key="asset.export",
                    help="In another format or size, with its facts",
                ):  # fmt: skip
                    export_dialog(actor, [asset.id], title=asset.label)
                if asset.origin.is_made and st.button(
                    "Share", icon=":material/link:", width="stretch", key="asset.share",
                    help="Show it to people without an account",
                ):  # fmt: skip
                    share_dialog(actor, [asset.id])
        if actor.role.may_edit:
            with expected_errors():
                _show_changes(actor, asset)


def _show_downloads(asset: Asset) -> None:
    with st.popover(
        "Download", icon=":material/download:", type="primary", width="stretch",
        key="asset.download",
    ):  # fmt: skip
        longest = max(asset.width_px, asset.height_px)
        st.link_button(
            f"Original · {_KINDS.get(asset.mime_type, 'file')}, {longest:,} px, "
            f"{size_bytes(asset.size_bytes)}",
            f"{asset.ref.url('original')}?download=1", width="stretch",
            help="The untouched file: what came from the image model or was uploaded.",
        )  # fmt: skip
        for name in _OFFERED:
            if RENDITION_WIDTHS[name] < longest:
                st.link_button(
                    f"WebP, {RENDITION_WIDTHS[name]:,} px", f"{asset.ref.url(name)}?download=1",
                    width="stretch",
                )  # fmt: skip


def _show_changes(actor: Actor, asset: Asset) -> None:
    if asset.trashed_at is not None:
        if st.button(
            "Restore", icon=":material/restore_from_trash:", width="stretch", key="asset.restore"
        ):
            services().assets.restore(actor, [asset.id])
            announce("Restored.")
            st.rerun()
        return
    if asset.origin is not Origin.INSPIRATION and st.button(
        "Edit", icon=":material/brush:", width="stretch", key="asset.edit",
        help="Cut out, put before another background, crop, enlarge, or change in words",
    ):  # fmt: skip
        open_editor(asset.id)
    if asset.product_id is not None:
        label = "Make more like this" if asset.origin.is_made else "Use in studio"
        if st.button(label, icon=":material/auto_awesome:", width="stretch", key="asset.studio"):
            open_studio(asset.product_id)
    if st.button("Delete", icon=":material/delete:", width="stretch", key="asset.delete"):
        services().assets.trash(actor, [asset.id])
        announce("Moved to the trash. You can restore it here.")
        st.rerun()
