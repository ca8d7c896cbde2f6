"""Signed-in browsers and wrong passwords of late."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session as SqlSession

from core.domain.accounts import Actor, Role, Session, SignInFailures
from core.repositories.paging import AnySelect
from db.base import UtcDateTime
from db.tables import MembershipRow, SessionRow, SignInFailureRow, UserRow, WorkspaceRow


class SessionRepository:
    """Signed-in browsers and wrong passwords of late.

    A session is live while it has not expired, was seen since `idle_since`, and its person is not
    disabled.
    """

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    def add(
        self,
        user_id: int,
        *,
        token_hash: str,
        browser: str,
        address: str,
        now: datetime,
        expires_at: datetime,
    ) -> int:
        """Add a signed-in browser and return its id."""
        row = SessionRow(
            user_id=user_id,
            token_hash=token_hash,
            browser=browser,
            address=address,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def find_live(
        self, token_hash: str, *, now: datetime, idle_since: datetime
    ) -> tuple[int, datetime] | None:
        """Return the id of the live session with this token and when it was last seen."""
        values = {"token_hash": token_hash, "now": now, "idle_since": idle_since}
        row = self._session.execute(_LIVE_BY_TOKEN, values).one_or_none()
        return None if row is None else (row[0], row[1])

    def find_actor(self, session_id: int, *, now: datetime, idle_since: datetime) -> Actor | None:
        """Return who works in this live session, with their rights as of now."""
        values = {"session_id": session_id, "now": now, "idle_since": idle_since}
        return self._actor(session_id, _ACTOR_BY_SESSION, values)

    def find_actor_by_email(self, email: str) -> Actor | None:
        """Return the person with this normalised e-mail, without a session: for operators."""
        return self._actor(None, _ACTOR_BY_EMAIL, {"email": email})

    def touch(self, session_id: int, now: datetime) -> None:
        """Note that the browser was seen."""
        self._session.execute(
            update(SessionRow).where(SessionRow.id == session_id).values(seen_at=now)
        )

    def of_user(self, user_id: int, *, now: datetime, idle_since: datetime) -> tuple[Session, ...]:
        """Return the person's live sessions, the latest seen first."""
        rows = self._session.scalars(
            select(SessionRow)
            .where(
                SessionRow.user_id == user_id,
                SessionRow.expires_at > now,
                SessionRow.seen_at > idle_since,
            )
            .order_by(SessionRow.seen_at.desc())
        )
        return tuple(
            Session(r.id, r.browser, r.address, r.created_at, r.seen_at, r.expires_at) for r in rows
        )

    def delete(self, user_id: int, session_id: int) -> bool:
        """End one session of the person; False when they have no such session."""
        ended = (
            delete(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.user_id == user_id)
            .returning(SessionRow.id)
        )
        return self._session.scalar(ended) is not None

    def delete_all(self, user_id: int, *, but: int | None = None) -> int:
        """End the person's sessions, but one if given; return how many ended."""
        ended = delete(SessionRow).where(SessionRow.user_id == user_id)
        if but is not None:
            ended = ended.where(SessionRow.id != but)
        return len(self._session.scalars(ended.returning(SessionRow.id)).all())

    def delete_expired(self, now: datetime) -> None:
        """Forget the sessions that can never be used again."""
        self._session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))

    def failures(self, key: str, *, lock: bool = False) -> SignInFailures:
        """Return the wrong passwords of late under the key: an account or an address."""
        row = self._session.get(SignInFailureRow, key, with_for_update=lock)
        if row is None:
            return SignInFailures(0, None, None)
        return SignInFailures(row.count, row.last_at, row.blocked_until)

    def set_failures(self, key: str, failures: SignInFailures) -> None:
        """Keep the count under the key, or forget it when it is zero."""
        if failures.count == 0 or failures.last_at is None:
            self._session.execute(delete(SignInFailureRow).where(SignInFailureRow.key == key))
            return
        self._session.merge(
            SignInFailureRow(
                key=key,
                count=failures.count,
                last_at=failures.last_at,
                blocked_until=failures.blocked_until,
            )
        )

    def forget_failures_before(self, moment: datetime) -> None:
        """Forget wrong passwords that do not count any more."""
        old = delete(SignInFailureRow).where(SignInFailureRow.last_at < moment)
        self._session.execute(old)

    def _actor(
        self, session_id: int | None, actors: AnySelect, values: Mapping[str, object]
    ) -> Actor | None:
        row = self._session.execute(actors, dict(values)).one_or_none()
        if row is None:
            return None
        return Actor(row[0], row[1], row[2], row[3], row[4], Role(row[5]), row[6], session_id)


# Every request and every run of a page asks these, and building them costs more than running them.
_LIVE: tuple[ColumnElement[bool], ...] = (
    SessionRow.expires_at > bindparam("now", type_=UtcDateTime()),
    SessionRow.seen_at > bindparam("idle_since", type_=UtcDateTime()),
    UserRow.is_disabled.is_(False),
)
_LIVE_BY_TOKEN = (
    select(SessionRow.id, SessionRow.seen_at)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .where(SessionRow.token_hash == bindparam("token_hash"), *_LIVE)
)
_ACTORS = (
    select(
        UserRow.id,
        WorkspaceRow.id,
        WorkspaceRow.name,
        UserRow.name,
        UserRow.email,
        MembershipRow.role,
        UserRow.is_admin,
    )
    .join(MembershipRow, MembershipRow.user_id == UserRow.id)
    .join(WorkspaceRow, WorkspaceRow.id == MembershipRow.workspace_id)
    .order_by(MembershipRow.workspace_id)
    .limit(1)
)
_ACTOR_BY_SESSION = _ACTORS.join(SessionRow, SessionRow.user_id == UserRow.id).where(
    SessionRow.id == bindparam("session_id"), *_LIVE
)
_ACTOR_BY_EMAIL = _ACTORS.where(UserRow.email == bindparam("email"), UserRow.is_disabled.is_(False))
