"""Jobs in a real browser: they are steered by keyboard and mouse, and keep themselves current."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MADE_S = 120_000
SHOWN_S = 30_000


def test_holds_everything_before_it_begins(page: Page) -> None:
    page.goto("/jobs")
    sign_up(page)
    heading(page, "Jobs")

    page.get_by_role("button", name="Pause all").click()

    expect(page.get_by_role("button", name="Resume all")).to_be_visible(timeout=SHOWN_S)


def test_shows_a_job_that_waits(page: Page) -> None:
    visit(page, "/")
    page.get_by_role("button", name="Load the sample catalogue").click()
    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=60_000)
    visit(page, "/studio")
    page.get_by_role("button", name=re.compile("Vester Leather")).first.click()
    settle(page)
    for count in (2, 3, 4):
        page.get_by_role("button", name="More pictures").click()
        expect(page.get_by_role("button", name=f"Queue {count} pictures")).to_be_visible(
            timeout=SHOWN_S
        )
    page.get_by_role("button", name="Queue 4 pictures").click()
    expect(page.get_by_text("0 of 4 pictures ready")).to_be_visible(timeout=SHOWN_S)

    visit(page, "/jobs")

    expect(page.get_by_text("1 job active · 4 in the queue · all paused")).to_be_visible()
    expect(page.get_by_text("0 of 4 pictures ready · Waiting: all is paused")).to_be_visible()


def test_leaves_a_dialog_open_while_the_list_is_drawn_anew(page: Page) -> None:
    visit(page, "/jobs")
    menu = page.get_by_label(re.compile("More for Vester"))
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Run later").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Start at this time")).to_be_visible(timeout=SHOWN_S)

    # Somebody else changes the job: the list behind the dialog is drawn anew.
    with page.context.new_page() as other:
        visit(other, "/jobs")
        other.get_by_role("button", name="Pause", exact=True).click()
        # The row is "Paused" with all others already; its own pause shows in what it offers.
        row = other.get_by_role("listitem").filter(has_text="Vester Leather")
        expect(row.get_by_role("button", name="Resume")).to_be_visible(timeout=SHOWN_S)
    behind = page.locator("li").filter(has_text="Vester Leather")
    expect(behind.locator("button").filter(has_text="Resume")).to_be_attached(timeout=SHOWN_S)

    expect(dialog.get_by_role("button", name="Start at this time")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SHOWN_S)


def test_shows_pictures_as_they_are_made(page: Page) -> None:
    visit(page, "/jobs")
    row = page.get_by_role("listitem").filter(has_text="Vester Leather")
    row.get_by_role("button", name="Resume").click()
    expect(row.get_by_role("button", name="Pause")).to_be_visible(timeout=SHOWN_S)

    page.get_by_role("button", name="Resume all").click()

    # Nothing is touched from here on: the list follows the job by itself.
    expect(page.get_by_text("4 of 4 pictures ready")).to_be_visible(timeout=MADE_S)
    expect(page.get_by_text("Nothing is in the queue.")).to_be_visible(timeout=SHOWN_S)


def test_tells_the_history_of_each_picture(page: Page) -> None:
    visit(page, "/jobs")
    page.get_by_role("link", name="Vester Leather").focus()
    page.keyboard.press("Enter")
    heading(page, "Vester Leather Lounge Chair")

    page.get_by_text(re.compile("^History")).first.click()

    expect(page.get_by_text("Queued by Ann Keller").first).to_be_visible()
    expect(page.get_by_text("The picture was made and kept").first).to_be_visible()


def test_fits_a_narrow_screen(page: Page) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})

    visit(page, "/jobs")

    row = page.get_by_role("link", name="Vester Leather")
    expect(row).to_be_visible()
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    page.set_viewport_size(before or {"width": 1280, "height": 720})
