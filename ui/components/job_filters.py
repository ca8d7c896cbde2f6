"""The bar above all jobs: which of them are shown. It is in the address too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.jobs import JobFilter, JobStatus
from core.domain.workspace_queues import Person
from core.errors import UnknownOutcomeError
from core.image_models.base import ImageModelSpec
from ui.components.jobs import ACTIVE
from ui.context import services
from ui.navigation import id_in_address

View = Literal["all", "active", "decision", "failed", "done", "cancelled"]
_LABELS: dict[View, str] = {
    "all": "All", "active": "Active", "decision": "Needs a decision", "failed": "Failed",
    "done": "Done", "cancelled": "Cancelled",
}  # fmt: skip
_STATUSES: dict[View, tuple[JobStatus, ...]] = {
    "active": ACTIVE, "failed": (JobStatus.FAILED, JobStatus.PARTIAL),
    "done": (JobStatus.SUCCEEDED,), "cancelled": (JobStatus.CANCELLED,),
}  # fmt: skip


@dataclass(frozen=True)
class JobFilters:
    """What narrows the list of all jobs down."""

    view: View
    text: str
    person_id: int | None
    image_model: str
    submission_id: int | None = None

    @property
    def wanted(self) -> JobFilter:
        """Return what to ask the service for."""
        return JobFilter(
            statuses=_STATUSES.get(self.view, ()),
            person_id=self.person_id,
            image_model=self.image_model,
            text=self.text,
            failure_code=UnknownOutcomeError.code if self.view == "decision" else "",
            submission_id=self.submission_id,
        )

    @property
    def is_narrow(self) -> bool:
        """Say whether anything is left out."""
        return self != JobFilters("all", "", None, "")


def job_filters(actor: Actor) -> JobFilters:
    """Draw the bar and return what was chosen; a choice of one is not drawn."""
    with st.container(horizontal=True, vertical_alignment="center", key="jobs.bar"):
        view = st.segmented_control(
            "State", get_args(View), default="all", required=True, key="jobs_state",
            format_func=_LABELS.__getitem__, label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            person_id = _pick_person(services().workspace_queues.people(actor))
            image_model = _pick_model(services().generation.models())
            text = st.text_input(
                "Search", type="search", placeholder="Search jobs", key="jobs_q", live=True,
                label_visibility="collapsed", width=190, bind="query-params",
            )  # fmt: skip
    return JobFilters(view, text, person_id, image_model, id_in_address("submission"))


def clear_job_filters() -> None:
    """Show all jobs; to be called before the bar is drawn, as a button's callback is."""
    st.query_params.pop("submission", None)
    st.session_state["jobs_state"] = "all"
    st.session_state["jobs_q"] = ""
    for key in ("jobs_person", "jobs_model"):
        if key in st.session_state:
            st.session_state[key] = None


def _pick_person(people: Sequence[Person]) -> int | None:
    if len(people) < 2:  # noqa: PLR2004 - one is no choice
        return None
    names = [person.name for person in people]
    labels = {
        # Two of one name would be one in the address.
        person.id: f"{person.name} ({person.id})" if names.count(person.name) > 1 else person.name
        for person in people
    }
    return st.selectbox(
        "Person", labels, index=None, placeholder="Everybody", width=140, key="jobs_person",
        format_func=labels.__getitem__, label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def _pick_model(models: Sequence[ImageModelSpec]) -> str:
    if len(models) < 2:  # noqa: PLR2004 - one is no choice
        return ""
    labels = {spec.id: spec.label for spec in models}
    chosen = st.selectbox(
        "Image model", labels, index=None, placeholder="All models", width=140, key="jobs_model",
        format_func=labels.__getitem__, label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    return chosen or ""
