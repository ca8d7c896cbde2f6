"""The seam to file stores: keys in, bytes out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class StoredObject:
    """An object as the store lists it; `modified_at` is by the store's own clock."""

    key: str
    size_bytes: int
    modified_at: datetime = field(compare=False)


class AssetStorage(Protocol):
    """A store of immutable objects.

    A key is a relative path of `[a-z0-9._-]` parts; any other key raises `ValueError`, whatever
    the operation. Failures of the store raise `StorageError`, a full one `StorageFullError`.
    """

    def put(self, key: str, data: bytes, *, mime_type: str) -> None:
        """Keep the bytes under the key, whole or not at all, durable when this returns.

        Putting the same key again replaces the object.
        """
        ...

    def put_file(self, key: str, file: Path, *, mime_type: str) -> None:
        """Keep a file's bytes as `put` does, in pieces: it may be larger than the memory."""
        ...

    def get(self, key: str) -> bytes:
        """Return the object's bytes, or raise `ObjectMissingError`."""
        ...

    def stream(
        self, key: str, *, chunk_bytes: int = 262_144, start: int = 0
    ) -> tuple[int, Iterator[bytes]]:
        """Return the size and an iterator over the bytes, or raise `ObjectMissingError`.

        It begins at byte `start`, which must be one of the object's; the size is that of all.
        """
        ...

    def exists(self, key: str) -> bool:
        """Say whether the store holds the key."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; a missing one is fine."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield every object whose key begins with the prefix, in order of their keys."""
        ...

    def unfinished(self, *, min_age_s: float) -> Iterator[StoredObject]:
        """Yield what killed writes left so long ago; no object has such a name."""
        ...

    def drop_unfinished(self, *, min_age_s: float) -> int:
        """Remove what killed writes left so long ago, and return how many that were."""
        ...

    def check(self) -> None:
        """Raise `StorageError` unless the store can be written and read now."""
        ...
