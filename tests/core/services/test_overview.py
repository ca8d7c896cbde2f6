from dataclasses import replace
from datetime import UTC, datetime

from pydantic import SecretStr

from core.bootstrap import Services, build_services
from core.domain.accounts import Actor
from core.domain.budgets import Budget
from core.domain.reviews import ReviewState
from core.errors import RefusedError
from tests.fakes.image_model import FakeImageModel
from tests.support.generation import CHAIR, chair_with_photo, submitted, with_model
from tests.support.ledger import Line, write_lines
from tests.support.statements import statements
from tests.support.tasks import run_tasks
from tests.ui.making import pictures, run, submit


class TestDashboard:
    def test_counts_what_is_there(self, services: Services, actor: Actor) -> None:
        app = with_model(services, FakeImageModel())
        chair = chair_with_photo(app, actor)
        app.products.create(actor, replace(CHAIR, sku="TABLE-1"))
        app.collections.create(actor, "Spring")
        submitted(app, actor, chair)
        app.budgets.set_limit(actor, 1_000_000)

        shown = app.dashboard.get(actor)

        assert (shown.product_count, shown.products_without_photo) == (2, 1)
        assert (shown.collection_count, shown.picture_count) == (1, 0)
        assert shown.budget == Budget(1_000_000, spent_micros=0, reserved_micros=80_000)

    def test_says_what_waits_for_somebody(self, services: Services, actor: Actor) -> None:
        app = with_model(services, FakeImageModel())
        made = pictures(app, actor, 2)
        app.reviews.set_state(actor, made[:1], ReviewState.APPROVED)
        [chair] = app.products.search(actor).items
        assert chair.photo is not None
        run_tasks(app)  # the photo is checked: it is a small one

        shown = app.dashboard.get(actor).figures

        assert (shown.pictures, shown.to_review, shown.approved) == (2, 1, 1)
        assert (shown.active_jobs, shown.failed_jobs, shown.poor_photos) == (0, 0, 1)

        app.photo_checks.override(actor, chair.photo.id, "It is the only one.")

        assert app.dashboard.get(actor).figures.poor_photos == 0

    def test_tells_jobs_that_failed_and_jobs_under_way(
        self, services: Services, actor: Actor
    ) -> None:
        model = FakeImageModel()
        model.answers.append(RefusedError())
        app = with_model(services, model)
        run(app, actor, submit(app, actor, variants=1))
        [chair] = app.products.search(actor).items
        submit(app, actor, product=app.products.get(actor, chair.id))

        shown = app.dashboard.get(actor).figures

        assert (shown.active_jobs, shown.failed_jobs) == (1, 1)

    def test_asks_the_database_little(self, services: Services, actor: Actor) -> None:
        chair_with_photo(services, actor)

        with statements(services) as said:
            services.dashboard.get(actor)

        # The clock, the figures, the budget and the recent pictures; SQLite says BEGIN too.
        assert len([each for each in said if each.lstrip().upper().startswith("SELECT")]) <= 4

    def test_shows_nothing_of_others(
        self, services: Services, actor: Actor, other_actor: Actor
    ) -> None:
        chair = chair_with_photo(services, actor)
        write_lines(services, actor, [Line(chair.id, at=datetime.now(UTC))])

        shown = services.dashboard.get(other_actor)

        assert (shown.product_count, shown.recent) == (0, ())
        assert shown.budget == Budget(None, spent_micros=0, reserved_micros=0)


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
