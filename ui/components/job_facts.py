"""What a job was asked for: settings, pictures it was made from, exact prompt."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.edit_settings import EditMode, EditSettings
from core.domain.jobs import GenerationJob
from core.domain.queueing import Priority
from ui.components.counted import counted
from ui.components.facts import show_facts
from ui.components.grid import GridItem, show_grid
from ui.components.job_words import phase_of
from ui.components.model_names import model_names
from ui.components.moments import at_clock
from ui.components.photo_urls import photo_urls
from ui.format import money, when
from ui.navigation import open_asset

EDIT_NAMES: dict[EditMode, str] = {
    "edit": "By words", "erase": "Erase", "expand": "Expand", "again_larger": "Again, larger",
}  # fmt: skip


def show_job_facts(job: GenerationJob) -> None:
    """Draw what the job was asked for, and by whom."""
    settings, edit = job.settings, job.settings.edit
    labels = model_names()
    backdrop = " ".join((settings.backdrop.label, *settings.backdrop.colours))
    with st.container(border=True):
        st.subheader("Request", anchor=False)
        show_facts((
            ("Model", labels.get(settings.image_model, settings.image_model)),
            ("Backdrop", backdrop if edit is None else ""),
            ("Edit", "" if edit is None else EDIT_NAMES[edit.mode]),
            ("Mask", _mask(edit)),
            ("Format", f"{settings.aspect_ratio}, {settings.size}"),
            ("Pictures", str(len(job.slots))),
            ("Expected", money(job.estimate_micros)),
            ("Wishes" if edit is None else "Words", settings.prompt),
            ("Priority", _priority(job.priority)),
            ("Starts", _begins(job)),
            ("Asked by", job.created_by),
            ("When", when(job.created_at)),
            ("Over", when(job.finished_at) if job.finished_at else ""),
            ("Job", str(job.id)),
        ))  # fmt: skip
        st.page_link(
            "pages/jobs.py", label=f"Submission {job.submission_id}", icon=":material/stacks:",
            query_params={"submission": str(job.submission_id)},
            help="All jobs that were asked for with the same click.",
        )  # fmt: skip


def show_job_sources(actor: Actor, job: GenerationJob) -> None:
    """Draw the photo and the backdrop, or what an edit works with; a click opens them."""
    backdrop, edit = job.settings.backdrop, job.settings.edit
    picture_id = int(backdrop.value) if backdrop.kind == "picture" else None
    others = job.settings.references if edit is not None else ()
    ids = [job.settings.photo_id, *([] if picture_id is None else [picture_id])]
    urls = photo_urls(actor, [*ids, *(each.asset_id for each in others)], rendition="w320")
    items = [_card(job.settings.photo_id, "Photo" if edit is None else "Edited", urls)]
    items += [_card(each.asset_id, each.role.value.capitalize(), urls) for each in others]
    if picture_id is not None:
        items.append(_card(picture_id, "Backdrop", urls))
    if backdrop.kind == "room":
        items.append(GridItem("room", backdrop.label, src=f"/assets/rooms/{backdrop.value}.webp"))
    event = show_grid(items, key=f"job.sources.{job.id}")
    if event is not None and event.id.isdecimal():
        open_asset(int(event.id))


def show_job_prompt(job: GenerationJob) -> None:
    """Draw the exact prompt, and say how many pictures have another one."""
    others = sum(slot.prompt != job.prompt for slot in job.slots)
    with st.container(border=True):
        st.subheader("Exact prompt", anchor=False)
        if job.prompt:
            st.code(job.prompt, language=None, wrap_lines=True)
        else:
            st.caption("No words are sent: this model reads none.")
        if others:
            verb = "has" if others == 1 else "have"
            st.caption(f"{counted(others, 'picture')} {verb} an edited prompt, shown there.")


def show_job_subject(job: GenerationJob) -> None:
    """Draw the ways to what the job is about: its product, and the picture that it edits."""
    if job.settings.edit is not None and st.button(
        "Picture", icon=":material/image:", key="job.picture"
    ):
        open_asset(job.settings.photo_id)
    if job.product_id is not None and st.button(
        "Product", icon=":material/inventory_2:", key="job.product"
    ):
        st.switch_page("pages/product.py", query_params={"id": str(job.product_id)})


def _card(asset_id: int, title: str, urls: dict[int, str]) -> GridItem:
    src = urls[asset_id]
    return GridItem(str(asset_id), title, src=src, fit="contain", note="" if src else "Not there")


def _mask(edit: EditSettings | None) -> str:
    if edit is None or edit.mask_id is None:
        return ""
    soft = f", soft over {edit.feather_px} pixels" if edit.feather_px else ""
    return f"Mask {edit.mask_id}{soft}"


def _begins(job: GenerationJob) -> str:
    is_scheduled = phase_of(job) == "scheduled"
    return at_clock(job.run_at) if is_scheduled and job.run_at is not None else ""


def _priority(priority: int) -> str:
    if priority < Priority.NORMAL.rank:
        return "Goes first"
    return "Low" if priority > Priority.NORMAL.rank else "Normal"
