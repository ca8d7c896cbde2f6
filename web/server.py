"""The server around Streamlit: what is checked before, what is answered beside it, what it ends."""

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from core.bootstrap import Services, build_services, install, installed
from core.errors import SettingsError
from core.settings import Settings, load_settings
from core.startup import Option, check_start, prepare_database
from web.addresses import ASSETS, EXPORTS, FILES, HEALTH, LOGIN, PREVIEWS, SHARES, SIGN_OUT, SIGNUP
from web.background_worker import BackgroundWorker
from web.exports import Exports
from web.files import Files
from web.gate import GateMiddleware
from web.headers import SecurityHeadersMiddleware, app_policy
from web.health import HealthRoute
from web.origins import OriginMiddleware
from web.own_assets import OwnAssets
from web.picture_exports import PictureExports
from web.previews import Previews
from web.proxy import ForwardedMiddleware
from web.shares import Shares
from web.sign_in import SignIn


class WebServer:
    """Everything of the web process that is not Streamlit."""

    def __init__(
        self,
        settings: Settings,
        streamlit_folder: Path,
        services: Callable[[], Services] = installed,
    ) -> None:
        self._settings = settings
        self._index_page = streamlit_folder / "static" / "index.html"
        self._services = services

    def check(self, option: Option) -> None:
        """End the process with sentences if it must not start like this."""
        try:
            check_start(self._settings, option, bind_address(option, sys.argv))
            prepare_database(self._settings)
        except SettingsError as error:
            raise SystemExit(str(error)) from None

    def routes(self) -> Sequence[BaseRoute]:
        """Return what is answered beside Streamlit."""
        sign_in = SignIn(self._services)
        exports = Exports(self._services)
        previews = Previews(self._services)
        return (
            Route(LOGIN, sign_in.login, methods=["GET", "POST"]),
            Route(SIGNUP, sign_in.signup, methods=["GET", "POST"]),
            Route(SIGN_OUT, sign_in.sign_out, methods=["GET", "POST"]),
            Route(FILES + "{asset_id}/{digest}/{rendition}", Files(self._services).get),
            Route(EXPORTS + "usage.csv", exports.usage),
            Route(EXPORTS + "products.{file_format}", exports.products),
            Route(EXPORTS + "import-lines.csv", exports.import_lines),
            Route(EXPORTS + "pictures/{export_id}", PictureExports(self._services).get),
            Route(PREVIEWS + "{asset_id}", previews.get, methods=["GET", "POST"]),
            Route(PREVIEWS + "{asset_id}/masks", previews.keep_mask, methods=["POST"]),
            Route(ASSETS + "{name:path}", OwnAssets().get),
            Mount(SHARES.rstrip("/"), Shares(self._services).router()),
            Route(HEALTH, HealthRoute(self._services).get),
        )

    def middleware(self) -> Sequence[Middleware]:
        """Return what every request passes, the outermost first."""
        return (
            Middleware(ForwardedMiddleware, is_behind_proxy=self._settings.behind_proxy),
            Middleware(
                SecurityHeadersMiddleware,
                policy=app_policy(self._index_page, self._settings.picture_origins),
            ),
            Middleware(OriginMiddleware, allowed_hosts=frozenset(self._settings.allowed_hosts)),
            Middleware(GateMiddleware, session_for_token=self._session_for_token),
        )

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Open the services and the worker, and close them in the end."""
        services = build_services(self._settings)
        install(services)
        worker = BackgroundWorker(services) if self._settings.worker_in_app else None
        # What is loaded now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            if worker is not None:
                await anyio.to_thread.run_sync(worker.stop)
            install(None)
            services.close()

    def _session_for_token(self, token: str) -> int | None:
        return self._services().accounts.session_for_token(token)


def prepared_server(streamlit_folder: Path) -> WebServer:
    """Return the server for the settings of this process, or end it with a sentence."""
    try:
        return WebServer(load_settings(), streamlit_folder)
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def bind_address(option: Option, argv: Sequence[str]) -> str:
    """Return the address that the server listens on, whichever program started it."""
    if Path(argv[0]).stem == "uvicorn" or Path(argv[0]).parent.name == "uvicorn":
        return _uvicorn_host(argv)
    return str(option("server.address") or "")


def _uvicorn_host(argv: Sequence[str]) -> str:
    host = os.environ.get("UVICORN_HOST", "127.0.0.1")
    for place, word in enumerate(argv):
        if word == "--host" and place + 1 < len(argv):
            host = argv[place + 1]
        elif word.startswith("--host="):
            host = word.removeprefix("--host=")
    return host
