"""The options of the studio's settings: what people may choose, and what it says in a prompt."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import SettingsError

OPTION_LISTS = (
    "scene_type", "style", "lighting", "mood", "camera", "people", "props", "backdrop", "palette",
)  # fmt: skip
"""The settings that have options, by the names of their fields in a layer."""
MAX_WORD_CHARS = 120
"""How long a person's own words for one of these settings may be."""

_TABLE = Path(__file__).with_name("setting_options.toml")
_PICTURES = "assets/options"


@dataclass(frozen=True)
class StyleFill:
    """What a style fills in where nobody said anything: "" and () for what it leaves open."""

    lighting: str = ""
    props: str = ""
    palette: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """Something to choose for a setting.

    `name` is what people see and layers keep; `words` is what a prompt says for it; `also` are
    other names for the same. `colours` are those of a palette; `room` is the empty room that fits
    a scene type; `fills` is what a style brings along.
    """

    list: str
    name: str
    words: str
    group: str
    also: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    room: str = ""
    fills: StyleFill = StyleFill()

    @property
    def slug(self) -> str:
        """Return its name as part of an address."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")

    @property
    def picture(self) -> str:
        """Return its small picture, below `web/`; "" for one that its colours show."""
        return "" if self.colours else f"{_PICTURES}/{self.list}/{self.slug}.webp"


def options(of_list: str) -> tuple[Option, ...]:
    """Return the options of one of `OPTION_LISTS`, in the order in which they are shown."""
    return _lists()[of_list]


def find_option(of_list: str, name: str) -> Option | None:
    """Return the option with this name, whatever the case, or None: then it is free text."""
    return _names()[of_list].get(_folded(name))


def find_palette(colours: tuple[str, ...]) -> Option | None:
    """Return the palette that has exactly these colours, or None."""
    wanted = tuple(colour.lower() for colour in colours)
    return next((each for each in options("palette") if each.colours == wanted), None)


def words_for(of_list: str, value: str) -> str:
    """Return what a prompt says for a value: an option's words, or the free text as it is."""
    option = find_option(of_list, value)
    return value if option is None else option.words


def filled_by_style(style: str) -> StyleFill:
    """Return what a style brings along: nothing for free text."""
    option = find_option("style", style)
    return StyleFill() if option is None else option.fills


def fitting_room_for(scene_type: str, words: str = "") -> str:
    """Return the empty room that fits a scene type, else the words; "" when none does."""
    option = find_option("scene_type", scene_type)
    if option is not None:
        return option.room
    text = f" {_folded(scene_type)} {_folded(words)} "
    for each in options("scene_type"):
        names = (each.name, *each.also)
        if each.room and any(f" {_folded(name)} " in text for name in names):
            return each.room
    return ""


@cache
def _lists() -> Mapping[str, tuple[Option, ...]]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    palettes = {entry["name"]: tuple(entry["colours"]) for entry in table["palette"]}
    return {
        name: tuple(_option(name, entry, palettes) for entry in table[name])
        for name in OPTION_LISTS
    }


@cache
def _names() -> Mapping[str, Mapping[str, Option]]:
    """Return each list's options by every name that they go by."""
    named: dict[str, dict[str, Option]] = {}
    for of_list, found in _lists().items():
        by_name = named.setdefault(of_list, {})
        for option in found:
            for name in (option.name, *option.also):
                if _folded(name) in by_name:
                    raise SettingsError(f"setting_options.toml: {of_list} has {name!r} twice")
                by_name[_folded(name)] = option
    return named


def _option(
    of_list: str, entry: Mapping[str, Any], palettes: Mapping[str, tuple[str, ...]]
) -> Option:
    fills = entry.get("fills", {})
    palette = fills.get("palette")
    return Option(
        list=of_list,
        name=entry["name"],
        words=entry.get("words", ""),
        group=entry["group"],
        also=tuple(entry.get("also", ())),
        colours=tuple(entry.get("colours", ())),
        room=entry.get("room", ""),
        fills=StyleFill(
            lighting=fills.get("lighting", ""),
            props=fills.get("props", ""),
            palette=palettes[palette] if palette else (),
        ),
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
