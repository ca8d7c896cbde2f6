"""What is in the trash, as cards."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil

import streamlit as st

from core.domain.accounts import Actor
from core.domain.paging import COUNT_CAP
from core.domain.trash import TrashCounts, TrashedThing, TrashKind
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.grid import GridItem, show_grid
from ui.components.selection import selected, toggle
from ui.navigation import open_asset

_NAMES = {
    TrashKind.PRODUCTS: "Products",
    TrashKind.PICTURES: "Pictures",
    TrashKind.COLLECTIONS: "Collections",
    TrashKind.PRESETS: "Presets",
    TrashKind.SESSIONS: "Sessions",
}
_SIGNS = {TrashKind.PRESETS: "Preset", TrashKind.SESSIONS: "Studio session"}


def selection_key(kind: TrashKind) -> str:
    """Return under which name the ticks of a kind are kept."""
    return f"trash.{kind}"


def pick_kind() -> TrashKind:
    """Let the person choose what to look at; it is in the address too."""
    chosen = st.segmented_control(
        "Show",
        [str(kind) for kind in TrashKind],
        format_func=lambda name: _NAMES[TrashKind(name)],
        default=str(TrashKind.PRODUCTS),
        required=True,
        key="trash_show",
        label_visibility="collapsed",
        bind="query-params",
    )
    return TrashKind(chosen or TrashKind.PRODUCTS)


def show_elsewhere(counts: TrashCounts, kind: TrashKind) -> None:
    """Say how much there is of the other kinds."""
    others = [
        f"{_count(counts.of(other))} {_noun(other, counts.of(other))}"
        for other in TrashKind
        if other is not kind and counts.of(other)
    ]
    if others:
        st.caption(f"Also in the trash: {', '.join(others)}.", text_alignment="center")


def show_trash(actor: Actor, kind: TrashKind, things: Sequence[TrashedThing]) -> None:
    """Draw what is in the trash: a tick selects; a picture can be looked at."""
    key = selection_key(kind)
    now = datetime.now(UTC)
    event = show_grid(
        [_card(thing, kind, now) for thing in things],
        key=f"{key}.grid",
        selected=frozenset(str(thing_id) for thing_id in selected(key)),
        selectable=actor.role.may_edit,
    )
    if event is None:
        return
    if event.kind == "open" and kind is TrashKind.PICTURES:
        open_asset(int(event.id))
    if actor.role.may_edit:
        toggle(key, int(event.id))
        st.rerun()


def show_no_trash(kind: TrashKind, *, is_search: bool) -> None:
    """Say that there is nothing here."""
    if is_search:
        empty_state("search_off", "Nothing found", "Nothing in the trash is called like that.")
    else:
        empty_state("delete", f"No {kind} in the trash", "What you delete can be restored here.")


def _card(thing: TrashedThing, kind: TrashKind, now: datetime) -> GridItem:
    days = max(0, ceil((thing.goes_at - now) / timedelta(days=1)))
    left = f"{counted(days, 'day')} left" if days else "Goes today"
    return GridItem(
        id=str(thing.id),
        title=thing.name,
        subtitle=f"{thing.note} · {left}" if thing.note else left,
        src=thing.photo.url("w320") if thing.photo else "",
        note="" if thing.photo else _SIGNS.get(kind, "No picture"),
    )


def _noun(kind: TrashKind, count: int) -> str:
    return str(kind).removesuffix("s") if count == 1 else str(kind)


def _count(count: int) -> str:
    return f"{COUNT_CAP:,}+" if count >= COUNT_CAP else f"{count:,}"
