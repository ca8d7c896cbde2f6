"""Servers of their own processes: Epox and bare Streamlit scripts to compare it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scratch import scratch_services
from core.bootstrap import Services
from core.domain.accounts import Actor
from tests.support.environment import ROOT
from tests.support.people import PASSWORD, signed_in

TUNED = ("--runner.postScriptGC=false",)
"""What Epox too tells Streamlit, for a bare script that is as fast as Streamlit can be."""

HELLO = 'import streamlit as st\n\nst.title("Hello")\nst.write("Welcome.")\n'

_GIVE_UP_AFTER_S = 60


@dataclass(frozen=True)
class Account:
    """An Epox to start: its folder, its services, who is signed in, and a session's token."""

    folder: Path
    services: Services
    actor: Actor
    token: str

    def environment(self) -> dict[str, str]:
        """Return the variables of its process."""
        settings = self.services.parts.settings
        return {
            **os.environ,
            "EPOX_DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url.get_secret_value(),
        }


@contextmanager
def epox_account() -> Iterator[Account]:
    """Yield an embedded database with one signed-in person."""
    with scratch_services("sqlite") as services:
        ann = signed_in(services, "Ann", "ann@example.com")
        token = services.accounts.sign_in(
            "ann@example.com", PASSWORD, browser="Chromium", address="127.0.0.1"
        )
        yield Account(ROOT, services, ann, token)


def script_folder(folder: Path, script: str = HELLO) -> Path:
    """Return a folder with one bare script in it, called as Epox's is."""
    folder.mkdir()
    (folder / "app.py").write_text(script)
    return folder


def epox_with_empty_page(folder: Path) -> Path:
    """Return a folder with Epox whose first page does nothing but check access."""
    folder.mkdir()
    for name in ("core", "db", "ui", "web", "migrations"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copytree(ROOT / "pages", folder / "pages")
    shutil.copy(ROOT / "app.py", folder)
    page = '"""Nothing."""\n\nfrom ui.access import require_actor\n\nactor = require_actor()\n'
    (folder / "pages" / "dashboard.py").write_text(page)
    return folder


@contextmanager
def served(
    folder: Path, environment: dict[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[str]:
    """Start `streamlit run app.py` in the folder and yield its address at once."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    fixed = [
        "--server.headless=true",
        "--server.address=127.0.0.1",
        "--server.fileWatcherType=none",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *fixed, "--browser.gatherUsageStats=false", *options],
        cwd=folder,
        env=environment or dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_listens(address: str) -> None:
    """Return as soon as the server accepts connections."""
    port = int(address.rpartition(":")[2])
    end = time.monotonic() + _GIVE_UP_AFTER_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise TimeoutError(f"{address} does not listen")


def wait_until_it_is_well(address: str) -> None:
    """Return as soon as Streamlit says that it runs."""
    wait_until_it_listens(address)
    urllib.request.urlopen(f"{address}/_stcore/health", timeout=_GIVE_UP_AFTER_S).close()  # noqa: S310 - ours


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
