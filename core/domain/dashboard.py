"""What the dashboard and the health check show: every figure from a query."""

from dataclasses import dataclass

from core.domain.assets import AssetSummary
from core.domain.generation import GenerationJob


@dataclass(frozen=True)
class Dashboard:
    """A workspace at a glance; cost in millionths of a US dollar since the month began (UTC)."""

    product_count: int
    products_without_photo: int
    collection_count: int
    picture_count: int
    month_cost_micros: int
    recent: tuple[AssetSummary, ...]
    active_jobs: tuple[GenerationJob, ...]


@dataclass(frozen=True)
class Health:
    """How the parts are: each is "ok" or says in a few words what is wrong."""

    version: str
    database: str
    storage: str
    worker: str
    queue_depth: int

    @property
    def is_ok(self) -> bool:
        """Say whether all parts are well."""
        return all(part == "ok" for part in (self.database, self.storage, self.worker))
