"""The studio with many products: the matrix, its ticks, and rows of their own."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.products import PhotoUpload
from core.domain.setting_layers import SettingsLayer
from tests.images import photo_bytes
from tests.support.generation import many_products
from tests.support.pages import PageRunner
from tests.support.statements import statements
from tests.support.tasks import run_tasks
from tests.ui.layer_forms import say
from tests.ui.making import products
from tests.ui.reading import address, links, words
from tests.ui.studio_batches import (
    ALL,
    NONE,
    STUDIO,
    act,
    batch,
    generate,
    generate_button,
    jobs,
    matrix,
    row_of,
    tick,
)


class TestMatrix:
    def test_shows_what_is_made_of_each(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)

        at = batch(page, actor, ids)

        rows, look = matrix(at)
        assert not at.exception, at.exception
        assert [row["id"] for row in rows] == [f"{number}.0" for number in ids]
        assert {row["end"] for row in rows} == {"$0.0400"}
        assert all(row["photo"].endswith("/w160") for row in rows)
        assert [row["text"] for row in rows] == ["CHAIR-0", "CHAIR-1", "CHAIR-2"]
        assert (look["columns"], look["all_on"]) == (1, "true")
        assert "3 pictures · $0.12 · " in words(at)
        assert generate_button(at).label == "Generate 3 pictures of 3 products"

    def test_says_in_the_row_what_is_left_out_and_what_to_do(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        [bare] = products(painting, actor, "Oak lamp")

        at = batch(page, actor, [*ids, bare])

        row = row_of(at, "Oak lamp")
        [note] = row["notes"]
        assert row["is_on"] is None
        assert (note["text"], note["path"]) == ("No photo yet: add one", f"/product?id={bare}")
        assert "2 of 3 rows ticked" in words(at).replace("*", "")

    def test_says_in_the_row_why_its_settings_cannot_be_met(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        painting.products.set_defaults(actor, ids[1], SettingsLayer(image_model="gone"))

        at = batch(page, actor, ids)

        [note] = row_of(at, "Chair 1")["notes"]
        assert note["text"].startswith("Left out: ")
        assert generate_button(at).label == "Generate 1 picture of 1 product"

    @pytest.mark.usefixtures("painting")
    @pytest.mark.parametrize("ids", ["", "x", "0,-1", "9" * 30])
    def test_says_that_the_address_names_no_products(
        self, page: PageRunner, actor: Actor, ids: str
    ) -> None:
        at = page(STUDIO, actor, {"products": ids})

        assert "These products could not be found" in words(at)

    def test_shows_nothing_of_another_workspace(
        self, page: PageRunner, painting: Services, actor: Actor, other_actor: Actor
    ) -> None:
        at = batch(page, other_actor, many_products(painting, actor, 2))

        assert "could not be found" in words(at)
        assert at.get("bidi_component") == [] or "Chair" not in words(at)

    def test_takes_no_more_than_fit_in_a_plan(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)

        at = batch(page, actor, [*ids, *range(1000, 1600)])

        assert "These are the first 2 of 602 products" in words(at)

    def test_takes_the_products_of_a_collection(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        spring = painting.collections.create(actor, "Spring")
        painting.collections.add_products(actor, spring.id, ids[:2])
        painting.collections.set_defaults(actor, spring.id, SettingsLayer(aspect_ratio="16:9"))

        at = page(STUDIO, actor, {"collection": str(spring.id)})

        assert [row["id"] for row in matrix(at)[0]] == [f"{number}.0" for number in ids[:2]]
        assert all("16:9" in row["facts"] for row in matrix(at)[0])

    def test_says_that_an_empty_collection_has_nothing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        empty = painting.collections.create(actor, "Empty")

        at = page(STUDIO, actor, {"collection": str(empty.id)})

        assert "This collection has no products" in words(at)
        assert "Open the collection" in links(at)

    def test_shows_many_in_pages_and_plans_them_all(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 60)

        at = batch(page, actor, ids)
        assert len(matrix(at)[0]) == 50
        assert generate_button(at).label == "Generate 60 pictures of 60 products"
        at.button(key="studio.batch.next").click().run()

        assert [row["id"] for row in matrix(at)[0]] == [f"{number}.0" for number in ids[50:]]

    def test_says_as_much_to_the_database_for_many_as_for_few(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 120)
        few, many = batch(page, actor, ids[:3]), batch(page, actor, ids)

        with statements(painting) as for_few:
            few.run()
        with statements(painting) as for_many:
            many.run()

        assert len(for_many) == len(for_few)
        assert len(for_many) <= 25


class TestTicks:
    def test_makes_exactly_what_is_ticked(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second, third = many_products(painting, actor, 3)
        at = batch(page, actor, [first, second, third])

        tick(at, second, 0, is_on=False)
        tick(at, third, 0, 2, 3)
        assert generate_button(at).label == "Generate 4 pictures of 2 products"
        generate(at)

        made = {job.product_id: len(job.slots) for job in jobs(painting, actor)}
        assert made == {first: 1, third: 3}

    def test_keeps_the_places_of_a_row_whose_tick_is_taken_away(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])

        tick(at, first, 0, 2)
        tick(at, first, 0, 2, is_on=False)
        assert row_of(at, "Chair 0")["is_on"] is False
        tick(at, first, 0, 2)

        assert [cell["kind"] for cell in row_of(at, "Chair 0")["cells"]] == [
            "planned", "free", "planned",
        ]  # fmt: skip
        assert row_of(at, "Chair 0")["own"] == [["Pictures", "2 pictures"]]

    def test_ticks_all_or_none(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        at = batch(page, actor, many_products(painting, actor, 60))

        act(at, "all", "t-1", NONE)
        assert "Tick what is to be made" in words(at)
        assert matrix(at)[1]["all_on"] == "false"
        act(at, "all", "t-2", ALL)

        assert generate_button(at).label == "Generate 60 pictures of 60 products"

    def test_passes_over_what_no_browser_sends(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = batch(page, actor, many_products(painting, actor, 2))

        act(at, "ticks", "t-1", [["999.0", False, []], ["x", True], [1, True, [0]], "no"])
        act(at, "ticks", "t-2", [[f"{matrix(at)[0][0]['id']}", True, [0, -4, 99, "x"]]])
        act(at, "row", "999.0")
        act(at, "nothing")

        assert not at.exception
        assert generate_button(at).label == "Generate 2 pictures of 2 products"

    def test_does_not_tick_what_cannot_be_made(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first] = many_products(painting, actor, 1)
        [bare] = products(painting, actor, "Oak lamp")
        at = batch(page, actor, [first, bare])

        tick(at, bare, 0)

        assert generate_button(at).label == "Generate 1 picture of 1 product"


class TestRowsOfTheirOwn:
    def test_sets_something_for_one_row_only(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])

        act(at, "row", f"{first}.0")
        assert "For this row only" in words(at)
        say(at, key=f"studio.batch.row.{first}.0", aspect_ratio="4:5", variants=2)

        assert row_of(at, "Chair 0")["own"] == [["Shape", "4:5"], ["Pictures", "2 pictures"]]
        generate(at)
        made = {job.product_id: job for job in jobs(painting, actor)}
        assert made[first].settings.aspect_ratio == "4:5"
        assert (len(made[first].slots), len(made[second].slots)) == (2, 1)
        assert made[second].settings.aspect_ratio == "1:1"

    def test_a_row_follows_the_brief_again(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])
        act(at, "row", f"{first}.0")
        say(at, key=f"studio.batch.row.{first}.0", aspect_ratio="4:5")

        at.button(key="studio.batch.row.clear").click().run()

        assert row_of(at, "Chair 0")["own"] == []
        assert "1:1" in row_of(at, "Chair 0")["facts"]

    def test_the_brief_holds_for_the_other_rows(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])
        act(at, "row", f"{first}.0")
        say(at, key=f"studio.batch.row.{first}.0", aspect_ratio="4:5")
        at.button(key="studio.batch.back").click().run()

        say(at, aspect_ratio="16:9", variants=3)

        assert "4:5" in row_of(at, "Chair 0")["facts"]
        assert "16:9" in row_of(at, "Chair 1")["facts"]
        assert generate_button(at).label == "Generate 6 pictures of 2 products"

    def test_applies_to_the_ticked_rows(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second, third] = many_products(painting, actor, 3)
        at = batch(page, actor, [first, second, third])
        tick(at, third, 0, is_on=False)

        at.button(key="studio.batch.set").click().run()
        say(at, key="studio.batch.ticked", scene_type="Living room")
        at.button(key="studio.batch.apply").click().run()

        own = [row["own"] for row in matrix(at)[0]]
        assert own == [[["Scene type", "Living room"]], [["Scene type", "Living room"]], []]
        assert not at.session_state["state.ui.components.studio_rows.RowsState"].focus

    def test_uses_the_second_photo_of_those_that_have_one(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        upload = PhotoUpload("side.jpg", photo_bytes(colour="#336699"))
        side = painting.products.add_photos(actor, first, [upload]).kept[0]
        at = batch(page, actor, [first, second])

        at.button(key="studio.batch.set").click().run()
        at.button(key="studio.batch.photo.1").click().run()
        told = [toast.value for toast in at.toast]
        generate(at)

        made = {job.product_id: job.settings.photo_id for job in jobs(painting, actor)}
        assert made[first] == side.id
        assert made[second] == painting.products.get(actor, second).photos[0].id
        assert any("1 product without one" in sentence for sentence in told)

    def test_sends_a_prompt_that_was_written_for_one_row(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])
        act(at, "row", f"{first}.0")
        key = f"studio.batch.prompt.{first}.0"
        at.button(key=f"{key}.open").click().run()
        at.button(key=f"{key}.write").click().run()

        [field] = [each for each in at.text_area if str(each.key).startswith(f"{key}.text.")]
        field.input("A chair at the sea.").run()
        assert row_of(at, "Chair 0")["own"] == [["Prompt", "Own prompt"]]
        generate(at)

        made = {job.product_id: job.prompt for job in jobs(painting, actor)}
        assert made[first] == "A chair at the sea."
        assert "Chair 1" in made[second]

    def test_comes_back_with_the_session(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])
        act(at, "row", f"{first}.0")
        say(at, key=f"studio.batch.row.{first}.0", aspect_ratio="4:5")
        tick(at, second, 0, 1)
        session = address(at, "session")
        assert session

        later = batch(page, actor, [first, second], session=session)

        assert row_of(later, "Chair 0")["own"] == [["Shape", "4:5"]]
        assert generate_button(later).label == "Generate 3 pictures of 2 products"

    def test_warns_of_a_photo_that_is_not_good_enough(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        photo = painting.products.get(actor, ids[0]).photos[0]
        painting.photo_checks.check(actor, [photo.id])
        run_tasks(painting)

        at = batch(page, actor, ids)

        [note, *_] = row_of(at, "Chair 0")["notes"]
        assert note["text"]
        assert note["hint"]
        assert note["path"] == f"/product?id={ids[0]}"
