"""Accounts: signing up, signing in, sessions, and what administrators do."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from core.domain.accounts import MAX_PASSWORD_CHARS, Actor, Session, User
from core.domain.paging import Cursor, Page
from core.errors import (
    AccessDeniedError,
    ConflictError,
    DatabaseUnavailableError,
    InvalidInputError,
    NotFoundError,
    SignInRefusedError,
    SignInRequiredError,
)
from core.services.job_control import cancel_job
from core.services.passwords import (
    check_password_rules,
    hash_password,
    nobodys_hash,
    password_fits,
)
from core.services.sign_in_delays import FORGOTTEN_AFTER, SignInDelays
from core.services.texts import clean_line
from core.settings import Settings
from core.unit_of_work import Database, UnitOfWork

SEEN_EVERY = timedelta(minutes=1)


class AccountService:
    """People, their sessions and their workspaces."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._delays = SignInDelays(database)

    def has_users(self) -> bool:
        """Say whether anybody has an account yet."""
        with self._database.read() as work:
            return work.accounts.has_users()

    def sign_up_is_open(self) -> bool:
        """Say whether a stranger may make an account: always the very first one."""
        return self._settings.sign_up == "open" or not self.has_users()

    def sign_up(self, *, email: str, password: str, name: str) -> None:
        """Make an account with a workspace of its own; the first account is an administrator."""
        if not self.sign_up_is_open():
            raise _closed()
        only_first = self._settings.sign_up != "open"
        self._add_user(email, password, name, is_admin=False, only_first=only_first)

    def create_user(self, *, email: str, password: str, name: str, is_admin: bool = False) -> None:
        """Make an account whatever the sign-up policy: for operators."""
        self._add_user(email, password, name, is_admin=is_admin, only_first=False)

    def _add_user(
        self, email: str, password: str, name: str, *, is_admin: bool, only_first: bool
    ) -> None:
        email = _clean_email(email)
        name = clean_line(name, "your name", max_chars=80)
        check_password_rules(password, email=email)
        password_hash = hash_password(password)
        now = datetime.now(UTC)
        try:
            with self._database.begin() as work:
                work.accounts.lock_sign_up()
                is_first = not work.accounts.has_users()
                if only_first and not is_first:
                    raise _closed()  # somebody else was first while we hashed
                user_id = work.accounts.add_user(
                    email=email,
                    name=name,
                    password_hash=password_hash,
                    is_admin=is_admin or is_first,
                    now=now,
                )
                work.accounts.add_workspace(f"{name}'s workspace", user_id, now)
        except ConflictError as error:
            raise ConflictError(
                str(error), user_message="There is already an account with this e-mail."
            ) from error

    def sign_in(self, email: str, password: str, *, browser: str, address: str) -> str:
        """Return a new token for the cookie, or raise `SignInRefusedError`.

        Wrong passwords make the next try wait, for the account and for the address. Unknown
        people cost the same time and get the same sentence.
        """
        email = unicodedata.normalize("NFKC", email).strip().casefold()[:254]
        keys = (f"account:{_sha256(email)[:40]}", f"address:{address[:64]}")
        self._delays.check(keys)
        with self._database.read() as work:
            found = work.accounts.find_credentials(email)
        fits = len(password) <= MAX_PASSWORD_CHARS and password_fits(
            password, found.password_hash if found else nobodys_hash()
        )
        if found is None or not fits or found.is_disabled:
            self._delays.note_failure(keys)
            raise SignInRefusedError("wrong password, unknown or disabled account")
        self._delays.forget(keys)
        return self._open_session(found.user_id, browser=browser, address=address)

    def session_for_token(self, token: str) -> int | None:
        """Return the id of the live session with this token, and note that it was seen."""
        now = datetime.now(UTC)
        with self._database.read() as work:
            found = work.sessions.find_live(
                _sha256(token), now=now, idle_since=self._idle_since(now)
            )
        if found is None:
            return None
        session_id, seen_at = found
        if now - seen_at > SEEN_EVERY:
            # A database that only reads for now still shows what there is.
            with suppress(DatabaseUnavailableError), self._database.begin() as work:
                work.sessions.touch(session_id, now)
        return session_id

    def actor_for_session(self, session_id: int) -> Actor:
        """Return who works in this session, or raise `SignInRequiredError` if it is not live."""
        now = datetime.now(UTC)
        with self._database.read() as work:
            actor = work.sessions.find_actor(session_id, now=now, idle_since=self._idle_since(now))
        if actor is None:
            raise SignInRequiredError(f"session {session_id} is not live")
        return actor

    def actor_for_email(self, email: str) -> Actor:
        """Return a person without a session: for operators, who need no password."""
        with self._database.read() as work:
            actor = work.sessions.find_actor_by_email(_clean_email(email))
        if actor is None:
            raise NotFoundError(
                email, user_message="There is no account with this e-mail that may sign in."
            )
        return actor

    def sign_out(self, actor: Actor) -> None:
        """End the actor's own session, in every tab at once."""
        if actor.session_id is not None:
            with self._database.begin() as work:
                work.sessions.delete(actor.user_id, actor.session_id)

    def rename(self, actor: Actor, name: str) -> None:
        """Give oneself another name."""
        name = clean_line(name, "your name", max_chars=80)
        with self._database.begin() as work:
            work.accounts.rename(actor.user_id, name)
            work.audit_events.add(actor, "rename", "user", actor.user_id)

    def change_password(self, actor: Actor, *, old: str, new: str) -> None:
        """Replace one's password and end every other session."""
        keys = (f"account:{_sha256(actor.email)[:40]}",)
        self._delays.check(keys)
        with self._database.read() as work:
            found = work.accounts.get_credentials(actor.user_id)
        if found is None or not password_fits(old, found.password_hash):
            self._delays.note_failure(keys)
            raise InvalidInputError(user_message="The current password is wrong.")
        check_password_rules(new, email=actor.email)
        password_hash = hash_password(new)
        with self._database.begin() as work:
            work.accounts.set_password(actor.user_id, password_hash)
            work.sessions.delete_all(actor.user_id, but=actor.session_id)
            work.audit_events.add(actor, "change_password", "user", actor.user_id)

    def sessions(self, actor: Actor) -> tuple[Session, ...]:
        """Return where one is signed in, the latest seen first."""
        now = datetime.now(UTC)
        with self._database.read() as work:
            return work.sessions.of_user(actor.user_id, now=now, idle_since=self._idle_since(now))

    def revoke_session(self, actor: Actor, session_id: int) -> None:
        """End one of one's own sessions."""
        with self._database.begin() as work:
            if not work.sessions.delete(actor.user_id, session_id):
                raise NotFoundError(f"session {session_id} of user {actor.user_id}")
            work.audit_events.add(actor, "revoke", "session", session_id)

    def revoke_other_sessions(self, actor: Actor) -> int:
        """End one's sessions in every other browser; return how many."""
        with self._database.begin() as work:
            count = work.sessions.delete_all(actor.user_id, but=actor.session_id)
            work.audit_events.add(actor, "revoke_others", "session", count=count)
        return count

    def users(
        self, actor: Actor, *, text: str = "", after: Cursor | None = None, limit: int = 50
    ) -> Page[User]:
        """Return the people of all workspaces, for administrators."""
        self._only_admins(actor)
        with self._database.read() as work:
            return work.accounts.search(text, after=after, limit=limit)

    def set_disabled(self, actor: Actor, user_id: int, *, is_disabled: bool) -> None:
        """Lock or unlock somebody's account.

        Locking ends their sessions at once, and cancels what no model was asked for yet.
        """
        self._only_admins(actor)
        self._never_oneself(actor, user_id)
        with self._database.begin() as work:
            self._still_admin(work, actor)
            if not work.accounts.set_disabled(user_id, is_disabled=is_disabled):
                raise NotFoundError(f"user {user_id}")
            if is_disabled:
                work.sessions.delete_all(user_id)
                for workspace_id, job_id in work.generation_jobs.active_of(user_id):
                    cancel_job(work, workspace_id, job_id, by=actor.name)
            work.audit_events.add(actor, "disable" if is_disabled else "enable", "user", user_id)

    def set_admin(self, actor: Actor, user_id: int, *, is_admin: bool) -> None:
        """Make somebody an administrator, or no longer."""
        self._only_admins(actor)
        self._never_oneself(actor, user_id)
        with self._database.begin() as work:
            self._still_admin(work, actor)
            if not work.accounts.set_admin(user_id, is_admin=is_admin):
                raise NotFoundError(f"user {user_id}")
            work.audit_events.add(
                actor, "make_admin" if is_admin else "unmake_admin", "user", user_id
            )

    def _open_session(self, user_id: int, *, browser: str, address: str) -> str:
        token = secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        with self._database.begin() as work:
            work.sessions.delete_expired(now)
            work.sessions.forget_failures_before(now - FORGOTTEN_AFTER)
            work.sessions.add(
                user_id,
                token_hash=_sha256(token),
                browser=browser[:200],
                address=address[:64],
                now=now,
                expires_at=now + timedelta(days=self._settings.session_max_days),
            )
        return token

    def _idle_since(self, now: datetime) -> datetime:
        return now - timedelta(hours=self._settings.session_idle_hours)

    @staticmethod
    def _only_admins(actor: Actor) -> None:
        if not actor.is_admin:
            raise AccessDeniedError(f"user {actor.user_id} is no administrator")

    @staticmethod
    def _still_admin(work: UnitOfWork, actor: Actor) -> None:
        # One after the other: two who take the right from each other would leave nobody.
        work.accounts.lock_sign_up()
        if not work.accounts.is_admin(actor.user_id):
            raise AccessDeniedError(f"user {actor.user_id} is no administrator any more")

    @staticmethod
    def _never_oneself(actor: Actor, user_id: int) -> None:
        if user_id == actor.user_id:
            raise InvalidInputError(
                user_message="You cannot do this to your own account; another administrator can."
            )


def _closed() -> AccessDeniedError:
    return AccessDeniedError(
        user_message="Signing up is closed. Ask an administrator for an account."
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _clean_email(email: str) -> str:
    email = unicodedata.normalize("NFKC", email).strip().casefold()
    local, _, domain = email.rpartition("@")
    is_plain = email.isascii() and not any(c.isspace() or not c.isprintable() for c in email)
    parts: Sequence[str] = domain.split(".")
    if not (is_plain and local and len(parts) > 1 and all(parts) and len(email) <= 254):  # noqa: PLR2004 - RFC 5321's limit
        raise InvalidInputError(user_message="Please enter an e-mail address such as ann@shop.com.")
    return email
