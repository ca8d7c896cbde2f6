"""The words given to an image model: one writer for the preview and for what is sent."""

from core.domain.generation import Backdrop, GenerationSettings, room_label
from core.domain.products import Product

MAX_FACT_CHARS = 300
_KEEP = (
    "The first picture shows this product. Keep its shape, proportions, parts and their number, "
    "materials, colours and texture exactly as they are there; add and remove nothing."
)
_RULES = (
    "Natural light and contact shadow that fit the place. The whole product is visible. "
    "No text, no logo, no watermark, no people."
)


def write_prompt(product: Product, settings: GenerationSettings, *, reads_sentences: bool) -> str:
    """Return the exact prompt for a product and its settings.

    A model that does not read sentences is given the person's own words alone.
    """
    own_words = settings.prompt.strip()
    if not reads_sentences:
        return own_words
    layers = (
        "Create one photorealistic product photograph.",
        f"Product: {_facts(product)}.",
        _KEEP,
        _backdrop(settings.backdrop),
        f"Wishes: {own_words}" if own_words else "",
        _RULES,
    )
    return "\n".join(layer for layer in layers if layer)


def _facts(product: Product) -> str:
    facts = [product.name]
    if product.category:
        facts.append(product.category)
    if product.dimensions:
        size = product.dimensions
        facts.append(
            f"{size.width_cm:g} cm wide, {size.depth_cm:g} cm deep, {size.height_cm:g} cm high"
        )
    if product.description:
        facts.append(" ".join(product.description.split())[:MAX_FACT_CHARS].rstrip("."))
    return "; ".join(facts)


def _backdrop(backdrop: Backdrop) -> str:
    if backdrop.kind == "room":
        return (
            f"Place it in the room of the second picture ({room_label(backdrop.value).lower()}), "
            "true to scale, and leave the room as it is."
        )
    if backdrop.kind == "picture":
        return "Place it in the scene of the second picture, true to scale."
    if backdrop.kind == "plain":
        return f"Backdrop: seamless studio paper in the plain colour {backdrop.value}."
    top, bottom = backdrop.colours
    return f"Backdrop: smooth studio gradient from {top} at the top to {bottom} at the bottom."
