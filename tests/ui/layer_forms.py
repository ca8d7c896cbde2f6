"""The form of settings on a page that AppTest ran: what it was given, and saying something."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

FORM = "studio.form"


def form(at: AppTest, key: str = FORM) -> dict[str, Any]:
    """Return what the form with this key was given to draw."""
    _, epoch, layer, below, models, pictures, fields, may_edit, sides = json.loads(
        _proto(at, key).json
    )
    return {
        "epoch": epoch,
        "layer": layer,
        "below": below,
        "models": models,
        "pictures": pictures,
        "fields": fields,
        "may_edit": may_edit,
        "sides": sides,
    }


def say(at: AppTest, *, key: str = FORM, epoch: int | None = None, **said: object) -> AppTest:
    """Set all that the layer says, as the form in a browser does, and run the page."""
    return at._run(saying(at, key=key, epoch=epoch, **said))


def saying(at: AppTest, *, key: str = FORM, epoch: int | None = None, **said: object) -> Any:  # noqa: ANN401 - Streamlit's own message
    """Return the states of all widgets with what the layer says, without running the page."""
    now = form(at, key)["epoch"] if epoch is None else epoch
    states = at._tree.get_widget_states()
    states.widgets.add(id=_proto(at, key).id, json_value=json.dumps({"layer": [now, said]}))
    return states


def ask_for_picture(at: AppTest, target: str, *, key: str = FORM) -> AppTest:
    """Click on the form's button that adds a picture."""
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(_proto(at, key).id, "events"),
        json_trigger_value=json.dumps([{"event": "add", "value": target}]),
    )
    return at._run(states)


def _proto(at: AppTest, key: str) -> Any:  # noqa: ANN401 - Streamlit's own message
    protos = [element.proto for element in at.get("bidi_component")]
    [found] = [proto for proto in protos if proto.id.endswith(f"-{key}")]
    return found
