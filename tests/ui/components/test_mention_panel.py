"""What names the person who looks."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload
from tests.images import photo_bytes
from tests.support.people import colleague_of
from tests.ui.reading import words
from tests.ui.roles import join

SCRIPT = """
from ui.access import require_actor
from ui.components.mention_panel import show_mentions

show_mentions(require_actor())
"""


def panel(actor: Actor) -> AppTest:
    """Return the panel as the person sees it."""
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    return at.run()


@pytest.fixture
def asset(services: Services, actor: Actor) -> int:
    """Return an upload of Ann's."""
    return services.assets.upload(actor, PhotoUpload("chair.jpg", photo_bytes())).id


@pytest.mark.slow
def test_shows_what_names_the_person_until_all_is_seen(
    services: Services, actor: Actor, asset: int
) -> None:
    cy = replace(colleague_of(services, actor, "Cy", "cy@example.com"))
    join(services, cy)
    for number in range(7):
        services.comments.add(cy, asset, f"@Ann, number {number}")

    at = panel(actor)

    assert "Cy on chair.jpg" in words(at).replace("**", "")
    assert ":violet-background[@Ann], number 6" in words(at)
    assert "number 1" not in words(at)
    assert "And 2 older ones." in words(at)

    at.button(key="mentions.seen").click().run()

    assert services.comments.unseen(actor) == 0
    assert words(at) == ""


@pytest.mark.slow
def test_is_not_there_where_nothing_was_said(services: Services, actor: Actor, asset: int) -> None:
    services.comments.add(actor, asset, "@Ann talks to herself")

    assert words(panel(actor)) == ""
