"""What is to be said once about a batch, and not in each of its rows."""

from collections import Counter

from ui.components.counted import counted
from ui.components.plan_summary import common_notices
from ui.components.studio_batch_plan import BatchPlan
from ui.components.studio_batch_source import Batch
from ui.components.studio_rows import RowsState
from ui.format import escape_markdown


def shots_without_settings(batch: Batch, state: RowsState) -> tuple[str, ...]:
    """Return, as Markdown, a warning for each ticked shot that only its name tells apart."""
    path = f"/collection?id={batch.collection_id}&part=Settings"
    shots = {row.shot.id: row.shot for row in batch.rows if row.shot and state.is_on(row)}
    return tuple(
        f"The shot {escape_markdown(shot.name)} has no settings: it is made as the brief says. "
        f"[Open the settings]({path})"
        for shot in shots.values()
        if shot.defaults.is_empty
    )


def repeated_notices(plan: BatchPlan) -> dict[str, str]:
    """Return what is to be said of several rows, but not of all, with the sentence for them."""
    common = common_notices(plan.whole)
    items = list(plan.items.values())
    counts = Counter(notice for item in items for notice in dict.fromkeys(item.notices))
    return {
        notice: f"{count:,} of {counted(len(items), 'row')}: {notice}"
        for notice, count in counts.items()
        if count > 1 and notice not in common
    }
