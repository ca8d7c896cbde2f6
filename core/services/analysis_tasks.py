"""The task that looks at pictures: with a vision model, and by measuring on this machine."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from core.domain.accounts import Actor
from core.domain.analyses import AnalysisKind, AnalysisMethod
from core.domain.analysis_schemas import checked_answer
from core.domain.assets import Asset
from core.domain.jobs import CallOutcome, CallState, ProviderCall
from core.domain.products import Product
from core.domain.tasks import TaskStatus
from core.errors import (
    ImageModelError,
    ObjectMissingError,
    RateLimitedError,
)
from core.failpoints import failpoint
from core.image_models.registry import ImageModels
from core.image_models.vision import VisionAnswer, VisionModel, VisionQuestion
from core.repositories.analyses import NewAnalysis
from core.services.analysis_pixels import measured, with_pixels
from core.services.analysis_questions import question
from core.services.budgets import require_room
from core.services.outcomes import outcome_of
from core.services.tasks import TaskRun
from core.storage.base import AssetStorage
from core.unit_of_work import UnitOfWork

ANALYSE = "analyse"

_AT_ONCE = 4
_ROUNDS = 3
_WAITS_S = (3.0, 15.0)
_LONGEST_WAIT_S = 90.0
_SLICE_S = 0.5
_MIME_TYPE = "image/webp"
_GONE = "This picture is not there any more."
_LOST = (
    "The answer was lost when a worker ended; it may have been charged. "
    "Analyse it again if you accept that."
)


@dataclass(frozen=True)
class _Item:
    """A picture to look at, and what of the catalogue goes with it."""

    asset_id: int
    products: tuple[Product, ...]
    picture: bytes
    asked: VisionQuestion | None


@dataclass(frozen=True)
class _Asked:
    """A question that has its line in the ledger, and what became of it."""

    item: _Item
    call: ProviderCall
    answer: VisionAnswer | None = None
    error: ImageModelError | None = None


class AnalysisTask:
    """Looks at pictures, some at a time; each call to a model is written down before it leaves."""

    def __init__(
        self,
        storage: AssetStorage,
        models: ImageModels,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._storage = storage
        self._models = models
        self._pause = pause

    def run(self, task: TaskRun) -> Mapping[str, Any]:
        """Look at the pictures that nobody looked at yet; what cannot be done is in the result."""
        ids: list[int] = list(task.payload["asset_ids"])
        failed = {int(key): str(why) for key, why in task.checkpoint.get("failed", {}).items()}
        over = self._over(task, failed)
        model = self._models.find_vision(str(task.payload.get("vision_model", "")))
        waiting = [each for each in ids if each not in over]
        done = len(ids) - len(waiting)
        for start in range(0, len(waiting), _AT_ONCE):
            task.go_on()
            some = waiting[start : start + _AT_ONCE]
            items = self._items(task, some, failed, is_asked=model is not None)
            done += len(some)
            if model is None:
                self._measure(task, items, failed, done)
            else:
                self._ask_all(task, model, items, failed, done)
        return {"analysed": len(ids) - len(failed), "failed": _by_text(failed)}

    def ended(self, work: UnitOfWork, task: TaskRun, status: TaskStatus) -> None:
        """Note nothing: what was seen stays seen."""

    def _over(self, task: TaskRun, failed: dict[int, str]) -> set[int]:
        """Return the pictures that an earlier attempt saw to.

        What a worker that died had asked is booked; a person decides whether to ask again.
        """
        workspace_id = task.actor.workspace_id
        with task.database.begin() as work:
            calls = work.provider_calls.lost_of_task(workspace_id, task.id, work.now())
            lost = {int((call.request or {}).get("asset_id", 0)) for call in calls}
            failed.update(dict.fromkeys(lost, _LOST))
            seen = work.analyses.assets_of_task(workspace_id, task.id)
            _step(work, task, failed, task.done)
        return {*failed, *seen}

    def _items(
        self, task: TaskRun, asset_ids: Sequence[int], failed: dict[int, str], *, is_asked: bool
    ) -> list[_Item]:
        kind, workspace_id = AnalysisKind(task.payload["kind"]), task.actor.workspace_id
        items: list[_Item] = []
        for asset_id in asset_ids:
            with task.database.read() as work:
                asset = work.assets.find(workspace_id, asset_id)
                found = work.assets.find_file(workspace_id, asset_id)
                known = work.products.find_many(workspace_id, _products_of(task, asset))
                places = work.categories.places(workspace_id) if is_asked else ()
            if asset is None or found is None or asset.trashed_at is not None:
                failed[asset_id] = _GONE
                continue
            try:
                # The largest rendition: upright, without metadata, and no larger than is of use.
                picture = self._storage.get(f"{found[0].rpartition('/')[0]}/w1600.webp")
            except ObjectMissingError:
                failed[asset_id] = "The file of this picture is missing."
                continue
            products = tuple(known.values())
            asked = (
                question(
                    kind,
                    picture,
                    _MIME_TYPE,
                    product=products[0] if products else None,
                    categories=[place.name for place in places],
                )
                if is_asked
                else None
            )
            items.append(_Item(asset_id, products, picture, asked))
        return items

    def _measure(
        self,
        task: TaskRun,
        items: Sequence[_Item],
        failed: dict[int, str],
        done: int,
    ) -> None:
        kind = AnalysisKind(task.payload["kind"])
        seen = {item.asset_id: measured(kind, item.picture) for item in items}
        with task.database.begin() as work:
            for item in items:
                result = seen[item.asset_id]
                if result is None:
                    failed[item.asset_id] = "This picture cannot be read."
                    continue
                self._add(work, task, item, AnalysisMethod.MEASURED, result)
            _step(work, task, failed, done)

    def _ask_all(
        self,
        task: TaskRun,
        model: VisionModel,
        items: Sequence[_Item],
        failed: dict[int, str],
        done: int,
    ) -> None:
        """Ask about these pictures at once; what may pass is asked again, a few times."""
        model.prepare()
        waiting = list(items)
        for round_ in range(_ROUNDS):
            if not waiting:
                break
            calls = self._open(task, model, waiting, failed)
            failpoint("analysis_intent")
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                asked = list(pool.map(lambda each: _answered(model, each), calls))
            failpoint("analysis_answered")
            again = [each for each in asked if _may_pass(each.error, round_)]
            self._close(task, model, asked, failed, again=[each.item.asset_id for each in again])
            for each in asked:
                if each.error is not None and each.error.parks:
                    raise each.error
            waiting = [each.item for each in again]
            if waiting:
                self._wait(task, max(_wait_s(each.error, round_) for each in again))
        with task.database.begin() as work:
            _step(work, task, failed, done)

    def _open(
        self, task: TaskRun, model: VisionModel, items: Sequence[_Item], failed: Mapping[int, str]
    ) -> list[_Asked]:
        """Write down what is about to be asked, if the budget has room for it."""
        estimates = [
            model.row.cost_range(len(item.asked.prompt if item.asked else ""))[1] for item in items
        ]
        with task.database.begin() as work:
            work.budgets.lock(task.actor.workspace_id)
            require_room(work, task.actor, sum(estimates), may_be_fewer=False)
            now = work.now()
            calls = [
                ProviderCall(
                    id=uuid.uuid4().hex,
                    slot_id=None,
                    attempt=0,
                    image_model=model.row.id,
                    state=CallState.INTENT,
                    estimate_micros=estimate,
                    cost_micros=0,
                    failure_code=None,
                    # Each has a moment of its own: by it the ledger is read page by page.
                    started_at=now + timedelta(microseconds=place),
                    request=_described(task, item),
                )
                for place, (item, estimate) in enumerate(zip(items, estimates, strict=True))
            ]
            for item, call in zip(items, calls, strict=True):
                work.provider_calls.open(
                    task.actor.workspace_id,
                    call,
                    task_id=task.id,
                    product_id=item.products[0].id if item.products else None,
                )
            _step(work, task, failed, task.done)
        return [_Asked(item, call) for item, call in zip(items, calls, strict=True)]

    def _close(
        self,
        task: TaskRun,
        model: VisionModel,
        asked: Sequence[_Asked],
        failed: dict[int, str],
        *,
        again: Sequence[int],
    ) -> None:
        kind = AnalysisKind(task.payload["kind"])
        results: dict[int, dict[str, Any]] = {}
        for each in asked:
            if each.answer is not None:
                try:
                    said = checked_answer(kind, each.answer.text)
                except ValueError as error:
                    failed[each.item.asset_id] = f"The model's answer could not be used ({error})."
                else:
                    results[each.item.asset_id] = with_pixels(kind, said, each.item.picture)
            elif each.error is not None and each.item.asset_id not in again:
                failed[each.item.asset_id] = each.error.user_message
        with task.database.begin() as work:
            now = work.now()
            for each in asked:
                outcome = _outcome(each)
                work.provider_calls.close(task.actor.workspace_id, each.call.id, outcome, now)
                if (result := results.get(each.item.asset_id)) is not None:
                    self._add(
                        work,
                        task,
                        each.item,
                        AnalysisMethod.MODEL,
                        result,
                        model=outcome.model_version or model.row.id,
                        call_id=each.call.id,
                    )
            _step(work, task, failed, task.done)

    def _add(
        self,
        work: UnitOfWork,
        task: TaskRun,
        item: _Item,
        method: AnalysisMethod,
        result: Mapping[str, Any],
        *,
        model: str = "",
        call_id: str | None = None,
    ) -> None:
        # It may have been deleted for good while it was looked at.
        if not work.assets.lock(task.actor.workspace_id, [item.asset_id]):
            return
        actor: Actor = task.actor
        # Products may share their primary photo: what is seen in it is true of each.
        ids: list[int | None] = [product.id for product in item.products]
        for product_id in ids or [None]:
            analysis = NewAnalysis(
                asset_id=item.asset_id,
                product_id=product_id,
                kind=AnalysisKind(task.payload["kind"]),
                method=method,
                result=result,
                vision_model=model,
                task_id=task.id,
                call_id=call_id,
            )
            work.analyses.add(
                actor.workspace_id, analysis, created_by=actor.user_id, now=work.now()
            )

    def _wait(self, task: TaskRun, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            task.go_on()
            self._pause(_SLICE_S)


def _step(work: UnitOfWork, task: TaskRun, failed: Mapping[int, str], done: int) -> None:
    checkpoint = {"failed": _by_text(failed)}
    task.step(work, done=done, stage="Looking at pictures", checkpoint=checkpoint)


def _by_text(failed: Mapping[int, str]) -> dict[str, str]:
    """Return it as JSON keeps it: its keys are texts."""
    return {str(key): why for key, why in failed.items()}


def _products_of(task: TaskRun, asset: Asset | None) -> list[int]:
    if asset is None:
        return []
    told: list[int] = list(task.payload.get("products", {}).get(str(asset.id), ()))
    return told or ([] if asset.product_id is None else [asset.product_id])


def _answered(model: VisionModel, asked: _Asked) -> _Asked:
    if asked.item.asked is None:
        return asked
    try:
        return replace(asked, answer=model.ask(asked.item.asked))
    except ImageModelError as error:
        return replace(asked, error=error)


def _may_pass(error: ImageModelError | None, round_: int) -> bool:
    if error is None or round_ + 1 >= _ROUNDS:
        return False
    return isinstance(error, RateLimitedError) or round_ < error.retries


def _wait_s(error: ImageModelError | None, round_: int) -> float:
    told = error.retry_after_s if isinstance(error, RateLimitedError) else 0.0
    return min(_LONGEST_WAIT_S, max(told, _WAITS_S[min(round_, len(_WAITS_S) - 1)]))


def _outcome(asked: _Asked) -> CallOutcome:
    if asked.answer is None:
        return outcome_of(asked.call, asked.error or ImageModelError("nothing was asked"))
    answer = asked.answer
    return CallOutcome(
        state=CallState.OK,
        cost_micros=answer.cost_micros,
        usage=answer.usage,
        model_version=answer.model_version,
        response_id=answer.response_id,
    )


def _described(task: TaskRun, item: _Item) -> dict[str, Any]:
    """Return what the ledger says of a question: all of it but the picture's bytes."""
    return {
        "kind": task.payload["kind"],
        "asset_id": item.asset_id,
        "prompt": item.asked.prompt if item.asked else "",
    }
