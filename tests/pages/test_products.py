"""The catalogue finds products, adds them, and takes them to the trash and back."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductChange, ProductDraft
from tests.images import photo_bytes
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.statements import statements
from tests.ui.making import products
from tests.ui.reading import address, card_ids, cards, click_card, links, went_to, words
from tests.ui.roles import become, join

PRODUCTS = "pages/products.py"
GRID = "products.grid"
FORM = "products.add"


def send_form(at: AppTest) -> AppTest:
    """Send the dialog's form: AppTest closes a dialog at each run, so its opener goes along."""
    at.button(key="products.new").click()
    at.button(key=f"{FORM}.send").click()
    return at.run()


def open_panel(
    page: PageRunner, actor: Actor, key: str, query: Mapping[str, str] | None = None
) -> AppTest:
    """Return the page with the panel of a button open: its choices are read only then."""
    at = page(PRODUCTS, actor, query, run=False)
    return open_again(at, key)


def open_again(at: AppTest, key: str) -> AppTest:
    """Run with the panel open: AppTest does not know that a browser keeps it so."""
    at.session_state[key] = True
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

    def test_finds_by_text(self, page: PageRunner, services: Services, actor: Actor) -> None:
        oak, _, lamp = products(services, actor, "Oak chair", "Pine chair", "Oak lamp")
        at = page(PRODUCTS, actor)

        at.text_input(key="products.search").input("oak").run()

        assert card_ids(at, GRID) == [str(lamp), str(oak)]
        assert address(at, "text") == "oak"

    def test_shows_what_comes_near_where_nothing_matches_exactly(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")

        at = page(PRODUCTS, actor, {"text": "oak chiar"})

        assert card_ids(at, GRID) == [str(oak)]
        assert "Nothing holds “oak chiar”" in words(at)

    def test_says_that_nothing_matches_and_shows_all_again(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor, {"text": "granite", "tag": "cold"})
        assert "No product matches" in words(at)

        at.button(key="products.show_all").click().run()

        assert card_ids(at, GRID) == [str(oak)]
        assert at.text_input(key="products.search").value == ""

    def test_says_that_everything_is_archived(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        services.products.archive(actor, [oak])
        at = page(PRODUCTS, actor)

        at.button(key="products.show_archive").click().run()

        assert card_ids(at, GRID) == [str(oak)]
        assert cards(at, GRID)[0]["subtitle"].startswith("Archived")

    def test_opens_a_product_that_is_clicked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor)

        click_card(at, GRID, "open", oak)

        assert address(at, "id") == str(oak)
        assert [title.value for title in at.title] == ["Oak chair"]

    def test_leads_to_the_imports(self, page: PageRunner, actor: Actor) -> None:
        at = page(PRODUCTS, actor)

        at.button(key="products.import").click().run()

        assert at.title[0].value == "Imports"

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

    @pytest.mark.parametrize("view", ["", "table"])
    def test_asks_the_database_no_more_for_a_long_list(
        self, page: PageRunner, services: Services, actor: Actor, view: str
    ) -> None:
        products(services, actor, "Chair")
        with statements(services) as short:
            page(PRODUCTS, actor, {"view": view})
        products(services, actor, *(f"Chair {number}" for number in range(60)))

        with statements(services) as long:
            page(PRODUCTS, actor, {"view": view})

        assert len(long) <= len(short) + 1  # the count has to be asked for once there are pages

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        products(services, actor, "Oak chair")

        at = page(PRODUCTS, other_actor)

        assert card_ids(at, GRID) == []


class TestFilters:
    def test_a_link_shows_the_same(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        products(services, actor, "Pine chair", "Oak lamp")

        at = page(PRODUCTS, actor, {"text": "chair", "photo": "yes", "sort": "name"})

        assert card_ids(at, GRID) == [str(chair.id)]
        assert at.text_input(key="products.search").value == "chair"
        assert at.selectbox(key="products.sort").value == "name"
        assert at.button(key="products.chip.has_photo").label == "With a photo"

    def test_a_chip_takes_its_filter_away_and_leaves_the_others(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        services.products.change(actor, [oak], ProductChange(add_tags=("new",)))
        at = page(PRODUCTS, actor, {"tag": "new", "photo": "no"})
        before = card_ids(at, GRID)

        at.button(key="products.chip.tag").click().run()

        assert before == [str(oak)]
        assert set(card_ids(at, GRID)) == {str(oak), str(pine)}
        assert address(at, "photo") == "no"

    def test_names_the_category_and_what_is_not_there_any_more(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Oak chair", "OAK-1", category="Chairs"))
        [chairs] = services.categories.tree(actor)

        at = page(PRODUCTS, actor, {"category": str(chairs.id), "collection": "99999"})

        assert "Chairs" in at.button(key="products.chip.category_id").label
        assert "not there any more" in at.button(key="products.chip.collection_id").label

    def test_overlooks_what_no_address_of_ours_says(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")

        at = page(
            PRODUCTS,
            actor,
            {
                "category": "1 or 1=1",
                "photo": "maybe",
                "archived": "<b>",
                "sort": "workspace_id",
                "view": "hologram",
                "page": "AAAA",
            },
        )

        assert card_ids(at, GRID) == [str(oak)]

    def test_offers_every_filter_in_its_panel(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        draft = ProductDraft("Oak chair", "OAK-1", category="Chairs", tags=("new",))
        oak = services.products.create(actor, draft)
        products(services, actor, "Pine lamp")
        at = open_panel(page, actor, "products.filters")

        at.selectbox(key="products.filter.tag").select("new")
        open_again(at, "products.filters")

        assert card_ids(at, GRID) == [str(oak.id)]
        assert [chip.key for chip in at.button if "chip" in str(chip.key)] == ["products.chip.tag"]


class TestSavedViews:
    def test_saves_what_the_address_says_under_a_name(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = open_panel(page, actor, "products.views", {"photo": "no", "view": "table"})
        at.text_input(key="views.new.name").input("To photograph")
        at.checkbox(key="views.new.shared").check()
        at.button(key="views.new.send").click()

        open_again(at, "products.views")

        [view] = services.saved_views.list(actor, "products")
        assert (view.name, view.is_shared) == ("To photograph", True)
        assert dict(view.query) == {"photo": "no", "view": "table"}

    def test_shows_own_and_shared_views_as_links(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        colleague = replace(other_actor, workspace_id=actor.workspace_id, role=Role.EDITOR)
        join(services, colleague)
        save = services.saved_views.save
        mine = save(actor, "products", "Chairs", {"text": "chair"})
        theirs = save(colleague, "products", "Sale", {"tag": "sale"}, is_shared=True)
        save(colleague, "products", "Secret", {"tag": "secret"})

        at = open_panel(page, actor, "products.views")

        assert links(at) == ["Chairs", "Sale"]
        keys = {str(button.key) for button in at.button}
        assert f"views.{mine}.delete" in keys
        assert f"views.{theirs}.delete" not in keys

    def test_renames_shares_and_deletes_a_view(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        view_id = services.saved_views.save(actor, "products", "Chairs", {"text": "chair"})
        at = open_panel(page, actor, "products.views")

        at.button(key=f"views.{view_id}.rename").click()
        open_again(at, "products.views")
        open_again(at, "products.views")
        at.text_input(key="views.rename.name").input("All chairs")
        at.button(key="views.rename.send").click()
        open_again(at, "products.views")
        open_again(at, "products.views")
        at.button(key=f"views.{view_id}.share").click()
        open_again(at, "products.views")
        [changed] = services.saved_views.list(actor, "products")
        open_again(at, "products.views")
        at.button(key=f"views.{view_id}.delete").click()
        open_again(at, "products.views")

        assert (changed.name, changed.is_shared) == ("All chairs", True)
        assert services.saved_views.list(actor, "products") == ()


class TestAddProduct:
    def test_adds_a_product_with_its_photos_and_opens_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.text_input(key=f"{FORM}.price").input("1299,50")
        at.file_uploader(key="products.upload.0").upload("chair.jpg", photo_bytes())

        send_form(at)

        [summary] = services.products.search(actor).items
        assert (summary.name, summary.price) == ("Oak chair", Decimal("1299.50"))
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

    def test_keeps_what_was_typed_as_a_price_that_is_none(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.text_input(key=f"{FORM}.price").input("1.299")

        send_form(at)

        assert "could be 1299 or 1.29" in words(at)
        assert at.text_input(key=f"{FORM}.price").value == "1.299"
        assert services.products.search(actor).items == ()

    def test_wants_all_three_dimensions_or_none(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(PRODUCTS, actor)
        at.button(key="products.new").click().run()
        at.text_input(key=f"{FORM}.name").input("Oak chair")
        at.text_input(key=f"{FORM}.sku").input("OAK-CHAIR-1")
        at.text_input(key=f"{FORM}.width").input("80")

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
    def test_ticks_everything_that_matches_on_all_pages(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        chairs = products(services, actor, *(f"Chair {number}" for number in range(30)))
        products(services, actor, "Lamp")
        at = page(PRODUCTS, actor, {"text": "chair"})
        click_card(at, GRID, "select", chairs[-1])

        at.button(key="products.select_all").click().run()

        assert at.button(key="products.clear").label == "30 selected"
        assert "products.select_all" not in [button.key for button in at.button]

    def test_unticks_everything(self, page: PageRunner, services: Services, actor: Actor) -> None:
        [oak] = products(services, actor, "Oak chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)

        at.button(key="products.clear").click().run()

        assert "products.clear" not in [button.key for button in at.button]


class TestExport:
    def test_exports_what_is_ticked(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", oak)
        click_card(at, GRID, "select", pine)

        at.menu_button(key="products.more").click("Export Excel").run()

        assert went_to(at) == [f"/exports/products.xlsx?ids={oak}%2C{pine}"]


class TestTrash:
    def test_takes_what_is_ticked_and_gives_it_back(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak, pine = products(services, actor, "Oak chair", "Pine chair")
        at = page(PRODUCTS, actor)
        click_card(at, GRID, "select", pine)

        at.menu_button(key="products.more").click("Delete").run()
        after_delete = card_ids(at, GRID)
        was_trashed = services.products.get(actor, pine).trashed_at is not None
        at.button(key="products.undo").click().run()

        assert after_delete == [str(oak)]
        assert was_trashed
        assert set(card_ids(at, GRID)) == {str(oak), str(pine)}

    def test_has_its_own_page(self, page: PageRunner, services: Services, actor: Actor) -> None:
        [oak] = products(services, actor, "Oak chair")
        services.products.trash(actor, [oak])
        at = page(PRODUCTS, actor, {"trashed": "yes"})
        assert card_ids(at, GRID) == []

        at.button(key="products.trash").click().run()

        assert at.title[0].value == "Trash"


class TestMakeCollection:
    def test_makes_a_collection_of_whatever_matches(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        oak = services.products.create(actor, ProductDraft("Oak chair", "OAK-1", tags=("new",)))
        products(services, actor, "Pine chair")
        at = page(PRODUCTS, actor, {"tag": "new"})

        at.button(key="products.make_collection").click().run()
        at.text_input(key="collections.save.name").input("New ones")
        at.button(key="products.make_collection").click()
        at.button(key="collections.save.send").click().run()

        [made] = services.collections.search(actor).items
        held = services.collections.products(actor, made.id).items
        assert [product.id for product in held] == [oak.id]


class TestRoles:
    def test_a_viewer_can_look_and_export_but_change_nothing(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        [oak] = products(services, actor, "Oak chair")
        become(services, actor, Role.VIEWER)
        at = page(PRODUCTS, actor)

        click_card(at, GRID, "select", oak)

        keys = {str(button.key) for button in at.button}
        assert not keys & {"products.new", "products.import", "products.edit"}
        assert not keys & {"products.auto_awesome", "products.bookmark_add"}
        assert at.menu_button(key="products.more").options == [
            "Export CSV",
            "Export Excel",
            "Export JSON",
        ]
