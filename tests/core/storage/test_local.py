"""Faults of the disk: what was there before is never lost."""

import errno
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from core.errors import StorageError, StorageFullError
from core.storage.disk import Disk
from core.storage.local import UNFINISHED, LocalAssetStorage

KEY = "w1/0f/original.jpg"
STEPS_OF_A_FIRST_PUT = 11


class FailingDisk(Disk):
    """Fails at the n-th step with the given error."""

    def __init__(self, step: int, code: int) -> None:
        self.steps = 0
        self._failing = step
        self._code = code

    def _count(self) -> None:
        self.steps += 1
        if self.steps == self._failing:
            raise OSError(self._code, os.strerror(self._code))

    def make_folder(self, folder: Path) -> bool:
        self._count()
        return super().make_folder(folder)

    def create(self, path: Path) -> int:
        self._count()
        return super().create(path)

    def write(self, descriptor: int, data: memoryview) -> int:
        self._count()
        return super().write(descriptor, data[:3])  # the system may take a part only

    def sync(self, descriptor: int) -> None:
        self._count()
        super().sync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._count()
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._count()
        super().sync_folder(folder)


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


class TestPut:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (errno.ENOSPC, StorageFullError),
            (errno.EDQUOT, StorageFullError),
            (errno.EFBIG, StorageFullError),
            (errno.EIO, StorageError),
        ],
    )
    @pytest.mark.parametrize("step", range(1, 6))
    def test_keeps_the_old_object_when_any_step_fails(
        self, tmp_path: Path, step: int, code: int, expected: type[StorageError]
    ) -> None:
        LocalAssetStorage(tmp_path).put(KEY, b"old", mime_type="image/jpeg")
        storage = LocalAssetStorage(tmp_path, disk=FailingDisk(step, code))

        with pytest.raises(StorageError) as caught:
            storage.put(KEY, b"newer", mime_type="image/jpeg")

        assert type(caught.value) is expected
        assert storage.get(KEY) == b"old"
        assert [path.name for path in files_below(tmp_path)] == ["original.jpg"]

    @pytest.mark.parametrize("step", range(1, STEPS_OF_A_FIRST_PUT + 1))
    def test_a_first_put_that_fails_leaves_nothing_or_the_whole_object(
        self, tmp_path: Path, step: int
    ) -> None:
        disk = FailingDisk(step, errno.EIO)
        storage = LocalAssetStorage(tmp_path / "files", disk=disk)

        with pytest.raises(StorageError):
            storage.put(KEY, b"new", mime_type="image/jpeg")

        assert [path.read_bytes() for path in files_below(tmp_path)] in ([], [b"new"])

    def test_every_step_of_a_first_put_is_tried_above(self, tmp_path: Path) -> None:
        disk = FailingDisk(0, errno.EIO)

        LocalAssetStorage(tmp_path / "files", disk=disk).put(KEY, b"new", mime_type="image/jpeg")

        assert disk.steps == STEPS_OF_A_FIRST_PUT

    def test_says_that_a_really_full_disk_is_full(self, tmp_path: Path) -> None:
        LocalAssetStorage(tmp_path).put(KEY, b"old", mime_type="image/jpeg")
        script = (
            "import sys; from pathlib import Path\n"
            "from core.errors import StorageFullError\n"
            "from core.storage.local import LocalAssetStorage\n"
            "try: LocalAssetStorage(Path(sys.argv[1])).put(\n"
            f"    {KEY!r}, bytes(1 << 20), mime_type='image/jpeg')\n"
            "except StorageFullError as error: print(error.user_message)\n"
        )

        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
        )

        assert done.stdout.strip() == StorageFullError.user_message
        assert [path.read_bytes() for path in files_below(tmp_path)] == [b"old"]

    def test_survives_deletes_that_prune_its_folder(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path)
        keys = [f"w1/0f/{number}.webp" for number in range(4)]

        def churn(key: str) -> None:
            for _ in range(30):
                storage.put(key, b"x", mime_type="image/webp")
                storage.delete(key)
            storage.put(key, b"x", mime_type="image/webp")

        threads = [Thread(target=churn, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [stored.key for stored in storage.list()] == keys

    def test_an_object_in_the_place_of_a_folder_is_an_error_not_a_crash(
        self, tmp_path: Path
    ) -> None:
        storage = LocalAssetStorage(tmp_path)
        storage.put("w1", b"x", mime_type="image/webp")

        with pytest.raises(StorageError):
            storage.put("w1/a", b"x", mime_type="image/webp")


class TestList:
    def test_hides_unfinished_files_and_leaves_them_alone(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path)
        storage.put(KEY, b"x", mime_type="image/jpeg")
        left = tmp_path / "w1" / f"{UNFINISHED}old"
        left.write_bytes(b"half")
        os.utime(left, (time.time() - 90_000,) * 2)

        assert [stored.key for stored in storage.list()] == [KEY]
        assert left.exists()

    def test_follows_no_links(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path / "files")
        storage.put(KEY, b"x", mime_type="image/jpeg")
        (tmp_path / "files" / "loop").symlink_to(tmp_path / "files")
        (tmp_path / "files" / "link").symlink_to(tmp_path / "files" / KEY)

        assert [stored.key for stored in storage.list()] == [KEY]


class TestUnfinished:
    def test_names_what_killed_writes_left_so_long_ago(self, tmp_path: Path) -> None:
        storage, young, old = self._left_overs(tmp_path)

        [found] = storage.unfinished(min_age_s=3600)

        assert (found.key, found.size_bytes) == (f"w1/{UNFINISHED}old", 4)
        assert young.exists()
        assert old.exists()

    def test_removes_it_with_the_folders_that_get_empty(self, tmp_path: Path) -> None:
        storage, young, old = self._left_overs(tmp_path)
        alone = tmp_path / "w2" / "0f" / f"{UNFINISHED}old"
        alone.parent.mkdir(parents=True)
        alone.write_bytes(b"half")
        os.utime(alone, (time.time() - 7200,) * 2)

        assert storage.drop_unfinished(min_age_s=3600) == 2
        assert young.exists()
        assert not old.exists()
        assert not (tmp_path / "w2").exists()
        assert storage.drop_unfinished(min_age_s=3600) == 0

    def test_there_is_none_in_a_folder_that_is_not_yet_there(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path / "files")

        assert list(storage.unfinished(min_age_s=0)) == []

    def _left_overs(self, folder: Path) -> tuple[LocalAssetStorage, Path, Path]:
        storage = LocalAssetStorage(folder)
        storage.put("w1/original.jpg", b"x", mime_type="image/jpeg")
        young, old = (folder / "w1" / f"{UNFINISHED}{name}" for name in ("young", "old"))
        for path in (young, old):
            path.write_bytes(b"half")
        os.utime(old, (time.time() - 7200,) * 2)
        return storage, young, old


class TestDelete:
    def test_leaves_no_empty_folders(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path)
        storage.put(KEY, b"x", mime_type="image/jpeg")

        storage.delete(KEY)

        assert list(tmp_path.iterdir()) == []


class TestCheck:
    def test_fails_when_the_folder_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("a file is in the way")

        with pytest.raises(StorageError) as caught:
            LocalAssetStorage(tmp_path / "files").check()

        assert caught.value.user_message == StorageError.user_message

    def test_fails_when_the_disk_is_full(self, tmp_path: Path) -> None:
        storage = LocalAssetStorage(tmp_path, disk=FailingDisk(5, errno.ENOSPC))

        with pytest.raises(StorageFullError):
            storage.check()
