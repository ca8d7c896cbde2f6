"""Users, workspaces and memberships."""

from datetime import datetime

from sqlalchemy import Select, func, or_, select, text, update
from sqlalchemy.orm import Session

from core.domain.accounts import Actor, Credentials, Role, User
from core.domain.paging import Cursor, Page
from core.repositories.paging import Order, page_statements, read_page, words_of
from db.tables import MembershipRow, SessionRow, UserRow, WorkspaceRow

_SIGN_UP_LOCK = 7301  # any number that nothing else of Epox locks


class AccountRepository:
    """Users, workspaces and memberships."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_sign_up(self) -> None:
        """Let one at a time sign up as the first, or change who is an administrator."""
        # SQLite has one writer at a time anyway.
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SIGN_UP_LOCK}
            )

    def has_users(self) -> bool:
        """Say whether anybody has an account."""
        return self._session.scalar(select(UserRow.id).limit(1)) is not None

    def add_user(
        self, *, email: str, name: str, password_hash: str, is_admin: bool, now: datetime
    ) -> int:
        """Add a person and return their id; an equal e-mail raises `IntegrityError` at flush."""
        row = UserRow(
            email=email,
            name=name,
            password_hash=password_hash,
            is_admin=is_admin,
            is_disabled=False,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def add_workspace(self, name: str, owner_id: int, now: datetime) -> int:
        """Add a workspace with its owner and return its id."""
        row = WorkspaceRow(name=name, created_at=now)
        self._session.add(row)
        self._session.flush()
        self._session.add(MembershipRow(workspace_id=row.id, user_id=owner_id, role=Role.OWNER))
        self._session.flush()
        return row.id

    def find_credentials(self, email: str) -> Credentials | None:
        """Return what a sign-in with this normalised e-mail is checked against."""
        return self._credentials(select(UserRow).where(UserRow.email == email))

    def get_credentials(self, user_id: int) -> Credentials | None:
        """Return what the person's own password is checked against."""
        return self._credentials(select(UserRow).where(UserRow.id == user_id))

    def rename(self, user_id: int, name: str) -> None:
        """Give the person another name."""
        self._session.execute(update(UserRow).where(UserRow.id == user_id).values(name=name))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """Replace the person's password hash."""
        self._session.execute(
            update(UserRow).where(UserRow.id == user_id).values(password_hash=password_hash)
        )

    def set_disabled(self, user_id: int, *, is_disabled: bool) -> bool:
        """Lock or unlock an account; False when there is none."""
        changed = update(UserRow).where(UserRow.id == user_id).values(is_disabled=is_disabled)
        return self._session.scalar(changed.returning(UserRow.id)) is not None

    def set_admin(self, user_id: int, *, is_admin: bool) -> bool:
        """Give or take the admin flag; False when there is no such account."""
        changed = update(UserRow).where(UserRow.id == user_id).values(is_admin=is_admin)
        return self._session.scalar(changed.returning(UserRow.id)) is not None

    def is_admin(self, user_id: int) -> bool:
        """Say whether the person is an administrator now, and not disabled."""
        found = select(UserRow.id).where(
            UserRow.id == user_id, UserRow.is_admin.is_(True), UserRow.is_disabled.is_(False)
        )
        return self._session.scalar(found) is not None

    def find_member(self, workspace_id: int, user_id: int) -> Actor | None:
        """Return the person as they are now: None when disabled or no member any more."""
        row = self._session.execute(
            select(
                WorkspaceRow.name,
                UserRow.name,
                UserRow.email,
                MembershipRow.role,
                UserRow.is_admin,
            )
            .join(MembershipRow, MembershipRow.workspace_id == WorkspaceRow.id)
            .join(UserRow, UserRow.id == MembershipRow.user_id)
            .where(
                WorkspaceRow.id == workspace_id,
                UserRow.id == user_id,
                UserRow.is_disabled.is_(False),
            )
        ).one_or_none()
        if row is None:
            return None
        workspace_name, name, email, role, is_admin = row
        return Actor(user_id, workspace_id, workspace_name, name, email, Role(role), is_admin)

    def search(self, words: str, *, after: Cursor | None, limit: int) -> Page[User]:
        """Return people by name or e-mail, newest first; for administrators only."""
        conditions = [
            or_(
                func.lower(UserRow.name).contains(word, autoescape=True),
                UserRow.email.contains(word, autoescape=True),
            )
            for word in words_of(words)
        ]
        seen_at = (
            select(func.max(SessionRow.seen_at))
            .where(SessionRow.user_id == UserRow.id)
            .correlate(UserRow)
            .scalar_subquery()
        )
        rows = (
            select(
                UserRow.email,
                UserRow.name,
                WorkspaceRow.name,
                MembershipRow.role,
                UserRow.is_admin,
                UserRow.is_disabled,
                seen_at,
                UserRow.created_at,
                UserRow.id,
            )
            .join(MembershipRow, MembershipRow.user_id == UserRow.id)
            .join(WorkspaceRow, WorkspaceRow.id == MembershipRow.workspace_id)
        )
        statements = page_statements(
            rows,
            UserRow,
            conditions,
            Order(UserRow.created_at, UserRow.id),
            is_later=after is not None,
        )
        return read_page(
            self._session,
            statements,
            lambda row: User(
                id=row[8],
                email=row[0],
                name=row[1],
                workspace_name=row[2],
                role=Role(row[3]),
                is_admin=row[4],
                is_disabled=row[5],
                created_at=row[7],
                seen_at=row[6],
            ),
            {},
            after=after,
            limit=limit,
        )

    def _credentials(self, users: Select[UserRow]) -> Credentials | None:
        row = self._session.scalar(users)
        return None if row is None else Credentials(row.id, row.password_hash, row.is_disabled)
