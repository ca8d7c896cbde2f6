"""What people type is text: in a real browser no page makes markup, links or requests of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.errors import NoImageError
from core.settings import Settings
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.app_server import app_server
from tests.support.generation import submitted, with_model
from tests.support.hands import Hands
from tests.support.people import PASSWORD, signed_in
from tests.support.screens import Watched, settle, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil.test/x.png)",
    "<a href=//evil.test>x</a>",
    "http://evil.test/ www.evil.test",
    ":material/delete: :smile: :red[x]",
    "$x^2$ **bold** `code`",
    "# head | a | b | ~~s~~ - [ ] t",
    "'\"><b>x</b> &lt;i&gt; {{7*7}} ${7*7}",
)
EMAIL = "ann@example.com"

_TEXTS = """() => {
  const found = [];
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE)
      return;
    if (/^(SCRIPT|STYLE)$/.test(node.tagName || '')) return;
    if (node.value) found.push(String(node.value));
    for (const name of ['alt', 'title', 'aria-label'])
      if (node.getAttribute?.(name)) found.push(node.getAttribute(name));
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
    found.push(' ');
  };
  walk(document.body);
  return found.join('');
}"""
_FOREIGN_NODES = """() => {
  const found = [];
  const walk = root => {
    for (const node of root.querySelectorAll('*')) {
      const link = node.getAttribute('href') || node.getAttribute('src') || '';
      if (/evil\\.test|javascript:/i.test(link) || link === 'x'
          || node.hasAttribute('onerror') || node.hasAttribute('onload'))
        found.push(node.outerHTML.slice(0, 200));
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


@dataclass(frozen=True)
class Evil:
    """A workspace in which every text is an attack."""

    products: tuple[Product, ...]
    collection_id: int
    upload_id: int
    picture_id: int


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    # Its own worker would take the pictures that are made from here.
    with app_server("streamlit", folder, EPOX_WORKER_IN_APP="false") as origin:
        yield origin


@pytest.fixture(scope="module")
def evil(folder: Path, origin: str) -> Iterator[Evil]:
    """Fill the app's own database from here: it is what was typed that counts, not where."""
    del origin  # only so that the database is there
    services = build_services(Settings.model_validate({"data_dir": folder / "data"}))
    yield _filled(with_model(services, FakeImageModel()))
    services.close()


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str, evil: Evil) -> Iterator[Watched]:
    del evil  # only so that Ann has an account
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


def _filled(app: Services) -> Evil:
    ann = signed_in(app, f"Ann {EVIL[0]}"[:80], EMAIL)
    for number, text in enumerate(EVIL):
        signed_in(app, text[:80], f"p{number}@example.com")
    products = tuple(_product(app, ann, text) for text in EVIL)
    ids = [product.id for product in products]
    for text in EVIL:
        collection = app.collections.create(ann, text, text)
        app.collections.add_products(ann, collection.id, ids)
    upload = app.assets.upload(ann, PhotoUpload(f"{EVIL[1]}.jpg", photo_bytes(colour="#123456")))
    picture_id = _generated(app, ann, products[0])
    for product in products[1:]:
        _generated(app, ann, product)
    return Evil(products, collection.id, upload.id, picture_id)


def _product(app: Services, ann: Actor, text: str) -> Product:
    draft = ProductDraft(
        name=text, sku=text, category=text, description=text, tags=(text[:40].strip(),)
    )
    product = app.products.create(ann, draft)
    photo = PhotoUpload(text.replace("/", "\u2215"), photo_bytes(colour="#8a5a2b"))
    app.products.add_photos(ann, product.id, [photo])
    return app.products.get(ann, product.id)


def _generated(app: Services, ann: Actor, product: Product) -> int:
    """Make one picture, and let a second one fail with the evil words of a provider."""
    job = submitted(app, ann, product, prompt=product.name, variants=2)
    hands = Hands(app)
    hands.make()
    hands.runs.endings.give_up(
        hands.claim(),
        code=NoImageError.code,
        sentence=f"The image model answered in words: {product.name}",
    )
    [slot, _] = app.generation.get(ann, job.id).slots
    return slot.asset_id or 0


def _shown(page: Page) -> str:
    """Return the page's text as a person reads it, names of pictures and buttons included."""
    text = str(page.evaluate(_TEXTS)).replace("\u2060", "")
    return " ".join(text.split())


def _check(page: Page, *texts: str) -> None:
    shown = _shown(page)
    missing = [text for text in texts if " ".join(text.split()) not in shown]
    assert missing == [], shown[:4000]
    assert page.evaluate(_FOREIGN_NODES) == []


@pytest.mark.parametrize(
    "path", ["/", "/products", "/collections", "/gallery", "/studio", "/jobs", "/admin?show=People"]
)
def test_lists_show_it_as_it_was_typed(page: Page, path: str) -> None:
    visit(page, path)

    page.wait_for_timeout(500)  # components draw after the script has ended

    _check(page, *EVIL)


def test_the_table_shows_it_as_it_was_typed(page: Page) -> None:
    visit(page, "/products?view=table")
    page.wait_for_timeout(500)

    _check(page, *EVIL)


@pytest.mark.parametrize("number", range(len(EVIL)))
def test_a_products_pages_show_it_as_it_was_typed(page: Page, evil: Evil, number: int) -> None:
    product = evil.products[number]
    visit(page, f"/product?id={product.id}")
    page.wait_for_timeout(500)
    _check(page, EVIL[number])

    visit(page, f"/studio?product={product.id}")
    page.wait_for_timeout(500)
    _check(page, EVIL[number], f"answered in words: {EVIL[number]}")


def test_forms_and_dialogs_show_it_as_it_was_typed(page: Page, evil: Evil) -> None:
    visit(page, f"/product?id={evil.products[0].id}")
    settle(page)
    page.get_by_role("button", name="Edit", exact=True).first.click()
    page.get_by_role("dialog").wait_for()
    settle(page)

    _check(page, EVIL[0])
    page.keyboard.press("Escape")


def test_a_picture_an_upload_and_a_collection_show_it(page: Page, evil: Evil) -> None:
    visit(page, f"/asset?id={evil.picture_id}")
    page.wait_for_timeout(500)
    _check(page, EVIL[0])

    visit(page, f"/asset?id={evil.upload_id}")
    page.wait_for_timeout(500)
    _check(page, EVIL[1])

    visit(page, f"/collection?id={evil.collection_id}")
    page.wait_for_timeout(500)
    _check(page, *EVIL)


def test_a_search_shows_it(page: Page) -> None:
    visit(page, "/products?text=%3Cscript%3Ealert(1)%3C/script%3E")
    page.wait_for_timeout(500)

    _check(page)


def test_the_own_name_shows_it(page: Page) -> None:
    visit(page, "/settings")

    _check(page, f"Ann {EVIL[0]}")


def test_an_uploaded_files_name_shows_it(page: Page, evil: Evil) -> None:
    visit(page, f"/product?id={evil.products[2].id}")
    name = EVIL[1].replace("/", "") + ".png"
    page.locator("input[type=file]").first.set_input_files(
        [FilePayload(name=name, mimeType="image/png", buffer=b"<html>no picture</html>")]
    )
    page.get_by_text("not a picture").or_(page.get_by_text("HTML")).first.wait_for()
    settle(page)

    _check(page, name)
