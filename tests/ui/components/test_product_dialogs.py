"""What somebody types into a product's form is not lost when another person was faster."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import Product
from tests.support.generation import CHAIR
from tests.support.pages import PageRunner
from tests.ui.reading import words


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.product_dialogs import show_edit_product  # noqa: PLC0415 - likewise

    show_edit_product(st.session_state["read"])


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return services.products.create(actor, CHAIR)


@pytest.fixture
def form(page: PageRunner, chair: Product, actor: Actor) -> AppTest:
    """Open the form of a chair, as it was read by then."""
    del page  # only so that AppTest is set up as for a page
    at = AppTest.from_function(script, default_timeout=60)
    at.user = {"session": str(actor.session_id)}
    at.session_state["read"] = chair
    return at.run()


class TestConflict:
    def test_says_who_changed_what_and_keeps_what_was_typed(
        self, form: AppTest, services: Services, chair: Product, actor: Actor
    ) -> None:
        services.products.update(actor, chair.id, replace(chair.draft, colours=("Sage",)))
        form.text_input(key=f"product.edit.{chair.id}.name").input("Pine chair")

        form.button(key="product.edit.send").click().run()

        assert "Ann changed this product meanwhile." in words(form)
        assert "Sage" in [text.value for text in form.text]
        assert form.text_input(key=f"product.edit.{chair.id}.name").value == "Pine chair"
        assert services.products.get(actor, chair.id).name == chair.name

    def test_is_settled_by_saving_over_it(
        self, form: AppTest, services: Services, chair: Product, actor: Actor
    ) -> None:
        services.products.update(actor, chair.id, replace(chair.draft, name="Elm chair"))
        form.text_input(key=f"product.edit.{chair.id}.name").input("Pine chair")
        form.button(key="product.edit.send").click().run()

        form.button(key="product.edit.overwrite").click().run()

        assert services.products.get(actor, chair.id).name == "Pine chair"
        assert "meanwhile" not in words(form)

    def test_about_a_taken_sku_is_no_conflict_with_a_person(
        self, form: AppTest, services: Services, chair: Product, actor: Actor
    ) -> None:
        services.products.create(actor, replace(CHAIR, sku="OAK-CHAIR-2"))
        form.text_input(key=f"product.edit.{chair.id}.sku").input("OAK-CHAIR-2")

        form.button(key="product.edit.send").click().run()

        assert "OAK-CHAIR-2" in words(form)
        assert "What you typed is kept" not in words(form)
        assert services.products.get(actor, chair.id).sku == chair.sku
