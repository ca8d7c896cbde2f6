"""The picker of inspiration hands over what a person uploads, finds here, or finds elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core import bootstrap
from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.assets import NewAsset, Origin
from core.domain.products import PhotoUpload
from core.remote.unsplash import UnsplashClient
from core.services.inspiration import InspirationService
from tests.fakes.unsplash import FakeUnsplash
from tests.images import photo_bytes
from tests.support.pages import PageRunner
from tests.ui.reading import words
from tests.ui.roles import become

COLOURS = ("#336699", "#669933", "#993366")


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs the body alone

    from ui.components.inspiration_picker import show_inspiration  # noqa: PLC0415 - likewise

    show_inspiration(key="test", on_pick=st.session_state["picked"].append)


class Picker:
    """The picker as a person uses it."""

    def __init__(self, actor: Actor) -> None:
        self.picked: list[int] = []
        self.at = AppTest.from_function(script, default_timeout=60)
        self.at.user = {"session": str(actor.session_id)}
        self.at.session_state["picked"] = self.picked
        self.at.run()

    def look_in(self, source: str) -> None:
        """Choose where to look."""
        self.at.session_state["test.source"] = source.capitalize()
        self.at.run()

    def shown(self, source: str) -> list[dict[str, Any]]:
        """Return the photos that can be taken."""
        grid = self._grid(source)
        return [] if grid is None else list(json.loads(grid.json)[0])

    def answer(self, source: str) -> int:
        """Return the number of the answer: with another one the grid stops looking busy."""
        grid = self._grid(source)
        assert grid is not None
        return int(json.loads(grid.json)[1])

    def take(self, source: str, photo_id: object) -> None:
        """Click a photo."""
        grid = self._grid(source)
        assert grid is not None
        states = self.at._tree.get_widget_states()
        states.widgets.add(
            id=_make_trigger_id(grid.id, "events"),
            json_trigger_value=json.dumps([{"event": "picked", "value": str(photo_id)}]),
        )
        self.at._run(states)

    def _grid(self, source: str) -> Any:  # noqa: ANN401 - a message of Streamlit's
        protos = [element.proto for element in self.at.get("bidi_component")]
        return next((p for p in protos if p.id.endswith(f"-test.{source}.grid")), None)


def with_unsplash(services: Services, fake: FakeUnsplash, *, calls_an_hour: int = 50) -> Services:
    """Install services that know a key for the fake Unsplash."""
    inspiration = InspirationService(
        services.parts.database,
        services.assets,
        UnsplashClient(SecretStr(fake.key), fake.url),
        lambda _url: photo_bytes(),
        hosts=("cdn.example.com",),
        calls_an_hour=calls_an_hour,
    )
    built = replace(services, inspiration=inspiration)
    bootstrap.install(built)  # the fixture of `services` takes it away again
    return built


@pytest.fixture
def fake() -> Iterator[FakeUnsplash]:
    with FakeUnsplash() as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
def found(page: PageRunner, services: Services, fake: FakeUnsplash) -> Services:
    """Return services with a key, and AppTest set up as for a page."""
    del page
    return with_unsplash(services, fake)


class TestUpload:
    def test_chooses_a_single_file_at_once(self, found: Services, actor: Actor) -> None:
        picker = Picker(actor)

        picker.at.file_uploader[0].upload("mood.jpg", photo_bytes()).run()

        [asset_id] = picker.picked
        assert found.assets.get(actor, asset_id).origin is Origin.INSPIRATION

    def test_lets_one_of_several_be_chosen(self, found: Services, actor: Actor) -> None:
        picker = Picker(actor)
        for colour in COLOURS:
            picker.at.file_uploader[0].upload(f"{colour}.jpg", photo_bytes(colour=colour))

        picker.at.run()
        shown = picker.shown("upload")
        picker.take("upload", shown[1]["id"])

        assert [card["label"] for card in shown] == [f"{one}.jpg" for one in reversed(COLOURS)]
        assert picker.picked == [int(shown[1]["id"])]
        assert len(
            found.assets.search(actor, AssetFilter(origins=(Origin.INSPIRATION,))).items
        ) == len(COLOURS)
        assert picker.shown("upload") == []

    def test_says_why_a_file_is_refused_and_keeps_the_others(
        self, found: Services, actor: Actor
    ) -> None:
        del found
        picker = Picker(actor)
        picker.at.file_uploader[0].upload("a.jpg", b"no picture")
        picker.at.file_uploader[0].upload("b.jpg", photo_bytes())

        picker.at.run()

        assert "a.jpg" in words(picker.at)
        assert "not a picture that Epox can read" in words(picker.at)
        assert [card["label"] for card in picker.shown("upload")] == ["b.jpg"]
        assert picker.picked == []


class TestLibrary:
    @pytest.fixture
    def kept(self, found: Services, actor: Actor) -> list[int]:
        """Return an upload and an inspiration image, the newer one first."""
        uploads = [PhotoUpload(f"{c}.jpg", photo_bytes(colour=c)) for c in COLOURS[:2]]
        older = found.assets.upload(actor, uploads[0]).id
        return [found.inspiration.upload(actor, uploads[1]).id, older]

    def test_offers_every_picture_of_the_workspace(
        self, kept: list[int], found: Services, actor: Actor, other_actor: Actor
    ) -> None:
        found.inspiration.upload(other_actor, PhotoUpload("theirs.jpg", photo_bytes()))
        picker = Picker(actor)

        picker.look_in("library")

        assert [int(card["id"]) for card in picker.shown("library")] == kept

        picker.take("library", kept[1])
        assert picker.picked == [kept[1]]

    def test_takes_nothing_of_another_workspace(
        self, kept: list[int], found: Services, actor: Actor, other_actor: Actor
    ) -> None:
        del kept
        theirs = found.inspiration.upload(other_actor, PhotoUpload("a.jpg", photo_bytes()))
        picker = Picker(actor)
        picker.look_in("library")

        for number in ("x", "-1", "9" * 40, theirs.id):
            picker.take("library", number)

        assert picker.picked == []
        assert "could not be found" in words(picker.at)

    def test_is_narrowed_by_words_and_by_how_a_picture_came(
        self, kept: list[int], actor: Actor
    ) -> None:
        picker = Picker(actor)
        picker.look_in("library")

        picker.at.button_group(key="test.library.origin").set_value("Inspiration").run()
        assert [int(card["id"]) for card in picker.shown("library")] == kept[:1]

        picker.at.text_input(key="test.library.text").set_value("nothing like it").run()
        assert picker.shown("library") == []
        assert "Nothing found" in words(picker.at)

    def test_has_pages(self, found: Services, actor: Actor) -> None:
        ids = [_row(found, actor, number) for number in range(30)]
        ids.reverse()
        picker = Picker(actor)
        picker.look_in("library")
        first = [int(card["id"]) for card in picker.shown("library")]

        picker.at.button(key="test.library.next").click().run()
        second = [int(card["id"]) for card in picker.shown("library")]
        picker.at.button(key="test.library.previous").click().run()

        assert (first, second) == (ids[:24], ids[24:])
        assert [int(card["id"]) for card in picker.shown("library")] == first

    def test_is_all_that_a_viewer_is_offered(
        self, kept: list[int], found: Services, actor: Actor
    ) -> None:
        become(found, actor, Role.VIEWER)

        picker = Picker(actor)

        assert [int(card["id"]) for card in picker.shown("library")] == kept
        assert not picker.at.file_uploader


class TestAddress:
    def test_chooses_what_is_there(self, found: Services, actor: Actor) -> None:
        picker = Picker(actor)
        picker.look_in("address")
        assert "Pictures are fetched from cdn.example.com only." in words(picker.at)

        picker.at.text_input(key="test.address.text").input("https://cdn.example.com/a.jpg")
        picker.at.button(key="test.address.send").click().run()

        [asset_id] = picker.picked
        assert found.assets.get(actor, asset_id).label == "a.jpg"

    def test_says_what_an_administrator_can_do(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        del page, services
        picker = Picker(actor)
        picker.look_in("address")

        picker.at.text_input(key="test.address.text").input("https://elsewhere.example/a.jpg")
        picker.at.button(key="test.address.send").click().run()

        assert picker.picked == []
        assert "Photos are not fetched from elsewhere.example." in words(picker.at)
        assert "EPOX_IMAGE_HOSTS" in words(picker.at)


class TestUnsplash:
    def test_finds_photos_and_keeps_the_one_that_is_taken(
        self, found: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        picker = Picker(actor)
        picker.look_in("unsplash")
        assert fake.searches == []

        picker.at.text_input(key="test.unsplash.text").set_value("oak").run()
        picker.at.button(key="test.unsplash.next").click().run()
        card = picker.shown("unsplash")[1]
        picker.take("unsplash", card["id"])

        assert card["src"].startswith(fake.url)
        assert (card["by"], card["site"]) == ("Photographer 25", "Unsplash")
        assert card["by_url"].startswith("https://unsplash.com/@photographer25?utm_source=epox")
        [asset_id] = picker.picked
        kept = found.assets.get(actor, asset_id).credit
        assert kept is not None
        assert kept.photographer == "Photographer 25"
        assert fake.downloads == ["photo_25"]

    def test_begins_anew_with_another_question(
        self, found: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        del found
        picker = Picker(actor)
        picker.look_in("unsplash")
        picker.at.button(key="test.unsplash.idea.Linen").click().run()
        picker.at.button(key="test.unsplash.next").click().run()

        picker.at.selectbox(key="test.unsplash.colour").set_value("teal").run()
        picker.at.selectbox(key="test.unsplash.shape").set_value("portrait").run()

        asked = [(one["query"], one["page"], one.get("color")) for one in fake.searches]
        assert asked == [
            ("linen", "1", None), ("linen", "2", None), ("linen", "1", "teal"),
            ("linen", "1", "teal"),
        ]  # fmt: skip
        assert fake.searches[-1]["orientation"] == "portrait"

    def test_says_when_the_hour_is_used_up_and_lets_another_photo_be_tried(
        self, page: PageRunner, services: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        del page
        with_unsplash(services, fake, calls_an_hour=1)
        picker = Picker(actor)
        picker.look_in("unsplash")
        picker.at.text_input(key="test.unsplash.text").set_value("oak").run()
        before = picker.answer("unsplash")

        picker.take("unsplash", "photo_3")

        assert picker.picked == []
        assert "Unsplash allows 1 questions an hour" in words(picker.at)
        assert picker.answer("unsplash") != before

    def test_says_when_unsplash_does_not_answer(
        self, found: Services, actor: Actor, fake: FakeUnsplash
    ) -> None:
        del found
        fake.answer = (500, b"")
        picker = Picker(actor)
        picker.look_in("unsplash")

        picker.at.text_input(key="test.unsplash.text").set_value("oak").run()

        assert "Unsplash does not answer" in words(picker.at)

    def test_says_how_to_get_a_key(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        del page, services
        picker = Picker(actor)

        picker.look_in("unsplash")

        assert "UNSPLASH_ACCESS_KEY" in words(picker.at)
        [link] = picker.at.get("link_button")
        assert link.proto.url.startswith("https://unsplash.com/")


def _row(services: Services, actor: Actor, number: int) -> int:
    """Add the row of an upload without its file."""
    key = f"w{actor.workspace_id}/{number:032x}/original.png"
    new = NewAsset(Origin.UPLOADED, "0" * 64, 1, "image/png", 64, 64, key, f"{number}.png")
    with services.parts.database.begin() as work:
        return work.assets.add(actor.workspace_id, new, created_by=None, now=work.now())
