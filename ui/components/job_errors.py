"""What could not be done with a job: said above the list until it is closed or something works."""

from dataclasses import dataclass

import streamlit as st

from core.domain.accounts import Actor, Role
from core.domain.jobs import GenerationJob
from ui.format import escape_markdown
from ui.state import state_of


@dataclass
class JobErrorState:
    """The budget's refusal that was met last, and the list in which that was."""

    sentence: str = ""
    opener: str = ""

    def keep(self, job: GenerationJob, sentence: str, *, opener: str) -> None:
        """Keep what is to be said of this job."""
        self.sentence, self.opener = f"{job.product_name}: {sentence}", opener

    def clear(self) -> None:
        """Forget it."""
        self.sentence, self.opener = "", ""


def show_job_error(actor: Actor, opener: str) -> None:
    """Show what the budget had no room for in this list, with the way out."""
    state = state_of(JobErrorState)
    if state.opener != opener:
        state.clear()
        return
    with st.container(horizontal=True, vertical_alignment="center", key="job.error"):
        st.error(escape_markdown(state.sentence), icon=":material/account_balance_wallet:")
        if actor.role is Role.OWNER and st.button(
            "Raise the budget", icon=":material/receipt_long:", key="job.error.usage"
        ):
            state.clear()
            st.switch_page("pages/usage.py", query_params={})
        if st.button("Close", type="tertiary", key="job.error.close"):
            state.clear()
            st.rerun()
