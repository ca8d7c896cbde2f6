from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from core.domain.asset_filters import (
    MAX_FILTER_CHARS,
    MAX_PERMILLE,
    Aspect,
    AssetFilter,
    AssetSort,
    Stacks,
    aspect_permille,
)
from core.domain.assets import Origin
from core.domain.reviews import ReviewState

FULL = AssetFilter(
    text="oak & ash, <b>",
    is_made=True,
    origins=(Origin.GENERATED, Origin.EDITED),
    product_id=1,
    sku="OAK/1",
    category_id=2,
    collection_id=3,
    tag="Héro",
    created_by=4,
    job_id=5,
    image_model="gemini-3-pro-image",
    preset_id=6,
    template="lifestyle@2",
    review_states=(ReviewState.APPROVED, ReviewState.NEEDS_EDIT),
    min_rating=3,
    is_pinned=False,
    aspect=Aspect.WIDE_16_9,
    min_longest_px=2000,
    since=date(2026, 1, 31),
    until=date(2026, 2, 1),
    max_cost_micros=40_000,
    tools=("cutout", "upscale"),
    stack=Stacks.COLLAPSED,
    stack_id=7,
    trashed=True,
)
HOSTILE: list[object] = [
    "",
    " ",
    "\0",
    "\ud800",
    "٣",
    "-1",
    "0",
    "1.5",
    "1e3",
    "9" * 400,
    str(2**63),
    "2026-13-01",
    "2026-02-30",
    "٢٠٢٦-01-01",
    "0000-00-00",
    "yes\0",
    "approved;drop",
    "../..",
    "<script>",
    None,
    7,
    7.5,
    True,
    ["approved"],
    {"a": 1},
    b"approved",
]


class TestToQuery:
    def test_and_back_gives_the_same_filter(self) -> None:
        assert AssetFilter.from_query(FULL.to_query()) == FULL

    def test_leaves_nothing_out_in_the_example_above(self) -> None:
        usual = AssetFilter()

        assert [
            f.name for f in fields(FULL) if getattr(FULL, f.name) == getattr(usual, f.name)
        ] == []

    def test_says_nothing_of_what_is_as_usual(self) -> None:
        assert AssetFilter().to_query() == {}

    def test_holds_texts_only(self) -> None:
        assert {type(value) for value in FULL.to_query().values()} == {str}


class TestFromQuery:
    @pytest.mark.parametrize("name", sorted(FULL.to_query()))
    @pytest.mark.parametrize("value", HOSTILE, ids=repr)
    def test_leaves_out_what_cannot_be_meant(self, name: str, value: object) -> None:
        found = AssetFilter.from_query({name: value})

        # Whatever came in, what comes out is what an address of ours may say.
        assert AssetFilter.from_query(found.to_query()) == found
        if name not in ("text", "sku", "tag", "model", "template", "cost"):
            assert found == AssetFilter() or str(value) == "0"

    def test_cuts_long_texts(self) -> None:
        found = AssetFilter.from_query({"text": "a" * 10_000})

        assert found.text == "a" * MAX_FILTER_CHARS

    def test_takes_each_word_once_and_no_strange_ones(self) -> None:
        found = AssetFilter.from_query(
            {"review": "approved,approved,loved,rejected", "tool": "cutout,CUT OUT,cutout,'x"}
        )

        assert found.review_states == (ReviewState.APPROVED, ReviewState.REJECTED)
        assert found.tools == ("cutout",)

    def test_ignores_names_it_does_not_know(self) -> None:
        assert AssetFilter.from_query({"workspace": "2", "limit": "9"}) == AssetFilter()


class TestDays:
    def test_are_both_included(self) -> None:
        assert FULL.begins_at == datetime(2026, 1, 31, tzinfo=UTC)
        assert FULL.ends_before == datetime(2026, 2, 2, tzinfo=UTC)

    def test_may_be_the_last_there_is(self) -> None:
        assert AssetFilter(until=date.max).ends_before is None


class TestAspect:
    @pytest.mark.parametrize(
        ("width_px", "height_px", "aspect"),
        [
            (1024, 1024, Aspect.SQUARE),
            (1376, 768, Aspect.WIDE_16_9),
            (768, 1376, Aspect.TALL_9_16),
            (1584, 672, Aspect.WIDE_21_9),
            (1200, 896, Aspect.WIDE_4_3),
            (896, 1200, Aspect.TALL_3_4),
            (1264, 848, Aspect.WIDE_3_2),
            (848, 1264, Aspect.TALL_2_3),
            (1152, 928, Aspect.WIDE_5_4),
            (928, 1152, Aspect.TALL_4_5),
        ],
    )
    def test_knows_the_sizes_that_image_models_give(
        self, width_px: int, height_px: int, aspect: Aspect
    ) -> None:
        least, most = aspect.permille

        assert least <= aspect_permille(width_px, height_px) <= most

    def test_has_exactly_one_rough_shape_for_every_size(self) -> None:
        rough = sorted(a.permille for a in (Aspect.SQUARE, Aspect.LANDSCAPE, Aspect.PORTRAIT))

        assert rough[0][0] == 0
        assert rough[-1][1] == MAX_PERMILLE
        assert all(before[1] + 1 == after[0] for before, after in pairwise(rough))

    def test_stays_in_bounds_for_the_strangest_sizes(self) -> None:
        assert aspect_permille(10**9, 1) == MAX_PERMILLE
        assert aspect_permille(0, 0) == 1000


class TestSort:
    def test_is_the_usual_one_for_anything_else(self) -> None:
        assert AssetSort.of("rating") is AssetSort.RATING
        assert {AssetSort.of(value) for value in HOSTILE} == {AssetSort.NEWEST}
