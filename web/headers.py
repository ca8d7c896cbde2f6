"""What every answer says to the browser about what this page may do."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.cookies import is_https, secured

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STARTS = ("http.response.start", "websocket.http.response.start")
_ONE_YEAR_S = 31_536_000

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def app_policy(index_page: Path, pictures_from: Sequence[str] = ()) -> str:
    """Return the content security policy that Streamlit's page needs, and nothing wider.

    Its inline scripts are allowed by their hash, which changes with Streamlit's version.
    `pictures_from` are other origins whose pictures may be shown.
    """
    scripts = _INLINE_SCRIPT.findall(index_page.read_text(encoding="utf-8"))
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    pictures = " ".join(("'self' data: blob:", *pictures_from))
    return (
        # Components are modules that Streamlit makes from text: hence blob.
        f"default-src 'self'; script-src 'self' blob: {hashes}; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        f"img-src {pictures}; "
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@dataclass(frozen=True)
class SecurityHeadersMiddleware:
    """Adds the headers to whatever is answered, errors of ours included."""

    app: ASGIApp
    policy: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        has_started = False

        async def complete(message: Message) -> None:
            nonlocal has_started
            if message["type"] in _STARTS:
                has_started = True
                self._complete(message, scope)
            await send(message)

        try:
            await self.app(scope, receive, complete)
        except Exception:
            # Starlette's own answer to an unknown error would pass by these headers.
            if scope["type"] == "http" and not has_started:
                text = "Something went wrong. Please try again."
                await PlainTextResponse(text, 500)(scope, receive, complete)
            raise

    def _complete(self, message: Message, scope: Scope) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in _ALWAYS.items():
            headers[name] = value
        headers.setdefault("Content-Security-Policy", self.policy)
        if is_https(scope):
            headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR_S}; includeSubDomains"
            message["headers"] = [
                (name, secured(value) if name == b"set-cookie" else value)
                for name, value in message["headers"]
            ]
