"""A collection and its matrix in a real browser: by keyboard and mouse, and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S = 30_000


def test_a_collection_is_made_and_filled(page: Page) -> None:
    page.goto("/")
    sign_up(page)
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=60_000)
    visit(page, "/collections")
    page.get_by_role("button", name="New collection").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Spring")
    dialog.get_by_role("button", name="Create collection").click()
    heading(page, "Spring")
    page.get_by_role("button", name="Add products").first.click()
    for name in ("Vester Leather", "Dome Pendant"):
        card = dialog.get_by_role("listitem").filter(has_text=name)
        card.hover()
        card.get_by_role("checkbox").click()
        settle(page)

    dialog.get_by_role("button", name="Add 2 products").click()

    expect(page.get_by_text("2 products").first).to_be_visible(timeout=SHOWN_S)


def test_products_are_put_into_order_by_mouse_and_keyboard(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    cards = dialog.get_by_role("listitem")
    page.get_by_role("button", name="More").click()
    page.get_by_text("Arrange", exact=True).click()
    expect(cards).to_have_count(2, timeout=SHOWN_S)
    first = cards.first.inner_text()

    cards.first.drag_to(cards.last)
    expect(cards.last).to_have_text(first)
    cards.last.focus()
    page.keyboard.press("ArrowLeft")
    expect(cards.first).to_have_text(first)
    page.keyboard.press("End")
    expect(cards.last).to_have_text(first)
    settle(page)
    dialog.get_by_role("button", name="Save this order").click()

    expect(dialog).to_have_count(0, timeout=SHOWN_S)
    expect(
        page.get_by_role("listitem").filter(has=page.get_by_role("button")).last
    ).to_contain_text(first, timeout=SHOWN_S)


def test_the_matrix_is_gone_through_by_keyboard(page: Page) -> None:
    page.get_by_text("Shots", exact=True).click()
    page.get_by_role("button", name=re.compile("^Begin with")).click()
    first = page.get_by_role("button", name=re.compile("Leather.*, Front on white: 1 missing"))
    first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile("Vester.*Detail"))).to_be_visible(timeout=SHOWN_S)


def test_a_photo_is_put_into_a_shot(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    card = dialog.get_by_role("listitem").filter(has_text="Photo").first
    card.hover()
    card.get_by_role("checkbox").click()

    dialog.get_by_role("button", name="Put 1 picture into this shot").click()

    expect(dialog.get_by_text("In shot")).to_be_visible(timeout=SHOWN_S)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SHOWN_S)
    done = page.get_by_role("button", name=re.compile("Leather.*, Detail: 1 of 1 approved"))
    expect(done).to_be_visible()
    expect(page.get_by_text("1 of 6 approved")).to_be_visible()


def test_a_phone_scrolls_the_matrix_and_not_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Fill 5 gaps")).to_be_visible(timeout=SHOWN_S)

    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

    assert wide <= 0
