"""What people call the image models, also those that cannot be used now."""

from functools import cache

from core.image_models.prices import gemini_rows
from ui.context import services


def model_names() -> dict[str, str]:
    """Return the name of each image model that Epox knows by its id."""
    return _listed() | {spec.id: spec.label for spec in services().generation.models()}


@cache
def _listed() -> dict[str, str]:
    # A model without its key is no service's, but the ledger may know it.
    return {row.id: row.label for row in gemini_rows()}
