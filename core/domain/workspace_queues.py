"""What one workspace has in the queue, and whose jobs it has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkspaceQueue:
    """The queue as one workspace sees it; while `is_paused` no picture of it is begun.

    `active_jobs` are those that are not over. `running` and `queued` count their pictures; `held`
    are those of the queued ones whose job is paused.
    """

    is_paused: bool
    active_jobs: int
    running: int
    queued: int
    held: int


@dataclass(frozen=True)
class Holds:
    """What keeps queued pictures of a workspace from being begun, whichever job they are of.

    `stopped_models` are image models that somebody paused, or that are parked.
    """

    is_paused: bool = False
    stopped_models: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """A member of a workspace, as lists name them."""

    id: int
    name: str
