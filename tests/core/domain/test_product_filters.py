from dataclasses import fields, replace

import pytest

from core.domain.products import ALL, ProductFilter, ProductSort

FULL = ProductFilter(
    text="oak & 50% = ?",
    category_id=7,
    tag="Éco",
    collection_id=2**62,
    source="imported",
    has_photo=False,
    has_approved=True,
    verdict="poor",
    archived=None,
    trashed=True,
    import_id=1,
)


class TestToQuery:
    @pytest.mark.parametrize(
        "wanted",
        [
            ALL,
            FULL,
            replace(FULL, archived=True, has_photo=True, has_approved=False),
            *(
                replace(ALL, **{field.name: getattr(FULL, field.name)})
                for field in fields(ProductFilter)
            ),
        ],
    )
    def test_comes_back_as_it_was(self, wanted: ProductFilter) -> None:
        query = wanted.to_query()

        assert all(query.values())
        assert ProductFilter.from_query(query) == wanted

    def test_is_empty_for_all(self) -> None:
        assert ALL.to_query() == {}


class TestFromQuery:
    @pytest.mark.parametrize("name", list(FULL.to_query()))
    @pytest.mark.parametrize(
        "value",
        [
            "created_at;drop",
            "(select 1)",
            "-1",
            "1e9",
            "0",
            "9" * 30,
            "٣",
            "a\0b",
            "\ud800",
            "None",
            "true",
            " ",
            7,
            None,
            ["yes"],
            {"a": 1},
        ],
    )
    def test_leaves_out_what_cannot_be_meant(self, name: str, value: object) -> None:
        wanted = ProductFilter.from_query({name: value, "other": "x"})

        if isinstance(value, str) and name in ("text", "tag") and value.isprintable():
            assert wanted.to_query().get(name, "") == value.strip()
        else:
            assert wanted == ALL

    def test_cuts_what_is_too_long(self) -> None:
        assert ProductFilter.from_query({"text": "x" * 10_000}).text == "x" * 200


class TestProductSort:
    @pytest.mark.parametrize("text", ["", "name;drop", "(select 1)", "NAME", "\0"])
    def test_is_the_usual_one_for_what_is_none(self, text: str) -> None:
        assert ProductSort.of(text) is ProductSort.UPDATED

    def test_is_the_one_that_is_named(self) -> None:
        assert [ProductSort.of(str(sort)) for sort in ProductSort] == list(ProductSort)
