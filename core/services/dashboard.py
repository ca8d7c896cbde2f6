"""The dashboard: a workspace at a glance."""

from core.domain.accounts import Actor
from core.domain.assets import Origin
from core.domain.dashboard import Dashboard
from core.unit_of_work import Database

RECENT = 12


class DashboardService:
    """Counts and recent things of a workspace, all read in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor) -> Dashboard:
        """Return the workspace at a glance."""
        workspace_id = actor.workspace_id
        with self._database.read() as work:
            products, without_photo = work.products.counts(workspace_id)
            return Dashboard(
                product_count=products,
                products_without_photo=without_photo,
                collection_count=work.collections.count(workspace_id),
                picture_count=work.assets.count_pictures(workspace_id),
                budget=work.budgets.get(workspace_id, work.now()),
                recent=work.assets.search(
                    workspace_id, origin=Origin.GENERATED, limit=RECENT
                ).items,
            )
