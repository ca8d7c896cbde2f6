"""The main job in a real browser on a fresh app: from signing up to a downloaded picture."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.images import photo_bytes
from tests.support.screens import heading, settle, sign_up, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MADE_S = 120_000


def test_signs_up_and_lands_where_the_first_link_led(page: Page) -> None:
    page.goto("/studio")

    sign_up(page)

    heading(page, "Studio")
    assert page.url.endswith("/studio")


def test_loads_the_sample_catalogue(page: Page) -> None:
    visit(page, "/")

    page.get_by_role("button", name="Load the sample catalogue").click()

    expect(page.get_by_text("8 products added.")).to_be_visible(timeout=60_000)
    visit(page, "/products")
    for name in ("Alder 3-Seater Sofa", "Dome Pendant Lamp"):
        expect(page.get_by_role("button", name=name).first).to_be_visible()


def test_adds_a_product_with_photos_and_says_which_file_was_refused(page: Page) -> None:
    visit(page, "/products")
    page.get_by_role("button", name="Add product").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Oak chair")
    dialog.get_by_label("SKU").fill("OAK-CHAIR-1")
    dialog.locator("input[type=file]").set_input_files(
        [
            FilePayload(name="front.jpg", mimeType="image/jpeg", buffer=photo_bytes()),
            FilePayload(name="evil.png", mimeType="image/png", buffer=b"<html></html>"),
        ]
    )
    expect(dialog.get_by_text("evil.png")).to_be_visible()

    dialog.get_by_role("button", name="Add product").click()

    heading(page, "Oak chair")
    expect(page.get_by_text("evil.png").first).to_be_visible()
    expect(page.get_by_text("OAK-CHAIR-1").first).to_be_visible()


def test_makes_pictures_while_one_watches(page: Page) -> None:
    visit(page, "/studio")
    page.get_by_role("button", name=re.compile("Vester Leather")).first.click()
    settle(page)
    expect(page.get_by_text(re.compile(r"1 picture · free"))).to_be_visible()
    for _ in range(3):
        page.get_by_role("button", name="More pictures").click()
    expect(page.get_by_text(re.compile(r"4 pictures · free"))).to_be_visible(timeout=30_000)

    page.get_by_role("button", name="Generate 4 pictures").click()

    # Nothing is touched from here on: the page follows the job by itself.
    made = page.locator(".st-key-studio\\.pictures img, [class*=st-key-studio] img[src*='/w320']")
    expect(page.get_by_text(re.compile("of 4 pictures ready"))).to_be_visible(timeout=20_000)
    expect(page.get_by_text(re.compile("of 4 pictures ready"))).to_be_hidden(timeout=MADE_S)
    expect(made.first).to_be_visible()


def _open_newest(page: Page) -> None:
    """Open the page of the newest picture by way of the gallery's lightbox."""
    visit(page, "/gallery")
    page.get_by_role("button", name=re.compile("^Vester Leather")).first.click()
    expect(page.get_by_role("dialog", name="Review pictures")).to_be_visible(timeout=60_000)
    page.keyboard.press("Enter")
    expect(page.get_by_text("SHA-256")).to_be_visible(timeout=60_000)


def test_finds_a_picture_in_the_gallery_and_downloads_its_original(
    page: Page, tmp_path: Path
) -> None:
    _open_newest(page)
    expect(page.get_by_text("SHA-256")).to_be_visible()

    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Original")).click()

    file = tmp_path / "original"
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("EPX-1003-")
    assert Image.open(BytesIO(file.read_bytes())).size == (1024, 1024)


def test_puts_a_picture_in_the_trash_and_brings_it_back(page: Page) -> None:
    _open_newest(page)

    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_role("button", name="Delete")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Dashboard"),
        ("/products", "Products"),
        ("/product?id=1", "Alder 3-Seater Sofa"),
        ("/collections", "Collections"),
        ("/studio?product=1", "Studio"),
        ("/gallery", "Gallery"),
        ("/jobs", "Jobs"),
        ("/usage", "Usage"),
        ("/settings", "Settings"),
        ("/admin", "Admin"),
    ],
)
def test_every_page_opens_without_a_complaint(page: Page, path: str, title: str) -> None:
    visit(page, path)

    heading(page, title)


@pytest.mark.parametrize("path", ["/studio?product=1", "/product?id=1"])
def test_on_a_phone_both_parts_take_the_whole_width(page: Page, path: str) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})

    visit(page, path)

    # Below each other, each as wide as the row; the rules arrive a moment after the parts.
    page.wait_for_function(
        """() => ['side', 'main'].every((part) => {
          const width = (name) => document.querySelector(name)?.getBoundingClientRect().width
          return Math.abs(width(`.st-key-beside-${part}`) - width('.st-key-beside')) < 2
        })"""
    )
    page.set_viewport_size(before or {"width": 1280, "height": 720})


@pytest.mark.parametrize("path", ["/product?id=99999", "/asset?id=abc", "/collection?id=-1"])
def test_unknown_things_get_a_sentence_and_a_way_back(page: Page, path: str) -> None:
    visit(page, path)

    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("could not be found")).to_be_visible()
    expect(main.get_by_role("link", name="Find a")).to_be_visible()


def test_signs_out(page: Page) -> None:
    visit(page, "/settings")

    page.get_by_role("button", name="Sign out", exact=True).first.click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=30_000)
    page.goto("/gallery")
    assert "/login" in page.url
