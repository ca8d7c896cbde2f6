"""A product's page in a real browser: pictures are judged by keys, photos dragged into order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from core.domain.asset_filters import AssetFilter
from core.domain.products import PhotoUpload, Product
from core.domain.reviews import ReviewState
from core.settings import Settings
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.app_server import app_server
from tests.support.generation import chair_with_photo, with_model
from tests.support.people import PASSWORD, signed_in
from tests.support.screens import Watched, settle, visit
from tests.support.shop import wait_until
from tests.ui.making import pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S = 60_000


@dataclass(frozen=True)
class Shop:
    """Ann's chair with three photos and four pictures, in the app's own database."""

    app: Services
    ann: Actor
    chair: Product
    pictures: tuple[int, ...]

    @property
    def path(self) -> str:
        """Return the address of the chair's page."""
        return f"/product?id={self.chair.id}"

    def states(self) -> list[str]:
        """Return what is stored of the pictures: state and rating, newest first."""
        found = self.app.assets.search(
            self.ann, AssetFilter(product_id=self.chair.id, is_made=True)
        ).items
        return [f"{item.review_state} {item.rating} {item.is_pinned}" for item in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    # Its own worker would take the pictures that are made from here.
    with app_server("streamlit", folder, EPOX_WORKER_IN_APP="false") as origin:
        yield origin


@pytest.fixture(scope="module")
def shop(folder: Path, origin: str) -> Iterator[Shop]:
    del origin  # only so that the database is there
    services = build_services(Settings.model_validate({"data_dir": folder / "data"}))
    app = with_model(services, FakeImageModel())
    ann = signed_in(app, "Ann", "ann@example.com")
    chair = chair_with_photo(app, ann)
    uploads = [PhotoUpload(f"{c}.jpg", photo_bytes(colour=c)) for c in ("#336699", "#669933")]
    app.products.add_photos(ann, chair.id, uploads)
    yield Shop(app, ann, app.products.get(ann, chair.id), tuple(pictures(app, ann, 4)))
    services.close()


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str, shop: Shop) -> Iterator[Watched]:
    del shop  # only so that Ann has an account
    context = browser.new_context(base_url=origin)
    watched = Watched(context.new_page(), origin)
    page = watched.page
    page.goto("/login")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    yield watched
    context.close()


def _cards(page: Page) -> Locator:
    return page.locator(".judging .card.done")


def _focused(page: Page) -> str:
    """Return the id of the card that has the focus, or ""."""
    return str(
        page.evaluate(
            """() => {
              let found = document.activeElement;
              while (found?.shadowRoot) found = found.shadowRoot.activeElement;
              return found?.closest?.('.card')?.dataset.id ?? '';
            }"""
        )
    )


def test_judges_pictures_as_fast_as_keys_are_pressed(page: Page, shop: Shop) -> None:
    visit(page, shop.path)
    expect(_cards(page)).to_have_count(4, timeout=SHOWN_S)
    _cards(page).first.locator(".open").focus()

    # Approved, rejected, and the third rated, pinned and sent back: no wait between the keys.
    for key in ("a", "x", "4", "p", "e"):
        page.keyboard.press(key)

    expect(page.get_by_text("To review 1")).to_be_visible(timeout=SHOWN_S)
    expect(page.get_by_text("Approved 1")).to_be_visible()
    assert _focused(page) == str(shop.pictures[3])
    assert shop.states() == [
        "approved 0 False", "rejected 0 False", "needs_edit 4 True", "unreviewed 0 False",
    ]  # fmt: skip


def test_asks_why_and_takes_the_last_one_back(page: Page, shop: Shop) -> None:
    visit(page, shop.path)
    expect(_cards(page)).to_have_count(4, timeout=SHOWN_S)
    last = _cards(page).nth(3)
    last.get_by_label("Reject", exact=True).click()
    expect(page.get_by_text("Rejected 2")).to_be_visible(timeout=SHOWN_S)

    page.locator(".st-key-product-pictures-last").get_by_text("Edge", exact=True).click()
    expect(last.get_by_text("Edge")).to_be_visible(timeout=SHOWN_S)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("To review 1")).to_be_visible(timeout=SHOWN_S)
    assert shop.states()[3] == "unreviewed 0 False"


def test_goes_on_with_the_next_one_where_only_unreviewed_ones_are_shown(
    page: Page, shop: Shop
) -> None:
    shop.app.reviews.set_state(shop.ann, shop.pictures, ReviewState.UNREVIEWED)
    visit(page, shop.path)
    page.get_by_text("To review 4").click()
    expect(_cards(page)).to_have_count(4, timeout=SHOWN_S)
    _cards(page).first.locator(".open").focus()

    for left in (3, 2, 1):
        page.keyboard.press("a")
        expect(_cards(page)).to_have_count(left, timeout=SHOWN_S)

    assert _focused(page) == str(shop.pictures[3])


def test_puts_photos_in_the_order_they_are_dragged_into(page: Page, shop: Shop) -> None:
    visit(page, shop.path)
    thumbs = page.locator(".strip .thumb")
    expect(thumbs).to_have_count(3, timeout=SHOWN_S)
    first, second, third = (photo.id for photo in shop.chair.photos)

    thumbs.nth(2).drag_to(thumbs.nth(0), target_position={"x": 6, "y": 30})

    def order() -> list[int]:
        return [photo.id for photo in shop.app.products.get(shop.ann, shop.chair.id).photos]

    # What is on the screen already has the new order; whether it was kept, only the catalogue says.
    wait_until(lambda: order() == [third, first, second])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_narrow_screen(page: Page, shop: Shop, scheme: str) -> None:
    before = page.viewport_size
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
    page.set_viewport_size({"width": 390, "height": 844})

    visit(page, shop.path)

    expect(_cards(page).first).to_be_visible(timeout=SHOWN_S)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    page.set_viewport_size(before or {"width": 1280, "height": 720})
