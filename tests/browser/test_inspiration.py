"""Inspiration in a real browser: found at Unsplash, uploaded, kept with its credit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Origin
from core.settings import Settings
from tests.fakes.unsplash import FakeUnsplash
from tests.images import photo_bytes
from tests.support.app_server import app_server
from tests.support.generation import chair_with_photo
from tests.support.people import PASSWORD, signed_in
from tests.support.screens import Watched, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_MS = 60_000
STUDIO = "/studio?product=1"
_FOCUSED = "() => document.activeElement.closest('.card')?.dataset.id ?? ''"


@dataclass(frozen=True)
class Shop:
    """Ann's workspace in the app's own database."""

    app: Services
    ann: Actor


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeUnsplash]:
    with FakeUnsplash() as fake:
        yield fake


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def origin(folder: Path, fake: FakeUnsplash) -> Iterator[str]:
    with app_server(
        "streamlit",
        folder,
        EPOX_WORKER_IN_APP="false",
        UNSPLASH_ACCESS_KEY=fake.key,
        UNSPLASH_BASE_URL=fake.url,
    ) as origin:
        yield origin


@contextmanager
def ann_in(folder: Path) -> Iterator[Shop]:
    """Give Ann an account and a chair in the database of the app that runs there."""
    app = build_services(Settings.model_validate({"data_dir": folder / "data"}))
    try:
        ann = signed_in(app, "Ann", "ann@example.com")
        chair_with_photo(app, ann)
        yield Shop(app, ann)
    finally:
        app.close()


def sign_in(page: Page) -> None:
    """Sign Ann in."""
    page.goto("/login")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)


@pytest.fixture(scope="module")
def shop(folder: Path, origin: str) -> Iterator[Shop]:
    del origin  # only so that the database is there
    with ann_in(folder) as shop:
        yield shop


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str, shop: Shop) -> Iterator[Watched]:
    del shop  # only so that Ann has an account
    context = browser.new_context(base_url=origin)
    watched = Watched(context.new_page(), origin)
    sign_in(watched.page)
    yield watched
    context.close()


@pytest.fixture
def page(watched: Watched, fake: FakeUnsplash) -> Iterator[Page]:
    yield watched.page
    # Unsplash asks that its photos are shown from its own servers; nothing else comes from there.
    pictures = f"asked elsewhere: {fake.url}/image/"
    assert [one for one in watched.complaints if not one.startswith(pictures)] == []
    assert fake.complaints == []


def picker(page: Page, tab: str) -> Locator:
    """Open the picker for a reference, look in one of its tabs, and return it."""
    visit(page, STUDIO)
    dialog = page.get_by_role("dialog")
    head = page.get_by_role("button", name="References")
    head.click(timeout=SHOWN_MS)
    page.get_by_role("button", name="Add a picture").click()
    expect(dialog).to_be_visible(timeout=SHOWN_MS)
    dialog.get_by_role("tab", name=tab).click()
    settle(page)
    return dialog


def test_a_photo_is_found_at_unsplash_and_taken_with_the_keyboard(
    page: Page, shop: Shop, fake: FakeUnsplash
) -> None:
    dialog = picker(page, "Unsplash")
    search = dialog.get_by_placeholder("Search Unsplash")
    search.fill("oak table")
    search.press("Enter")
    first = dialog.get_by_role("button", name="Use oak table number 0 by Photographer 0")
    expect(first).to_be_visible(timeout=SHOWN_MS)
    # The policy of the page lets its picture through.
    expect(first.locator(".frame.seen")).to_be_visible(timeout=SHOWN_MS)
    credit = dialog.get_by_role("link", name="Photographer 0", exact=True)
    expect(credit).to_have_attribute("rel", "noopener noreferrer")
    expect(credit).to_have_attribute("target", "_blank")
    expect(credit).to_have_attribute("href", "https://unsplash.com/@photographer0?utm_source=epox"
                                     "&utm_medium=referral")  # fmt: skip

    dialog.get_by_label("Colour").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED):
            break
    assert page.evaluate(_FOCUSED) == "photo_0"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(_FOCUSED) == "photo_1"
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0, timeout=SHOWN_MS)
    # What is in it is told in a part of the form that is closed.
    named = page.get_by_text("oak table number 1 - Photographer 1").filter(visible=True)
    expect(named.first).to_be_visible(timeout=SHOWN_MS)
    [kept] = shop.app.assets.search(shop.ann, AssetFilter(origins=(Origin.INSPIRATION,))).items
    assert fake.downloads == ["photo_1"]
    assert kept.label == "oak table number 1 - Photographer 1"


def test_its_credit_is_on_its_page(page: Page) -> None:
    visit(page, "/gallery?view=Inspiration")
    page.get_by_text("oak table number 1 - Photographer 1").first.click(timeout=SHOWN_MS)
    expect(page.get_by_role("dialog", name="Review pictures")).to_be_visible(timeout=SHOWN_MS)
    page.keyboard.press("Enter")

    expect(page.get_by_text("Photo by Photographer 1 on Unsplash")).to_be_visible(timeout=SHOWN_MS)
    expect(page.get_by_role("link", name="Photographer 1")).to_have_attribute(
        "href", "https://unsplash.com/@photographer1?utm_source=epox&utm_medium=referral"
    )


def test_several_files_are_uploaded_and_one_is_chosen(page: Page, tmp_path: Path) -> None:
    files = []
    for colour in ("336699", "669933", "993366"):
        files.append(tmp_path / f"{colour}.jpg")
        files[-1].write_bytes(photo_bytes(colour=f"#{colour}"))
    dialog = picker(page, "Upload")

    dialog.locator("input[type=file]").set_input_files(files)
    expect(dialog.get_by_text("3 pictures added to the library.")).to_be_visible(timeout=SHOWN_MS)
    dialog.get_by_role("button", name="Use 669933.jpg").click()

    expect(dialog).to_have_count(0, timeout=SHOWN_MS)
    named = page.get_by_text("669933.jpg").filter(visible=True)
    expect(named.first).to_be_visible(timeout=SHOWN_MS)


def test_a_phone_scrolls_no_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    dialog = picker(page, "Unsplash")
    search = dialog.get_by_placeholder("Search Unsplash")
    search.fill("oak table")
    search.press("Enter")
    photo = dialog.get_by_role("button", name="Use oak table number 5 by Photographer 5")
    expect(photo).to_be_visible(timeout=SHOWN_MS)

    box = photo.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_without_a_key_it_says_how_to_get_one(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("without-a-key")
    with (
        app_server("streamlit", folder, EPOX_WORKER_IN_APP="false") as origin,
        ann_in(folder),
        browser.new_context(base_url=origin) as context,
    ):
        watched = Watched(context.new_page(), origin)
        sign_in(watched.page)
        dialog = picker(watched.page, "Unsplash")

        expect(dialog.get_by_text("UNSPLASH_ACCESS_KEY")).to_be_visible(timeout=SHOWN_MS)
        link = dialog.get_by_role("link", name="Get a key")
        expect(link).to_have_attribute("href", "https://unsplash.com/oauth/applications")
        assert watched.complaints == []
