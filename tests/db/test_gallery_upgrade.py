"""A database of the version before the gallery, brought to this one with its pictures."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, MetaData, insert, text

from core.domain.asset_filters import Aspect, AssetFilter, AssetSort
from core.unit_of_work import Database
from db.engine import build_engine
from db.schema import upgrade

AT = datetime(2026, 11, 1, 12)  # noqa: DTZ001 - as SQLite keeps it


@pytest.fixture
def third_version(empty_url: str) -> Iterator[Engine]:
    """A database of the third version with a product and pictures of it."""
    upgrade(empty_url, "0003")
    engine = build_engine(empty_url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:

        def add(table: str, **values: object) -> None:
            connection.execute(insert(tables.tables[table]), values)

        add("workspaces", id=1, name="Ann's", created_at=AT, defaults={})
        add(
            "products", id=1, workspace_id=1, name="Fauteuil Évasé", sku="F-1", description="",
            tags=[], materials=[], colours=[], search_text=" fauteuil evase f-1 ",
            name_key="fauteuil evase", price_key=-1, source="entered", defaults={}, photo_count=0,
            approved_count=0, version=1, created_at=AT, updated_at=AT,
        )  # fmt: skip
        pictures = [(1, ["Éco", "web"], ""), (None, [], "Wobbly  lég")]
        for number, (product_id, tags, note) in enumerate(pictures, start=1):
            add(
                "assets", id=number, workspace_id=1, origin="generated", sha256="0" * 64,
                size_bytes=1, mime_type="image/png", width_px=1376, height_px=768,
                storage_key=f"w1/{number}/original.png", label="Loft",
                search_text="loft a marble floor", product_id=product_id, review_state="unreviewed",
                review_reason="", review_note=note, rating=0, is_pinned=False, tags=tags,
                is_emptied=False, created_at=AT,
            )  # fmt: skip
    yield engine
    engine.dispose()


class TestUpgrade:
    def test_lets_pictures_be_found_as_new_ones_are(
        self, empty_url: str, third_version: Engine
    ) -> None:
        upgrade(empty_url)

        with Database(third_version).read() as work:
            for wanted, found in (
                (AssetFilter(is_made=True), [2, 1]),
                (AssetFilter("marble evase f-1"), [1]),
                (AssetFilter("eco marble"), [1]),
                (AssetFilter(tag="ECO"), [1]),
                (AssetFilter("wobbly leg"), [2]),
                (AssetFilter(aspect=Aspect.WIDE_16_9, min_longest_px=1376), [2, 1]),
            ):
                assert work.assets.ids(1, wanted, AssetSort.NEWEST, limit=9) == found, wanted
            assert work.assets.ids(1, AssetFilter(), AssetSort.PRODUCT, limit=9) == [2, 1]

    def test_keeps_the_search_in_step_from_then_on(
        self, empty_url: str, third_version: Engine
    ) -> None:
        upgrade(empty_url)
        with third_version.begin() as connection:
            connection.execute(text("UPDATE assets SET search_text = ' oak ' WHERE id = 1"))
            connection.execute(text("DELETE FROM assets WHERE id = 2"))

        with Database(third_version).read() as work:
            for words, found in (("oak", [1]), ("marble", [])):
                ids = work.assets.ids(1, AssetFilter(words), AssetSort.NEWEST, limit=9)
                assert ids == found, words
