from dataclasses import replace

from pydantic import SecretStr

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import CHAIR, chair_with_photo, settings_for, with_model


class TestDashboard:
    def test_counts_what_is_there(self, services: Services, actor: Actor) -> None:
        app = with_model(services, FakeImageModel())
        chair = chair_with_photo(app, actor)
        app.products.create(actor, replace(CHAIR, sku="TABLE-1"))
        app.collections.create(actor, "Spring")
        plan = app.generation.plan(actor, chair.id, settings_for(chair))
        job = app.generation.submit(actor, plan)

        shown = app.dashboard.get(actor)

        assert (shown.product_count, shown.products_without_photo) == (2, 1)
        assert (shown.collection_count, shown.picture_count) == (1, 0)
        assert shown.active_jobs == (job,)

    def test_shows_nothing_of_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair_with_photo(services, actor)

        shown = services.dashboard.get(other_actor)

        assert (shown.product_count, shown.recent, shown.active_jobs) == (0, (), ())


class TestHealth:
    def test_says_that_no_worker_runs(self, services: Services) -> None:
        health = services.health.check()

        assert (health.database, health.storage) == ("ok", "ok")
        assert health.worker == "none is running"
        assert not health.is_ok

    def test_says_when_the_database_does_not_answer(self, services: Services) -> None:
        nowhere = SecretStr("postgresql://nobody@127.0.0.1:9/none")
        settings = services.parts.settings.model_copy(update={"database_url": nowhere})
        broken = build_services(settings)

        health = broken.health.check()

        broken.close()
        assert health.database == "does not answer"
        assert health.storage == "ok"
