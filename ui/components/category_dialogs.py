"""Dialogs that make, change and end categories."""

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from core.domain.categories import MAX_NAME_CHARS, Category, subtree_of
from ui.access import require_actor
from ui.components.category_tree import TreeEvent
from ui.components.category_words import delete_sentences, merge_sentences
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_TOP = 0
"""Stands for the top of the tree in lists of categories to choose from."""


def act_on(event: TreeEvent, tree: Sequence[Category]) -> None:
    """Do what a person wants with a category of the tree: open it, or ask on in a dialog."""
    category = next((each for each in tree if each.id == event.category_id), None)
    if category is None:
        return
    if event.action == "open":
        open_category(category.id)
    elif event.action == "create":
        create_category(category.id)
    elif event.action == "edit":
        edit_category(category)
    elif event.action == "move":
        move_category(category)
    elif event.action == "merge":
        merge_category(category)
    else:
        delete_category(category)


def open_category(category_id: int) -> NoReturn:
    """Go to a category's page."""
    st.switch_page("pages/category.py", query_params={"id": str(category_id)})


@st.dialog("New category", icon=":material/add:")
def create_category(parent_id: int | None = None) -> None:
    """Ask for a name and a place; the category stands there afterwards."""
    show_create_category(parent_id)


def show_create_category(parent_id: int | None = None) -> None:
    """Draw the form of a new category."""
    actor = require_actor()
    tree = services().categories.tree(actor, is_counted=False)
    with expected_errors(), st.form("category.create", border=False):
        name = st.text_input("Name", key="category.create.name", max_chars=MAX_NAME_CHARS)
        place = _choose_parent(tree, parent_id, key="category.create.parent")
        description = st.text_area("Description", key="category.create.description", height=80)
        is_sent = st.form_submit_button(
            "Create category", type="primary", width="stretch", key="category.create.send"
        )
    with expected_errors():
        if is_sent:
            made = services().categories.create(actor, name, place, description)
            announce(f"{escape_markdown(made.name)} is there now.")
            st.rerun()


@st.dialog("Rename category", icon=":material/edit:")
def edit_category(category: Category) -> None:
    """Change the name and the description."""
    show_edit_category(category)


def show_edit_category(category: Category) -> None:
    """Draw the form of a category's name and description."""
    actor = require_actor()
    key = f"category.edit.{category.id}"
    with expected_errors(), st.form(key, border=False):
        name = st.text_input("Name", category.name, key=f"{key}.name", max_chars=MAX_NAME_CHARS)
        description = st.text_area(
            "Description", category.description, key=f"{key}.description", height=80
        )
        is_sent = st.form_submit_button(
            "Save", type="primary", width="stretch", key="category.edit.send"
        )
    with expected_errors():
        if is_sent:
            services().categories.update(actor, category.id, name=name, description=description)
            announce("Saved.")
            st.rerun()


@st.dialog("Move category", icon=":material/drive_file_move:")
def move_category(category: Category) -> None:
    """Put the category elsewhere in the tree."""
    show_move_category(category)


def show_move_category(category: Category) -> None:
    """Draw where the category can go: inside which other one, and after which there."""
    actor = require_actor()
    key = f"category.move.{category.id}"
    with expected_errors():
        tree = services().categories.tree(actor, is_counted=False)
        inside = {each.id for each in subtree_of(tree, category.id)}
        if len(inside) > 1:
            st.caption(f"{_others(len(inside) - 1)} inside it will come along.")
        others = [each for each in tree if each.id not in inside]
        parent_id = _choose_parent(others, category.parent_id, key=f"{key}.parent")
        siblings = [each for each in others if each.parent_id == parent_id]
        places = {
            0: "First",
            **{number: f"After {each.name}" for number, each in enumerate(siblings[:-1], start=1)},
            len(siblings): "Last",
        }
        place = st.selectbox(
            "Place", list(places), index=_place_of(tree, category, parent_id, len(siblings)),
            format_func=lambda number: places.get(number, ""),
            key=f"{key}.place.{parent_id}", disabled=not siblings,
        )  # fmt: skip
        if st.button("Move", type="primary", width="stretch", key="category.move.send"):
            services().categories.move(actor, category.id, parent_id, place)
            announce("Moved.")
            st.rerun()


