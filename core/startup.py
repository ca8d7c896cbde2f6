"""What must hold before Epox starts; each unsafe thing is a sentence that says what to set."""

import ipaddress
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

from core.errors import SettingsError
from core.settings import ENV_FILE, Settings
from db import schema

MAX_UPLOAD_MB = 20
SESSION_HEADERS = {"X-Epox-Session": "session"}

_SECRETS = ("DATABASE_URL", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "GEMINI_API_KEY")
_OTHERS_MAY_READ = 0o044
_CONFIG = ".streamlit/config.toml (or the STREAMLIT_* variable, or the --option)"

Option = Callable[[str], object]
"""Returns the value of one of Streamlit's options, such as `server.address`."""


def check_start(
    settings: Settings, option: Option, bind_address: str, *, env_file: Path = Path(ENV_FILE)
) -> None:
    """Raise `SettingsError` that names everything that is unsafe, if anything is."""
    found = [
        *_address_problems(settings, bind_address),
        *_streamlit_problems(option),
        *_file_problems(settings, env_file),
    ]
    if found:
        raise SettingsError("Epox does not start:\n" + "\n".join(f"- {line}" for line in found))


def prepare_database(settings: Settings) -> None:
    """Bring the database to this version's schema, or raise `SettingsError`."""
    url = settings.sqlalchemy_url
    try:
        found = schema.current_revision(url)
        if found is not None and found > schema.HEAD:
            raise SettingsError(
                f"Epox does not start: the database has schema {found}, newer than this version "
                f"knows ({schema.HEAD}). Start the newer version, or restore a backup."
            )
        if found != schema.HEAD:
            schema.upgrade(url)
    except (OperationalError, InterfaceError):
        # The driver's own words can hold the address with its password.
        name = "The embedded database" if settings.is_sqlite else "The database of DATABASE_URL"
        hint = "EPOX_DATA_DIR and its disk" if settings.is_sqlite else "that it runs and the URL"
        raise SettingsError(
            f"Epox does not start: {name} cannot be opened. Check {hint}."
        ) from None


def is_loopback(address: str) -> bool:
    """Say whether only this machine can reach a server with this address."""
    if address == "localhost" or address.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _address_problems(settings: Settings, bind_address: str) -> Iterator[str]:
    if settings.allowed_hosts:
        return
    if not is_loopback(bind_address):
        yield (
            f"The server's address is {bind_address or 'every address'}, so other machines can "
            "reach it. Set EPOX_ALLOWED_HOSTS to the names under which people open Epox, and "
            "EPOX_BEHIND_PROXY=true if a proxy with TLS stands before it; or bind it to 127.0.0.1."
        )
    elif settings.behind_proxy:
        yield (
            "EPOX_BEHIND_PROXY is true, but EPOX_ALLOWED_HOSTS is empty. Set EPOX_ALLOWED_HOSTS "
            "to the names under which people open Epox, such as epox.example.com."
        )


def _streamlit_problems(option: Option) -> Iterator[str]:
    wanted: dict[str, object] = {
        "client.showErrorDetails": "none",
        "client.allowedOrigins": [],
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.corsAllowedOrigins": [],
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.trustedUserHeaders": SESSION_HEADERS,
        "server.baseUrlPath": "",
        "global.developmentMode": False,
    }
    for name, value in wanted.items():
        found = option(name)
        if found != value:
            yield f"Streamlit's {name} is {found!r}. Set it to {value!r} in {_CONFIG}."
    size_mb = option("server.maxUploadSize")
    if not isinstance(size_mb, int) or size_mb > MAX_UPLOAD_MB:
        yield (
            f"Streamlit's server.maxUploadSize is {size_mb!r}. "
            f"Set it to {MAX_UPLOAD_MB} or less in {_CONFIG}."
        )


def _file_problems(settings: Settings, env_file: Path) -> Iterator[str]:
    if not _can_write(settings.data_dir):
        yield (
            f"The data folder {settings.data_dir.resolve()} cannot be written. Set EPOX_DATA_DIR "
            "to a folder that the user who runs Epox owns."
        )
    if _is_open_to_others(env_file) and _has_secrets(env_file):
        yield f"{env_file} holds secrets, but others can read it. Run: chmod 600 {env_file}"


def _can_write(folder: Path) -> bool:
    try:
        # Others of this machine have no business with the database and the pictures in it.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _is_open_to_others(env_file: Path) -> bool:
    # Windows has no such bits; its files belong to their user anyway.
    return (
        os.name == "posix"
        and env_file.is_file()
        and bool(env_file.stat().st_mode & _OTHERS_MAY_READ)
    )


def _has_secrets(env_file: Path) -> bool:
    lines = env_file.read_text(encoding="utf-8", errors="replace").splitlines()
    given = (line.strip().removeprefix("export ").partition("=") for line in lines)
    return any(name.strip() in _SECRETS and value.strip(" \"'") for name, _, value in given)
