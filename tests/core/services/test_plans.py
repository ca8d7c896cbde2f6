"""Plans: what would be sent and what it costs, before anything is spent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.generation import Backdrop, Dimensions, GenerationSettings, ReferenceRole
from core.domain.plans import PRIMARY_PHOTO, Hold, PlannedReference
from core.domain.products import PhotoUpload, Product
from core.domain.queueing import ModelLimits, Priority
from core.errors import InvalidInputError, NotFoundError
from core.services.plan_items import NO_DIMENSIONS
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import (
    CHAIR,
    chair_with_photo,
    many_products,
    settings_for,
    submitted,
    with_model,
)
from tests.support.hands import Hands
from tests.support.queueing import park
from tests.support.statements import statements


@pytest.fixture
def model() -> FakeImageModel:
    return FakeImageModel()


@pytest.fixture
def app(services: Services, model: FakeImageModel) -> Services:
    return with_model(services, model)


@pytest.fixture
def chair(app: Services, actor: Actor) -> Product:
    return chair_with_photo(app, actor)


class TestOneProduct:
    def test_says_what_will_be_sent_and_what_it_costs(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        plan = app.generation.plan(actor, [chair.id], settings_for(chair, variants=3))

        [item] = plan.items
        assert (plan.count, plan.cost_low_micros, plan.cost_high_micros) == (3, 120_000, 120_000)
        assert "Name: Oak chair\nCategory: Chairs\n" in item.prompt
        assert "Wishes: soft morning light" in item.prompt
        assert "#f4f1ec" in item.prompt
        assert (plan.priority, plan.run_at, plan.skipped) == (Priority.NORMAL, None, ())
        assert plan.is_within_budget

    def test_takes_as_long_as_its_rounds(self, app: Services, actor: Actor, chair: Product) -> None:
        at_once = app.parts.settings.worker_threads
        plan = app.generation.plan(actor, [chair.id], settings_for(chair, variants=at_once))
        longer = app.generation.plan(actor, [chair.id], settings_for(chair, variants=at_once + 1))

        assert (plan.seconds_low, plan.seconds_high) == (1, 2)
        assert (longer.seconds_low, longer.seconds_high) == (2, 4)

    def test_comes_after_what_waits_already(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        at_once = app.parts.settings.worker_threads
        submitted(app, actor, chair, variants=at_once)
        colleague = replace(actor, user_id=other_actor.user_id)
        submitted(app, colleague, chair, variants=at_once)

        plan = app.generation.plan(actor, [chair.id], settings_for(chair, variants=at_once))
        urgent = app.generation.plan(actor, [chair.id], settings_for(chair), priority=Priority.HIGH)
        later = app.generation.plan(
            actor, [chair.id], settings_for(chair),
            run_at=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip

        assert (plan.waiting_low, plan.waiting_high) == (at_once, 2 * at_once)
        assert (plan.seconds_low, plan.seconds_high) == (2, 6)
        assert (urgent.waiting_low, urgent.waiting_high) == (0, at_once)
        assert (later.waiting_low, later.waiting_high) == (0, 0)

    def test_tells_nobody_how_much_waits_elsewhere(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        submitted(app, other_actor, chair_with_photo(app, other_actor), variants=4)

        plan = app.generation.plan(actor, [chair.id], settings_for(chair))

        assert (plan.waiting_low, plan.waiting_high) == (0, 0)

    def test_respects_the_limits_of_the_model(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        admin = replace(actor, is_admin=True)
        wanted = settings_for(chair, variants=4)
        app.model_states.set_limits(admin, "fake", ModelLimits(requests_per_minute=2))
        by_minute = app.generation.plan(actor, [chair.id], wanted)
        app.model_states.set_limits(admin, "fake", ModelLimits(calls_at_once=1))
        one_by_one = app.generation.plan(actor, [chair.id], wanted)

        assert (by_minute.seconds_low, by_minute.seconds_high) == (61, 62)
        assert (one_by_one.seconds_low, one_by_one.seconds_high) == (4, 8)

    def test_says_why_nothing_would_begin(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        def hold() -> Hold | None:
            return app.generation.plan(actor, [chair.id], settings_for(chair)).hold

        assert hold() is None
        now = park(app, "fake", lasts=timedelta(hours=1))
        assert hold() == Hold("stopped_model", now + timedelta(hours=1))
        park(app, "fake")
        assert hold() == Hold("stopped_model")
        app.model_states.pause(replace(actor, is_admin=True), "fake")
        assert hold() == Hold("paused_model")
        app.job_control.pause_all(actor)
        assert hold() == Hold("paused_workspace")

    def test_is_not_held_by_what_is_over_when_it_begins(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        with app.parts.database.begin() as work:
            now = work.now()
            work.model_states.rest("fake", now + timedelta(hours=1))

        at_once = app.generation.plan(actor, [chair.id], settings_for(chair))
        later = app.generation.plan(
            actor, [chair.id], settings_for(chair), run_at=now + timedelta(hours=2)
        )

        assert at_once.hold == Hold("resting_model", now + timedelta(hours=1))
        assert later.hold is None

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"variants": 0}, "1 to 12"),
            ({"variants": 1000}, "1 to 12"),
            ({"photo_id": 999}, "photos"),
            ({"backdrop": Backdrop("room", "castle")}, "rooms"),
            ({"backdrop": Backdrop("picture", "999")}, "not there any more"),
            ({"aspect_ratio": "7:1"}, "7:1"),
            ({"size": "4K"}, "size"),
            ({"image_model": "dall-e"}, "not known"),
            ({"prompt": "x" * 4001}, "shorten"),
            ({"prompt": "a\x00b"}, "characters"),
        ],
    )
    def test_refuses_what_cannot_be_made_with_a_sentence(
        self,
        app: Services,
        actor: Actor,
        chair: Product,
        changes: dict[str, object],
        sentence: str,
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, [chair.id], settings_for(chair, **changes))

        assert sentence in refused.value.user_message

    def test_asks_for_a_photo_when_there_is_none(self, app: Services, actor: Actor) -> None:
        table = app.products.create(actor, replace(CHAIR, sku="TABLE-1"))
        wanted = GenerationSettings("", 1, Backdrop("plain", "#ffffff"), "1:1", "1K", 1, "fake")

        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, [table.id], wanted)

        assert "no photo" in refused.value.user_message

    def test_says_when_the_size_is_a_guess(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        in_a_room = settings_for(chair, backdrop=Backdrop("room", "living-room"))
        guess = app.generation.plan(actor, [chair.id], in_a_room)
        app.products.update(actor, chair.id, replace(CHAIR, dimensions=Dimensions(50, 50, 90)))
        known = app.generation.plan(actor, [chair.id], in_a_room)

        assert (guess.notices, known.notices) == ((NO_DIMENSIONS,), ())

    def test_is_refused_for_a_product_of_others(
        self, app: Services, other_actor: Actor, chair: Product
    ) -> None:
        with pytest.raises(NotFoundError):
            app.generation.plan(other_actor, [chair.id], settings_for(chair))

    def test_cannot_use_anothers_picture_as_backdrop(
        self, app: Services, other_actor: Actor, chair: Product
    ) -> None:
        theirs = chair_with_photo(app, other_actor)
        wanted = settings_for(theirs, backdrop=Backdrop("picture", str(chair.photos[0].id)))

        with pytest.raises(InvalidInputError):
            app.generation.plan(other_actor, [theirs.id], wanted)

    @pytest.mark.parametrize(
        ("away", "sentence"),
        [(timedelta(seconds=-1), "passed"), (timedelta(days=366), "year")],
    )
    def test_begins_neither_in_the_past_nor_in_years(
        self, app: Services, actor: Actor, chair: Product, away: timedelta, sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(
                actor, [chair.id], settings_for(chair), run_at=datetime.now(UTC) + away
            )

        assert sentence in refused.value.user_message


class TestReferences:
    def test_are_named_with_their_hashes(self, app: Services, actor: Actor, chair: Product) -> None:
        own = app.assets.upload(actor, PhotoUpload("beach.jpg", photo_bytes(colour="#102030")))
        wanted = settings_for(chair, backdrop=Backdrop("picture", str(own.id)))

        [item] = app.generation.plan(actor, [chair.id], wanted).items

        photo = chair.photos[0]
        assert item.references == (
            PlannedReference(ReferenceRole.PRODUCT, "c.jpg", photo.id, photo.sha256),
            PlannedReference(ReferenceRole.BACKDROP, "beach.jpg", own.id, own.sha256),
        )

    @pytest.mark.parametrize("kind", ["plain", "room", "picture"])
    def test_and_the_prompt_are_exactly_what_is_sent(
        self, app: Services, actor: Actor, chair: Product, model: FakeImageModel, kind: str
    ) -> None:
        backdrop = {
            "plain": Backdrop("plain", "#f4f1ec"),
            "room": Backdrop("room", "sage-bedroom"),
            "picture": Backdrop("picture", str(chair.photos[0].id)),
        }[kind]
        [item] = app.generation.plan(
            actor, [chair.id], settings_for(chair, backdrop=backdrop)
        ).items
        submitted(app, actor, chair, backdrop=backdrop, variants=1)

        Hands(app).make()

        [request] = model.requests
        sent = [(r.role, r.label, r.asset_id, r.sha256) for r in request.references]
        shown = [(r.role, r.label, r.asset_id, r.sha256) for r in item.references]
        assert sent == shown
        assert request.prompt == item.prompt


class TestManyProducts:
    def test_each_get_their_own_prompt_and_primary_photo(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        table = app.products.create(actor, replace(CHAIR, name="Elm table", sku="TABLE-1"))
        app.products.add_photos(actor, table.id, [PhotoUpload("t.jpg", photo_bytes())])
        table = app.products.get(actor, table.id)
        wanted = settings_for(chair, photo_id=PRIMARY_PHOTO)

        plan = app.generation.plan(actor, [table.id, chair.id, table.id], wanted)

        assert [item.product_id for item in plan.items] == [table.id, chair.id]
        assert [item.settings.photo_id for item in plan.items] == [
            table.photos[0].id,
            chair.photos[0].id,
        ]
        assert "Elm table" in plan.items[0].prompt
        assert (plan.count, plan.cost_high_micros) == (4, 160_000)

    def test_are_skipped_with_the_reason_when_they_cannot_be_made(
        self, app: Services, actor: Actor, chair: Product
    ) -> None:
        bare = app.products.create(actor, replace(CHAIR, name="Bare", sku="BARE-1"))
        gone = app.products.create(actor, replace(CHAIR, name="Gone", sku="GONE-1"))
        app.products.trash(actor, [gone.id])
        other = lamp_with_photo(app, actor)

        plan = app.generation.plan(actor, [bare.id, gone.id, other, chair.id], settings_for(chair))

        assert [item.product_id for item in plan.items] == [chair.id]
        said = {skipped.product_id: skipped.reason for skipped in plan.skipped}
        assert "no photo" in said[bare.id]
        assert "trash" in said[gone.id]
        assert "one of the product's photos" in said[other]

    def test_may_all_be_skipped(self, app: Services, actor: Actor) -> None:
        ids = [app.products.create(actor, replace(CHAIR, sku=f"NO-{n}")).id for n in range(2)]
        wanted = GenerationSettings("", 0, Backdrop("plain", "#ffffff"), "1:1", "1K", 1, "fake")

        plan = app.generation.plan(actor, ids, wanted)

        assert (plan.items, len(plan.skipped)) == ((), 2)
        assert (plan.count, plan.cost_high_micros, plan.seconds_high) == (0, 0, 0)

    def test_skip_what_is_not_there_or_not_ours(
        self, app: Services, actor: Actor, other_actor: Actor, chair: Product
    ) -> None:
        theirs = chair_with_photo(app, other_actor)

        plan = app.generation.plan(actor, [chair.id, theirs.id, 987_654], settings_for(chair))

        assert [item.product_id for item in plan.items] == [chair.id]
        assert {skipped.reason for skipped in plan.skipped} == {NotFoundError.user_message}
        assert {skipped.product_name for skipped in plan.skipped} == {"Unknown"}

    def test_must_be_there_one_of_them(self, app: Services, actor: Actor, chair: Product) -> None:
        with pytest.raises(NotFoundError):
            app.generation.plan(actor, [987_653, 987_654], settings_for(chair))

    @pytest.mark.parametrize(("count", "sentence"), [(0, "Choose a product"), (501, "at most 500")])
    def test_are_some_and_not_too_many(
        self, app: Services, actor: Actor, chair: Product, count: int, sentence: str
    ) -> None:
        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, list(range(1, count + 1)), settings_for(chair))

        assert sentence in refused.value.user_message

    @pytest.mark.slow
    def test_are_planned_in_few_statements(self, app: Services, actor: Actor) -> None:
        ids = many_products(app, actor, 200)
        wanted = GenerationSettings(
            "", PRIMARY_PHOTO, Backdrop("room", "living-room"), "1:1", "1K", 4, "fake"
        )

        with statements(app) as said:
            plan = app.generation.plan(actor, ids, wanted)

        assert plan.count == 800
        assert len(said) <= 10

    @pytest.mark.slow
    def test_make_at_most_so_many_pictures(self, app: Services, actor: Actor) -> None:
        ids = many_products(app, actor, 167)
        wanted = GenerationSettings(
            "", PRIMARY_PHOTO, Backdrop("plain", "#ffffff"), "1:1", "1K", 12, "fake"
        )

        with pytest.raises(InvalidInputError) as refused:
            app.generation.plan(actor, ids, wanted)

        assert "2,004 pictures" in refused.value.user_message


def lamp_with_photo(app: Services, actor: Actor) -> int:
    """Return a new product with a photo of its own."""
    lamp = app.products.create(actor, replace(CHAIR, name="Lamp", sku="LAMP-1"))
    app.products.add_photos(actor, lamp.id, [PhotoUpload("l.jpg", photo_bytes(colour="#00ff00"))])
    return lamp.id


@pytest.mark.parametrize(
    ("kind", "value"),
    [("plain", "red"), ("plain", "#fff"), ("gradient", "#ffffff"), ("picture", "../1")],
)
def test_knows_no_backdrop_that_is_none(kind: str, value: str) -> None:
    with pytest.raises(InvalidInputError):
        Backdrop(kind, value)  # type: ignore[arg-type] # the kinds are real ones


@pytest.mark.parametrize("value", ["", "-1", "1 OR 1=1", "\u00b2", "9" * 19, "0x1"])
def test_a_backdrop_that_is_no_pictures_id_is_refused(value: str) -> None:
    with pytest.raises(InvalidInputError):
        Backdrop("picture", value)
