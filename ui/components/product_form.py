"""The form of a product's facts, for a new product and for one that is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from core.domain.generation import Dimensions
from core.domain.products import Product, ProductDraft
from core.errors import InvalidInputError

_SIDES = ("Width", "Depth", "Height")


@dataclass(frozen=True)
class ProductEntry:
    """What a person has typed; `draft` turns it into a product's facts."""

    name: str
    sku: str
    category: str
    price: float | None
    description: str
    tags: tuple[str, ...]
    sides: tuple[float | None, ...]

    def draft(self) -> ProductDraft:
        """Return the facts, or raise `InvalidInputError` if a dimension is missing."""
        return ProductDraft(
            name=self.name,
            sku=self.sku,
            category=self.category,
            description=self.description,
            price=None if self.price is None else Decimal(f"{self.price:.2f}"),
            tags=self.tags,
            dimensions=self._dimensions(),
        )

    def _dimensions(self) -> Dimensions | None:
        given = [side for side in self.sides if side is not None]
        if not given:
            return None
        if len(given) < len(_SIDES):
            raise InvalidInputError(
                user_message="Give width, depth and height, or leave all three empty."
            )
        return Dimensions(*given)


def product_fields(
    key: str, categories: Sequence[str], product: Product | None = None
) -> ProductEntry:
    """Draw the fields, filled with the product's facts if given, and return what is typed."""
    name = st.text_input(
        "Name", product.name if product else "", key=f"{key}.name", max_chars=200,
        placeholder="Oak lounge chair",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sku = st.text_input(
            "SKU", product.sku if product else "", key=f"{key}.sku", max_chars=80,
            placeholder="OAK-CHAIR-1",
        )  # fmt: skip
        price = _number("Price", product.price if product else None, key=f"{key}.price")
    category = _category(key, categories, product.category if product else "")
    description = st.text_area(
        "Description", product.description if product else "", key=f"{key}.description", height=96
    )
    tags = st.multiselect(
        "Tags", product.tags if product else (), default=product.tags if product else (),
        key=f"{key}.tags", accept_new_options=True, placeholder="Type a tag and press Enter",
    )  # fmt: skip
    sides = _dimensions(key, product.dimensions if product else None)
    return ProductEntry(name, sku, category, price, description, tuple(tags), sides)


def _category(key: str, categories: Sequence[str], current: str) -> str:
    options = [*categories] if not current or current in categories else [current, *categories]
    chosen = st.selectbox(
        "Category",
        options,
        index=options.index(current) if current else None,
        key=f"{key}.category",
        accept_new_options=True,
        placeholder="Choose one or type a new one",
    )
    return chosen or ""


def _dimensions(key: str, current: Dimensions | None) -> tuple[float | None, ...]:
    values = (
        (current.width_cm, current.depth_cm, current.height_cm) if current else (None, None, None)
    )
    with st.container(horizontal=True):
        return tuple(
            _number(f"{side} (cm)", value, key=f"{key}.{side.lower()}")
            for side, value in zip(_SIDES, values, strict=True)
        )


def _number(label: str, value: Decimal | float | None, *, key: str) -> float | None:
    return st.number_input(
        label,
        min_value=0.0,
        value=None if value is None else float(value),
        step=1.0,
        format="%.2f" if label == "Price" else "%g",
        key=key,
    )
