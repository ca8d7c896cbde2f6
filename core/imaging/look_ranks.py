"""Compares looks that were measured: how alike two are, and the coarse hashes to find them by."""

import hashlib
from collections.abc import Mapping

import numpy as np

from core.domain.looks import BUCKETS
from core.imaging.pixels import Pixels

COLOURS = 64
FEATURES = 128
_BITS = 8


def _planes() -> Pixels:
    """Return the 32 directions of the coarse hashes: signs that are the same for ever.

    Two buckets look at the colours, one at the edges, one at both: what shares one of these with a
    picture is looked at closely.
    """
    digests = (hashlib.sha256(bytes([number])).digest() for number in range(BUCKETS * _BITS))
    bits = np.unpackbits(np.frombuffer(b"".join(digests), np.uint8)).reshape(-1, 256)
    planes = bits[:, :FEATURES].astype(np.float64) * 2 - 1
    planes[: 2 * _BITS, COLOURS:] = 0
    planes[2 * _BITS : 3 * _BITS, :COLOURS] = 0
    return planes


_PLANES = _planes()
# Where half of 668 product photos, rooms and scenes lie on either side.
# fmt: off
_MIDDLES = np.array((
    281, -219, -142, 70, -114, 16, 44, 178,
    308, 188, 102, -42, 23, -174, 197, -28,
    160, 196, -330, -298, -15, -189, -32, -168,
    -263, 249, -82, 267, -126, 235, 54, -124,
))
# fmt: on


def buckets_of(features: Pixels) -> tuple[int, ...]:
    """Return the coarse hashes of features, a byte each."""
    bits = (_PLANES @ features.astype(np.float64) > _MIDDLES).reshape(BUCKETS, _BITS)
    return tuple(int(np.packbits(row)[0]) for row in bits)


def likeness_to(features: bytes, others: Mapping[int, bytes]) -> dict[int, float]:
    """Return how alike each of the others is, from 0 to 1: half by colours, half by edges."""
    if not others:
        return {}
    colours, edges = _halves(features, list(others.values()))
    return dict(zip(others, ((colours + edges) / 2).tolist(), strict=True))


def colours_alike(features: bytes, other: bytes) -> float:
    """Return how alike the colours of two pictures are, from 0 to 1."""
    colours, _ = _halves(features, [other])
    return float(colours[0])


def _halves(features: bytes, others: list[bytes]) -> tuple[Pixels, Pixels]:
    own = np.frombuffer(features, np.uint8).astype(np.float32)
    them = np.frombuffer(b"".join(others), np.uint8).reshape(-1, FEATURES).astype(np.float32)
    products = them * own
    # The squares add up to 255 squared, but for the rounding of each byte.
    norms = [
        np.linalg.norm(them[:, part], axis=1) * np.linalg.norm(own[part])
        for part in (slice(None, COLOURS), slice(COLOURS, None))
    ]
    return (
        products[:, :COLOURS].sum(1) / np.maximum(norms[0], 1),
        products[:, COLOURS:].sum(1) / np.maximum(norms[1], 1),
    )
