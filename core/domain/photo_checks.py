"""Photo checks: what was measured in a photo, and whether good pictures can be made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

CHECK_VERSION = 1
"""Rises when the rules change: photos checked by older ones are checked anew."""

SAME_PHOTO_BITS = 6
"""Perceptual hashes that differ in at most so many of 64 bits are of the same photo.

Measured on product photos: compressed or resized again at most 3, other products at least 16.
"""


class Verdict(StrEnum):
    """What a photo is good for."""

    GOOD = "good"
    USABLE = "usable"
    POOR = "poor"

    @property
    def rank(self) -> int:
        """Return 0 for the best; a photo is as good as its worst finding."""
        return list(Verdict).index(self)


class FindingCode(StrEnum):
    """What can be wrong with a photo."""

    TOO_SMALL = "too_small"
    SMALL = "small"
    BLURRED = "blurred"
    SOFT = "soft"
    TOO_BRIGHT = "too_bright"
    TOO_DARK = "too_dark"
    CUT_OFF = "cut_off"
    NO_PRODUCT = "no_product"
    BUSY = "busy"
    HARD_TO_SEPARATE = "hard_to_separate"
    FAR_AWAY = "far_away"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class PhotoFinding:
    """One thing that is wrong: what was measured, and how a better photo is taken.

    `twin_id` is the photo that shows the same, where that is what is wrong.
    """

    code: FindingCode
    verdict: Verdict
    reason: str
    hint: str
    twin_id: int | None = None


@dataclass(frozen=True)
class PhotoTwin:
    """A photo that shows the same as another one, and the product it belongs to."""

    photo_id: int
    product_name: str


@dataclass(frozen=True)
class PhotoMeasures:
    """What was measured in a photo; shares go from 0 to 1.

    `sharpness` is the re-blur ratio along the product's outline (about 9 to 16 for a sharp photo),
    `contrast` the distance in Lab between the two sides of the outline, `unevenness` the deviation
    of the backdrop's lightness. Without a product they and the shares of it are None.
    """

    width_px: int
    height_px: int
    phash: int
    lightness: float
    sharpness: float | None = None
    contrast: float | None = None
    unevenness: float | None = None
    white_share: float | None = None
    fill_share: float | None = None
    bright_share: float | None = None
    dark_share: float | None = None
    touches: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the measures for people and for later rules, rounded."""
        shown = {
            "sharpness": self.sharpness,
            "contrast": self.contrast,
            "unevenness": self.unevenness,
            "white_share": self.white_share,
            "fill_share": self.fill_share,
            "bright_share": self.bright_share,
            "dark_share": self.dark_share,
            "lightness": self.lightness,
        }
        rounded = {
            name: None if value is None else round(value, 3) for name, value in shown.items()
        }
        return {
            **rounded,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "touches": list(self.touches),
        }


@dataclass(frozen=True)
class PhotoCheck:
    """The verdict on a photo; one that a person overrode counts as usable."""

    asset_id: int
    verdict: Verdict
    findings: tuple[PhotoFinding, ...]
    measures: Mapping[str, Any]
    checked_at: datetime
    overridden_by: str | None = None
    overridden_at: datetime | None = None
    override_reason: str = ""

    @property
    def counts_as(self) -> Verdict:
        """Return the verdict that the studio goes by."""
        if self.overridden_at is not None and self.verdict is Verdict.POOR:
            return Verdict.USABLE
        return self.verdict


def judge(
    measures: PhotoMeasures, *, twin: PhotoTwin | None = None
) -> tuple[Verdict, tuple[PhotoFinding, ...]]:
    """Return the verdict and what speaks for it, the worst first.

    `twin` is a photo that shows the same, if there is one. The limits are measured on
    product photos, sharp and spoiled on purpose; sizes are those from which marketplaces zoom.
    """
    found = [finding for rule in _RULES if (finding := rule(measures)) is not None]
    if twin is not None:
        found.append(
            PhotoFinding(
                FindingCode.DUPLICATE,
                Verdict.USABLE,
                f"This looks the same as a photo of {twin.product_name}.",
                "Keep one of them; another angle says more.",
                twin.photo_id,
            )
        )
    found.sort(key=lambda finding: -finding.verdict.rank)
    verdict = found[0].verdict if found else Verdict.GOOD
    return verdict, tuple(found)


def bits_apart(one: int, other: int) -> int:
    """Return in how many bits two perceptual hashes differ."""
    return (one ^ other).bit_count()


