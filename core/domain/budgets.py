"""Money: what a workspace may spend in a month, has spent and has reserved."""

from dataclasses import dataclass
from typing import Literal

BudgetLevel = Literal["none", "fine", "near", "used_up"]
NEAR = 0.8


@dataclass(frozen=True)
class Budget:
    """A month of a workspace, in millionths of a US dollar; `limit_micros` None is no limit.

    `spent_micros` is the ledger's sum of the month (UTC), `reserved_micros` what slots that are
    not final hold.
    """

    limit_micros: int | None
    spent_micros: int
    reserved_micros: int

    @property
    def left_micros(self) -> int | None:
        """Return what may still be reserved, never below zero; None without a limit."""
        if self.limit_micros is None:
            return None
        return max(0, self.limit_micros - self.spent_micros - self.reserved_micros)

    @property
    def level(self) -> BudgetLevel:
        """Say how much of the limit is spent or reserved: `near` from 80 %, `used_up` at 100 %."""
        if self.limit_micros is None:
            return "none"
        taken = self.spent_micros + self.reserved_micros
        if taken >= self.limit_micros:
            return "used_up"
        return "near" if taken >= NEAR * self.limit_micros else "fine"
