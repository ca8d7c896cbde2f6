"""What the dashboard shows: every figure from a query."""

from dataclasses import dataclass

from core.domain.assets import AssetSummary
from core.domain.budgets import Budget


@dataclass(frozen=True)
class Dashboard:
    """A workspace at a glance; `budget` is that of this month (UTC)."""

    product_count: int
    products_without_photo: int
    collection_count: int
    picture_count: int
    budget: Budget
    recent: tuple[AssetSummary, ...]
