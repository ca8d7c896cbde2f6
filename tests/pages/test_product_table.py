"""The table of products: each cell is kept or refused on its own, and nothing typed gets lost."""

import json
from decimal import Decimal
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductDraft
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import address, words
from tests.ui.roles import become

PRODUCTS = "pages/products.py"
TABLE = {"view": "table"}


def sheet(at: AppTest) -> Any:  # noqa: ANN401 - Streamlit's own message
    """Return what the table was given, which is what a person sees in it."""
    protos = [element.proto for element in at.get("bidi_component")]
    [table] = [proto for proto in protos if proto.component_name == "epox_product_table"]
    return table


def given(at: AppTest) -> list[Any]:
    """Return columns, rows, ticks, options, refusals and answered tokens of the table."""
    found: list[Any] = json.loads(sheet(at).json)
    return found


def names(at: AppTest) -> list[str]:
    """Return the names in the rows, from top to bottom."""
    return [row["name"] for row in given(at)[1]]


def cell(at: AppTest, product_id: int, field: str) -> str:
    """Return what stands in a cell."""
    [row] = [row for row in given(at)[1] if row["id"] == str(product_id)]
    return str(row["cells"][field])


def refusals(at: AppTest) -> list[list[str]]:
    """Return the refused cells: product, field, what was typed, why it was not kept."""
    found: list[list[str]] = given(at)[4]
    return found


def version(at: AppTest, product_id: int) -> int:
    """Return the version of a product that the table shows."""
    [row] = [row for row in given(at)[1] if row["id"] == str(product_id)]
    return int(row["version"])


def type_into(at: AppTest, *edits: list[Any]) -> AppTest:
    """Send what was typed as the table in a browser does: token, product, field, text, version."""
    states = at._tree.get_widget_states()
    states.widgets.add(id=sheet(at).id, json_value=json.dumps({"edits": list(edits)}))
    return at._run(states)


def tell(at: AppTest, *event: object) -> AppTest:
    """Send an event as the table in a browser does."""
    states = at._tree.get_widget_states()
    value = json.dumps([{"event": "event", "value": list(event)}])
    states.widgets.add(id=_make_trigger_id(sheet(at).id, "events"), json_trigger_value=value)
    return at._run(states)


