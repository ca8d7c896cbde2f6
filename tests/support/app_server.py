"""The whole app as an operator starts it: in a process and a folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx2

from tests.support.environment import ROOT

Launcher = Literal["streamlit", "uvicorn"]

START_S = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(launcher: Launcher, port: int, *options: str) -> list[str]:
    """Return how the app is started; further options are the launcher's own."""
    if launcher == "uvicorn":
        app = [
            "uvicorn",
            "app:app",
            f"--app-dir={ROOT}",
            f"--port={port}",
            "--ws=websockets-sansio",
        ]
        return [sys.executable, "-m", *app, *options]
    app = ["streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    return [sys.executable, "-m", *app, *options]


def refusal(launcher: Launcher, folder: Path, *options: str, **variables: str) -> tuple[int, str]:
    """Start the app that must not start; return its exit code and what it said."""
    ended = subprocess.run(
        command(launcher, free_port(), *options),
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )
    return ended.returncode, ended.stderr


@contextmanager
def app_server(launcher: Launcher, folder: Path, **variables: str) -> Iterator[str]:
    """Yield the origin of a fresh app whose data is in the folder, and stop it."""
    origin = f"http://127.0.0.1:{(port := free_port())}"
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command(launcher, port),
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(origin, process, folder / "server.log")
        yield origin
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def _wait(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            httpx2.get(f"{origin}/_stcore/health")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(log.read_text())
