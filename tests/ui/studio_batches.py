"""The studio with many products on a page that AppTest ran: reading its matrix, acting on it."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.jobs import GenerationJob
from tests.support.pages import PageRunner

STUDIO = "pages/studio.py"
ALL, NONE = True, False


def batch(page: PageRunner, actor: Actor, ids: list[int], **more: str) -> AppTest:
    return page(STUDIO, actor, {"products": ",".join(map(str, ids)), **more})


def matrix(at: AppTest) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows of the matrix and how it is drawn."""
    protos = [element.proto for element in at.get("bidi_component")]
    [found] = [json.loads(p.json) for p in protos if p.component_name == "epox_studio_matrix"]
    rows, look = found
    return rows, look


def row_of(at: AppTest, name: str) -> dict[str, Any]:
    return next(row for row in matrix(at)[0] if row["name"] == name)


def act(at: AppTest, *event: object) -> AppTest:
    """Do to the matrix what the browser does: the event counts for one run."""
    protos = [element.proto for element in at.get("bidi_component")]
    [found] = [p for p in protos if p.component_name == "epox_studio_matrix"]
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(found.id, "events"),
        json_trigger_value=json.dumps([{"event": "event", "value": list(event)}]),
    )
    at._run(states)
    return at


def tick(at: AppTest, product_id: int, *places: int, is_on: bool = True) -> AppTest:
    return act(at, "ticks", "t-1", [[f"{product_id}.0", is_on, list(places)]])


def generate(at: AppTest) -> AppTest:
    return generate_button(at).click().run()


def generate_button(at: AppTest) -> Button:
    [found] = [button for button in at.button if str(button.key).startswith("studio.generate.")]
    return found


def jobs(services: Services, actor: Actor) -> tuple[GenerationJob, ...]:
    return services.generation.jobs(actor, limit=500).items
