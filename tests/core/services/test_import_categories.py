"""Categories that imports add: many at once, and no more than a workspace can have."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.imports import LineOutcome
from core.domain.products import ProductDraft
from core.errors import InvalidInputError
from core.repositories import categories
from tests.support.importing import csv_bytes, imported, lines_of
from tests.support.statements import statements

HEADERS = ["sku", "name", "category", "other_categories"]


def _names(services: Services, actor: Actor) -> list[str]:
    return sorted(each.name for each in services.categories.tree(actor, is_counted=False))


class TestRoom:
    @pytest.fixture(autouse=True)
    def _room_for_three(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(categories, "MAX_CATEGORIES", 3)

    def test_ends_with_a_sentence_for_the_lines_that_find_none(
        self, services: Services, actor: Actor
    ) -> None:
        rows = [
            HEADERS, ["A-1", "x", "a", ""], ["A-2", "x", "b", ""], ["A-3", "x", "c", "d"],
            ["A-4", "x", "A", ""], ["A-5", "x", "e", ""], ["A-6", "x", "f", ""],
        ]  # fmt: skip

        done = imported(services, actor, csv_bytes(rows))

        assert (done.counts.created, done.counts.stale) == (4, 2)
        left = lines_of(services, actor, done.id, LineOutcome.SKIP)
        assert [line.sku for line in left] == ["A-3", "A-6"]
        assert "at most 5,000 categories" in left[0].reason
        assert _names(services, actor) == ["a", "b", "e"]

    def test_is_looked_at_for_products_that_change_too(
        self, services: Services, actor: Actor
    ) -> None:
        rows = [HEADERS, *([f"A-{n}", "x", f"c{n}", ""] for n in range(3))]
        imported(services, actor, csv_bytes(rows))

        done = imported(
            services, actor, csv_bytes([HEADERS, ["A-0", "x", "z", ""], ["A-1", "y", "c1", ""]])
        )

        assert (done.counts.changed, done.counts.stale) == (1, 1)
        assert _names(services, actor) == ["c0", "c1", "c2"]

    def test_is_told_to_a_person_who_enters_one_more(
        self, services: Services, actor: Actor
    ) -> None:
        for name in ("a", "b", "c"):
            services.products.create(actor, ProductDraft("x", f"A-{name}", category=name))

        with pytest.raises(InvalidInputError) as refused:
            services.products.create(actor, ProductDraft("x", "A-d", category="d"))

        assert "at most 5,000 categories" in refused.value.user_message


def test_many_are_added_in_few_statements(services: Services, actor: Actor) -> None:
    names = [f"c{n}" for n in range(1200)]

    with statements(services) as sent, services.parts.database.begin() as work:
        found = work.categories.ensure_all(actor.workspace_id, names, work.now())

    assert len(set(found.values())) == 1200
    assert len(sent) < 20
    assert len(_names(services, actor)) == 1200
