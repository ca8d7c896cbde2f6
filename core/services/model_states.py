"""Image models as administrators steer them: how often they are asked, and whether at all."""

from dataclasses import fields

from core.domain.accounts import Actor
from core.domain.queueing import ModelLimits, ModelState
from core.errors import InvalidInputError, NotFoundError
from core.image_models.registry import ImageModels
from core.services.access import must_administer
from core.unit_of_work import Database

MAX_PER_MINUTE = 10_000
MAX_CALLS_AT_ONCE = 64


class ModelStateService:
    """Limits, pauses and the end of parking; each holds for all workers and workspaces."""

    def __init__(self, database: Database, models: ImageModels) -> None:
        self._database = database
        self._models = models

    def states(self, actor: Actor) -> tuple[ModelState, ...]:
        """Return the state of every image model that Epox knows, the default first."""
        must_administer(actor)
        with self._database.read() as work:
            known = work.model_states.find_all()
        return tuple(known.get(name, ModelState(name)) for name in self._models.known_ids)

    def set_limits(self, actor: Actor, image_model: str, limits: ModelLimits) -> None:
        """Set how often a model is asked, from the next picture on; None is no limit of its own.

        Raises `InvalidInputError` with a sentence for a number that cannot be meant.
        """
        must_administer(actor)
        self._must_be_known(image_model)
        _check(limits)
        with self._database.begin() as work:
            work.model_states.set_limits(image_model, limits)
            work.audit_events.add(
                actor,
                "set_limits",
                "image_model",
                image_model=image_model,
                **{field.name: getattr(limits, field.name) for field in fields(limits)},
            )

    def pause(self, actor: Actor, image_model: str) -> None:
        """Ask a model nothing more; what is on its way is finished and kept."""
        must_administer(actor)
        self._must_be_known(image_model)
        with self._database.begin() as work:
            work.model_states.pause(image_model, work.now())
            work.audit_events.add(actor, "pause", "image_model", image_model=image_model)

    def resume(self, actor: Actor, image_model: str) -> None:
        """Ask a model again from now on: ends its pause, its rest and its parking."""
        must_administer(actor)
        self._must_be_known(image_model)
        with self._database.begin() as work:
            work.model_states.resume(image_model)
            work.audit_events.add(actor, "resume", "image_model", image_model=image_model)

    def _must_be_known(self, image_model: str) -> None:
        if image_model not in self._models.known_ids:
            raise NotFoundError(
                f"image model {image_model[:80]!r}",
                user_message="This image model is not known.",
            )


def _check(limits: ModelLimits) -> None:
    for what, value, highest in (
        ("Requests a minute", limits.requests_per_minute, MAX_PER_MINUTE),
        ("Pictures a minute", limits.images_per_minute, MAX_PER_MINUTE),
        ("Calls at once", limits.calls_at_once, MAX_CALLS_AT_ONCE),
    ):
        if value is not None and not 1 <= value <= highest:
            raise InvalidInputError(
                user_message=f"{what} must be a number from 1 to {highest:,}, or empty."
            )