@st.dialog("Merge category", icon=":material/merge:")
def merge_category(category: Category) -> None:
    """Choose the category that stays, say what will happen, and do it."""
    show_merge_category(category)


def show_merge_category(category: Category) -> None:
    """Draw the choice of the category that stays, and what the merge would do."""
    actor = require_actor()
    key = f"category.merge.{category.id}"
    with expected_errors():
        tree = services().categories.tree(actor, is_counted=False)
        inside = {each.id for each in subtree_of(tree, category.id)}
        st.text(f"“{category.name}” ends, and another category takes over all it has.")
        target = _choose_other(
            [each for each in tree if each.id not in inside], "Category that stays", key=key
        )
        if target is None:
            return
        effect = services().categories.preview_merge(actor, category.id, target.id)
        _say(merge_sentences(effect, category.name, target.name))
        if _is_sure("Merge", key="category.merge"):
            count = services().categories.merge(actor, category.id, target.id)
            into = escape_markdown(target.name)
            announce(f"Merged: {counted(count, 'product')} of it are in {into} now.")
            open_category(target.id)


@st.dialog("Delete category", icon=":material/delete:")
def delete_category(category: Category) -> None:
    """Choose where the products go, say what will happen, and do it."""
    show_delete_category(category)


def show_delete_category(category: Category) -> None:
    """Draw the choice where a category's products go, and what the deletion would do."""
    actor = require_actor()
    key = f"category.delete.{category.id}"
    with expected_errors():
        tree = services().categories.tree(actor, is_counted=False)
        target = None
        if services().categories.preview_delete(actor, category.id).product_count:
            is_chosen, target = _choose_heir(tree, category, key=key)
            if not is_chosen:
                return
        target_id = None if target is None else target.id
        effect = services().categories.preview_delete(
            actor, category.id, move_products_to=target_id
        )
        _say(delete_sentences(effect, category.name, "" if target is None else target.name))
        if _is_sure("Delete category", key="category.delete"):
            services().categories.delete(actor, category.id, move_products_to=target_id)
            announce(f"{escape_markdown(category.name)} is deleted.")
            st.switch_page("pages/categories.py", query_params={})


def _choose_heir(
    tree: Sequence[Category], category: Category, *, key: str
) -> tuple[bool, Category | None]:
    parent = next((each for each in tree if each.id == category.parent_id), None)
    ways = [] if parent is None else [f"To {escape_markdown(parent.name)}, the category above"]
    ways += ["To another category", "To no category"]
    way = st.radio("Where do its products go?", ways, key=f"{key}.way")
    if way == "To no category":
        return True, None
    if parent is not None and way == ways[0]:
        return True, parent
    others = [each for each in tree if each.id != category.id]
    target = _choose_other(others, "Category that takes them", key=key)
    return target is not None, target


def _place_of(
    tree: Sequence[Category], category: Category, parent_id: int | None, last: int
) -> int:
    """Return where it stands now among those inside the parent; elsewhere it becomes the last."""
    if parent_id != category.parent_id:
        return last
    siblings = [each.id for each in tree if each.parent_id == parent_id]
    return siblings.index(category.id) if category.id in siblings else last


def _choose_parent(tree: Sequence[Category], parent_id: int | None, *, key: str) -> int | None:
    names = {_TOP: "Top of the tree", **{each.id: each.full_name for each in tree}}
    ids = list(names)
    chosen = st.selectbox(
        "Inside", ids, index=ids.index(parent_id) if parent_id in names else 0,
        format_func=lambda category_id: names.get(category_id, ""), key=key,
    )  # fmt: skip
    return chosen or None


def _choose_other(tree: Sequence[Category], label: str, *, key: str) -> Category | None:
    by_id = {each.id: each for each in tree}
    chosen = st.selectbox(
        label, list(by_id), index=None, placeholder="Choose a category",
        format_func=lambda category_id: by_id[category_id].full_name, key=f"{key}.other",
    )  # fmt: skip
    return None if chosen is None else by_id.get(chosen)


def _say(sentences: Sequence[str]) -> None:
    with st.container(border=True, gap="xsmall"):
        for sentence in sentences:
            st.text(sentence)


def _is_sure(label: str, *, key: str) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key=f"{key}.cancel"):
            st.rerun()
        return st.button(label, type="primary", key=f"{key}.confirm")


def _others(count: int) -> str:
    return "1 category" if count == 1 else f"{count:,} categories"
