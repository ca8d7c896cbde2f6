"""Imports of products from the file to the catalogue and back, on both databases."""

from decimal import Decimal

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.exports import ExportFormat
from core.domain.imports import (
    FileShape,
    ImportField,
    ImportOptions,
    ImportStatus,
    LineOutcome,
)
from core.domain.products import Product, ProductDraft, ProductFilter
from core.errors import ConflictError, InvalidInputError
from tests.support.importing import checked, csv_bytes, imported, lines_of, run_tasks

HEADERS = ("SKU", "Name", "Category", "Price", "Tags", "Width (mm)", "Depth (mm)", "Height (mm)")
CHAIR = ("OAK-1", "Oak chair", "Chairs", "149.50", "oak, solid", "450", "520", "800")
LAMP = ("LAMP-2", "Floor lamp", "Lamps", "89", "", "", "", "")
FILE = csv_bytes([HEADERS, CHAIR, LAMP])


def product(services: Services, actor: Actor, sku: str) -> Product:
    with services.parts.database.read() as work:
        product_id = work.products.id_of_sku(actor.workspace_id, sku)
    assert product_id is not None
    return services.products.get(actor, product_id)


def skus(services: Services, actor: Actor, **wanted: object) -> set[str]:
    page = services.products.search(actor, ProductFilter(**wanted), limit=100)  # type: ignore[arg-type] # whatever the test names
    return {each.sku for each in page.items}


