"""What the commands of a shell share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.bootstrap import Services, build_services
from core.settings import Settings


@contextmanager
def opened_services(settings: Settings) -> Iterator[Services]:
    """Yield the services for these settings, and close them."""
    services = build_services(settings)
    try:
        yield services
    finally:
        services.close()


def say(sentence: str) -> None:
    """Write a line for whoever asked, or for the next program."""
    sys.stdout.write(sentence + "\n")


def complain(sentence: str) -> int:
    """Write a line for whoever watches, and return the exit code of a failure."""
    sys.stderr.write(sentence + "\n")
    return 1


def counted(number: int, word: str) -> str:
    """Return how many there are of what a word names, such as `1 file` or `2,000 files`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
