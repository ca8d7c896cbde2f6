"""What was made of a product: jobs as they go on, and the pictures."""

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob, JobFilter, SlotStatus
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.job_words import costs_of, sign_of, slots_in
from ui.components.jobs import show_jobs, watch_jobs
from ui.components.paging import current_cursor, keyset_page
from ui.components.pictures import show_pictures
from ui.context import services
from ui.format import escape_markdown, when


def show_product_pictures(actor: Actor, product_id: int, *, key: str, hint: str) -> None:
    """Draw the product's jobs and pictures, kept current: what is finished appears by itself.

    `hint` says what to do where there is nothing yet.
    """
    after = current_cursor(key="page", filters=product_id)
    page = services().assets.search(actor, product_id=product_id, after=after, limit=24)

    def draw(jobs: Sequence[GenerationJob]) -> None:
        show_jobs(jobs)
        if page.items or any(not job.status.is_final for job in jobs):
            show_pictures(page.items, () if after else jobs, key=key, names_product=False)
        elif not jobs:
            empty_state("photo_library", "No pictures yet", hint)

    watch_jobs(draw, key=f"{key}.jobs", product_id=product_id)
    keyset_page(page, key="page")


def show_job_history(actor: Actor, product_id: int) -> None:
    """Draw a line for each of the latest jobs, once the person asks for them."""
    history = st.expander("Jobs", icon=":material/history:", on_change="rerun", key="product.jobs")
    if not history.open:
        return
    with history:
        jobs = services().generation.jobs(actor, JobFilter(product_id=product_id), limit=20).items
        if not jobs:
            st.caption("Nothing was generated from this product yet.")
        for job in jobs:
            _show_line(job)


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
