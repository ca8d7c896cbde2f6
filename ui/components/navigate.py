"""Leaving Streamlit's pages for one that the server renders itself."""

from ui.components.browser_code import component

_navigate = component("navigate")


def go_to_url(path: str) -> None:
    """Send the browser to a path of this server; raises `ValueError` for any other address."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path of this server: {path!r}")
    _navigate(key="navigate", data=[path, False], height="content")


def go_to_sign_in() -> None:
    """Send the browser to the sign-in page, which leads back to the page that is open now."""
    _navigate(key="navigate", data=["/login?reason=ended&next=", True], height="content")
