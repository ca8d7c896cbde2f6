"""What the dialog of an export asks, shows live, and begins."""

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.picture_exports import ExportOptions, PictureFormat, Sidecar
from core.domain.reviews import ReviewState, Verdict
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.picture_exports import made_picture
from tests.support.roles import as_role
from tests.ui.reading import words

pytestmark = pytest.mark.slow

COLLECTION = "pages/collection.py"
EXPORT = "collection.export_pictures"
KEY = "picture_export"


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.access import require_actor  # noqa: PLC0415 - likewise
    from ui.components.picture_export_dialog import (  # noqa: PLC0415 - likewise
        prepare_export,
        show_export,
    )

    if "is_prepared" not in st.session_state:
        prepare_export(require_actor())
        st.session_state["is_prepared"] = True
    show_export(list(st.session_state["ids"]), title="Spring")


@pytest.fixture
def pictures(services: Services, actor: Actor) -> list[int]:
    chair = chair_with_photo(services, actor)
    return [made_picture(services, actor, chair.id) for _ in range(2)]


def opened(actor: Actor, pictures: list[int]) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    at.session_state["ids"] = pictures
    return at.run()


class TestShowExport:
    def test_shows_live_what_an_export_would_hold(self, actor: Actor, pictures: list[int]) -> None:
        at = opened(actor, pictures)
        assert "For example OAK-CHAIR-1_1.jpg" in words(at)
        assert "2 pictures, " in words(at)

        at.text_input(key=f"{KEY}.rule").set_value("{sku}/{product}").run()

        assert "For example OAK-CHAIR-1/Oak-chair.jpg" in words(at)
        assert "1 picture gets a number" in words(at)

    def test_says_what_is_wrong_with_a_rule_and_does_not_begin(
        self, actor: Actor, pictures: list[int]
    ) -> None:
        at = opened(actor, pictures)

        at.text_input(key=f"{KEY}.rule").set_value("{skus}").run()

        assert "Nothing is called" in words(at)
        assert at.button(key=f"{KEY}.send").disabled

    def test_begins_an_export_once(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        at = opened(actor, pictures)

        at.button(key=f"{KEY}.send").click().run()
        at.run()

        [begun] = services.picture_exports.list(actor).items
        assert (begun.title, begun.picture_count) == ("Spring", 2)
        assert "is being made" in at.success[0].value
        assert f"{KEY}.see" in {button.key for button in at.button}

    def test_begins_with_what_was_chosen_last(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        last = ExportOptions(
            "{id}", PictureFormat.JPEG, longest_px=800, quality=77, sidecars=(Sidecar.JSON,)
        )
        services.picture_exports.begin(actor, pictures, last)

        opened(actor, pictures).button(key=f"{KEY}.send").click().run()

        newest, _ = services.picture_exports.list(actor).items
        assert newest.options == last

    def test_takes_up_a_preset(self, services: Services, actor: Actor, pictures: list[int]) -> None:
        mine = ExportOptions("{id}", PictureFormat.WEBP, longest_px=640, quality=80, max_kb=300)
        services.saved_views.save(actor, "picture_exports", "Small", mine.to_query())
        at = opened(actor, pictures)

        at.selectbox(key=f"{KEY}.preset").set_value("Small").run()
        at.button(key=f"{KEY}.send").click().run()

        [begun] = services.picture_exports.list(actor).items
        assert begun.options == mine

    def test_keeps_what_was_chosen_while_another_format_is_looked_at(
        self, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        mine = ExportOptions("{id}", PictureFormat.JPEG, longest_px=640, quality=81)
        services.picture_exports.begin(actor, pictures, mine)
        at = opened(actor, pictures)

        at.button_group(key=f"{KEY}.format").set_value(PictureFormat.ORIGINAL).run()
        at.button_group(key=f"{KEY}.format").set_value(PictureFormat.JPEG).run()
        at.button(key=f"{KEY}.send").click().run()

        newest, _ = services.picture_exports.list(actor).items
        assert newest.options == mine

    def test_says_that_there_is_nothing_to_export(self, actor: Actor) -> None:
        assert "no picture to export" in words(opened(actor, []))


class TestCollection:
    @pytest.fixture
    def collection(self, services: Services, actor: Actor, pictures: list[int]) -> int:
        """Give the test a collection with one approved picture of two."""
        services.reviews.judge(actor, pictures[:1], Verdict(ReviewState.APPROVED))
        made = services.collections.create(actor, "Spring *2027*")
        services.collections.add_products(
            actor, made.id, [services.products.search(actor).items[0].id]
        )
        return made.id

    def test_exports_the_approved_pictures(
        self, page: PageRunner, actor: Actor, collection: int
    ) -> None:
        at = page(COLLECTION, actor, {"id": str(collection)})

        at.button(key=EXPORT).click().run()

        assert at.button(key=f"{KEY}.send").label == "Export 1 picture"

    def test_is_not_offered_to_those_who_may_not(
        self, page: PageRunner, services: Services, actor: Actor, collection: int
    ) -> None:
        as_role(services, actor, Role.VIEWER)

        at = page(COLLECTION, actor, {"id": str(collection)})

        assert EXPORT not in {button.key for button in at.button}
