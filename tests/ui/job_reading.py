"""What a person sees of jobs on a page that AppTest ran, and clicks on their rows."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from tests.ui.reading import _components

ALL = "jobs.all.rows"
NEWS = "jobs.news.rows"


def rows(at: AppTest, key: str = ALL) -> list[dict[str, Any]]:
    """Return the rows of the list with this key; none if it is not on the page."""
    for proto in _components(at, "epox_job_rows"):
        if proto.id.endswith(f"-{key}"):
            items: list[dict[str, Any]] = json.loads(proto.json)[0]
            return items
    return []


def row_ids(at: AppTest, key: str = ALL) -> list[int]:
    """Return the jobs in the list, in their order."""
    return [int(row["id"]) for row in rows(at, key)]


def offered(at: AppTest, key: str = ALL) -> list[str]:
    """Return what can be done with the first job of the list."""
    return [action["id"] for action in rows(at, key)[0]["actions"]]


def said(at: AppTest, key: str = ALL) -> str:
    """Return all words of the list."""
    parts = []
    for row in rows(at, key):
        parts += [row["title"], row["facts"], row["sign"]["label"], row["made"], row["note"]]
        parts += [row["cost"], row["who"], *(flag["label"] for flag in row["flags"])]
        parts += [complaint["text"] for complaint in row["complaints"]]
        parts += [action["label"] for action in row["actions"]]
    return " | ".join(parts)


def click_row(at: AppTest, action: str, job_id: int, key: str = ALL) -> AppTest:
    """Do something to a job as the list in a browser does: the event counts for one run."""
    [proto] = [one for one in _components(at, "epox_job_rows") if one.id.endswith(f"-{key}")]
    return _send(at, proto.id, "event", [action, str(job_id)])


def slots(at: AppTest) -> list[dict[str, Any]]:
    """Return the pictures of the job on its page."""
    [proto] = _components(at, "epox_job_slots")
    items: list[dict[str, Any]] = json.loads(proto.json)[0]
    return items


def prompts(at: AppTest) -> list[str]:
    """Return the texts that the pictures of the job on its page refer to."""
    [proto] = _components(at, "epox_job_slots")
    texts: list[str] = json.loads(proto.json)[1]
    return texts


def open_slot(at: AppTest, asset_id: int) -> AppTest:
    """Click the picture of a job on its page."""
    [proto] = _components(at, "epox_job_slots")
    return _send(at, proto.id, "opened", str(asset_id))


def make_again(at: AppTest, slot_id: int) -> AppTest:
    """Click the way to the studio of a picture that failed, on its job's page."""
    [proto] = _components(at, "epox_job_slots")
    return _send(at, proto.id, "again", str(slot_id))


def _send(at: AppTest, component_id: str, event: str, value: object) -> AppTest:
    states = at._tree.get_widget_states()
    states.widgets.add(
        id=_make_trigger_id(component_id, "events"),
        json_trigger_value=json.dumps([{"event": event, "value": value}]),
    )
    return at._run(states)
