"""Finding the browser that the browser tests drive."""

import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
"""How Chromium is started: without a screen, and without asking its maker anything."""


def find_chromium() -> Path | None:
    """Return the path of Chromium or Chrome, if this machine has one."""
    found = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in found if path), None)
