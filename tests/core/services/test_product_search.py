"""Lists of products: whatever is asked for, both databases give what plain Python would."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.domain.products import (
    ProductChange,
    ProductDraft,
    ProductFilter,
    ProductSort,
    ProductSummary,
    fold,
)
from core.errors import InvalidInputError
from tests.support.statements import statements

OAK = ProductDraft(
    name="Oak chair", sku="OAK-1", tags=("Éco", "dining"), description="Solid",
    materials=("Linen",), colours=("Sage green",),
)  # fmt: skip
NAMES = (
    "Oak chair",
    "oak CHAIR 50%_off",
    "Fauteuil Évasé",
    'Tisch "Ulm" \\ a*',
    "椅子 木製の椅子",
    "O'Neill (NEAR) sofa",
    "Straße & Co. OR lamp",
    "a b c ab bc abc",
    "🪑🪑🪑 chair",
    "x-1/2.3_4",
)
PIECES = [piece for name in NAMES for piece in fold(name).split()]


def skus(services: Services, actor: Actor, wanted: ProductFilter | str, **how: object) -> list[str]:
    page = services.products.search(actor, wanted, **how)  # type: ignore[arg-type] # as given
    return [] if page.is_similar else [product.sku for product in page.items]


def all_pages(
    services: Services, actor: Actor, wanted: ProductFilter, sort: ProductSort, limit: int
) -> Iterator[ProductSummary]:
    after: Cursor | None = None
    while True:
        page = services.products.search(actor, wanted, sort=sort, after=after, limit=limit)
        yield from page.items
        if page.next is None:
            return
        after = Cursor.decode(page.next.encode())


@pytest.fixture
def shop(services: Services, actor: Actor) -> dict[str, str]:
    """Fill the workspace with products of difficult names; return their texts by SKU."""
    drafts = [
        ProductDraft(
            name=name,
            sku=f"S-{number}",
            tags=("Éco",) if number % 2 else (),
            materials=(NAMES[-number],) if number % 3 else (),
            colours=("Écru",) if number % 4 else (),
        )
        for number, name in enumerate(NAMES)
    ]
    for draft in drafts:
        services.products.create(actor, draft)
    return {draft.sku: draft.search_text for draft in drafts}


class TestText:
    @pytest.mark.slow
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.one_of(
                st.sampled_from(PIECES).flatmap(
                    lambda piece: st.builds(
                        lambda begin, end: piece[begin : max(begin + 1, end)],
                        st.integers(0, len(piece) - 1),
                        st.integers(1, len(piece)),
                    )
                ),
                st.text(max_size=5),
            ),
            min_size=1,
            max_size=4,
        ).map(" ".join)
    )
    def test_finds_what_holds_each_word_and_nothing_else(
        self, services: Services, actor: Actor, shop: dict[str, str], text: str
    ) -> None:
        words = fold(text).split()
        expected = {sku for sku, held in shop.items() if all(word in held for word in words)}

        assert set(skus(services, actor, text)) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "%",
            "_",
            "\\",
            "'",
            '"',
            "''",
            '""',
            "a* OR b",
            "NEAR(oak chair)",
            "search_text:oak",
            "-oak",
            "^oak",
            "{oak}",
            "oak AND",
            '"oak',
            "oak%",
            "o_k",
            "chair*",
            "(((",
            "x" * 10_000,
            " ".join(f"term{number}" for number in range(200)),
            "oak\0zebra",
            "\ud800oakx",
            "'; DROP TABLE products; --",
            "\u202eoak\u202dx",
        ],
    )
    def test_takes_every_character_literally(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, OAK)

        assert skus(services, actor, text) == []
        assert skus(services, actor, "oak") == ["OAK-1"]

    @pytest.mark.parametrize("text", ["", "   ", "\0", "\ud800", "\u0301"])
    def test_shows_all_for_words_that_are_none(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, OAK)

        assert skus(services, actor, text) == ["OAK-1"]

    @pytest.mark.parametrize("text", ["oak", "k-1", "soli", "eco", "dini oak", "o", "linen sage"])
    def test_looks_in_all_that_a_person_says_of_a_product(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, OAK)
        services.products.create(actor, ProductDraft(name="Lamp", sku="L"))

        assert skus(services, actor, text) == ["OAK-1"]

    def test_forgets_what_a_product_was_called(self, services: Services, actor: Actor) -> None:
        oak = services.products.create(actor, OAK)

        services.products.update(actor, oak.id, replace(OAK, name="Elm stool", sku="ELM"))

        assert skus(services, actor, "oak") == []
        assert skus(services, actor, "elm stool") == ["ELM"]


class TestNearMatches:
    @pytest.mark.parametrize(
        "text", ["chiar", "chaiir", "chir", "chsir", "oak chiar", "dinning", "solidd", "armchiar"]
    )
    def test_are_shown_when_nothing_holds_the_words(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, replace(OAK, name="Oak chair, armchair"))
        services.products.create(actor, ProductDraft(name="Brass lamp", sku="L"))

        page = services.products.search(actor, text)

        assert page.is_similar
        assert [product.sku for product in page.items] == ["OAK-1"]
        assert (page.total, page.next) == (1, None)

    @pytest.mark.parametrize("text", ["sofa", "chiar lamp", "qqqq", "cx", "xyz"])
    def test_are_not_what_only_looks_a_little_alike(
        self, services: Services, actor: Actor, text: str
    ) -> None:
        services.products.create(actor, OAK)

        page = services.products.search(actor, text)

        assert (page.items, page.total, page.is_similar) == ((), 0, False)

    @pytest.mark.parametrize("sort", [ProductSort.NAME, ProductSort.UPDATED, ProductSort.SKU])
    def test_come_by_nearness_whatever_the_sort(
        self, services: Services, actor: Actor, sort: ProductSort
    ) -> None:
        for draft in (
            ProductDraft(name="Zebra armchair", sku="9"),
            ProductDraft(name="Armchiir", sku="2"),
            ProductDraft(name="Bench", sku="1", description="Goes with an armchair"),
            ProductDraft(name="Aluminium", sku="0", description="For an armchuur"),
        ):
            services.products.create(actor, draft)

        page = services.products.search(actor, "armchaiir", sort=sort)

        assert page.is_similar
        assert [product.sku for product in page.items] == ["2", "9", "1"]

    def test_stay_inside_the_filter_and_the_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.products.create(actor, OAK)
        services.products.create(other_actor, OAK)

        assert services.products.search(actor, ProductFilter("chiar", tag="red")).items == ()
        assert services.products.search(actor, ProductFilter("chiar", trashed=True)).items == ()
        [found] = services.products.search(actor, ProductFilter("chiar", tag="ECO")).items
        assert services.products.get(actor, found.id).sku == "OAK-1"


class TestFilters:
    def test_each_keeps_what_it_names(self, services: Services, actor: Actor) -> None:
        add = services.products.create
        table = add(actor, ProductDraft("Table", "T", category="Tables", tags=("Round",)))
        add(actor, ProductDraft("Chair", "C", category="Chairs", other_categories=("Tables",)))
        lamp = add(actor, ProductDraft("Lamp", "L"))
        services.products.archive(actor, [lamp.id])
        tables = next(each for each in services.categories.tree(actor) if each.name == "Tables")
        held = services.collections.create(actor, "Spring", "")
        services.collections.add_products(actor, held.id, [table.id])

        for wanted, expected in (
            (ProductFilter(tag="round"), ["T"]),
            (ProductFilter(tag="ROUND", text="tab"), ["T"]),
            (ProductFilter(category_id=tables.id), ["C", "T"]),
            (ProductFilter(category_id=tables.id, tag="round"), ["T"]),
            (ProductFilter(collection_id=held.id), ["T"]),
            (ProductFilter(source="entered"), ["C", "T"]),
            (ProductFilter(source="imported"), []),
            (ProductFilter(has_photo=True), []),
            (ProductFilter(has_photo=False), ["C", "T"]),
            (ProductFilter(has_approved=False, source="entered"), ["C", "T"]),
            (ProductFilter(has_approved=True), []),
            (ProductFilter(verdict="poor"), []),
            (ProductFilter(import_id=1), []),
            (ProductFilter(archived=True), ["L"]),
            (ProductFilter(archived=None), ["L", "C", "T"]),
            (ProductFilter(archived=None, has_photo=False, text="a"), ["L", "C", "T"]),
            (ProductFilter(archived=True, source="entered"), ["L"]),
            (ProductFilter(trashed=True), []),
        ):
            assert skus(services, actor, wanted) == expected, wanted

    def test_a_category_takes_in_those_below_it_once(
        self, services: Services, actor: Actor
    ) -> None:
        top = services.categories.create(actor, "Furniture")
        below = services.categories.create(actor, "Chairs", parent_id=top.id)
        draft = ProductDraft("Chair", "C", category="Chairs", other_categories=("Furniture",))
        services.products.create(actor, draft)

        page = services.products.search(actor, ProductFilter(category_id=top.id))

        assert ([product.sku for product in page.items], page.total) == (["C"], 1)
        assert skus(services, actor, ProductFilter(category_id=below.id)) == ["C"]

    @pytest.mark.parametrize("number", [0, -1, 10**9, 2**63 - 1])
    def test_of_things_that_are_not_there_find_nothing(
        self, services: Services, actor: Actor, number: int
    ) -> None:
        services.products.create(actor, OAK)

        for wanted in (
            ProductFilter(category_id=number),
            ProductFilter(collection_id=number),
            ProductFilter(import_id=number),
        ):
            assert skus(services, actor, wanted) == []

    def test_see_nothing_of_another_workspace(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        draft = replace(OAK, category="Chairs")
        mine = services.products.create(actor, draft)
        services.products.create(other_actor, replace(draft, sku="OTHER"))
        held = services.collections.create(actor, "Spring", "")
        services.collections.add_products(actor, held.id, [mine.id])
        [chairs] = services.categories.tree(actor)

        for wanted in (
            ProductFilter(tag="eco"),
            ProductFilter("oak"),
            ProductFilter(source="entered"),
            ProductFilter(has_photo=False),
        ):
            assert skus(services, other_actor, wanted) == ["OTHER"]
        for wanted in (ProductFilter(category_id=chairs.id), ProductFilter(collection_id=held.id)):
            assert skus(services, other_actor, wanted) == []
        assert services.products.neighbours(other_actor, mine.id) == (None, None)
        assert services.products.tags(other_actor) == ("dining", "Éco")


PRICES = ("20", None, "5", "20", None, "3.50", "20", "100")


class TestSorts:
    @pytest.mark.parametrize("sort", list(ProductSort))
    @pytest.mark.parametrize(
        "wanted", [ProductFilter(), ProductFilter("chair"), ProductFilter(tag="t")]
    )
    def test_page_through_all_without_gaps_or_repeats(
        self, services: Services, actor: Actor, sort: ProductSort, wanted: ProductFilter
    ) -> None:
        for number, price in enumerate(PRICES):
            name = ("Élan chair", "Zebra chair", "elan chair", "椅子 chair")[number % 4]
            cost = None if price is None else Decimal(price)
            services.products.create(
                actor, ProductDraft(name, f"s{number}", tags=("t",), price=cost)
            )
        keys = {
            ProductSort.UPDATED: lambda product: (product.updated_at, product.id),
            ProductSort.CREATED: lambda product: product.id,
            ProductSort.NAME: lambda product: (fold(product.name), product.id),
            ProductSort.SKU: lambda product: product.sku,
            ProductSort.PRICE_LOW: lambda p: (-1 if p.price is None else p.price, p.id),
            ProductSort.PRICE_HIGH: lambda p: (-1 if p.price is None else p.price, p.id),
        }
        newest_first = sort in (ProductSort.UPDATED, ProductSort.CREATED, ProductSort.PRICE_HIGH)

        found = list(all_pages(services, actor, wanted, sort, 3))

        expected = sorted(found, key=keys[sort], reverse=newest_first)
        assert [product.id for product in found] == [product.id for product in expected]
        assert len({product.id for product in found}) == len(PRICES)
        ids = [product.id for product in found]
        assert list(services.products.ids(actor, wanted, sort=sort)) == ids
        assert [product.id for product in services.products.every(actor, wanted, sort)] == ids
        for before, here, after in zip([None, *ids], ids, [*ids[1:], None], strict=False):
            assert services.products.neighbours(actor, here, wanted, sort) == (before, after)

    def test_refuse_a_cursor_of_another_sort(self, services: Services, actor: Actor) -> None:
        for number in range(3):
            services.products.create(actor, replace(OAK, sku=f"S-{number}"))
        cursor = services.products.search(actor, sort=ProductSort.NAME, limit=1).next

        for sort in (ProductSort.UPDATED, ProductSort.PRICE_LOW):
            with pytest.raises(InvalidInputError):
                services.products.search(actor, sort=sort, after=cursor)

    @pytest.mark.parametrize("at", ["", "x" * 400, "'; --", "\U0010ffff"])
    def test_take_any_cursor_of_their_own_kind(
        self, services: Services, actor: Actor, at: str
    ) -> None:
        services.products.create(actor, OAK)

        page = services.products.search(actor, sort=ProductSort.NAME, after=Cursor(at, 1))

        assert page.total == 1


class TestStatements:
    @pytest.mark.parametrize(
        "wanted",
        [
            ProductFilter(),
            ProductFilter("oak"),
            ProductFilter("oak", tag="eco"),
            ProductFilter("nothing"),
            ProductFilter("chiar"),
            ProductFilter(category_id=1, tag="eco", source="entered", has_photo=False),
            ProductFilter(archived=None, trashed=True),
        ],
    )
    def test_are_three_at_most(
        self, services: Services, actor: Actor, wanted: ProductFilter
    ) -> None:
        services.products.create(actor, OAK)

        with statements(services) as said:
            services.products.search(actor, wanted)

        assert len([each for each in said if not each.startswith(("BEGIN", "SAVEPOINT"))]) <= 3


def test_many_matches_are_paged_as_few_are(services: Services, actor: Actor) -> None:
    """Beyond two thousand another way leads to the page; the list is the same."""
    with services.parts.database.begin() as work:
        drafts = [replace(OAK, sku=f"S-{number:04}") for number in range(2100)]
        ids = work.products.add_many(actor.workspace_id, drafts, work.now())

    for wanted in (ProductFilter("oak"), ProductFilter(tag="eco"), ProductFilter("oak", tag="eco")):
        page = services.products.search(actor, wanted, sort=ProductSort.SKU, limit=1000)
        rest = services.products.search(actor, wanted, sort=ProductSort.SKU, after=page.next)

        assert [product.id for product in page.items] == ids[:1000]
        assert [product.id for product in rest.items] == ids[1000:1024]
        assert page.total == 1000
        assert services.products.neighbours(actor, ids[5], wanted, ProductSort.SKU) == (
            ids[4],
            ids[6],
        )


def test_lists_tags_once_each_as_people_spell_them(services: Services, actor: Actor) -> None:
    services.products.create(actor, replace(OAK, tags=("Éco", "oak")))
    services.products.create(actor, replace(OAK, sku="2", tags=("ECO", "Red")))

    assert services.products.tags(actor) == ("Éco", "oak", "Red")
    services.products.change(
        actor, services.products.ids(actor), ProductChange(remove_tags=("eco",))
    )
    assert services.products.tags(actor) == ("oak", "Red")
