"""Administrators limit, pause and release image models; nobody else does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.queueing import ModelLimits, ModelState
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from tests.support.audit import actions_on
from tests.support.queueing import park

NAME = "compositor"


def state(services: Services, actor: Actor) -> ModelState:
    return next(s for s in services.model_states.states(actor) if s.image_model == NAME)


class TestStates:
    def test_lists_every_known_model_also_those_that_cannot_be_used(
        self, services: Services, actor: Actor
    ) -> None:
        names = [found.image_model for found in services.model_states.states(actor)]

        assert names == list(services.parts.models.known_ids)
        assert len(names) > len(services.generation.models())

    def test_begins_without_limits_and_free(self, services: Services, actor: Actor) -> None:
        assert state(services, actor) == ModelState(NAME)


class TestSetLimits:
    def test_keeps_them(self, services: Services, actor: Actor) -> None:
        limits = ModelLimits(requests_per_minute=60, images_per_minute=10_000, calls_at_once=64)

        services.model_states.set_limits(actor, NAME, limits)

        assert state(services, actor).limits == limits

    def test_takes_them_away(self, services: Services, actor: Actor) -> None:
        services.model_states.set_limits(actor, NAME, ModelLimits(1, 1, 1))

        services.model_states.set_limits(actor, NAME, ModelLimits())

        assert state(services, actor).limits == ModelLimits()

    @pytest.mark.parametrize(
        ("limits", "sentence"),
        [
            (ModelLimits(requests_per_minute=0), "Requests a minute .* 1 to 10,000"),
            (ModelLimits(requests_per_minute=10_001), "Requests a minute"),
            (ModelLimits(images_per_minute=-1), "Pictures a minute .* 1 to 10,000"),
            (ModelLimits(calls_at_once=65), "Calls at once .* 1 to 64"),
        ],
    )
    def test_refuses_a_number_that_cannot_be_meant(
        self, services: Services, actor: Actor, limits: ModelLimits, sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError, match=sentence):
            services.model_states.set_limits(actor, NAME, limits)

        assert state(services, actor).limits == ModelLimits()

    def test_leaves_a_pause_as_it_is(self, services: Services, actor: Actor) -> None:
        services.model_states.pause(actor, NAME)

        services.model_states.set_limits(actor, NAME, ModelLimits(calls_at_once=2))

        assert state(services, actor).paused_at is not None


class TestPauseAndResume:
    def test_pauses_and_resumes(self, services: Services, actor: Actor) -> None:
        services.model_states.pause(actor, NAME)
        assert state(services, actor).paused_at is not None

        services.model_states.resume(actor, NAME)

        assert state(services, actor).paused_at is None

    def test_ends_parking_and_rest_but_keeps_the_limits(
        self, services: Services, actor: Actor
    ) -> None:
        services.model_states.set_limits(actor, NAME, ModelLimits(calls_at_once=3))
        park(services, NAME, reason="The key was refused.")
        with services.parts.database.begin() as work:
            work.model_states.rest(NAME, datetime.max.replace(tzinfo=UTC))

        services.model_states.resume(actor, NAME)

        assert state(services, actor) == ModelState(NAME, ModelLimits(calls_at_once=3))

    def test_notes_who_did_what(self, services: Services, actor: Actor) -> None:
        services.model_states.pause(actor, NAME)
        services.model_states.resume(actor, NAME)
        services.model_states.set_limits(actor, NAME, ModelLimits(calls_at_once=3))

        assert [
            (action, detail["image_model"])
            for action, detail in actions_on(services, actor, "image_model")
        ] == [("pause", NAME), ("resume", NAME), ("set_limits", NAME)]


CALLS: list[Callable[[Services, Actor, str], object]] = [
    lambda services, actor, name: services.model_states.pause(actor, name),
    lambda services, actor, name: services.model_states.resume(actor, name),
    lambda services, actor, name: services.model_states.set_limits(actor, name, ModelLimits()),
]


@pytest.mark.parametrize("call", CALLS)
class TestRefusals:
    def test_lets_only_administrators(
        self,
        services: Services,
        other_actor: Actor,
        call: Callable[[Services, Actor, str], object],
    ) -> None:
        with pytest.raises(AccessDeniedError):
            call(services, other_actor, NAME)

    def test_knows_only_the_models_that_there_are(
        self, services: Services, actor: Actor, call: Callable[[Services, Actor, str], object]
    ) -> None:
        with pytest.raises(NotFoundError):
            call(services, actor, "gpt-image\0")


def test_shows_the_states_to_administrators_only(services: Services, actor: Actor) -> None:
    with pytest.raises(AccessDeniedError):
        services.model_states.states(replace(actor, is_admin=False))
