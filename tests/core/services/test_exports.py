"""An export holds what the catalogue holds, and brought in again it changes nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.exports import ExportFormat
from core.domain.generation import Dimensions
from core.domain.imports import FileShape
from core.domain.products import Product, ProductDraft, ProductFilter, ProductSort
from core.errors import InvalidInputError
from core.services import exports, product_files
from tests.support.imports import imported, work_off

HOSTILE = (
    ProductDraft(
        name='=HYPERLINK("https://example.com")',
        sku="-OAK;=1",
        category="@Chairs",
        description="'quoted\n=1+1\n\n- oiled\tby hand;+1",
        price=Decimal("0.10"),
        tags=("=1", "a;b", "back\\slash"),
        dimensions=Dimensions(0.5, 48.25, 10_000.0),
        other_categories=("+More", "A; B"),
        materials=("＝full width",),  # noqa: RUF001 - the full-width twin is meant
        colours=("'blue'",),
    ),
    ProductDraft("'", "'=OAK", description="'=1", tags=("''", "'+1")),
    ProductDraft("00123", "1e5", price=Decimal("9999999999.99")),
    ProductDraft('Stühle 汉字 🪑, "quoted"', "TRUE", description="a,b;c\n'd"),
)


@pytest.fixture
def catalogue(services: Services, actor: Actor) -> list[Product]:
    """Give Ann's workspace products that are hard to write down."""
    return [services.products.create(actor, draft) for draft in HOSTILE]


def whole(pieces: Iterator[bytes]) -> bytes:
    return b"".join(pieces)


def skus(data: bytes) -> list[str]:
    return [line.partition(",")[0] for line in data.decode("utf-8-sig").splitlines()[1:]]


def drafts(services: Services, actor: Actor, products: Sequence[Product]) -> list[ProductDraft]:
    return [services.products.get(actor, product.id).draft for product in products]


class TestRoundTrip:
    @pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.XLSX])
    def test_changes_nothing(
        self,
        services: Services,
        actor: Actor,
        catalogue: list[Product],
        file_format: ExportFormat,
    ) -> None:
        services.products.archive(actor, [catalogue[2].id])
        before = drafts(services, actor, catalogue)
        every = ProductFilter(archived=None)
        data = whole(services.exports.products(actor, file_format, every))

        item = services.imports.begin(actor, f"products.{file_format}", data)
        reading = services.imports.reading(actor, item.id)
        services.imports.check(actor, item.id)
        work_off(services)
        counts = services.imports.get(actor, item.id).counts

        assert reading.shape is FileShape.EPOX
        assert (counts.same, counts.lines) == (4, 4)
        assert drafts(services, actor, catalogue) == before

    @pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.XLSX])
    def test_makes_the_same_products_in_another_workspace(
        self,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        catalogue: list[Product],
        file_format: ExportFormat,
    ) -> None:
        data = whole(services.exports.products(actor, file_format, sort=ProductSort.CREATED))

        imported(services, other_actor, data, f"products.{file_format}")
        found = services.products.every(other_actor)

        assert {product.sku: product.draft for product in found} == {
            product.sku: product.draft for product in catalogue
        }


class TestProducts:
    def test_holds_what_the_filter_lists_in_its_order(
        self, services: Services, actor: Actor
    ) -> None:
        for name in ("Oak table", "Oak chair", "Lamp"):
            services.products.create(actor, ProductDraft(name, name.upper().replace(" ", "-")))

        data = whole(
            services.exports.products(
                actor, ExportFormat.CSV, ProductFilter(text="oak"), sort=ProductSort.NAME
            )
        )

        assert skus(data) == ["OAK-CHAIR", "OAK-TABLE"]

    def test_is_whole_and_without_repeats_over_many_pieces(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "PIECE_ROWS", 2)
        monkeypatch.setattr(product_files, "PIECE_ROWS", 2)
        wanted = [f"OAK-{number}" for number in range(5)]
        for sku in wanted:
            services.products.create(actor, ProductDraft("Oak chair", sku))

        pieces = services.exports.products(actor, ExportFormat.CSV, sort=ProductSort.SKU)
        first = next(pieces)
        # What is added meanwhile neither moves a product into a second piece nor out of all.
        services.products.create(actor, ProductDraft("Oak chair", "OAK-00"))
        rest = list(pieces)

        assert skus(first) == wanted[:2]
        assert [sku for sku in skus(first + b"".join(rest)) if sku != "OAK-00"] == wanted

    def test_names_the_categories_of_a_product_apart(
        self, services: Services, actor: Actor
    ) -> None:
        draft = ProductDraft("Oak chair", "OAK-1", "Chairs", other_categories=("Oak", "Dining"))
        services.products.create(actor, draft)

        data = whole(services.exports.products(actor, ExportFormat.CSV)).decode()

        assert "OAK-1,Oak chair,Chairs,Dining;Oak," in data

    def test_leaves_out_what_is_archived_or_in_the_trash(
        self, services: Services, actor: Actor, catalogue: list[Product]
    ) -> None:
        services.products.archive(actor, [catalogue[0].id])
        services.products.trash(actor, [catalogue[1].id])

        data = whole(services.exports.products(actor, ExportFormat.CSV, sort=ProductSort.CREATED))

        assert skus(data)[0] == "TRUE"
        assert b"00123" in data
        assert b"HYPERLINK" not in data


class TestChosen:
    def test_holds_them_once_in_the_given_order(
        self, services: Services, actor: Actor, catalogue: list[Product]
    ) -> None:
        ids = [catalogue[3].id, catalogue[2].id, catalogue[3].id, 999_999]

        data = whole(services.exports.chosen(actor, ExportFormat.CSV, ids))

        assert [sku for sku in skus(data) if sku in ("1e5", "TRUE")] == ["TRUE", "1e5"]

    def test_leaves_out_what_another_workspace_has(
        self, services: Services, other_actor: Actor, catalogue: list[Product]
    ) -> None:
        ids = [product.id for product in catalogue]

        data = whole(services.exports.chosen(other_actor, ExportFormat.CSV, ids))

        assert skus(data) == []

    def test_takes_five_hundred_at_most(self, services: Services, actor: Actor) -> None:
        with pytest.raises(InvalidInputError):
            services.exports.chosen(actor, ExportFormat.CSV, range(1, 502))
