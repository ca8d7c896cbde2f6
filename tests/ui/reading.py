"""What a person sees on a page that AppTest ran, and clicks on its grids."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


def cards(at: AppTest, key: str) -> list[dict[str, Any]]:
    """Return the cards of the grid with this key; none if it is not on the page."""
    names = ("epox_grid", "epox_review_grid", "epox_gallery_grid")
    for proto in (one for name in names for one in _components(at, name)):
        if proto.id.endswith(f"-{key}"):
            items: list[dict[str, Any]] = json.loads(proto.json)[0]
            return items
    return []


def card_ids(at: AppTest, key: str) -> list[str]:
    """Return the ids of the grid's cards in their order."""
    return [card["id"] for card in cards(at, key)]


def click_card(at: AppTest, key: str, kind: str, asset_id: int) -> AppTest:
    """Open or tick a card as the grid in a browser does: the event counts for one run."""
    if any(proto.id.endswith(f"-{key}") for proto in _components(at, "epox_review_grid")):
        return judge_cards(at, key, (1_000_000, asset_id, kind, 0))
    if any(proto.id.endswith(f"-{key}") for proto in _components(at, "epox_gallery_grid")):
        return _click_picture(at, key, kind, str(asset_id))
    return _trigger(at, "epox_grid", key, "event", [kind, str(asset_id)])


def _click_picture(at: AppTest, key: str, kind: str, card_id: str) -> AppTest:
    if kind == "open":
        return _trigger(at, "epox_gallery_grid", key, "event", ["open", card_id])
    here = [one for one in card_ids(at, key) if one.isdecimal()]
    ticked, heard = grid_ticks(at, key)
    turned = sorted(ticked ^ {card_id}, key=here.index)
    return _trigger(at, "epox_gallery_grid", key, "event", ["ticked", heard + 1, turned, here])


def grid_ticks(at: AppTest, key: str) -> tuple[set[str], int]:
    """Return which pictures of the gallery's grid are ticked, and how often it was heard of."""
    [proto] = [one for one in _components(at, "epox_gallery_grid") if one.id.endswith(f"-{key}")]
    _, ticked, look = json.loads(proto.json)
    return set(ticked), look["heard"]


def press_in_lightbox(at: AppTest, *events: tuple[int, int, str, str]) -> AppTest:
    """Do in the lightbox what keys do there: number, picture, action, value."""
    sent = [[number, str(asset_id), action, value] for number, asset_id, action, value in events]
    return _trigger(at, "epox_lightbox", "gallery.lightbox", "events", sent)


def lightbox(at: AppTest) -> dict[str, Any]:
    """Return what the lightbox was given by name; nothing if it is closed."""
    names = ("blocks", "cards", "look", "answered", "refusals", "photos", "detail")
    found = [json.loads(proto.json) for proto in _components(at, "epox_lightbox")]
    return dict(zip(names, found[0], strict=True)) if found else {}


def judge_cards(at: AppTest, key: str, *events: tuple[int, int, str, int]) -> AppTest:
    """Judge pictures as the review grid in a browser does: number, picture, action, rating."""
    sent = [[number, str(asset_id), action, rating] for number, asset_id, action, rating in events]
    return _trigger(at, "epox_review_grid", key, "events", sent)


def use_photos(at: AppTest, key: str, kind: str, *ids: int) -> AppTest:
    """Choose, open or order photos as the strip in a browser does."""
    return _trigger(at, "epox_photo_strip", key, "event", [kind, list(ids)])


def photo_strip(at: AppTest) -> tuple[list[int], int, bool]:
    """Return the ids of the photos in order, which is chosen, and whether they are squares."""
    [proto] = _components(at, "epox_photo_strip")
    photos, chosen, is_square, _ = json.loads(proto.json)
    return [photo["id"] for photo in photos], chosen, is_square


def address(at: AppTest, name: str) -> str:
    """Return a part of the page's address, or "" if it is not in it."""
    value = at.query_params.get(name, "")
    return value[0] if isinstance(value, list) else str(value)


def viewed(at: AppTest) -> list[object]:
    """Return what the viewer of one picture was given; nothing if it is not on the page."""
    return next((json.loads(proto.json) for proto in _components(at, "epox_viewer")), [])


def words(at: AppTest) -> str:
    """Return all text on the page, as it was written before Markdown drew it."""
    parts = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.text, *at.metric]
    shown = " | ".join(str(part.value) for part in [*parts, *at.error, *at.info, *at.warning])
    return shown.replace("\\", "").replace("\u2060", "")


def went_to(at: AppTest) -> list[str]:
    """Return where the page sent the browser outside of Streamlit's pages."""
    return [json.loads(proto.json)[0] for proto in _components(at, "epox_navigate")]


def _components(at: AppTest, name: str) -> list[Any]:
    protos = [element.proto for element in at.get("bidi_component")]
    return [proto for proto in protos if proto.component_name == name]


def _trigger(at: AppTest, name: str, key: str, event: str, value: object) -> AppTest:
    [found] = [proto for proto in _components(at, name) if proto.id.endswith(f"-{key}")]
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(found.id, "events"),
        json_trigger_value=json.dumps([{"event": event, "value": value}]),
    )
    return at._run(states)


def links(at: AppTest) -> list[str]:
    """Return the words of the links to other pages."""
    return [str(link.proto.label) for link in at.get("page_link")]
