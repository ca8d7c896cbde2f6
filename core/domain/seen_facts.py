"""What a person took over of a look at a product, for its prompts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class SeenFacts:
    """A product's type, its visible parts with their number, and from where its photo was taken."""

    product_type: str = ""
    parts: tuple[str, ...] = ()
    camera_angle: str = ""

    @classmethod
    def from_answer(cls, result: Mapping[str, Any]) -> Self:
        """Return what an analysis of a product says of it."""
        return cls(
            product_type=str(result.get("product_type", "")),
            parts=tuple(
                f"{part['count']} x {part['name']}"
                for part in result.get("parts", ())
                if part["count"]
            ),
            camera_angle=str(result.get("camera_angle", "")),
        )

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Self:
        """Return what is kept on the product's row; nothing is kept of most."""
        kept = kept or {}
        return cls(
            product_type=str(kept.get("product_type", "")),
            parts=tuple(map(str, kept.get("parts", ()))),
            camera_angle=str(kept.get("camera_angle", "")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as the product's row keeps it."""
        return {
            "product_type": self.product_type,
            "parts": list(self.parts),
            "camera_angle": self.camera_angle,
        }


NOTHING_SEEN = SeenFacts()
