"""Presets: named sets of settings to begin from, with their versions and what came of them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from core.domain.setting_layers import SettingsLayer, layer_from_json

MAX_PRESETS = 500
MAX_PRESET_NAME_CHARS = 80
MAX_PRESET_TEXT_CHARS = 600

_STARTERS = Path(__file__).with_name("starter_presets.toml")


@dataclass(frozen=True)
class PresetDraft:
    """What a person enters for a preset; `PresetService` checks and cleans it."""

    name: str
    layer: SettingsLayer
    description: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Preset:
    """A named set of settings; `layer` is what its newest `version` says.

    Only its maker sees one that is not shared. `maker` is "" for a person who left.
    """

    id: int
    name: str
    description: str
    layer: SettingsLayer
    is_shared: bool
    version: int
    maker: str
    is_own: bool
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None = None

    @property
    def draft(self) -> PresetDraft:
        """Return what a person entered, to change some of it."""
        return PresetDraft(self.name, self.layer, self.description, self.is_shared)


@dataclass(frozen=True)
class PresetVersion:
    """What a preset was in one of its versions."""

    version: int
    layer: SettingsLayer
    maker: str
    created_at: datetime


@dataclass(frozen=True)
class PresetResults:
    """What came of a preset, in all its versions: pictures made, those approved, and their cost.

    The cost is in millionths of a US dollar and holds what failed calls cost too.
    """

    made: int = 0
    approved: int = 0
    cost_micros: int = 0


@dataclass(frozen=True)
class StarterPreset:
    """A preset that ships with Epox; the first use makes a copy in the workspace."""

    slug: str
    name: str
    description: str
    layer: SettingsLayer

    @property
    def picture(self) -> str:
        """Return its small picture, below `web/`."""
        return f"assets/options/preset/{self.slug}.webp"


@cache
def starter_presets() -> tuple[StarterPreset, ...]:
    """Return the presets that ship with Epox, in the order in which they are shown."""
    table = tomllib.loads(_STARTERS.read_text(encoding="utf-8"))
    return tuple(
        StarterPreset(
            slug=entry["slug"],
            name=entry["name"],
            description=entry["description"],
            layer=layer_from_json(entry["layer"]),
        )
        for entry in table["preset"]
    )
