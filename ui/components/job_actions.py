"""What a person can do with a generation job: cancel it, try again what is missing."""

from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor
from core.domain.generation import GenerationJob, SlotStatus
from core.errors import UnknownOutcomeError
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of


@dataclass
class PayAgainState:
    """The job of which the person is asked whether it may be charged once more."""

    job_id: int = 0


def show_job_buttons(actor: Actor, job: GenerationJob) -> None:
    """Draw the buttons that fit the job's state; a click does it, unless it may be paid twice."""
    if not actor.role.may_edit:
        return
    with expected_errors():
        if not job.status.is_final:
            if _button(job, "Cancel", "close"):
                services().generation.cancel(actor, job.id)
                announce("No further picture is begun. Those that are being made are kept.")
                st.rerun()
            return
        missing, unknown = _missing_and_unknown(job)
        if missing > unknown and _button(job, "Retry", "refresh"):
            services().generation.retry(actor, job.id)
            st.rerun()
        if unknown and _button(job, "Retry lost ones" if missing == unknown else "Retry all",
                               "currency_exchange"):  # fmt: skip
            state_of(PayAgainState).job_id = job.id


def show_pay_again(actor: Actor, job: GenerationJob) -> None:
    """Ask, where "Retry" was clicked, whether what may have been charged may be paid once more."""
    state = state_of(PayAgainState)
    missing, unknown = _missing_and_unknown(job)
    if state.job_id != job.id or not job.status.is_final or not unknown:
        return
    # Inside the card and not a dialog: the jobs are drawn anew every few seconds, which closes one.
    st.warning(
        f"{counted(missing, 'picture')} will be made again. {unknown} of them may have been charged"
        " already and will then be charged a second time.",
        icon=":material/currency_exchange:",
    )
    with st.container(horizontal=True), expected_errors():
        if _button(job, "Pay again", "payments"):
            state.job_id = 0
            services().generation.retry(actor, job.id, accept_unknown=True)
            st.rerun()
        if _button(job, "Not now", "undo"):
            state.job_id = 0
            st.rerun()


def _missing_and_unknown(job: GenerationJob) -> tuple[int, int]:
    missing = [s for s in job.slots if s.status in (SlotStatus.FAILED, SlotStatus.CANCELLED)]
    return len(missing), sum(s.failure_code == UnknownOutcomeError.code for s in missing)


def _button(job: GenerationJob, label: str, icon: str) -> bool:
    key = f"job.{job.id}.{icon}"
    return st.button(label, key=key, icon=f":material/{icon}:", type="tertiary")
