"""Whom a picture from elsewhere is by, as its source asks to be told."""

from urllib.parse import quote

from core.domain.inspiration import Credit
from ui.format import escape_markdown

_OF_ADDRESSES = "/:?&=@%#~+,;.-_"
"""What an address may hold in Markdown: all else is written as its code, brackets above all."""


def credit_line(credit: Credit | None) -> str:
    """Return the credit as Markdown, with links; "" where there is nobody to name."""
    if credit is None or not (credit.photographer or credit.page_url):
        return ""
    place = _link(credit.source, credit.page_url)
    if not credit.photographer:
        return f"Found at {place}"
    return f"Photo by {_link(credit.photographer, credit.photographer_url)} on {place}"


def _link(text: str, url: str) -> str:
    words = escape_markdown(text)
    if not url.lower().startswith("https://"):
        return words
    return f"[{words}]({quote(url, safe=_OF_ADDRESSES)})"
