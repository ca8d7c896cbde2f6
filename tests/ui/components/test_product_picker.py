"""Choosing products for a collection shows which ones it has already."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import cards, words


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.product_picker import show_add_to  # noqa: PLC0415 - likewise

    show_add_to(st.session_state["collection"])


@pytest.fixture
def opened(page: PageRunner, services: Services, actor: Actor) -> tuple[AppTest, int, int, int]:
    """Open the choice for a collection with one of two products."""
    del page  # only so that AppTest is set up as for a page
    oak, pine = products(services, actor, "Oak chair", "Pine chair")
    spring = services.collections.create(actor, "Spring", "")
    services.collections.add_products(actor, spring.id, [oak])
    at = AppTest.from_function(script, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    at.session_state["collection"] = services.collections.get(actor, spring.id)
    return at.run(), oak, pine, spring.id


class TestAddTo:
    def test_marks_what_is_in_the_collection_already(
        self, opened: tuple[AppTest, int, int, int]
    ) -> None:
        at, oak, pine, spring = opened

        shown = cards(at, f"collection.add.{spring}.grid")

        badges = {card["id"]: (card["badge"], card["badge_label"]) for card in shown}
        assert badges == {
            str(oak): ("In it", "Already in this collection"),
            str(pine): ("", ""),
        }
        assert "are in this collection already" in words(at)
