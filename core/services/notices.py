"""Standing notices: what keeps pictures from being made, until it is over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from core.domain.accounts import Actor, Role
from core.domain.budgets import Budget
from core.domain.queueing import ModelState, StandingNotice
from core.image_models.prices import gemini_rows
from core.image_models.registry import ImageModels
from core.services.budgets import dollars
from core.unit_of_work import Database

_MINUTE_S = 60
_HOUR_S = 3600
_ADMINISTRATORS = "An administrator has to "
_LOOK = "look at it."


class NoticeService:
    """Says what stands on top of every page."""

    def __init__(self, database: Database, models: ImageModels) -> None:
        self._database = database
        self._models = models

    def standing(self, actor: Actor) -> tuple[StandingNotice, ...]:
        """Return what keeps the actor's workspace from getting pictures now, the worst first.

        An `error` is an image model that is stopped for all, a `warning` a budget that is used up,
        an `info` a model that an administrator paused, or a workspace that somebody paused. It
        takes one statement, and one or two more with a monthly limit or a model that is held up.
        """
        with self._database.read() as work:
            found = work.queue_state.standing(actor.workspace_id)
            notices: list[StandingNotice] = []
            if found.models:
                notices += self._stopped(found.models, work.now(), is_admin=actor.is_admin)
            if found.has_limit:
                budget = work.budgets.get(actor.workspace_id, work.now())
                if budget.level == "used_up":
                    text = _used_up(budget, actor.role)
                    notices.append(StandingNotice("warning", "budget", text))
        notices += self._paused(found.models)
        if found.paused_at is not None:
            text = "Making pictures is paused for this workspace. No new pictures are started."
            notices.append(StandingNotice("info", "paused_workspace", text))
        return tuple(notices)

    def _stopped(
        self, models: Iterable[ModelState], now: datetime, *, is_admin: bool
    ) -> Iterable[StandingNotice]:
        """Yield a notice for each reason: one wrong key stops several models."""
        labels = self._labels()
        by_reason: dict[tuple[str, datetime | None], list[str]] = {}
        for model in models:
            parking, name = model.parking, model.image_model
            if parking is None or (parking.until is not None and parking.until <= now):
                continue
            if name in self._models.known_ids:
                same = (parking.reason, parking.until)
                by_reason.setdefault(same, []).append(labels.get(name, name))
        for (reason, until), names in by_reason.items():
            verb = "is" if len(names) == 1 else "are"
            shown = for_administrators(reason) if is_admin else reason
            sentences = [f"{_listed(names)} {verb} stopped.", shown]
            if until is not None:
                sentences.append(
                    f"Epox asks again in about {_span((until - now).total_seconds())}."
                )
            yield StandingNotice("error", "stopped_model", " ".join(filter(None, sentences)))

    def _paused(self, models: Sequence[ModelState]) -> Iterable[StandingNotice]:
        """Yield a notice of the models that could be used, were they not paused."""
        paused = {model.image_model for model in models if model.paused_at is not None}
        names = [spec.label for spec in self._models.specs if spec.id in paused]
        if names:
            verb = "is" if len(names) == 1 else "are"
            text = f"{_listed(names)} {verb} paused by an administrator."
            yield StandingNotice("info", "paused_model", text)

    def _labels(self) -> Mapping[str, str]:
        # A model that cannot be used, such as one without a key, has no spec.
        return {row.id: row.label for row in gemini_rows()} | {
            spec.id: spec.label for spec in self._models.specs
        }


def for_administrators(reason: str) -> str:
    """Return why a model is stopped as whoever can act reads it: what to do, not who."""
    said, is_theirs, todo = reason.partition(_ADMINISTRATORS)
    if not is_theirs:
        return reason
    if todo == _LOOK:
        return said.rstrip()
    if "GEMINI_API_KEY" in todo:
        todo = f"{todo.removesuffix('.')} and restart, or press Try again."
    return f"{said}{todo[:1].upper()}{todo[1:]}"


def _used_up(budget: Budget, role: Role) -> str:
    reserved = f" and {dollars(budget.reserved_micros)} reserved" if budget.reserved_micros else ""
    way_out = "Raise it" if role is Role.OWNER else "An owner has to raise it"
    return (
        f"The budget of this month is used up: of {dollars(budget.limit_micros or 0)}, "
        f"{dollars(budget.spent_micros)} is spent{reserved}. {way_out} to make more pictures."
    )


def _listed(names: list[str]) -> str:
    head, last = names[:-1], names[-1]
    return f"{', '.join(head)} and {last}" if head else last


def _span(seconds: float) -> str:
    if seconds < _HOUR_S:
        return f"{max(1, round(seconds / _MINUTE_S))} min"
    return f"{round(seconds / _HOUR_S)} h"
