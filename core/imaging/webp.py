"""The frame of a WebP file: whether it is whole, and how large its picture is."""

from collections.abc import Iterator

_RIFF_HEAD = 12
_CHUNK_HEAD = 8
_LOSSY_START = b"\x9d\x01\x2a"
_LOSSLESS_START = 0x2F
_SIZE_BITS = 14
_SIZE_MASK = (1 << _SIZE_BITS) - 1


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a whole WebP file, or None for any other bytes.

    Nothing is decoded: a file that was cut, padded or overwritten from its start is found, one
    with other pixels inside the same frame is not.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        return None
    try:
        for kind, body in _chunks(data):
            if kind == b"VP8 ":
                return _lossy_size(body)
            if kind == b"VP8L":
                return _lossless_size(body)
    except ValueError:
        pass
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = _RIFF_HEAD
    while start < len(data):
        length = int.from_bytes(data[start + 4 : start + _CHUNK_HEAD], "little")
        end = start + _CHUNK_HEAD + length
        if start + _CHUNK_HEAD > len(data) or end > len(data):
            raise ValueError("a chunk is longer than the file")
        yield data[start : start + 4], data[start + _CHUNK_HEAD : end]
        start = end + length % 2


def _lossy_size(body: bytes) -> tuple[int, int]:
    if body[3:6] != _LOSSY_START:
        raise ValueError("no key frame")
    width, height = (int.from_bytes(body[at : at + 2], "little") & _SIZE_MASK for at in (6, 8))
    return _positive(width, height)


def _lossless_size(body: bytes) -> tuple[int, int]:
    bits = int.from_bytes(body[1:5], "little")
    if len(body) <= _CHUNK_HEAD or body[0] != _LOSSLESS_START:
        raise ValueError("no lossless picture")
    return _positive((bits & _SIZE_MASK) + 1, (bits >> _SIZE_BITS & _SIZE_MASK) + 1)


def _positive(width: int, height: int) -> tuple[int, int]:
    if width < 1 or height < 1:
        raise ValueError("an empty picture")
    return width, height
