"""Checking what a person asks for in the studio, and what it would cost."""

import hashlib
import json
import math
from dataclasses import asdict

from core.domain.generation import MAX_PROMPT_CHARS, MAX_VARIANTS, ROOMS, GenerationSettings, Plan
from core.domain.products import Product
from core.errors import InvalidInputError
from core.image_models.base import ImageModel, ImageModelSpec
from core.services.prompts import write_prompt
from core.services.texts import clean_text

NO_DIMENSIONS = (
    "This product has no dimensions, so its size in the picture is a guess. Add them on its page."
)


def check_settings(settings: GenerationSettings, product: Product, spec: ImageModelSpec) -> None:
    """Raise `InvalidInputError` with a sentence for whatever cannot be made."""
    if product.trashed_at is not None:
        raise InvalidInputError(user_message="This product is in the trash. Restore it first.")
    if not product.photos:
        raise InvalidInputError(
            user_message="This product has no photo yet. Add one on its page first."
        )
    if settings.photo_id not in {photo.id for photo in product.photos}:
        raise InvalidInputError(user_message="Choose one of the product's photos.")
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
    clean_text(settings.prompt, "the prompt", max_chars=MAX_PROMPT_CHARS)


def make_plan(
    product: Product,
    settings: GenerationSettings,
    model: ImageModel,
    *,
    threads: int,
    idempotency_key: str,
) -> Plan:
    """Return what these settings would do and cost; they must have been checked."""
    spec = model.spec
    references = 2 if settings.backdrop.kind in ("room", "picture") else 1
    each = spec.price_micros[settings.size] + references * spec.reference_micros
    rounds = math.ceil(settings.variants / threads)
    notices = [model.prompt_note(settings.prompt)]
    if settings.backdrop.kind in ("room", "picture") and product.dimensions is None:
        notices.append(NO_DIMENSIONS)
    return Plan(
        product_id=product.id,
        settings=settings,
        prompt=write_prompt(product, settings, reads_sentences=spec.reads_sentences),
        count=settings.variants,
        cost_micros=settings.variants * each,
        seconds_low=rounds * spec.seconds[0],
        seconds_high=rounds * spec.seconds[1],
        idempotency_key=idempotency_key,
        notices=tuple(notice for notice in notices if notice),
    )


def request_hash(plan: Plan) -> str:
    """Return a hash of all that the plan asks for, its key left out."""
    asked = [plan.product_id, plan.prompt, asdict(plan.settings)]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def seed_of(plan: Plan) -> int:
    """Return the job's seed: another one for each plan, the same for the same plan."""
    return int(hashlib.sha256(plan.idempotency_key.encode()).hexdigest()[:8], 16)
