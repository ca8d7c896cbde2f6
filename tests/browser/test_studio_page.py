"""The studio in a real browser: set, read the prompt, come back, generate, judge, go on from it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_MS = 60_000
MADE_MS = 180_000


def open_setting(page: Page, name: str) -> None:
    """Unfold what can be chosen for a setting."""
    head = page.get_by_role("button", name=re.compile(f"^{name} "))
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    expect(head).to_have_attribute("aria-expanded", "true")


def test_begins_with_a_product(page: Page) -> None:
    page.goto("/")
    sign_up(page)
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=SHOWN_MS)

    visit(page, "/studio")
    page.get_by_role("button", name=re.compile("Vester Leather")).first.click()

    expect(page.get_by_text("There is no key of an image model here")).to_be_visible(
        timeout=SHOWN_MS
    )


def test_what_is_set_changes_the_prompt(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^What is sent")).click()
    expect(page.get_by_text("No words are sent.")).to_be_visible(timeout=SHOWN_MS)

    page.get_by_label("Your words").fill("calm, airy")

    expect(page.locator("pre", has_text="calm, airy")).to_be_visible(timeout=SHOWN_MS)
    open_setting(page, "Mood")
    page.get_by_role("radio", name="Serene").click()
    expect(page.get_by_role("radio", name="Serene")).to_have_attribute("aria-checked", "true")


def test_a_style_says_what_it_fills_in(page: Page) -> None:
    open_setting(page, "Style")

    page.get_by_role("radio", name="Japandi").click()

    lighting = page.get_by_role("button", name=re.compile("^Lighting "))
    expect(lighting).to_contain_text("Morning light")
    expect(lighting).to_contain_text("Style: Japandi")


def test_options_are_chosen_with_keys(page: Page) -> None:
    open_setting(page, "Backdrop")
    page.get_by_role("radio", name="Room", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Living room").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Evening lounge")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name=re.compile("^Backdrop "))).to_contain_text(
        "Evening lounge"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=re.compile("^Backdrop "))).to_be_focused()


def test_a_value_is_taken_back(page: Page) -> None:
    page.get_by_role("button", name="Reset Style").click()

    expect(page.get_by_role("button", name=re.compile("^Style "))).to_contain_text("Any")
    expect(page.get_by_role("button", name=re.compile("^Lighting "))).to_contain_text("Any")


def test_a_reload_keeps_everything(page: Page) -> None:
    page.wait_for_url(re.compile("session="), timeout=SHOWN_MS)
    settle(page)

    page.reload()

    expect(page.get_by_label("Your words")).to_have_value("calm, airy", timeout=SHOWN_MS)
    expect(page.get_by_role("button", name=re.compile("^Backdrop "))).to_contain_text(
        "Evening lounge"
    )
    expect(page.get_by_role("button", name=re.compile("^Mood "))).to_contain_text("Serene")


def test_is_where_it_was_left_on_the_plain_address_too(page: Page) -> None:
    visit(page, "/studio")

    heading(page, "Studio")
    expect(page.get_by_label("Your words")).to_have_value("calm, airy", timeout=SHOWN_MS)
    page.wait_for_url(re.compile(r"session=\d+"), timeout=SHOWN_MS)


def test_words_typed_right_before_the_keys_are_made(page: Page) -> None:
    page.get_by_label("Your words").fill("calm, soft light")

    page.get_by_label("Your words").press("Control+Enter")

    made = page.locator("[class*=st-key-studio] img[src*='/w320']")
    expect(made.first).to_be_visible(timeout=MADE_MS)


def test_a_picture_is_approved_and_shown_to_the_model(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Evening lounge, ")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Approve", exact=True).click()
    expect(dialog.get_by_role("button", name="Approved", exact=True)).to_be_visible(
        timeout=SHOWN_MS
    )

    dialog.get_by_role("button", name="Use as reference").click()

    expect(page.get_by_role("dialog")).to_be_hidden(timeout=SHOWN_MS)
    expect(page.get_by_role("button", name=re.compile("^References "))).to_contain_text(
        "1 picture", timeout=SHOWN_MS
    )
