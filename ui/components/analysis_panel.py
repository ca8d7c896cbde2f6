"""What was seen in a product's photo: measured facts, and proposals to take over one by one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.accounts import Actor
from core.domain.analyses import Analysis, AnalysisKind, AnalysisMethod, Proposal
from core.domain.products import Product
from core.services.analyses import FACTS
from ui.components.analysis_run import show_look
from ui.components.facts import show_facts
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import ago, cents, escape_markdown

_HEX = re.compile("#[0-9a-fA-F]{6}")
_LONG = ("description", "tags")


def show_product_look(actor: Actor, product: Product) -> None:
    """Draw what was seen in the primary photo, and let a person take it over field by field."""
    if not product.photos:
        return
    analysis = services().analyses.of_product(actor, product.id)
    photo = product.photos[0]
    with st.container(border=True, key="product.look"):
        st.subheader("Seen in the photo", anchor=False)
        if analysis is None:
            st.caption("Nobody has looked at the photo yet.")
            show_look(actor, photo.id, AnalysisKind.PRODUCT, label="Look at the photo")
            return
        if analysis.method is AnalysisMethod.MODEL:
            _show_said(actor, product, analysis)
        _show_measured(analysis.result.get("measured", analysis.result))
        _show_origin(analysis)
        if analysis.asset_id != photo.id:
            st.caption("The primary photo is another one by now.")
        show_look(actor, photo.id, AnalysisKind.PRODUCT, label="Look again", is_again=True)


def _show_said(actor: Actor, product: Product, analysis: Analysis) -> None:
    result = analysis.result
    show_facts((
        ("Type", str(result.get("product_type", ""))),
        ("Parts", ", ".join(f"{each['count']} x {each['name']}" for each in result["parts"])),
        ("Seen from", str(result.get("camera_angle", ""))),
        ("Size class", str(result.get("size_class", ""))),
        ("At home in", ", ".join(result.get("scene_types", ()))),
        ("How sure", f"{round(100 * result.get('confidence', 0))} %"),
    ))  # fmt: skip
    if not actor.role.may_edit or product.trashed_at is not None:
        return
    is_used = FACTS in analysis.accepted
    wants = st.toggle(
        "Use type, parts and angle in prompts", value=is_used, key=f"look.facts.{analysis.id}",
        help="Prompts then say what must stay as it is, such as the number of legs.",
    )  # fmt: skip
    with expected_errors():
        if wants != is_used:
            services().analyses.accept_facts(actor, analysis.id, is_accepted=wants)
            st.rerun()
    _show_proposals(actor, product, analysis)


def _show_proposals(actor: Actor, product: Product, analysis: Analysis) -> None:
    proposals = services().analyses.proposals(actor, product.id)
    if not proposals:
        st.caption("The catalogue says all of it already.")
        return
    with expected_errors(), st.form(f"look.{analysis.id}.{product.version}", border=False):
        chosen = {each.field: text for each in proposals if (text := _ask(each)) is not None}
        if st.form_submit_button("Take over what is ticked", icon=":material/check:"):
            _take_over(actor, product, analysis, chosen)


def _ask(proposal: Proposal) -> str | None:
    """Draw a proposal beside what is there, editable; return its text if it is ticked."""
    with st.container(gap="xsmall"):
        is_wanted = st.checkbox(
            proposal.label, value=not proposal.current and not proposal.is_accepted,
            key=f"look.take.{proposal.field}",
        )  # fmt: skip
        field = st.text_area if proposal.field in _LONG else st.text_input
        text = field(
            proposal.label, value=proposal.proposed, key=f"look.text.{proposal.field}",
            label_visibility="collapsed",
        )  # fmt: skip
        now = escape_markdown(proposal.current[:200]) if proposal.current else "nothing"
        note = f" {escape_markdown(proposal.note)}" if proposal.note else ""
        st.caption(f"Now: {now.removesuffix('.')}.{note}")
    return text if is_wanted else None


def _take_over(
    actor: Actor, product: Product, analysis: Analysis, chosen: Mapping[str, str]
) -> None:
    if not chosen:
        st.info("Tick what is right, then take it over.")
        return
    services().analyses.accept(actor, analysis.id, chosen, version=product.version)
    announce("Taken over.")
    st.rerun()


def _show_measured(measured: Mapping[str, Any]) -> None:
    """Draw what this machine measured, named as such."""
    pixels = measured.get("pixels", ())
    light = measured.get("light", {})
    fill = measured.get("fill_share")
    colours = ", ".join(f"{each['hex']} {round(100 * each['share'])} %" for each in pixels)
    if pixels:
        st.image(_strip([(each["hex"], each["share"]) for each in pixels]), width="stretch")
    show_facts((
        ("Colours, measured", colours),
        ("Light, measured", ", ".join(filter(None, (light.get("direction"), light.get("warmth"))))),
        ("Backdrop, measured", str(measured.get("background", ""))),
        ("Fill, measured", f"{round(100 * fill)} %" if fill is not None else ""),
    ))  # fmt: skip


def _strip(pixels: Sequence[tuple[str, float]]) -> str:
    """Return a picture of the colours side by side, each as wide as its share."""
    whole = sum(share for _, share in pixels) or 1.0
    left, parts = 0.0, ""
    for colour, share in pixels:
        wide = 100 * share / whole
        if _HEX.fullmatch(colour):
            parts += f'<rect x="{left:.2f}" width="{wide:.2f}" height="8" fill="{colour}"/>'
        left += wide
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 8">{parts}</svg>'


def _show_origin(analysis: Analysis) -> None:
    who = escape_markdown(analysis.created_by or "Somebody")
    how = (
        f"by {escape_markdown(analysis.vision_model)} for {cents(analysis.cost_micros)}"
        if analysis.method is AnalysisMethod.MODEL
        else "on this machine, free"
    )
    st.caption(f"Looked at {ago(analysis.created_at)} {how}, asked by {who}.")
