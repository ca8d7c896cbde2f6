"""Objects as files below one folder."""

import errno
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

from core.errors import ObjectMissingError, StorageError, StorageFullError
from core.storage.base import StoredObject
from core.storage.chunks import Chunks
from core.storage.disk import Disk
from core.storage.keys import checked_key, checked_prefix, is_key
from core.storage.probe import probe

UNFINISHED = "~"
"""Begins the name of a file that is being written; no key can hold it."""

_ATTEMPTS = 5
_COPIED_AT_ONCE = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}


class LocalAssetStorage:
    """An `AssetStorage` in a local folder, which the first `put` makes.

    A write that fails or is killed leaves the object that was there before, and never half of one.
    """

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self._root = root
        self._disk = disk or Disk()
        self._folders = Lock()

    def put(self, key: str, data: bytes, *, mime_type: str) -> None:
        """Keep the bytes under the key; the key's ending carries the type already."""
        del mime_type
        target = self._path(key)
        with _told(f"put {key}"):
            self._put(target, (data,))

    def put_file(self, key: str, file: Path, *, mime_type: str) -> None:
        """Keep a file's bytes under the key, in pieces."""
        del mime_type
        target = self._path(key)
        with _told(f"put {key}"), file.open("rb", buffering=0) as source:
            self._put(target, iter(lambda: source.read(_COPIED_AT_ONCE), b""))

    def get(self, key: str) -> bytes:
        """Return the object's bytes, or raise `ObjectMissingError`."""
        path = self._path(key)
        with _told(f"get {key}", _MISSING):
            return path.read_bytes()

    def stream(
        self, key: str, *, chunk_bytes: int = 262_144, start: int = 0
    ) -> tuple[int, Iterator[bytes]]:
        """Return the size and an iterator over the bytes, or raise `ObjectMissingError`."""
        path = self._path(key)
        with _told(f"stream {key}", _MISSING):
            file = path.open("rb", buffering=0)
            size = os.fstat(file.fileno()).st_size
            file.seek(start)

        def read(count: int) -> bytes:
            with _told(f"stream {key}"):
                return file.read(count)

        return size, Chunks(read, file.close, chunk_bytes)

    def exists(self, key: str) -> bool:
        """Say whether the folder holds the key."""
        path = self._path(key)
        with _told(f"exists {key}"):
            return path.is_file()

    def delete(self, key: str) -> None:
        """Remove the object, and the folders that it leaves empty."""
        path = self._path(key)
        with suppress(ObjectMissingError), _told(f"delete {key}", _MISSING):
            if path.is_file():
                path.unlink()
                self._prune(path.parent)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects in order; what is being written is none yet."""
        return self._walk("", checked_prefix(prefix))

    def unfinished(self, *, min_age_s: float) -> Iterator[StoredObject]:
        """Yield the files that killed writes left so long ago; a name is a path in the folder."""
        until = time.time() - min_age_s
        for folder, _, names in os.walk(self._root):
            for name in sorted(name for name in names if name.startswith(UNFINISHED)):
                path = Path(folder, name)
                with suppress(ObjectMissingError), _told(f"look at {name}", _MISSING):
                    found = path.lstat()
                    if found.st_mtime <= until:
                        yield _object(path.relative_to(self._root).as_posix(), found)

    def drop_unfinished(self, *, min_age_s: float) -> int:
        """Remove what killed writes left so long ago, and return how many files that were."""
        dropped = 0
        for left in self.unfinished(min_age_s=min_age_s):
            self._disk.discard(self._root / left.key)
            self._prune((self._root / left.key).parent)
            dropped += 1
        return dropped

    def check(self) -> None:
        """Raise `StorageError` unless the folder can be written and read now."""
        probe(self)

    def free_bytes(self) -> int:
        """Return how much room is left on the folder's disk."""
        folder = next(
            path for path in (self._root, *self._root.absolute().parents) if path.exists()
        )
        return shutil.disk_usage(folder).free

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _put(self, target: Path, pieces: Iterable[bytes]) -> None:
        descriptor, unfinished = self._create_beside(target)
        try:
            self._fill(descriptor, pieces)
            self._disk.replace(unfinished, target)
        except BaseException:
            self._disk.discard(unfinished)
            raise
        self._disk.sync_folder(target.parent)

    def _create_beside(self, target: Path) -> tuple[int, Path]:
        # Beside the target, because only within one file system is the renaming a single step.
        unfinished = target.with_name(f"{UNFINISHED}{uuid4().hex}")
        for _ in range(_ATTEMPTS):
            # A `delete` at the same moment may prune the folder that was just made.
            with suppress(FileNotFoundError):
                self._make_folders(target.parent)
                return self._disk.create(unfinished), unfinished
        raise StorageError(f"the folder of {target.name} vanished again and again")

    def _make_folders(self, folder: Path) -> None:
        # Under the lock nobody uses a folder whose own name is not yet on the disk.
        with self._folders:
            missing = [path for path in (folder, *folder.parents) if not path.exists()]
            for path in reversed(missing):
                if self._disk.make_folder(path):
                    self._disk.sync_folder(path.parent)

    def _fill(self, descriptor: int, pieces: Iterable[bytes]) -> None:
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[self._disk.write(descriptor, rest) :]
            self._disk.sync(descriptor)
        finally:
            os.close(descriptor)

    def _prune(self, folder: Path) -> None:
        # `rmdir` refuses a folder that is not empty, which ends the way up.
        with suppress(OSError):
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent

    def _walk(self, above: str, prefix: str) -> Iterator[StoredObject]:
        with _told(f"list {above or 'all'}"):
            entries = _sorted_entries(self._root / above)
        for name, entry in entries:
            path = above + name
            if name.endswith("/"):
                if path.startswith(prefix) or prefix.startswith(path):
                    yield from self._walk(path, prefix)
            elif path.startswith(prefix) and is_key(path):
                with suppress(FileNotFoundError):  # deleted since the folder was read
                    yield _object(path, entry.stat(follow_symlinks=False))


def _object(name: str, found: os.stat_result) -> StoredObject:
    return StoredObject(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _sorted_entries(folder: Path) -> list[tuple[str, os.DirEntry[str]]]:
    # A folder sorts as its keys do: with the slash, which comes after "-" and ".".
    try:
        with os.scandir(folder) as entries:
            named = [(_listed_name(entry), entry) for entry in entries]
    except FileNotFoundError:
        return []
    return sorted(((name, entry) for name, entry in named if name), key=lambda pair: pair[0])


def _listed_name(entry: os.DirEntry[str]) -> str:
    # Links are not ours: following them could lead out of the folder or round in circles.
    if entry.is_dir(follow_symlinks=False):
        return f"{entry.name}/"
    return entry.name if entry.is_file(follow_symlinks=False) else ""


@contextmanager
def _told(what: str, missing: AbstractSet[int] = frozenset()) -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        detail = f"{what}: {errno.errorcode.get(error.errno or 0, 'OSError')}"
        if error.errno in missing:
            raise ObjectMissingError(detail) from error
        if error.errno in _FULL:
            raise StorageFullError(detail) from error
        raise StorageError(detail) from error
