"""From the start of the process to a page that can be used, in a browser that was never here."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, new_context, wait_until_settled
from benchmarks.figures import Figure
from benchmarks.servers import epox_account, script_folder, served, wait_until_it_listens

ROUNDS = 5
QUICK_ROUNDS = 2

Usable = Callable[[Page], None]


def figures(*, is_quick: bool) -> Iterator[Figure]:
    """Measure the sign-in page and the dashboard; the floor is a bare script's page."""
    taken: dict[str, list[float]] = {"login": [], "dashboard": [], "hello": []}
    with (
        tempfile.TemporaryDirectory() as scratch,
        epox_account() as account,
        chromium() as browser,
    ):
        hello = script_folder(Path(scratch) / "hello")
        environment = account.environment()
        for turn in range(1 + (QUICK_ROUNDS if is_quick else ROUNDS)):
            times = {
                "hello": _once(browser, hello, None, "", _hello_shows),
                "login": _once(browser, account.folder, environment, "", _login_shows),
                "dashboard": _once(
                    browser, account.folder, environment, account.token, _dashboard_shows
                ),
            }
            if turn > 0:  # the first turn fills the disk's cache
                for name, seconds in times.items():
                    taken[name].append(seconds)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    floor = medians["hello"], "bare hello script, usable"
    yield Figure("cold start to the sign-in page", medians["login"], *floor, 1.4, unit="s")
    yield Figure("cold start to the dashboard", medians["dashboard"], *floor, 1.4, unit="s")


def _once(
    browser: Browser, folder: Path, environment: dict[str, str] | None, token: str, usable: Usable
) -> float:
    begun = time.perf_counter()
    with served(folder, environment) as address:
        context = new_context(browser, address, token)
        page = context.new_page()
        wait_until_it_listens(address)
        page.goto(address, wait_until="commit")
        usable(page)
        taken = time.perf_counter() - begun
        context.close()
    return taken


def _hello_shows(page: Page) -> None:
    wait_until_settled(page, "Hello")


def _login_shows(page: Page) -> None:
    page.locator("input[type=password]").wait_for()


def _dashboard_shows(page: Page) -> None:
    wait_until_settled(page, "Dashboard")
