"""Filters that are kept and name a category: smart collections and saved views."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.category_removals import Followers
from db.catalogue_tables import SavedViewRow
from db.tables import CollectionRow


class CategoryFollowerRepository:
    """Smart collections and saved views that filter by a category."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, workspace_id: int, category_id: int) -> int:
        """Return how many there are."""
        return sum(len(rows) for rows in self._naming(workspace_id, category_id))

    def lead(self, workspace_id: int, category_id: int, target_id: int) -> Followers:
        """Make the filters that name the category name the target; return whose they are."""
        collections, views = self._naming(workspace_id, category_id)
        self._lead(CollectionRow, "filter", collections, target_id)
        self._lead(SavedViewRow, "query", views, target_id)
        return Followers(tuple(collections), tuple(views))

    def lead_back(
        self, workspace_id: int, followers: Followers, category_id: int, target_id: int
    ) -> None:
        """Make those of the filters name the category again that still name the target."""
        collections, views = self._naming(workspace_id, target_id)
        self._lead(CollectionRow, "filter", _some(collections, followers.collections), category_id)
        self._lead(SavedViewRow, "query", _some(views, followers.views), category_id)

    def _lead(
        self,
        table: Any,  # noqa: ANN401 - a mapped class
        column: str,
        rows: dict[int, dict[str, str]],
        category_id: int,
    ) -> None:
        for row_id, query in rows.items():
            self._session.execute(
                update(table)
                .where(table.id == row_id)
                .values({column: {**query, "category": str(category_id)}})
            )

    def _naming(
        self, workspace_id: int, category_id: int
    ) -> tuple[dict[int, dict[str, str]], dict[int, dict[str, str]]]:
        name = str(category_id)
        collections = select(CollectionRow.id, CollectionRow.filter).where(
            CollectionRow.workspace_id == workspace_id,
            CollectionRow.filter["category"].as_string() == name,
        )
        views = select(SavedViewRow.id, SavedViewRow.query).where(
            SavedViewRow.workspace_id == workspace_id,
            SavedViewRow.query["category"].as_string() == name,
        )
        return (
            {row[0]: row[1] for row in self._session.execute(collections)},
            {row[0]: row[1] for row in self._session.execute(views)},
        )


def _some(rows: dict[int, dict[str, str]], ids: Sequence[int]) -> dict[int, dict[str, str]]:
    return {row_id: query for row_id, query in rows.items() if row_id in set(ids)}
