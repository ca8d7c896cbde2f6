"""Planning: what a person asks for in the studio, checked, and what it would send and cost."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from core.domain.generation import MAX_PROMPT_CHARS, MAX_VARIANTS, ROOMS, GenerationSettings
from core.domain.plans import (
    MAX_PLAN_PICTURES,
    MAX_PLAN_PRODUCTS,
    PRIMARY_PHOTO,
    Plan,
    PlanItem,
    SkippedProduct,
)
from core.domain.products import Product
from core.domain.queueing import ModelLimits
from core.errors import InvalidInputError, NotFoundError
from core.image_models.base import ImageModel, ImageModelSpec
from core.image_models.registry import ImageModels
from core.services.forecasts import Pace, mean_seconds
from core.services.prompts import write_prompt
from core.services.references import planned_references, shown_pictures
from core.services.texts import clean_text
from core.unit_of_work import UnitOfWork

LATEST_RUN = timedelta(days=365)
NO_LIMITS = ModelLimits()
NO_DIMENSIONS = (
    "Without dimensions the size in the picture is a guess. Add them on the product's page."
)

Wanted = Sequence[tuple[int, GenerationSettings]]
"""Products by their ids, each with what is asked for it."""


class Planner:
    """Plans what is made of products, in few statements whatever their number."""

    def __init__(self, models: ImageModels, *, calls_at_once: int) -> None:
        self._models = models
        self._calls_at_once = calls_at_once

    def items(
        self, work: UnitOfWork, workspace_id: int, wanted: Wanted
    ) -> tuple[tuple[PlanItem, ...], tuple[SkippedProduct, ...]]:
        """Return what would be made of each product, and which are skipped with the reason.

        Raises `InvalidInputError` for settings that fit no product, or not the only one, and
        `NotFoundError` when none of the products is there.
        """
        for settings in dict.fromkeys(settings for _, settings in wanted):
            _check_settings(settings, self._models.get(settings.image_model).spec)
        products = work.products.find_many(workspace_id, [product_id for product_id, _ in wanted])
        if not products:
            raise NotFoundError(f"products {[i for i, _ in wanted]} in workspace {workspace_id}")
        ready: list[tuple[Product, GenerationSettings]] = []
        skipped: list[SkippedProduct] = []
        for product_id, settings in wanted:
            product = products.get(product_id)
            if product is None:
                skipped.append(SkippedProduct(product_id, "Unknown", NotFoundError.user_message))
                continue
            try:
                ready.append((product, _for_product(settings, product)))
            except InvalidInputError as error:
                # Of a single product the reason is the answer; among several the others are made.
                if len(wanted) == 1:
                    raise
                skipped.append(SkippedProduct(product.id, product.name, error.user_message))
        pictures = _pictures(work, workspace_id, [settings for _, settings in ready])
        items = [
            _item(product, settings, self._models.get(settings.image_model), pictures)
            for product, settings in ready
        ]
        return tuple(items), tuple(skipped)

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
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def seeds_of(plan: Plan) -> list[int]:
    """Return a seed for each item: others for each plan, the same for the same plan."""
    names = [f"{plan.idempotency_key} {number}" for number in range(len(plan.items))]
    return [int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) for name in names]


def _check_settings(settings: GenerationSettings, spec: ImageModelSpec) -> None:
    """Raise `InvalidInputError` with a sentence for what could be made of no product."""
    if not 1 <= settings.variants <= MAX_VARIANTS:
        raise InvalidInputError(user_message=f"Choose 1 to {MAX_VARIANTS} pictures at a time.")
    if settings.aspect_ratio not in spec.aspect_ratios:
        raise InvalidInputError(
            user_message=f"{spec.label} does not make pictures in {settings.aspect_ratio}."
        )
    if settings.size not in spec.price_micros:
        raise InvalidInputError(user_message=f"{spec.label} does not make pictures in that size.")
    if settings.backdrop.kind == "room" and settings.backdrop.value not in {r.name for r in ROOMS}:
        raise InvalidInputError(user_message="Choose one of the rooms.")
    if len(shown_pictures(settings)) > spec.max_references:
        raise InvalidInputError(
            user_message=f"{spec.label} cannot be shown a backdrop. Choose a plain one."
        )
    clean_text(settings.prompt, "the prompt", max_chars=MAX_PROMPT_CHARS)


def _for_product(settings: GenerationSettings, product: Product) -> GenerationSettings:
    """Return the settings with the product's own photo, or raise why nothing is made of it."""
    if product.trashed_at is not None:
        raise InvalidInputError(user_message="This product is in the trash. Restore it first.")
    if not product.photos:
        raise InvalidInputError(
            user_message="This product has no photo yet. Add one on its page first."
        )
    if settings.photo_id == PRIMARY_PHOTO:
        return replace(settings, photo_id=product.photos[0].id)
    if settings.photo_id not in {photo.id for photo in product.photos}:
        raise InvalidInputError(user_message="Choose one of the product's photos.")
    return settings


def _pictures(
    work: UnitOfWork, workspace_id: int, ready: Sequence[GenerationSettings]
) -> dict[int, tuple[str, str]]:
    """Return label and hash of every picture that will be shown; a backdrop may have gone."""
    ids = {
        shown.asset_id
        for settings in ready
        for shown in shown_pictures(settings)
        if shown.asset_id is not None
    }
    found = work.assets.labels(workspace_id, sorted(ids))
    for settings in ready:
        if settings.backdrop.kind == "picture":
            _, _, is_trashed = found.get(int(settings.backdrop.value), ("", "", True))
            if is_trashed:
                raise InvalidInputError(
                    user_message="This picture is not there any more; choose another."
                )
    return {asset_id: (label, sha256) for asset_id, (label, sha256, _) in found.items()}


def _item(
    product: Product,
    settings: GenerationSettings,
    model: ImageModel,
    pictures: Mapping[int, tuple[str, str]],
) -> PlanItem:
    spec = model.spec
    prompt = write_prompt(product, settings, reads_sentences=spec.reads_sentences)
    references = planned_references(settings, pictures)
    low, high = spec.cost_range(settings.size, len(references), len(prompt))
    notices = [model.prompt_note(settings.prompt)]
    if settings.backdrop.kind in ("room", "picture") and product.dimensions is None:
        notices.append(NO_DIMENSIONS)
    return PlanItem(
        product_id=product.id,
        product_name=product.name,
        settings=settings,
        prompt=prompt,
        references=references,
        count=settings.variants,
        cost_low_micros=settings.variants * low,
        cost_high_micros=settings.variants * high,
        notices=tuple(notice for notice in notices if notice),
    )
