"""The matrix of a collection shows what is there, on its way and missing, and leads to it."""

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductDraft
from core.domain.reviews import ReviewState
from tests.support.pages import PageRunner
from tests.support.shots import asked_for, collection_with, picture_of, put_slots
from tests.support.statements import statements
from tests.ui.reading import address, card_ids, cards, click_card, words
from tests.ui.roles import become
from tests.ui.shot_reading import cell, click, columns, may_edit, rows

COLLECTION = "pages/collection.py"
A = ReviewState.APPROVED


def query(collection_id: int, **more: str) -> dict[str, str]:
    return {"id": str(collection_id), "part": "Shots", **more}


class TestMatrix:
    def test_shows_every_state(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        names = ["Missing", "Queued", "Running", "Failed", "Made", "Approved"]
        spring, made, [front] = collection_with(painting, actor, names, ["Front"])
        by_name = {product.name: product for product in made}
        asked_for(painting, actor, by_name["Queued"], front)
        running = asked_for(painting, actor, by_name["Running"], front)
        put_slots(painting, actor, running, "running", progress_percent=40)
        failed = asked_for(painting, actor, by_name["Failed"], front)
        put_slots(painting, actor, failed, "failed", failure="Change the *prompt*.")
        picture_of(painting, actor, by_name["Made"].id, front)
        approved = picture_of(painting, actor, by_name["Approved"].id, front, A)

        at = page(COLLECTION, actor, query(spring.id))

        assert rows(at) == {
            "Missing": ["Missing"],
            "Queued": ["Queued"],
            "Running": ["40 %"],
            "Failed": ["Failed"],
            "Made": ["To review"],
            "Approved": ["Approved"],
        }
        assert cell(at, "Running")["percent"] == 40
        assert cell(at, "Failed")["hint"] == "failed: Change the *prompt*., 1 missing"
        assert f"/files/{approved}/" in cell(at, "Approved")["src"]
        [column] = columns(at)
        assert (column["name"], column["sum"], column["percent"]) == ("Front", "1 of 6", 16)
        assert at.button(key="collection.gaps").label == "Fill 2 gaps"
        assert "1 of 6 approved" in words(at)

    def test_shows_only_gaps(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, [chair, _], [front] = collection_with(services, actor, ["A", "B"], ["Front"])
        picture_of(services, actor, chair.id, front)
        at = page(COLLECTION, actor, query(spring.id))

        at.toggle(key="gaps_only").set_value(True).run()

        assert list(rows(at)) == ["B"]

    def test_says_when_there_are_no_gaps(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["A"], ["Front"])
        picture_of(services, actor, chair.id, front)
        at = page(COLLECTION, actor, query(spring.id))

        at.toggle(key="gaps_only").set_value(True).run()

        assert "No gaps" in words(at)
        assert at.button(key="collection.gaps").disabled

    def test_says_when_there_are_no_products(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, _ = collection_with(services, actor, [], ["Front"])

        at = page(COLLECTION, actor, query(spring.id))

        assert "No products yet" in words(at)

    def test_goes_from_page_to_page(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, _ = collection_with(services, actor, [], ["Front"])
        ids = [
            services.products.create(actor, ProductDraft(f"P{n:02}", f"P-{n}")).id
            for n in range(52)
        ]
        services.collections.add_products(actor, spring.id, ids)
        at = page(COLLECTION, actor, query(spring.id))
        first = list(rows(at))

        at.button(key="rows.next").click().run()

        assert (len(first), list(rows(at))) == (50, ["P50", "P51"])

    def test_is_read_in_four_statements(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair, _], [front, _] = collection_with(
            services, actor, ["A", "B"], ["Front", "Side"]
        )
        picture_of(services, actor, chair.id, front)
        page(COLLECTION, actor, query(spring.id))

        with statements(services) as said:
            at = page(COLLECTION, actor, query(spring.id))

        shots = [one for one in said if "collection_shots" in one and "count(*)" in one]
        assert rows(at)["A"] == ["To review", "Missing"]
        assert len([one for one in said if "shot_pictures" in one]) == 2
        assert len(shots) <= 2

    def test_opens_a_product(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, [chair], _ = collection_with(services, actor, ["Chair"], ["Front"])
        at = page(COLLECTION, actor, query(spring.id))

        click(at, "product", chair.id)

        assert (at.title[0].value, address(at, "id")) == ("Chair", str(chair.id))

    def test_is_closed_to_others(
        self, page: PageRunner, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        spring, _, _ = collection_with(services, actor, ["Chair"], ["Front"])

        at = page(COLLECTION, other_actor, query(spring.id))

        assert "This collection could not be found" in words(at)

    @pytest.mark.parametrize("rows_after", ["x", "W10", "WyJ0ZXh0IiwgIngiLCAxXQ"])
    def test_withstands_places_that_nobody_wrote(
        self, page: PageRunner, services: Services, actor: Actor, rows_after: str
    ) -> None:
        spring, _, _ = collection_with(services, actor, ["Chair"], ["Front"])

        at = page(COLLECTION, actor, query(spring.id, rows=rows_after))

        assert list(rows(at)) == ["Chair"] or "This page does not exist any more" in words(at)

    def test_lets_a_viewer_look_only(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture_of(services, actor, chair.id, front)
        become(services, actor, Role.VIEWER)
        at = page(COLLECTION, actor, query(spring.id))

        click(at, "cell", front.id, chair.id)

        assert not may_edit(at)
        assert "1 to review" in words(at)
        keys = {button.key for button in at.button}
        assert not keys & {"collection.gaps", "collection.shot.add", "shot.cell.generate"}


class TestWantedShots:
    def test_begin_with_usual_ones(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, _ = collection_with(services, actor, ["Chair"], [])
        at = page(COLLECTION, actor, query(spring.id))
        assert "No wanted shots yet" in words(at)

        at.button(key="collection.shot.suggested").click().run()

        assert [one["name"] for one in columns(at)] == ["Front on white", "Detail", "In a room"]

    def test_are_added(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, _, _ = collection_with(services, actor, ["Chair"], [])
        at = page(COLLECTION, actor, query(spring.id))
        at.button(key="collection.shot.first").click().run()
        at.text_input(key="shot.add.name").input("On *white*")
        at.number_input(key="shot.add.wanted").set_value(2)

        at.button(key="shot.add.send").click().run()

        [column] = columns(at)
        assert (column["name"], column["sum"]) == ("On *white*", "0 of 1 · 2 each")
        assert not at.get("dialog")

    def test_refuse_a_name_that_is_taken(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, _ = collection_with(services, actor, ["Chair"], ["Front"])
        at = page(COLLECTION, actor, query(spring.id))
        at.button(key="collection.shot.add").click().run()
        at.text_input(key="shot.add.name").input("front")

        at.button(key="shot.add.send").click().run()

        assert "There is already a shot called front" in words(at)
        assert len(services.shots.shots(actor, spring.id)) == 1

    def test_are_changed_moved_and_removed(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, (front, side) = collection_with(services, actor, ["Chair"], ["Front", "Side"])
        at = page(COLLECTION, actor, query(spring.id))
        click(at, "shot", side.id)

        at.button(key="shot.left").click().run()
        moved = [one["name"] for one in columns(at)]
        at.text_input(key="shot.edit.name").input("Left side")
        at.button(key="shot.edit.send").click().run()
        click(at, "shot", front.id)
        at.button(key="shot.remove").click().run()

        assert moved == ["Side", "Front"]
        assert [one["name"] for one in columns(at)] == ["Left side"]

    def test_may_be_gone_meanwhile(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, (front, _) = collection_with(services, actor, ["Chair"], ["Front", "Side"])
        at = page(COLLECTION, actor, query(spring.id))
        click(at, "shot", front.id)
        services.shots.remove(actor, front.id)

        at.run()

        assert "This shot is not wanted any more" in words(at)


class TestCell:
    def test_puts_pictures_into_a_shot_and_takes_them_out(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture = picture_of(services, actor, chair.id)
        at = page(COLLECTION, actor, query(spring.id))
        click(at, "cell", front.id, chair.id)
        grid = f"shot.cell.{front.id}.{chair.id}.grid"
        offered = card_ids(at, grid)
        click_card(at, grid, "select", picture)

        at.button(key="shot.cell.assign").click().run()
        inside = rows(at)
        click_card(at, grid, "select", picture)
        at.button(key="shot.cell.unassign").click().run()

        assert offered == [str(picture), str(chair.photos[0].id)]
        assert (inside, rows(at)) == ({"Chair": ["To review"]}, {"Chair": ["Missing"]})

    def test_says_which_pictures_are_of_the_shot(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture_of(services, actor, chair.id, front, A)
        at = page(COLLECTION, actor, query(spring.id))

        click(at, "cell", front.id, chair.id)

        shown = cards(at, f"shot.cell.{front.id}.{chair.id}.grid")
        assert [(one["title"], one["badge"]) for one in shown] == [
            ("Approved", "In shot"),
            ("Photo", ""),
        ]

    def test_opens_a_picture(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        picture = picture_of(services, actor, chair.id, front)
        at = page(COLLECTION, actor, query(spring.id))
        click(at, "cell", front.id, chair.id)

        click_card(at, f"shot.cell.{front.id}.{chair.id}.grid", "open", picture)

        assert address(at, "id") == str(picture)

    def test_says_why_it_failed(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(painting, actor, ["Chair"], ["Front"])
        job_id = asked_for(painting, actor, chair, front)
        put_slots(painting, actor, job_id, "failed", failure="Change the prompt.")
        at = page(COLLECTION, actor, query(spring.id))

        click(at, "cell", front.id, chair.id)

        assert "Failed: change the prompt" in words(at)

    def test_leads_to_the_studio(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        at = page(COLLECTION, actor, query(spring.id))
        click(at, "cell", front.id, chair.id)

        at.button(key="shot.cell.generate").click().run()

        found = tuple(address(at, name) for name in ("collection", "shot", "products"))
        assert found == (str(spring.id), str(front.id), str(chair.id))

    def test_of_ids_that_nobody_has_opens_nothing(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(services, actor, ["Chair"], ["Front"])
        at = page(COLLECTION, actor, query(spring.id))

        click(at, "cell", front.id, 999_999)
        click(at, "cell", 999_999, chair.id)
        click(at, "elsewhere", 1)

        assert not at.exception
        assert "shot.cell.generate" not in {button.key for button in at.button}


class TestGaps:
    def test_say_what_they_come_to_and_lead_to_the_studio(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, (front, side) = collection_with(services, actor, ["A", "B"], ["Front", "Side"])
        bare = services.products.create(actor, ProductDraft("No *photo*", "BARE"))
        services.collections.add_products(actor, spring.id, [bare.id])
        services.shots.rename(actor, side.id, "Side", 2)
        at = page(COLLECTION, actor, query(spring.id))

        at.button(key="collection.gaps").click().run()
        said = words(at)
        at.button(key="gaps.go").click().run()

        assert "4 gaps: 6 pictures would be made." in said
        assert "1 product is left out: there is no photo to make 3 pictures from." in said
        assert address(at, "collection") == str(spring.id)
        assert address(at, "shot") == f"{front.id},{side.id}"

    def test_are_of_the_shots_that_one_chooses(
        self, page: PageRunner, services: Services, actor: Actor
    ) -> None:
        spring, _, (front, side) = collection_with(services, actor, ["A", "B"], ["Front", "Side"])
        assert front.id < side.id
        at = page(COLLECTION, actor, query(spring.id))
        at.button(key="collection.gaps").click().run()

        at.button_group(key="gaps.shots").set_value([side.id]).run()
        said = words(at)
        at.button(key="gaps.go").click().run()

        assert "2 gaps: 2 pictures would be made." in said
        assert address(at, "shot") == str(side.id)

    def test_need_a_shot(self, page: PageRunner, services: Services, actor: Actor) -> None:
        spring, _, _ = collection_with(services, actor, ["A"], ["Front"])
        at = page(COLLECTION, actor, query(spring.id))
        at.button(key="collection.gaps").click().run()

        at.button_group(key="gaps.shots").set_value([]).run()

        assert "Choose at least one shot" in words(at)
        assert at.button(key="gaps.go").disabled