class TestRows:
    def test_shows_the_same_products_as_the_grid(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)

        at = page(PRODUCTS, actor, TABLE)

        [row] = given(at)[1]
        assert (row["name"], row["cells"]["sku"]) == ("Oak chair", "OAK-CHAIR-1")
        assert row["cells"]["photos"] == "1"
        assert row["src"] == chair.photos[0].url("w160")
        assert row["href"] == f"/product?id={chair.id}"

    def test_opens_a_product(self, page: PageRunner, services: Services, actor: Actor) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)

        tell(at, "open", str(oak))

        assert address(at, "id") == str(oak)

    def test_sorts_by_a_column(self, page: PageRunner, services: Services, actor: Actor) -> None:
        products(services, actor, "Birch stool", "Alder sofa", "Cedar table")
        at = page(PRODUCTS, actor, TABLE)

        tell(at, "sort", "name")

        assert names(at) == ["Alder sofa", "Birch stool", "Cedar table"]
        assert address(at, "sort") == "name"
        assert given(at)[0][0]["order"] == "ascending"

    def test_ticks_what_a_person_ticks(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor, TABLE)

        tell(at, "ticks", [str(pine), str(oak), "99999"])

        assert at.button(key="products.clear").label == "2 selected"
        assert given(at)[2] == sorted([str(oak), str(pine)])

    def test_lets_a_viewer_look_only(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        become(services, actor, Role.VIEWER)
        at = page(PRODUCTS, actor, TABLE)

        type_into(at, ["a-1", str(oak), "name", "Mine", 1])

        assert given(at)[3]["editable"] is False
        assert services.products.get(actor, oak).name == "Oak chair"


class TestTyping:
    def test_keeps_what_was_typed(self, page: PageRunner, services: Services, actor: Actor) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)

        type_into(
            at,
            ["a-1", str(oak), "name", "Elm chair", 1],
            ["a-2", str(oak), "sku", "ELM-1", 1],
            ["a-3", str(oak), "category", "Chairs", 1],
            ["a-4", str(oak), "price", "349.50", 1],
            ["a-5", str(oak), "tags", "new, for summer", 1],
            ["a-6", str(oak), "materials", "elm; wool, undyed", 1],
        )

        kept = services.products.get(actor, oak)
        assert (kept.name, kept.sku, kept.category) == ("Elm chair", "ELM-1", "Chairs")
        assert kept.price == Decimal("349.50")
        assert kept.tags == ("new", "for summer")
        assert kept.materials == ("elm", "wool, undyed")
        assert refusals(at) == []
        assert cell(at, oak, "materials") == "elm; wool, undyed"
        assert "a-6" in given(at)[5]

    def test_says_why_a_cell_was_refused_and_keeps_the_others(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor, TABLE)

        type_into(
            at,
            ["a-1", str(oak), "sku", "PINE-CHAIR", 1],
            ["a-2", str(oak), "price", "much", 1],
            ["a-3", str(pine), "name", "Fir chair", 1],
        )

        refused = {field: (text, why) for _, field, text, why in refusals(at)}
        assert refused["sku"][0] == "PINE-CHAIR"
        assert "already" in refused["sku"][1]
        assert refused["price"][0] == "much"
        assert services.products.get(actor, pine).name == "Fir chair"
        assert services.products.get(actor, oak).sku == "OAK-CHAIR"

    def test_takes_an_edit_once_however_often_it_is_sent(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)
        type_into(at, ["a-1", str(oak), "name", "Elm chair", 1])
        kept = services.products.get(actor, oak).version

        type_into(at, ["a-1", str(oak), "name", "Elm chair", 1])

        assert services.products.get(actor, oak).version == kept
        assert refusals(at) == []

    def test_takes_two_edits_of_one_product_that_were_typed_in_a_row(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)
        first = version(at, oak)
        type_into(at, ["a-1", str(oak), "name", "Elm chair", first])

        # The second was typed before the browser knew the version which the first one made.
        type_into(at, ["a-2", str(oak), "sku", "ELM-1", first])

        kept = services.products.get(actor, oak)
        assert (kept.name, kept.sku) == ("Elm chair", "ELM-1")

    def test_tells_of_a_conflict_and_lets_the_person_decide(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)
        seen = version(at, oak)
        services.products.update(actor, oak, ProductDraft("Ben's chair", "OAK-CHAIR"))

        type_into(at, ["a-1", str(oak), "name", "My chair", seen])
        refused = refusals(at)
        after_refusal = services.products.get(actor, oak).name
        type_into(at, ["a-2", str(oak), "name", "My chair", version(at, oak)])

        assert [(field, text) for _, field, text, _ in refused] == [("name", "My chair")]
        assert "changed" in refused[0][3]
        assert after_refusal == "Ben's chair"
        assert services.products.get(actor, oak).name == "My chair"
        assert refusals(at) == []

    def test_lets_go_of_what_was_refused(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, TABLE)
        type_into(at, ["a-1", str(oak), "price", "much", 1])

        tell(at, "discard", str(oak), "price")

        assert refusals(at) == []
        assert cell(at, oak, "price") == ""

    def test_leaves_a_row_where_it_is_while_it_is_edited(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, _, _ = products(services, actor, "Oak chair", "Pine chair", "Fir chair")
        at = page(PRODUCTS, actor, TABLE)

        type_into(at, ["a-1", str(oak), "name", "Elm chair", version(at, oak)])

        assert names(at) == ["Fir chair", "Pine chair", "Elm chair"]

    def test_keeps_what_was_refused_when_its_row_is_not_shown_any_more(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, _ = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor, TABLE)
        type_into(at, ["a-1", str(oak), "price", "much", 1])

        at.text_input(key="products.search").input("pine").run()

        assert names(at) == ["Pine chair"]
        assert "much" in words(at)
        at.button(key=f"products.refused.{oak}.price").click().run()
        assert "much" not in words(at)

    def test_overlooks_what_no_table_of_ours_sends(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        [bens] = products(services, other_actor, "Ben's chair")
        at = page(PRODUCTS, actor, TABLE)

        type_into(
            at,
            ["a-1", str(oak), "workspace_id", "7", 1],
            ["a-2", "1 or 1", "name", "All", 1],
            ["a-3", str(oak), "name", None, 1],
            ["a-4", str(bens), "name", "Stolen", 1],
            ["<a>", str(oak), "name", "Elm", 1],
        )

        assert services.products.get(actor, oak).name == "Oak chair"
        assert services.products.get(other_actor, bens).name == "Ben's chair"
