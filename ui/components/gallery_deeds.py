"""What was done last with pictures of the gallery, and the way back from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import streamlit as st

from core.domain.accounts import Actor
from core.domain.reviews import Judged, Verdict
from core.services.access import MAX_IDS
from ui.components.counted import counted
from ui.components.notices import announce
from ui.components.selection import clear
from ui.context import services
from ui.state import state_of


@dataclass(frozen=True)
class GalleryDeed:
    """What was done, in a sentence, and what takes it back: the ids, or what was before."""

    sentence: str
    way_back: Literal["", "restore", "tags", "products"] = ""
    ids: tuple[int, ...] = ()
    tags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    products: Mapping[int, int | None] = field(default_factory=dict)


@dataclass
class GalleryDeedState:
    """The last deed, until another one or until the person closes it."""

    last: GalleryDeed | None = None


def note_deed(deed: GalleryDeed | None) -> None:
    """Let the bar below the gallery tell of it."""
    state_of(GalleryDeedState).last = deed


def last_deed() -> GalleryDeed | None:
    """Return what was done last, or None."""
    return state_of(GalleryDeedState).last


def finish(key: str, deed: GalleryDeed) -> None:
    """Untick all, tell of what was done, and draw the page anew."""
    clear(key)
    note_deed(deed)
    st.rerun()


def show_deed(actor: Actor, deed: GalleryDeed) -> None:
    """Draw what was done, with what takes it back."""
    st.markdown(deed.sentence, width="content")
    if deed.way_back and st.button("Undo", icon=":material/undo:", key="gallery.undo"):
        count = _take_back(actor, deed)
        note_deed(None)
        # What lies in the trash may be ticked there, and be out of it by now.
        clear("gallery.trash")
        done = "restored" if deed.way_back == "restore" else "put back"
        announce(f"{counted(count, 'picture')} {done}.")
        st.rerun()
    if st.button("", icon=":material/close:", type="tertiary", key="gallery.done", help="Close"):
        note_deed(None)
        st.rerun()


def parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Return the ids in parts of which each fits one transaction."""
    rest = iter(ids)
    while part := list(islice(rest, MAX_IDS)):
        yield part


def in_parts(ids: Iterable[int], act: Callable[[Sequence[int]], int]) -> int:
    """Do something with all of the ids, a part in each transaction; return the sum."""
    return sum(act(part) for part in parts(ids))


def judge_all(actor: Actor, ids: Iterable[int], verdict: Verdict) -> Judged:
    """Give all of the pictures a verdict, a part in each transaction; return what came of it."""
    judged = [services().reviews.judge(actor, part, verdict) for part in parts(ids)]
    return Judged(
        tuple(one for some in judged for one in some.changed),
        tuple(one for some in judged for one in some.own),
    )


def deed_of(judged: Judged, said: str) -> GalleryDeed:
    """Return the deed of a verdict: how many pictures `said` is true of, and which were skipped."""
    sentence = f"{counted(len(judged.changed), 'picture')} {said}."
    return GalleryDeed(" ".join(filter(None, (sentence, judged.sentence_of_own))))


def trash_all(actor: Actor, ids: Iterable[int]) -> GalleryDeed:
    """Put the pictures in the trash; the way back is of those that were not there yet."""
    gone = [one for part in parts(ids) for one in services().assets.trash(actor, part)]
    sentence = f"{counted(len(gone), 'picture')} moved to the trash."
    return GalleryDeed(sentence, "restore" if gone else "", tuple(gone))


def _take_back(actor: Actor, deed: GalleryDeed) -> int:
    assets = services().assets
    if deed.way_back == "restore":
        return in_parts(deed.ids, lambda part: assets.restore(actor, part))
    if deed.way_back == "tags":
        return sum(
            len(assets.put_tags(actor, {asset_id: deed.tags[asset_id] for asset_id in part}))
            for part in parts(deed.tags)
        )
    return sum(
        len(assets.move_to_products(actor, {one: deed.products[one] for one in part}))
        for part in parts(deed.products)
    )
