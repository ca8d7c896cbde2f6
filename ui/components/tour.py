"""The first steps in a workspace: from a product to a picture that may be used."""

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.dashboard import Dashboard
from core.domain.products import ProductFilter
from core.domain.reviews import ReviewState
from ui.components.counted import counted
from ui.components.first_steps import show_ways_to_begin
from ui.components.notices import announce
from ui.components.studio_session import hold_session, new_session
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown
from ui.navigation import open_asset
from ui.state import state_of

SAMPLE = "EPX-1003"
"""The sample product with which the tour opens the studio: it looks good in every room."""
STARTER = "scandinavian-living-room"
_ENOUGH_PICTURES = 12


@dataclass
class TourState:
    """Whether this browser session wants to see no first steps."""

    is_dismissed: bool = False


@dataclass(frozen=True)
class _Step:
    number: int
    title: str
    text: str
    done_text: str
    picture: str
    is_done: bool


def wants_tour(actor: Actor, board: Dashboard) -> bool:
    """Say whether the first steps are of use: to who may take them, until a picture is approved.

    Who has made more than a few pictures knows the way.
    """
    figures = board.figures
    return (
        actor.role.may_edit
        and not figures.approved
        and figures.pictures <= _ENOUGH_PICTURES
        and not state_of(TourState).is_dismissed
    )


def show_welcome(actor: Actor) -> None:
    """Greet who comes into an empty workspace."""
    st.markdown(f"### :material/waving_hand: Welcome, {escape_markdown(actor.name)}")
    st.caption("Your workspace is empty. Here is the shortest way to a picture you can use.")


def show_tour(actor: Actor, board: Dashboard) -> None:
    """Draw the three steps: what is done is checked off, the next one has its buttons."""
    steps = _steps(board)
    done = sum(step.is_done for step in steps)
    with st.container(border=True, gap="small", key="tour"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**Your first picture in three steps** :small[:gray[{done} of {len(steps)} done]]",
                width="stretch",
            )
            if st.button(
                "", icon=":material/close:", type="tertiary", key="tour.dismiss",
                help="Hide the first steps",
            ):  # fmt: skip
                state_of(TourState).is_dismissed = True
                st.rerun()
        following = next((step for step in steps if not step.is_done), None)
        with st.grid(len(steps), min_column_width=230) as cells:
            for step in steps:
                with cells.cell(), st.container(gap="xsmall"):
                    _show_step(actor, step, is_next=step is following)


def _steps(board: Dashboard) -> tuple[_Step, ...]:
    figures = board.figures
    return (
        _Step(
            1, "Bring in products",
            "Load eight sample products to look around, or bring your own.",
            f"{counted(figures.products, 'product')} in the catalogue.",
            "products", figures.products > 0,
        ),
        _Step(
            2, "Make a picture",
            "The studio opens with a product and a style chosen: press Generate.",
            f"{counted(figures.pictures, 'picture')} made.",
            "studio", figures.pictures > 0,
        ),
        _Step(
            3, "Approve it",
            "Look at the picture closely and say whether it may be used.",
            "Approved: it can be used.",
            "review", figures.approved > 0,
        ),
    )  # fmt: skip


def _show_step(actor: Actor, step: _Step, *, is_next: bool) -> None:
    st.markdown(f"![](/assets/options/tour/{step.picture}.webp)")
    sign = ":green[:material/check_circle:]" if step.is_done else f":gray[{step.number}.]"
    title = f"**{step.title}**" if is_next or step.is_done else f":gray[**{step.title}**]"
    st.markdown(f"{sign} {title}")
    st.caption(step.done_text if step.is_done else step.text)
    if not is_next:
        return
    with st.container(horizontal=True, gap="small"), expected_errors():
        if step.number == 1:
            show_ways_to_begin(actor)
        elif step.number == 2:  # noqa: PLR2004 - the second step
            _show_way_to_studio(actor)
        else:
            _show_way_to_review(actor)


def _show_way_to_studio(actor: Actor) -> None:
    if not st.button(
        "Open the studio", type="primary", icon=":material/auto_awesome:", key="tour.studio"
    ):
        return
    product_id = _good_product(actor)
    if product_id is None:
        announce("No product has a photo yet: add one, then make a picture of it.")
        st.switch_page("pages/products.py", query_params={"photo": "no"})
    _open_studio_with(actor, product_id)


def _open_studio_with(actor: Actor, product_id: int) -> NoReturn:
    preset = services().presets.use_starter(actor, STARTER)
    hold_session(new_session({"product_ids": [product_id], "preset_id": preset.id}))
    st.switch_page("pages/studio.py", query_params={"product": str(product_id)})


def _show_way_to_review(actor: Actor) -> None:
    if not st.button("Review it", type="primary", icon=":material/fact_check:", key="tour.review"):
        return
    waiting = services().assets.search(
        actor, AssetFilter(review_states=(ReviewState.UNREVIEWED,), is_made=True), limit=1
    )
    if waiting.items:
        open_asset(waiting.items[0].ref.id)
    st.switch_page("pages/gallery.py", query_params={})


def _good_product(actor: Actor) -> int | None:
    """Return the sample that looks best, else whichever product with a photo changed last."""
    for wanted in (ProductFilter(text=SAMPLE, has_photo=True), ProductFilter(has_photo=True)):
        found = services().products.search(actor, wanted, limit=1)
        if found.items:
            return found.items[0].id
    return None
