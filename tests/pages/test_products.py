"""The catalogue finds products, adds them, and takes them to the trash and back."""

from decimal import Decimal

from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import ProductDraft
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import address, card_ids, cards, click_card, words

PRODUCTS = "pages/products.py"
GRID = "products.grid"
FORM = "products.add"


def send_form(at: AppTest) -> AppTest:
    """Send the dialog's form: AppTest closes a dialog at each run, so its opener goes along."""
    at.button(key="products.new").click()
    at.button(key=f"{FORM}.send").click()
    return at.run()


class TestProducts:
    def test_shows_each_product_with_its_photo_sku_and_price(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        draft = ProductDraft("Pine table", "PINE-TABLE-1", price=Decimal("1290.50"))
        table = services.products.create(actor, draft)

        at = page(PRODUCTS, actor)

        first, second = cards(at, GRID)
        assert (first["title"], first["subtitle"]) == ("Pine table", "PINE-TABLE-1 · 1,290.50")
        assert first["note"] == "No photo yet"
        assert second["src"] == chair.photos[0].url("w320")
        assert card_ids(at, GRID) == [str(table.id), str(chair.id)]

    def test_offers_the_sample_catalogue_when_there_is_nothing(
        self, page: PageRunner, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)

        assert at.button(key="first.samples").label == "Load the sample catalogue"
        assert at.button(key="first.add").label == "Add a product"

    def test_finds_by_text_and_by_category(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine, lamp = products(services, actor, "Oak chair", "Pine chair", "Oak lamp")
        services.products.update(actor, lamp, ProductDraft("Oak lamp", "LAMP-1", category="Lamps"))
        at = page(PRODUCTS, actor)

        at.text_input(key="products_q").input("oak").run()
        by_text = card_ids(at, GRID)
        at.selectbox(key="products_category").select("Lamps").run()
        by_both = card_ids(at, GRID)

        assert by_text == [str(lamp), str(oak)]
        assert by_both == [str(lamp)]
        assert pine

    def test_says_that_nothing_matches_and_shows_all_again(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, {"products_q": "granite"})
        assert "No product matches" in words(at)

        at.button(key="products.show_all").click().run()

        assert card_ids(at, GRID) == [str(oak)]

    def test_opens_a_product_that_is_clicked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor)

        click_card(at, GRID, "open", oak)

        assert address(at, "id") == str(oak)
        assert [title.value for title in at.title] == ["Oak chair"]

    def test_goes_through_the_pages_and_back(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        made = products(services, actor, *(f"Chair {number}" for number in range(25)))
        at = page(PRODUCTS, actor)

        at.button(key="page.next").click().run()
        second_page = card_ids(at, GRID)
        at.button(key="page.previous").click().run()

        assert second_page == [str(made[0])]
        assert len(card_ids(at, GRID)) == 24

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        products(services, actor, "Oak chair")

        at = page(PRODUCTS, other_actor)

        assert card_ids(at, GRID) == []


class TestTable:
    def test_shows_the_same_products_as_rows(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)

        at = page(PRODUCTS, actor, {"products_view": "Table"})

        [row] = at.dataframe[0].value.to_dict("records")
        assert (row["Name"], row["SKU"], row["Photos"]) == ("Oak chair", "OAK-CHAIR-1", 1)
        assert row["Photo"] == chair.photos[0].url("w160")


class TestAddProduct:
    def test_adds_a_product_with_its_photos_and_opens_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.number_input(key=f"{FORM}.price").set_value(349.5)
        at.file_uploader(key="products.upload.0").upload("chair.jpg", photo_bytes())

        send_form(at)

        [summary] = services.products.search(actor).items
        assert (summary.name, summary.price) == ("Oak chair", Decimal("349.50"))
        assert summary.photo_count == 1
        assert address(at, "id") == str(summary.id)

    def test_keeps_what_was_typed_when_the_sku_is_taken(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair_with_photo(services, actor)
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Another chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")

        send_form(at)

        assert "already a product with the SKU OAK-CHAIR-1" in words(at)
        assert at.text_input(key=f"{FORM}.name").value == "Another chair"

    def test_wants_all_three_dimensions_or_none(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.number_input(key=f"{FORM}.width").set_value(80)

        send_form(at)

        assert "leave all three empty" in words(at)
        assert services.products.search(actor).items == ()

    def test_says_which_file_is_no_picture(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.file_uploader(key="products.upload.0").upload("notes.jpg", b"no picture")

        send_form(at)

        [summary] = services.products.search(actor).items
        assert summary.photo_count == 0
        assert "notes.jpg" in words(at)
        assert "not a picture" in words(at)


class TestGenerate:
    def test_leads_to_the_studio_with_what_is_ticked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine, _ = products(services, actor, "Oak chair", "Pine chair", "Fir chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", pine)
        click_card(at, GRID, "select", oak)

        at.button(key="products.auto_awesome").click().run()

        assert at.title[0].value == "Studio"
        assert address(at, "products") == f"{oak},{pine}"


class TestSelectAll:
    def test_ticks_everything_on_the_page(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        ids = products(services, actor, "Oak chair", "Pine chair", "Fir chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", ids[0])

        at.button(key="products.select_all").click().run()

        assert at.button(key="products.clear").label == "3 selected"
        assert "products.select_all" not in [button.key for button in at.button]


class TestTrash:
    def test_takes_what_is_ticked(self, page: PageRunner, services: Services, actor: Actor) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", pine)

        at.button(key="products.delete").click().run()

        assert card_ids(at, GRID) == [str(oak)]
        assert services.products.get(actor, pine).trashed_at is not None

    def test_gives_back_what_is_ticked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        services.products.trash(actor, [oak])
        at = page(PRODUCTS, actor, {"show": "trash"})
        click_card(at, "products.trash.grid", "select", oak)

        at.button(key="products.restore_from_trash").click().run()

        assert services.products.get(actor, oak).trashed_at is None
        assert "The trash is empty" in words(at)
