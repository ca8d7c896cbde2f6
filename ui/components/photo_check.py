"""What Epox found in a product's photos: free, on this machine, before money is spent on them."""

from collections.abc import Mapping

import streamlit as st

from core.domain.accounts import Actor
from core.domain.photo_checks import PhotoCheck, PhotoFinding, Verdict
from core.domain.products import Product
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_SIGNS = {
    Verdict.GOOD: ("check_circle", "green"),
    Verdict.USABLE: ("info", "orange"),
    Verdict.POOR: ("error", "red"),
}


def show_photo_checks(actor: Actor, product: Product) -> None:
    """Draw under a product's photos what speaks against them, and what a better one needs."""
    photos = {photo.id: place for place, photo in enumerate(product.photos, start=1)}
    if not photos:
        return
    checks = services().photo_checks.of(actor, tuple(photos))
    told = [check for photo_id in photos if (check := checks.get(photo_id)) and check.findings]
    waiting = len(photos) - len(checks)
    if not told:
        sign = ":green[:material/check_circle:]"
        words = f"{sign} Nothing speaks against the photos." if not waiting else ""
    else:
        words = ""
    if waiting:
        words = f":material/hourglass_empty: {counted(waiting, 'photo')} still to be checked."
    with st.container(gap="xsmall", key="photo.checks"):
        if words:
            st.caption(words)
        for check in told:
            _show(actor, check, photos)


def finding_words(finding: PhotoFinding, photos: Mapping[int, int]) -> str:
    """Return what is wrong; a photo of the same product is named by its place among `photos`."""
    place = photos.get(finding.twin_id or 0)
    return finding.reason if place is None else f"This looks the same as Photo {place}."


def _show(actor: Actor, check: PhotoCheck, photos: Mapping[int, int]) -> None:
    icon, colour = _SIGNS[check.counts_as]
    first, *others = check.findings
    place = photos[check.asset_id]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":{colour}[:material/{icon}:] **Photo {place}** "
            f"{escape_markdown(finding_words(first, photos))}",
            width="content",
        )
        with st.popover("What to do", type="tertiary", key=f"photo.check.{check.asset_id}"):
            for finding in (first, *others):
                st.markdown(f"**{escape_markdown(finding_words(finding, photos))}**")
                st.caption(escape_markdown(finding.hint))
            _show_override(actor, check)


def _show_override(actor: Actor, check: PhotoCheck) -> None:
    if check.overridden_at is not None:
        why = f": {check.override_reason}" if check.override_reason else "."
        st.caption(escape_markdown(f"{check.overridden_by or 'Somebody'} uses it anyway{why}"))
        return
    if check.verdict is not Verdict.POOR or not actor.role.may_edit:
        return
    with expected_errors(), st.form(f"photo.override.{check.asset_id}", border=False):
        reason = st.text_input(
            "Why it is good enough", max_chars=200, placeholder="For example: it is all we have"
        )
        if st.form_submit_button("Use it anyway", icon=":material/thumb_up:"):
            services().photo_checks.override(actor, check.asset_id, reason)
            announce("The studio will use this photo without a warning.")
            st.rerun()
