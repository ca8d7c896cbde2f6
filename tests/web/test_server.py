"""What the server knows of how it was started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environment import ROOT
from web.server import bind_address

STREAMLIT = {"server.address": "10.0.0.5"}


class TestBindAddress:
    @pytest.mark.parametrize(
        ("argv", "address"),
        [
            (["/bin/streamlit", "run", "app.py"], "10.0.0.5"),
            (["/bin/streamlit", "run", "app.py", "--host", "1.2.3.4"], "10.0.0.5"),
            (["/bin/uvicorn", "app:app"], "127.0.0.1"),
            (["/bin/uvicorn", "app:app", "--host", "1.2.3.4"], "1.2.3.4"),
            (["/lib/uvicorn/__main__.py", "app:app", "--host=::"], "::"),
            (["/bin/uvicorn", "app:app", "--host"], "127.0.0.1"),
        ],
    )
    def test_is_what_the_launcher_was_told(self, argv: list[str], address: str) -> None:
        assert bind_address(STREAMLIT.__getitem__, argv) == address

    def test_is_uvicorns_variable_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UVICORN_HOST", "1.2.3.4")

        assert bind_address(STREAMLIT.__getitem__, ["uvicorn", "app:app"]) == "1.2.3.4"

    def test_is_every_address_when_nobody_said(self) -> None:
        assert bind_address({"server.address": None}.__getitem__, ["streamlit", "run"]) == ""


@pytest.mark.slow
class TestImports:
    def test_load_nothing_heavy(self, tmp_path: Path) -> None:
        heavy = [
            "google.genai",
            "cv2",
            "boto3",
            "numpy",
            "pandas",
            "alembic",
            "streamlit_authenticator",
        ]
        code = f"import sys, web.server; print([m for m in {heavy} if m in sys.modules])"

        assert _python(code, tmp_path) == "[]"

    def test_switch_off_streamlits_own_discovery_of_pages(self, tmp_path: Path) -> None:
        code = (
            "import app; from streamlit.runtime.pages_manager import PagesManager as pages; "
            "print(pages.uses_pages_directory)"
        )

        assert _python(code, tmp_path) == "False"


def _python(code: str, folder: Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()
