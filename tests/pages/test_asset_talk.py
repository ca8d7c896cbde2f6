"""A picture's page: what is said of it, where it comes from, what was done to it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.reviews import ReviewState
from db.generation_tables import GenerationJobRow
from tests.support.generation import chair_with_photo
from tests.support.pages import PageRunner
from tests.support.people import colleague_of
from tests.ui.looking import offered_names, say, tree, use_tree
from tests.ui.making import pictures
from tests.ui.reading import address, words
from tests.ui.roles import become, join
from tests.ui.studios import jobs, latest

ASSET = "pages/asset.py"


@pytest.fixture
def made(painting: Services, actor: Actor) -> int:
    """Return a picture of a chair."""
    return pictures(painting, actor, 1)[0]


@pytest.fixture
def cy(painting: Services, actor: Actor) -> Actor:
    """Return Cy, who works with Ann."""
    person = replace(colleague_of(painting, actor, "Cy", "cy@example.com"))
    join(painting, person)
    return person


class TestComments:
    def test_are_written_and_read(
        self, page: PageRunner, painting: Services, actor: Actor, made: int, cy: Actor
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})
        assert "Nobody has said anything yet." in words(at)
        assert offered_names(at) == [["Ann", "Ann"], ["Cy", "Cy"]]

        say(at, 1, "Too *dark*, @Cy")

        assert "Too *dark*, :violet-background[@Cy]" in words(at)
        assert painting.comments.unseen(cy) == 1

    def test_a_text_that_is_told_twice_is_kept_once(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})

        say(at, 1, "Once")
        say(at, 1, "Once")

        assert painting.comments.of(actor, made).total == 1

    def test_say_what_is_wrong_with_a_text(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})

        say(at, 1, "turned \u202e around")

        assert "cannot be kept" in words(at)
        assert painting.comments.of(actor, made).total == 0

    def test_own_ones_are_changed_and_deleted(
        self, page: PageRunner, painting: Services, actor: Actor, made: int, cy: Actor
    ) -> None:
        theirs = painting.comments.add(cy, made, "Theirs")
        mine = painting.comments.add(actor, made, "Mine")
        become(painting, actor, Role.VIEWER)
        at = page(ASSET, actor, {"id": str(made)})
        keys = {button.key for button in at.button}
        assert f"comments.{theirs}.edit" not in keys
        assert f"comments.{theirs}.delete" not in keys

        at.button(key=f"comments.{mine}.edit").click().run()
        at.text_area(key=f"comments.{mine}.body").input("Mine, better")
        at.button(key=f"comments.{mine}.save").click().run()
        assert "Mine, better" in words(at)

        at.button(key=f"comments.{mine}.delete").click().run()
        assert [each.id for each in painting.comments.of(actor, made).items] == [theirs]

    def test_older_ones_come_when_asked_for(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        for number in range(22):
            painting.comments.add(actor, made, f"Number {number}.")
        at = page(ASSET, actor, {"id": str(made)})
        assert "Number 1." not in words(at)

        at.button(key="comments.more").click().run()

        assert "Number 0." in words(at)


class TestLineage:
    def test_shows_the_tree_with_roles(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})

        above, below, chosen = tree(at)

        [photo] = above["branches"]
        assert (photo["relation"], photo["node"]["title"]) == ("Product photo", "c.jpg")
        assert (below["branches"], chosen) == ([], str(made))
        asset = painting.assets.get(actor, made)
        assert photo["node"]["href"] != f"/asset?id={asset.id}"

    def test_says_how_another_picture_of_it_was_made(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        asset = painting.assets.get(actor, made)
        photo = painting.products.get(actor, asset.product_id or 0).photos[0].id
        at = page(ASSET, actor, {"id": str(photo)})
        assert asset.prompt not in [code.value for code in at.code]

        use_tree(at, "choose", str(made))

        assert asset.prompt in [code.value for code in at.code]
        assert "fake-1" in words(at)
        at.button(key="asset.node.open").click().run()
        assert address(at, "id") == str(made)

    def test_opens_a_picture_of_it(self, page: PageRunner, actor: Actor, made: int) -> None:
        at = page(ASSET, actor, {"id": str(made)})
        photo = tree(at)[0]["branches"][0]["node"]["key"]

        use_tree(at, "open", photo)

        assert address(at, "id") == photo

    def test_makes_it_again(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})

        at.button(key="asset.node.again").click().run()

        newest, first = jobs(painting, actor)
        assert (newest.prompt, len(newest.slots)) == (first.prompt, 1)

    def test_takes_its_settings_to_the_studio(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        asset = painting.assets.get(actor, made)
        at = page(ASSET, actor, {"id": str(made)})

        at.button(key="asset.node.with").click().run()

        assert address(at, "product") == str(asset.product_id)
        layer = latest(painting, actor).state["layer"]
        assert layer["prompt"] == "soft morning light"

    def test_shows_it_to_the_model_in_the_studio(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})

        at.button(key="asset.node.reference").click().run()

        layer = latest(painting, actor).state["layer"]
        assert layer["references"] == [{"role": "style", "asset_id": made}]

    def test_says_what_was_edited_and_why_it_cannot_be_again(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        edit = {"mode": "erase", "label": "Chair", "width_px": 64, "height_px": 64, "mask_id": 7,
                "feather_px": 3}  # fmt: skip
        with painting.parts.database.begin() as work:
            for row in work._session.scalars(select(GenerationJobRow)):
                row.request = {**row.request, "edit": edit}

        at = page(ASSET, actor, {"id": str(made)})

        assert "Something erased" in words(at)
        assert "Where the mask was painted, soft over 3 px" in words(at)
        assert at.button(key="asset.node.again").disabled

    def test_offers_a_viewer_nothing_that_changes(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        become(painting, actor, Role.VIEWER)

        at = page(ASSET, actor, {"id": str(made)})

        keys = {button.key or "" for button in at.button}
        assert not [
            key for key in keys if key.startswith(("asset.node.", "asset.edit", "asset.delete"))
        ]
        say(at, 1, "I may talk")
        assert painting.comments.of(actor, made).total == 1

    def test_of_an_upload_alone_says_so(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        photo = chair_with_photo(services, actor).photos[0]

        at = page(ASSET, actor, {"id": str(photo.id)})

        assert "brought in as it is" in words(at)


class TestWords:
    def test_title_alt_text_and_tags_are_written(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        at = page(ASSET, actor, {"id": str(made)})
        key = f"asset.words.{made}"

        at.toggle(key=f"{key}.open").set_value(True).run()
        at.text_input(key=f"{key}.title").input("Oak in *spring*")
        at.text_area(key=f"{key}.alt").input("An oak chair at a window")
        at.button(key=f"{key}.save").click().run()

        [said] = painting.assets.summaries(actor, [made])
        assert (said.title, said.alt_text) == ("Oak in *spring*", "An oak chair at a window")
        assert "Oak in *spring*" in words(at)


class TestHistory:
    def test_says_what_was_done_in_plain_words(
        self, page: PageRunner, painting: Services, actor: Actor, made: int
    ) -> None:
        painting.reviews.set_state(
            actor, [made], ReviewState.REJECTED, reason="edge", note="Hind leg"
        )
        painting.reviews.rate(actor, [made], 3)
        painting.assets.add_tags(actor, [made], ["spring"])
        painting.comments.add(actor, made, "A secret")
        at = page(ASSET, actor, {"id": str(made)}, run=False)
        at.session_state["asset.history"] = True

        at.run()

        for said in (
            "Rejected for its edge", "3 stars given", "Tags changed", "Commented",
            "Note: nothing \u2192 Hind leg", "Tags: nothing \u2192 spring",
        ):  # fmt: skip
            assert said in words(at)
