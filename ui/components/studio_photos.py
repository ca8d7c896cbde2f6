"""Which of a product's photos the studio shows to the model, and what speaks against it."""

from dataclasses import dataclass, field

import streamlit as st

from core.domain.accounts import Actor
from core.domain.photo_checks import PhotoCheck, Verdict
from core.domain.products import Product
from ui.components.notices import announce
from ui.components.thumbs import Thumb, pick_thumb
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import id_in_address
from ui.state import state_of


@dataclass
class PhotoCheckState:
    """The photos that nothing speaks against: a photo never changes, so none is asked twice."""

    good: set[int] = field(default_factory=set)


def photo_in_address(product: Product) -> int | None:
    """Return the photo that the address names, once: from then on the person's choice counts."""
    if "photo" not in st.query_params:
        return None
    named = id_in_address("photo")
    del st.query_params["photo"]
    if named in {photo.id for photo in product.photos}:
        return named
    st.warning("The photo in the address is not one of this product's.")
    return None


def pick_photo(product: Product, chosen: int | None, *, key: str) -> int:
    """Draw the product's photos and return the id of the main one, at first the primary one."""
    known = [photo.id for photo in product.photos]
    first = chosen if chosen in known else known[0]
    thumbs = [
        Thumb(str(photo.id), f"Photo {place}", photo.url("w160"))
        for place, photo in enumerate(product.photos, start=1)
    ]
    return int(pick_thumb("Photo", thumbs, key=key, chosen=str(first), width_px=58, shape="whole"))


def show_check(actor: Actor, photo_id: int) -> None:
    """Warn of a photo that is not good enough, and let the person use it anyway."""
    good = state_of(PhotoCheckState).good
    if photo_id in good:
        return
    check = services().photo_checks.of(actor, [photo_id]).get(photo_id)
    if check is None:
        return
    if not check.findings or check.overridden_at is not None:
        good.add(photo_id)
        return
    first = check.findings[0]
    is_poor = check.verdict is Verdict.POOR
    sign = ":red[:material/error:]" if is_poor else ":orange[:material/info:]"
    with st.container(gap="xsmall", key="studio.check"):
        st.markdown(f":small[{sign} {escape_markdown(first.reason)}]")
        st.caption(escape_markdown(first.hint))
        if is_poor and actor.role.may_edit:
            _offer_override(actor, check)


def _offer_override(actor: Actor, check: PhotoCheck) -> None:
    with (
        expected_errors(),
        st.popover("Use it anyway", icon=":material/thumb_up:", type="tertiary"),
        st.form(f"studio.override.{check.asset_id}", border=False),
    ):
        reason = st.text_input(
            "Why it is good enough", max_chars=200, placeholder="For example: it is all we have"
        )
        if st.form_submit_button("Use it anyway"):
            services().photo_checks.override(actor, check.asset_id, reason)
            announce("The photo is used without a warning from now on.")
            st.rerun()
