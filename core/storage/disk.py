"""The steps of a durable write, each a method, so that a test can let any one of them fail."""

import os
from contextlib import suppress
from pathlib import Path


class Disk:
    """The operating system's calls that change files."""

    def make_folder(self, folder: Path) -> bool:
        """Make one folder, and say whether it was missing."""
        try:
            folder.mkdir()
        except FileExistsError:
            return False
        return True

    def create(self, path: Path) -> int:
        """Create a file that must not exist and return its descriptor."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of the bytes and return how many."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Wait until the file's bytes are on the disk."""
        os.fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Give the file its name, in one step."""
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the folder's names are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def discard(self, path: Path) -> None:
        """Remove a file whatever its state; a failure leaves it for the next sweep."""
        with suppress(OSError):
            path.unlink(missing_ok=True)
