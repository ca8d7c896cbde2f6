"""The form of a product's facts, for a new product and for one that is changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from core.domain.generation import Dimensions
from core.domain.numbers import read_length_cm, read_price
from core.domain.products import Product, ProductDraft
from core.errors import InvalidInputError

_SIDES = ("Width", "Depth", "Height")


@dataclass(frozen=True)
class ProductEntry:
    """What a person has typed; `draft` turns it into a product's facts."""

    name: str
    sku: str
    category: str
    price: str
    description: str
    tags: tuple[str, ...]
    sides: tuple[str, ...]
    other_categories: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    def draft(self) -> ProductDraft:
        """Return the facts, or raise `InvalidInputError` for what is missing or no number."""
        return ProductDraft(
            name=self.name,
            sku=self.sku,
            category=self.category,
            # Two that are one would be no mistake worth a sentence.
            other_categories=tuple(c for c in self.other_categories if c != self.category),
            description=self.description,
            price=self._price(),
            tags=self.tags,
            materials=self.materials,
            colours=self.colours,
            dimensions=self._dimensions(),
        )

    @property
    def price_as_read(self) -> str:
        """Return a sentence of what the price was read as, where it might have meant another."""
        price = self._price()
        is_plain = price is None or self.price.strip() in (f"{price:.2f}", f"{price:f}")
        return "" if is_plain else f"The price is {price:,.2f}."

    def _price(self) -> Decimal | None:
        text = self.price.strip()
        return read_price(text) if text else None

    def _dimensions(self) -> Dimensions | None:
        given = [
            read_length_cm(side, name.lower())
            for name, side in zip(_SIDES, self.sides, strict=True)
            if side.strip()
        ]
        if not given:
            return None
        if len(given) < len(_SIDES):
            raise InvalidInputError(
                user_message="Give width, depth and height, or leave all three empty."
            )
        return Dimensions(*given)


@dataclass(frozen=True)
class Known:
    """Words that products have already, offered while one types."""

    categories: Sequence[str] = ()
    tags: Sequence[str] = ()


def product_fields(key: str, known: Known, product: Product | None = None) -> ProductEntry:
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
        price = st.text_input(
            "Price", _price_text(product), key=f"{key}.price", max_chars=40, placeholder="1,299.50"
        )
    with st.container(horizontal=True, vertical_alignment="top"):
        category = _category(key, known.categories, product.category if product else "")
        others = _words(
            "Also in", product.other_categories if product else (), known.categories,
            key=f"{key}.other_categories", placeholder="More categories",
        )  # fmt: skip
    description = st.text_area(
        "Description", product.description if product else "", key=f"{key}.description", height=96
    )
    tags = _words(
        "Tags", product.tags if product else (), known.tags, key=f"{key}.tags",
        placeholder="Type a tag and press Enter",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="top"):
        materials = _words(
            "Materials", product.materials if product else (), key=f"{key}.materials",
            placeholder="Oak, linen …",
        )  # fmt: skip
        colours = _words(
            "Colours", product.colours if product else (), key=f"{key}.colours",
            placeholder="Sage green …",
        )  # fmt: skip
    sides = _dimensions(key, product.dimensions if product else None)
    return ProductEntry(
        name, sku, category, price, description, tags, sides, others, materials, colours
    )


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


def _words(
    label: str, current: Sequence[str], known: Iterable[str] = (), *, key: str, placeholder: str
) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label, list(dict.fromkeys((*current, *known))), default=current, key=key,
            accept_new_options=True, placeholder=placeholder,
        )
    )  # fmt: skip


def _price_text(product: Product | None) -> str:
    return "" if product is None or product.price is None else f"{product.price:.2f}"


def _dimensions(key: str, current: Dimensions | None) -> tuple[str, ...]:
    values = (
        (current.width_cm, current.depth_cm, current.height_cm) if current else (None, None, None)
    )
    with st.container(horizontal=True):
        return tuple(
            st.text_input(
                f"{side} (cm)", "" if value is None else _plain(value), max_chars=40,
                key=f"{key}.{side.lower()}",
            )
            for side, value in zip(_SIDES, values, strict=True)
        )  # fmt: skip


def _plain(value: float) -> str:
    """Return the number with all its digits, as it was kept."""
    return f"{Decimal(str(value)):f}".removesuffix(".0")
