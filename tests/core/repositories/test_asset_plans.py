"""How the databases read lists of pictures: by an index in its order, and never past the page."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event, text

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import RESULTS, AssetFilter, AssetSort, Stacks
from core.domain.assets import Origin
from core.domain.paging import Cursor, SortKey
from core.domain.reviews import ReviewState
from tests.support.picture_hall import START, Hall, fill

pytestmark = pytest.mark.slow

COUNT = 4500
INDEXES = {
    AssetSort.NEWEST: "ix_assets_made",
    AssetSort.OLDEST: "ix_assets_made",
    AssetSort.RATING: "ix_assets_shelf_rating",
    AssetSort.COST: "ix_assets_shelf_cost",
    AssetSort.PRODUCT: "ix_assets_shelf_product",
    AssetSort.LARGEST: "ix_assets_shelf_longest",
    AssetSort.REVIEWED: "ix_assets_shelf_judged",
}
KEYS: dict[AssetSort, SortKey] = {
    AssetSort.NEWEST: START,
    AssetSort.OLDEST: START,
    AssetSort.RATING: 3,
    AssetSort.COST: 3000,
    AssetSort.PRODUCT: "chair 7",
    AssetSort.LARGEST: 1024,
    AssetSort.REVIEWED: START,
}
GRID = AssetFilter(is_made=True, stack=Stacks.COLLAPSED)

Plans = Callable[[Callable[[], object]], list[str]]
"""Runs something and returns the plan of each of its statements, as one text each."""


@pytest.fixture
def hall(services: Services, actor: Actor) -> Hall:
    """Fill the workspace."""
    engine = services.parts.database._writing
    found = fill(engine, actor, COUNT)
    # PostgreSQL reads an index alone only where it knows that all see its rows.
    learn = "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(learn))
    return found


@pytest.fixture
def plans(services: Services, hall: Hall) -> Plans:
    """Explain what is said to the database about pictures."""
    assert hall.rows
    engine = services.parts.database._writing

    def explained(read: Callable[[], object]) -> list[str]:
        read()
        said: list[tuple[str, object]] = []

        def listen(_c: object, _k: object, sql: str, values: object, *_more: object) -> None:
            if not sql.startswith(("BEGIN", "SET")):
                said.append((sql, values))

        event.listen(engine, "before_cursor_execute", listen)
        read()
        event.remove(engine, "before_cursor_execute", listen)
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        with engine.connect() as connection:
            if word == "EXPLAIN":
                # Of so few rows it may well read all: what is asked is whether an index can serve.
                connection.exec_driver_sql("SET enable_seqscan = off")
            return [
                "\n".join(
                    str(row[-1])
                    for row in connection.exec_driver_sql(f"{word} {sql}", values)  # type: ignore[arg-type] # as the driver got it
                )
                for sql, values in said
            ]

    return explained


def reads_all(plan: str) -> bool:
    """Say whether a plan looks at every picture's row."""
    return "Seq Scan on assets" in plan or "SCAN assets\n" in f"{plan}\n"


def _for_sqlite(
    services: Services, case: tuple[AssetFilter, str]
) -> tuple[tuple[AssetFilter, str], ...]:
    # So few rows PostgreSQL reads one after the other, and joins tables as a whole.
    return (case,) if services.parts.settings.is_sqlite else ()


