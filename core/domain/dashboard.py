"""What the dashboard shows: every figure from a query."""

from dataclasses import dataclass

from core.domain.assets import AssetSummary
from core.domain.budgets import Budget


@dataclass(frozen=True)
class Figures:
    """How much there is, and how much of it waits for somebody.

    `pictures` are generated ones; `to_review` and `approved` are some of them. `poor_photos` counts
    products whose first photo is poor and was not accepted all the same. `failed_jobs` are those of
    the last days that made fewer pictures than they should.
    """

    products: int
    products_without_photo: int
    poor_photos: int
    collections: int
    pictures: int
    to_review: int
    approved: int
    active_jobs: int
    failed_jobs: int


@dataclass(frozen=True)
class Dashboard:
    """A workspace at a glance; `budget` is that of this month (UTC), `recent` the last pictures."""

    figures: Figures
    budget: Budget
    recent: tuple[AssetSummary, ...]

    @property
    def product_count(self) -> int:
        """Return how many products there are."""
        return self.figures.products

    @property
    def products_without_photo(self) -> int:
        """Return how many products on the shelf have no photo."""
        return self.figures.products_without_photo

    @property
    def collection_count(self) -> int:
        """Return how many collections there are."""
        return self.figures.collections

    @property
    def picture_count(self) -> int:
        """Return how many generated pictures there are."""
        return self.figures.pictures
