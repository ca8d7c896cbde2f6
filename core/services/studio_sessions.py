"""Studio sessions: saved by themselves, found again after a reload or on another machine."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.accounts import Actor
from core.domain.paging import Cursor, Page
from core.domain.studio_sessions import (
    MAX_SESSION_NAME_CHARS,
    MAX_STATE_BYTES,
    StudioSession,
    StudioSessionSummary,
)
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.services.access import must_edit, some_ids
from core.services.texts import clean_line
from core.unit_of_work import Database, UnitOfWork

UNNAMED = "Untitled"


class StudioSessionService:
    """The studio sessions of a person in a workspace: nobody else sees them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self, actor: Actor, name: str = "", state: Mapping[str, Any] | None = None
    ) -> StudioSession:
        """Begin a session."""
        must_edit(actor)
        plain = _checked(state or {})
        with self._database.begin() as work:
            session_id = work.studio_sessions.add(
                actor.workspace_id, actor.user_id, _name(name), plain, work.now()
            )
            return _session(work, actor, session_id)

    def get(self, actor: Actor, session_id: int) -> StudioSession:
        """Return one of the actor's sessions, trashed or not."""
        with self._database.read() as work:
            return _session(work, actor, session_id)

    def find_latest(self, actor: Actor) -> StudioSession | None:
        """Return the session that the actor saved last, or None."""
        with self._database.read() as work:
            return work.studio_sessions.find_latest(actor.workspace_id, actor.user_id)

    def list(
        self, actor: Actor, text: str = "", *, after: Cursor | None = None, limit: int = 24
    ) -> Page[StudioSessionSummary]:
        """Return a page of the actor's sessions whose names hold these words, last saved first."""
        with self._database.read() as work:
            return work.studio_sessions.search(
                actor.workspace_id, actor.user_id, text, after=after, limit=limit
            )

    def save(self, actor: Actor, session_id: int, state: Mapping[str, Any], *, version: int) -> int:
        """Replace what the session holds and return its new version, in one statement.

        Raises `ConflictError` when another tab saved it since this `version`, and
        `InvalidInputError` for a state that is too large or no JSON.
        """
        must_edit(actor)
        plain = _checked(state)
        with self._database.begin() as work:
            saved = work.studio_sessions.save(
                actor.workspace_id,
                actor.user_id,
                session_id,
                plain,
                version=version,
                now=work.now(),
            )
            if saved is not None:
                return saved
            session = _session(work, actor, session_id)
        if session.trashed_at is not None:
            raise ConflictError(
                f"session {session_id} is in the trash",
                user_message="This session was put into the trash. Restore it to go on.",
            )
        raise ConflictError(
            f"session {session_id} is in version {session.version}, not {version}",
            user_message="This session was changed in another tab. Load it again to go on.",
        )

    def rename(self, actor: Actor, session_id: int, name: str) -> None:
        """Give a session another name; its version stays."""
        must_edit(actor)
        name = _name(name)
        with self._database.begin() as work:
            if not work.studio_sessions.rename(actor.workspace_id, actor.user_id, session_id, name):
                raise _unknown(actor, session_id)

    def duplicate(self, actor: Actor, session_id: int) -> StudioSession:
        """Begin a session that holds what this one holds."""
        must_edit(actor)
        with self._database.begin() as work:
            known = _session(work, actor, session_id)
            suffix = ", copy"
            name = known.name[: MAX_SESSION_NAME_CHARS - len(suffix)].rstrip() + suffix
            copy_id = work.studio_sessions.add(
                actor.workspace_id, actor.user_id, name, known.state, work.now()
            )
            return _session(work, actor, copy_id)

    def trash(self, actor: Actor, session_ids: Sequence[int]) -> int:
        """Put sessions into the trash and return how many were not there yet."""
        return self._move(actor, session_ids, is_trashed=True)

    def restore(self, actor: Actor, session_ids: Sequence[int]) -> int:
        """Take sessions out of the trash and return how many were in it."""
        return self._move(actor, session_ids, is_trashed=False)

    def _move(self, actor: Actor, session_ids: Sequence[int], *, is_trashed: bool) -> int:
        must_edit(actor)
        ids = some_ids(session_ids)
        with self._database.begin() as work:
            moved = work.studio_sessions.set_trashed(
                actor.workspace_id, actor.user_id, ids, work.now() if is_trashed else None
            )
            action = "trash" if is_trashed else "restore"
            for session_id in moved:
                work.audit_events.add(actor, action, "studio_session", session_id)
        return len(moved)


def _session(work: UnitOfWork, actor: Actor, session_id: int) -> StudioSession:
    session = work.studio_sessions.find(actor.workspace_id, actor.user_id, session_id)
    if session is None:
        raise _unknown(actor, session_id)
    return session


def _unknown(actor: Actor, session_id: int) -> NotFoundError:
    return NotFoundError(f"studio session {session_id} of user {actor.user_id}")


def _name(name: str) -> str:
    line = clean_line(name, "the name", max_chars=MAX_SESSION_NAME_CHARS, may_be_empty=True)
    return line or UNNAMED


def _checked(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state as plain JSON, or raise `InvalidInputError`."""
    try:
        text = json.dumps(state, allow_nan=False)
        plain: dict[str, Any] = json.loads(text)
        if "\\ud" in text:
            # Half a surrogate pair is JSON to Python and to SQLite, but not to PostgreSQL.
            json.dumps(plain, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            f"a state that is no JSON: {error}",
            user_message="This session cannot be saved. Please change the last setting.",
        ) from error
    if "\\u0000" in text or len(text) > MAX_STATE_BYTES:
        raise InvalidInputError(
            f"a state of {len(text)} characters",
            user_message="This session is too large to be saved. Use fewer products at a time.",
        )
    return plain
