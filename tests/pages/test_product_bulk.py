"""Many products are changed at once, and what was done can be taken back."""

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import ProductChange, ProductDraft
from tests.support.pages import PageRunner
from tests.ui.making import products
from tests.ui.reading import card_ids, click_card, words

PRODUCTS = "pages/products.py"
GRID = "products.grid"


class TestBulkEdit:
    def test_changes_what_is_filled_in_and_leaves_the_rest(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        draft = ProductDraft("Oak chair", "OAK-1", category="Chairs", tags=("old", "oak"))
        oak = services.products.create(actor, draft).id
        pine = services.products.create(actor, ProductDraft("Pine chair", "PINE-1")).id
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        click_card(at, GRID, "select", pine)

        at.button(key="products.edit").click().run()
        at.multiselect(key="products.bulk.remove_tags").select("old")
        at.multiselect(key="products.bulk.add_tags").set_value(["oak"])
        at.button(key="products.edit").click()
        at.button(key="products.bulk.send").click().run()

        changed = [services.products.get(actor, product_id) for product_id in (oak, pine)]
        assert [product.tags for product in changed] == [("oak",), ("oak",)]
        assert [product.category for product in changed] == ["Chairs", ""]

    def test_takes_an_edit_back_but_for_what_others_changed_since(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        draft = ProductDraft("Oak chair", "OAK-1", category="Chairs", tags=("old", "oak"))
        oak = services.products.create(actor, draft).id
        pine = services.products.create(actor, ProductDraft("Pine chair", "PINE-1")).id
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        click_card(at, GRID, "select", pine)
        at.button(key="products.edit").click().run()
        at.multiselect(key="products.bulk.remove_tags").select("old")
        at.selectbox(key="products.bulk.category").select("No category")
        at.multiselect(key="products.bulk.add_tags").set_value(["oak"])
        at.button(key="products.edit").click()
        at.button(key="products.bulk.send").click().run()
        services.products.change(actor, [pine], ProductChange(add_tags=("later",)))

        at.button(key="products.undo").click().run()

        assert services.products.get(actor, oak).draft == draft
        assert services.products.get(actor, pine).tags == ("oak", "later")
        said = [toast.value for toast in at.toast]
        assert said == ["1 product put back. 1 product changed meanwhile and stayed as they are."]

    def test_says_that_nothing_is_filled_in(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        at.button(key="products.edit").click().run()

        at.button(key="products.edit").click()
        at.button(key="products.bulk.send").click().run()

        assert "Nothing to change yet" in words(at)


class TestArchive:
    def test_takes_products_off_the_list_and_puts_them_back(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)

        at.menu_button(key="products.more").click("Archive").run()
        without = card_ids(at, GRID)
        archive = page(PRODUCTS, actor, {"archived": "only"})
        click_card(archive, GRID, "select", oak)
        archive.menu_button(key="products.more").click("Unarchive").run()

        assert without == [str(pine)]
        assert services.products.get(actor, oak).archived_at is None

    def test_is_undone_with_a_click(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        at.menu_button(key="products.more").click("Archive").run()
        assert services.products.get(actor, oak).archived_at is not None

        at.button(key="products.undo").click().run()

        assert services.products.get(actor, oak).archived_at is None
        assert "products.undo" not in {button.key for button in at.button}


class TestAddToCollection:
    def test_unticks_and_leads_to_the_collection(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        spring = services.collections.create(actor, "Spring", "")
        services.collections.add_products(actor, spring.id, [oak])
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        click_card(at, GRID, "select", pine)

        at.button(key="products.bookmark_add").click().run()
        at.button(key="products.bookmark_add").click()
        at.button(key=f"add_to.{spring.id}").click().run()

        assert "1 product added to Spring. 1 product was in it already." in words(at)
        assert "products.clear" not in {button.key for button in at.button}
        at.button(key="products.open_collection").click().run()
        assert at.title[0].value == "Spring"
