"""The catalogue in a real browser: typing into its table, views, and many products at once."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S = 60_000


def row(page: Page, text: str) -> Locator:
    """Return the row of the table that holds the text."""
    return page.get_by_role("row").filter(has_text=text)


def cell(page: Page, text: str, field: str) -> Locator:
    """Return a cell of the row that holds the text."""
    return row(page, text).locator(f"[data-field={field}]")


def test_begins_with_the_sample_catalogue(page: Page) -> None:
    page.goto("/products")
    sign_up(page)
    heading(page, "Products")

    page.get_by_role("button", name="Load the sample catalogue").click()

    expect(page.get_by_role("button", name="Dome Pendant Lamp").first).to_be_visible(
        timeout=SHOWN_S
    )


def test_keeps_what_is_typed_into_a_cell(page: Page) -> None:
    visit(page, "/products?view=table")

    cell(page, "EPX-1006", "price").click()
    page.keyboard.type("159.5")
    page.keyboard.press("Enter")

    expect(cell(page, "EPX-1006", "price")).to_have_text("159.50", timeout=SHOWN_S)
    visit(page, "/products?view=table&text=pendant")
    expect(cell(page, "EPX-1006", "price")).to_have_text("159.50", timeout=SHOWN_S)


def test_goes_on_from_cell_to_cell_by_keyboard(page: Page) -> None:
    visit(page, "/products?view=table&sort=sku")
    cell(page, "EPX-1001", "name").focus()

    page.keyboard.press("F2")
    page.keyboard.type("Alder sofa")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("Lounge")
    page.keyboard.press("Enter")

    expect(cell(page, "EPX-1001", "name")).to_have_text("Alder sofa", timeout=SHOWN_S)
    expect(cell(page, "EPX-1001", "category")).to_have_text("Lounge", timeout=SHOWN_S)
    expect(cell(page, "EPX-1002", "category")).to_be_focused()


def test_says_why_a_cell_is_refused_and_loses_nothing(page: Page) -> None:
    visit(page, "/products?view=table")

    cell(page, "Dome Pendant", "sku").click()
    page.keyboard.type("EPX-1001")
    page.keyboard.press("Enter")

    refused = cell(page, "Dome Pendant", "sku")
    expect(refused).to_contain_text("already a product with the SKU", timeout=SHOWN_S)
    expect(refused).to_contain_text("EPX-1001")
    page.get_by_role("radio", name="Grid").click()
    expect(page.get_by_role("button", name="Dome Pendant").first).to_be_visible(timeout=SHOWN_S)
    page.get_by_role("radio", name="Table").click()
    expect(refused).to_contain_text("already a product with the SKU", timeout=SHOWN_S)
    refused.get_by_role("button", name="Discard").click()
    expect(refused).to_have_text("EPX-1006", timeout=SHOWN_S)


def test_fills_cells_from_a_spreadsheet(page: Page) -> None:
    visit(page, "/products?view=table&sort=sku")
    target = cell(page, "EPX-1003", "tags")

    target.evaluate(
        """(cell) => {
          const data = new DataTransfer()
          data.setData('text/plain', 'leather, new\\toak\\r\\nfloor\\tash')
          cell.focus()
          cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))
        }"""
    )

    expect(cell(page, "EPX-1004", "materials")).to_have_text("ash", timeout=SHOWN_S)
    expect(target).to_have_text("leathernew")


def test_a_click_chooses_a_cell_for_what_is_pasted(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, "/products?view=table&sort=sku")
    page.evaluate("navigator.clipboard.writeText('wool, soft\\tsilk\\r\\nwarm\\tlinen')")

    cell(page, "EPX-1005", "tags").click()
    expect(page.locator(".editor")).to_have_count(0)
    page.keyboard.press("Control+V")

    expect(cell(page, "EPX-1006", "materials")).to_have_text("linen", timeout=SHOWN_S)
    expect(cell(page, "EPX-1005", "tags")).to_have_text("woolsoft")


def test_a_second_click_edits_a_cell_and_pastes_into_it(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, "/products?view=table&sort=sku")
    page.evaluate("navigator.clipboard.writeText('Rugs')")

    cell(page, "EPX-1007", "category").click()
    cell(page, "EPX-1007", "category").click()
    expect(page.locator(".editor")).to_be_focused()
    page.keyboard.press("Control+V")
    expect(page.locator(".editor")).to_have_value("Rugs")
    cell(page, "EPX-1007", "sku").click()

    expect(cell(page, "EPX-1007", "category")).to_have_text("Rugs", timeout=SHOWN_S)
    expect(cell(page, "EPX-1007", "sku")).to_be_focused()


def test_a_refused_cell_leaves_its_column_as_wide_as_it_was(page: Page) -> None:
    visit(page, "/products?view=table&sort=sku")
    price = cell(page, "EPX-1008", "price")
    before = price.bounding_box()

    price.click()
    page.keyboard.type("a price that is far too long")
    page.keyboard.press("Enter")

    expect(price).to_contain_text("is no number", timeout=SHOWN_S)
    after = price.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] <= before["width"]
    price.get_by_role("button", name="Discard").click()
    expect(price).to_have_text("649.00", timeout=SHOWN_S)


def test_typing_a_word_is_no_shortcut(page: Page) -> None:
    visit(page, "/products")

    page.get_by_placeholder("Search products").press_sequentially("ng e")
    settle(page)

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_selects_all_that_match_and_tags_them(page: Page) -> None:
    visit(page, "/products?view=table&text=lamp")
    expect(page.get_by_text("2 products")).to_be_visible(timeout=SHOWN_S)
    row(page, "Dome Pendant").get_by_role("checkbox").click()
    page.get_by_role("button", name="Select all 2").click()
    expect(page.get_by_role("button", name="2 selected")).to_be_visible(timeout=SHOWN_S)

    page.get_by_role("button", name=re.compile("^Edit( Shortcut E)?$")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Add tags").fill("bright")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Change 2 products").click()

    expect(page.get_by_text("2 products changed.")).to_be_visible(timeout=SHOWN_S)
    visit(page, "/products?view=table&tag=bright")
    expect(page.get_by_text("2 products")).to_be_visible(timeout=SHOWN_S)


def test_saves_a_view_and_comes_back_by_its_link(page: Page) -> None:
    visit(page, "/products")
    page.get_by_role("button", name="Filters").click()
    page.get_by_text("With a photo", exact=True).click()
    expect(page.get_by_role("button", name="Clear filters")).to_be_visible(timeout=SHOWN_S)
    page.get_by_role("radio", name="Entered by hand").click()
    expect(page.get_by_text("0 products")).to_be_visible(timeout=SHOWN_S)
    page.get_by_role("radio", name="Entered by hand").click()
    expect(page.get_by_text("8 products")).to_be_visible(timeout=SHOWN_S)
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save what is shown as").fill("Photographed")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("The view is saved.")).to_be_visible(timeout=SHOWN_S)

    visit(page, "/products")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="Photographed").click()
    expect(page).to_have_url(re.compile("photo=yes"), timeout=SHOWN_S)
    expect(page.get_by_role("button", name="Clear filters")).to_be_visible(timeout=SHOWN_S)


@pytest.mark.parametrize("view", ["", "?view=table"])
def test_fits_a_narrow_screen(page: Page, view: str) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})

    visit(page, f"/products{view}")

    expect(page.get_by_placeholder("Search products")).to_be_visible(timeout=SHOWN_S)
    expect(page.get_by_role("button", name="Add product").locator("kbd")).to_be_hidden()
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    page.set_viewport_size(before or {"width": 1280, "height": 720})
