"""Outlasting an outage, where giving up would lose what exists nowhere else."""

import logging
from collections.abc import Callable

from core.errors import EpoxError

log = logging.getLogger(__name__)

SHORT_WAITS_S = (1, 2, 5, 10, 20, 30)
"""About a minute: a database that starts anew."""

ROOM_WAITS_S = (1, 2, 5, 10, *(30,) * 30)
"""About a quarter of an hour: somebody who frees a disk."""


def outlast(
    act: Callable[[], None],
    outage: type[EpoxError],
    waits_s: tuple[int, ...],
    pause: Callable[[float], None],
) -> None:
    """Do it, again after each wait while the outage lasts; the last try lets the error through."""
    for wait_s in waits_s:
        try:
            act()
        except outage as error:
            log.warning("trying again in %s s: %s", wait_s, error)
            pause(wait_s)
        else:
            return
    act()
