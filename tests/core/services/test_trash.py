"""What is in the trash, and that nothing of it is left once it was deleted for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.asset_filters import AssetFilter
from core.domain.assets import Asset
from core.domain.image_tools import Rotate
from core.domain.jobs import GenerationJob
from core.domain.plans import MadeFor, StudioRequest
from core.domain.presets import PresetDraft
from core.domain.products import PhotoUpload, Product
from core.domain.setting_layers import SettingsLayer
from core.domain.tasks import TaskStatus
from core.domain.trash import TRASH_KEPT, TrashKind
from core.errors import AccessDeniedError, NotFoundError, StorageError
from core.services.asset_keys import keys_of_asset
from db.studio_tables import PresetRow, StudioSessionRow
from db.tables import AssetRow, CollectionRow, ProductRow
from tests.fakes.image_model import FakeImageModel
from tests.images import photo_bytes
from tests.support.generation import CHAIR, chair_with_photo, submitted, with_model
from tests.support.hands import Hands
from tests.support.people import colleague_of
from tests.support.tasks import run_tasks


def keys(services: Services, actor: Actor, asset_id: int) -> list[str]:
    with services.parts.database.read() as work:
        found = work.assets.find_file(actor.workspace_id, asset_id)
    assert found is not None
    return [key for key in keys_of_asset(found[0]) if services.parts.storage.exists(key)]


def stored(services: Services) -> set[str]:
    return {found.key for found in services.parts.storage.list()}


def findings(services: Services) -> list[str]:
    return [f"{one.code} {one.subject}" for one in services.integrity.check(files=True)]


def trashed_chair(services: Services, actor: Actor) -> Product:
    product = chair_with_photo(services, actor)
    services.products.trash(actor, [product.id])
    return product


class TestSearch:
    def test_lists_each_kind_with_when_it_goes(self, services: Services, actor: Actor) -> None:
        product = trashed_chair(services, actor)
        collection = services.collections.create(actor, "Spring")
        services.collections.delete(actor, collection.id)

        [shown] = services.trash.search(actor, TrashKind.PRODUCTS).items
        [other] = services.trash.search(actor, TrashKind.COLLECTIONS, "spr").items

        assert (shown.id, shown.note) == (product.id, product.sku)
        assert shown.photo is not None
        assert shown.goes_at - shown.trashed_at == TRASH_KEPT
        assert other.name == "Spring"
        assert services.trash.search(actor, TrashKind.PRODUCTS, "nothing").items == ()
        counts = services.trash.counts(actor)
        assert (counts.products, counts.pictures, counts.collections) == (1, 0, 1)

    def test_shows_nothing_of_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        product = trashed_chair(services, actor)

        assert services.trash.search(other_actor, TrashKind.PRODUCTS).items == ()
        assert services.trash.counts(other_actor).products == 0
        assert services.trash.delete_for_good(other_actor, TrashKind.PRODUCTS, [product.id]) == 0
        assert services.products.restore(actor, [product.id]) == 1

    def test_lists_presets_and_sessions_to_those_who_may_bring_them_back(
        self, services: Services, actor: Actor
    ) -> None:
        ben = colleague(services, actor)
        own, shared = trashed_preset(services, ben), trashed_preset(services, ben, is_shared=True)
        session_id = trashed_session(services, ben)

        seen = {
            who.name: [
                {one.id for one in services.trash.search(who, kind).items}
                for kind in (TrashKind.PRESETS, TrashKind.SESSIONS)
            ]
            for who in (actor, ben)
        }

        assert seen == {"Ann": [{shared}, set()], "Ben": [{own, shared}, {session_id}]}
        assert [services.trash.counts(who).of(TrashKind.PRESETS) for who in (actor, ben)] == [1, 2]
        assert [services.trash.counts(who).of(TrashKind.SESSIONS) for who in (actor, ben)] == [0, 1]
        [found] = services.trash.search(ben, TrashKind.SESSIONS, "chairs").items
        assert (found.id, found.name) == (session_id, "Oak chairs")


class TestDeleteForGood:
    def test_leaves_neither_row_nor_file_of_a_product(
        self, services: Services, actor: Actor
    ) -> None:
        before = stored(services)
        product = trashed_chair(services, actor)
        assert keys(services, actor, product.photos[0].id)

        count = services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id, product.id])

        assert count == 1
        assert stored(services) == before
        with pytest.raises(NotFoundError):
            services.products.get(actor, product.id)
        with pytest.raises(NotFoundError):
            services.assets.get(actor, product.photos[0].id)
        assert services.products.restore(actor, [product.id]) == 0
        assert findings(services) == []

    def test_leaves_no_name_of_a_product_on_what_was_made_of_its_photos(
        self, services: Services, actor: Actor
    ) -> None:
        product = chair_with_photo(services, actor)
        task_id = services.image_tools.save(actor, product.photos[0].id, [Rotate(1)])
        run_tasks(services)
        [made] = services.image_tools.run(actor, task_id).made.values()
        services.products.trash(actor, [product.id])

        services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id])

        assert services.assets.get(actor, made).product_id is None
        for word in (CHAIR.name, CHAIR.sku):
            assert services.assets.search(actor, AssetFilter(word, is_made=True)).total == 0
        assert services.assets.search(actor, AssetFilter(is_made=True)).total == 1
        assert findings(services) == []

    def test_takes_only_what_is_in_the_trash(self, services: Services, actor: Actor) -> None:
        product = chair_with_photo(services, actor)

        assert services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id]) == 0
        photo_id = product.photos[0].id
        assert services.trash.delete_for_good(actor, TrashKind.PICTURES, [photo_id]) == 0
        assert services.products.get(actor, product.id).photos == product.photos

    def test_lets_the_sku_be_used_again(self, services: Services, actor: Actor) -> None:
        product = trashed_chair(services, actor)
        services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id])

        assert services.products.create(actor, CHAIR).sku == product.sku

    def test_keeps_photos_that_another_product_shows(
        self, services: Services, actor: Actor
    ) -> None:
        product = chair_with_photo(services, actor)
        other = services.products.create(actor, replace(CHAIR, sku="OTHER"))
        photo_id = product.photos[0].id
        with services.parts.database.begin() as work:
            work.products.set_photos(other.id, [photo_id], work.now())
        services.products.trash(actor, [product.id])

        services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id])

        assert services.products.get(actor, other.id).photos == product.photos
        assert keys(services, actor, photo_id)

    def test_keeps_the_books_of_a_product_with_jobs(self, services: Services, actor: Actor) -> None:
        job = made_job(services, actor)
        product_id = job.product_id or 0
        services.products.trash(actor, [product_id])

        services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product_id])

        assert services.generation.get(actor, job.id).cost_micros == job.cost_micros
        assert services.generation.get(actor, job.id).product_name == job.product_name
        with pytest.raises(NotFoundError):
            services.products.get(actor, product_id)
        assert services.trash.counts(actor).products == 0
        assert findings(services) == []

    def test_keeps_the_books_of_a_generated_picture(self, services: Services, actor: Actor) -> None:
        picture = generated(services, actor)
        services.assets.trash(actor, [picture.id])
        files = keys(services, actor, picture.id)
        assert files

        assert services.trash.delete_for_good(actor, TrashKind.PICTURES, [picture.id]) == 1

        assert stored(services).isdisjoint(files)
        with pytest.raises(NotFoundError):
            services.assets.get(actor, picture.id)
        assert services.assets.restore(actor, [picture.id]) == 0
        assert services.trash.counts(actor).pictures == 0
        assert picture.job_id is not None
        assert services.generation.get(actor, picture.job_id).cost_micros > 0
        assert findings(services) == []

    def test_of_presets_leaves_their_pictures_and_jobs(
        self, services: Services, actor: Actor
    ) -> None:
        working = with_model(services, FakeImageModel())
        calm = services.presets.save(actor, PresetDraft("Calm", SettingsLayer(mood="Serene")))
        chair = chair_with_photo(services, actor)
        request = StudioRequest(made_for=MadeFor(preset_id=calm.id))
        plan = working.generation.plan(actor, [chair.id], request)
        [job_id] = working.generation.submit(actor, plan)
        Hands(working).make_all()
        services.presets.trash(actor, [calm.id])

        assert services.trash.delete_for_good(actor, TrashKind.PRESETS, [calm.id]) == 1

        with pytest.raises(NotFoundError):
            services.presets.get(actor, calm.id)
        assert services.generation.get(actor, job_id).preset_id is None
        assert len(services.assets.search(actor).items) == 1
        assert findings(services) == []

    def test_takes_no_session_and_no_preset_of_another_person(
        self, services: Services, actor: Actor
    ) -> None:
        ben = colleague(services, actor)
        private, shared = (
            trashed_preset(services, ben),
            trashed_preset(services, actor, is_shared=True),
        )
        session_id = trashed_session(services, ben)

        assert services.trash.delete_for_good(actor, TrashKind.PRESETS, [private]) == 0
        assert services.trash.delete_for_good(ben, TrashKind.PRESETS, [shared]) == 0
        assert services.trash.delete_for_good(actor, TrashKind.SESSIONS, [session_id]) == 0
        assert services.trash.empty(actor, TrashKind.SESSIONS) is None
        assert services.studio_sessions.restore(ben, [session_id]) == 1
        assert services.presets.restore(ben, [private]) == 1

    def test_of_a_photo_leaves_the_product_sound(self, services: Services, actor: Actor) -> None:
        chair = services.products.create(actor, CHAIR)
        uploads = [PhotoUpload(f"{n}.jpg", photo_bytes(300 + n)) for n in range(3)]
        first, second, third = services.products.add_photos(actor, chair.id, uploads).kept
        services.assets.trash(actor, [first.id])

        shown = services.products.get(actor, chair.id)
        assert [photo.id for photo in shown.photos] == [second.id, third.id]
        services.trash.delete_for_good(actor, TrashKind.PICTURES, [first.id])

        assert services.products.get(actor, chair.id).photo_count == 2
        assert findings(services) == []

    def test_is_not_what_restoring_a_photo_is(self, services: Services, actor: Actor) -> None:
        chair = chair_with_photo(services, actor)
        photo_id = chair.photos[0].id
        services.assets.trash(actor, [photo_id])

        assert services.assets.restore(actor, [photo_id]) == 1

        assert [photo.id for photo in services.products.get(actor, chair.id).photos] == [photo_id]
        assert findings(services) == []

    def test_needs_a_role_that_may_edit(self, services: Services, actor: Actor) -> None:
        product = trashed_chair(services, actor)
        reviewer = replace(actor, role=Role.REVIEWER)

        with pytest.raises(AccessDeniedError):
            services.trash.delete_for_good(reviewer, TrashKind.PRODUCTS, [product.id])
        with pytest.raises(AccessDeniedError):
            services.trash.empty(reviewer, TrashKind.PRODUCTS)


def colleague(services: Services, actor: Actor) -> Actor:
    """Return Ben, who edits in the same workspace."""
    return replace(colleague_of(services, actor, "Ben", "ben@example.com"), role=Role.EDITOR)


def trashed_preset(services: Services, actor: Actor, *, is_shared: bool = False) -> int:
    draft = PresetDraft("Calm", SettingsLayer(mood="Serene"), is_shared=is_shared)
    preset = services.presets.save(actor, draft)
    services.presets.trash(actor, [preset.id])
    return preset.id


def trashed_session(services: Services, actor: Actor) -> int:
    session = services.studio_sessions.open(actor, "Oak chairs")
    services.studio_sessions.trash(actor, [session.id])
    return session.id


def made_job(services: Services, actor: Actor) -> GenerationJob:
    working = with_model(services, FakeImageModel())
    job = submitted(working, actor, chair_with_photo(services, actor))
    Hands(working).make_all()
    return services.generation.get(actor, job.id)


def generated(services: Services, actor: Actor) -> Asset:
    job = made_job(services, actor)
    [picture_id] = [slot.asset_id for slot in job.slots[:1]]
    assert picture_id is not None
    return services.assets.get(actor, picture_id)


class TestFinish:
    def test_goes_on_where_a_store_that_was_away_stopped_it(
        self, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = stored(services)
        product = trashed_chair(services, actor)

        def refuse(_key: str) -> None:
            raise StorageError("away")

        with monkeypatch.context() as patch:
            patch.setattr(services.parts.storage, "delete", refuse)
            assert services.trash.delete_for_good(actor, TrashKind.PRODUCTS, [product.id]) == 1
        assert services.trash.counts(actor).products == 0
        assert stored(services) != before

        assert services.trash.finish() == 1
        assert stored(services) == before
        assert services.trash.finish() == 0


class TestEmpty:
    @pytest.mark.slow
    def test_deletes_what_was_there_when_it_was_asked(
        self, services: Services, actor: Actor
    ) -> None:
        trashed_chair(services, actor)
        task_id = services.trash.empty(actor, TrashKind.PRODUCTS)
        assert task_id is not None
        later = services.products.create(actor, replace(CHAIR, sku="LATER"))
        services.products.trash(actor, [later.id])

        run_tasks(services)

        task = services.tasks.get(actor, task_id)
        assert (task.status, task.result) == (TaskStatus.DONE, {"deleted": 1})
        [left] = services.trash.search(actor, TrashKind.PRODUCTS).items
        assert left.id == later.id

    def test_of_an_empty_trash_is_nothing(self, services: Services, actor: Actor) -> None:
        assert services.trash.empty(actor, TrashKind.PICTURES) is None


class TestPurgeExpired:
    def test_takes_what_is_older_than_thirty_days(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        old, young = trashed_chair(services, actor), None
        theirs = trashed_chair(services, other_actor)
        young = services.products.create(actor, replace(CHAIR, sku="YOUNG"))
        services.products.trash(actor, [young.id])
        collection = services.collections.create(actor, "Spring")
        services.collections.delete(actor, collection.id)
        upload = services.assets.upload(actor, PhotoUpload("room.jpg", photo_bytes()))
        services.assets.trash(actor, [upload.id])
        preset_id, session_id = trashed_preset(services, actor), trashed_session(services, actor)
        age(services, PresetRow, preset_id)
        age(services, StudioSessionRow, session_id)
        age(services, ProductRow, old.id)
        age(services, ProductRow, theirs.id)
        age(services, CollectionRow, collection.id)
        age(services, AssetRow, upload.id)

        assert services.trash.purge_expired() == 6

        assert [one.id for one in services.trash.search(actor, TrashKind.PRODUCTS).items] == [
            young.id
        ]
        assert services.trash.counts(other_actor).products == 0
        assert services.trash.counts(actor).collections == 0
        assert services.trash.counts(actor).pictures == 0
        assert services.trash.counts(actor).presets == 0
        assert services.trash.counts(actor).sessions == 0
        assert findings(services) == []


Row = type[ProductRow | CollectionRow | AssetRow | PresetRow | StudioSessionRow]


def age(services: Services, row: Row, thing_id: int) -> None:
    """Let it have been in the trash for a minute longer than things are kept."""
    with services.parts.database.read() as work:
        long_ago = work.now() - TRASH_KEPT - timedelta(minutes=1)
    with Session(services.parts.database._writing) as session, session.begin():
        session.execute(update(row).where(row.id == thing_id).values(trashed_at=long_ago))
