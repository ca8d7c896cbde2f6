"""Two who change the same rows wait for each other, and never both at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from core.bootstrap import Services
from core.domain.accounts import Actor
from core.domain.reviews import ReviewState
from core.errors import TransientModelError
from core.services.workers import WorkerService
from db.engine import build_engine
from tests.fakes.image_model import FakeImageModel
from tests.support.gallery import add_results
from tests.support.generation import CHAIR, chair_with_photo, submitted, with_model
from tests.support.hands import Hands
from tests.support.postgres import is_available

pytestmark = [
    pytest.mark.slow,
    # SQLite has one writer at a time, so its transactions cannot wait for each other.
    pytest.mark.parametrize(
        "database_kind",
        [pytest.param("postgresql", marks=pytest.mark.postgresql)] if is_available() else [],
        indirect=True,
    ),
]


@pytest.fixture
def app(services: Services) -> Services:
    return with_model(services, FakeImageModel())


class Side:
    """Something that runs beside the test; `end` raises what it raised."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(act,))
        self._thread.start()

    def end(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            self._error = error


def test_taking_over_and_cancelling(app: Services, actor: Actor) -> None:
    job = submitted(app, actor, chair_with_photo(app, actor), variants=2)
    small, big = sorted([Hands(app), Hands(app)], key=lambda hands: hands.card.id)
    first, second = big.claim(), small.claim()
    with app.parts.database.begin() as work:
        # The first slot's row moves behind the second's, so that a scan would meet it later.
        work.generation_slots.set_progress(*first.parts, 5, "Drawing")
    with app.parts.database.begin() as work:
        work.workers.remove(small.card.id)
        work.workers.remove(big.card.id)
    engine = build_engine(app.parts.settings.sqlalchemy_url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(
            text("SELECT 1 FROM generation_slots WHERE id = :id FOR UPDATE"),
            {"id": second.slot_id},
        )
        watch = Side(WorkerService(app.parts.database).take_over)
        time.sleep(0.5)
        person = Side(lambda: app.job_control.cancel(actor, job.id))
        time.sleep(0.5)
    engine.dispose()

    watch.end()
    person.end()


def test_a_worker_taken_for_dead_and_cancelling(
    app: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submitted(app, actor, chair_with_photo(app, actor), variants=1)
    hands = Hands(app)
    key = hands.claim()
    call_id = hands.runs.call(key) or ""
    app.parts.spool.discard(call_id)
    with app.parts.database.read() as work:
        todo = work.generation_slots.find_work(*key.parts)
        call = work.provider_calls.find(key.workspace_id, call_id)
    assert todo is not None
    hands.die()
    began, goes_on = threading.Event(), threading.Event()
    note_health = hands.runs.endings._note_health

    def slowly(*given: object) -> int:
        began.set()
        goes_on.wait(30)
        return note_health(*given)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(hands.runs.endings, "_note_health", slowly)
    error = TransientModelError("500")
    zombie = Side(lambda: hands.runs.endings.without_picture(todo, call, error))
    began.wait(30)
    person = Side(lambda: app.job_control.cancel(actor, job.id))
    time.sleep(0.5)
    goes_on.set()

    zombie.end()
    person.end()


def test_two_models_serve_one_person_at_once(app: Services, actor: Actor) -> None:
    chair = chair_with_photo(app, actor)
    submitted(app, actor, chair, variants=1)
    with app.parts.database.read() as work:
        [person] = work.slot_queue.waiting("fake")

    def serve() -> None:
        with app.parts.database.begin() as work:
            work.slot_queue.serve(person, work.now())
            time.sleep(0.3)

    sides = [Side(serve), Side(serve)]

    for side in sides:
        side.end()


@pytest.mark.parametrize("begins_with_product", [True, False])
@pytest.mark.parametrize("deed", ["judge", "trash", "move"])
def test_what_meets_a_move_counts_the_product_that_the_picture_is_of_then(
    app: Services, actor: Actor, deed: str, *, begins_with_product: bool
) -> None:
    drafts = [replace(CHAIR, sku=f"RACE-{n}") for n in range(3)]
    old, new, third = (app.products.create(actor, draft).id for draft in drafts)
    [picture] = add_results(app, actor, 1, product_ids=[old])
    if not begins_with_product:
        app.assets.move_to_product(actor, [picture], None)
    deeds: dict[str, Callable[[], object]] = {
        "judge": lambda: app.reviews.set_state(actor, [picture], ReviewState.APPROVED),
        "trash": lambda: app.assets.trash(actor, [picture]),
        "move": lambda: app.assets.move_to_product(actor, [picture], third),
    }
    if deed != "judge":
        app.reviews.set_state(actor, [picture], ReviewState.APPROVED)
    with app.parts.database.begin() as work:
        locked = work.asset_words.lock_products(actor.workspace_id, [picture], [new])
        work.asset_words.set_product(picture, new)
        work.asset_texts.refresh(actor.workspace_id, [picture])
        work.products.recount_approved(actor.workspace_id, locked)
        other = Side(deeds[deed])
        wait_for_a_lock(app)

    other.end()

    assert app.integrity.check() == ()


def wait_for_a_lock(app: Services) -> None:
    """Return once somebody waits for a row that another one has locked."""
    engine = build_engine(app.parts.settings.sqlalchemy_url, pool_size=1)
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline_s = time.monotonic() + 60
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(waiting) == 0:
            assert time.monotonic() < deadline_s, "nobody waits"
            time.sleep(0.02)
    engine.dispose()
