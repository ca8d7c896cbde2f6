"""What was made of the studio's product: to judge, to go on from, and to compare."""

from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.assets import Asset
from core.domain.generation import ChosenReference, GenerationSettings, ReferenceRole
from core.domain.plans import MadeFor, StudioRequest
from core.domain.products import Product
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from core.errors import NotFoundError
from ui.access import require_actor
from ui.components.compare_link import MAX_COMPARED
from ui.components.compare_pictures import compared, show_compared
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.plan_summary import costs
from ui.components.product_pictures import show_product_pictures
from ui.components.review_words import ICONS, SIGNS
from ui.components.studio_dialogs import (
    StudioDialogState,
    close_dialog,
    is_open,
    open_dialog,
)
from ui.components.studio_layers import layer_of
from ui.components.studio_session import StudioWork, change
from ui.components.viewer import show_picture
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, escape_markdown
from ui.navigation import open_asset
from ui.state import state_of


@dataclass
class StudioPictureState:
    """By product, the pictures that are compared."""

    compared: dict[int, list[int]] = field(default_factory=dict)


def show_studio_pictures(
    actor: Actor, product: Product, work: StudioWork, *, can_be_made: bool
) -> None:
    """Draw the pictures of the product as they come; a click on one says what can follow."""
    state = state_of(StudioPictureState)
    _show_compared(actor, product, state)
    show_product_pictures(
        actor,
        product.id,
        key="studio.pictures",
        hint="Say at the left what you want to see. The pictures appear here."
        if can_be_made
        else "Pictures of this product appear here.",
        on_open=partial(open_dialog, "picture"),
    )
    if is_open("picture"):
        look_at_picture(state_of(StudioDialogState).asset_id, product, work)


@st.dialog("Picture", width="large", icon=":material/photo_library:", on_dismiss=close_dialog)
def look_at_picture(asset_id: int, product: Product, work: StudioWork) -> None:
    """Show a picture large, with what can be done with it without leaving the studio."""
    actor = require_actor()
    with expected_errors():
        asset = services().assets.get(actor, asset_id)
        show_picture(asset.ref, asset.label)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if actor.role.may_review:
                _show_verdicts(actor, asset)
            st.space("stretch")
            if st.button("Open its page", icon=":material/open_in_full:", type="tertiary"):
                close_dialog()
                open_asset(asset.id)
        if actor.role.may_edit:
            _show_ways_on(actor, asset, product, work)
        st.caption(escape_markdown(f"{asset.label}, {ago(asset.created_at)}"))


def _show_verdicts(actor: Actor, asset: Asset) -> None:
    for state, label in (
        (ReviewState.APPROVED, "Approve"), (ReviewState.NEEDS_EDIT, "Needs edit"),
        (ReviewState.REJECTED, "Reject"),
    ):  # fmt: skip
        is_now = asset.review.state is state
        if st.button(
            SIGNS[state].label if is_now else label, icon=ICONS[state],
            type="primary" if is_now else "secondary", key=f"studio.picture.{state}",
        ):  # fmt: skip
            wanted = ReviewState.UNREVIEWED if is_now else state
            services().reviews.set_state(actor, [asset.id], wanted)
            st.rerun()


def _show_ways_on(actor: Actor, asset: Asset, product: Product, work: StudioWork) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Use as reference", icon=":material/add_photo_alternate:"):
            layer = _with_reference(work.layer, asset.id)
            _finish(actor, work, replace(work, layer=layer), _shown_words(actor, product, work))
        settings = _settings_of(actor, asset)
        if settings is not None:
            if st.button(
                "Again with ...", icon=":material/tune:",
                help="Take over the settings of this picture, to change some of them",
            ):  # fmt: skip
                _finish(
                    actor, work, with_settings(work, product, settings),
                    "These are the settings of that picture.",
                )  # fmt: skip
            _offer_again(actor, product, settings)
        compared = state_of(StudioPictureState).compared.setdefault(product.id, [])
        if asset.id in compared:
            if st.button("Compare no more", icon=":material/compare:"):
                compared.remove(asset.id)
                close_dialog()
                st.rerun()
        elif st.button(
            "Compare", icon=":material/compare:", disabled=len(compared) >= MAX_COMPARED,
            help=f"Up to {MAX_COMPARED} beside each other, with the photo",
        ):  # fmt: skip
            compared.append(asset.id)
            close_dialog()
            st.rerun()


