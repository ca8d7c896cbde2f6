"""The dashboard: a workspace at a glance."""

from datetime import UTC, datetime

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
        month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        with self._database.read() as work:
            products, without_photo = work.products.counts(workspace_id)
            return Dashboard(
                product_count=products,
                products_without_photo=without_photo,
                collection_count=work.collections.count(workspace_id),
                picture_count=work.assets.count_pictures(workspace_id),
                month_cost_micros=work.provider_calls.cost_since(workspace_id, month),
                recent=work.assets.search(
                    workspace_id, origin=Origin.GENERATED, limit=RECENT
                ).items,
                active_jobs=work.generation_jobs.search(workspace_id, only_active=True).items,
            )
