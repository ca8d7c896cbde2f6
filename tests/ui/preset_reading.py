"""Presets on a page that AppTest ran, and presets with pictures to show there."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.plans import MadeFor, StudioRequest
from core.domain.presets import Preset, PresetDraft
from core.domain.setting_layers import SettingsLayer
from tests.support.generation import chair_with_photo
from tests.support.hands import Hands
from tests.ui.reading import _components, _trigger

CALM = PresetDraft("Calm", SettingsLayer(mood="Serene"), "For quiet rooms")
OWN, STARTERS = "presets.own", "presets.ours"


def preset_cards(at: AppTest, key: str = OWN) -> list[dict[str, Any]]:
    """Return the cards of presets in the list with this key; none if it is not on the page."""
    for proto in _components(at, "epox_preset_cards"):
        if proto.id.endswith(f"-{key}"):
            items: list[dict[str, Any]] = json.loads(proto.json)
            return items
    return []


def titles(at: AppTest, key: str = OWN) -> list[str]:
    """Return the names on the cards."""
    return [card["title"] for card in preset_cards(at, key)]


def open_card(at: AppTest, preset_id: str, key: str = OWN) -> AppTest:
    """Click a card as a person in a browser does."""
    return _trigger(at, "epox_preset_cards", key, "opened", preset_id)


def tiles(at: AppTest) -> list[dict[str, Any]]:
    """Return what is shown of the settings as small pictures."""
    shown = [json.loads(proto.json) for proto in _components(at, "epox_setting_tiles")]
    return [tile for tiles in shown for tile in tiles]


def make_pictures(app: Services, actor: Actor, preset: Preset, count: int) -> list[int]:
    """Make pictures of a new chair with the preset; return their ids, the newest first."""
    chair = chair_with_photo(app, actor)
    request = StudioRequest(SettingsLayer(variants=count), made_for=MadeFor(preset.id))
    app.generation.submit(actor, app.generation.plan(actor, [chair.id], request))
    Hands(app).make_all()
    return [picture.ref.id for picture in app.presets.pictures(actor, preset.id)]
