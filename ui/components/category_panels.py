"""The parts of a category's page."""

from collections.abc import Mapping

import streamlit as st

from core.domain.accounts import Actor
from core.domain.categories import Category, CategoryDetail
from core.domain.history import AuditEvent
from core.domain.products import ProductFilter
from ui.components.category_dialogs import (
    create_category,
    delete_category,
    edit_category,
    merge_category,
    move_category,
    open_category,
)
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.facts import show_facts
from ui.components.grid import show_grid
from ui.components.product_dialogs import open_product
from ui.components.product_grid import product_card
from ui.components.table import Cell, Column, TableRow, show_table
from ui.context import services
from ui.format import escape_markdown, when

_SHOWN = 12
_ACTIONS: Mapping[str, str] = {
    "create": "Created", "update": "Changed", "move": "Moved", "take_in": "Took another one in",
    "set_defaults": "Default settings changed", "restore": "Brought back",
}  # fmt: skip


def show_category_buttons(actor: Actor, category: Category) -> None:
    """Draw what can be done with the whole category."""
    if not actor.role.may_edit:
        return
    if st.button("Rename", icon=":material/edit:", type="tertiary", key="category.edit"):
        edit_category(category)
    if st.button("Move", icon=":material/drive_file_move:", type="tertiary", key="category.move"):
        move_category(category)
    if st.button("Merge", icon=":material/merge:", type="tertiary", key="category.merge"):
        merge_category(category)
    if st.button("Delete", icon=":material/delete:", type="tertiary", key="category.delete"):
        delete_category(category)


def show_way_up(detail: CategoryDetail) -> None:
    """Draw the ways to the categories above this one, the topmost first."""
    if not detail.ancestors:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for category_id, name in detail.ancestors:
            if st.button(
                f"{escape_markdown(name)} /", type="tertiary", key=f"category.up.{category_id}"
            ):
                open_category(category_id)


def show_category_products(actor: Actor, category: Category) -> None:
    """Draw the first products of the category and of all inside it, and the way to all of them."""
    wanted = ProductFilter(category_id=category.id)
    page = services().products.search(actor, wanted, limit=_SHOWN)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Products", anchor=False, width="content")
        st.space("stretch")
        if page.items:
            st.page_link(
                "pages/products.py", label=f"Show all {category.total_count:,} in the catalogue",
                icon=":material/arrow_forward:", query_params=wanted.to_query(),
            )  # fmt: skip
    if not page.items:
        empty_state(
            "inventory_2",
            "No products in it yet",
            "Choose this category on a product's page, or for many products in the catalogue.",
        )
        return
    event = show_grid([product_card(product) for product in page.items], key="category.products")
    if event is not None:
        open_product(int(event.id))


def show_category_facts(detail: CategoryDetail) -> None:
    """Draw where the category stands, what is in it, and since when."""
    category = detail.category
    with st.container(border=True):
        st.subheader("Facts", anchor=False)
        show_facts((
            ("Inside", " / ".join(category.path) or "Top of the tree"),
            ("Directly in it", counted(category.product_count, "product")),
            ("In total", counted(category.total_count, "product")),
            ("Description", category.description),
            ("Created", when(detail.created_at)),
            ("Changed", when(detail.updated_at)),
        ))  # fmt: skip


def show_categories_inside(actor: Actor, detail: CategoryDetail) -> None:
    """Draw the categories inside this one, with a way to add another."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Categories inside", anchor=False, width="content")
            st.space("stretch")
            if actor.role.may_edit and st.button(
                "Add", icon=":material/add:", type="tertiary", key="category.add"
            ):
                create_category(detail.category.id)
        if not detail.children:
            st.caption("None yet.")
            return
        rows = [
            TableRow(
                str(child.id),
                (Cell(child.name), Cell(f"{child.total_count:,}")),
                href=f"/category?id={child.id}",
            )
            for child in detail.children
        ]
        columns = (Column("Category"), Column("Products", is_number=True))
        opened = show_table(columns, rows, key="category.inside", label="Categories inside")
        if opened is not None:
            open_category(int(opened))


def show_category_history(actor: Actor, category_id: int) -> None:
    """Draw the latest changes, once the person asks for them."""
    history = st.expander(
        "History", icon=":material/history:", on_change="rerun", key="category.history"
    )
    if not history.open:
        return
    with history:
        page = services().categories.history(actor, category_id)
        if not page.items:
            st.caption("Nothing is noted of this category yet.")
        for event in page.items:
            _show_event(event)


def _show_event(event: AuditEvent) -> None:
    with st.container(gap=None):
        said = _ACTIONS.get(event.action, event.action.replace("_", " ").capitalize())
        by = f"by {escape_markdown(event.who)} · " if event.who else ""
        st.markdown(f"**{escape_markdown(said)}** :gray[{by}{when(event.at)}]")
        for line in _lines(event):
            st.text(line)


def _lines(event: AuditEvent) -> list[str]:
    if event.action == "take_in":
        count = event.detail.get("products")
        products = counted(count, "product") if isinstance(count, int) else "products"
        return [f"{event.detail.get('name', '')}, with {products}"]
    empty = "top of the tree" if event.action == "move" else "nothing"
    return [
        f"{name.capitalize()}: {before or empty} \u2192 {after or empty}"
        for name, (before, after) in event.changes.items()
    ]
