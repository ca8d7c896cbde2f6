"""The lock that tells a dead neighbour from a living one."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs.locks import WorkerLocks

_HOLD = """
import sys, time
from pathlib import Path
from core.jobs.locks import WorkerLocks
locks = WorkerLocks(Path(sys.argv[1]))
locks.hold("other")
print("held", flush=True)
time.sleep(60)
"""


class TestDead:
    def test_is_who_let_go_without_saying_so(self, tmp_path: Path) -> None:
        (tmp_path / "gone.lock").touch()

        locks = WorkerLocks(tmp_path)
        assert locks.dead(["gone"]) == ["gone"]
        assert locks.dead(["gone"]) == ["gone"]  # the first to notice may have died of it

        locks.forget(["gone"])
        assert locks.dead(["gone"]) == []

    def test_is_nobody_of_another_folder(self, tmp_path: Path) -> None:
        assert WorkerLocks(tmp_path).dead(["elsewhere"]) == []

    def test_is_nobody_who_lives(self, tmp_path: Path) -> None:
        mine = WorkerLocks(tmp_path)
        mine.hold("me")

        assert WorkerLocks(tmp_path).dead(["me"]) == []

        mine.release("me")
        assert WorkerLocks(tmp_path).dead(["me"]) == []

    @pytest.mark.slow
    def test_is_whose_process_was_killed(self, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert WorkerLocks(tmp_path).dead(["other"]) == []

        process.kill()
        process.wait()
        process.stdout.close()

        assert WorkerLocks(tmp_path).dead(["other"]) == ["other"]
