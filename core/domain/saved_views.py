"""Saved views: a page's filters under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SavedView:
    """A page's filters as the query of its address, under a name.

    `is_mine` says that the person who asked made it; others see it only when it `is_shared`.
    """

    id: int
    page: str
    name: str
    query: Mapping[str, str]
    is_shared: bool
    is_mine: bool
    created_by: str
    created_at: datetime