class TestCheck:
    def test_says_what_would_be_created_and_creates_nothing(
        self, services: Services, actor: Actor
    ) -> None:
        found = checked(services, actor, FILE)

        assert found.status is ImportStatus.CHECKED
        assert (found.counts.lines, found.counts.create, found.counts.refuse) == (2, 2, 0)
        first, second = lines_of(services, actor, found.id)
        assert (first.line, first.outcome, first.sku) == (2, LineOutcome.CREATE, "OAK-1")
        assert first.after["price"] == "149.50"
        assert first.after["width_cm"] == 45
        assert second.line == 3
        assert skus(services, actor) == set()

    def test_says_field_by_field_what_would_change(self, services: Services, actor: Actor) -> None:
        imported(services, actor, FILE)
        dearer = (*CHAIR[:3], "159", "oak, oiled", *CHAIR[5:])

        found = checked(services, actor, csv_bytes([HEADERS, dearer, LAMP]))

        assert (found.counts.change, found.counts.same, found.counts.create) == (1, 1, 0)
        [line] = lines_of(services, actor, found.id)
        assert line.before == {"price": "149.50", "tags": ["oak", "solid"]}
        assert line.after == {"price": "159.00", "tags": ["oak", "oiled"]}

    def test_finds_nothing_to_do_in_the_same_file_again(
        self, services: Services, actor: Actor
    ) -> None:
        imported(services, actor, FILE)

        found = checked(services, actor, FILE)

        assert (found.counts.same, found.counts.create, found.counts.change) == (2, 0, 0)
        assert lines_of(services, actor, found.id) == ()

    def test_refuses_lines_with_their_number_and_a_sentence(
        self, services: Services, actor: Actor
    ) -> None:
        rows = [
            HEADERS,
            ("", "No SKU", "", "", "", "", "", ""),
            ("A-1", "Bad price", "", "a lot", "", "", "", ""),
            ("A-2", "", "", "", "", "", "", ""),
            ("A-3", "x" * 201, "", "", "", "", "", ""),
            ("A-4", "Twice", "", "", "", "", "", ""),
            ("A-4", "Twice", "", "", "", "", "", ""),
            ("A-5", "Evil\u202eoverride", "", "", "", "", "", ""),
        ]

        found = checked(services, actor, csv_bytes(rows))

        refused = lines_of(services, actor, found.id, LineOutcome.REFUSE)
        told = {line.line: line.reason for line in refused}
        assert set(told) == {2, 3, 4, 5, 7, 8}
        assert told[2] == "This line has no SKU."
        assert "is no number" in told[3]
        assert "needs a name" in told[4]
        assert "line 6" in told[7]
        names = {line.line: line.source for line in refused}
        assert (names[2], names[3], names[8]) == ("No SKU", "Bad price", "Evil?override")
        assert found.counts.refuse == 6
        assert found.counts.create == 1

    def test_leaves_out_a_size_of_which_a_part_is_missing(
        self, services: Services, actor: Actor
    ) -> None:
        row = (*CHAIR[:5], "450", "", "800")

        found = imported(services, actor, csv_bytes([HEADERS, row]))

        [line] = lines_of(services, actor, found.id)
        assert "size is left out" in line.reason
        assert product(services, actor, "OAK-1").dimensions is None

    def test_fails_with_a_sentence_when_the_sku_is_not_mapped(
        self, services: Services, actor: Actor
    ) -> None:
        begun = services.imports.begin(actor, "x.csv", FILE)

        with pytest.raises(InvalidInputError, match="SKU"):
            services.imports.check(actor, begun.id, {1: ImportField.NAME})

    def test_can_be_repeated_with_another_mapping(self, services: Services, actor: Actor) -> None:
        first = checked(services, actor, FILE)

        services.imports.check(actor, first.id, {0: ImportField.SKU, 1: ImportField.NAME})
        run_tasks(services)

        lines = lines_of(services, actor, first.id)
        assert [line.after for line in lines] == [{"name": "Oak chair"}, {"name": "Floor lamp"}]

    def test_creates_none_when_only_changes_are_wanted(
        self, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Old chair", "OAK-1"))

        found = checked(services, actor, FILE, options=ImportOptions(creates=False))

        assert (found.counts.change, found.counts.skip, found.counts.create) == (1, 1, 0)

    def test_changes_none_when_only_new_ones_are_wanted(
        self, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Old chair", "OAK-1"))

        found = checked(services, actor, FILE, options=ImportOptions(changes=False))

        assert (found.counts.change, found.counts.skip, found.counts.create) == (0, 1, 1)

    def test_keeps_what_is_stored_where_a_cell_is_empty(
        self, services: Services, actor: Actor
    ) -> None:
        imported(services, actor, FILE)
        bare = ("OAK-1", "Oak chair", "", "", "", "", "", "")

        kept = checked(services, actor, csv_bytes([HEADERS, bare]))
        cleared = checked(
            services, actor, csv_bytes([HEADERS, bare]), options=ImportOptions(clears=True)
        )

        assert kept.counts.same == 1
        [line] = lines_of(services, actor, cleared.id)
        assert set(line.after) == {
            "category", "price", "tags", "width_cm", "depth_cm", "height_cm",
        }  # fmt: skip


class TestRun:
    def test_brings_all_fields_into_the_catalogue(self, services: Services, actor: Actor) -> None:
        found = imported(services, actor, FILE)

        assert found.status is ImportStatus.DONE
        assert (found.counts.created, found.counts.stale) == (2, 0)
        chair = product(services, actor, "OAK-1")
        assert chair.name == "Oak chair"
        assert chair.category == "Chairs"
        assert chair.price == Decimal("149.50")
        assert chair.tags == ("oak", "solid")
        assert chair.dimensions is not None
        assert chair.dimensions.width_cm == 45
        assert chair.import_id == found.id
        assert skus(services, actor, import_id=found.id) == {"OAK-1", "LAMP-2"}
        assert skus(services, actor, text="oiled") == set()
        assert skus(services, actor, text="solid") == {"OAK-1"}
        assert skus(services, actor, tag="solid") == {"OAK-1"}

    def test_changes_only_what_differs(self, services: Services, actor: Actor) -> None:
        imported(services, actor, FILE)
        before = product(services, actor, "LAMP-2")
        dearer = ("OAK-1", "Oak chair", "Seats", "159", "oak", "450", "520", "800")

        found = imported(services, actor, csv_bytes([HEADERS, dearer, LAMP]))

        assert (found.counts.changed, found.counts.same) == (1, 1)
        chair = product(services, actor, "OAK-1")
        assert (chair.price, chair.category, chair.tags) == (Decimal(159), "Seats", ("oak",))
        assert chair.version == 2
        assert skus(services, actor, tag="solid") == set()
        assert product(services, actor, "LAMP-2") == before

    def test_leaves_alone_what_somebody_changed_after_the_check(
        self, services: Services, actor: Actor
    ) -> None:
        imported(services, actor, FILE)
        chair = product(services, actor, "OAK-1")
        dearer = (*CHAIR[:3], "159", *CHAIR[4:])
        found = checked(services, actor, csv_bytes([HEADERS, dearer, LAMP]))
        services.products.update(
            actor, chair.id, ProductDraft("Oak chair", "OAK-1", price=Decimal(99))
        )

        services.imports.run(actor, found.id)
        run_tasks(services)

        done = services.imports.get(actor, found.id)
        assert (done.counts.changed, done.counts.stale) == (0, 1)
        [line] = lines_of(services, actor, found.id)
        assert line.outcome is LineOutcome.SKIP
        assert "after the check" in line.reason
        assert product(services, actor, "OAK-1").price == 99

    def test_leaves_alone_what_somebody_added_after_the_check(
        self, services: Services, actor: Actor
    ) -> None:
        found = checked(services, actor, FILE)
        services.products.create(actor, ProductDraft("Mine", "OAK-1"))

        services.imports.run(actor, found.id)
        run_tasks(services)

        done = services.imports.get(actor, found.id)
        assert (done.counts.created, done.counts.stale) == (1, 1)
        assert product(services, actor, "OAK-1").name == "Mine"

    def test_is_refused_before_the_check_and_after_the_run(
        self, services: Services, actor: Actor
    ) -> None:
        begun = services.imports.begin(actor, "x.csv", FILE)
        with pytest.raises(ConflictError):
            services.imports.run(actor, begun.id)

        done = imported(services, actor, FILE)
        with pytest.raises(ConflictError):
            services.imports.run(actor, done.id)
        with pytest.raises(ConflictError):
            services.imports.check(actor, done.id)

    def test_takes_the_category_that_is_there_whatever_its_case(
        self, services: Services, actor: Actor
    ) -> None:
        services.products.create(actor, ProductDraft("Stool", "S-1", category="chairs"))

        imported(services, actor, FILE)

        assert product(services, actor, "OAK-1").category == "chairs"
        assert checked(services, actor, FILE).counts.same == 2

    def test_tells_the_history_of_each_product(self, services: Services, actor: Actor) -> None:
        imported(services, actor, FILE)
        dearer = (*CHAIR[:3], "159", *CHAIR[4:])
        found = imported(services, actor, csv_bytes([HEADERS, dearer]))

        newest, first = services.products.history(actor, product(services, actor, "OAK-1").id).items

        assert newest.action == first.action == "import"
        assert newest.changes == {"price": ("149.50", "159.00")}
        assert newest.detail["import_id"] == found.id

    def test_remembers_the_mapping_of_these_headers(self, services: Services, actor: Actor) -> None:
        odd = csv_bytes([("Nr", "What"), ("A-1", "Chair")])
        chosen = {0: ImportField.SKU, 1: ImportField.NAME}
        imported(services, actor, odd, mapping=chosen)

        again = services.imports.begin(actor, "later.csv", odd)

        reading = services.imports.reading(actor, again.id)
        assert reading.is_remembered
        assert reading.mapping == chosen


class TestCancel:
    def test_of_a_check_that_waits_leaves_an_import_that_can_be_checked_again(
        self, services: Services, actor: Actor
    ) -> None:
        begun = services.imports.begin(actor, "x.csv", FILE)
        services.imports.check(actor, begun.id)

        services.imports.cancel(actor, begun.id)

        found = services.imports.get(actor, begun.id)
        assert found.status is ImportStatus.CANCELLED
        assert (found.may_check, found.may_run, found.may_undo) == (True, False, False)
        services.imports.check(actor, begun.id)
        run_tasks(services)
        assert services.imports.get(actor, begun.id).status is ImportStatus.CHECKED

    def test_of_a_run_lets_it_go_on_later(self, services: Services, actor: Actor) -> None:
        found = checked(services, actor, FILE)
        services.imports.run(actor, found.id)
        services.imports.cancel(actor, found.id)

        stopped = services.imports.get(actor, found.id)
        assert stopped.status is ImportStatus.CANCELLED
        assert (stopped.may_check, stopped.may_run, stopped.may_undo) == (False, True, True)
        services.imports.run(actor, found.id)
        run_tasks(services)

        done = services.imports.get(actor, found.id)
        assert (done.status, done.counts.created) == (ImportStatus.DONE, 2)


class TestUndo:
    def test_puts_created_products_in_the_trash(self, services: Services, actor: Actor) -> None:
        found = imported(services, actor, FILE)

        services.imports.undo(actor, found.id)
        run_tasks(services)

        undone = services.imports.get(actor, found.id)
        assert undone.status is ImportStatus.UNDONE
        assert (undone.counts.trashed, undone.counts.kept) == (2, 0)
        assert skus(services, actor) == set()
        assert skus(services, actor, trashed=True) == {"OAK-1", "LAMP-2"}

    def test_keeps_what_somebody_changed_since(self, services: Services, actor: Actor) -> None:
        found = imported(services, actor, FILE)
        lamp = product(services, actor, "LAMP-2")
        services.products.update(actor, lamp.id, ProductDraft("My lamp", "LAMP-2"))

        services.imports.undo(actor, found.id)
        run_tasks(services)

        undone = services.imports.get(actor, found.id)
        assert (undone.counts.trashed, undone.counts.kept) == (1, 1)
        assert skus(services, actor) == {"LAMP-2"}

    def test_gives_changed_fields_their_old_values(self, services: Services, actor: Actor) -> None:
        imported(services, actor, FILE)
        before = product(services, actor, "OAK-1")
        changed = ("OAK-1", "Oak chair II", "Seats", "159", "oak", "450", "520", "810")
        found = imported(services, actor, csv_bytes([HEADERS, changed]))
        now = product(services, actor, "OAK-1")
        services.products.update(
            actor,
            now.id,
            ProductDraft(
                "Oak chair III", "OAK-1", "Seats", "", Decimal(159), ("oak",), now.dimensions
            ),
        )

        services.imports.undo(actor, found.id)
        run_tasks(services)

        after = product(services, actor, "OAK-1")
        assert after.name == "Oak chair III"
        assert (after.price, after.category, after.tags) == (
            before.price, before.category, before.tags,
        )  # fmt: skip
        assert after.dimensions == before.dimensions
        [line] = lines_of(services, actor, found.id)
        assert "name" in line.reason

    def test_is_refused_while_nothing_was_run(self, services: Services, actor: Actor) -> None:
        found = checked(services, actor, FILE)

        with pytest.raises(ConflictError):
            services.imports.undo(actor, found.id)


class TestRoundTrip:
    @pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.XLSX])
    def test_of_an_export_changes_nothing(
        self, services: Services, actor: Actor, file_format: ExportFormat
    ) -> None:
        for draft in (
            ProductDraft(
                name="=HYPERLINK(1)",
                sku="-A;1",
                category="Chairs; tall",
                description='Two\nlines, "quoted"\n=1+1',
                price=Decimal("1234.50"),
                tags=("a;b", "c, d", "'x"),
                other_categories=("B; c", "A"),
                materials=("Oak",),
                colours=("Nut\\brown", "Grün"),
            ),
            ProductDraft("Plain", "P-1"),
        ):
            services.products.create(actor, draft)
        data = b"".join(services.exports.products(actor, file_format))

        found = checked(services, actor, data)

        assert services.imports.reading(actor, found.id).shape is FileShape.EPOX
        assert [
            (line.sku, line.reason, line.before, line.after)
            for line in lines_of(services, actor, found.id)
        ] == []
        assert found.counts.same == 2


class TestLineCsv:
    def test_has_a_row_for_each_field_and_no_formula(
        self, services: Services, actor: Actor
    ) -> None:
        row = ("=A-1", "=Evil()", "", "", "", "", "", "")
        found = checked(services, actor, csv_bytes([HEADERS, row]))

        text = "".join(services.imports.line_csv(actor, found.id))

        assert "line,outcome,sku,source,reason,field,before,after" in text
        assert "2,create,'=A-1,,,name,,'=Evil()" in text
