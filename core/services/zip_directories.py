"""The directory at the end of a ZIP file: how large it is, before it is read into memory."""

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    UnicodeDecodeError,
    EOFError,
    RuntimeError,  # also of a method that nobody here can unpack
)
"""What Python raises where a ZIP file, or a file in it, is damaged or strangely packed."""

_END = b"PK\x05\x06"
_END_BYTES = 22
_END_64 = b"PK\x06\x06"
_END_64_BYTES = 56
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_BYTES = 20
_MAX_COMMENT_BYTES = 65_535


def directory_size(file: BinaryIO) -> tuple[int, int]:
    """Return how many files a ZIP file says it has, and how many bytes its directory.

    Raises `BadZipFile` where there is no directory to be found.
    """
    size = file.seek(0, 2)
    longest = _END_BYTES + _MAX_COMMENT_BYTES + _LOCATOR_64_BYTES + _END_64_BYTES
    file.seek(max(0, size - longest))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise zipfile.BadZipFile("no end of a directory")
    count, directory_bytes = struct.unpack_from("<HL", tail, at + 10)
    locator = at - _LOCATOR_64_BYTES
    if locator < 0 or tail[locator : locator + 4] != _LOCATOR_64:
        return count, directory_bytes
    # Where there is such a record, its numbers hold and the others are not looked at: programs
    # that write while they pack, as many shops do, make one for small files too.
    end_64 = locator - _END_64_BYTES
    if end_64 < 0 or tail[end_64 : end_64 + 4] != _END_64:
        raise zipfile.BadZipFile("no end of a ZIP64 directory")
    count, directory_bytes = struct.unpack_from("<QQ", tail, end_64 + 32)
    return count, directory_bytes
