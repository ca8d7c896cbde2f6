"""Where a request really came from: a proxy's word counts only when there is a proxy."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

_FORWARDED_FOR = b"x-forwarded-for"
_FORWARDED_PROTO = b"x-forwarded-proto"
_SECURE = {"http": "https", "websocket": "wss"}
_PLAIN = {"http": "http", "websocket": "ws"}


@dataclass(frozen=True)
class ForwardedMiddleware:
    """Sets the scheme and the client from X-Forwarded-*, or undoes what the server believed.

    Uvicorn by itself believes these headers from any program on this machine.
    """

    app: ASGIApp
    is_behind_proxy: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its real origin."""
        if scope["type"] in _PLAIN:
            scope = self._real(scope)
        await self.app(scope, receive, send)

    def _real(self, scope: Scope) -> Scope:
        client = _last(scope, _FORWARDED_FOR)
        proto = _last(scope, _FORWARDED_PROTO)
        if self.is_behind_proxy:
            changes = {"client": (client, 0)} if client else {}
            if proto in {"http", "https"}:
                schemes = _SECURE if proto == "https" else _PLAIN
                changes["scheme"] = schemes[scope["type"]]  # type: ignore[assignment]  # scope is untyped
            return {**scope, **changes}
        # Only a program on this machine was believed, so that is who it was.
        changes = {"client": ("127.0.0.1", 0)} if client else {}
        if proto:
            changes["scheme"] = _PLAIN[scope["type"]]  # type: ignore[assignment]  # likewise
        return {**scope, **changes}


def _last(scope: Scope, name: bytes) -> str:
    # The proxy next to us appends; what stands before its word came from the client.
    values = [value for header, value in scope["headers"] if header == name]
    return values[-1].rpartition(b",")[2].strip().decode("latin-1") if values else ""
