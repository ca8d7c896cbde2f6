"""How the pictures of an export are called, before any of them is looked at."""

from collections.abc import Callable, Iterable, Mapping

from core.domain.naming import NameBook
from core.domain.picture_exports import RESERVED_NAMES, ExportOptions, PictureFacts


def names_of(
    facts: Mapping[int, PictureFacts],
    asset_ids: Iterable[int | None],
    options: ExportOptions,
    *,
    go_on: Callable[[], None] = lambda: None,
) -> tuple[list[str], int]:
    """Return the name of each picture, "" for one that is not there, and how many got a number.

    What `go_on` raises before one of them ends it.
    """
    book = NameBook(options.naming, RESERVED_NAMES)
    names = []
    for asset_id in asset_ids:
        go_on()
        known = None if asset_id is None else facts.get(asset_id)
        names.append(
            ""
            if known is None
            else book.name_for(known.naming_values(options), options.ending(known.mime_type))
        )
    return names, book.renamed
