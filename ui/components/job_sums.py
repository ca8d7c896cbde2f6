"""What is said about many jobs at once."""

from core.domain.jobs import SubmissionSum
from core.domain.workspace_queues import WorkspaceQueue
from ui.components.counted import counted
from ui.format import cents


def submission_sentence(found: SubmissionSum) -> str:
    """Return how far a submission is and what it cost, in one line."""
    parts = [f"{found.ready:,} of {counted(found.pictures, 'picture')} ready"]
    if found.failed:
        parts.append(f"{found.failed:,} failed")
    if found.undecided:
        verb = "needs" if found.undecided == 1 else "need"
        parts.append(f"{found.undecided:,} {verb} a decision")
    if found.cancelled:
        parts.append(f"{found.cancelled:,} cancelled")
    return " · ".join([*parts, _costs(found)])


def cancel_all_sentence(queue: WorkspaceQueue) -> str:
    """Return what it means to cancel all that waits."""
    waits = "waits" if queue.queued == 1 else "wait"
    text = f"{counted(queue.queued, 'picture')} of this workspace {waits} and will not be made."
    if queue.running:
        are = "is" if queue.running == 1 else "are"
        text += f" {counted(queue.running, 'picture')} that {are} being made now will be kept."
    return f"{text} What was made stays. Cancelled pictures can be retried later."


def _costs(found: SubmissionSum) -> str:
    if not found.cost_micros and not found.estimate_micros:
        return "free" if not found.is_over or found.ready else "nothing spent"
    if found.is_over:
        return cents(found.cost_micros) if found.cost_micros else "nothing spent"
    if not found.cost_micros:
        return f"about {cents(found.estimate_micros)}"
    return f"{cents(found.cost_micros)} of about {cents(found.estimate_micros)}"
