"""The editor's component as a test sees it: what it was given, and what a person does in it."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from ui.components.editor import EDITOR

_numbers = count(1)


@dataclass(frozen=True)
class Told:
    """What the component was given: what it offers, the picture, and what is going on."""

    offered: dict[str, Any]
    picture: dict[str, Any]
    live: dict[str, Any]

    @property
    def said(self) -> str:
        """Return the sentence that the person is told."""
        return str(self.live["said"]["text"])


def told(at: AppTest) -> Told:
    """Return what the editor on the page shows."""
    return Told(*(json.loads(part) for part in json.loads(_proto(at).json)))


def ask(at: AppTest, kind: str, *, number: str = "", **more: object) -> AppTest:
    """Do what a click in the editor does; each has its own number unless one is given."""
    number = number or f"test.{next(_numbers)}"
    event = {"kind": kind, "asset": told(at).picture["id"], "number": number, **more}
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(_proto(at).id, "events"),
        json_trigger_value=json.dumps([{"event": "ask", "value": event}]),
    )
    return at._run(states)


def _proto(at: AppTest) -> Any:  # noqa: ANN401 - Streamlit's own message
    [found] = [
        each.proto for each in at.get("bidi_component") if each.proto.id.endswith(f"-{EDITOR}")
    ]
    return found
