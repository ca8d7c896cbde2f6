"""The gallery in a real browser: a hundred pictures judged by keys, narrow, hostile, by roles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor, Role
from core.domain.products import PhotoUpload, ProductDraft
from core.settings import Settings
from tests.images import photo_bytes
from tests.support.app_server import app_server
from tests.support.gallery import add_results
from tests.support.people import PASSWORD, signed_in
from tests.support.roles import as_role
from tests.support.screens import Watched, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EMAIL = "ann@example.com"
SHOWN_MS = 90_000
EVIL = "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) '\"><b>x</b>"
REASONS = ("colour", "scale", "structure", "material", "lighting", "edge", "count", "other")
_FOREIGN_NODES = """() => {
  const found = [];
  const walk = root => {
    for (const node of root.querySelectorAll('*')) {
      const link = node.getAttribute('href') || node.getAttribute('src') || '';
      if (/javascript:/i.test(link) || link === 'x' || node.hasAttribute('onerror'))
        found.push(node.outerHTML.slice(0, 200));
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


@dataclass(frozen=True)
class Workspace:
    """Ann's workspace: 110 results of two products, the newest first, and their photos."""

    app: Services
    ann: Actor
    ids: tuple[int, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    with app_server("streamlit", folder, EPOX_WORKER_IN_APP="false") as origin:
        yield origin


@pytest.fixture(scope="module")
def workspace(folder: Path, origin: str) -> Iterator[Workspace]:
    """Fill the app's own database from here: it is what is stored that counts, not by whom."""
    del origin  # only so that the database is there
    app = build_services(Settings.model_validate({"data_dir": folder / "data"}))
    ann = signed_in(app, "Ann Keller", EMAIL)
    products = [
        app.products.create(ann, ProductDraft(name, sku)).id
        for name, sku in (("Oak chair", "OAK-CHAIR-1"), (EVIL, "EVIL-1"))
    ]
    app.products.add_photos(ann, products[0], [PhotoUpload("oak.jpg", photo_bytes())])
    ids = add_results(app, ann, 110, product_ids=products)
    yield Workspace(app, ann, tuple(ids))
    app.close()


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str, workspace: Workspace) -> Iterator[Watched]:
    del workspace  # only so that Ann has an account
    context = browser.new_context(base_url=origin)
    watched = Watched(context.new_page(), origin)
    page = watched.page
    page.goto("/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    yield watched
    context.close()


def cards(page: Page) -> Locator:
    """Return the pictures of the grid."""
    return page.locator(".card.done .open")


def open_first(page: Page, path: str = "/gallery") -> Locator:
    """Open the first picture by keyboard and return the lightbox."""
    visit(page, path)
    expect(cards(page).first).to_be_visible(timeout=SHOWN_MS)
    cards(page).first.focus()
    page.keyboard.press("Enter")
    lightbox = page.locator(".lightbox[open]")
    expect(lightbox).to_be_visible(timeout=SHOWN_MS)
    answered(lightbox)
    return lightbox


def answered(lightbox: Locator) -> None:
    """Wait until the script has answered all that was done."""
    expect(lightbox).to_have_attribute("data-waiting", "0", timeout=SHOWN_MS)


def close(page: Page) -> None:
    """Leave the lightbox."""
    page.keyboard.press("Escape")
    expect(page.locator(".lightbox")).to_have_count(0, timeout=SHOWN_MS)
    settle(page)


def verdict(workspace: Workspace, asset_id: int) -> tuple[str, str, int]:
    """Return what the database says of a picture: state, reason, stars."""
    review = workspace.app.assets.get(workspace.ann, asset_id).review
    return review.state.value, review.reason, review.rating


def press(page: Page, number: int) -> tuple[str, str, int]:
    """Judge a picture by keys, each in its own way; return what must be stored of it."""
    reason = number % len(REASONS)
    match number % 5:
        case 0 | 1:
            page.keyboard.press("a")
            return "approved", "", 0
        case 2:
            page.keyboard.press(str(1 + number % 5))
            page.keyboard.press("a")
            return "approved", "", 1 + number % 5
        case 3:
            page.keyboard.press("r")
            page.keyboard.press(str(reason + 1))
            return "rejected", REASONS[reason], 0
        case _:
            page.keyboard.press("e")
            page.keyboard.press("Enter")
            return "needs_edit", "", 0


def test_judges_a_hundred_pictures_by_keys_alone(page: Page, workspace: Workspace) -> None:
    lightbox = open_first(page)
    expect(lightbox.locator(".judged")).to_have_text("0 of 100 judged")

    wanted = [press(page, number) for number in range(100)]
    # The hundred and first stands on the next page of the gallery.
    expect(lightbox.locator(".place")).to_have_text("1 / 10", timeout=SHOWN_MS)
    page.keyboard.press("p")
    answered(lightbox)
    page.keyboard.press("ArrowLeft")
    expect(lightbox.locator(".judged")).to_have_text("100 of 100 judged", timeout=SHOWN_MS)
    answered(lightbox)

    assert [verdict(workspace, one) for one in workspace.ids[:100]] == wanted
    assert workspace.app.assets.get(workspace.ann, workspace.ids[100]).review.is_pinned
    close(page)


def press_until(page: Page, key: str, told: Locator, text: str) -> None:
    """Press a key until the screen says so: a machine with one busy core may drop a press."""
    for _ in range(3):
        page.keyboard.press(key)
        try:
            expect(told).to_contain_text(text, timeout=30_000)
        except AssertionError:
            continue
        return
    expect(told).to_contain_text(text)


def test_takes_back_what_was_done(page: Page, workspace: Workspace) -> None:
    before = verdict(workspace, workspace.ids[0])
    lightbox = open_first(page)
    page.keyboard.press("r")
    page.keyboard.press("8")
    expect(lightbox.locator(".place")).to_have_text("2 / 100")
    answered(lightbox)
    assert verdict(workspace, workspace.ids[0])[:2] == ("rejected", "other")

    press_until(page, "Control+z", lightbox.locator(".place"), "1 / 100")

    expect(lightbox.locator(".sign")).to_have_text("Approved")
    assert verdict(workspace, workspace.ids[0]) == before
    close(page)


def test_a_note_is_written_without_judging(page: Page, workspace: Workspace) -> None:
    lightbox = open_first(page)
    page.keyboard.press("e")
    page.keyboard.press("n")
    lightbox.get_by_role("textbox", name="Note").press_sequentially("pale area 5")
    page.keyboard.press("Enter")
    answered(lightbox)

    review = workspace.app.assets.get(workspace.ann, workspace.ids[0]).review
    assert (review.state.value, review.note, review.rating) == ("needs_edit", "pale area 5", 0)
    expect(lightbox.locator(".said")).to_contain_text("pale area 5")
    close(page)


def test_shows_help_the_product_photo_and_the_pixels(page: Page, workspace: Workspace) -> None:
    lightbox = open_first(page)

    page.keyboard.press("?")
    expect(lightbox.get_by_role("region", name="Keys")).to_contain_text("Approve")
    page.keyboard.press("Escape")
    expect(lightbox.get_by_role("region", name="Keys")).to_be_hidden()
    page.keyboard.press("o")
    photo = lightbox.get_by_role("img", name="Product photo")
    expect(photo).to_be_visible(timeout=SHOWN_MS)
    page.keyboard.press("z")
    expect(lightbox.locator(".shown")).to_have_attribute(
        "src", workspace.app.assets.get(workspace.ann, workspace.ids[0]).ref.url("original")
    )
    page.keyboard.press("o")
    answered(lightbox)
    close(page)


def test_the_keyboard_comes_back_to_the_picture_one_left(page: Page, workspace: Workspace) -> None:
    del workspace
    open_first(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    close(page)

    expect(cards(page).nth(2)).to_be_focused(timeout=SHOWN_MS)


def test_selects_by_keyboard_and_by_mouse(page: Page, workspace: Workspace) -> None:
    del workspace
    visit(page, "/gallery?size=small")
    expect(cards(page).first).to_be_visible(timeout=SHOWN_MS)
    cards(page).first.focus()

    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("button", name="2 selected")).to_be_visible(timeout=SHOWN_MS)
    cards(page).nth(5).click(modifiers=["Control"])
    expect(page.get_by_role("button", name="3 selected")).to_be_visible(timeout=SHOWN_MS)
    cards(page).nth(8).click(modifiers=["Shift"])
    expect(page.get_by_role("button", name="6 selected")).to_be_visible(timeout=SHOWN_MS)
    cards(page).nth(8).focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_role("button", name="100 selected")).to_be_visible(timeout=SHOWN_MS)
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="selected")).to_have_count(0, timeout=SHOWN_MS)


def test_a_refused_key_is_told_and_taken_back(page: Page, workspace: Workspace) -> None:
    lightbox = open_first(page, "/gallery?sort=oldest")
    expect(lightbox.locator(".sign")).to_have_text("To review")
    # Their role changes while the lightbox is open.
    as_role(workspace.app, workspace.ann, Role.VIEWER)

    press_until(page, "r", lightbox.get_by_role("alert"), "not judge pictures")

    expect(lightbox.locator(".sign")).to_have_text("To review")
    expect(lightbox.locator(".verdict").first).to_be_hidden()
    page.keyboard.press("a")
    answered(lightbox)
    assert verdict(workspace, workspace.ids[-1])[0] == "unreviewed"
    as_role(workspace.app, workspace.ann, Role.OWNER)
    close(page)


def test_fits_a_phone(page: Page, workspace: Workspace) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "/gallery?sort=oldest")
    expect(cards(page).first).to_be_visible(timeout=SHOWN_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first, second = (cards(page).nth(n).bounding_box() for n in (0, 1))
    assert first is not None
    assert second is not None
    assert (first["y"], first["x"] < second["x"]) == (second["y"], True)

    cards(page).first.click()
    lightbox = page.locator(".lightbox[open]")
    expect(lightbox).to_be_visible(timeout=SHOWN_MS)
    answered(lightbox)
    assert lightbox.evaluate("(one) => one.scrollWidth") <= 390
    for name in ("Approve", "Needs edit", "Reject", "Next", "Close"):
        box = lightbox.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    lightbox.get_by_role("button", name="Approve", exact=True).click()
    answered(lightbox)

    assert verdict(workspace, workspace.ids[-1])[0] == "approved"
    lightbox.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".lightbox")).to_have_count(0, timeout=SHOWN_MS)
    page.set_viewport_size(before or {"width": 1280, "height": 720})


def test_hostile_names_are_only_text(page: Page, workspace: Workspace) -> None:
    asset_id = workspace.ids[1]
    workspace.app.assets.add_tags(workspace.ann, [asset_id], [EVIL[:40]])
    workspace.app.reviews.set_state(
        workspace.ann, [asset_id], workspace.app.assets.get(workspace.ann, asset_id).review.state,
        note=EVIL,
    )  # fmt: skip

    lightbox = open_first(page, "/gallery?sku=EVIL-1&size=large")

    expect(lightbox.locator(".title")).to_have_text(EVIL)
    expect(lightbox.locator(".said")).to_contain_text(EVIL, timeout=SHOWN_MS)
    close(page)
    expect(page.locator(".card.done .title").first).to_have_text(EVIL)
    expect(page.get_by_role("button", name=re.compile("^SKU"))).to_be_visible()
    assert page.evaluate(_FOREIGN_NODES) == []
