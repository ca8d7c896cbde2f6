"""Tags, titles, alt texts and products of pictures: kept, found, noted, and taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.products import PhotoUpload, ProductDraft
from core.domain.reviews import ReviewState
from core.domain.trash import TrashKind
from core.errors import AccessDeniedError, InvalidInputError, NotFoundError
from db.tables import ProductRow
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.audit import actions_on
from tests.support.generation import CHAIR, with_model
from tests.support.invariants import broken_rules
from tests.ui.making import pictures

STOOL = ProductDraft(name="Fauteuil Évasé", sku="STOOL-9")


@pytest.fixture
def app(services: Services) -> Services:
    """Return services whose only image model is a fake one."""
    return with_model(services, FakeImageModel())


@pytest.fixture
def made(app: Services, actor: Actor) -> list[int]:
    """Return three pictures of one product."""
    return pictures(app, actor, 3)


def ids(app: Services, actor: Actor, wanted: AssetFilter | str) -> set[int]:
    wanted = AssetFilter(wanted) if isinstance(wanted, str) else wanted
    return {asset.ref.id for asset in app.assets.search(actor, wanted).items}


def approved_count(app: Services, product_id: int) -> int:
    with app.parts.database.read() as work:
        kept = select(ProductRow.approved_count).where(ProductRow.id == product_id)
        return work._session.scalars(kept).one()


class TestTags:
    def test_are_found_whatever_their_case_and_accents(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.assets.set_tags(actor, made[:2], [" Héro ", "héro", "web"])

        assert app.assets.get(actor, made[0]).tags == ("Héro", "web")
        assert ids(app, actor, AssetFilter(tag="HERO")) == set(made[:2])
        assert ids(app, actor, "hero web") == set(made[:2])
        assert [tag.value for tag in app.assets.facets(actor).tags] == ["hero", "web"]
        assert broken_rules(app) == []

    def test_are_added_and_removed_beside_others(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.assets.set_tags(actor, made[:1], ["web"])

        app.assets.add_tags(actor, made, ["web", "print"])
        app.assets.remove_tags(actor, made[1:], ["WEB", "none"])

        tags = [asset.tags for asset in app.assets.summaries(actor, made)]
        assert tags == [("web", "print"), ("print",), ("print",)]
        assert ids(app, actor, AssetFilter(tag="web")) == {made[0]}

    def test_come_back_as_they_were(self, app: Services, actor: Actor, made: list[int]) -> None:
        app.assets.set_tags(actor, made[:1], ["web"])
        before = app.assets.add_tags(actor, made, ["print"])

        changed = app.assets.put_tags(actor, before)

        assert before == {made[0]: ("web",), made[1]: (), made[2]: ()}
        assert changed.keys() == before.keys()
        assert app.assets.get(actor, made[0]).tags == ("web",)
        assert ids(app, actor, AssetFilter(tag="print")) == set()

    def test_that_are_there_already_change_nothing(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.assets.set_tags(actor, made, ["web"])

        assert app.assets.add_tags(actor, made, ["web"]) == {}
        assert [action for action, _ in actions_on(app, actor, "asset")].count("tag") == 3

    def test_are_noted_in_the_history(self, app: Services, actor: Actor, made: list[int]) -> None:
        app.assets.set_tags(actor, made[:1], ["web"])

        assert actions_on(app, actor, "asset")[-1] == ("tag", {"changes": {"tags": [[], ["web"]]}})

    @pytest.mark.parametrize(
        "tags", [["\0"], ["a" * 200], [f"t{n}" for n in range(31)], ["\u202eevil"]], ids=ascii
    )
    def test_that_cannot_be_kept_are_refused(
        self, app: Services, actor: Actor, made: list[int], tags: list[str]
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.assets.set_tags(actor, made, tags)

        assert app.assets.get(actor, made[0]).tags == ()

    def test_are_no_more_than_fit_beside_those_there(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.assets.set_tags(actor, made[:1], [f"t{n}" for n in range(30)])

        with pytest.raises(InvalidInputError):
            app.assets.add_tags(actor, made, ["one more"])

        assert app.assets.get(actor, made[1]).tags == ()

    def test_of_the_trash_and_of_others_stay(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        app.assets.trash(actor, made[:1])

        assert app.assets.set_tags(actor, made[:1], ["web"]) == {}
        assert app.assets.set_tags(other_actor, made, ["web"]) == {}


class TestTitle:
    def test_is_kept_found_noted_and_returned_for_undo(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        first = app.assets.set_title(actor, made[0], " Morning \n light ")
        before = app.assets.set_title(actor, made[0], "Évening")

        assert (first, before) == ("", "Morning light")
        assert app.assets.get(actor, made[0]).title == "Évening"
        assert app.assets.summaries(actor, made)[0].title == "Évening"
        assert ids(app, actor, "evening") == {made[0]}
        assert ids(app, actor, "morning-nothing") == set()
        assert actions_on(app, actor, "asset")[-1] == (
            "title",
            {"changes": {"title": ["Morning light", "Évening"]}},
        )

    @pytest.mark.parametrize("title", ["a" * 201, "\x07", "\ud800"], ids=ascii)
    def test_that_cannot_be_kept_is_refused(
        self, app: Services, actor: Actor, made: list[int], title: str
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.assets.set_title(actor, made[0], title)

    def test_belongs_to_no_picture_of_others(
        self, app: Services, other_actor: Actor, made: list[int]
    ) -> None:
        with pytest.raises(NotFoundError):
            app.assets.set_title(other_actor, made[0], "Mine")


class TestAltText:
    def test_is_kept_found_and_returned_for_undo(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        app.assets.set_alt_text(actor, made[0], "An oak chair\r\nbefore a wall.")

        before = app.assets.set_alt_text(actor, made[0], "")

        assert before == "An oak chair\nbefore a wall."
        assert app.assets.get(actor, made[0]).alt_text == ""
        assert ids(app, actor, "before wall") == set()

    def test_is_no_longer_than_shops_take(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        with pytest.raises(InvalidInputError):
            app.assets.set_alt_text(actor, made[0], "a" * 513)


class TestMoveToProduct:
    def test_moves_counts_and_words_with_the_picture(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        chair = app.assets.get(actor, made[0]).product_id
        assert chair is not None
        stool = app.products.create(actor, STOOL)
        app.reviews.set_state(actor, made, ReviewState.APPROVED)

        before = app.assets.move_to_product(actor, made[:2], stool.id)

        assert before == {made[0]: chair, made[1]: chair}
        assert (approved_count(app, chair), approved_count(app, stool.id)) == (1, 2)
        assert ids(app, actor, "evase stool-9") == set(made[:2])
        assert ids(app, actor, AssetFilter(product_id=stool.id)) == set(made[:2])
        assert actions_on(app, actor, "asset")[-1] == (
            "move",
            {"changes": {"product_id": [chair, stool.id]}},
        )
        assert broken_rules(app) == []

    def test_is_undone_by_what_it_returned(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        before = app.assets.move_to_product(actor, made, None)

        app.assets.move_to_products(actor, before)

        assert len(set(before.values())) == 1
        assert app.assets.get(actor, made[0]).product_id == before[made[0]]
        assert broken_rules(app) == []

    def test_leaves_photos_where_they_are(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        chair = app.assets.get(actor, made[0]).product_id
        assert chair is not None
        photo = app.products.get(actor, chair).photos[0].id
        stool = app.products.create(actor, STOOL)

        with pytest.raises(InvalidInputError, match="Photos"):
            app.assets.move_to_product(actor, [*made, photo], stool.id)

        assert app.assets.get(actor, made[0]).product_id == chair

    def test_knows_no_product_of_others_or_in_the_trash(
        self, app: Services, actor: Actor, other_actor: Actor, made: list[int]
    ) -> None:
        theirs = app.products.create(other_actor, STOOL)
        gone = app.products.create(actor, STOOL)
        app.products.trash(actor, [gone.id])

        for product_id in (theirs.id, gone.id, 10**9):
            with pytest.raises(NotFoundError):
                app.assets.move_to_product(actor, made, product_id)


class TestRenamedProduct:
    def test_is_found_and_sorted_by_its_new_name(
        self, app: Services, actor: Actor, made: list[int]
    ) -> None:
        chair = app.assets.get(actor, made[0]).product_id
        assert chair is not None
        app.assets.set_title(actor, made[0], "Sunrise")

        app.products.update(actor, chair, replace(CHAIR, name="Zinnober Bank", sku="Z-1"))

        assert ids(app, actor, AssetFilter("zinnober z-1", is_made=True)) == set(made)
        assert ids(app, actor, "zinnober sunrise") == {made[0]}
        assert ids(app, actor, "oak-chair-1") == set()
        assert broken_rules(app) == []


class TestRoles:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
    def test_only_editors_say_more_of_pictures(
        self, app: Services, actor: Actor, made: list[int], role: Role
    ) -> None:
        person = replace(actor, role=role)
        for change in (
            lambda: app.assets.set_tags(person, made, ["web"]),
            lambda: app.assets.add_tags(person, made, ["web"]),
            lambda: app.assets.remove_tags(person, made, ["web"]),
            lambda: app.assets.put_tags(person, {made[0]: ["web"]}),
            lambda: app.assets.set_title(person, made[0], "x"),
            lambda: app.assets.set_alt_text(person, made[0], "x"),
            lambda: app.assets.move_to_product(person, made, None),
        ):
            with pytest.raises(AccessDeniedError):
                change()


class TestUploads:
    def test_are_found_by_their_product_too(self, app: Services, actor: Actor) -> None:
        stool = app.products.create(actor, STOOL)
        app.products.add_photos(actor, stool.id, [PhotoUpload("side.jpg", photo_bytes())])

        assert len(ids(app, actor, "fauteuil side")) == 1
        assert broken_rules(app) == []


class TestPurge:
    def test_leaves_none_of_the_words(self, app: Services, actor: Actor, made: list[int]) -> None:
        app.assets.set_tags(actor, made, ["web"])
        app.assets.set_title(actor, made[0], "Secret")
        app.assets.trash(actor, made)

        app.trash.delete_for_good(actor, TrashKind.PICTURES, made)

        assert ids(app, actor, AssetFilter("secret", trashed=True)) == set()
        assert app.assets.facets(actor).tags == ()
        assert broken_rules(app) == []
