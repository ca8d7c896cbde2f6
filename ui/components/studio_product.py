"""The studio with one product: its settings, what they make, and what was made of it."""

from dataclasses import replace

import streamlit as st

from core.domain.accounts import Actor
from core.domain.plans import MadeFor, Plan, StudioRequest
from core.domain.products import Product
from core.domain.studio_sessions import StudioSession
from ui.components.beside import side_then_main
from ui.components.layer_form import current_layer, show_layer_form
from ui.components.product_picker import change_studio_product
from ui.components.prompt_panel import (
    show_own_text,
    show_prompt,
    show_unplanned,
    typed_prompt,
)
from ui.components.studio_brand import show_kit
from ui.components.studio_layers import below_request, without_request
from ui.components.studio_photos import photo_in_address, pick_photo, show_check
from ui.components.studio_pictures import show_studio_pictures
from ui.components.studio_plan import show_plan_and_submit
from ui.components.studio_presets import show_preset
from ui.components.studio_results import keep_in_view
from ui.components.studio_session import (
    FORM,
    SessionState,
    StudioWork,
    change,
    keep,
    show_undo,
    work_of,
)
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.state import state_of

_PROMPT = "studio.prompt"
_NO_KEY = (
    "There is no key of an image model here: pictures are made on this machine, for free, of the "
    "product in a room or before a colour or a picture. Greyed settings have no effect."
)


def show_studio_product(actor: Actor, session: StudioSession, product: Product) -> None:
    """Draw the settings for a product, and the pictures of it as they come; save what was set."""
    can_be_made = bool(product.photos) and product.trashed_at is None
    work = replace(work_of(session.state), product_ids=(product.id,))
    if can_be_made and (photo_id := photo_in_address(product)) is not None:
        work = replace(work, photos={**work.photos, product.id: photo_id})
        change(actor, work, name=product.name)
        st.rerun()
    typed = typed_prompt(product.id, work.written.get(product.id, ""), key=_PROMPT)
    work = replace(work, written={**work.written, product.id: typed})
    side, main = side_then_main()
    keep_in_view()
    plan = None
    with side.container(border=True, gap=10, key="studio.brief"):
        _show_head(product)
        if can_be_made:
            work, plan = _show_settings(actor, session, product, work)
        else:
            _show_no_brief(product)
    with main:
        if can_be_made:
            written = (
                show_prompt(actor, plan.items[0], key=_PROMPT)
                if plan is not None and plan.items
                else show_unplanned(product.id, typed, key=_PROMPT)
            )
            if written != typed:
                work = replace(work, written={**work.written, product.id: written})
                change(actor, work, name=product.name)
                st.rerun()
        show_studio_pictures(actor, product, work, can_be_made=can_be_made)
    keep(actor, session, {**session.state, **work.to_state()}, name=product.name)


def _show_settings(
    actor: Actor, session: StudioSession, product: Product, work: StudioWork
) -> tuple[StudioWork, Plan | None]:
    """Draw the settings and the plan; return what they say now."""
    revision = state_of(SessionState).revision
    photo_id = pick_photo(
        product, work.photos.get(product.id), key=f"studio.photo.{product.id}.{revision}"
    )
    if photo_id != product.photos[0].id or product.id in work.photos:
        work = replace(work, photos={**work.photos, product.id: photo_id})
    show_check(actor, photo_id)
    with expected_errors():
        work = replace(work, layer=current_layer(work.layer, key=FORM))
        show_undo(actor, work)
        show_preset(actor, work)
        typed = work.written.get(product.id, "")
        if actor.role.may_edit and (own := show_own_text(product.id, typed, key=_PROMPT)) != typed:
            change(actor, replace(work, written={**work.written, product.id: own}))
            st.rerun()
        if not any(model.reads_sentences for model in services().generation.models()):
            st.caption(_NO_KEY)
        # What the form shows of weaker levels comes with the plan, which is made once a run.
        place = st.container(gap=10)
        made_for = MadeFor(preset_id=work.preset_id, session_id=session.id or None)
        request = StudioRequest(
            work.layer,
            photo_ids={product.id: photo_id},
            written_prompts=work.written,
            made_for=made_for,
        )
        plan = show_plan_and_submit(actor, product.id, request)
        below = (
            below_request(actor, product.id, work.layer, made_for)
            if plan is None
            else without_request(plan.resolved[product.id])
        )
        sides = [photo for photo in product.photos if photo.id != photo_id]
        with place:
            show_layer_form(actor, work.layer, key=FORM, below=below, sides=sides)
            if plan is not None:
                show_kit(plan.brand)
        return work, plan
    return work, None


def _show_head(product: Product) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name, sku = escape_markdown(product.name), escape_markdown(product.sku)
        st.markdown(f"**{name}**  \n:small[:gray[{sku}]]", width="stretch")
        if st.button(
            "Change", type="tertiary", icon=":material/swap_horiz:", key="studio.change.open"
        ):
            change_studio_product()


def _show_no_brief(product: Product) -> None:
    if product.trashed_at is not None:
        icon, sentence, link = "delete", "This product is in the trash.", "Restore it on its page"
    else:
        icon, sentence, link = "add_a_photo", "This product has no photo yet.", "Add a photo"
    st.info(sentence, icon=f":material/{icon}:")
    st.page_link(
        "pages/product.py", label=link, icon=":material/arrow_forward:",
        query_params={"id": str(product.id)},
    )  # fmt: skip
