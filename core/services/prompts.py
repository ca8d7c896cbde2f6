"""The words given to an image model: one writer for the preview and for what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.brand_kits import NO_BRAND, BrandKit
from core.domain.generation import GenerationSettings, ReferenceRole
from core.domain.products import Product
from core.domain.prompts import PICTURE, SCENE, Briefing, ProductFacts, write
from core.imaging.words import read_words

OWN_WORDS = "words@1"
"""How the prompt of a model is written that reads only simple words."""


@dataclass(frozen=True)
class WrittenPrompt:
    """A prompt, and the template that wrote it: its name and version."""

    text: str
    template: str


def write_prompt(
    product: Product,
    settings: GenerationSettings,
    *,
    reads_sentences: bool,
    roles: Sequence[ReferenceRole] = (ReferenceRole.PRODUCT,),
    brand: BrandKit = NO_BRAND,
) -> WrittenPrompt:
    """Return the generated prompt for a product and its settings.

    `roles` are those of the pictures that go with it, in their order. A model that does not read
    sentences is given the person's own words, and of the settings those that it understands.
    """
    if not reads_sentences:
        chosen = (settings.camera, settings.lighting, settings.mood)
        understood = (words for words in chosen if read_words(words).words)
        lines = [line for line in (settings.prompt.strip(), *understood) if line]
        return WrittenPrompt("\n".join(lines), OWN_WORDS)
    briefing = Briefing(facts_of(product), settings, tuple(roles), brand)
    template = SCENE if settings.is_pixel_locked else PICTURE
    return WrittenPrompt(write(briefing, template), template)


def facts_of(product: Product) -> ProductFacts:
    """Return what a prompt may quote of a product."""
    return ProductFacts(
        name=product.name,
        category=product.category,
        dimensions=product.dimensions,
        materials=product.materials,
        colours=product.colours,
        description=product.description,
        seen=product.seen,
    )
