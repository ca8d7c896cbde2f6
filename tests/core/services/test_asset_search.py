"""Lists of assets: whatever is asked for, both databases give what plain Python would."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product as combined
from typing import Any

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.asset_filters import RESULTS, Aspect, AssetFilter, AssetSort, Stacks
from core.domain.assets import Origin
from core.domain.paging import COUNT_CAP, Cursor
from core.domain.products import ProductFilter
from core.domain.reviews import ReviewState
from core.errors import InvalidInputError
from core.repositories.asset_statements import MANY
from tests.support.picture_hall import Hall, fill
from tests.support.statements import statements

pytestmark = pytest.mark.slow

COUNT = 2 * MANY + 700
"""So many that some filters leave more than are gathered, and others few."""


@pytest.fixture
def hall(services: Services, actor: Actor, other_actor: Actor) -> Hall:
    """Fill the workspace with pictures, and put one into another's, which nobody may find."""
    engine = services.parts.database._writing
    found = fill(engine, actor, COUNT)
    with services.parts.database.begin() as work:
        work._session.connection().exec_driver_sql("ANALYZE")
    assert services.assets.search(other_actor, AssetFilter()).total == 0
    return found


def filters(hall: Hall) -> dict[str, AssetFilter]:
    """Return each filter once with what is common and once with what is rare."""
    some = next(iter(hall.rows.values()))
    return {
        "nothing": AssetFilter(),
        "results": RESULTS,
        "brought in": AssetFilter(is_made=False),
        "collapsed": AssetFilter(is_made=True, stack=Stacks.COLLAPSED),
        "collapsed product": AssetFilter(product_id=some["product_id"], stack=Stacks.COLLAPSED),
        "collapsed sku": AssetFilter(sku="S-7", stack=Stacks.COLLAPSED),
        "collapsed but unreviewed": AssetFilter(
            review_states=(ReviewState.UNREVIEWED,), stack=Stacks.COLLAPSED
        ),
        "collapsed but rare": AssetFilter(tag="hero", stack=Stacks.COLLAPSED),
        "collapsed trash": AssetFilter(trashed=True, stack=Stacks.COLLAPSED),
        "common words": AssetFilter("marble chair"),
        "rare word": AssetFilter("unicorn"),
        "one picture": AssetFilter("loft 4321"),
        "words of the product": AssetFilter("EVASE chair-", is_made=True),
        "product and prompt": AssetFilter("évasé S-7 unicorn"),
        "short words": AssetFilter("in a"),
        "signs": AssetFilter("100%_\\"),
        "generated": AssetFilter(origins=(Origin.GENERATED,)),
        "edited or uploaded": AssetFilter(origins=(Origin.EDITED, Origin.UPLOADED)),
        "inspiration": AssetFilter(origins=(Origin.INSPIRATION,)),
        "product": AssetFilter(product_id=some["product_id"], is_made=True),
        "product and uploads": AssetFilter(product_id=some["product_id"]),
        "sku": AssetFilter(sku="S-7"),
        "no such sku": AssetFilter(sku="s-7"),
        "category": AssetFilter(category_id=hall.furniture),
        "category below": AssetFilter(category_id=hall.sofas, is_made=True),
        "collection": AssetFilter(collection_id=hall.spring),
        "common tag": AssetFilter(tag="WEB"),
        "rare tag": AssetFilter(tag="hero"),
        "person": AssetFilter(created_by=some["created_by"]),
        "nobody": AssetFilter(created_by=2**62),
        "model": AssetFilter(image_model="nano"),
        "rare model": AssetFilter(image_model="tiny"),
        "preset": AssetFilter(preset_id=hall.presets[0]),
        "rare preset": AssetFilter(preset_id=hall.presets[1]),
        "template": AssetFilter(template="lifestyle@2"),
        "rare template": AssetFilter(template="old@1"),
        "approved": AssetFilter(review_states=(ReviewState.APPROVED,)),
        "rejected": AssetFilter(review_states=(ReviewState.REJECTED,)),
        "to do": AssetFilter(review_states=(ReviewState.UNREVIEWED, ReviewState.REJECTED)),
        "rated": AssetFilter(min_rating=1),
        "best": AssetFilter(min_rating=5),
        "pinned": AssetFilter(is_pinned=True),
        "not pinned": AssetFilter(is_pinned=False, is_made=True),
        "landscape": AssetFilter(aspect=Aspect.LANDSCAPE),
        "16:9": AssetFilter(aspect=Aspect.WIDE_16_9),
        "4:5": AssetFilter(aspect=Aspect.TALL_4_5),
        "large": AssetFilter(min_longest_px=1025),
        "since": AssetFilter(since=date(2026, 2, 1)),
        "one day": AssetFilter(since=date(2026, 1, 9), until=date(2026, 1, 9), is_made=True),
        "cheap": AssetFilter(max_cost_micros=2000, is_made=True),
        "free": AssetFilter(max_cost_micros=0),
        "upscaled": AssetFilter(tools=("upscale",)),
        "tools": AssetFilter(tools=("upscale", "crop")),
        "stack": AssetFilter(stack_id=11, stack=Stacks.COLLAPSED),
        "trash": AssetFilter(trashed=True),
        "trashed results": AssetFilter("marble", is_made=True, trashed=True, tag="web"),
    }


