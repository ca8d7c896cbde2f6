"""Presets and the brand kit in a real browser: made, changed, found, deleted and taken back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S = 30_000
HOSTILE = "<img src=x onerror=alert(1)> *calm*"


def card(page: Page, name: str) -> Locator:
    """Return the card of a preset."""
    return page.locator("button.preset").filter(has_text=name)


def choose(page: Page, setting: str, option: str) -> None:
    """Choose an option of a setting in the form."""
    line = page.get_by_role("button", name=re.compile(f"^{setting} "))
    if line.get_attribute("aria-expanded") != "true":
        line.click()
    page.get_by_role("radio", name=option, exact=True).click()
    expect(line).to_contain_text(option, timeout=SHOWN_S)
    settle(page)


def test_makes_a_preset(page: Page) -> None:
    page.goto("/presets")
    sign_up(page)
    heading(page, "Presets")
    expect(page.locator("button.preset")).to_have_count(12, timeout=SHOWN_S)
    page.get_by_role("button", name="New preset").click()
    heading(page, "New preset")
    page.get_by_label("Name").fill(HOSTILE)
    page.get_by_label("Name").press("Tab")
    choose(page, "Mood", "Serene")

    page.get_by_role("button", name="Create preset").click()

    heading(page, HOSTILE)
    expect(page.locator(".tiles .value")).to_have_text(["Serene"], timeout=SHOWN_S)


def test_changes_it_into_a_new_version(page: Page) -> None:
    visit(page, "/preset?id=1")
    page.get_by_role("button", name="Edit settings").click()
    save = page.get_by_role("button", name="Save as version 2")
    expect(save).to_be_disabled(timeout=SHOWN_S)
    choose(page, "Mood", "Playful")

    save.click()

    expect(page.get_by_text("Mood: Serene \u2192 Playful")).to_be_visible(timeout=SHOWN_S)
    expect(page.locator(".tiles .value")).to_have_text(["Playful"], timeout=SHOWN_S)


def test_is_found_by_what_it_sets_and_opened_by_keyboard(page: Page) -> None:
    visit(page, "/presets")
    page.get_by_placeholder("Search presets").fill("playful calm")
    expect(page.locator("button.preset")).to_have_count(1, timeout=SHOWN_S)

    card(page, HOSTILE).focus()
    page.keyboard.press("Enter")

    heading(page, HOSTILE)


def test_goes_to_the_trash_and_comes_back(page: Page) -> None:
    visit(page, "/preset?id=1")
    main = page.get_by_test_id("stMainBlockContainer")
    main.get_by_role("button", name="More").click()
    page.get_by_text("Delete", exact=True).click()
    heading(page, "Presets")
    expect(card(page, HOSTILE)).to_have_count(0, timeout=SHOWN_S)

    page.get_by_role("button", name="Undo").click()

    expect(card(page, HOSTILE)).to_be_visible(timeout=SHOWN_S)


def test_keeps_the_colours_of_the_brand(page: Page) -> None:
    visit(page, "/brand")
    page.get_by_label("Add a colour").fill("#8a9a86")
    expect(page.get_by_label("Colour 1 as a code")).to_have_value("#8a9a86", timeout=SHOWN_S)
    expect(page.get_by_test_id("stCode")).to_contain_text("#8a9a86", timeout=SHOWN_S)
    code = page.get_by_label("Colour 1 as a code")
    code.fill("24262B")
    code.press("Tab")
    expect(page.get_by_test_id("stCode")).to_contain_text("#24262b", timeout=SHOWN_S)

    page.get_by_role("button", name="Save the brand kit").click()

    expect(page.get_by_role("button", name="Save the brand kit")).to_be_disabled(timeout=SHOWN_S)
    visit(page, "/brand")
    expect(page.get_by_label("Colour 1 as a code")).to_have_value("#24262b", timeout=SHOWN_S)
