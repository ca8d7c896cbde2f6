"""One product: its photos, its facts, where it is collected, and what was made of it."""

from ui.access import require_actor
from ui.components.analysis_panel import show_product_look
from ui.components.beside import main_then_side
from ui.components.default_panels import show_product_defaults
from ui.components.header import page_header
from ui.components.missing import found
from ui.components.photo_manager import show_photos
from ui.components.product_filters import listing_in_address
from ui.components.product_history import show_product_history
from ui.components.product_panels import (
    show_product_buttons,
    show_product_collections,
    show_product_facts,
    show_product_standing,
    show_product_ways,
)
from ui.components.product_pictures import (
    show_job_history,
    show_pictures_head,
    show_product_pictures,
)
from ui.context import services

actor = require_actor()

# Read
product = found(services().products.get, actor, "product", back="pages/products.py")
listing = listing_in_address()

# Draw
with page_header(product.name, product.sku):
    show_product_ways(actor, product, listing)
    show_product_buttons(actor, product)
show_product_standing(actor, product)

main, side = main_then_side()
with main:
    show_photos(actor, product)
with side:
    show_product_facts(actor, product)
    show_product_look(actor, product)
    show_product_collections(actor, product)
    show_product_defaults(actor, product)

show_pictures_head(actor, product.id)
show_product_pictures(
    actor,
    product.id,
    key="product.pictures",
    hint="Pictures of this product appear here.",
)
show_job_history(actor, product.id)
show_product_history(actor, product.id)
