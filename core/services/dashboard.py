"""The dashboard: a workspace at a glance."""

from datetime import timedelta

from core.domain.accounts import Actor
from core.domain.asset_filters import RESULTS
from core.domain.dashboard import Dashboard
from core.unit_of_work import Database

RECENT = 12
FAILED_DAYS = 7
"""For how many days a job that failed is news."""


class DashboardService:
    """Counts and recent things of a workspace, all read in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: Actor) -> Dashboard:
        """Return the workspace at a glance."""
        workspace_id = actor.workspace_id
        with self._database.read() as work:
            now = work.now()
            return Dashboard(
                figures=work.overviews.figures(
                    workspace_id, failed_since=now - timedelta(days=FAILED_DAYS)
                ),
                budget=work.budgets.get(workspace_id, now),
                recent=work.assets.search(workspace_id, RESULTS, limit=RECENT).items,
            )