def _offer_again(actor: Actor, product: Product, settings: GenerationSettings) -> None:
    plan = services().generation.plan(actor, [product.id], replace(settings, variants=1))
    if st.button(
        escape_markdown(f"Again · {costs(plan)}"), icon=":material/repeat:",
        help="One more picture with just these settings",
    ):  # fmt: skip
        services().generation.submit(actor, plan)
        close_dialog()
        announce("One more is in the queue.")
        st.rerun()


def with_settings(work: StudioWork, product: Product, settings: GenerationSettings) -> StudioWork:
    """Return the work with what a picture of the product was made with."""
    known = {photo.id for photo in product.photos}
    photo = {product.id: settings.photo_id} if settings.photo_id in known else {}
    written = {product.id: settings.written_prompt} if settings.written_prompt else {}
    return replace(
        work, preset_id=None, layer=layer_of(settings), photos={**work.photos, **photo},
        written=written,
    )  # fmt: skip


def _shown_words(actor: Actor, product: Product, work: StudioWork) -> str:
    """Return what becomes of a reference: not every image model can see other pictures."""
    models = services().generation.models()
    asked = StudioRequest(work.layer, made_for=MadeFor(preset_id=work.preset_id))
    resolved = services().generation.resolve(actor, [product.id], asked).get(product.id)
    wanted = resolved.layer.image_model if resolved else None
    model = next((each for each in models if each.id == wanted), models[0] if models else None)
    if model is None or model.reads_sentences:
        return "It is shown to the model from now on."
    if any(each.reads_sentences for each in models):
        return (
            f"It is kept as a reference, but {model.label} cannot see other pictures. "
            "Choose another image model for it to count."
        )
    return (
        "It is kept as a reference, but has no effect yet: no image model here can see other "
        "pictures."
    )


def _finish(actor: Actor, before: StudioWork, work: StudioWork, sentence: str) -> None:
    close_dialog()
    change(actor, work, before=before, deed=sentence)
    announce(sentence)
    st.rerun()


def _settings_of(actor: Actor, asset: Asset) -> GenerationSettings | None:
    if asset.job_id is None:
        return None
    try:
        return services().generation.get(actor, asset.job_id).settings
    except NotFoundError:
        return None


def _with_reference(layer: SettingsLayer, asset_id: int) -> SettingsLayer:
    chosen = layer.references or ()
    if any(each.asset_id == asset_id for each in chosen):
        return layer
    return replace(layer, references=(*chosen, ChosenReference(ReferenceRole.STYLE, asset_id)))


def _show_compared(actor: Actor, product: Product, state: StudioPictureState) -> None:
    ids = state.compared.get(product.id, [])
    if not ids:
        return
    shown = [each for each in map(partial(_find, actor), ids) if each is not None]
    photos = [compared(photo, "Photo", is_photo=True) for photo in product.photos[:1]]
    cards = [compared(each.ref, each.label.rpartition(" · ")[2], asset=each) for each in shown]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(len(shown), 'picture')} beside the photo", width="stretch")
        if shown and st.button(
            "Compare large", icon=":material/compare:", type="tertiary", key="studio.compare.large"
        ):
            query = {"ids": ",".join(str(each.id) for each in shown)}
            st.switch_page("pages/compare.py", query_params=query)
    events = show_compared([*photos, *cards], key="studio.compare", may_remove=True, most_px=300)
    for event in events:
        if event.action == "clear":
            ids.clear()
        elif event.action == "remove" and event.asset_id in ids:
            ids.remove(event.asset_id)
    if events:
        st.rerun()


def _find(actor: Actor, asset_id: int) -> Asset | None:
    try:
        return services().assets.get(actor, asset_id)
    except NotFoundError:
        return None
