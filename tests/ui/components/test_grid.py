"""The grid draws people's words as text, and understands only its own events."""

from pathlib import Path

import pytest

import ui.components
from ui.components.grid import GridEvent, _event

CODE = sorted(Path(ui.components.__path__[0]).glob("*.js"))


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.name)
def test_never_makes_markup_of_data(file: Path) -> None:
    code = file.read_text()

    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in code


@pytest.mark.parametrize(
    ("value", "event"),
    [
        (["open", "7"], GridEvent("open", "7")),
        (["select", "7"], GridEvent("select", "7")),
        (None, None),
        (["delete", "7"], None),
        (["open", 7], None),
        (["open"], None),
        ({"open": "7"}, None),
        ("open", None),
    ],
)
def test_understands_only_its_own_events(value: object, event: GridEvent | None) -> None:
    assert _event(value) == event
