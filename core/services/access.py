"""Who may do what: asked by every service, whatever the screen allowed."""

from collections.abc import Sequence

from core.domain.accounts import Actor
from core.errors import AccessDeniedError, InvalidInputError

MAX_IDS = 500


def must_edit(actor: Actor) -> None:
    """Raise `AccessDeniedError` unless the actor may change the catalogue and spend money."""
    if not actor.role.may_edit:
        raise AccessDeniedError(
            f"user {actor.user_id} is {actor.role}",
            user_message="Your role in this workspace may look, but not change anything.",
        )


def must_review(actor: Actor) -> None:
    """Raise `AccessDeniedError` unless the actor may judge pictures."""
    if not actor.role.may_review:
        raise AccessDeniedError(
            f"user {actor.user_id} is {actor.role}",
            user_message="Your role in this workspace may look, but not judge pictures.",
        )


def must_administer(actor: Actor) -> None:
    """Raise `AccessDeniedError` unless the actor is an administrator of this server."""
    if not actor.is_admin:
        raise AccessDeniedError(
            f"user {actor.user_id} is no administrator",
            user_message="Only administrators can do this.",
        )


def some_ids(ids: Sequence[int]) -> list[int]:
    """Return the ids without repeats, or raise when there are more than one call may take."""
    unique = list(dict.fromkeys(ids))
    if len(unique) > MAX_IDS:
        raise InvalidInputError(user_message=f"Please choose at most {MAX_IDS} at a time.")
    return unique
