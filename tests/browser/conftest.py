"""A fresh app with its worker, and a browser that reports what it should not see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.app_server import app_server
from tests.support.browser import OPTIONS, find_chromium
from tests.support.screens import Watched


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app on an empty folder, as `make run` does."""
    with app_server("streamlit", tmp_path_factory.mktemp("app")) as origin:
        yield origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=list(OPTIONS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str) -> Iterator[Watched]:
    """Open a page that notes requests to elsewhere, errors and dialogs."""
    context = browser.new_context(base_url=origin, accept_downloads=True)
    watched = Watched(context.new_page(), origin)
    yield watched
    context.close()


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """Give the test the page; afterwards nothing may have gone wrong in it."""
    yield watched.page
    assert watched.complaints == []


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Return where a test may keep what it downloads."""
    return tmp_path
