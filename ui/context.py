"""What a page calls: the services of this process."""

from core.bootstrap import Services, installed


def services() -> Services:
    """Return the services that the server opened, or raise `RuntimeError` before it did."""
    return installed()
