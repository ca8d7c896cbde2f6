"""The studio with many products: one submission, watched in the matrix, and filling gaps."""

from sqlalchemy import select

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.brand_kits import BrandKit
from core.domain.reviews import ReviewState
from core.domain.setting_layers import SettingsLayer
from core.services.plan_items import LOCKED
from db.generation_tables import GenerationSubmissionRow
from tests.support.generation import many_products
from tests.support.hands import Hands
from tests.support.pages import PageRunner
from tests.support.shots import collection_with, picture_of, put_slots
from tests.ui.layer_forms import say, saying
from tests.ui.making import products
from tests.ui.reading import address, viewed, words
from tests.ui.roles import become
from tests.ui.studio_batches import (
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


def session_of(services: Services, submission_id: int) -> int | None:
    """Return the studio session in which something was submitted."""
    wanted = select(GenerationSubmissionRow.session_id).where(
        GenerationSubmissionRow.id == submission_id
    )
    with services.parts.database.read() as work:
        return work._session.scalar(wanted)


class TestSubmit:
    def test_shows_the_progress_in_the_same_matrix(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        at = batch(page, actor, ids)

        generate(at)

        made = jobs(painting, actor)
        assert len({job.submission_id for job in made}) == 1
        assert address(at, "submission") == str(made[0].submission_id)
        assert [row["name"] for row in matrix(at)[0]] == ["Chair 0", "Chair 1", "Chair 2"]
        assert {row["cells"][0]["kind"] for row in matrix(at)[0]} == {"queued"}
        assert "0 of 3 pictures ready" in words(at)

    def test_makes_one_submission_of_a_double_click(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = batch(page, actor, many_products(painting, actor, 3))
        states = generate_button(at).click()._widget_state

        at.run()
        again = at._tree.get_widget_states()
        again.widgets.append(states)
        at._run(again)

        assert len(jobs(painting, actor)) == 3

    def test_makes_one_submission_in_two_tabs(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 3)
        at = batch(page, actor, ids)
        other = batch(page, actor, ids, round=address(at, "round"))

        generate(at)
        generate(other)

        assert len(jobs(painting, actor)) == 3
        assert address(other, "submission") == address(at, "submission")

    def test_shows_the_same_after_a_reload(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        at = generate(batch(page, actor, ids))

        again = batch(page, actor, ids, submission=address(at, "submission"))

        assert "0 of 2 pictures ready" in words(again)
        assert len(jobs(painting, actor)) == 2

    def test_makes_more_after_that(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = generate(batch(page, actor, many_products(painting, actor, 2)))

        at.button(key="studio.batch.more").click().run()
        generate(at)

        assert len(jobs(painting, actor)) == 4

    def test_makes_nothing_of_a_plan_that_was_not_shown(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        at = batch(page, actor, [first, second])

        button = generate_button(at).click()._widget_state
        states = saying(at, variants=3)
        states.widgets.append(button)
        at._run(states)

        assert jobs(painting, actor) == ()
        assert "The plan changed with that click" in words(at)
        generate(at)
        assert {len(job.slots) for job in jobs(painting, actor)} == {3}

    def test_refuses_what_the_budget_has_no_room_for(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        painting.budgets.set_limit(actor, 50_000)
        at = batch(page, actor, [first, second])
        assert "this may cost up to $0.08" in words(at)
        assert generate_button(at).disabled

        tick(at, second, 0, is_on=False)

        assert not generate_button(at).disabled

    def test_lets_viewers_look_only(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        become(painting, actor, Role.VIEWER)

        at = batch(page, actor, ids)

        assert generate_button(at).disabled
        assert not matrix(at)[1]["is_editable"]
        assert at.button(key="studio.batch.set").disabled

    def test_shows_the_prompt_of_each(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = batch(page, actor, many_products(painting, actor, 2))
        first = at.code[0].value

        at.selectbox(key="studio.sent.product").select_index(1).run()

        assert at.code[0].value != first


class TestProgress:
    def test_shows_what_became_of_each_picture(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        ids = many_products(painting, actor, 2)
        at = generate(batch(page, actor, ids))
        made, failed = sorted(jobs(painting, actor), key=lambda job: job.id)
        Hands(painting).make()
        put_slots(painting, actor, failed.id, "failed", failure="It was refused.", failure_code="x")

        at.run()

        ready, refused = matrix(at)[0]
        asset = painting.generation.get(actor, made.id).slots[0].asset_id
        assert (ready["cells"][0]["kind"], ready["cells"][0]["asset"]) == ("made", str(asset))
        assert refused["cells"][0]["kind"] == "failed"
        assert refused["notes"][0]["text"] == "It was refused."
        assert "1 of 2 pictures ready" in words(at)

    def test_tries_only_what_is_missing_again(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = generate(batch(page, actor, many_products(painting, actor, 2)))
        made, failed = sorted(jobs(painting, actor), key=lambda job: job.id)
        Hands(painting).make()
        put_slots(painting, actor, failed.id, "failed", failure="It was refused.", failure_code="x")
        at.run()

        at.button(key="studio.batch.retry").click().run()

        assert painting.generation.get(actor, failed.id).slots[0].status == "queued"
        assert painting.generation.get(actor, made.id).slots[0].status == "succeeded"
        assert len(jobs(painting, actor)) == 2

    def test_opens_a_picture_to_judge_it(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = generate(batch(page, actor, many_products(painting, actor, 2)))
        Hands(painting).make_all()
        at.run()
        asset = matrix(at)[0][0]["cells"][0]["asset"]

        act(at, "picture", asset)
        assert viewed(at)[0] == painting.assets.get(actor, int(asset)).ref.url("w1600")
        at.button(key=f"asset.review.{ReviewState.APPROVED}").click().run()

        assert painting.assets.get(actor, int(asset)).review.state is ReviewState.APPROVED

    def test_leads_to_the_jobs(self, page: PageRunner, painting: Services, actor: Actor) -> None:
        at = generate(batch(page, actor, many_products(painting, actor, 2)))

        at.button(key="studio.batch.jobs").click().run()

        assert at.title[0].value == "Jobs"

    def test_plans_anew_when_the_address_names_no_submission(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = batch(page, actor, many_products(painting, actor, 2), submission="999")

        assert generate_button(at).label == "Generate 2 pictures of 2 products"


class TestGaps:
    def test_plans_what_is_missing_of_a_shot(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, [chair, lamp], [front, _] = collection_with(
            painting, actor, ["Oak chair", "Oak lamp"], ["Front", "Detail"]
        )
        painting.shots.rename(actor, front.id, "Front", 2)
        painting.shots.set_defaults(actor, front.id, SettingsLayer(aspect_ratio="3:4"))
        picture_of(painting, actor, chair.id, front, ReviewState.APPROVED)

        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})
        assert [row["text"] for row in matrix(at)[0]] == [
            "OAK-CHAIR · Front · 1 missing", "OAK-LAMP · Front · 2 missing",
        ]  # fmt: skip
        generate(at)

        made = {job.product_id: job for job in jobs(painting, actor)}
        assert {number: len(job.slots) for number, job in made.items()} == {chair.id: 1, lamp.id: 2}
        assert {job.shot_id for job in made.values()} == {front.id}
        assert {job.settings.aspect_ratio for job in made.values()} == {"3:4"}

    def test_fills_several_shots_with_one_click(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, [chair], [front, detail] = collection_with(
            painting, actor, ["Oak chair"], ["Front", "Detail"]
        )
        shots = f"{front.id},{detail.id}"
        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": shots})
        act(at, "row", f"{chair.id}.{detail.id}")
        say(at, key=f"studio.batch.row.{chair.id}.{detail.id}", aspect_ratio="16:9")

        assert generate_button(at).label == "Generate 2 pictures of 1 product"
        generate(at)

        made = {job.shot_id: job.settings.aspect_ratio for job in jobs(painting, actor)}
        assert made == {front.id: "1:1", detail.id: "16:9"}
        assert "0 of 2 pictures ready" in words(at)
        assert len(matrix(at)[0]) == 2

    def test_names_products_without_a_photo(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, _, [front] = collection_with(painting, actor, ["Oak chair"], ["Front"])
        [bare] = products(painting, actor, "Oak bench")
        painting.collections.add_products(actor, spring.id, [bare])

        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})

        assert row_of(at, "Oak bench")["notes"][0]["text"] == "No photo yet: add one"
        assert generate_button(at).label == "Generate 1 picture of 1 product"

    def test_says_that_nothing_is_missing(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, [chair], [front] = collection_with(painting, actor, ["Oak chair"], ["Front"])
        picture_of(painting, actor, chair.id, front, ReviewState.APPROVED)

        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})

        assert "Nothing is missing" in words(at)

    def test_makes_one_more_of_a_product_that_is_named(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, [chair, _], [front] = collection_with(
            painting, actor, ["Oak chair", "Oak lamp"], ["Front"]
        )
        picture_of(painting, actor, chair.id, front, ReviewState.APPROVED)
        where = {"collection": str(spring.id), "shot": str(front.id), "products": str(chair.id)}

        at = page(STUDIO, actor, where)

        assert [row["name"] for row in matrix(at)[0]] == ["Oak chair"]
        assert generate_button(at).label == "Generate 1 picture of 1 product"

    def test_says_once_that_a_shot_has_no_settings(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, _, [room, front] = collection_with(
            painting, actor, ["Oak chair", "Oak lamp"], ["Living room", "Front"]
        )
        painting.shots.set_defaults(actor, front.id, SettingsLayer(aspect_ratio="3:4"))
        shots = f"{room.id},{front.id}"

        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": shots})

        said = "The shot Living room has no settings: it is made as the brief says."
        above = [each.value for each in at.markdown if said in each.value]
        beside_the_button = [each.value for each in at.caption if said in each.value]
        assert (len(above), len(beside_the_button)) == (1, 1)
        assert f"(/collection?id={spring.id}&part=Settings)" in above[0]
        assert "The shot Front has no settings" not in words(at)

    def test_have_a_session_that_the_submission_names(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, _, [front] = collection_with(painting, actor, ["Oak chair"], ["Front"])

        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})
        generate(at)

        [listed] = painting.studio_sessions.list(actor).items
        assert listed.name == "Spring · Front"
        assert address(at, "session") == str(listed.id)
        [job] = jobs(painting, actor)
        assert session_of(painting, job.submission_id) == listed.id

    def test_lead_to_more_pictures_of_their_products(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, _, [front] = collection_with(painting, actor, ["Oak chair", "Oak lamp"], ["Front"])
        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})
        generate(at)

        at.button(key="studio.batch.more").click().run()

        assert [row["name"] for row in matrix(at)[0]] == ["Oak chair", "Oak lamp"]
        generate(at)
        assert len(jobs(painting, actor)) == 4


class TestGoingOn:
    def test_shows_what_was_made_in_the_session(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        spring, _, [front] = collection_with(painting, actor, ["Oak chair", "Oak lamp"], ["Front"])
        at = page(STUDIO, actor, {"collection": str(spring.id), "shot": str(front.id)})
        generate(at)
        session, submission = address(at, "session"), address(at, "submission")
        Hands(painting).make_all()

        later = page(STUDIO, actor, {"session": session})
        assert "2 pictures were made in this session" in words(later)
        later.button(key="studio.batch.made.show").click().run()

        assert address(later, "submission") == submission
        assert "2 of 2 pictures ready" in words(later)

    def test_says_nothing_of_pictures_in_a_copy_of_the_session(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        at = batch(page, actor, many_products(painting, actor, 2))
        say(at, mood="Serene")
        generate(at)
        session = int(address(at, "session"))
        copy = painting.studio_sessions.duplicate(actor, session)

        later = page(STUDIO, actor, {"session": str(session)})
        copied = page(STUDIO, actor, {"session": str(copy.id)})

        assert "of 2 pictures of this session" in words(later)
        assert "of this session" not in words(copied)


class TestNoPlan:
    def test_says_why_right_at_the_button(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        painting.brand_kits.set(actor, BrandKit(banned=("cheap",)))
        at = batch(page, actor, many_products(painting, actor, 2))

        say(at, prompt="a cheap look")

        assert "The brand kit bans “cheap”" in words(at)
        assert "Tick what is to be made" not in words(at)
        assert generate_button(at).disabled

    def test_lets_the_text_of_a_row_be_put_right(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        [first, second] = many_products(painting, actor, 2)
        painting.brand_kits.set(actor, BrandKit(banned=("cheap",)))
        at = act(batch(page, actor, [first, second]), "row", f"{first}.0")
        key = f"studio.batch.prompt.{first}.0"
        at.button(key=f"{key}.open").click().run()
        at.button(key=f"{key}.write").click().run()
        at.text_area[0].input("A cheap chair.").run()
        assert generate_button(at).label == "Generate 1 picture of 1 product"
        assert "The brand kit bans “cheap”" in row_of(at, "Chair 0")["notes"][0]["text"]

        at.text_area[0].input("A fine chair.").run()

        assert generate_button(at).label == "Generate 2 pictures of 2 products"
        generate(at)
        assert "A fine chair." in {job.prompt for job in jobs(painting, actor)}


class TestNotices:
    def test_of_several_rows_stand_once_above_the_matrix(
        self, page: PageRunner, painting: Services, actor: Actor
    ) -> None:
        first, second, third = many_products(painting, actor, 3)
        at = batch(page, actor, [first, second, third])
        for product_id in (first, second):
            act(at, "row", f"{product_id}.0")
            say(at, key=f"studio.batch.row.{product_id}.0", is_pixel_locked=True)

        [said] = [each for each in words(at).split(" | ") if LOCKED in each]

        assert "2 of 3 rows: " in said
        assert LOCKED not in str([row["notes"] for row in matrix(at)[0]])
