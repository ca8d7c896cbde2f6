"""How each image model may be asked now: limits, pauses, rests and parking."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from core.domain.jobs import CallState
from core.domain.queueing import ModelLimits, ModelState, Parking
from core.repositories.states import SLOT_IS_RUNNING
from core.repositories.upserts import insert_if_missing
from db.generation_tables import (
    GenerationJobRow,
    GenerationSlotRow,
    ImageModelStateRow,
    ProviderCallRow,
)

_MAY_GIVE_A_PICTURE = (CallState.INTENT, CallState.OK, CallState.UNKNOWN)


class ModelStateRepository:
    """How each image model may be asked now; one without a row has never been asked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_all(self) -> dict[str, ModelState]:
        """Return the models that have a state, by their ids."""
        rows = self._session.scalars(select(ImageModelStateRow))
        return {row.image_model: to_state(row) for row in rows}

    def lock(self, image_model: str) -> ModelState:
        """Return the model's state and keep other workers from asking until the end.

        All that is begun with one model goes through here, one after the other.
        """
        locked = (
            select(ImageModelStateRow)
            .where(ImageModelStateRow.image_model == image_model)
            .with_for_update()
        )
        row = self._session.scalar(locked)
        if row is None:
            # Only where none is: what another worker added meanwhile stays as it is.
            self._session.execute(
                insert_if_missing(
                    self._session,
                    ImageModelStateRow,
                    {"image_model": image_model, "failures_in_row": 0},
                )
            )
            row = self._session.scalars(locked).one()
        return to_state(row)

    def set_limits(self, image_model: str, limits: ModelLimits) -> None:
        """Set how often the model may be asked; None is no limit."""
        self._write(
            image_model,
            requests_per_minute=limits.requests_per_minute,
            images_per_minute=limits.images_per_minute,
            calls_at_once=limits.calls_at_once,
        )

    def pause(self, image_model: str, now: datetime) -> None:
        """Ask the model nothing more until somebody resumes it."""
        self._write(image_model, paused_at=now)

    def resume(self, image_model: str) -> None:
        """End its pause, its rest and its parking."""
        self._write(image_model, paused_at=None, **_NEITHER_RESTS_NOR_PARKS)

    def park(
        self, image_model: str, now: datetime, *, until: datetime | None, code: str, reason: str
    ) -> None:
        """Ask the model nothing more until the moment, or until somebody resumes it."""
        self._write(
            image_model,
            parked_at=now,
            parked_until=until,
            parked_code=code,
            parked_reason=reason,
        )

    def rest(self, image_model: str, until: datetime, *, failures_in_row: int = 0) -> None:
        """Let the model rest until the moment, if it does not rest longer already."""
        state = self.lock(image_model)
        if state.resting_until is not None:
            until = max(until, state.resting_until)
        self._write(image_model, resting_until=until, failures_in_row=failures_in_row)

    def count_failure(self, image_model: str, now: datetime) -> int:
        """Note one more failure of theirs; return how many there were in a row.

        Calls that fail together are one failure: while the model rests, none is counted.
        """
        state = self.lock(image_model)
        if state.resting_until is not None and state.resting_until > now:
            return max(1, state.failures_in_row)
        self._write(image_model, failures_in_row=state.failures_in_row + 1)
        return state.failures_in_row + 1

    def answered(self, image_model: str, now: datetime) -> None:
        """Note that the model answers: its failures in a row are over, and parking that was.

        A rest or parking that still lasts stays: the call may have begun before it.
        """
        mine = ImageModelStateRow.image_model == image_model
        failed = update(ImageModelStateRow).where(mine, ImageModelStateRow.failures_in_row > 0)
        self._session.execute(failed.values(failures_in_row=0))
        parked = update(ImageModelStateRow).where(mine, ImageModelStateRow.parked_until <= now)
        self._session.execute(parked.values(_NEITHER_RESTS_NOR_PARKS))

    def unpark(self, code: str) -> None:
        """Let models that were parked for this reason be asked again."""
        self._session.execute(
            update(ImageModelStateRow)
            .where(ImageModelStateRow.parked_code == code)
            .values(_NEITHER_RESTS_NOR_PARKS)
        )

    def pace(
        self, image_model: str, since: datetime
    ) -> tuple[int, int, datetime | None, datetime | None]:
        """Return how many calls began since then, and how many of them may give a picture.

        Then when the oldest of either began.
        """
        gives = ProviderCallRow.state.in_(_MAY_GIVE_A_PICTURE)
        calls, pictures, oldest, oldest_picture = self._session.execute(
            select(
                func.count(),
                func.coalesce(func.sum(case((gives, 1), else_=0)), 0),
                func.min(ProviderCallRow.started_at),
                func.min(case((gives, ProviderCallRow.started_at))),
            ).where(ProviderCallRow.image_model == image_model, ProviderCallRow.started_at > since)
        ).one()
        return calls, int(pictures), oldest, oldest_picture

    def claimed_without_call(self, image_model: str) -> int:
        """Return how many slots are claimed and have not begun their call yet."""
        began = (
            select(ProviderCallRow.id)
            .where(
                ProviderCallRow.slot_id == GenerationSlotRow.id,
                ProviderCallRow.attempt == GenerationSlotRow.attempt,
            )
            .exists()
        )
        waiting = (
            select(func.count())
            .select_from(GenerationSlotRow)
            .join(GenerationJobRow, GenerationJobRow.id == GenerationSlotRow.job_id)
            .where(
                SLOT_IS_RUNNING,
                GenerationJobRow.image_model == image_model,
                ~began,
            )
        )
        return self._session.scalar(waiting) or 0

    def _write(self, image_model: str, **values: Any) -> None:  # noqa: ANN401 - columns
        self.lock(image_model)
        self._session.execute(
            update(ImageModelStateRow)
            .where(ImageModelStateRow.image_model == image_model)
            .values(values)
        )


_NEITHER_RESTS_NOR_PARKS: dict[str, Any] = {
    "resting_until": None,
    "failures_in_row": 0,
    "parked_at": None,
    "parked_until": None,
    "parked_code": None,
    "parked_reason": None,
}


def to_state(row: ImageModelStateRow) -> ModelState:
    """Return a model's state as the rest of Epox sees it."""
    parking = None
    if row.parked_at is not None:
        parking = Parking(
            row.parked_code or "", row.parked_reason or "", row.parked_at, row.parked_until
        )
    return ModelState(
        image_model=row.image_model,
        limits=ModelLimits(row.requests_per_minute, row.images_per_minute, row.calls_at_once),
        paused_at=row.paused_at,
        resting_until=row.resting_until,
        parking=parking,
        failures_in_row=row.failures_in_row,
    )
