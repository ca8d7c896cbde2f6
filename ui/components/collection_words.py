"""What is said about collections: how far the work is, and what their filter finds."""

from core.domain.collections import Collection, CollectionSort, CollectionStatus
from core.domain.products import ProductFilter

STATUSES = {
    CollectionStatus.DRAFT: "Draft",
    CollectionStatus.IN_PROGRESS: "In progress",
    CollectionStatus.COMPLETED: "Completed",
}
TONES = {
    CollectionStatus.DRAFT: "gray",
    CollectionStatus.IN_PROGRESS: "blue",
    CollectionStatus.COMPLETED: "green",
}
SORTS = {
    CollectionSort.UPDATED: "Last changed",
    CollectionSort.CREATED: "Newest",
    CollectionSort.NAME: "Name",
}
SMART = "By filter"


def facts_of(collection: Collection, *, names_status: bool) -> str:
    """Return the line under a collection's name."""
    noun = "product" if collection.count_label == "1" else "products"
    facts = (
        f"{collection.count_label} {noun}",
        STATUSES[collection.status] if names_status else "",
        SMART if collection.is_smart else "",
        "Archived" if collection.archived_at else "",
    )
    return " · ".join(filter(None, facts))


def filter_words(wanted: ProductFilter) -> tuple[str, ...]:
    """Return what a filter asks for in words, as far as it can be said without looking it up."""
    said = (
        f"“{wanted.text}”" if wanted.text else "",
        f"tag {wanted.tag}" if wanted.tag else "",
        _yes_no(wanted.has_photo, "a photo"),
        _yes_no(wanted.has_approved, "an approved picture"),
        {None: "", True: "looked at", False: "not looked at"}[wanted.is_analysed],
        f"{wanted.source} products" if wanted.source else "",
        f"{wanted.verdict} photo" if wanted.verdict else "",
        {True: "archived", None: "archived or not", False: ""}[wanted.archived],
    )
    return tuple(filter(None, said))


def _yes_no(wanted: bool | None, thing: str) -> str:  # noqa: FBT001 - the filter's own value
    return {None: "", True: f"with {thing}", False: f"without {thing}"}[wanted]
