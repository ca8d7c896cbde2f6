"""What an operator types, reads and gets as an exit code."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.bootstrap import VERSION
from core.cli import main
from tests.support.databases import database
from tests.support.environment import ROOT
from tests.support.faults import execute
from tests.support.populated import Populated, Upkeep, populate, upkeep_on
from tests.support.stores import age

Shell = Callable[..., tuple[int, str, str]]
DAY_S = 24 * 3600.0


@pytest.fixture
def box(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upkeep]:
    """Give the test a machine whose settings are in the environment."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("EPOX_DATA_DIR", str(tmp_path))
    with upkeep_on(database_url, tmp_path) as built:
        yield built


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """Give the test a way to run a command: exit code, output, errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.slow
class TestCheck:
    def test_says_that_all_is_well(self, box: Upkeep, shell: Shell) -> None:
        populate(box)

        code, said, _ = shell("check")

        assert said.splitlines() == [
            f"version: {VERSION}",
            "database: ok",
            "storage: ok",
            "worker: ok",
            "queue_depth: 3",
            "findings: 0 errors, 0 warnings",
        ]
        assert code == 0

    def test_lists_what_is_wrong_and_fails(self, box: Upkeep, shell: Shell) -> None:
        rows = populate(box)
        box.storage.delete(rows["key_photo_lamp"])

        code, said, _ = shell("check")

        assert said.splitlines()[-2:] == [
            (
                f"error original_missing asset {rows['photo_lamp']}: "
                f"Its file {rows['key_photo_lamp']} is missing."
            ),
            "findings: 1 error, 0 warnings",
        ]
        assert code == 1
        assert shell("check", "--no-files")[0] == 0

    def test_a_warning_alone_is_no_failure(self, box: Upkeep, shell: Shell) -> None:
        populate(box)
        box.storage.put("logo.png", b"x", mime_type="image/png")

        code, said, _ = shell("check")

        assert "warning object_foreign logo.png: Epox did not store this." in said
        assert code == 0

    def test_fails_without_a_worker(self, box: Upkeep, shell: Shell) -> None:
        del box

        code, said, _ = shell("check")

        assert "worker: none is running" in said
        assert code == 1

    def test_writes_one_json_object(self, box: Upkeep, shell: Shell) -> None:
        rows = populate(box)
        box.storage.delete(rows["key_photo_lamp"])

        code, said, _ = shell("check", "--json", "--decode")

        found = json.loads(said)
        assert found["health"]["database"] == "ok"
        assert found["findings"][0]["code"] == "original_missing"
        assert code == 1

    def test_says_that_the_tables_are_of_another_version(self, box: Upkeep, shell: Shell) -> None:
        execute(box, Populated(), "DROP TABLE queue_turns")

        code, said, _ = shell("check")

        assert "its tables are not those of this version" in said
        assert "error table_missing table queue_turns" in said
        assert code == 1


@pytest.mark.slow
class TestGc:
    def test_lists_first_and_frees_when_told(
        self, box: Upkeep, shell: Shell, tmp_path: Path
    ) -> None:
        populate(box)
        stray = f"w1/{'f' * 32}/original.jpg"
        box.storage.put(stray, b"x", mime_type="image/jpeg")
        age(tmp_path / "files" / stray, 2 * 3600)

        young = shell("gc", "--delete")
        listed = shell("gc", "--grace-hours", "1")
        assert box.storage.exists(stray)
        freed = shell("gc", "--grace-hours", "1", "--delete")

        assert young[1] == "Freed: 0 files (0 bytes) and 0 rows.\n"
        assert listed[1].splitlines() == [
            f"object {stray} (1 byte)",
            "Can be freed: 1 file (1 byte) and 0 rows.",
            "Nothing was deleted; say --delete for that.",
        ]
        assert freed[1].splitlines()[-1] == "Freed: 1 file (1 byte) and 0 rows."
        assert [young[0], listed[0], freed[0]] == [0, 0, 0]
        assert not box.storage.exists(stray)

    def test_names_rows_by_their_number(self, box: Upkeep, shell: Shell) -> None:
        rows = populate(box, files=False)
        execute(box, rows, "UPDATE sessions SET expires_at = :long_ago WHERE id = :session_0")

        assert shell("gc")[1].splitlines()[0] == "1 expired sessions"

    @pytest.mark.parametrize("hours", ["0", "-3", "soon", "nan"])
    def test_wants_a_grace_period(self, box: Upkeep, shell: Shell, hours: str) -> None:
        del box

        with pytest.raises(SystemExit):
            shell("gc", "--delete", "--grace-hours", hours)


@pytest.mark.slow
class TestBackupAndRestore:
    def test_one_command_each(
        self,
        box: Upkeep,
        shell: Shell,
        database_kind: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        populate(box)
        path = str(tmp_path / "backup.tar")
        written = shell("backup", path)
        new = tmp_path / "new"
        new.mkdir()
        with database(database_kind, new, migrated=False) as url:
            monkeypatch.setenv("DATABASE_URL", url)
            monkeypatch.setenv("EPOX_DATA_DIR", str(new / "data"))
            code, said, _ = shell("restore", path)
            again = shell("restore", path)

        assert (written[0], code, again[0]) == (0, 0, 1)
        assert "37 files and 1 spooled answer," in written[1]
        assert said.splitlines()[0].startswith("Restored ")
        assert "All unfinished jobs are paused" in said
        assert said.splitlines()[-1] == "findings: 0 errors, 0 warnings"
        assert "The database is not empty" in again[2]

    def test_a_backup_with_missing_files_is_written_and_fails(
        self, box: Upkeep, shell: Shell, tmp_path: Path
    ) -> None:
        rows = populate(box)
        box.storage.delete(rows["key_photo_lamp"])

        code, said, complained = shell("backup", str(tmp_path / "backup.tar"))

        assert "Wrote " in said
        assert f"missing in the store: {rows['key_photo_lamp']}" in complained
        assert code == 1

    def test_a_restore_without_files_tells_what_the_store_has_too_much(
        self,
        box: Upkeep,
        shell: Shell,
        database_kind: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        populate(box)
        path = str(tmp_path / "backup.tar")
        assert shell("backup", path, "--no-files")[0] == 0
        stray = f"w1/{'f' * 32}/original.jpg"
        box.storage.put(stray, b"x", mime_type="image/jpeg")
        new = tmp_path / "new"
        new.mkdir()
        with database(database_kind, new) as url:
            monkeypatch.setenv("DATABASE_URL", url)
            code, said, _ = shell("restore", path)

        assert f"error object_stray {stray}" in said
        assert box.storage.exists(stray)
        assert code == 1

    def test_says_what_is_wrong_with_a_file(
        self, box: Upkeep, shell: Shell, tmp_path: Path
    ) -> None:
        del box
        (tmp_path / "backup.tar").write_text("no archive")

        assert shell("restore", str(tmp_path / "backup.tar")) == (
            1,
            "",
            (
                "This archive is damaged: no file begins at byte 0: truncated header. "
                "Nothing of it was used.\n"
            ),
        )
        assert "exists already" in shell("backup", str(tmp_path / "backup.tar"))[2]


@pytest.mark.slow
class TestWorker:
    def test_runs_beside_others_on_either_database(self, box: Upkeep) -> None:
        command = [sys.executable, "-m", "core.cli", "worker"]
        workers = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        try:
            wait_for_workers(box, 2)
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            codes = [worker.wait(timeout=60) for worker in workers]
            for worker in workers:
                assert worker.stderr is not None
                worker.stderr.close()

        assert codes == [0, 0]


def wait_for_workers(box: Upkeep, count: int) -> None:
    pause = threading.Event()
    for _ in range(1200):
        with box.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM workers")) == count:
                return
        pause.wait(0.1)
    raise TimeoutError("the workers did not begin")
