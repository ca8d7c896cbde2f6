"""The whole site but for Streamlit, for a browser that is a function call away."""

from pathlib import Path

import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from core.settings import Settings
from web.server import WebServer

STREAMLIT = Path(streamlit.__file__).parent
ORIGIN = "http://localhost"
SOCKET_PATH = "/_stcore/stream"
SOCKET = f"ws://localhost{SOCKET_PATH}"
METHODS = ["GET", "POST", "PUT", "DELETE"]


class Site:
    """Our routes and middleware around a stand-in for Streamlit that tells what reached it."""

    def __init__(self, settings: Settings) -> None:
        server = WebServer(settings, STREAMLIT)
        self._app = Starlette(
            routes=[
                *server.routes(),
                WebSocketRoute(SOCKET_PATH, _tell_socket),
                Route("/{path:path}", _tell, methods=METHODS),
            ],
            middleware=list(server.middleware()),
        )

    def browser(self, origin: str = ORIGIN) -> TestClient:
        """Return a browser whose pages come from this origin."""
        return TestClient(
            self._app,
            base_url=origin,
            headers={"Origin": origin},
            follow_redirects=False,
            raise_server_exceptions=False,
        )


async def _tell(request: Request) -> Response:
    if request.url.path == "/breaks":
        raise RuntimeError("an unknown error with a password in it")
    response = JSONResponse(
        {
            "sessions": request.headers.getlist("x-epox-session"),
            "scheme": request.url.scheme,
            "client": request.client.host if request.client else None,
        }
    )
    response.set_cookie("_streamlit_xsrf", "1")
    return response


async def _tell_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(socket.headers.getlist("x-epox-session"))
    await socket.close()
