"""The sign-in pages as HTML; every value is escaped here and nowhere else."""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse, Response

from web.own_assets import FOLDER, digest_of

TEMPLATES = Path(__file__).parent / "templates"

# No script at all: nothing on these pages needs one.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def render(template: str, **values: str) -> str:
    """Return the template with the values in it, each as plain text."""
    text = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    return Template(text).substitute({name: escape(value) for name, value in values.items()})


def page(title: str, *parts: str, status: int = 200) -> Response:
    """Return the page that holds these rendered parts."""
    frame = Template((TEMPLATES / "frame.html").read_text(encoding="utf-8"))
    html = frame.substitute(title=escape(title), style=_style_address(), body="\n".join(parts))
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
    return HTMLResponse(html, status, headers)


def _style_address() -> str:
    return f"/assets/login.css?v={digest_of((FOLDER / 'login.css').read_bytes())}"
