"""An import goes step by step, and its page shows the same wherever it is opened."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.imports import Import, ImportField, ImportKind, ImportStatus
from core.domain.products import ProductDraft
from tests.images import photo_bytes
from tests.support.imports import imported, work_off, zip_of
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.ui.reading import address, words

IMPORT = "pages/import.py"
TABLE = b"sku,name,price\nOAK-1,Oak chair,249\nOAK-2,Oak table,cheap\nOAK-3,Oak bench,99\n"

Opener = Callable[[Import], AppTest]


@pytest.fixture
def opened(page: PageRunner, actor: Actor) -> Opener:
    """Give the test a way to open the page of an import."""
    return lambda item: page(IMPORT, actor, {"id": str(item.id)})


@pytest.fixture
def begun(services: Services, actor: Actor) -> Import:
    return services.imports.begin(actor, "chairs.csv", TABLE)


@pytest.fixture
def checked(services: Services, actor: Actor, begun: Import) -> Import:
    services.imports.check(actor, begun.id)
    work_off(services)
    return services.imports.get(actor, begun.id)


class TestFile:
    def test_opens_the_import_that_a_table_becomes(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(IMPORT, actor)

        at.file_uploader[0].upload("chairs.csv", TABLE).run()

        [item] = services.imports.imports(actor).items
        assert (item.file_name, item.status) == ("chairs.csv", ImportStatus.NEW)
        assert address(at, "id") == str(item.id)
        assert "Which column is what?" in words(at)

    def test_says_why_a_file_is_no_table(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        at = page(IMPORT, actor)

        at.file_uploader[0].upload("chairs.csv", b"").run()

        assert len(at.error) == 1
        assert services.imports.imports(actor).items == ()

    def test_takes_photos_and_looks_for_their_products(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Oak chair", "OAK-1"))
        at = page(IMPORT, actor, {"import_kind": "Photos"})

        at.file_uploader[0].upload("photos.zip", zip_of({"OAK-1.jpg": photo_bytes()})).run()
        at.button(key="import.photos.send").click().run()
        work_off(services)
        [item] = services.imports.imports(actor).items

        assert (item.kind, item.status) == (ImportKind.PHOTOS, ImportStatus.CHECKED)

    def test_offers_a_template(self, page: PageRunner, actor: Actor) -> None:
        at = page(IMPORT, actor)

        assert [str(button.proto.label) for button in at.get("download_button")] == [
            "Download a template"
        ]

    def test_is_not_for_those_who_only_look(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        as_role(services, actor, Role.VIEWER)

        at = page(IMPORT, actor)

        assert "may look at imports, but not begin one" in words(at)
        assert not at.file_uploader


class TestColumns:
    def test_shows_what_each_column_is_taken_for(self, opened: Opener, begun: Import) -> None:
        at = opened(begun)

        shown = words(at)
        assert "Oak chair · Oak table · Oak bench" in shown
        assert "columns parted by comma" in shown
        taken = [box.value for box in at.selectbox if ".column." in str(box.key)]
        assert taken == ["sku", "name", "price"]

    def test_checks_the_file_with_the_chosen_columns(
        self, opened: Opener, services: Services, actor: Actor, begun: Import
    ) -> None:
        at = opened(begun)

        at.selectbox(key=f"import.{begun.id}.column.2").set_value("")
        at.button(key="import.check").click().run()
        item = services.imports.get(actor, begun.id)

        assert item.status is ImportStatus.CHECKING
        assert dict(item.mapping) == {0: ImportField.SKU, 1: ImportField.NAME}
        assert "Nothing is changed yet" in words(at)

    def test_are_found_anew_when_the_file_is_read_otherwise(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        data = "sku,part;name\nA,1;Стул\n".encode("cp1251")
        item = services.imports.begin(actor, "chairs.csv", data)
        at = page(IMPORT, actor, {"id": str(item.id)})

        at.selectbox(key=f"import.{item.id}.encoding").set_value("cp1251").run()
        at.selectbox(key=f"import.{item.id}.delimiter").set_value(";").run()
        key = f"import.{item.id}.cp1251.59.column"
        assert "Стул" in words(at)
        at.selectbox(key=f"{key}.0").set_value("sku")
        at.selectbox(key=f"{key}.1").set_value("name")
        at.button(key="import.check").click().run()
        work_off(services)

        item = services.imports.get(actor, item.id)
        assert (item.options.encoding, item.options.delimiter) == ("cp1251", ";")
        [line] = services.imports.lines(actor, item.id).items
        assert (line.sku, line.after["name"]) == ("A,1", "Стул")

    def test_are_not_asked_for_when_the_file_cannot_be_read_like_this(
        self, opened: Opener, begun: Import
    ) -> None:
        at = opened(begun)

        at.selectbox(key=f"import.{begun.id}.encoding").set_value("utf-16").run()

        assert len(at.error) == 1
        assert not [button for button in at.button if button.key == "import.check"]

    def test_says_what_is_missing(self, opened: Opener, begun: Import) -> None:
        at = opened(begun)

        at.selectbox(key=f"import.{begun.id}.column.0").set_value("")
        at.button(key="import.check").click().run()

        assert "SKU" in at.error[0].value

    def test_shows_hostile_headers_as_they_are(
        self, opened: Opener, services: Services, actor: Actor
    ) -> None:
        table = b'sku,"**[x](http://evil.example)** <b>"\nOAK-1,"=1+1 ![](http://evil.example)"\n'
        item = services.imports.begin(actor, "<script>.csv", table)

        shown = words(opened(item))

        assert "**[x](http://evil.example)** <b>" in shown.replace("http:", "http:")
        assert "=1+1 ![](" in shown

    def test_are_not_chosen_by_those_who_only_look(
        self, opened: Opener, services: Services, actor: Actor, begun: Import
    ) -> None:
        as_role(services, actor, Role.VIEWER)

        at = opened(begun)

        assert "It has not been checked yet." in words(at)
        assert not at.selectbox


class TestCheck:
    def test_begins_for_photos_that_were_only_kept(
        self, opened: Opener, services: Services, actor: Actor
    ) -> None:
        data = zip_of({"OAK-1.jpg": photo_bytes()})
        item = services.imports.begin(actor, "photos.zip", data, kind=ImportKind.PHOTOS)
        at = opened(item)

        at.button(key="import.check_photos").click().run()

        assert services.imports.get(actor, item.id).status is ImportStatus.CHECKING

    def test_can_be_repeated_after_it_was_cancelled(
        self, opened: Opener, services: Services, actor: Actor, begun: Import
    ) -> None:
        services.imports.check(actor, begun.id)
        services.imports.cancel(actor, begun.id)
        work_off(services)
        at = opened(begun)
        shown = words(at)

        at.button(key="import.columns").click().run()

        assert "It was cancelled." in shown
        assert "Nothing was changed." in shown
        assert at.button(key="import.check").label == "Check the file"

    def test_counts_what_would_happen_and_changes_nothing(
        self, opened: Opener, services: Services, actor: Actor, checked: Import
    ) -> None:
        at = opened(checked)

        assert "2 new · 1 refused. Nothing is changed yet." in words(at)
        assert services.products.search(actor).items == ()

    def test_shows_the_lines_that_are_refused(self, opened: Opener, checked: Import) -> None:
        at = opened(checked)

        at.button_group(key=f"import.{checked.id}.lines").set_value("product.refuse").run()

        [link] = at.get("link_button")
        assert str(link.proto.url) == (
            f"/exports/import-lines.csv?import={checked.id}&outcome=refuse"
        )

    def test_leads_back_to_the_columns(self, opened: Opener, checked: Import) -> None:
        at = opened(checked)

        at.button(key="import.columns").click().run()

        assert "Which column is what?" in words(at)

    def test_starts_the_import(
        self, opened: Opener, services: Services, actor: Actor, checked: Import
    ) -> None:
        at = opened(checked)

        at.button(key="import.run").click().run()
        is_running = services.imports.get(actor, checked.id).status is ImportStatus.RUNNING
        shown = words(at)
        work_off(services)
        at.run()

        assert is_running
        assert "What is done stays done if you cancel." in shown
        assert "2 products added." in words(at)

    def test_offers_nothing_to_those_who_only_look(
        self, opened: Opener, services: Services, actor: Actor, checked: Import
    ) -> None:
        as_role(services, actor, Role.VIEWER)

        at = opened(checked)

        assert "2 new · 1 refused" in words(at)
        assert [str(button.key) for button in at.button if "import." in str(button.key)] == []


class TestAtWork:
    def test_can_be_cancelled(
        self, opened: Opener, services: Services, actor: Actor, checked: Import
    ) -> None:
        services.imports.run(actor, checked.id)
        at = opened(checked)

        at.button(key="import.cancel").click().run()
        work_off(services)
        at.run()

        assert services.imports.get(actor, checked.id).status is ImportStatus.CANCELLED
        assert "It was cancelled." in words(at)
        assert at.button(key="import.run").label == "Go on with the import"


class TestEnd:
    def test_leads_to_the_products_of_the_import(
        self, opened: Opener, services: Services, actor: Actor
    ) -> None:
        item = imported(services, actor, TABLE)
        at = opened(item)

        at.button(key="import.products").click().run()

        assert address(at, "import") == str(item.id)

    def test_shows_what_an_undo_took_back(
        self, opened: Opener, services: Services, actor: Actor
    ) -> None:
        item = imported(services, actor, TABLE)
        services.imports.undo(actor, item.id)
        work_off(services)

        at = opened(item)

        assert "2 products put in the trash." in words(at)
        assert services.products.search(actor).items == ()

    def test_asks_before_an_undo(self, opened: Opener, services: Services, actor: Actor) -> None:
        item = imported(services, actor, TABLE)
        at = opened(item)

        at.button(key="import.undo").click().run()

        assert "go to the trash" in words(at)
        assert services.imports.get(actor, item.id).status is ImportStatus.DONE


class TestAddress:
    @pytest.mark.parametrize("item_id", ["x", "0", "99999", "9" * 30, "-1"])
    def test_says_when_there_is_no_such_import(
        self, page: PageRunner, actor: Actor, item_id: str
    ) -> None:
        at = page(IMPORT, actor, {"id": item_id})

        assert "This import could not be found" in words(at)

    def test_knows_no_import_of_another_workspace(
        self, page: PageRunner, begun: Import, other_actor: Actor
    ) -> None:
        at = page(IMPORT, other_actor, {"id": str(begun.id)})

        assert "This import could not be found" in words(at)
        assert "chairs.csv" not in words(at)


def deletion() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.import_removal import delete_import  # noqa: PLC0415 - likewise

    delete_import(st.session_state["item"])


class TestDelete:
    def test_is_asked_for_first(
        self, opened: Opener, services: Services, actor: Actor, checked: Import
    ) -> None:
        at = opened(checked)

        at.button(key="import.delete").click().run()

        assert "Your products stay as they are." in words(at)
        assert services.imports.get(actor, checked.id) == checked

    def test_forgets_an_import_that_was_not_run(
        self, page: PageRunner, services: Services, actor: Actor, checked: Import
    ) -> None:
        del page  # only so that AppTest is set up as for a page
        at = AppTest.from_function(deletion, default_timeout=60)
        at.user = {"session": str(actor.session_id)}
        at.session_state["item"] = checked
        at.run()

        at.button(key="import.delete.confirm").click().run()

        assert services.imports.imports(actor).items == ()

    def test_is_not_offered_for_what_is_in_the_catalogue(
        self, opened: Opener, services: Services, actor: Actor
    ) -> None:
        at = opened(imported(services, actor, TABLE))

        assert not [button for button in at.button if button.key == "import.delete"]
