"""What a page shows closely, compares, and says where pictures come from."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


def looked_at(at: AppTest, key: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the pictures that are looked at, and how; nothing if they are not on the page."""
    proto = _found(at, "epox_compare_pictures", key)
    if proto is None:
        return [], {}
    pictures, options, _ = json.loads(proto.json)
    return pictures, options


def do_to_compared(at: AppTest, key: str, *events: tuple[int, int, str, int]) -> AppTest:
    """Do to compared pictures what a browser tells: number, picture, action, rating."""
    sent = [[number, str(asset_id), action, rating] for number, asset_id, action, rating in events]
    return _trigger(at, "epox_compare_pictures", key, "events", sent)


def tree(at: AppTest) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return both sides of the tree on the page, and which picture of it is looked at."""
    proto = _found(at, "epox_lineage_tree", "asset.tree")
    assert proto is not None
    above, below, chosen = json.loads(proto.json)
    return above, below, chosen


def use_tree(at: AppTest, action: str, node: str) -> AppTest:
    """Choose or open a picture of the tree as a browser does."""
    return _trigger(at, "epox_lineage_tree", "asset.tree", "event", [action, node])


def say(at: AppTest, number: int, text: str) -> AppTest:
    """Send a comment as the field in a browser does."""
    return _trigger(at, "epox_comments_box", "comments.box", "event", [number, text])


def offered_names(at: AppTest) -> list[list[str]]:
    """Return by which words members can be named, each with its name."""
    proto = _found(at, "epox_comments_box", "comments.box")
    assert proto is not None
    names: list[list[str]] = json.loads(proto.json)[0]
    return names


def _found(at: AppTest, name: str, key: str) -> Any:  # noqa: ANN401 - a message of Streamlit's
    protos = [element.proto for element in at.get("bidi_component")]
    return next((p for p in protos if p.component_name == name and p.id.endswith(f"-{key}")), None)


def _trigger(at: AppTest, name: str, key: str, event: str, value: object) -> AppTest:
    proto = _found(at, name, key)
    assert proto is not None
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(proto.id, "events"),
        json_trigger_value=json.dumps([{"event": event, "value": value}]),
    )
    return at._run(states)
