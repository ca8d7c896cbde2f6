"""What is made of one product: settings that fit it and the model, and what that would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.generation import (
    MAX_PROMPT_CHARS,
    MAX_REFERENCES,
    MAX_SENT_CHARS,
    MAX_VARIANTS,
    ROOMS,
    Backdrop,
    GenerationSettings,
    room_label,
)
from core.domain.plans import PRIMARY_PHOTO, PlanItem
from core.domain.products import Product
from core.domain.prompts import without_left_out
from core.domain.setting_layers import Source
from core.domain.setting_options import fitting_room_for
from core.errors import InvalidInputError
from core.image_models.base import ImageModel, ImageModelSpec
from core.services.brand_kits import require_allowed_words
from core.services.prompts import facts_of, write_prompt
from core.services.references import Pictures, planned_references, shown_pictures
from core.services.texts import clean_text

PLAIN = "#f4f1ec"
"""The backdrop of a model that draws no places from words, when no room fits."""
NO_DIMENSIONS = (
    "Without dimensions the size in the picture is a guess. Add them on the product's page."
)
GONE = "A reference picture is not there any more and is left out."
SCENE_IS_HIDDEN = (
    "The scene type has no effect: a room, a colour or a picture was chosen for the backdrop."
)
LOCKED = (
    "The pixels are locked: the image model makes the place, and the product is put into it as its "
    "photo shows it."
)
_NOT_LOCKED = {"camera": "the camera angle", "people": "people"}
_NOT_FOLLOWED = {
    "style": "the style",
    "palette": "the palette",
    "people": "people",
    "props": "props",
    "negative": "what to leave out",
}


class UnfitSettingsError(InvalidInputError):
    """These settings fit no product, or not with this image model."""


@dataclass(frozen=True)
class Surroundings:
    """What else a plan is made from: the pictures that may be shown, the brand, the sources."""

    pictures: Pictures
    brand: BrandKit = NO_BRAND
    sources: Mapping[int, Mapping[str, Source]] = field(default_factory=dict)


def check_settings(settings: GenerationSettings, spec: ImageModelSpec) -> None:
    """Raise `UnfitSettingsError` with a sentence for what could be made of no product."""
    if not 1 <= settings.variants <= MAX_VARIANTS:
        raise UnfitSettingsError(user_message=f"Choose 1 to {MAX_VARIANTS} pictures at a time.")
    if settings.aspect_ratio not in spec.aspect_ratios:
        raise UnfitSettingsError(
            user_message=f"{spec.label} does not make pictures in {settings.aspect_ratio}."
        )
    if settings.size not in spec.price_micros:
        raise UnfitSettingsError(user_message=f"{spec.label} does not make pictures in that size.")
    if settings.backdrop.kind == "room" and settings.backdrop.value not in {r.name for r in ROOMS}:
        raise UnfitSettingsError(user_message="Choose one of the rooms.")
    if len(shown_pictures(replace(settings, references=()))) > spec.max_references:
        raise UnfitSettingsError(
            user_message=f"{spec.label} cannot be shown a backdrop. Choose a plain one."
        )
    if settings.is_pixel_locked and spec.reads_sentences and settings.size == "4K":
        raise UnfitSettingsError(
            user_message="With the pixels locked, pictures are made up to 2K. Choose 1K or 2K."
        )
    for text, what, max_chars in (
        (settings.prompt, "the prompt", MAX_PROMPT_CHARS),
        (settings.negative, "what to leave out", MAX_PROMPT_CHARS),
        (settings.written_prompt, "the prompt that you wrote", MAX_SENT_CHARS),
    ):
        if flaw := _flaw_of(text, what, max_chars):
            raise UnfitSettingsError(user_message=flaw)


@lru_cache(maxsize=64)
def _flaw_of(text: str, what: str, max_chars: int) -> str:
    # Long texts are the same for all products of a plan, and reading one takes a while.
    try:
        clean_text(text, what, max_chars=max_chars)
    except InvalidInputError as error:
        return error.user_message
    return ""


def for_product(settings: GenerationSettings, product: Product) -> GenerationSettings:
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


def plan_item(
    product: Product, settings: GenerationSettings, model: ImageModel, around: Surroundings
) -> PlanItem:
    """Return what is made of the product, or raise a sentence on why it cannot be."""
    spec = model.spec
    settings, notices = _fitted(settings, spec, around.pictures)
    references = planned_references(settings, around.pictures)
    roles = [reference.role for reference in references]

    written = write_prompt(
        product, settings, reads_sentences=spec.reads_sentences, roles=roles, brand=around.brand
    )
    prompt = settings.written_prompt or written.text
    _check_brand(around.brand, prompt, product)
    low, high = spec.cost_range(settings.size, len(references), len(prompt))
    notices.append(model.prompt_note(prompt))
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
        notices=tuple(dict.fromkeys(notice for notice in notices if notice)),
        generated_prompt=written.text,
        template=written.template,
        sources=around.sources.get(product.id, {}),
    )


def _fitted(
    settings: GenerationSettings, spec: ImageModelSpec, pictures: Pictures
) -> tuple[GenerationSettings, list[str]]:
    """Return the settings as the model can be given them, and what has to be said about that."""
    notices: list[str] = []
    if settings.backdrop.kind == "picture" and _is_gone(int(settings.backdrop.value), pictures):
        raise UnfitSettingsError(user_message="This picture is not there any more; choose another.")
    here = tuple(each for each in settings.references if not _is_gone(each.asset_id, pictures))
    if here != settings.references:
        notices.append(GONE)
        settings = replace(settings, references=here)
    if not spec.reads_sentences:
        # It never draws the product anew, locked or not.
        settings = replace(settings, is_pixel_locked=False)
        return _drawn(settings, spec, notices), notices
    if settings.scene_type and settings.backdrop.kind != "described":
        notices.append(SCENE_IS_HIDDEN)
    if settings.is_pixel_locked:
        notices.append(LOCKED)
        ignored = [what for name, what in _NOT_LOCKED.items() if getattr(settings, name)]
        if ignored:
            notices.append(f"With the pixels locked, {_joined(ignored)} cannot be chosen.")
    most = min(spec.max_references, MAX_REFERENCES)
    kept = list(settings.references)
    left_out: list[str] = []
    while kept and len(shown_pictures(replace(settings, references=tuple(kept)))) > most:
        # The strongest levels come first.
        dropped = kept.pop()
        left_out.insert(0, f"“{pictures[dropped.asset_id][0]}” ({dropped.role})")
    if left_out:
        notices.append(
            f"{spec.label} can be shown {most} pictures at most. Left out: {', '.join(left_out)}."
        )
        settings = replace(settings, references=tuple(kept))
    return settings, notices


def _drawn(
    settings: GenerationSettings, spec: ImageModelSpec, notices: list[str]
) -> GenerationSettings:
    """Return the settings of a model that reads no sentences: with a backdrop that it can draw."""
    label = f"The {spec.label[:1].lower()}{spec.label[1:]}"
    if settings.references:
        notices.append(
            f"{label} looks at the photo and the backdrop only: the other pictures are left out."
        )
        settings = replace(settings, references=())
    ignored = [what for name, what in _NOT_FOLLOWED.items() if getattr(settings, name)]
    if ignored:
        notices.append(f"{label} cannot follow {_joined(ignored)}.")
    if settings.backdrop.kind != "described":
        if settings.scene_type:
            notices.append(SCENE_IS_HIDDEN)
        return settings
    words = f"{settings.backdrop.value} {settings.prompt}"
    room = fitting_room_for(settings.scene_type, words)
    if room:
        notices.append(
            f"{label} draws no place from words: it uses the empty room “{room_label(room)}”."
        )
        return replace(settings, backdrop=Backdrop("room", room))
    colour = settings.palette[0] if settings.palette else PLAIN
    notices.append(f"{label} draws no place from words: it uses the plain colour {colour}.")
    return replace(settings, backdrop=Backdrop("plain", colour))


def _check_brand(brand: BrandKit, prompt: str, product: Product) -> None:
    try:
        require_allowed_words(brand, prompt)
    except InvalidInputError as error:
        raise _refusal(brand, prompt, product, error.user_message) from error


def _refusal(brand: BrandKit, prompt: str, product: Product, said: str) -> InvalidInputError:
    """Return why a prompt may not be sent: a word of this product's text, or of the settings."""
    banned = brand.find_banned(without_left_out(prompt))
    facts = facts_of(product)
    told = (facts.name, facts.category, facts.description, *facts.materials, *facts.colours)
    if any(brand.find_banned(text) == banned for text in told):
        return InvalidInputError(
            user_message=f"The brand kit bans “{banned}”, and this product's text holds it. "
            "Change the product's text, or the brand kit."
        )
    return UnfitSettingsError(user_message=said)


def _is_gone(asset_id: int, pictures: Pictures) -> bool:
    return asset_id not in pictures or pictures[asset_id][2]


def _joined(names: list[str]) -> str:
    head, last = names[:-1], names[-1]
    return f"{', '.join(head)} and {last}" if head else last
