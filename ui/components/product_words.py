"""A product's facts as people read them."""

from core.domain.generation import Dimensions
from core.domain.products import Product, ProductSource

SOURCES = {
    ProductSource.ENTERED: "Entered by hand",
    ProductSource.IMPORTED: "Imported",
    ProductSource.SAMPLE: "Sample catalogue",
}


def product_facts(product: Product) -> dict[str, str]:
    """Return what a person entered of a product, by the names of the facts; "" for nothing."""
    return {
        "Name": product.name,
        "SKU": product.sku,
        "Category": product.category,
        "Also in": ", ".join(product.other_categories),
        "Price": "" if product.price is None else f"{product.price:,.2f}",
        "Size": size_words(product.dimensions),
        "Materials": ", ".join(product.materials),
        "Colours": ", ".join(product.colours),
        "Tags": ", ".join(product.tags),
        "Description": product.description,
    }


def size_words(size: Dimensions | None) -> str:
    """Return width, depth and height in words, or "" where they are not known."""
    if size is None:
        return ""
    return f"{size.width_cm:g} cm wide, {size.depth_cm:g} cm deep, {size.height_cm:g} cm high"
