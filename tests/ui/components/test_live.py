"""A part of a page keeps itself current, and loses no click by that."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from ui.components.live import show_live

SCRIPT = f"from {__name__} import show\nshow()"

marks: list[int] = []
drawn: list[str] = []
polls: list[float] = []


def show() -> None:
    """Show a part whose mark is, at each look, the next of `marks`."""
    show_live(
        lambda actor: actor.name,
        drawn.append,
        key="part",
        mark=lambda _: marks.pop(0),
        poll_s=lambda _: polls[0],
    )


@pytest.fixture
def at(services: Services, actor: Actor) -> AppTest:
    """Return the page before its first run."""
    del services  # only so that they are installed
    drawn.clear()
    polls[:] = [30.0]
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    return at


@pytest.mark.slow
def test_is_drawn_once_while_nothing_changes(at: AppTest) -> None:
    marks[:] = [1, 1]

    at.run()

    assert drawn == ["Ann"]
    assert marks == []


@pytest.mark.slow
def test_is_drawn_before_the_outdated_page_runs_again(at: AppTest) -> None:
    marks[:] = [1, 2, 2, 2]

    at.run()

    # Once to take in what was clicked, and once more with the page around it.
    assert drawn == ["Ann", "Ann"]
    assert marks == []


@pytest.mark.slow
def test_shows_nothing_to_whoever_is_not_signed_in(at: AppTest) -> None:
    marks[:] = [1, 1]
    at.user = {}

    at.run()

    assert drawn == []
