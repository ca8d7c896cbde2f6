"""The strict fake Gemini over HTTP, in a process of its own: it takes no time of a worker's."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.gemini import TEST_KEY
from tests.support.environment import ROOT

GEMINI = "gemini-nano-banana-2.1"


def settings_for_gemini(url: str) -> dict[str, object]:
    """Return the settings with which Epox asks the fake at this address."""
    return {"gemini_api_key": TEST_KEY, "gemini_base_url": url}


@contextmanager
def gemini_process(*, delay_s: float) -> Iterator[str]:
    """Yield the address of a fake whose every picture takes so long."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.fakes.gemini", "--port=0", f"--delay={delay_s}"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe, as was asked for
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()
