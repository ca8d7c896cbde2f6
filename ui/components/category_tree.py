"""The tree of categories: opened, searched and gone through in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.domain.categories import Category
from ui.components.browser_code import component

_tree = component("category_tree")

TreeAction = Literal["open", "create", "edit", "move", "merge", "delete"]


@dataclass(frozen=True)
class TreeEvent:
    """What a person wants with a category."""

    action: TreeAction
    category_id: int


def show_category_tree(tree: Sequence[Category], *, key: str, may_edit: bool) -> TreeEvent | None:
    """Draw the tree and return what was asked for with one of the categories, once, or None."""
    # A list, because for a mapping Streamlit would import pandas to look for data frames.
    rows = [
        [
            each.id,
            each.name,
            each.depth,
            each.product_count,
            each.total_count,
            each.has_settings,
        ]
        for each in tree
    ]
    event = _tree(key=key, data=[rows, may_edit], on_event_change=_nothing).get("event")
    match event:
        case ["open" | "create" | "edit" | "move" | "merge" | "delete" as action, int(category_id)]:
            return TreeEvent(action, category_id)
        case _:
            return None


def _nothing() -> None:
    """Make Streamlit know the event; the page reacts to the returned value."""
