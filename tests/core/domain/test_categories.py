import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.categories import (
    Category,
    CategoryPlace,
    CategorySettings,
    ancestors_of,
    filled_from,
    name_key,
    subtree_of,
    tree_of,
)
from core.domain.setting_layers import SettingsLayer

FURNITURE = CategoryPlace(1, None, "Furniture", position=1)
CHAIRS = CategoryPlace(2, 1, "Chairs", position=2)
STOOLS = CategoryPlace(3, 2, "Bar stools")
TABLES = CategoryPlace(4, 1, "Tables", position=1)
LAMPS = CategoryPlace(5, None, "Lamps", position=1)
SHOP = (LAMPS, STOOLS, TABLES, CHAIRS, FURNITURE)


def names(tree: tuple[Category, ...]) -> list[str]:
    return [each.name for each in tree]


class TestTree:
    def test_puts_each_before_those_inside_it_and_siblings_by_place_then_name(self) -> None:
        tree = tree_of(SHOP, {})

        assert names(tree) == ["Furniture", "Tables", "Chairs", "Bar stools", "Lamps"]
        assert [each.depth for each in tree] == [0, 1, 1, 2, 0]
        assert tree[3].full_name == "Furniture / Chairs / Bar stools"

    def test_counts_a_product_once_in_each_category_above(self) -> None:
        tree = tree_of(SHOP, {frozenset({2, 3}): 4, frozenset({3}): 1, frozenset({4, 5}): 2})

        counts = {each.name: (each.product_count, each.total_count) for each in tree}
        assert counts == {
            "Furniture": (0, 7),
            "Tables": (2, 2),
            "Chairs": (4, 5),
            "Bar stools": (5, 5),
            "Lamps": (2, 2),
        }

    def test_shows_what_no_way_from_the_top_leads_to(self) -> None:
        ring = (CategoryPlace(1, 2, "A"), CategoryPlace(2, 1, "B"), CategoryPlace(3, 99, "C"))

        tree = tree_of(ring, {frozenset({1}): 1})

        assert sorted(names(tree)) == ["A", "B", "C"]

    @given(
        parents=st.lists(st.integers(0, 11), min_size=12, max_size=12),
        products=st.lists(st.frozensets(st.integers(1, 12), min_size=1, max_size=4), max_size=30),
    )
    def test_counts_as_counting_one_by_one_does(
        self, parents: list[int], products: list[frozenset[int]]
    ) -> None:
        places = tuple(
            CategoryPlace(number, min(parent, number - 1) or None, f"C{number}")
            for number, parent in enumerate(parents, start=1)
        )
        counts = {ids: products.count(ids) for ids in products}

        tree = tree_of(places, counts)

        assert len(tree) == len(places)
        for each in tree:
            inside = {below.id for below in subtree_of(tree, each.id)}
            assert each.total_count == sum(bool(inside & ids) for ids in products)
            assert each.product_count == sum(each.id in ids for ids in products)

    def test_knows_what_is_inside_and_above(self) -> None:
        tree = tree_of(SHOP, {})

        assert names(subtree_of(tree, 2)) == ["Chairs", "Bar stools"]
        assert subtree_of(tree, 99) == ()
        assert names(ancestors_of(tree, tree[3])) == ["Furniture", "Chairs"]


class TestNameKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Chairs", "CHAIRS"),
            ("Bar  stools ", "bar stools"),
            ("Caf\u00e9", "cafe\u0301"),
            ("Stra\u00dfe", "STRASSE"),
            ("Chairs", "Ch\u00adairs"),
            ("Chairs", "Chairs\u200d"),
        ],
    )
    def test_is_one_for_what_people_take_for_the_same(self, one: str, other: str) -> None:
        assert name_key(one) == name_key(other)

    @pytest.mark.parametrize(("one", "other"), [("Caf\u00e9", "Cafe"), ("Chair", "Chairs")])
    def test_tells_the_rest_apart(self, one: str, other: str) -> None:
        assert name_key(one) != name_key(other)

    @given(st.text(st.sampled_from(string.ascii_letters + "\u0390\ufb03\u00df "), max_size=120))
    def test_fits_its_column(self, name: str) -> None:
        assert len(name_key(name)) <= 400


class TestSettings:
    def test_are_filled_only_where_they_say_nothing(self) -> None:
        target = SettingsLayer(style="Modern", prompt="On oak.")
        source = SettingsLayer(style="Rustic", prompt="In fog.", mood="Calm", palette=("#fff",))

        merged = filled_from(target, source)

        assert merged == SettingsLayer(
            style="Modern", prompt="On oak.", mood="Calm", palette=("#fff",)
        )

    def test_that_start_anew_take_nothing_over(self) -> None:
        target = SettingsLayer(starts_anew=frozenset({"palette"}))
        source = SettingsLayer(
            palette=("#fff",), prompt="In fog.", starts_anew=frozenset({"prompt"})
        )

        merged = filled_from(target, source)

        assert (merged.palette, merged.prompt) == (None, "In fog.")
        assert merged.starts_anew == {"palette", "prompt"}

    def test_of_scenes_are_kept_beside_each_other(self) -> None:
        target = CategorySettings(scene_defaults={"Bedroom": SettingsLayer(mood="Calm")})
        source = CategorySettings(
            scene_defaults={
                "Bedroom": SettingsLayer(mood="Loud", style="Rustic"),
                "Office": SettingsLayer(style="Modern"),
            }
        )

        merged = target.filled_from(source)

        assert merged.scene_defaults == {
            "Bedroom": SettingsLayer(mood="Calm", style="Rustic"),
            "Office": SettingsLayer(style="Modern"),
        }
        assert CategorySettings.from_plain(merged.to_plain()) == merged
