"""The presets of a workspace and those that ship with Epox, found and opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, get_args

import streamlit as st

from core.domain.accounts import Actor
from core.domain.presets import Preset, StarterPreset
from ui.components.counted import counted
from ui.components.empty import empty_state
from ui.components.notices import announce
from ui.components.preset_cards import PresetCard, show_preset_cards
from ui.components.preset_words import description_of, holds_words, results_words, whose
from ui.context import services
from ui.errors import expected_errors
from ui.state import state_of

Kind = Literal["All", "Yours", "Shared", "Starters"]
_AT_FIRST = 48
_MORE = "presets.shown"


@dataclass(frozen=True)
class PresetListing:
    """What the list is narrowed to."""

    kind: Kind
    words: tuple[str, ...]


@dataclass
class TrashedPreset:
    """The preset that went to the trash last, and can come back with a click."""

    id: int = 0
    name: str = ""


def preset_bar() -> PresetListing:
    """Draw the bar and return what was chosen; it is in the address too."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = st.segmented_control(
            "Show", get_args(Kind), default="All", required=True, key="presets_show",
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.space("stretch")
        text = st.text_input(
            "Search", type="search", placeholder="Search presets", key="presets_q", live=True,
            label_visibility="collapsed", width=220, bind="query-params",
        )  # fmt: skip
    return PresetListing(kind, tuple(text.casefold().split()))


def show_presets(actor: Actor, listing: PresetListing) -> None:
    """Draw the presets that match, then the starters that nobody copied yet; a click opens one."""
    everything = services().presets.list(actor)
    wanted = [preset for preset in everything if _matches(preset, listing)]
    names = {preset.name.casefold() for preset in everything}
    starters = [
        starter
        for starter in services().presets.starters()
        if listing.kind in ("All", "Starters")
        and starter.name.casefold() not in names
        and holds_words(listing.words, starter.name, starter.description, starter.layer)
    ]
    if wanted:
        _show_own(actor, wanted)
    if starters:
        st.subheader("Begin with one of these", anchor=False)
        st.caption("They ship with Epox. The first use makes a copy that is yours to change.")
        opened = show_preset_cards([_starter_card(each) for each in starters], key="presets.ours")
        if opened is not None:
            st.switch_page("pages/preset.py", query_params={"starter": opened})
    if not wanted and not starters:
        _say_nothing(listing)


def show_undo(actor: Actor) -> None:
    """Offer to take back the preset that went to the trash last."""
    last = state_of(TrashedPreset)
    if not last.id:
        return
    with (
        st.container(border=True, horizontal=True, vertical_alignment="center", key="presets.gone"),
        expected_errors(),
    ):
        st.text(f"“{last.name}” is in the trash.", width="stretch")
        if st.button("Undo", icon=":material/undo:", key="presets.undo"):
            services().presets.restore(actor, [last.id])
            announce("The preset is back.")
            _forget(last)
        if st.button("", icon=":material/close:", type="tertiary", key="presets.done",
                     help="Close"):  # fmt: skip
            _forget(last)


def trash_preset(actor: Actor, preset: Preset) -> NoReturn:
    """Put a preset into the trash and show the list, where that can be undone."""
    services().presets.trash(actor, [preset.id])
    last = state_of(TrashedPreset)
    last.id, last.name = preset.id, preset.name
    st.switch_page("pages/presets.py", query_params={})


def _forget(last: TrashedPreset) -> NoReturn:
    last.id, last.name = 0, ""
    st.rerun()


def _show_own(actor: Actor, presets: Sequence[Preset]) -> None:
    most = st.session_state.get(_MORE, _AT_FIRST)
    shown = presets[:most]
    opened = show_preset_cards(_own_cards(actor, shown), key="presets.own")
    if opened is not None:
        st.switch_page("pages/preset.py", query_params={"id": opened})
    st.caption(counted(len(presets), "preset"), text_alignment="center")
    if len(presets) > len(shown):
        st.button("Show more", key="presets.more", on_click=_show_more, args=(most + _AT_FIRST,))


def _show_more(most: int) -> None:
    st.session_state[_MORE] = most


def _own_cards(actor: Actor, presets: Sequence[Preset]) -> list[PresetCard]:
    ids = [preset.id for preset in presets]
    results = services().presets.results_of(actor, ids)
    best = services().presets.best_pictures(actor, ids)
    drawn = {starter.name: f"/{starter.picture}" for starter in services().presets.starters()}
    return [
        PresetCard(
            id=str(preset.id),
            title=preset.name,
            text=description_of(preset.description, preset.layer),
            layer=preset.layer,
            sources=(
                *((best[preset.id].url("w640"),) if preset.id in best else ()),
                *((drawn[preset.name],) if preset.name in drawn else ()),
            ),
            sign=whose(preset),
            figures=results_words(results[preset.id]),
            is_used=bool(results[preset.id].made),
        )
        for preset in presets
        if preset.id in results
    ]


def _starter_card(starter: StarterPreset) -> PresetCard:
    return PresetCard(
        id=starter.slug,
        title=starter.name,
        text=starter.description,
        layer=starter.layer,
        sources=(f"/{starter.picture}",),
        sign="Starter",
    )


def _matches(preset: Preset, listing: PresetListing) -> bool:
    is_kind = {
        "All": True,
        "Yours": preset.is_own,
        "Shared": preset.is_shared,
        "Starters": False,
    }[listing.kind]
    return is_kind and holds_words(listing.words, preset.name, preset.description, preset.layer)


def _say_nothing(listing: PresetListing) -> None:
    if listing.words:
        empty_state("search_off", "No preset matches", "Try fewer or other words.")
    elif listing.kind == "Starters":
        empty_state("done_all", "All starters are in use", "Each has a copy in this workspace.")
    elif listing.kind == "Shared":
        empty_state("group", "Nothing is shared yet", "Share a preset on its page, under Edit.")
    else:
        empty_state("style", "No presets yet", "Make one here, or save settings in the studio.")
