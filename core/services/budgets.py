"""What a workspace may spend in a month, and asking before more of it is reserved."""

from core.domain.accounts import Actor, Role
from core.domain.budgets import Budget
from core.errors import AccessDeniedError, BudgetError, InvalidInputError
from core.unit_of_work import Database, UnitOfWork

MAX_LIMIT_MICROS = 1_000_000_000_000
_MICROS = 1_000_000
_TEN_CENTS = 100_000


class BudgetService:
    """The monthly budget of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor) -> Budget:
        """Return what the workspace may spend this month (UTC), has spent and has reserved."""
        with self._database.read() as work:
            return work.budgets.get(actor.workspace_id, work.now())

    def set_limit(self, actor: Actor, limit_micros: int | None) -> None:
        """Set what the workspace may spend in a month, for owners; None is no limit.

        A limit below what is spent already keeps more from being begun.
        """
        if actor.role is not Role.OWNER:
            raise AccessDeniedError(
                f"user {actor.user_id} is {actor.role}",
                user_message="Only an owner of the workspace can change its budget.",
            )
        if limit_micros is not None and not 0 <= limit_micros <= MAX_LIMIT_MICROS:
            raise InvalidInputError(
                user_message=f"The budget must be between $0 and {dollars(MAX_LIMIT_MICROS)}."
            )
        with self._database.begin() as work:
            work.budgets.lock(actor.workspace_id)
            before = work.budgets.get(actor.workspace_id, work.now()).limit_micros
            work.budgets.set_limit(actor.workspace_id, limit_micros)
            work.audit_events.add(
                actor,
                "set_budget",
                "workspace",
                actor.workspace_id,
                limit_micros=limit_micros,
                before_micros=before,
            )


def require_room(
    work: UnitOfWork, actor: Actor, needed_micros: int, *, may_be_fewer: bool = True
) -> None:
    """Raise `BudgetError` unless this much may still be reserved.

    Its sentence proposes fewer pictures where the person can choose how many. The workspace must
    have been locked in this transaction: two who ask at once would both get what is left.
    """
    if needed_micros <= 0:
        return
    budget = work.budgets.get(actor.workspace_id, work.now())
    left = budget.left_micros
    if budget.limit_micros is None or left is None or needed_micros <= left:
        return
    way_out = (
        "raise the budget"
        if actor.role is Role.OWNER
        else "ask an owner of the workspace to raise the budget"
    )
    advice = f"Make fewer pictures, or {way_out}" if may_be_fewer else way_out.capitalize()
    raise BudgetError(
        f"workspace {actor.workspace_id} needs {needed_micros}, has {left} micros",
        user_message=f"This may cost up to {dollars(needed_micros)}, and of this month's budget of "
        f"{dollars(budget.limit_micros)} only {dollars(left)} is left. "
        f"{advice}.",
    )


def dollars(micros: int) -> str:
    """Return an amount in millionths of a US dollar as "$0.50", or "$0.0336" below ten cents."""
    amount = micros / _MICROS
    return f"${amount:,.4f}" if 0 < micros < _TEN_CENTS else f"${amount:,.2f}"
