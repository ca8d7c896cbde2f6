"""What a person sees of a collection's matrix of shots, and clicks in it."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from tests.ui.reading import _components


def columns(at: AppTest) -> list[dict[str, Any]]:
    """Return the matrix's columns."""
    found: list[dict[str, Any]] = _data(at)[0]
    return found


def rows(at: AppTest) -> dict[str, list[str]]:
    """Return by the names of the products what stands in their cells."""
    return {row["name"]: [cell["label"] for cell in row["cells"]] for row in _data(at)[1]}


def cell(at: AppTest, name: str, place: int = 0) -> dict[str, Any]:
    """Return all that a product's cell was given."""
    [found] = [row["cells"][place] for row in _data(at)[1] if row["name"] == name]
    return dict(found)


def may_edit(at: AppTest) -> bool:
    """Say whether the shots at the head of the matrix can be clicked."""
    return bool(_data(at)[2])


def click(at: AppTest, *event: object) -> AppTest:
    """Click in the matrix as a browser does: the event counts for one run."""
    [proto] = _components(at, "epox_shot_matrix")
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(proto.id, "events"),
        json_trigger_value=json.dumps(
            [{"event": "event", "value": [event[0], *map(str, event[1:])]}]
        ),
    )
    return at._run(states)


def _data(at: AppTest) -> list[Any]:
    found = _components(at, "epox_shot_matrix")
    return list(json.loads(found[0].json)) if found else [[], [], False]
