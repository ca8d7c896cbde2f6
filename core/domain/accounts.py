"""People, their workspaces and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 256


class Role(StrEnum):
    """What a member may do in a workspace; each role may also do what those after it may."""

    OWNER = "owner"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    VIEWER = "viewer"

    @property
    def may_edit(self) -> bool:
        """Say whether the member may change the catalogue and spend money."""
        return self in (Role.OWNER, Role.EDITOR)

    @property
    def may_review(self) -> bool:
        """Say whether the member may judge pictures."""
        return self.may_edit or self is Role.REVIEWER


@dataclass(frozen=True)
class Actor:
    """Who does something, in which workspace: read from the database at each request."""

    user_id: int
    workspace_id: int
    workspace_name: str
    name: str
    email: str
    role: Role
    is_admin: bool
    session_id: int | None = None


@dataclass(frozen=True)
class Session:
    """A browser that is signed in."""

    id: int
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class User:
    """A person as the admin page lists them."""

    id: int
    email: str
    name: str
    workspace_name: str
    role: Role
    is_admin: bool
    is_disabled: bool
    created_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True)
class Credentials:
    """What is checked at sign-in."""

    user_id: int
    password_hash: str
    is_disabled: bool


@dataclass(frozen=True)
class SignInFailures:
    """Wrong passwords of late, and until when the next try has to wait."""

    count: int
    last_at: datetime | None
    blocked_until: datetime | None