def first_two_pages(
    services: Services, actor: Actor, wanted: AssetFilter, sort: AssetSort
) -> tuple[list[int], int]:
    """Return the ids of the first two pages, and the total."""
    first = services.assets.search(actor, wanted, sort=sort, limit=70)
    ids = [asset.ref.id for asset in first.items]
    if first.next is None:
        return ids, first.total
    after = Cursor.decode(first.next.encode())
    second = services.assets.search(actor, wanted, sort=sort, after=after, limit=70)
    assert second.total == first.total
    return ids + [asset.ref.id for asset in second.items], first.total


class TestSearch:
    def test_finds_what_plain_python_finds_in_every_sort(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for (name, wanted), sort in combined(filters(hall).items(), AssetSort):
            expected = hall.find(wanted, sort)

            found, total = first_two_pages(services, actor, wanted, sort)

            assert found == expected[:140], (name, sort)
            assert total == min(len(expected), COUNT_CAP), (name, sort)

    def test_finds_it_for_two_filters_at_once(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        each = filters(hall)
        pairs = [
            (one, replace(each[one], **_given(each[other])))
            for one in ("common words", "rare word", "common tag", "approved", "model", "category")
            for other in ("rare model", "model", "rated", "since", "preset", "best", "common tag",
                          "collapsed", "upscaled", "landscape", "large", "product")
        ]  # fmt: skip
        for name, wanted in pairs:
            for sort in (AssetSort.NEWEST, AssetSort.PRODUCT):
                expected = hall.find(wanted, sort)

                found, total = first_two_pages(services, actor, wanted, sort)

                assert found == expected[:140], (name, wanted.to_query(), sort)
                assert total == min(len(expected), COUNT_CAP), (name, wanted.to_query(), sort)

    def test_finds_in_a_smart_collection_what_its_filter_finds(
        self, services: Services, actor: Actor, other_actor: Actor, hall: Hall
    ) -> None:
        for category in (hall.furniture, hall.sofas):
            filtered = ProductFilter(category_id=category)
            smart = services.collections.create_from_filter(actor, f"Smart {category}", filtered)
            for more in (AssetFilter(), RESULTS, AssetFilter("unicorn"), AssetFilter(tag="hero")):
                wanted = replace(more, collection_id=smart.id)
                for sort in AssetSort:
                    expected = hall.find(replace(more, category_id=category), sort)

                    found, total = first_two_pages(services, actor, wanted, sort)

                    assert found == expected[:140], (wanted.to_query(), sort)
                    assert total == min(len(expected), COUNT_CAP), (wanted.to_query(), sort)
                assert expected, wanted.to_query()
            assert (
                services.assets.search(other_actor, AssetFilter(collection_id=smart.id)).total == 0
            )

    def test_takes_at_most_three_statements(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for (name, wanted), sort in combined(filters(hall).items(), AssetSort):
            with statements(services) as said:
                services.assets.search(actor, wanted, sort=sort, limit=70)

            asked = [one for one in said if not one.startswith(("BEGIN", "SET"))]
            assert len(asked) <= 3, (name, sort, asked)

    def test_walks_through_all_of_them_once(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for sort in AssetSort:
            wanted = AssetFilter(tag="web", is_made=True)

            assert list(_all(services, actor, wanted, sort)) == hall.find(wanted, sort)

    def test_refuses_the_cursor_of_another_sort(self, services: Services, actor: Actor) -> None:
        for sort in (AssetSort.NEWEST, AssetSort.RATING, AssetSort.PRODUCT):
            for key in ("a", 7, 7.5, None):
                wrong = Cursor(key, 1)  # type: ignore[arg-type] # an address may hold any
                if type(key) is {AssetSort.RATING: int, AssetSort.PRODUCT: str}.get(sort):
                    continue
                with pytest.raises(InvalidInputError):
                    services.assets.search(actor, sort=sort, after=wrong)


class TestIds:
    def test_are_all_that_match_in_order(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for name, wanted in filters(hall).items():
            for sort in (AssetSort.NEWEST, AssetSort.RATING):
                found = services.assets.ids(actor, wanted, sort=sort, limit=10_000)

                assert found == hall.find(wanted, sort), (name, sort)

    def test_are_the_first_where_there_are_more(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        found = services.assets.ids(actor, RESULTS, limit=3)

        assert found == hall.find(RESULTS, AssetSort.NEWEST)[:3]


class TestCount:
    def test_is_true_up_to_where_it_stops(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for name, wanted in filters(hall).items():
            expected = len(hall.find(wanted, AssetSort.NEWEST))

            assert services.assets.count(actor, wanted, most=100_000) == expected, name
            assert services.assets.count(actor, wanted) == min(expected, COUNT_CAP), name


class TestNeighbours:
    def test_are_those_beside_it_in_the_list(
        self, services: Services, actor: Actor, hall: Hall
    ) -> None:
        for name in ("results", "approved", "common tag", "rare tag", "category", "common words"):
            wanted = filters(hall)[name]
            for sort in (AssetSort.NEWEST, AssetSort.COST):
                ids = hall.find(wanted, sort)
                for place in (0, 5, len(ids) - 1):
                    expected = (
                        ids[place - 1] if place else None,
                        ids[place + 1] if place + 1 < len(ids) else None,
                    )

                    found = services.assets.neighbours(actor, ids[place], wanted, sort=sort)

                    assert found == expected, (name, sort, place)


class TestSummaries:
    def test_come_in_the_order_asked_for_and_count_what_lies_under_them(
        self, services: Services, actor: Actor, other_actor: Actor, hall: Hall
    ) -> None:
        assert hall.rows[12]["stack_id"] == 11

        found = services.assets.summaries(actor, [12, 9_999_999, 11, 12])

        assert [asset.ref.id for asset in found] == [12, 11]
        assert [asset.stack_count for asset in found] == [0, 1]
        assert found[0].stack_id == 11
        assert found[1].product_sku == "S-11"
        assert found[1].created_by == "Ann"
        assert services.assets.summaries(other_actor, [11, 12]) == ()


class TestFacets:
    def test_offer_what_is_there(
        self, services: Services, actor: Actor, other_actor: Actor, hall: Hall
    ) -> None:
        with statements(services) as said:
            found = services.assets.facets(actor)

        assert [one.label for one in found.people] == ["Ann"]
        assert [one.value for one in found.image_models] == ["nano", "tiny"]
        assert [one.label for one in found.presets] == ["Bold", "Calm"]
        assert {one.value for one in found.presets} == set(map(str, hall.presets))
        assert [one.value for one in found.templates] == ["lifestyle@2", "old@1"]
        assert [one.value for one in found.tools] == ["crop", "upscale"]
        # Those used most come first.
        assert [one.value for one in found.tags] == ["web", "hero"]
        assert len([one for one in said if "SELECT" in one]) == 2
        assert services.assets.facets(other_actor).tags == ()


def _given(wanted: AssetFilter) -> dict[str, Any]:
    usual = AssetFilter()
    return {name: value for name, value in vars(wanted).items() if value != getattr(usual, name)}


def _all(services: Services, actor: Actor, wanted: AssetFilter, sort: AssetSort) -> Iterator[int]:
    after: Cursor | None = None
    while True:
        page = services.assets.search(actor, wanted, sort=sort, after=after, limit=400)
        yield from (asset.ref.id for asset in page.items)
        if page.next is None:
            return
        after = page.next
