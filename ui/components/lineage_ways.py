"""Going on from a picture of the tree: again, again with other settings, as a reference."""

from dataclasses import replace
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.edit_settings import EditSettings
from core.domain.edits import Edit
from core.domain.generation import ChosenReference, GenerationSettings, ReferenceRole
from core.domain.lineage import LineageNode, NodeKind, Whereabouts
from core.domain.products import Product
from core.domain.setting_layers import SettingsLayer
from core.errors import InvalidInputError, NotFoundError
from ui.components.notices import announce
from ui.components.plan_summary import costs
from ui.components.studio_pictures import with_settings
from ui.components.studio_session import SessionState, StudioWork, change, hold_session, new_session
from ui.components.studio_session import work_of as work_in
from ui.context import services
from ui.format import escape_markdown
from ui.navigation import open_asset
from ui.state import state_of


def show_ways_on(actor: Actor, node: LineageNode, *, key: str, is_open: bool) -> None:
    """Draw what can be done with a picture of a tree; a click does it.

    `is_open` says that the page is this picture's own.
    """
    is_here = node.asset_id is not None and node.whereabouts is Whereabouts.HERE
    with st.container(horizontal=True, gap="small"):
        if (
            not is_open
            and node.ref is not None
            and st.button("Open its page", icon=":material/open_in_full:", key=f"{key}.open")
        ):
            open_asset(node.ref.id)
        if not actor.role.may_edit:
            return
        settings, product = node.making.settings, _product_of(actor, node)
        if settings is not None and settings.edit is not None:
            _offer_edit_again(actor, settings, settings.edit, key=key)
        elif settings is not None and product is not None:
            _offer_again(actor, product, settings, key=key)
            if st.button(
                "Again with ...", icon=":material/tune:", key=f"{key}.with",
                help="Take its settings to the studio, to change some of them",
            ):  # fmt: skip
                _open_studio(with_settings(StudioWork((product.id,)), product, settings))
        if is_here and st.button(
            "Use as reference", icon=":material/add_photo_alternate:", key=f"{key}.reference",
            help="Show it to the image model, in the studio",
        ):  # fmt: skip
            _open_studio_with_reference(actor, node, product)
        if (
            is_here
            and node.kind in (NodeKind.GENERATED, NodeKind.EDITED, NodeKind.PHOTO)
            and not is_open
            and st.button("Edit", icon=":material/brush:", key=f"{key}.edit")
        ):
            open_editor(node.asset_id or 0)


def open_editor(asset_id: int) -> NoReturn:
    """Leave the script and show the editor with this picture."""
    st.switch_page("pages/editor.py", query_params={"id": str(asset_id)})


def _offer_again(actor: Actor, product: Product, settings: GenerationSettings, *, key: str) -> None:
    plan = services().generation.plan(actor, [product.id], replace(settings, variants=1))
    reason = plan.skipped[0].reason if plan.skipped else ""
    label = "Again" if reason else f"Again · {costs(plan)}"
    if st.button(
        escape_markdown(label), icon=":material/repeat:", key=f"{key}.again",
        disabled=bool(reason),
        help=escape_markdown(reason) or "One more picture with just these settings",
    ):  # fmt: skip
        services().generation.submit(actor, plan)
        announce("One more is in the queue.")
        st.rerun()


def _offer_edit_again(
    actor: Actor, settings: GenerationSettings, edit: EditSettings, *, key: str
) -> None:
    reason = ""
    try:
        plan = services().edits.plan(actor, _asked(settings, edit))
    except (InvalidInputError, NotFoundError) as error:
        plan, reason = None, error.user_message
    label = "Again" if plan is None else f"Again · {costs(plan.plan)}"
    if (
        st.button(
            escape_markdown(label), icon=":material/repeat:", key=f"{key}.again",
            disabled=plan is None, help=escape_markdown(reason) or "One more of just this edit",
        )
        and plan is not None
    ):  # fmt: skip
        services().edits.submit(actor, plan)
        announce("One more is in the queue.")
        st.rerun()
    if st.button(
        "Again with ...", icon=":material/tune:", key=f"{key}.with",
        help="Edit the picture that it was made from in another way",
    ):  # fmt: skip
        open_editor(settings.photo_id)


def _asked(settings: GenerationSettings, edit: EditSettings) -> Edit:
    """Return the same edit for one more picture."""
    return Edit(
        settings.photo_id,
        edit.mode,
        settings.prompt,
        edit.mask_id,
        edit.feather_px,
        settings.references,
        settings.aspect_ratio,
        settings.size,
        settings.image_model,
        across=edit.across,
        down=edit.down,
    )


def _open_studio_with_reference(
    actor: Actor, node: LineageNode, product: Product | None
) -> NoReturn:
    """Show the studio with the picture as a reference, beside what is set there already.

    A session about another product is left as it is: this begins one of its own.
    """
    chosen = ChosenReference(ReferenceRole.STYLE, node.asset_id or 0)
    session = state_of(SessionState).session
    ids = (product.id,) if product else ()
    if session is not None and session.id and work_in(session.state).product_ids == ids:
        before = work_in(session.state)
        references = before.layer.references or ()
        if chosen.asset_id not in {each.asset_id for each in references}:
            layer = replace(before.layer, references=(*references, chosen))
            change(
                actor, replace(before, layer=layer), before=before,
                deed="It is shown to the model from now on.",
            )  # fmt: skip
        _go_to_studio(ids)
    _open_studio(StudioWork(ids, layer=SettingsLayer(references=(chosen,))))


def _open_studio(work: StudioWork) -> NoReturn:
    hold_session(new_session(work.to_state()))
    _go_to_studio(work.product_ids)


def _go_to_studio(product_ids: tuple[int, ...]) -> NoReturn:
    query = {"product": str(product_ids[0])} if product_ids else {}
    st.switch_page("pages/studio.py", query_params=query)


def _product_of(actor: Actor, node: LineageNode) -> Product | None:
    """Return the product that the picture shows, if something can be made of it."""
    if node.product_id is None:
        return None
    try:
        product = services().products.get(actor, node.product_id)
    except NotFoundError:
        return None
    return None if product.trashed_at is not None else product
