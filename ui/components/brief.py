"""The studio's brief: everything a person says about the pictures to make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.accounts import Actor
from core.domain.generation import (
    MAX_PROMPT_CHARS,
    MAX_VARIANTS,
    AspectRatio,
    Backdrop,
    BackdropKind,
    GenerationSettings,
    ImageSize,
)
from core.domain.plans import PRIMARY_PHOTO
from core.domain.products import Product
from core.image_models.base import ImageModelSpec
from ui.components.backdrop_picker import pick_backdrop
from ui.components.thumbs import Thumb, pick_thumb
from ui.navigation import id_in_address

_RATIO_NAMES: Mapping[AspectRatio, str] = {
    "1:1": "square", "4:5": "portrait", "3:4": "portrait", "2:3": "portrait", "9:16": "story",
    "5:4": "landscape", "4:3": "landscape", "3:2": "landscape", "16:9": "wide",
    "21:9": "banner",
}  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """What was asked for; `settings` checks that it fits together.

    `notes` is the place under the prompt for what the image model will make of it.
    """

    photo_id: int
    image_model: str
    backdrop: tuple[BackdropKind, str]
    prompt: str
    aspect_ratio: AspectRatio
    size: ImageSize
    variants: int
    notes: DeltaGenerator

    @property
    def is_complete(self) -> bool:
        """Say whether every choice is made; only a backdrop picture may still be open."""
        return self.backdrop != ("picture", "")

    def settings(self) -> GenerationSettings:
        """Return the settings, or raise `InvalidInputError` if a choice is missing."""
        kind, value = self.backdrop
        return GenerationSettings(
            prompt=self.prompt,
            photo_id=self.photo_id,
            backdrop=Backdrop(kind, value),
            aspect_ratio=self.aspect_ratio,
            size=self.size,
            variants=self.variants,
            image_model=self.image_model,
        )


def show_brief(actor: Actor, product: Product | None, models: Sequence[ImageModelSpec]) -> Brief:
    """Draw the brief for a product that has photos and return what was asked for.

    The photo that the address names is chosen until the person picks another one. Without a
    product it is the brief of several, each shown by its primary photo.
    """
    photo_id = PRIMARY_PHOTO if product is None else _pick_photo(product)
    model = _pick_model(models)
    backdrop = pick_backdrop(actor)
    prompt = st.text_area(
        "Prompt", height=80, max_chars=MAX_PROMPT_CHARS, key="studio.prompt",
        persist_state="session",
        placeholder="For example: soft morning light from the left, calm and airy",
    )  # fmt: skip
    notes = st.container(gap="xsmall")
    ratio, size = _pick_frame(model)
    variants = st.slider(
        "Pictures" if product else "Pictures of each",
        1,
        MAX_VARIANTS,
        4,
        key="studio.variants",
        persist_state="session",
    )
    return Brief(photo_id, model.id, backdrop, prompt, ratio, size, variants, notes)


def _pick_photo(product: Product) -> int:
    known = [photo.id for photo in product.photos]
    named = id_in_address("photo")
    if "photo" in st.query_params and named not in known:
        st.warning("The photo in the address is not one of this product's.")
    first = named if named in known else known[0]
    thumbs = [
        Thumb(str(photo.id), f"Photo {place}", photo.url("w160"))
        for place, photo in enumerate(product.photos, start=1)
    ]
    chosen = pick_thumb(
        "Photo", thumbs, key=f"studio.photo.{product.id}.{first}", chosen=str(first),
        width_px=58, shape="whole",
    )  # fmt: skip
    return int(chosen)


def _pick_model(models: Sequence[ImageModelSpec]) -> ImageModelSpec:
    if len(models) == 1:
        return models[0]
    labels = {model.id: model.label for model in models}
    chosen = st.selectbox(
        "Image model", labels, format_func=lambda name: labels[name], key="studio.model",
        persist_state="session",
    )  # fmt: skip
    return next(model for model in models if model.id == chosen)


def _pick_frame(model: ImageModelSpec) -> tuple[AspectRatio, ImageSize]:
    with st.container(horizontal=True, wrap=False):
        ratio = st.selectbox(
            "Format", model.aspect_ratios, key=f"studio.ratio.{model.id}",
            format_func=lambda ratio: f"{ratio} {_RATIO_NAMES[ratio]}", persist_state="session",
        )  # fmt: skip
        size = st.segmented_control(
            "Size", tuple(model.price_micros), default=next(iter(model.price_micros)),
            required=True, key=f"studio.size.{model.id}", persist_state="session",
        )  # fmt: skip
    return ratio, size