def _size(measures: PhotoMeasures) -> PhotoFinding | None:
    longest = max(measures.width_px, measures.height_px)
    size = f"{measures.width_px} x {measures.height_px} px"
    hint = "Use the original file of the camera, not a preview or a screenshot."
    if longest < 600:  # noqa: PLR2004
        reason = f"Only {size}: details of the product are lost."
        return PhotoFinding(FindingCode.TOO_SMALL, Verdict.POOR, reason, hint)
    if longest < 1000:  # noqa: PLR2004
        reason = f"{size}: enough for small pictures only."
        return PhotoFinding(FindingCode.SMALL, Verdict.USABLE, reason, hint)
    return None


def _sharpness(measures: PhotoMeasures) -> PhotoFinding | None:
    hint = "Focus on the product, use a tripod or more light, and do not enlarge the file."
    if measures.sharpness is None or measures.sharpness >= 8:  # noqa: PLR2004
        return None
    if measures.sharpness < 4.5:  # noqa: PLR2004
        reason = "The photo is blurred, or was enlarged."
        return PhotoFinding(FindingCode.BLURRED, Verdict.POOR, reason, hint)
    reason = "The outline of the product is soft."
    return PhotoFinding(FindingCode.SOFT, Verdict.USABLE, reason, hint)


def _exposure(measures: PhotoMeasures) -> PhotoFinding | None:
    bright, dark = measures.bright_share or 0.0, measures.dark_share or 0.0
    if bright > 0.12:  # noqa: PLR2004
        reason = f"Overexposed: {bright:.0%} of the product is burnt out."
        hint = "Expose less, or soften the light; burnt-out parts hold no material."
        return PhotoFinding(FindingCode.TOO_BRIGHT, _above(bright, 0.35), reason, hint)
    if dark > 0.25:  # noqa: PLR2004
        reason = f"Underexposed: {dark:.0%} of the product is plain black."
        hint = "Add light from the front or expose longer."
        return PhotoFinding(FindingCode.TOO_DARK, _above(dark, 0.5), reason, hint)
    if measures.lightness < 18:  # noqa: PLR2004
        reason = "The whole photo is very dark."
        hint = "Add light, or expose longer."
        return PhotoFinding(FindingCode.TOO_DARK, Verdict.POOR, reason, hint)
    return None


def _product(measures: PhotoMeasures) -> PhotoFinding | None:
    if measures.fill_share is None:
        reason = "No product stands out from what is around it."
        hint = "Photograph one product before a plain backdrop."
        return PhotoFinding(FindingCode.NO_PRODUCT, Verdict.POOR, reason, hint)
    cut = [side for side in measures.touches if side != "top"]
    if cut:
        reason = f"The product is cut off at the {_listed(cut)}."
        hint = "Step back, so that some backdrop is left on each side."
        return PhotoFinding(FindingCode.CUT_OFF, Verdict.POOR, reason, hint)
    if measures.fill_share < 0.35:  # noqa: PLR2004
        reason = f"The product fills only {measures.fill_share:.0%} of the photo's side."
        hint = "Go closer; the product should fill about 85 %."
        return PhotoFinding(FindingCode.FAR_AWAY, Verdict.USABLE, reason, hint)
    return None


def _hanging(measures: PhotoMeasures) -> PhotoFinding | None:
    if measures.touches != ("top",) or measures.fill_share is None:
        return None
    reason = "The product touches the top of the photo."
    hint = "This is right for a lamp on its cable; for anything else step back."
    return PhotoFinding(FindingCode.CUT_OFF, Verdict.USABLE, reason, hint)


def _backdrop(measures: PhotoMeasures) -> PhotoFinding | None:
    if measures.unevenness is not None and measures.unevenness > 14:  # noqa: PLR2004
        reason = "The backdrop is busy."
        hint = "A plain wall, sheet or studio paper gives a cleaner cut-out."
        return PhotoFinding(FindingCode.BUSY, Verdict.USABLE, reason, hint)
    return None


def _separation(measures: PhotoMeasures) -> PhotoFinding | None:
    if measures.contrast is not None and measures.contrast < 8:  # noqa: PLR2004
        reason = "The product hardly differs from its backdrop."
        hint = "Use a backdrop of another brightness, or light its edge."
        return PhotoFinding(FindingCode.HARD_TO_SEPARATE, Verdict.USABLE, reason, hint)
    return None


_RULES = (_product, _size, _sharpness, _exposure, _hanging, _backdrop, _separation)


def _above(share: float, limit: float) -> Verdict:
    return Verdict.POOR if share > limit else Verdict.USABLE


def _listed(sides: list[str]) -> str:
    return sides[0] if len(sides) == 1 else f"{', '.join(sides[:-1])} and {sides[-1]}"
