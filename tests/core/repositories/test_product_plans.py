"""How the databases read lists: by an index in its order, and never past the page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event, insert, text

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.paging import Cursor
from core.domain.products import ProductFilter, ProductSort
from db.catalogue_tables import ProductTagRow
from db.tables import ProductRow

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 6000
INDEXES = {
    ProductSort.UPDATED: "ix_products_shelf_updated",
    ProductSort.CREATED: "ix_products_shelf_created",
    ProductSort.NAME: "ix_products_shelf_name",
    ProductSort.SKU: "ix_products_shelf_sku",
    ProductSort.PRICE_LOW: "ix_products_shelf_price",
    ProductSort.PRICE_HIGH: "ix_products_shelf_price",
}
KEYS: dict[ProductSort, datetime | str | int] = {
    ProductSort.UPDATED: START,
    ProductSort.CREATED: START,
    ProductSort.NAME: "oak 3000",
    ProductSort.SKU: "OAK-3000",
    ProductSort.PRICE_LOW: 3000,
    ProductSort.PRICE_HIGH: 3000,
}

Plans = Callable[[Callable[[], object]], list[str]]
"""Runs something and returns the plan of each of its statements, as one text each."""


@pytest.fixture
def plans(services: Services, actor: Actor) -> Plans:
    """Fill the workspace, and explain what is said to the database about it."""
    engine = services.parts.database._writing
    numbers = range(1, COUNT + 1)
    with engine.begin() as connection:
        connection.execute(
            insert(ProductRow),
            [
                {
                    "id": number,
                    "workspace_id": actor.workspace_id,
                    "name": f"Oak {number}",
                    "sku": f"OAK-{number}",
                    "description": "Solid oak, oiled by hand. " * 10,
                    "tags": ["oak", f"tag-{number % 300}"],
                    "search_text": f" oak {number} oak-{number} ",
                    "name_key": f"oak {number}",
                    "price_key": number,
                    "created_at": START + timedelta(seconds=number),
                    "updated_at": START + timedelta(seconds=number),
                }
                for number in numbers
            ],
        )
        connection.execute(
            insert(ProductTagRow),
            [
                {"workspace_id": actor.workspace_id, "product_id": number, "tag": tag}
                for number in numbers
                for tag in ("oak", f"tag-{number % 300}")
            ],
        )
        connection.execute(text("ANALYZE"))

    def explained(read: Callable[[], object]) -> list[str]:
        read()
        said: list[tuple[str, object]] = []

        def listen(_c: object, _k: object, sql: str, values: object, *_more: object) -> None:
            if not sql.startswith("BEGIN"):
                said.append((sql, values))

        event.listen(engine, "before_cursor_execute", listen)
        read()
        event.remove(engine, "before_cursor_execute", listen)
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        with engine.connect() as connection:
            return [
                "\n".join(
                    str(row[-1])
                    for row in connection.exec_driver_sql(f"{word} {sql}", values)  # type: ignore[arg-type] # as the driver got it
                )
                for sql, values in said
            ]

    return explained


def reads_all_products(plan: str) -> bool:
    """Say whether a plan looks at every product's row."""
    return "Seq Scan on products" in plan or "SCAN products\n" in f"{plan}\n"


class TestPages:
    @pytest.mark.parametrize("sort", list(ProductSort))
    @pytest.mark.parametrize("place", ["first", "later"])
    def test_walk_the_index_of_their_order(
        self, services: Services, actor: Actor, plans: Plans, sort: ProductSort, place: str
    ) -> None:
        after = Cursor(KEYS[sort], 3000) if place == "later" else None

        found = plans(lambda: services.products.search(actor, sort=sort, after=after))

        assert INDEXES[sort] in found[-1]
        assert not any(map(reads_all_products, found))
        assert "OFFSET" not in "".join(found)

    def test_of_many_that_match_walk_it_too(
        self, services: Services, actor: Actor, plans: Plans
    ) -> None:
        for wanted in (
            ProductFilter(tag="oak"),
            ProductFilter("oak"),
            ProductFilter("oak", tag="oak"),
        ):
            found = plans(partial(services.products.search, actor, wanted, sort=ProductSort.NAME))

            assert "ix_products_shelf_name" in found[-1], wanted

    def test_of_few_that_match_find_them_by_what_is_asked_for(
        self, services: Services, actor: Actor, plans: Plans
    ) -> None:
        # So few texts PostgreSQL reads one after the other.
        is_sqlite = services.parts.settings.is_sqlite
        words = [(ProductFilter("oak-4321"), "VIRTUAL TABLE INDEX")] if is_sqlite else []
        for wanted, index in (
            *words,
            (ProductFilter(tag="tag-7"), "product_tags"),
            (ProductFilter(source="sample"), "ix_products_shelf_source"),
            (ProductFilter(has_approved=True), "ix_products_shelf_approved"),
            (ProductFilter(archived=True), "ix_products_archived"),
            (ProductFilter(trashed=True), "ix_products_trashed"),
        ):
            found = plans(partial(services.products.search, actor, wanted))

            assert index in found[-1] or index in found[0], wanted
            assert not any(map(reads_all_products, found)), wanted
