"""Who may talk to this server: the host names it answers to, and pages of its own."""

import ipaddress
import logging
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.addresses import HEALTH, SHARES
from web.cookies import is_https

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OriginMiddleware:
    """Refuses other host names (DNS rebinding) and writes from other sites (forged requests).

    Without `allowed_hosts` only this machine may connect, whatever address the server has.
    """

    app: ASGIApp
    allowed_hosts: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] in {"http", "websocket"} else ""
        if refusal:
            log.warning("refused %r on %r: %s", scope["type"], _told(scope["path"]), refusal)
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        if not self.allowed_hosts and _is_reached_from_outside(scope):
            return "Epox only answers this machine. Set EPOX_ALLOWED_HOSTS to open it."
        # A load balancer asks by address, and there is nothing to steal.
        if scope["path"] == HEALTH:
            return ""
        headers = Headers(scope=scope)
        if not self._is_known(headers.getlist("host")):
            return "Unknown host name. EPOX_ALLOWED_HOSTS lists those that Epox answers to."
        if scope["type"] == "websocket" or scope["method"] not in _READS:
            return _origin_refusal(headers, "https" if is_https(scope) else "http")
        return ""

    def _is_known(self, hosts: list[str]) -> bool:
        found = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
        if found is None:
            return False
        return found[1].rstrip(".") in THIS_MACHINE | self.allowed_hosts


def _told(path: str) -> str:
    """Return a path for the log: who can read the token of a share link could use it."""
    return f"{SHARES}..." if path.startswith(SHARES) else path


def _origin_refusal(headers: Headers, scheme: str) -> str:
    own = f"{scheme}://{headers['host']}".lower()
    origins = headers.getlist("origin")
    if len(origins) == 1 and origins[0].lower() == own:
        return ""
    log.warning("the Origin is %r, expected %r", origins, own)
    return "This request did not come from a page of Epox."


def _is_reached_from_outside(scope: Scope) -> bool:
    server = scope.get("server")
    try:
        return server is not None and not ipaddress.ip_address(server[0]).is_loopback
    except ValueError:
        return False  # a socket file or a test: no address of the network
