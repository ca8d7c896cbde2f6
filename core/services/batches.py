"""Long streams in pieces, so that one question is asked for many of them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(things: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the things in tuples of at most `size`, reading no further than asked."""
    source = iter(things)
    while batch := tuple(islice(source, size)):
        yield batch
