"""The sample catalogue that ships with Epox: eight products with their photos."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from core.domain.generation import Dimensions
from core.domain.products import PhotoUpload, ProductDraft

_FOLDER = Path(__file__).resolve().parent.parent / "samples"


def sample_products() -> Iterator[tuple[ProductDraft, list[PhotoUpload]]]:
    """Yield each sample product with its photos, the primary one first."""
    with (_FOLDER / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = [row["image"], *row["extra_images"].split(";")]
            photos = [PhotoUpload(name, (_FOLDER / name).read_bytes()) for name in names if name]
            yield _draft(row), photos


def _draft(row: dict[str, str]) -> ProductDraft:
    return ProductDraft(
        name=row["name"],
        sku=row["sku"],
        category=row["category"],
        description=row["description"],
        price=Decimal(row["price"]),
        tags=tuple(row["tags"].split(";")),
        dimensions=Dimensions(
            float(row["width_cm"]), float(row["depth_cm"]), float(row["height_cm"])
        ),
    )
