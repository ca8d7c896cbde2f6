"""Chromium, as a person's browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browser import find_chromium

_TIMEOUT_MS = 60_000
_IS_SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app?.getAttribute('data-test-connection-state') === 'CONNECTED'
        && app?.getAttribute('data-test-script-state') === 'notRunning'
}"""
_ARE_PICTURES_SHOWN = """count => {
    const found = []
    const collect = root => root.querySelectorAll('*').forEach(element => {
        if (element.tagName === 'IMG' && element.src.match(/files|static/)) found.push(element)
        if (element.shadowRoot) collect(element.shadowRoot)
    })
    collect(document)
    const isVisible = image => {
        const box = image.getBoundingClientRect()
        return box.top < innerHeight && box.bottom > 0 && box.width > 0
    }
    return found.length >= count
        && found.filter(isVisible).every(image => image.complete && image.naturalWidth > 0)
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield this machine's Chromium, without a window."""
    path = find_chromium()
    if path is None:
        raise SystemExit("Chromium is not found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, address: str, token: str = "") -> BrowserContext:
    """Return a browser that was never here; with a token, one that is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_TIMEOUT_MS)
    if token:
        context.add_cookies([{"name": "epox_session", "value": token, "url": address}])
    return context


def wait_until_settled(page: Page, text: str) -> None:
    """Return when the heading is on the screen and the script has come to its end."""
    page.get_by_role("heading", name=text).first.wait_for()
    page.wait_for_function(_IS_SETTLED, polling="raf")


def wait_until_pictures_show(page: Page, count: int) -> None:
    """Return when so many pictures are on the page and those in view are drawn."""
    page.wait_for_function(_ARE_PICTURES_SHOWN, arg=count, polling="raf")
