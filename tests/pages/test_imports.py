"""All imports are listed, the newest first, with what came of them."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from tests.support.imports import imported
from tests.support.pages import PageRunner
from tests.support.roles import as_role
from tests.ui.reading import words

IMPORTS = "pages/imports.py"
TABLE = b"sku,name\nOAK-1,Oak chair\n,Nameless\n"


def listed(at: AppTest) -> list[list[str]]:
    """Return the texts of the table's cells, row by row."""
    protos = [element.proto for element in at.get("bidi_component")]
    [table] = [json.loads(p.json) for p in protos if p.id.endswith("-imports.list")]
    return [[cell["text"] for cell in row["cells"]] for row in table[1]]


class TestImports:
    def test_says_what_an_import_is_when_there_is_none(
        self, page: PageRunner, actor: Actor
    ) -> None:
        at = page(IMPORTS, actor)

        assert "Nothing was imported yet" in words(at)
        assert {button.key for button in at.button} >= {"imports.new", "imports.first"}

    def test_lists_each_with_what_came_of_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        imported(services, actor, TABLE, "first.csv")
        services.imports.begin(actor, "second.csv", TABLE)

        at = page(IMPORTS, actor)

        assert listed(at) == [
            ["second.csv", "New", ""],
            ["first.csv", "Imported", "1 product added · 1 line refused"],
        ]

    def test_shows_an_import_at_work(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        item = services.imports.begin(actor, "chairs.csv", TABLE)
        services.imports.check(actor, item.id)

        at = page(IMPORTS, actor)

        assert listed(at) == [["chairs.csv", "Checking", "Waiting for its turn ..."]]

    def test_shows_another_workspace_none_of_them(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        services.imports.begin(actor, "chairs.csv", TABLE)

        at = page(IMPORTS, other_actor)

        assert "Nothing was imported yet" in words(at)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
    def test_offers_no_import_to_those_who_may_not(
        self, page: PageRunner, services: Services, actor: Actor, role: Role
    ) -> None:
        as_role(services, actor, role)

        at = page(IMPORTS, actor)

        assert "imports.new" not in {button.key for button in at.button}
