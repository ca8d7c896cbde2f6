"""Reading an opened object piece by piece."""

from collections.abc import Callable, Iterator
from typing import Self


class Chunks(Iterator[bytes]):
    """The bytes of an opened object in pieces, never all in memory.

    It closes the object at its end, at an error, and when nobody holds it any more: a download
    that a person breaks off leaves nothing open.
    """

    def __init__(
        self, read: Callable[[int], bytes], close: Callable[[], None], chunk_bytes: int
    ) -> None:
        self._read = read
        self._close = close
        self._chunk_bytes = chunk_bytes

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next piece."""
        try:
            chunk = self._read(self._chunk_bytes)
        except BaseException:
            self._close()
            raise
        if not chunk:
            self._close()
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Close the object early; closing twice is fine."""
        self._close()

    def __del__(self) -> None:
        """Close what was never read to its end."""
        self._close()
