"""Signing people up and in, as the tests need them."""

from dataclasses import replace
from functools import partial

import bcrypt
import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist only in tests


def signed_in(services: Services, name: str, email: str) -> Actor:
    """Return a new person with a workspace of their own and a live session."""
    # The real cost of a hash is a quarter of a second, twice in each test that needs a person.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, rounds=4))
        services.accounts.sign_up(email=email, password=PASSWORD, name=name)
    return sign_in(services, email)


def colleague_of(services: Services, actor: Actor, name: str, email: str) -> Actor:
    """Return a new person who works as an editor in the actor's workspace."""
    person = signed_in(services, name, email)
    return replace(
        person,
        workspace_id=actor.workspace_id,
        workspace_name=actor.workspace_name,
        role=Role.EDITOR,
    )


def sign_in(services: Services, email: str) -> Actor:
    """Return the person in one more session."""
    token = services.accounts.sign_in(email, PASSWORD, browser="Firefox", address="127.0.0.1")
    session_id = services.accounts.session_for_token(token)
    assert session_id is not None
    return services.accounts.actor_for_session(session_id)
