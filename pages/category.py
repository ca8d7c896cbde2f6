"""One category: its products, its facts, what is inside it, its history."""

from ui.access import require_actor
from ui.components.beside import main_then_side
from ui.components.category_panels import (
    show_categories_inside,
    show_category_buttons,
    show_category_facts,
    show_category_history,
    show_category_products,
    show_way_up,
)
from ui.components.counted import counted
from ui.components.default_panels import show_category_defaults
from ui.components.header import page_header, show_way_back
from ui.components.missing import found
from ui.context import services

actor = require_actor()

# Read
detail = found(services().categories.get, actor, "category", back="pages/categories.py")
category = detail.category

# Draw
with page_header(category.name, counted(category.total_count, "product")):
    show_way_back("Categories", "pages/categories.py")
    show_category_buttons(actor, category)
show_way_up(detail)

main, side = main_then_side()
with main:
    show_category_products(actor, category)
with side:
    show_category_facts(detail)
    show_categories_inside(actor, detail)
    show_category_defaults(actor, detail)
    show_category_history(actor, category.id)
