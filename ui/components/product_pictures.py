"""What was made of a product: jobs as they go on, and the pictures by what was said of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import AssetSummary
from core.domain.jobs import GenerationJob, JobFilter, SlotStatus
from core.domain.paging import Page
from core.domain.reviews import ReviewState
from core.domain.usage import UsageRow
from ui.access import require_actor
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.job_words import costs_of, sign_of, slots_in
from ui.components.jobs import show_jobs, watch_jobs
from ui.components.paging import current_cursor, keyset_page
from ui.components.pictures import picture_card, slot_cards
from ui.components.review_actions import judge, show_last_verdict
from ui.components.review_grid import KEYS, ReviewCard, show_review_grid
from ui.components.review_words import SIGNS, reason_label
from ui.context import services
from ui.format import dollars, escape_markdown, when
from ui.navigation import open_asset

ALL = "all"
_TABS: tuple[str, ...] = (*(state.value for state in ReviewState), ALL)
_WITH_JOBS = (ALL, ReviewState.UNREVIEWED.value)
"""Where pictures that are being made will appear."""


def show_pictures_head(actor: Actor, product_id: int) -> None:
    """Draw the heading of a product's pictures, with what they cost so far."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="product.pictures.head"):
        st.subheader("Pictures", anchor=False, width="content")
        st.space("stretch")
        spent = services().usage.of_product(actor, product_id)
        st.markdown(f":gray[{escape_markdown(spend_sentence(spent))}]", width="content")


def show_product_pictures(
    actor: Actor,
    product_id: int,
    *,
    key: str,
    hint: str,
    on_open: Callable[[int], None] = open_asset,
) -> None:
    """Draw the product's jobs and pictures, kept current: what is finished appears by itself.

    `hint` says what to do where there is nothing yet. `on_open` is called for a picture that was
    clicked.
    """
    counts = services().reviews.counts(actor, product_id)
    tab = _pick_tab(counts, key=key) if any(counts.values()) else ALL
    after = current_cursor(key="page", filters=(product_id, tab))
    page = services().assets.search(
        actor,
        AssetFilter(
            is_made=True,
            product_id=product_id,
            review_states=() if tab == ALL else (ReviewState(tab),),
        ),
        after=after,
        limit=24,
    )
    draw = partial(
        _draw, page, tab, key=key, hint=hint, is_first_page=after is None, on_open=on_open
    )
    watch_jobs(draw, key=f"{key}.jobs", product_id=product_id)
    keyset_page(page, key="page")


def show_job_history(actor: Actor, product_id: int) -> None:
    """Draw a line for each of the latest jobs, once the person asks for them."""
    history = st.expander("Jobs", icon=":material/stacks:", on_change="rerun", key="product.jobs")
    if not history.open:
        return
    with history:
        jobs = services().generation.jobs(actor, JobFilter(product_id=product_id), limit=20).items
        if not jobs:
            st.caption("Nothing was generated from this product yet.")
        for job in jobs:
            _show_line(job)


def spend_sentence(spent: UsageRow) -> str:
    """Return what the product's pictures cost so far, in one line."""
    if not spent.calls:
        return "Nothing was spent on it yet."
    parts = [
        dollars(spent.cost_micros) if spent.cost_micros else "Free so far",
        counted(spent.pictures, "picture"),
    ]
    if spent.looks:
        parts.append(counted(spent.looks, "look"))
    if spent.mean_micros:
        parts.append(f"{dollars(spent.mean_micros)} each")
    if spent.empty:
        parts.append(f"{counted(spent.empty, 'request')} without one")
    if spent.unknown:
        parts.append(f"{spent.unknown:,} with a lost answer")
    return " · ".join(parts)


def _pick_tab(counts: Mapping[ReviewState, int], *, key: str) -> str:
    labels = {
        state.value: f"{SIGNS[state].label} :gray[{count:,}]" for state, count in counts.items()
    }
    labels[ALL] = f"All :gray[{sum(counts.values()):,}]"
    return st.segmented_control(
        "Pictures", _TABS, default=ALL, required=True, key=f"{key}.tab",
        format_func=labels.__getitem__, label_visibility="collapsed",
    )  # fmt: skip


def _draw(
    page: Page[AssetSummary],
    tab: str,
    jobs: Sequence[GenerationJob],
    *,
    key: str,
    hint: str,
    is_first_page: bool,
    on_open: Callable[[int], None],
) -> None:
    actor = require_actor()
    show_jobs(jobs)
    show_last_verdict(actor, key=key)
    under_way = slot_cards(jobs, names_product=False) if is_first_page and tab in _WITH_JOBS else []
    cards = [
        *(ReviewCard(
            id=card.id, title=card.title, subtitle=card.subtitle, state=card.state,
            percent=card.percent, stand=card.stand, note=card.note,
        ) for card in under_way),
        *(_card(asset) for asset in page.items),
    ]  # fmt: skip
    if not cards:
        _show_none(tab, hint)
        return
    events = show_review_grid(cards, key=f"{key}.grid", may_review=actor.role.may_review)
    if page.items and actor.role.may_review:
        st.caption(f"Keys on a picture: {KEYS}")
    judge(actor, events, key=key, on_open=on_open)


def _card(asset: AssetSummary) -> ReviewCard:
    card = picture_card(asset, names_product=False)
    reason = reason_label(asset.review_reason)
    return ReviewCard(
        id=card.id,
        title=card.title,
        subtitle=f"{reason} · {card.subtitle}" if reason else card.subtitle,
        src=card.src,
        fit=card.fit,
        review=asset.review_state,
        rating=asset.rating,
        is_pinned=asset.is_pinned,
    )


def _show_none(tab: str, hint: str) -> None:
    if tab == ALL:
        empty_state("photo_library", "No pictures yet", hint)
    elif tab == ReviewState.UNREVIEWED:
        empty_state("task_alt", "All reviewed", "New pictures of this product appear here.")
    else:
        empty_state("photo_library", "None of these", "Choose another state to see the others.")


def _show_line(job: GenerationJob) -> None:
    sign = sign_of(job)
    made = len(slots_in(job, SlotStatus.SUCCEEDED))
    line = (
        f"{made} of {counted(len(job.slots), 'picture')}", job.settings.backdrop.label,
        costs_of(job), f"by {job.created_by}", when(job.created_at),
    )  # fmt: skip
    st.page_link(
        "pages/job.py",
        label=f":{sign.tone}-badge[{sign.label}] {escape_markdown(' · '.join(line))}",
        query_params={"id": str(job.id)},
    )
