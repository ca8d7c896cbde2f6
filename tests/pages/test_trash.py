"""The trash: all kinds of things are seen there, come back, or go for good."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.presets import PresetDraft
from core.domain.products import PhotoUpload, ProductDraft
from core.domain.setting_layers import SettingsLayer
from core.domain.trash import TrashKind
from tests.images import photo_bytes
from tests.support.pages import PageRunner
from tests.support.people import colleague_of
from tests.support.tasks import run_tasks
from tests.ui.reading import address, card_ids, cards, click_card, words
from tests.ui.roles import become, join

TRASH = "pages/trash.py"


def product(services: Services, actor: Actor, name: str) -> int:
    made = services.products.create(actor, ProductDraft(name, name.upper()))
    services.products.trash(actor, [made.id])
    return made.id


def picture(services: Services, actor: Actor, name: str) -> int:
    made = services.assets.upload(actor, PhotoUpload(f"{name}.jpg", photo_bytes()))
    services.assets.trash(actor, [made.id])
    return made.id


def collection(services: Services, actor: Actor, name: str) -> int:
    made = services.collections.create(actor, name)
    services.collections.delete(actor, made.id)
    return made.id


def preset(services: Services, actor: Actor, name: str) -> int:
    made = services.presets.save(actor, PresetDraft(name, SettingsLayer(mood="Serene")))
    services.presets.trash(actor, [made.id])
    return made.id


def session(services: Services, actor: Actor, name: str) -> int:
    made = services.studio_sessions.open(actor, name)
    services.studio_sessions.trash(actor, [made.id])
    return made.id


Put = Callable[[Services, Actor, str], int]
KINDS: dict[TrashKind, Put] = {
    TrashKind.PRODUCTS: product,
    TrashKind.PICTURES: picture,
    TrashKind.COLLECTIONS: collection,
    TrashKind.PRESETS: preset,
    TrashKind.SESSIONS: session,
}
EACH_KIND = pytest.mark.parametrize(("kind", "put"), KINDS.items(), ids=list(KINDS))


def opened(page: PageRunner, actor: Actor, kind: TrashKind, **more: str) -> AppTest:
    return page(TRASH, actor, {"trash_show": str(kind).capitalize(), **more})


def shown(at: AppTest, kind: TrashKind) -> list[str]:
    return card_ids(at, f"trash.{kind}.grid")


def keys(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


def ticked(at: AppTest, kind: TrashKind, *ids: int) -> AppTest:
    for thing_id in ids:
        click_card(at, f"trash.{kind}.grid", "select", thing_id)
    return at


@EACH_KIND
class TestEachKind:
    def test_is_listed_with_how_long_it_stays(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        first, second = put(services, actor, "first"), put(services, actor, "second")

        at = opened(page, actor, kind)

        assert shown(at, kind) == [str(second), str(first)]
        assert "30 days left" in cards(at, f"trash.{kind}.grid")[0]["subtitle"]
        assert f"2 {kind}" in words(at)

    def test_is_restored(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        first, second = put(services, actor, "first"), put(services, actor, "second")
        at = ticked(opened(page, actor, kind), kind, first)

        at.button(key="trash.restore").click().run()

        assert shown(at, kind) == [str(second)]
        assert services.trash.counts(actor).of(kind) == 1

    def test_is_deleted_for_good_once_that_is_confirmed(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        first, second = put(services, actor, "first"), put(services, actor, "second")
        at = ticked(opened(page, actor, kind), kind, second)
        at.button(key="trash.delete").click().run()
        asked, before = words(at), services.trash.counts(actor).of(kind)

        # AppTest closes a dialog at each run, so its opener goes along.
        at.button(key="trash.delete").click()
        at.button(key="trash.delete.yes").click().run()

        assert "This cannot be undone" in asked
        assert before == 2
        assert shown(at, kind) == [str(first)]
        assert services.trash.counts(actor).of(kind) == 1

    @pytest.mark.slow
    def test_is_emptied_by_a_worker(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        put(services, actor, "first")
        at = opened(page, actor, kind)
        at.button(key="trash.empty").click().run()
        at.button(key="trash.empty").click()
        at.button(key="trash.empty.yes").click().run()

        run_tasks(services)

        assert services.trash.counts(actor).of(kind) == 0
        assert shown(at.run(), kind) == []
        assert f"No {kind} in the trash" in words(at)

    def test_is_found_by_its_name(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        first = put(services, actor, "first")
        put(services, actor, "second")
        at = opened(page, actor, kind, trash_q="firs")

        found = shown(at, kind)
        at.text_input(key="trash_q").input("third").run()

        assert found == [str(first)]
        assert "Nothing in the trash is called like that" in words(at)

    def test_is_not_shown_to_another_workspace(
        self,
        page: PageRunner,
        services: Services,
        actor: Actor,
        other_actor: Actor,
        kind: TrashKind,
        put: Put,
    ) -> None:
        put(services, actor, "first")

        at = opened(page, other_actor, kind)

        assert shown(at, kind) == []
        assert "trash.empty" not in keys(at)

    def test_is_only_seen_by_those_who_may_not_edit(
        self, page: PageRunner, services: Services, actor: Actor, kind: TrashKind, put: Put
    ) -> None:
        first = put(services, actor, "first")
        become(services, actor, Role.VIEWER)

        at = ticked(opened(page, actor, kind), kind, first)

        assert not {"trash.restore", "trash.delete", "trash.empty"} & keys(at)
        assert services.trash.counts(actor).of(kind) == 1


class TestTrash:
    def test_says_what_it_is_while_it_is_empty(self, page: PageRunner, actor: Actor) -> None:
        at = page(TRASH, actor)

        assert "No products in the trash" in words(at)
        assert "Also in the trash" not in words(at)

    def test_says_what_else_is_in_it(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        for put in KINDS.values():
            put(services, actor, "thing")

        at = page(TRASH, actor)

        others = "1 picture, 1 collection, 1 preset, 1 session"
        assert f"Also in the trash: {others}." in words(at)

    def test_shows_a_person_no_session_of_a_colleague(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        cora = colleague_of(services, actor, "Cora", "cora@example.com")
        join(services, cora)
        own = session(services, cora, "mine")
        session(services, actor, "hers")

        at = opened(page, cora, TrashKind.SESSIONS)

        assert shown(at, TrashKind.SESSIONS) == [str(own)]

    def test_opens_a_picture(self, page: PageRunner, services: Services, actor: Actor) -> None:
        photo = picture(services, actor, "room")
        at = opened(page, actor, TrashKind.PICTURES)

        click_card(at, "trash.pictures.grid", "open", photo)

        assert address(at, "id") == str(photo)

    @pytest.mark.parametrize("address", ["Nonsense", "products", "\u202e", "1' OR 1=1"])
    def test_takes_an_address_that_names_no_kind_for_the_first(
        self, page: PageRunner, services: Services, actor: Actor, address: str
    ) -> None:
        chair = product(services, actor, "chair")

        at = page(TRASH, actor, {"trash_show": address, "page": address})

        assert shown(at, TrashKind.PRODUCTS) == [str(chair)]
        assert not at.exception
