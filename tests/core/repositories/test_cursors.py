"""Cursors of one list in the address of another."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.domain.trash import TrashKind
from core.errors import InvalidInputError


@pytest.mark.parametrize("at", [7, "oak", True])
def test_a_cursor_of_another_list_is_refused(
    services: Services, actor: Actor, at: int | str
) -> None:
    wrong = Cursor(at, 1)

    for read in (
        lambda: services.trash.search(actor, TrashKind.PRODUCTS, after=wrong),
        lambda: services.tasks.search(actor, ["x"], after=wrong),
        lambda: services.collections.search(actor, after=wrong),
        lambda: services.studio_sessions.list(actor, after=wrong),
        lambda: services.assets.search(actor, after=wrong),
    ):
        with pytest.raises(InvalidInputError):
            read()


def test_half_a_character_finds_nothing(services: Services, actor: Actor) -> None:
    assert services.trash.search(actor, TrashKind.COLLECTIONS, "\ud800").items == ()
    assert services.studio_sessions.list(actor, "\ud800").items == ()
