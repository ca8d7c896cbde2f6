"""The catalogue: find products, add some, change many, throw them away and bring them back."""

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.paging import current_cursor, keyset_page
from ui.components.product_actions import show_product_actions
from ui.components.product_empty import say_similar, show_no_products
from ui.components.product_filter_panel import show_narrowed
from ui.components.product_grid import show_product_grid
from ui.components.product_head import show_product_head
from ui.components.product_table import show_product_table
from ui.components.product_toolbar import product_toolbar
from ui.context import services

actor = require_actor()
show_product_head(actor)

# Read
listing = product_toolbar(actor)
after = current_cursor(key="page", filters=(listing.wanted, listing.sort, listing.view))
page = services().products.search(
    actor, listing.wanted, sort=listing.sort, after=after, limit=listing.page_size
)

# Draw
show_narrowed(actor, listing, page)
if page.is_similar:
    say_similar(listing)
if not page.items:
    show_no_products(actor, listing)
elif listing.view == "Table":
    show_product_table(actor, page.items, listing, key="products", after=after)
else:
    show_product_grid(page.items, key="products")
if page.total > len(page.items):
    show_total(page, "product")
keyset_page(page, key="page")
show_product_actions(actor, page, listing, key="products")
