"""What is of no use is freed; what a row leads to, or may still lead to, never is."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.domain.upkeep import GarbageItem, GarbageKind, GarbageReport
from core.errors import ConflictError
from core.storage.base import AssetStorage
from core.storage.local import UNFINISHED, LocalAssetStorage
from db.generation_tables import WorkerRow
from db.tables import SessionRow, SignInFailureRow
from tests.support.databases import database
from tests.support.faults import execute
from tests.support.populated import Populated, Upkeep, one_more_job, populate, upkeep_on
from tests.support.stores import age, s3_url, storage

__all__ = ["s3_url", "storage"]  # fixtures

NONE = timedelta(0)
DAY_S = 24 * 3600.0
STRAY = f"w1/{'f' * 32}/original.jpg"


@pytest.fixture
def upkeep(database_url: str, storage: AssetStorage, tmp_path: Path) -> Iterator[Upkeep]:
    with upkeep_on(database_url, tmp_path, storage) as built:
        yield built


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Upkeep]:
    with database("sqlite", tmp_path) as url, upkeep_on(url, tmp_path) as built:
        yield built


def subjects(report: GarbageReport) -> list[str]:
    return [item.subject or item.kind for item in report.items]


def keys(upkeep: Upkeep) -> list[str]:
    return [found.key for found in upkeep.storage.list()]


def put(upkeep: Upkeep, *names: str) -> None:
    for name in names:
        upkeep.storage.put(name, b"x", mime_type="image/jpeg")


class TestDryRun:
    def test_lists_what_it_would_free_and_frees_nothing(self, upkeep: Upkeep) -> None:
        populate(upkeep)
        put(upkeep, STRAY)
        before = keys(upkeep)

        report = upkeep.garbage.collect(grace=NONE)

        assert report == GarbageReport(
            (GarbageItem(GarbageKind.OBJECT, STRAY, size_bytes=1),), is_freed=False
        )
        assert keys(upkeep) == before

    def test_a_healthy_store_has_no_garbage(self, upkeep: Upkeep) -> None:
        populate(upkeep)

        assert upkeep.garbage.collect(grace=NONE).items == ()
        assert upkeep.garbage.collect(delete=True, grace=NONE).items == ()
        assert upkeep.integrity.check() == ()


class TestObjects:
    def test_frees_what_no_row_leads_to(self, upkeep: Upkeep) -> None:
        populate(upkeep)
        before = keys(upkeep)
        strays = [STRAY, f"w2/{'0' * 32}/w160.webp", f"check/{'1' * 32}"]
        put(upkeep, *strays)

        report = upkeep.garbage.collect(delete=True, grace=NONE)

        assert (subjects(report), report.is_freed) == (sorted(strays), True)
        assert keys(upkeep) == before

    def test_leaves_a_young_one_alone(self, upkeep: Upkeep) -> None:
        populate(upkeep)
        put(upkeep, STRAY)

        assert upkeep.garbage.collect(delete=True).items == ()
        assert STRAY in keys(upkeep)

    def test_an_old_one_is_freed_by_default(self, local: Upkeep, tmp_path: Path) -> None:
        put(local, STRAY, STRAY.replace("f", "e"))
        age(tmp_path / "files" / STRAY, DAY_S + 60)

        assert subjects(local.garbage.collect(delete=True)) == [STRAY]
        assert keys(local) == [STRAY.replace("f", "e")]

    def test_leaves_alone_what_an_open_call_may_have_stored(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        stored = [f"w1/{rows[c]}/original.jpg" for c in ("call_running_0_1", "call_running_1_1")]
        put(upkeep, *stored)

        assert upkeep.garbage.collect(delete=True, grace=NONE).items == ()
        assert set(stored) <= set(keys(upkeep))

    def test_frees_what_a_lost_call_stored_unless_it_is_tried_again(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        stored = f"w1/{rows['call_lost_0_1']}/original.jpg"
        put(upkeep, stored)
        execute(upkeep, rows, "UPDATE generation_slots SET status = 'queued' WHERE id = :lost_0")
        kept = upkeep.garbage.collect(delete=True, grace=NONE)
        execute(upkeep, rows, "UPDATE generation_slots SET status = 'failed' WHERE id = :lost_0")

        freed = upkeep.garbage.collect(delete=True, grace=NONE)

        assert (subjects(kept), subjects(freed)) == ([], [stored])

    def test_leaves_alone_what_others_keep_in_the_bucket(self, upkeep: Upkeep) -> None:
        put(upkeep, "logo.png", "w1/readme.txt", f"w1/{'f' * 32}/w800.webp")

        assert upkeep.garbage.collect(delete=True, grace=NONE).items == ()
        assert len(keys(upkeep)) == 3

    def test_refuses_to_empty_the_store_of_another_database(self, local: Upkeep) -> None:
        strays = [f"w1/{uuid.uuid4().hex}/original.jpg" for _ in range(101)]
        put(local, *strays)

        with pytest.raises(ConflictError) as refused:
            local.garbage.collect(delete=True, grace=NONE)

        assert "101 of the 101 files" in refused.value.user_message
        assert len(keys(local)) == 101
        assert len(local.garbage.collect(grace=NONE).items) == 101
        assert len(local.garbage.collect(delete=True, grace=NONE, even_many=True).items) == 101
        assert keys(local) == []


class TestSpool:
    @pytest.mark.parametrize("call", ["call_done_0_1", "call_partial_1_1", "call_done_1_1"])
    def test_frees_the_answers_of_closed_calls(
        self, local: Upkeep, tmp_path: Path, call: str
    ) -> None:
        rows = populate(local)
        path = tmp_path / "spool" / f"{rows[call]}.answer"
        path.write_bytes(b"{}\nx")
        young = local.garbage.collect(delete=True)
        age(path, 2 * 3600)

        old = local.garbage.collect(delete=True)

        assert (subjects(young), subjects(old)) == ([], [path.name])
        assert not path.exists()

    @pytest.mark.parametrize("call", ["call_lost_0_1", "call_running_0_1"])
    def test_keeps_the_answers_that_a_picture_can_still_be_made_of(
        self, local: Upkeep, tmp_path: Path, call: str
    ) -> None:
        rows = populate(local)
        path = tmp_path / "spool" / f"{rows[call]}.answer"
        path.write_bytes(b"{}\nx")
        age(path, 100 * DAY_S)

        assert local.garbage.collect(delete=True).items == ()
        assert path.exists()

    def test_keeps_answers_of_calls_that_the_database_does_not_know_for_a_day(
        self, local: Upkeep, tmp_path: Path
    ) -> None:
        populate(local)
        path = tmp_path / "spool" / f"{'f' * 32}.answer"
        path.write_bytes(b"{}\nx")
        age(path, 2 * 3600)
        before = local.garbage.collect(delete=True)
        age(path, DAY_S + 60)

        after = local.garbage.collect(delete=True)

        assert (subjects(before), subjects(after)) == ([], [path.name])

    @pytest.mark.parametrize("place", ["files", "spool"])
    def test_frees_what_killed_writes_left(self, local: Upkeep, tmp_path: Path, place: str) -> None:
        populate(local)
        young, old = (tmp_path / place / f"{UNFINISHED}{name}" for name in ("young", "old"))
        for path in (young, old):
            path.write_bytes(b"half")
        age(old, 2 * 3600)

        report = local.garbage.collect(delete=True)

        assert subjects(report) == [f"{place}/{UNFINISHED}old"]
        assert report.size_bytes == 4
        assert (young.exists(), old.exists()) == (True, False)


def with_old_rows(upkeep: Upkeep) -> Populated:
    """Return the rows of a store in which one row of each kind can be forgotten."""
    rows = populate(upkeep, files=False)
    now = datetime.now(UTC)
    session = {
        "user_id": rows["user_ann"],
        "browser": "",
        "address": "",
        "created_at": now - timedelta(days=9),
    }
    long_ago, soon = now - timedelta(days=3), now + timedelta(days=3)
    worker = {"host": "", "spool_id": "", "threads": 1, "version": "", "is_stopping": False}
    with Session(upkeep.engine) as work, work.begin():
        for number, (seen_at, expires_at) in enumerate(((now, long_ago), (long_ago, soon))):
            token = f"token-{number}"
            work.add(
                SessionRow(token_hash=token, seen_at=seen_at, expires_at=expires_at, **session)
            )
        work.add(SignInFailureRow(key="old", count=9, last_at=long_ago, blocked_until=long_ago))
        work.add(SignInFailureRow(key="blocked", count=9, last_at=long_ago, blocked_until=soon))
        for name, until in (("old", long_ago), ("young", now)):
            work.add(
                WorkerRow(
                    id=name,
                    process_id=1,
                    started_at=long_ago,
                    seen_at=long_ago,
                    lease_until=until,
                    **worker,
                )
            )
        for table, column in (("slot_events", "at"), ("generation_jobs", "finished_at")):
            own = "slot_id IN (SELECT id FROM generation_slots WHERE job_id = :job)"
            where = own if table == "slot_events" else "id = :job"
            work.execute(
                text(f"UPDATE {table} SET {column} = :at WHERE {where}"),  # noqa: S608 - named above
                {"at": (now - timedelta(days=91)).replace(tzinfo=None), "job": rows["done"]},
            )
    return rows


OLD_ROWS = {
    GarbageKind.SESSIONS: 2,
    GarbageKind.SIGN_IN_FAILURES: 1,
    GarbageKind.SLOT_EVENTS: 12,
    GarbageKind.WORKERS: 1,
}


class TestRows:
    def test_lists_them_and_frees_nothing(self, upkeep: Upkeep) -> None:
        with_old_rows(upkeep)

        first = upkeep.garbage.collect()

        assert {item.kind: item.count for item in first.items} == OLD_ROWS
        assert upkeep.garbage.collect() == first

    def test_forgets_them(self, upkeep: Upkeep) -> None:
        rows = with_old_rows(upkeep)

        freed = upkeep.garbage.collect(delete=True)

        assert {item.kind: item.count for item in freed.items} == OLD_ROWS
        assert upkeep.garbage.collect().items == ()
        with upkeep.engine.connect() as connection:
            calls = "SELECT count(*) FROM provider_calls WHERE slot_id = :slot"
            assert connection.scalar(text(calls), {"slot": rows["done_0"]}) == 1
            assert connection.scalar(text("SELECT count(*) FROM sessions")) == 2
        assert upkeep.integrity.check(files=False) == ()

    def test_a_worker_tidies_up_without_looking_at_files(
        self, upkeep: Upkeep, tmp_path: Path
    ) -> None:
        with_old_rows(upkeep)
        put(upkeep, STRAY)
        left = tmp_path / "spool" / f"{UNFINISHED}old"
        left.parent.mkdir(exist_ok=True)
        left.write_bytes(b"half")
        age(left, 2 * 3600)

        assert upkeep.garbage.tidy() == sum(OLD_ROWS.values()) + 1
        assert upkeep.garbage.tidy() == 0
        assert keys(upkeep) == [STRAY]

    def test_forgets_many_a_few_at_a_time(self, upkeep: Upkeep) -> None:
        rows = with_old_rows(upkeep)
        more = (
            "INSERT INTO slot_events (workspace_id, slot_id, attempt, kind, detail, at)"
            " SELECT e.workspace_id, e.slot_id, e.attempt, e.kind, e.detail, e.at"
            " FROM slot_events e JOIN slot_events f ON f.slot_id = e.slot_id"
            " WHERE e.slot_id = :done_1"
        )
        execute(upkeep, rows, more, more)

        assert upkeep.garbage.tidy() > 4000
        assert upkeep.garbage.collect().items == ()


class Paced(LocalAssetStorage):
    """A store in which a clean-up and an upload meet at each step, by the dice of the test."""

    dice = random.Random(7)  # noqa: S311 - to be replayed

    def put(self, key: str, data: bytes, *, mime_type: str) -> None:
        """Wait a moment first, so that the other goes on."""
        self._let_others_go_on(0.002)
        super().put(key, data, mime_type=mime_type)

    def delete(self, key: str) -> None:
        """Likewise."""
        self._let_others_go_on(0.01)
        super().delete(key)

    def _let_others_go_on(self, longest_s: float) -> None:
        threading.Event().wait(self.dice.random() * longest_s)


@pytest.mark.slow
class TestRace:
    def test_no_upload_is_lost(self, database_url: str, tmp_path: Path) -> None:
        store = Paced(tmp_path / "files")
        with upkeep_on(database_url, tmp_path, store) as upkeep:
            rows = populate(upkeep)
            at_once = threading.Barrier(2)
            freed: list[str] = []

            def clean_up() -> None:
                for number in range(60):
                    stray = f"w1/{number:032x}/original.jpg"
                    store.put(stray, b"x", mime_type="image/jpeg")
                    age(tmp_path / "files" / stray, 2 * DAY_S)
                    at_once.wait(60)
                    freed.extend(subjects(upkeep.garbage.collect(delete=True)))

            def upload() -> None:
                for _ in range(60):
                    at_once.wait(60)
                    one_more_job(upkeep, rows)

            in_threads(clean_up, upload)

            assert len(freed) == 60
            assert upkeep.integrity.check() == ()

    def test_no_picture_is_lost_that_is_taken_up_again(
        self, database_url: str, tmp_path: Path
    ) -> None:
        """The hardest case: its old files are strays until, at this moment, they are not."""
        store = Paced(tmp_path / "files")
        with upkeep_on(database_url, tmp_path, store) as upkeep:
            rows = populate(upkeep)
            at_once = threading.Barrier(2)
            key = f"w{rows['ann']}/{rows['call_lost_0_1']}/original.jpg"
            missing: list[int] = []

            def clean_up() -> None:
                for _ in range(100):
                    at_once.wait(60)
                    upkeep.garbage.collect(delete=True)
                    at_once.wait(60)

            def take_up() -> None:
                for number in range(100):
                    store.put(key, b"from the first try", mime_type="image/jpeg")
                    age(tmp_path / "files" / key, 2 * DAY_S)
                    at_once.wait(60)
                    # What a worker does: claim the slot, store the files, publish the picture.
                    set_slot(upkeep, rows, "running")
                    store.put(key, b"from the spool", mime_type="image/jpeg")
                    at_once.wait(60)
                    if not store.exists(key):
                        missing.append(number)
                    set_slot(upkeep, rows, "failed")

            in_threads(clean_up, take_up)

            assert missing == []


def set_slot(upkeep: Upkeep, rows: Populated, status: str) -> None:
    with upkeep.engine.begin() as connection:
        connection.execute(
            text("UPDATE generation_slots SET status = :status WHERE id = :slot"),
            {"status": status, "slot": rows["lost_0"]},
        )


def in_threads(*works: Callable[[], None]) -> None:
    """Run them at once; what one of them raises is raised."""
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
