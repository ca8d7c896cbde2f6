"""Where an XMP packet stands in a JPEG, PNG or WebP: found, taken out, put in.

Nothing in a file is believed: a length that leads out of it raises `ValueError`.
"""

import zlib
from collections.abc import Iterator

from core.imaging.signatures import accepted_format
from core.imaging.webp import webp_size

_MAX_PACKET_BYTES = 1_000_000

_JPEG_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_ROOM = 65_533 - len(_JPEG_NAME)
_APP0, _APP1, _START_OF_SCAN = 0xE0, 0xE1, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})

_PNG_HEAD = 8
_PNG_NAME = b"XML:com.adobe.xmp\0"

_RIFF_HEAD = 12
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10
_VP8X_BYTES = 10


def find_packet(data: bytes) -> bytes | None:
    """Return the file's XMP packet, None if it has none; raise `ValueError` for a broken file."""
    kind = accepted_format(data)
    if kind == "JPEG":
        found = (b[len(_JPEG_NAME) :] for m, b, _ in _segments(data) if _is_jpeg_packet(m, b))
        return next(found, None)
    if kind == "PNG":
        texts = (body for name, body, _ in _png_chunks(data) if _is_png_packet(name, body))
        return next((_png_text(body) for body in texts), None)
    if kind == "WEBP":
        return next((body for name, body, _ in _riff_chunks(data) if name == b"XMP "), None)
    raise ValueError("no JPEG, PNG or WebP")


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Return the file with this packet in place of its own; raise `ValueError` if that fails."""
    kind = accepted_format(data)
    if kind == "JPEG":
        return _jpeg_with(data, packet)
    if kind == "PNG":
        return _png_with(data, packet)
    if kind == "WEBP":
        return _webp_with(data, packet)
    raise ValueError("no JPEG, PNG or WebP")


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield marker, body and all bytes of each segment before the scans; they come last, as one."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 - what each marker begins with
            raise ValueError("no marker where one should be")
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - padding
            at += 1
            continue
        if marker == _START_OF_SCAN:
            yield marker, b"", data[at:]
            return
        if marker in _ALONE:
            yield marker, b"", data[at : at + 2]
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data) or end < at + 4:
            raise ValueError("a segment is longer than the file")
        yield marker, data[at + 4 : end], data[at:end]
        at = end
    raise ValueError("no picture in it")


def _is_jpeg_packet(marker: int, body: bytes) -> bool:
    return marker == _APP1 and body.startswith(_JPEG_NAME)


def _jpeg_with(data: bytes, packet: bytes) -> bytes:
    if len(packet) > _JPEG_ROOM:
        raise ValueError("the packet is too long for a JPEG")
    length = (2 + len(_JPEG_NAME) + len(packet)).to_bytes(2)
    own = b"\xff" + bytes([_APP1]) + length + _JPEG_NAME + packet
    pieces, is_placed = [data[:2]], False
    for marker, body, whole in _segments(data):
        if _is_jpeg_packet(marker, body):
            continue
        if not is_placed and marker != _APP0:
            pieces.append(own)
            is_placed = True
        pieces.append(whole)
    return b"".join(pieces)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield name, body and all bytes of each chunk."""
    at = _PNG_HEAD
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise ValueError("a chunk is longer than the file")
        name = data[at + 4 : at + 8]
        yield name, data[at + 8 : end - 4], data[at:end]
        at = end
        if name == b"IEND":
            return
    raise ValueError("no end")


def _is_png_packet(name: bytes, body: bytes) -> bool:
    return name == b"iTXt" and body.startswith(_PNG_NAME)


def _png_text(body: bytes) -> bytes:
    is_packed, rest = body[len(_PNG_NAME) : len(_PNG_NAME) + 1], body[len(_PNG_NAME) + 2 :]
    text = rest.split(b"\0", 2)[-1]
    if is_packed != b"\1":
        return text
    try:
        return zlib.decompressobj().decompress(text, _MAX_PACKET_BYTES)
    except zlib.error as error:
        raise ValueError("a text that cannot be unpacked") from error


def _png_with(data: bytes, packet: bytes) -> bytes:
    body = _PNG_NAME + b"\0\0\0\0" + packet
    own = len(body).to_bytes(4) + b"iTXt" + body + zlib.crc32(b"iTXt" + body).to_bytes(4)
    pieces = [data[:_PNG_HEAD]]
    for name, old, whole in _png_chunks(data):
        if not _is_png_packet(name, old):
            pieces.append(whole)
        if name == b"IHDR":
            pieces.append(own)
    return b"".join(pieces)


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield name, body and all bytes of each chunk, with the one that makes its length even."""
    at = _RIFF_HEAD
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(data):
            raise ValueError("a chunk is longer than the file")
        yield data[at : at + 4], data[at + 8 : end], data[at : end + length % 2]
        at = end + length % 2


def _webp_with(data: bytes, packet: bytes) -> bytes:
    chunks = [each for each in _riff_chunks(data) if each[0] != b"XMP "]
    if not chunks:
        raise ValueError("no picture in it")
    pieces = [whole for _, _, whole in chunks]
    if chunks[0][0] == b"VP8X" and len(chunks[0][1]) == _VP8X_BYTES:
        pieces[0] = _riff_chunk(b"VP8X", bytes([chunks[0][1][0] | _XMP_FLAG]) + chunks[0][1][1:])
    else:
        pieces.insert(0, _extended(data, chunks[0]))
    pieces.append(_riff_chunk(b"XMP ", packet))
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _extended(data: bytes, first: tuple[bytes, bytes, bytes]) -> bytes:
    """Return the chunk that a plain file needs before it may hold a packet."""
    size = webp_size(data)
    if size is None:
        raise ValueError("no whole picture in it")
    name, body, _ = first
    # The bit after the two sizes of a lossless picture says that it has alpha.
    has_alpha = name == b"VP8L" and bool(body[4] & 0x10)
    flags = _XMP_FLAG | (_ALPHA_FLAG if has_alpha else 0)
    sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
    return _riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)
