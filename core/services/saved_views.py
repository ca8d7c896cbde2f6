"""Saved views: the filters of a page that a person comes back to."""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.domain.accounts import Actor
from core.domain.saved_views import SavedView
from core.domain.texts import is_storable
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.texts import clean_line
from core.unit_of_work import Database

MAX_VIEWS = 100
_MAX_FIELDS = 30
_MAX_CHARS = 400


class SavedViewService:
    """The views that a person saved and those that others share; every member may save some."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, actor: Actor, page: str) -> tuple[SavedView, ...]:
        """Return the person's views of a page and the shared ones, by name."""
        with self._database.read() as work:
            return work.saved_views.list(actor.workspace_id, actor.user_id, page)

    def save(
        self,
        actor: Actor,
        page: str,
        name: str,
        query: Mapping[str, str],
        *,
        is_shared: bool = False,
    ) -> int:
        """Keep the filters under a name and return the view's id.

        A view of the same name that the person has for this page shows these from now on.
        """
        name = _clean_name(name)
        page = clean_line(page, "the page", max_chars=40)
        query = _clean_query(query)
        mine = (actor.workspace_id, actor.user_id)
        with self._database.begin() as work:
            view_id = work.saved_views.id_of_name(*mine, page, name)
            if view_id is not None:
                work.saved_views.replace(actor.workspace_id, view_id, query, is_shared=is_shared)
            elif work.saved_views.count(*mine) >= MAX_VIEWS:
                raise InvalidInputError(
                    user_message=f"You have {MAX_VIEWS} saved views. Please delete some first."
                )
            else:
                view_id = work.saved_views.add(
                    *mine, page, name, query, is_shared=is_shared, now=datetime.now(UTC)
                )
            work.audit_events.add(actor, "save", "saved_view", view_id, name=name)
        return view_id

    def rename(self, actor: Actor, view_id: int, name: str) -> None:
        """Rename one of the person's own views; a name that is taken raises `ConflictError`."""
        name = _clean_name(name)
        mine = (actor.workspace_id, actor.user_id)
        with self._database.begin() as work:
            page = work.saved_views.page_of(*mine, view_id)
            if page is None:
                raise _unknown(actor, view_id)
            if work.saved_views.id_of_name(*mine, page, name) not in (None, view_id):
                raise ConflictError(user_message=f"You already have a view called {name}.")
            work.saved_views.rename(*mine, view_id, name)
            work.audit_events.add(actor, "rename", "saved_view", view_id, name=name)

    def delete(self, actor: Actor, view_id: int) -> None:
        """Delete one of the person's own views."""
        with self._database.begin() as work:
            if not work.saved_views.delete(actor.workspace_id, actor.user_id, view_id):
                raise _unknown(actor, view_id)
            work.audit_events.add(actor, "delete", "saved_view", view_id)


def _clean_name(name: str) -> str:
    return clean_line(name, "a name", max_chars=80)


def _clean_query(query: Mapping[str, str]) -> dict[str, str]:
    if len(query) > _MAX_FIELDS or any(
        not _is_short(name) or not _is_short(value) for name, value in query.items()
    ):
        raise InvalidInputError(user_message="These filters cannot be saved.")
    return dict(query)


def _is_short(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _MAX_CHARS and is_storable(text)


def _unknown(actor: Actor, view_id: int) -> NotFoundError:
    return NotFoundError(f"saved view {view_id} of user {actor.user_id}")
