"""Each public service method that takes an id, called with the id of another workspace's thing.

What comes back must be what an id that nobody has brings back, and the other workspace must be as
it was. A new method without a probe fails here.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.errors import AccessDeniedError, EpoxError
from tests.core.services.probes import (
    catalogue,
    gallery_analyses,
    gallery_core,
    gallery_edits,
    gallery_exports,
    gallery_image_tools,
    gallery_shares,
    gallery_talk,
    generation,
    studio,
    upkeep,
)
from tests.core.services.probes.world import Ids, Probe, World, seen_by, world_of

TAKES_AN_ID = re.compile(r"(_id|_ids|^plan|^stored|^settings|^wanted)$")
AREAS = (
    catalogue,
    studio,
    generation,
    upkeep,
    gallery_analyses,
    gallery_core,
    gallery_edits,
    gallery_exports,
    gallery_image_tools,
    gallery_talk,
    gallery_shares,
)
PROBES: dict[str, list[Probe]] = {
    name: probes for area in AREAS for name, probes in area.PROBES.items()
}
EVERYBODY_MAY = {name for area in AREAS for name in area.EVERYBODY_MAY}
REVIEWERS_MAY = {"reviews.set_state", "reviews.judge", "reviews.rate", "reviews.pin"}
"""What a reviewer may do besides."""

NOT_FOR_SCREENS = {
    "accounts.actor_for_session": "the id comes from the gate, which took it from the cookie",
    "assets.keep": "the workspace is the caller's own: `add_photos`, `upload`",
    "assets.store": "likewise",
    "assets.stream": "what it reads came from `stored_file`, which asked whose it is",
    "collections.search": "its filter holds states, and no id",
    "usage.export": "its filter holds days, and no id",
    "usage.lines": "likewise",
    "usage.rows": "likewise",
    "usage.total": "likewise",
}
"""Methods that take an id and are not called with one that a person can choose, and why."""


def _methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    for field in fields(Services):
        service = field.type
        if field.name == "parts" or not isinstance(service, type):
            continue
        for name, method in inspect.getmembers(service, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{field.name}.{name}", method


def test_every_method_that_takes_an_id_has_a_probe() -> None:
    wanted = {
        name
        for name, method in _methods()
        if any(TAKES_AN_ID.search(parameter) for parameter in inspect.signature(method).parameters)
    }

    assert len(PROBES) == sum(len(area.PROBES) for area in AREAS)
    assert wanted - PROBES.keys() - NOT_FOR_SCREENS.keys() == set()
    assert (PROBES.keys() | NOT_FOR_SCREENS.keys()) - {name for name, _ in _methods()} == set()
    assert PROBES.keys() >= EVERYBODY_MAY | REVIEWERS_MAY


@pytest.fixture
def world(services: Services, actor: Actor, other_actor: Actor) -> World:
    return world_of(services, actor, other_actor)


def _outcome(probe: Probe, world: World, ids: Ids) -> object:
    try:
        return probe(world, ids)
    except EpoxError as error:
        return type(error), error.user_message


@pytest.mark.slow
def test_anothers_id_is_an_id_that_nobody_has(world: World) -> None:
    before = seen_by(world.app, world.ann, world.anns)

    for name, probes in PROBES.items():
        for number, probe in enumerate(probes):
            told = _outcome(probe, world, world.anns)
            assert told == _outcome(probe, world, Ids()), f"{name} {number}"
            assert seen_by(world.app, world.ann, world.anns) == before, f"{name} {number}"


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_may_only_look_changes_nothing(world: World, role: Role) -> None:
    before = seen_by(world.app, world.ben, world.bens)
    looking = replace(world, ben=replace(world.ben, role=role))

    for name, probes in PROBES.items():
        if name in EVERYBODY_MAY or name.startswith("accounts."):
            continue
        if role is Role.REVIEWER and name in REVIEWERS_MAY:
            continue
        for probe in probes:
            with pytest.raises(AccessDeniedError):
                probe(looking, world.bens)

    assert seen_by(world.app, world.ben, world.bens) == before
