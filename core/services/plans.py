"""Planning: what a person asks for in the studio, checked, and what it would send and cost."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.generation import GenerationSettings
from core.domain.plans import (
    MAX_PLAN_PICTURES,
    MAX_PLAN_PRODUCTS,
    Plan,
    PlanItem,
    SkippedProduct,
)
from core.domain.products import Product
from core.domain.queueing import ModelLimits
from core.domain.setting_layers import Source
from core.errors import InvalidInputError, NotFoundError
from core.image_models.registry import ImageModels
from core.services.forecasts import Pace, mean_seconds
from core.services.plan_items import (
    Surroundings,
    UnfitSettingsError,
    check_settings,
    for_product,
    plan_item,
)
from core.services.references import shown_pictures
from core.unit_of_work import UnitOfWork

LATEST_RUN = timedelta(days=365)
NO_LIMITS = ModelLimits()

Wanted = Sequence[tuple[int, GenerationSettings]]
"""Products by their ids, each with what is asked for it."""


class Planner:
    """Plans what is made of products, in few statements whatever their number."""

    def __init__(self, models: ImageModels, *, calls_at_once: int) -> None:
        self._models = models
        self._calls_at_once = calls_at_once

    def items(
        self,
        work: UnitOfWork,
        workspace_id: int,
        wanted: Wanted,
        *,
        brand: BrandKit = NO_BRAND,
        sources: Mapping[int, Mapping[str, Source]] | None = None,
    ) -> tuple[tuple[PlanItem, ...], tuple[SkippedProduct, ...]]:
        """Return what would be made of each product, and which are skipped with the reason.

        Raises `InvalidInputError` for settings that fit no product, or not the only one, and
        `NotFoundError` when none of the products is there.
        """
        products = work.products.find_many(workspace_id, [product_id for product_id, _ in wanted])
        if not products:
            raise NotFoundError(f"products {[i for i, _ in wanted]} in workspace {workspace_id}")
        flaws = {settings: self._flaw_in(settings) for _, settings in wanted}
        labels = work.assets.labels(workspace_id, _picture_ids(flaws, products.values()))
        around = Surroundings(labels, brand, sources or {})
        items: list[PlanItem] = []
        skipped: list[SkippedProduct] = []
        unfit: list[UnfitSettingsError] = []
        for product_id, settings in wanted:
            product = products.get(product_id)
            if product is None:
                skipped.append(SkippedProduct(product_id, "Unknown", NotFoundError.user_message))
                continue
            try:
                if (flaw := flaws[settings]) is not None:
                    raise flaw
                own = for_product(settings, product)
                items.append(plan_item(product, own, self._models.get(own.image_model), around))
            except InvalidInputError as error:
                # Of a single product the reason is the answer; among several the others are made.
                if len(wanted) == 1:
                    raise
                skipped.append(SkippedProduct(product.id, product.name, error.user_message))
                if isinstance(error, UnfitSettingsError):
                    unfit.append(error)
        if unfit and len(unfit) == len(wanted):
            raise unfit[0]
        return tuple(items), tuple(skipped)

    def _flaw_in(self, settings: GenerationSettings) -> UnfitSettingsError | None:
        try:
            spec = self._models.get(settings.image_model).spec
        except InvalidInputError as error:
            return UnfitSettingsError(str(error), user_message=error.user_message)
        try:
            check_settings(settings, spec)
        except UnfitSettingsError as error:
            return error
        return None

    def seconds(
        self,
        items: Sequence[PlanItem],
        *,
        waiting: tuple[int, int] = (0, 0),
        limits: ModelLimits = NO_LIMITS,
    ) -> tuple[int, int]:
        """Return how long the items take, low and high, after as many pictures that go first."""
        count = sum(item.count for item in items)
        if not count:
            return 0, 0
        each = mean_seconds(
            [
                (item.count, self._models.get(item.settings.image_model).spec.seconds)
                for item in items
            ]
        )
        low, high = waiting
        return Pace(self._calls_at_once, each, limits).seconds_until(count + low, count + high)


def some_products(product_ids: Sequence[int]) -> list[int]:
    """Return the ids without repeats, or raise when there are none or too many."""
    unique = list(dict.fromkeys(product_ids))
    if not unique:
        raise InvalidInputError(user_message="Choose a product first.")
    if len(unique) > MAX_PLAN_PRODUCTS:
        raise InvalidInputError(
            user_message=f"Please choose at most {MAX_PLAN_PRODUCTS} products at a time."
        )
    return unique


def check_count(items: Sequence[PlanItem]) -> None:
    """Raise `InvalidInputError` when these are more pictures than one plan may hold."""
    count = sum(item.count for item in items)
    if count > MAX_PLAN_PICTURES:
        raise InvalidInputError(
            user_message=f"These are {count:,} pictures, and at most {MAX_PLAN_PICTURES:,} can be "
            "made at a time. Choose fewer products or fewer pictures of each."
        )


def check_run_at(run_at: datetime | None, now: datetime) -> None:
    """Raise `InvalidInputError` unless it is None or lies within the next year."""
    if run_at is None:
        return
    if run_at.tzinfo is None:
        raise InvalidInputError(user_message="Choose a time with its time zone.")
    if run_at < now:
        raise InvalidInputError(
            user_message="This time has passed. Choose a later one, or begin at once."
        )
    if run_at > now + LATEST_RUN:
        raise InvalidInputError(user_message="Choose a time within the next year.")


def request_hash(plan: Plan) -> str:
    """Return a hash of all that the plan asks for, its key left out."""
    asked = {
        "items": [[item.product_id, item.prompt, asdict(item.settings)] for item in plan.items],
        "priority": plan.priority,
        "run_at": None if plan.run_at is None else plan.run_at.timestamp(),
        "made_for": asdict(plan.made_for),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def seeds_of(plan: Plan) -> list[int]:
    """Return a seed for each item: others for each plan, the same for the same plan."""
    names = [f"{plan.idempotency_key} {number}" for number in range(len(plan.items))]
    return [int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) for name in names]


def _picture_ids(wanted: Iterable[GenerationSettings], products: Iterable[Product]) -> list[int]:
    """Return the assets that a plan may show: what its settings name, and all primary photos."""
    shown = {each.asset_id for settings in wanted for each in shown_pictures(settings)}
    primary = {product.photos[0].id for product in products if product.photos}
    return sorted({each for each in shown | primary if each})
