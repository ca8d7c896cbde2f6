"""What a list of assets is narrowed to, and by what it is sorted."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from core.domain.assets import Origin
from core.domain.reviews import MAX_RATING, ReviewState
from core.domain.texts import is_storable

MAX_FILTER_CHARS = 200
_MAX_NUMBER = 2**63
_MAX_SIDE_PX = 100_000
_MAX_COST_MICROS = 10**12
_MAX_TOOLS = 12
_TOOL = re.compile(r"[a-z][a-z_]{0,23}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES_NO = {"yes": True, "no": False}
_Word = TypeVar("_Word", bound=StrEnum)


class AssetSort(StrEnum):
    """What a list is sorted by; `REVIEWED` shows only what somebody judged, the last judged first.

    `PRODUCT` goes by the product's name, then its SKU; what shows no product comes first.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"
    COST = "cost"
    PRODUCT = "product"
    LARGEST = "largest"
    REVIEWED = "reviewed"

    @classmethod
    def of(cls, text: object) -> "AssetSort":
        """Return the sort that an address names, or the usual one when it names none."""
        return _word(cls, text) or cls.NEWEST


class Stacks(StrEnum):
    """Whether near duplicates hide under the one on top of their stack."""

    OPEN = "open"
    COLLAPSED = "collapsed"


class Aspect(StrEnum):
    """What shape a picture has."""

    SQUARE = "square"
    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    WIDE_21_9 = "21:9"
    WIDE_16_9 = "16:9"
    WIDE_3_2 = "3:2"
    WIDE_4_3 = "4:3"
    WIDE_5_4 = "5:4"
    TALL_4_5 = "4:5"
    TALL_3_4 = "3:4"
    TALL_2_3 = "2:3"
    TALL_9_16 = "9:16"

    @property
    def permille(self) -> tuple[int, int]:
        """Return the least and the largest width of it, in thousandths of the height."""
        if self in _ROUGH:
            return _ROUGH[self]
        width, height = map(int, self.value.split(":"))
        exact = width * 1000 // height
        # Image models give sizes that are multiples of 8 or 16: their shapes are never quite exact.
        return exact - exact * 2 // 100, exact + exact * 2 // 100


MAX_PERMILLE = 1_000_000
_ROUGH = {
    Aspect.PORTRAIT: (0, 979),
    Aspect.SQUARE: (980, 1020),
    Aspect.LANDSCAPE: (1021, MAX_PERMILLE),
}


def aspect_permille(width_px: int, height_px: int) -> int:
    """Return the width in thousandths of the height, as `Aspect.permille` takes it."""
    return min(max(width_px, 1) * 1000 // max(height_px, 1), MAX_PERMILLE)


@dataclass(frozen=True)
class AssetFilter:
    """What a list is narrowed to; all that is given must be true of an asset.

    `text` must be in label, title, alt text, prompt, tags, review note, product name or SKU, word
    by word. `is_made` tells results from what was brought in. `sku` is exact. `category_id` takes
    in the categories below it. `since` and `until` are days in UTC, both included. Of `stack_id`
    all pictures of that stack are meant, its top too. One of several `origins`, `review_states` or
    `tools` is enough.
    """

    text: str = ""
    is_made: bool | None = None
    origins: tuple[Origin, ...] = ()
    product_id: int | None = None
    sku: str = ""
    category_id: int | None = None
    collection_id: int | None = None
    tag: str = ""
    created_by: int | None = None
    job_id: int | None = None
    image_model: str = ""
    preset_id: int | None = None
    template: str = ""
    review_states: tuple[ReviewState, ...] = ()
    min_rating: int = 0
    is_pinned: bool | None = None
    aspect: Aspect | None = None
    min_longest_px: int | None = None
    since: date | None = None
    until: date | None = None
    max_cost_micros: int | None = None
    tools: tuple[str, ...] = ()
    stack: Stacks = Stacks.OPEN
    stack_id: int | None = None
    trashed: bool = False

    @property
    def is_narrow(self) -> bool:
        """Say whether it leaves out anything besides the trash, what was brought in, and stacks."""
        return self.to_query().keys() - {"trashed", "made", "stack"} != set()

    @property
    def is_collapsed(self) -> bool:
        """Say whether stacks are collapsed: only where nothing is asked for that they do not share.

        A stack is of results of one product. Narrowed by anything else, the one on top may not
        match while one below it does: then all are shown.
        """
        shared = replace(
            AssetFilter(), is_made=self.is_made, product_id=self.product_id, sku=self.sku,
            category_id=self.category_id, collection_id=self.collection_id, stack=self.stack,
        )  # fmt: skip
        return self.stack is Stacks.COLLAPSED and self == shared

    @property
    def begins_at(self) -> datetime | None:
        """Return the first moment of `since`."""
        return None if self.since is None else _midnight(self.since)

    @property
    def ends_before(self) -> datetime | None:
        """Return the first moment after `until`."""
        if self.until is None or self.until == date.max:
            return None
        return _midnight(self.until + timedelta(days=1))

    def to_query(self) -> dict[str, str]:
        """Return it as the query of an address; what is as usual is left out."""
        query = {
            "text": self.text,
            "made": _yes_no(self.is_made),
            "origin": ",".join(self.origins),
            "product": _number(self.product_id),
            "sku": self.sku,
            "category": _number(self.category_id),
            "collection": _number(self.collection_id),
            "tag": self.tag,
            "by": _number(self.created_by),
            "job": _number(self.job_id),
            "model": self.image_model,
            "preset": _number(self.preset_id),
            "template": self.template,
            "review": ",".join(self.review_states),
            "rating": _number(self.min_rating or None),
            "pinned": _yes_no(self.is_pinned),
            "aspect": self.aspect or "",
            "longest": _number(self.min_longest_px),
            "since": "" if self.since is None else self.since.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
            "cost": _number(self.max_cost_micros),
            "tool": ",".join(self.tools),
            "stack": "" if self.stack is Stacks.OPEN else self.stack.value,
            "in_stack": _number(self.stack_id),
            "trashed": "yes" if self.trashed else "",
        }
        return {name: str(value) for name, value in query.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, object]) -> "AssetFilter":
        """Return what `to_query` wrote; whatever cannot be meant is left out."""
        known = {name: _text(query.get(name)) for name in _READ}
        values = {field: read(known[name]) for name, (field, read) in _READ.items()}
        return replace(cls(), **values)


