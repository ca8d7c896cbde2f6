"""What the pixels say, alone and beside what a model said of them."""

from typing import Any

from core.domain.analyses import AnalysisKind
from core.errors import InvalidRequestError


def measured(kind: AnalysisKind, picture: bytes) -> dict[str, Any] | None:
    """Return what this machine measures in a picture, as JSON; None if it is none."""
    from core.imaging.seen import see  # noqa: PLC0415 - brings OpenCV, which the web does not load

    try:
        seen = see(picture, is_product=kind is AnalysisKind.PRODUCT)
    except InvalidRequestError:
        return None
    return {
        "pixels": [{"hex": each.hex, "share": each.share} for each in seen.colours],
        "has_product": seen.has_product,
        "light": {"direction": seen.light, "warmth": seen.warmth},
        "contrast": round(seen.contrast, 1),
        "background": seen.background,
        "fill_share": None if seen.fill_share is None else round(seen.fill_share, 3),
    }


def with_pixels(kind: AnalysisKind, said: dict[str, Any], picture: bytes) -> dict[str, Any]:
    """Return an answer with what the pixels say of its colours beside each."""
    from core.imaging.seen import SEEN_LAB, PixelColour, nearest  # noqa: PLC0415 - as above

    field = {AnalysisKind.PRODUCT: "colours", AnalysisKind.INSPIRATION: "palette"}.get(kind)
    found = measured(kind, picture) if field else None
    if field is None or found is None:
        return said
    pixels = tuple(PixelColour(each["hex"], each["share"]) for each in found["pixels"])
    checked = []
    for colour in said[field]:
        distance, share = nearest(pixels, colour["hex"])
        checked.append({**colour, "is_seen": distance <= SEEN_LAB, "share": share})
    return {**said, field: checked, "measured": found}