class TestPages:
    @pytest.mark.parametrize("place", ["first", "later"])
    def test_walk_the_index_of_their_order(
        self, services: Services, actor: Actor, plans: Plans, place: str
    ) -> None:
        for sort in AssetSort:
            after = Cursor(KEYS[sort], 3000) if place == "later" else None

            found = plans(
                partial(services.assets.search, actor, GRID, sort=sort, after=after, limit=24)
            )

            # Of so few pictures PostgreSQL may take any index, and count without one.
            is_sqlite = services.parts.settings.is_sqlite
            assert (INDEXES[sort] if is_sqlite else "ix_assets_") in found[0], sort
            assert not any(map(reads_all, found if is_sqlite else found[:1])), sort
            assert len(found) <= 2, sort

    def test_of_all_assets_walk_results_and_others_beside_one_another(
        self, services: Services, actor: Actor, plans: Plans
    ) -> None:
        found = plans(partial(services.assets.search, actor, AssetFilter(), limit=24))

        assert found[0].count("ix_assets_made") == 2
        assert not any(map(reads_all, found))

    def test_of_one_filter_walk_its_own_index_at_once(
        self, services: Services, actor: Actor, hall: Hall, plans: Plans
    ) -> None:
        for wanted, index in (
            (AssetFilter(image_model="nano"), "ix_assets_of_model"),
            (AssetFilter(preset_id=hall.presets[0]), "ix_assets_of_preset"),
            (AssetFilter(template="lifestyle@2"), "ix_assets_of_template"),
            (AssetFilter(tools=("upscale",)), "ix_assets_of_tool"),
            (AssetFilter(created_by=actor.user_id), "ix_assets_of_person"),
            (AssetFilter(is_pinned=True), "ix_assets_pinned"),
            (AssetFilter(origins=(Origin.EDITED,)), "ix_assets_newest"),
            (AssetFilter(review_states=(ReviewState.APPROVED,)), "ix_assets_reviewed"),
            (AssetFilter(product_id=hall.rows[1]["product_id"], is_made=True),
             "ix_assets_of_product"),
            *_for_sqlite(services, (AssetFilter(tag="web"), "ix_asset_tags_found")),
        ):  # fmt: skip
            found = plans(partial(services.assets.search, actor, wanted, limit=24))

            assert index in found[0], wanted
            assert not any(map(reads_all, found)), wanted
            assert len(found) == 1, wanted

    def test_of_few_that_match_find_them_by_what_is_asked_for(
        self, services: Services, actor: Actor, hall: Hall, plans: Plans
    ) -> None:
        for wanted, index in (
            *_for_sqlite(services, (AssetFilter("unicorn"), "VIRTUAL TABLE INDEX")),
            *_for_sqlite(services, (AssetFilter(collection_id=hall.spring), "collection_products")),
            (AssetFilter(min_rating=5), "ix_assets_shelf_rating"),
            *_for_sqlite(services, (AssetFilter(sku="S-7"), "uq_products_workspace_id_sku")),
            (AssetFilter(job_id=7), "ix_assets_job_id"),
            (AssetFilter(stack_id=11), "ix_assets_stack_id"),
            (AssetFilter(image_model="tiny", tag="web"), "ix_assets_of_model"),
        ):
            found = plans(partial(services.assets.search, actor, wanted, limit=24))

            assert any(index in plan for plan in found), wanted
            assert not any(map(reads_all, found)), wanted

    def test_read_no_row_to_pass_over_what_a_filter_leaves_out(
        self, services: Services, actor: Actor, plans: Plans
    ) -> None:
        found = plans(partial(services.assets.count, actor, RESULTS))

        alone = "COVERING INDEX" if services.parts.settings.is_sqlite else "Index Only Scan"
        assert alone in found[0]

    def test_of_the_trash_have_an_index_too(
        self, services: Services, actor: Actor, plans: Plans
    ) -> None:
        found = plans(partial(services.assets.search, actor, AssetFilter(trashed=True), limit=24))

        assert "ix_assets_trashed" in found[0]
        assert not any(map(reads_all, found))


class TestFacets:
    def test_jump_from_value_to_value(self, services: Services, actor: Actor, plans: Plans) -> None:
        found = plans(partial(services.assets.facets, actor))

        if services.parts.settings.is_sqlite:
            # With so few rows PostgreSQL may take the shorter index of a key.
            for index in ("of_model", "of_preset", "of_template", "of_tool", "of_person"):
                assert f"ix_assets_{index}" in found[0]
        assert not any(map(reads_all, found))
