"""A ZIP file that is built piece by piece and survives the death of whoever builds it.

Beside it stands a journal with a line for each picture that is whole in it. What a process that was
killed left is believed only as far as its bytes have the checksums of its journal.
"""

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Self
from uuid import uuid4

from core.errors import EpoxError

_HEAD = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"
_CHUNK = 1024 * 1024
_PRIVATE = 0o600 << 16
_FIRST_YEAR = 1980


class ZipFolderError(EpoxError):
    """The folder where ZIP files are built cannot be used; the log says why."""

    user_message = "The export cannot be written: the server's disk is full or not there."


@dataclass(frozen=True)
class ZippedPicture:
    """A picture that is whole in the ZIP: where, with which bytes, and how large it is shown."""

    position: int
    name: str
    offset: int
    size_bytes: int
    crc: int
    sha256: str
    width_px: int
    height_px: int
    moment: tuple[int, int, int, int, int, int]
    source_type: str = ""
    is_unlabelled: bool = False


class PictureZip:
    """Builds the ZIP of one export. Use it in a `with` block.

    Entering it goes on with what an earlier process left in the folder, unless another process
    still builds there. Pictures are stored as they are, since they are packed already.
    """

    def __init__(self, folder: Path, export_id: int) -> None:
        self._folder = folder
        self._export_id = export_id
        self._pictures: dict[int, ZippedPicture] = {}
        self._texts: list[zipfile.ZipInfo] = []
        self._end = 0
        self._path: Path
        self._file: IO[bytes]
        self._journal: IO[bytes]

    def __enter__(self) -> Self:
        """Open what is there, or begin anew; raises `ZipFolderError`."""
        with self._told():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._path, self._file = self._opened()
            self._journal = self._path.with_suffix(".journal").open("a+b")
            self._go_on()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files; what is in them stays for the next one, unless `discard` was called."""
        self._journal.close()
        self._file.close()

    @property
    def pictures(self) -> dict[int, ZippedPicture]:
        """Return what is in it, by the positions of the pictures."""
        return self._pictures

    def add(
        self,
        position: int,
        name: str,
        data: bytes,
        *,
        size: tuple[int, int],
        at: datetime,
        source_type: str = "",
        is_unlabelled: bool = False,
    ) -> ZippedPicture:
        """Put a picture in; it is there for good when this returns."""
        info = _info(name, at)
        offset = self._end
        with self._told():
            self._write(info, (data,))
            picture = ZippedPicture(
                position=position,
                name=name,
                offset=offset,
                size_bytes=info.file_size,
                crc=info.CRC,
                sha256=hashlib.sha256(data).hexdigest(),
                width_px=size[0],
                height_px=size[1],
                moment=info.date_time,
                source_type=source_type,
                is_unlabelled=is_unlabelled,
            )
            self._journal.write(json.dumps(asdict(picture)).encode() + b"\n")
            self._journal.flush()
        self._pictures[position] = picture
        return picture

    def add_text(self, name: str, pieces: Iterable[bytes], *, at: datetime) -> None:
        """Put a file in that is made from the pictures: after all of them, and anew each time."""
        info = _info(name, at)
        with self._told():
            self._write(info, pieces)
        self._texts.append(info)

    def finish(self) -> Path:
        """Close the ZIP and return where it is; nothing more can be put in then."""
        with self._told():
            self._file.truncate(self._end)
            self._file.seek(0)
            closed = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)
            for info in (*map(_info_of, self._pictures.values()), *self._texts):
                closed.filelist.append(info)
                closed.NameToInfo[info.filename] = info
            closed.start_dir = self._end
            closed.close()
            self._file.flush()
        return self._path

    def discard(self) -> None:
        """Remove what was built."""
        _discard(self._path)

    def _opened(self) -> tuple[Path, IO[bytes]]:
        for path in sorted(self._folder.glob(f"{self._export_id}-*.zip")):
            file = path.open("r+b")
            if _lock(file):
                return path, file
            file.close()  # somebody who was taken for dead still writes there
        path = self._folder / f"{self._export_id}-{uuid4().hex}.zip"
        file = path.open("x+b")
        _lock(file)
        return path, file

    def _go_on(self) -> None:
        self._journal.seek(0)
        length = 0
        for line in self._journal:
            picture = _read(line)
            if picture is None or picture.offset != self._end or not self._is_whole(picture):
                break
            self._pictures[picture.position] = picture
            length += len(line)
        self._journal.truncate(length)

    def _is_whole(self, picture: ZippedPicture) -> bool:
        """Say whether the picture's bytes are there, and take the place after them for the next."""
        self._file.seek(picture.offset)
        head = self._file.read(_HEAD.size)
        if len(head) != _HEAD.size:
            return False
        signature, *_, name_bytes, extra_bytes = _HEAD.unpack(head)
        name = self._file.read(name_bytes)
        if signature != _SIGNATURE or name != picture.name.encode():
            return False
        self._file.seek(extra_bytes, os.SEEK_CUR)
        rest, crc = picture.size_bytes, 0
        while rest and (piece := self._file.read(min(_CHUNK, rest))):
            rest -= len(piece)
            crc = zlib.crc32(piece, crc)
        if rest or crc != picture.crc:
            return False
        self._end = self._file.tell()
        return True

    def _write(self, info: zipfile.ZipInfo, pieces: Iterable[bytes]) -> None:
        """Write an entry where the last one ends; one that breaks off is overwritten."""
        info.header_offset, info.CRC = self._end, 0
        self._file.seek(self._end + len(info.FileHeader(zip64=False)))
        size = crc = 0
        for piece in pieces:
            self._file.write(piece)
            size += len(piece)
            crc = zlib.crc32(piece, crc)
        end = self._file.tell()
        info.CRC, info.file_size, info.compress_size = crc, size, size
        self._file.seek(self._end)
        self._file.write(info.FileHeader(zip64=False))
        self._file.flush()
        self._end = end

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ZipFolderError(f"{type(error).__name__} {error.errno}") from error


