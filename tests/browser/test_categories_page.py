"""Categories in a real browser: the tree is gone through, searched and changed by keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S = 30_000
HOSTILE = "<img src=x onerror=alert(1)> *lamps*"


def row(page: Page, name: str) -> Locator:
    """Return the row of the tree with this name."""
    return page.get_by_role("treeitem", name=f"{name}, ")


def add(page: Page, name: str) -> None:
    """Fill in the dialog that asks for a new category."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Create category").click()
    expect(dialog).to_have_count(0, timeout=SHOWN_S)
    expect(row(page, name)).to_be_visible(timeout=SHOWN_S)


def choose(page: Page, name: str, action: str) -> None:
    """Choose an action of a row's menu by keyboard."""
    row(page, name).focus()
    page.keyboard.press("ContextMenu")
    page.get_by_role("menuitem", name=action).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible(timeout=SHOWN_S)


def test_makes_a_tree(page: Page) -> None:
    page.goto("/categories")
    sign_up(page)
    heading(page, "Categories")
    page.get_by_role("button", name="New category").first.click()
    add(page, "Furniture")
    choose(page, "Furniture", "New category inside")
    add(page, "Chairs")
    choose(page, "Furniture", "New category inside")
    add(page, HOSTILE)

    expect(row(page, "Chairs")).to_have_attribute("aria-level", "2")
    expect(page.get_by_text(HOSTILE, exact=True)).to_be_visible()


def test_is_gone_through_by_keyboard(page: Page) -> None:
    visit(page, "/categories")
    row(page, "Furniture").focus()

    page.keyboard.press("ArrowLeft")
    expect(row(page, "Chairs")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    expect(row(page, "Chairs")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(row(page, "Furniture")).to_be_focused()


def test_keeps_closed_what_was_closed(page: Page) -> None:
    visit(page, "/categories")
    page.get_by_role("button", name="Close all").click()

    visit(page, "/categories")

    expect(row(page, "Furniture")).to_have_attribute("aria-expanded", "false", timeout=SHOWN_S)
    page.get_by_role("button", name="Open all").click()
    expect(row(page, "Chairs")).to_be_visible()


def test_is_searched_with_the_names_above(page: Page) -> None:
    visit(page, "/categories")
    search = page.get_by_label("Search categories")

    search.fill("furniture LAMPS")

    expect(page.get_by_text("1 found")).to_be_visible()
    expect(row(page, "Chairs")).to_have_count(0)
    search.fill("sofa")
    expect(page.get_by_text("No category is called like that.")).to_be_visible()
    search.press("Escape")
    expect(row(page, "Chairs")).to_be_visible()


def test_closes_the_menu_and_gives_the_focus_back(page: Page) -> None:
    visit(page, "/categories")
    row(page, "Chairs").focus()
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menuitem", name="New category inside")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("menu")).to_have_count(0)
    expect(row(page, "Chairs")).to_be_focused()


def test_merges_after_saying_what_happens(page: Page) -> None:
    visit(page, "/categories")
    choose(page, "Chairs", "Merge into another")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name=f"Furniture / {HOSTILE}").click()
    expect(dialog.get_by_text("No product has to move.")).to_be_visible(timeout=SHOWN_S)

    dialog.get_by_role("button", name="Merge", exact=True).click()

    heading(page, HOSTILE)
    visit(page, "/categories")
    page.get_by_text("Merged or deleted of late").click()
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Chairs")).to_be_visible(timeout=SHOWN_S)


def test_opens_a_category_with_enter(page: Page) -> None:
    visit(page, "/categories")
    row(page, "Chairs").focus()

    page.keyboard.press("Enter")

    heading(page, "Chairs")
    settle(page)
    expect(page.get_by_text("No products in it yet")).to_be_visible()


def test_fits_a_narrow_screen(page: Page) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "/categories")

    expect(row(page, "Chairs")).to_be_visible(timeout=SHOWN_S)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(before or {"width": 1280, "height": 720})
