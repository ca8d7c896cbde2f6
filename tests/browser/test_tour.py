"""The first steps in a real browser: from an empty workspace to an approved picture."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MADE_MS = 180_000


def test_welcomes_and_loads_the_sample_catalogue(page: Page) -> None:
    page.goto("/")
    sign_up(page)
    expect(page.get_by_text(re.compile("Welcome, "))).to_be_visible(timeout=60_000)

    page.get_by_role("button", name="Load the sample catalogue").click()

    expect(page.get_by_text("1 of 3 done")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("8 products in the catalogue.")).to_be_visible()


def test_opens_the_studio_with_a_product_and_a_preset(page: Page) -> None:
    page.get_by_role("button", name="Open the studio").click()

    heading(page, "Studio")
    settle(page)
    expect(page.get_by_text("Vester Leather Lounge Chair").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Scandinavian living room").first).to_be_visible()


def test_makes_a_picture_that_is_checked_off(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^auto_awesome.*Generate|^Generate")).last.click()
    settle(page)
    expect(page.get_by_text(re.compile("ready|To review|Approve")).first).to_be_visible(
        timeout=MADE_MS
    )

    visit(page, "/")

    expect(page.get_by_text("2 of 3 done")).to_be_visible(timeout=MADE_MS)


def test_approves_it_and_is_done(page: Page) -> None:
    page.get_by_role("button", name="Review it").click()
    heading(page, re.compile("Vester"))
    page.get_by_role("button", name=re.compile("Approve")).first.click()
    expect(page.get_by_text("Approved").first).to_be_visible(timeout=60_000)

    visit(page, "/")

    expect(page.get_by_text("Your first picture in three steps")).to_have_count(0)
    expect(page.get_by_role("button", name="Approved pictures")).to_be_visible()


def test_lists_the_keys(page: Page) -> None:
    page.locator("[data-testid=stMenuButtonButton]:visible").click()
    page.get_by_text("Keyboard shortcuts").click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Add a product")).to_be_visible(timeout=60_000)
    dialog.get_by_role("button", name="Close").click()