ALL = AssetFilter()
"""Every asset that is not in the trash."""

RESULTS = AssetFilter(is_made=True)
"""Every picture that was made here and is not in the trash."""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - it is the value that is written
    return {None: "", True: "yes", False: "no"}[value]


def _text(value: object) -> str:
    if not isinstance(value, str) or not is_storable(value):
        return ""
    return value[:MAX_FILTER_CHARS].strip()


def _number_from(least: int, most: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        # Not `isdigit` alone: that is true of digits which `int` reads and no address of ours has.
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_NUMBER))):
            return None
        return int(text) if least <= int(text) <= most else None

    return read


_id = _number_from(1, _MAX_NUMBER - 1)
_rating = _number_from(1, MAX_RATING)


def _word(kind: type[_Word], text: object) -> _Word | None:
    return kind(text) if isinstance(text, str) and text in set(kind) else None


def _words(kind: type[_Word]) -> Callable[[str], tuple[_Word, ...]]:
    def read(text: str) -> tuple[_Word, ...]:
        named = [word for part in text.split(",") if (word := _word(kind, part)) is not None]
        return tuple(dict.fromkeys(named))

    return read


def _tools(text: str) -> tuple[str, ...]:
    named: Iterable[str] = (part for part in text.split(",") if _TOOL.fullmatch(part))
    return tuple(dict.fromkeys(named))[:_MAX_TOOLS]


def _day(text: str) -> date | None:
    if not (text.isascii() and _DAY.fullmatch(text)):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _stack(text: str) -> Stacks:
    return _word(Stacks, text) or Stacks.OPEN


_READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "text": ("text", str),
    "made": ("is_made", _YES_NO.get),
    "origin": ("origins", _words(Origin)),
    "product": ("product_id", _id),
    "sku": ("sku", str),
    "category": ("category_id", _id),
    "collection": ("collection_id", _id),
    "tag": ("tag", str),
    "by": ("created_by", _id),
    "job": ("job_id", _id),
    "model": ("image_model", str),
    "preset": ("preset_id", _id),
    "template": ("template", str),
    "review": ("review_states", _words(ReviewState)),
    "rating": ("min_rating", lambda text: _rating(text) or 0),
    "pinned": ("is_pinned", _YES_NO.get),
    "aspect": ("aspect", lambda text: _word(Aspect, text)),
    "longest": ("min_longest_px", _number_from(1, _MAX_SIDE_PX)),
    "since": ("since", _day),
    "until": ("until", _day),
    "cost": ("max_cost_micros", _number_from(0, _MAX_COST_MICROS)),
    "tool": ("tools", _tools),
    "stack": ("stack", _stack),
    "in_stack": ("stack_id", _id),
    "trashed": ("trashed", lambda text: text == "yes"),
}
"""How each name in an address is read: into which field, and by what."""


@dataclass(frozen=True)
class Choice:
    """One value that a filter offers, with what people call it."""

    value: str
    label: str


@dataclass(frozen=True)
class AssetFacets:
    """What the filters of a workspace's pictures offer; each a bounded number, by name.

    A person's and a preset's value is their id. Tags are those used most.
    """

    people: tuple[Choice, ...] = ()
    image_models: tuple[Choice, ...] = ()
    presets: tuple[Choice, ...] = ()
    templates: tuple[Choice, ...] = ()
    tools: tuple[Choice, ...] = ()
    tags: tuple[Choice, ...] = ()
