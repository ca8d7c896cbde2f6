"""Messages over a pipe: two lengths, a JSON header, raw bytes."""

import json
import struct
from typing import BinaryIO

_LENGTHS = struct.Struct(">II")
MAX_HEADER_BYTES = 16_384
MAX_BODY_BYTES = 64 * 1024 * 1024


class BrokenFrameError(Exception):
    """The other side ended, or sent what is no message."""


def send(pipe: BinaryIO, header: dict[str, object], *parts: bytes) -> None:
    """Write one message."""
    encoded = json.dumps(header).encode()
    pipe.write(_LENGTHS.pack(len(encoded), sum(map(len, parts))) + encoded)
    pipe.writelines(parts)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, object], bytes]:
    """Read one message, or raise `BrokenFrameError`."""
    header_bytes, body_bytes = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise BrokenFrameError("a message is longer than any of ours")
    try:
        header = json.loads(_exactly(pipe, header_bytes))
    except ValueError as error:
        raise BrokenFrameError("a header is no JSON") from error
    if not isinstance(header, dict):
        raise BrokenFrameError("a header is no object")
    return header, _exactly(pipe, body_bytes)


def _exactly(pipe: BinaryIO, count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise BrokenFrameError("the other side ended")
    return data
