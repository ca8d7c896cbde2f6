"""Reading and driving the app's screens in a real browser."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, Response, expect

from tests.support.people import PASSWORD

_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app?.getAttribute('data-test-connection-state') === 'CONNECTED'
      && app?.getAttribute('data-test-script-state') === 'notRunning';
}"""
_PROBES = ("/_stcore/health", "/_stcore/host-config")
"""On a deep link Streamlit first asks below the page's own path and is told 404."""


@dataclass
class Watched:
    """A page, and what must not happen in it: other hosts asked, errors, dialogs opened."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("dialog", self._note_dialog)

    def _note_request(self, request: Request) -> None:
        own = (self.origin, self.origin.replace("http:", "ws:"), "data:", "blob:")
        if not request.url.startswith(own):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and not response.url.endswith(_PROBES):
            self.complaints.append(f"{response.status}: {response.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # Failed loads are noted above, with their address.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def settle(page: Page) -> None:
    """Wait until the page is connected and no script runs."""
    page.wait_for_function(_SETTLED, timeout=60_000)


def visit(page: Page, path: str) -> None:
    """Open an address of the app and wait for it."""
    page.goto(path)
    settle(page)


def sign_up(page: Page, *, name: str = "Ann Keller", email: str = "ann@example.com") -> None:
    """Make an account from whatever page asks to sign in."""
    page.get_by_role("link", name="Create").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    settle(page)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Check that the page's title says so."""
    expect(page.get_by_role("heading", name=text, level=1)).to_be_visible(timeout=30_000)
