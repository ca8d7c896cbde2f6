"""Twenty products in a real browser: ticked, one set apart, generated, and watched to the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.screens import settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_MS = 30_000
MADE_MS = 600_000
BATCH = f"/studio?products={','.join(str(number) for number in range(1, 21))}"


def test_twenty_products_stand_in_the_matrix(page: Page) -> None:
    page.goto("/")
    sign_up(page)
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=60_000)
    visit(page, "/product?id=3")
    for number in range(9, 21):
        page.get_by_role("button", name="More", exact=True).click()
        page.get_by_text("Duplicate", exact=True).click()
        page.wait_for_url(f"**/product?id={number}", timeout=SHOWN_MS)
        settle(page)

    visit(page, BATCH)

    expect(page.get_by_text("20 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)
    expect(page.get_by_role("button", name="Generate 20 pictures of 20 products")).to_be_enabled()


def test_ticks_are_set_by_mouse_and_keyboard(page: Page) -> None:
    sofa = page.get_by_role("checkbox", name=re.compile("^Make pictures of Alder"))
    table = page.get_by_role("checkbox", name=re.compile("^Make pictures of Holm"))

    sofa.click()
    expect(page.get_by_text("19 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)
    sofa.focus()
    page.keyboard.press("ArrowDown")
    expect(table).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("18 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)
    expect(table).to_have_attribute("aria-checked", "false")
    page.get_by_role("checkbox", name="Tick all products").click()

    expect(page.get_by_text("20 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)
    expect(sofa).to_have_attribute("aria-checked", "true")


def test_quick_clicks_are_all_kept(page: Page) -> None:
    for name in ("Alder", "Holm", "Tripod", "Speckle"):
        page.get_by_role("checkbox", name=re.compile(f"^Make pictures of {name}")).click()

    expect(page.get_by_text("16 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)
    settle(page)
    for name in ("Alder", "Holm", "Tripod", "Speckle"):
        box = page.get_by_role("checkbox", name=re.compile(f"^Make pictures of {name}"))
        expect(box).to_have_attribute("aria-checked", "false")
    page.get_by_role("checkbox", name="Tick all products").click()
    expect(page.get_by_text("20 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)


def test_one_row_is_set_apart(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Set something for Alder")).click()
    expect(page.get_by_role("heading", name="For this row only")).to_be_visible(timeout=SHOWN_MS)

    page.get_by_role("radio", name="Photo 2").click()

    row = page.get_by_role("row").filter(has_text="Alder")
    expect(row.get_by_text("Photo 2 of 2")).to_be_visible(timeout=SHOWN_MS)
    page.get_by_role("button", name="All rows").click()
    expect(page.get_by_role("heading", name="Brief")).to_be_visible(timeout=SHOWN_MS)
    settle(page)


def test_is_generated_once_and_watched_to_the_end(page: Page) -> None:
    page.get_by_role("button", name="Generate 20 pictures of 20 products").dblclick()

    # Nothing is touched from here on: the matrix fills by itself.
    expect(page.get_by_text(re.compile("of 20 pictures ready"))).to_be_visible(timeout=SHOWN_MS)
    assert "submission=1" in page.url
    expect(page.get_by_text("20 of 20 pictures ready")).to_be_visible(timeout=MADE_MS)
    pictures = page.get_by_role("table").locator("button.cell.made")
    expect(pictures).to_have_count(20, timeout=SHOWN_MS)


def test_a_picture_is_looked_at_and_approved(page: Page) -> None:
    page.get_by_role("table").locator("button.cell.made").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 20")).to_be_visible(timeout=SHOWN_MS)

    dialog.get_by_role("button", name="Approve").click()

    expect(dialog.get_by_role("button", name="Approved")).to_be_visible(timeout=SHOWN_MS)
    dialog.get_by_role("button", name="Next").click()
    expect(dialog.get_by_text("2 of 20")).to_be_visible(timeout=SHOWN_MS)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SHOWN_MS)


def test_a_reload_shows_the_same(page: Page) -> None:
    visit(page, page.url)

    expect(page.get_by_text("20 of 20 pictures ready")).to_be_visible(timeout=SHOWN_MS)


def test_a_phone_scrolls_the_matrix_and_not_the_page(page: Page) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, BATCH)
    expect(page.get_by_text("20 of 20 rows ticked")).to_be_visible(timeout=SHOWN_MS)

    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

    page.set_viewport_size(before or {"width": 1280, "height": 720})
    assert wide <= 0
