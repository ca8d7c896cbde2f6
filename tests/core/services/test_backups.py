"""A backup comes back whole, into either kind of database and store, or not at all."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.domain.upkeep import BackupReport
from core.errors import ConflictError, EpoxError, StorageError
from core.services.backups import BackupService
from core.storage.archives import ArchiveError, ArchiveReader
from core.storage.local import LocalAssetStorage
from core.storage.spool import call_of
from core.unit_of_work import Database, UnitOfWork
from tests.support import postgres
from tests.support.archives import with_contents
from tests.support.databases import database
from tests.support.object_storage import new_bucket
from tests.support.populated import Upkeep, one_more_job, populate, upkeep_on
from tests.support.stores import s3_url, storage

__all__ = ["s3_url", "storage"]  # fixtures

KINDS = [
    pytest.param("sqlite"),
    *([pytest.param("postgresql", marks=pytest.mark.postgresql)] * postgres.is_available()),
]
NONE = timedelta(0)
FILES = 7 * 5 + 2
"""Seven pictures with four renditions each, and two masks."""
NewBox = Callable[[str], Upkeep]


@pytest.fixture
def upkeep(database_url: str, tmp_path: Path, storage: Any) -> Iterator[Upkeep]:  # noqa: ANN401 - a fixture
    with upkeep_on(database_url, tmp_path, storage) as built:
        yield built


@pytest.fixture
def new_box(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewBox]:
    """Give the test empty machines: SQLite with files, or PostgreSQL with a bucket."""
    with ExitStack() as stack:

        def box(kind: str) -> Upkeep:
            folder = tmp_path / f"box-{kind}"
            folder.mkdir()
            url = stack.enter_context(database(kind, folder))
            store = None
            if kind == "postgresql":
                store = new_bucket(request.getfixturevalue("s3_url"))
            return stack.enter_context(upkeep_on(url, folder, store))

        yield box


@pytest.fixture
def box(new_box: NewBox, database_kind: str) -> Upkeep:
    """Give the test one empty machine of the same kind."""
    return new_box(database_kind)


def rows_of(upkeep: Upkeep) -> dict[str, list[dict[str, Any]]]:
    with upkeep.database.read() as work:
        work.table_copies.take_snapshot()
        return {name: list(work.table_copies.rows(name)) for name in work.table_copies.names}


def files_of(upkeep: Upkeep) -> dict[str, bytes]:
    return {found.key: upkeep.storage.get(found.key) for found in upkeep.storage.list()}


def answers_of(upkeep: Upkeep) -> dict[str, bytes]:
    store = upkeep.spool.store
    return {found.key: store.get(found.key) for found in store.list() if call_of(found.key)}


def is_empty(upkeep: Upkeep) -> bool:
    return not any([*rows_of(upkeep).values(), files_of(upkeep), answers_of(upkeep)])


def backed_up(upkeep: Upkeep, folder: Path, *, files: bool = True) -> Path:
    path = folder / "backup.tar"
    upkeep.backups.backup(path, files=files)
    return path


@pytest.mark.slow
class TestDrill:
    @pytest.mark.parametrize("target", KINDS)
    def test_everything_comes_back(
        self, upkeep: Upkeep, new_box: NewBox, tmp_path: Path, target: str
    ) -> None:
        populate(upkeep)
        path = tmp_path / "backup.tar"
        made = upkeep.backups.backup(path)
        there = new_box(target)

        report = there.backups.restore(path)

        before, after = rows_of(upkeep), rows_of(there)
        assert {name for name in before if before[name] != after[name]} == {
            "sessions",
            "workers",
            "generation_jobs",
            "generation_slots",
            "slot_events",
        }
        assert files_of(there) == files_of(upkeep)
        assert answers_of(there) == answers_of(upkeep)
        assert there.integrity.check(decode=True) == ()
        assert (report.files, report.answers, made.files, made.answers) == (FILES, 1, FILES, 1)
        assert made.missing == ()

    @pytest.mark.parametrize("target", KINDS)
    def test_what_ran_waits_for_a_person(
        self, upkeep: Upkeep, new_box: NewBox, tmp_path: Path, target: str
    ) -> None:
        rows = populate(upkeep)
        there = new_box(target)

        report = there.backups.restore(backed_up(upkeep, tmp_path))

        after = rows_of(there)
        jobs = {job["id"]: job for job in after["generation_jobs"]}
        slots = {slot["id"]: slot for slot in after["generation_slots"]}
        assert (report.jobs_paused, report.slots_requeued) == (1, 1)
        assert [job["id"] for job in after["generation_jobs"] if job["paused_at"]] == sorted(
            [rows["running"], rows["queued"]]
        )
        assert jobs[rows["queued"]] == next(
            job for job in rows_of(upkeep)["generation_jobs"] if job["id"] == rows["queued"]
        )
        assert [slots[rows[name]]["status"] for name in ("running_0", "running_1")] == [
            "queued",
            "queued",
        ]
        assert slots[rows["running_0"]]["claimed_by"] is None
        assert slots[rows["running_1"]]["spool_id"] == there.spool.id
        assert there.spool.holds(rows["call_running_1_1"])
        assert after["sessions"] == after["workers"] == []

    @pytest.mark.parametrize("target", KINDS)
    def test_numbers_are_not_given_a_second_time(
        self, upkeep: Upkeep, new_box: NewBox, tmp_path: Path, target: str
    ) -> None:
        rows = populate(upkeep)
        with upkeep.engine.begin() as connection:
            [last] = connection.execute(text("SELECT max(id) FROM collections")).one()
            connection.execute(text("DELETE FROM collection_products"))
            connection.execute(text("DELETE FROM collections"))
        there = new_box(target)

        there.backups.restore(backed_up(upkeep, tmp_path))

        with there.engine.begin() as connection:
            added = connection.execute(
                text(
                    "INSERT INTO collections (workspace_id, name, name_key, description, status,"
                    " defaults, created_at, updated_at)"
                    " SELECT id, 'new', 'new', '', 'draft', defaults, created_at, created_at"
                    " FROM workspaces WHERE id = :ann RETURNING id"
                ),
                {"ann": rows["ann"]},
            ).scalar_one()
        assert added == last + 1

    def test_a_backup_of_a_restored_box_holds_the_same(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path
    ) -> None:
        populate(upkeep)
        box.backups.restore(backed_up(upkeep, tmp_path))
        (tmp_path / "second").mkdir()

        again = backed_up(box, tmp_path / "second")

        with ArchiveReader(again) as archive:
            assert sum(1 for _ in archive.verify()) == FILES + 1 + len(rows_of(box))


class Interrupted(Database):
    """A database in which somebody finishes a job whenever a table has been begun."""

    def __init__(self, upkeep: Upkeep, interrupt: Callable[[], None]) -> None:
        super().__init__(upkeep.engine)
        self._interrupt = interrupt

    def read(self) -> AbstractContextManager[UnitOfWork]:
        return self._interrupted()

    @contextmanager
    def _interrupted(self) -> Iterator[UnitOfWork]:
        with super().read() as work:
            rows = work.table_copies.rows

            def interrupted(name: str) -> Iterator[dict[str, Any]]:
                for number, row in enumerate(rows(name)):
                    yield row
                    if number == 0:
                        self._interrupt()

            work.table_copies.rows = interrupted  # type: ignore[method-assign] # the moment that matters
            yield work


@pytest.mark.slow
class TestUnderLoad:
    def test_it_is_of_one_moment(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        rows = populate(upkeep)
        before = rows_of(upkeep)
        finished: list[None] = []

        def finish_one() -> None:
            one_more_job(upkeep, rows)
            finished.append(None)

        path = tmp_path / "backup.tar"
        BackupService(
            Interrupted(upkeep, finish_one), upkeep.storage, upkeep.spool, version="0.1.0"
        ).backup(path)
        box.backups.restore(path)

        after = rows_of(box)
        assert len(finished) > 15
        assert box.integrity.check() == ()
        assert [job["id"] for job in after["generation_jobs"]] == [
            job["id"] for job in before["generation_jobs"]
        ]
        assert after["provider_calls"] == before["provider_calls"]
        assert upkeep.integrity.check() == ()

    def test_an_answer_that_becomes_an_asset_meanwhile_is_left_out(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path
    ) -> None:
        rows = populate(upkeep)

        class Vanishing(LocalAssetStorage):
            def stream(
                self, key: str, *, chunk_bytes: int = 262_144, start: int = 0
            ) -> tuple[int, Iterator[bytes]]:
                self.delete(key)
                return super().stream(key, chunk_bytes=chunk_bytes, start=start)

        upkeep.spool.store = Vanishing(tmp_path / "spool")

        report = upkeep.backups.backup(tmp_path / "backup.tar")
        box.backups.restore(tmp_path / "backup.tar")

        slots = {slot["id"]: slot for slot in rows_of(box)["generation_slots"]}
        assert report.answers == 0
        assert slots[rows["running_1"]]["spool_id"] is None
        assert box.integrity.check() == ()


@pytest.mark.slow
def test_a_backup_needs_no_memory_for_files(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url, upkeep_on(url, tmp_path) as upkeep:
        rows = populate(upkeep)
        upkeep.storage.put(rows["key_photo_chair"], bytes(40_000_000), mime_type="image/jpeg")

        tracemalloc.start()
        report = upkeep.backups.backup(tmp_path / "backup.tar")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert report.size_bytes > 40_000_000
    assert peak < 10_000_000


@pytest.mark.slow
class TestBackup:
    def test_names_what_the_store_lacks(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        rows = populate(upkeep)
        upkeep.storage.delete(rows["key_photo_lamp"])

        report = upkeep.backups.backup(tmp_path / "backup.tar")
        box.backups.restore(tmp_path / "backup.tar")

        assert report.missing == (rows["key_photo_lamp"],)
        assert [finding.code for finding in box.integrity.check()] == ["original_missing"]

    def test_a_store_that_gives_fewer_bytes_than_it_says_ends_it(
        self, upkeep: Upkeep, tmp_path: Path
    ) -> None:
        populate(upkeep)

        class Short(LocalAssetStorage):
            def stream(
                self, key: str, *, chunk_bytes: int = 262_144, start: int = 0
            ) -> tuple[int, Iterator[bytes]]:
                size, chunks = super().stream(key, chunk_bytes=chunk_bytes, start=start)
                return size + 1, chunks

        upkeep.spool.store = Short(tmp_path / "spool")

        with pytest.raises(StorageError, match="the store said"):
            upkeep.backups.backup(tmp_path / "backup.tar")

        assert list(tmp_path.glob("*backup*")) == []

    def test_counts_what_it_holds(self, upkeep: Upkeep, tmp_path: Path) -> None:
        populate(upkeep)
        seen: list[int] = []

        report = upkeep.backups.backup(tmp_path / "backup.tar", on_progress=seen.append)

        total = sum(map(len, rows_of(upkeep).values()))
        size = (tmp_path / "backup.tar").stat().st_size
        assert report == BackupReport(total, FILES, 1, size, ())
        assert seen == list(range(1, FILES + 1))


@pytest.mark.slow
class TestWithoutFiles:
    def test_objects_that_are_newer_are_named_and_kept(
        self, upkeep: Upkeep, database_kind: str, tmp_path: Path
    ) -> None:
        rows = populate(upkeep)
        path = backed_up(upkeep, tmp_path, files=False)
        one_more_job(upkeep, rows)
        before = files_of(upkeep)
        (tmp_path / "new").mkdir()

        with (
            database(database_kind, tmp_path / "new") as url,
            upkeep_on(url, tmp_path, upkeep.storage) as there,
        ):
            there.backups.restore(path)
            found = there.integrity.check(grace=NONE)

        assert [finding.code for finding in found] == ["object_stray"] * 5
        assert files_of(upkeep) == before

    def test_objects_that_are_gone_are_named(
        self, upkeep: Upkeep, database_kind: str, tmp_path: Path
    ) -> None:
        rows = populate(upkeep)
        path = backed_up(upkeep, tmp_path, files=False)
        upkeep.storage.delete(rows["key_photo_chair"])
        (tmp_path / "new").mkdir()

        with (
            database(database_kind, tmp_path / "new") as url,
            upkeep_on(url, tmp_path, upkeep.storage) as there,
        ):
            there.backups.restore(path)
            found = there.integrity.check()

        assert [(finding.code, finding.subject) for finding in found] == [
            ("original_missing", f"asset {rows['photo_chair']}")
        ]


def refusal(upkeep: Upkeep, path: Path) -> str:
    """Return why the backup is refused; nothing may have changed then."""
    with pytest.raises(EpoxError) as refused:
        upkeep.backups.restore(path)
    assert isinstance(refused.value, ArchiveError | ConflictError)
    return refused.value.user_message


@pytest.mark.slow
class TestRefusals:
    def test_a_database_that_is_not_empty(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path
    ) -> None:
        path = backed_up(upkeep, tmp_path)
        rows = populate(box, files=False)
        before = rows_of(box)
        del rows

        assert "The database is not empty" in refusal(box, path)
        assert rows_of(box) == before

    def test_a_store_that_is_not_empty(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        path = backed_up(upkeep, tmp_path)
        box.storage.put("w1/a/original.jpg", b"x", mime_type="image/jpeg")

        assert "The store is not empty: it holds w1/a/original.jpg" in refusal(box, path)
        assert files_of(box) == {"w1/a/original.jpg": b"x"}

    def test_a_spool_that_is_not_empty(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        path = backed_up(upkeep, tmp_path)
        box.spool.store.put("aa.answer", b"x", mime_type="application/octet-stream")

        assert "The spool is not empty" in refusal(box, path)

    def test_another_schema(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        path = with_contents(backed_up(upkeep, tmp_path), {}, schema="0001", version="0.0.9")

        sentence = refusal(box, path)

        assert "schema 0001" in sentence
        assert "Restore it with Epox 0.0.9" in sentence

    def test_another_format(self, upkeep: Upkeep, box: Upkeep, tmp_path: Path) -> None:
        path = with_contents(backed_up(upkeep, tmp_path), {}, format=2)

        assert "another format" in refusal(box, path)

    @pytest.mark.parametrize(
        "said",
        [
            {"tables": None},
            {"tables": {"users": "many"}},
            {"tables": {}},
            {"counters": [1]},
            {"made_at": "yesterday"},
            {"made_at": None},
        ],
    )
    def test_a_manifest_that_makes_no_sense(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path, said: dict[str, object]
    ) -> None:
        path = with_contents(backed_up(upkeep, tmp_path), {}, **said)

        assert refusal(box, path)

    @pytest.mark.parametrize("position", [1000, 0.3, 0.6, 0.9])
    def test_a_damaged_file(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path, position: float
    ) -> None:
        populate(upkeep)
        path = backed_up(upkeep, tmp_path)
        data = bytearray(path.read_bytes())
        at = int(position if position > 1 else position * len(data))
        data[at - at % 512 : at - at % 512 + 512] = b"\xa5" * 512
        path.write_bytes(data)

        assert "damaged" in refusal(box, path)
        assert is_empty(box)

    @pytest.mark.parametrize(
        "line",
        [
            b"[]\n",
            b"null\n",
            b"{\n",
            b'{"id": 1}\n',
            b'{"id": 1, "name": "x", "created_at": "yesterday"}\n',
            b"\xff\xfe\n",
            b"twice",
            b"more",
        ],
    )
    def test_rows_that_do_not_fit_leave_nothing_behind(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path, line: bytes
    ) -> None:
        populate(upkeep)
        path = backed_up(upkeep, tmp_path)
        name = "tables/workspaces.jsonl"
        with ArchiveReader(path) as archive:
            member = archive.find(name)
            assert member is not None
            rows = archive.read(member).splitlines(keepends=True)
        if line == b"twice":
            changed = [rows[0], rows[0]]
        elif line == b"more":
            changed = [*rows, rows[0].replace(b'"id": 1,', b'"id": 77,')]
        else:
            changed = [rows[0], line]

        assert refusal(box, with_contents(path, {name: b"".join(changed)}))
        assert is_empty(box)

    def test_rows_without_their_parents_leave_nothing_behind(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path
    ) -> None:
        populate(upkeep)
        path = backed_up(upkeep, tmp_path)
        with ArchiveReader(path) as archive:
            tables = archive.manifest["tables"]

        hostile = with_contents(
            path, {"tables/categories.jsonl": b""}, tables={**tables, "categories": 0}
        )

        assert "do not fit" in refusal(box, hostile)
        assert is_empty(box)

    def test_a_store_that_fails_half_way_leaves_nothing_behind(
        self, upkeep: Upkeep, box: Upkeep, tmp_path: Path
    ) -> None:
        populate(upkeep)
        path = backed_up(upkeep, tmp_path)

        class Failing:
            puts = 0

            def put(self, key: str, data: bytes, *, mime_type: str) -> None:
                self.puts += 1
                if self.puts > 20:
                    raise StorageError("away")
                box.storage.put(key, data, mime_type=mime_type)

            def __getattr__(self, name: str) -> object:
                return getattr(box.storage, name)

        broken = BackupService(box.database, Failing(), box.spool, version="0.1.0")  # type: ignore[arg-type] # it behaves as one
        with pytest.raises(StorageError):
            broken.restore(path)

        assert is_empty(box)
        assert box.backups.restore(path).files == FILES


def test_the_manifest_says_when_and_what(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url, upkeep_on(url, tmp_path) as upkeep:
        populate(upkeep, files=False)

        path = backed_up(upkeep, tmp_path, files=False)

    with ArchiveReader(path) as archive:
        manifest = archive.manifest
    assert datetime.fromisoformat(manifest["made_at"]) <= datetime.now(UTC)
    assert (manifest["has_files"], manifest["version"]) == (False, "0.1.0")
    assert manifest["tables"]["users"] == 2
    assert json.dumps(manifest["counters"])
