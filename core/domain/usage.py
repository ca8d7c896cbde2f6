"""Usage: what a workspace's calls to image models cost, in the ledger's lines and in sums."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from core.domain.jobs import CallState
from core.errors import InvalidInputError

UsageBy = Literal["day", "person", "product", "collection", "image_model"]
MAX_DAYS = 366
TOP_ROWS = 50
"""So many rows of a grouping are shown by themselves; the rest are summed in one."""

OTHERS = "others"
"""The key of the row that sums what has no row of its own; no id and no day is called so."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class UsageFilter:
    """Which calls are meant: begun on a day from `since` to `until`, both included (UTC).

    Raises `InvalidInputError` for days that are no span of at most a year.
    """

    since: date
    until: date

    def __post_init__(self) -> None:
        """Check the span."""
        if self.until < self.since:
            raise InvalidInputError(user_message="The first day must not be after the last one.")
        if self.since < FIRST_DAY or self.until > LAST_DAY:
            raise InvalidInputError(user_message="Please choose days between 2000 and 2999.")
        if self.days > MAX_DAYS:
            raise InvalidInputError(user_message="Please choose a year at most.")

    @property
    def begins(self) -> datetime:
        """Return the moment from which calls are meant."""
        return datetime.combine(self.since, time(), UTC)

    @property
    def ends(self) -> datetime:
        """Return the moment before which they are."""
        return datetime.combine(self.until, time(), UTC) + timedelta(days=1)

    @property
    def days(self) -> int:
        """Return how many days it spans."""
        return (self.until - self.since).days + 1

    @classmethod
    def month(cls, day: date) -> "UsageFilter":
        """Return the whole month that the day is in."""
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        return cls(first, following - timedelta(days=1))


@dataclass(frozen=True)
class UsageRow:
    """What one day, person, product, collection or model used, in millionths of a US dollar.

    `key` is the id or the day, "" for what has none, or `OTHERS`; `label` is its name for people,
    `detail` a product's SKU.
    `calls` counts all calls, `pictures` those that gave one, `looks` those that gave words about
    one, `unknown` those whose answer was lost, `under_way` those that wait for it.
    `estimate_micros` is what they were expected to cost before they were sent, without those that
    failed for free; `picture_micros` is what was spent on pictures and not on looks.
    """

    key: str
    label: str
    calls: int
    pictures: int
    unknown: int
    estimate_micros: int
    cost_micros: int
    detail: str = ""
    under_way: int = 0
    looks: int = 0
    picture_micros: int = 0

    @property
    def mean_micros(self) -> int:
        """Return what a picture cost on average; looks at pictures do not count."""
        return self.picture_micros // self.pictures if self.pictures else 0

    @property
    def empty(self) -> int:
        """Return how many calls ended with nothing, for certain."""
        return self.calls - self.pictures - self.looks - self.unknown - self.under_way


@dataclass(frozen=True)
class LedgerLine:
    """One call, as the ledger and its export show it; one of a task has neither job nor slot."""

    id: str
    at: datetime
    finished_at: datetime | None
    job_id: int | None
    slot_id: int | None
    product_name: str
    sku: str
    person: str
    image_model: str
    state: CallState
    failure_code: str
    estimate_micros: int
    cost_micros: int
    input_tokens: int
    image_tokens: int
    text_tokens: int
    model_version: str
    response_id: str
