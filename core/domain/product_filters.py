"""What a list of products is narrowed to, and by what it is sorted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.texts import is_storable

MAX_FILTER_CHARS = 200
_MAX_ID = 2**63
_ARCHIVED = {"no": False, "only": True, "any": None}
_YES_NO = {"yes": True, "no": False}


class ProductSort(StrEnum):
    """What a list is sorted by; a product without a price counts as the cheapest."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"
    SKU = "sku"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"

    @classmethod
    def of(cls, text: str) -> "ProductSort":
        """Return the sort that an address names, or the usual one when it names none."""
        return cls(text) if text in set(cls) else cls.UPDATED


class ProductSource(StrEnum):
    """How a product came."""

    ENTERED = "entered"
    IMPORTED = "imported"
    SAMPLE = "sample"


@dataclass(frozen=True)
class ProductFilter:
    """What a list is narrowed to; all that is given must be true of a product.

    `text` must be in name, SKU, description or tags, word by word. `category_id` takes in the
    categories below it. None of `archived` shows both, `verdict` is of the primary photo's check.
    """

    text: str = ""
    category_id: int | None = None
    tag: str = ""
    collection_id: int | None = None
    source: str = ""
    has_photo: bool | None = None
    has_approved: bool | None = None
    verdict: str = ""
    is_analysed: bool | None = None
    archived: bool | None = False
    trashed: bool = False
    import_id: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Say whether it leaves anything out besides archived and trashed products."""
        return self.to_query().keys() - {"archived", "trashed"} != set()

    def to_query(self) -> dict[str, str]:
        """Return it as the query of an address; what is as usual is left out."""
        query = {
            "text": self.text,
            "category": _number(self.category_id),
            "tag": self.tag,
            "collection": _number(self.collection_id),
            "source": self.source,
            "photo": _yes_no(self.has_photo),
            "approved": _yes_no(self.has_approved),
            "verdict": self.verdict,
            "analysed": _yes_no(self.is_analysed),
            "archived": {None: "any", True: "only", False: ""}[self.archived],
            "trashed": "yes" if self.trashed else "",
            "import": _number(self.import_id),
        }
        return {name: value for name, value in query.items() if value}

    @classmethod
    def from_query(cls, query: Mapping[str, object]) -> "ProductFilter":
        """Return what `to_query` wrote; whatever cannot be meant is left out."""
        texts = {name: _text(query.get(name)) for name in ("text", "tag", "source", "verdict")}
        return cls(
            text=texts["text"],
            category_id=_id(query.get("category")),
            tag=texts["tag"],
            collection_id=_id(query.get("collection")),
            source=texts["source"] if texts["source"] in set(ProductSource) else "",
            has_photo=_YES_NO.get(_text(query.get("photo"))),
            has_approved=_YES_NO.get(_text(query.get("approved"))),
            verdict=texts["verdict"] if texts["verdict"] in _VERDICTS else "",
            is_analysed=_YES_NO.get(_text(query.get("analysed"))),
            archived=_ARCHIVED.get(_text(query.get("archived")), False),
            trashed=_text(query.get("trashed")) == "yes",
            import_id=_id(query.get("import")),
        )


_VERDICTS = ("good", "usable", "poor")

ALL = ProductFilter()
"""Every product that is neither archived nor in the trash."""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - it is the value that is written
    return {None: "", True: "yes", False: "no"}[value]


def _text(value: object) -> str:
    if not isinstance(value, str) or not is_storable(value):
        return ""
    return value[:MAX_FILTER_CHARS].strip()


def _id(value: object) -> int | None:
    text = _text(value)
    # Not `isdigit` alone: that is true of digits which `int` reads and no address of ours has.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_ID))):
        return None
    number = int(text)
    return number if 0 < number < _MAX_ID else None
