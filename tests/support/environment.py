"""A known environment: whatever a developer has set, the tests see the same."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN_DIR = "EPOX_TEST_RUN_DIR"
"""The run's folder: pytest-xdist's workers inherit it and so share one server and one template."""

CHAOS = "EPOX_CHAOS_"
"""Begins the variables that make the sweeps longer or replay one; they are no settings."""

_CLOSED = Path(__file__).parent / "closed"
_SETTINGS = (
    "AWS_",
    "DATABASE_URL",
    "DBOS_",
    "EPOX_",
    "GEMINI_",
    "GOOGLE_",
    "R2_",
    "STREAMLIT_",
    "UNSPLASH_",
)


def clean() -> None:
    """Forget inherited settings, and keep this process and its children on this machine."""
    for name in list(os.environ):
        if name.startswith(_SETTINGS) and not name.startswith((RUN_DIR, CHAOS)):
            del os.environ[name]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost,::1"
    paths = [str(_CLOSED), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, paths)))


class DotEnv(os.PathLike[str]):
    """A `.env` in the current folder, but never the developer's own at the top of the tree."""

    def __fspath__(self) -> str:
        """Return the path for where the process is now."""
        return os.devnull if Path.cwd() == ROOT else ".env"
