"""What must be true of analyses, and of the calls that tasks make for them."""

from sqlalchemy import and_, exists, or_, select

from core.domain.jobs import CallState
from core.domain.tasks import TaskStatus
from core.repositories.invariant import Invariant
from core.repositories.owner_invariants import edge
from db.catalogue_tables import TaskRow
from db.gallery_tables import AnalysisRow
from db.generation_tables import ProviderCallRow
from db.tables import AssetRow, ProductRow

_IS_PAID = and_(
    ProviderCallRow.id == AnalysisRow.call_id,
    ProviderCallRow.workspace_id == AnalysisRow.workspace_id,
    ProviderCallRow.state == CallState.OK,
)

ANALYSIS_INVARIANTS = (
    Invariant(
        "call_of_ended_task",
        "call",
        "It is open, but its task {task_id} is {status}.",
        select(ProviderCallRow.id, ProviderCallRow.task_id, TaskRow.status)
        .join(TaskRow, TaskRow.id == ProviderCallRow.task_id)
        .where(
            ProviderCallRow.state == CallState.INTENT,
            TaskRow.status.in_([each for each in TaskStatus if each.is_final]),
        ),
    ),
    edge("analysis", AnalysisRow, "asset_id", AssetRow, "asset"),
    edge("analysis", AnalysisRow, "product_id", ProductRow, "product"),
    edge("analysis", AnalysisRow, "task_id", TaskRow, "task"),
    edge("call", ProviderCallRow, "task_id", TaskRow, "task"),
    edge("call", ProviderCallRow, "product_id", ProductRow, "product"),
    Invariant(
        "analysis_without_call",
        "analysis",
        "A model said it, but the ledger knows no call {call_id} that gave it.",
        select(AnalysisRow.id, AnalysisRow.call_id).where(
            or_(AnalysisRow.method == "model", AnalysisRow.call_id.is_not(None)),
            ~exists().where(_IS_PAID),
        ),
    ),
)
