"""Exports of pictures on screen: what is asked, what is listed, what can be done."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.picture_exports import ExportOptions
from core.domain.products import Product
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.picture_exports import exported, made_picture
from tests.support.roles import as_role
from tests.support.tasks import run_tasks
from tests.ui.reading import words

EXPORTS = "pages/exports.py"


@pytest.fixture
def chair(services: Services, actor: Actor) -> Product:
    return chair_with_photo(services, actor)


@pytest.fixture
def pictures(services: Services, actor: Actor, chair: Product) -> list[int]:
    return [made_picture(services, actor, chair.id) for _ in range(2)]


class TestExports:
    def test_says_what_an_export_is_when_there_is_none(
        self, page: PageRunner, actor: Actor
    ) -> None:
        assert "Nothing was exported yet" in words(page(EXPORTS, actor))

    def test_lists_what_can_be_downloaded_and_what_is_left_out(
        self, page: PageRunner, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        begun = services.picture_exports.begin(actor, pictures, ExportOptions(), "<b>Spring</b>")
        services.assets.trash(actor, pictures[:1])
        run_tasks(services)

        at = page(EXPORTS, actor)

        assert "<b>Spring</b>" in words(at)
        assert "1 picture is left out" in words(at)
        assert "It is in the trash" in words(at)
        [link] = [each.proto.url for each in at.get("link_button")]
        assert link == f"/exports/pictures/{begun.id}"

    def test_deletes_and_makes_again(
        self, page: PageRunner, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        done = exported(services, actor, pictures, ExportOptions())
        at = page(EXPORTS, actor)

        at.button(key=f"exports.{done.id}.again").click().run()
        assert len(services.picture_exports.list(actor).items) == 2
        at.button(key=f"exports.{done.id}.delete").click().run()

        [left] = services.picture_exports.list(actor).items
        at.button(key=f"exports.{left.id}.cancel").click().run()
        assert "Cancelled" in words(at)

    def test_shows_another_workspace_none_of_them(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor,
        pictures: list[int],
    ) -> None:  # fmt: skip
        exported(services, actor, pictures, ExportOptions())

        assert "Nothing was exported yet" in words(page(EXPORTS, other_actor))

    def test_lets_a_viewer_download_only(
        self, page: PageRunner, services: Services, actor: Actor, pictures: list[int]
    ) -> None:
        done = exported(services, actor, pictures, ExportOptions())
        as_role(services, actor, Role.VIEWER)

        at = page(EXPORTS, actor)

        assert len(at.get("link_button")) == 1
        assert not {b.key for b in at.button} & {
            f"exports.{done.id}.again", f"exports.{done.id}.delete",
        }  # fmt: skip