def exports_in(folder: Path) -> list[int]:
    """Return the exports of which something is in the folder."""
    with suppress(OSError):
        numbers = {path.name.partition("-")[0] for path in folder.glob("*-*.zip")}
        return sorted(int(number) for number in numbers if number.isdecimal())
    return []


def discard_builds(folder: Path, export_id: int) -> None:
    """Remove all that is left of an export in the folder."""
    with suppress(OSError):
        for path in folder.glob(f"{export_id}-*.zip"):
            _discard(path)


def _discard(path: Path) -> None:
    for each in (path, path.with_suffix(".journal")):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    moment = max(
        (at.year, at.month, at.day, at.hour, at.minute, at.second), (_FIRST_YEAR, 1, 1, 0, 0, 0)
    )
    info = zipfile.ZipInfo(name, moment)
    info.external_attr = _PRIVATE
    return info


def _info_of(picture: ZippedPicture) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(picture.name, picture.moment)
    info.external_attr = _PRIVATE
    info.header_offset = picture.offset
    info.CRC = picture.crc
    info.file_size = info.compress_size = picture.size_bytes
    return info


def _read(line: bytes) -> ZippedPicture | None:
    """Return what a line of the journal says, None for one that was not written to its end."""
    if not line.endswith(b"\n"):
        return None
    try:
        plain = json.loads(line)
        return ZippedPicture(**{**plain, "moment": tuple(plain["moment"])})
    except (ValueError, TypeError, KeyError):
        return None


def _lock(file: IO[bytes]) -> bool:
    """Hold the file for this process alone, or say that another one has it."""
    if os.name == "nt":
        return True  # a file that is open cannot be opened a second time there
    import fcntl  # noqa: PLC0415 - exists on Unix alone

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
