"""Archives: one tar file whose last members say what is in it, with the hash of each.

Only what these need of the format is written and read: plain files with short names. Members are
written while they come, so nothing has to fit into memory.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from uuid import uuid4

from core.errors import EpoxError
from core.storage.disk import Disk
from core.storage.keys import is_key

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
_BLOCK = 512
_CHUNK = 262_144
_MAX_MANIFEST_BYTES = 1_000_000
_MAX_LINE_BYTES = 16_000_000
_END = bytes(2 * _BLOCK)
_ORDER = ("spool", "tables", "files", SUMS, MANIFEST)
"""In which members follow each other, those of a folder by their names: so none is there twice."""


class ArchiveError(EpoxError):
    """An archive cannot be written, or is none that can be trusted; the sentence says why."""

    user_message = "This archive is damaged."


@dataclass(frozen=True)
class Member:
    """A file in an archive."""

    name: str
    size_bytes: int
    offset: int


class MemberWriter:
    """Takes the bytes of one member."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        self._file.write(data)
        self._digest.update(data)
        self.size_bytes += len(data)

    @property
    def sha256(self) -> str:
        """Return the hash of what was written so far."""
        return self._digest.hexdigest()


class ArchiveWriter:
    """Writes an archive under another name, and gives it its own when it is whole and durable.

    Use it in a `with` block: leaving it without `finish` leaves nothing behind.
    """

    def __init__(self, path: Path, *, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()
        self._unfinished = path.with_name(f".{path.name}.{uuid4().hex}.part")
        self._members: dict[str, Member] = {}
        self._file: IO[bytes]
        self._sums: IO[bytes]

    def __enter__(self) -> Self:
        """Create the file; raises `ArchiveError` when it cannot be, or is there already."""
        if self._path.exists():
            raise ArchiveError(user_message=f"{self._path} exists already; choose another name.")
        with self._told():
            self._sums = tempfile.TemporaryFile(dir=self._path.absolute().parent)
            # What is in it is for its owner alone: it holds hashes of passwords.
            descriptor = os.open(self._unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "w+b")
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files; an archive that was not finished is gone."""
        self._file.close()
        self._sums.close()
        self._disk.discard(self._unfinished)

    @contextmanager
    def member(self, name: str) -> Iterator[MemberWriter]:
        """Yield what takes the bytes of the next member."""
        with self._told():
            start = self._file.tell()
            self._file.write(_header(name, 0))
            writer = MemberWriter(self._file)
        with self._told():
            yield writer
            self._file.write(bytes(-writer.size_bytes % _BLOCK))
            self._file.seek(start)
            self._file.write(_header(name, writer.size_bytes))
            self._file.seek(0, os.SEEK_END)
            self._sums.write(f"{writer.sha256}  {name}\n".encode())
        self._members[name] = Member(name, writer.size_bytes, start + _BLOCK)

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member that was written before, while others are written."""
        member = self._members[name]
        with self._told():
            self._file.flush()
            with self._unfinished.open("rb") as file:
                yield from _lines(file, member)

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add the hashes and the manifest, and give the archive its name; durable then."""
        self._sums.seek(0)
        with self.member(SUMS) as sums:
            while chunk := self._sums.read(_CHUNK):
                sums.write(chunk)
        with self.member(MANIFEST) as last:
            last.write(json.dumps({**manifest, "sums_sha256": sums.sha256}, indent=1).encode())
        with self._told():
            self._file.write(_END)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._disk.replace(self._unfinished, self._path)
            self._disk.sync_folder(self._path.absolute().parent)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            sentence = f"The archive {self._path} cannot be written: {error.strerror or error}."
            raise ArchiveError(str(error), user_message=sentence) from error


class ArchiveReader:
    """Reads an archive of which nothing is believed: not its names, its sizes or its bytes.

    Opening it looks at each header; raises `ArchiveError` for anything that Epox does not write.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[bytes] = path.open("rb")
        except OSError as error:
            sentence = f"The archive {path} cannot be read: {error.strerror or error}."
            raise ArchiveError(str(error), user_message=sentence) from error
        try:
            self._size = os.fstat(self._file.fileno()).st_size
            last: deque[Member] = deque(maxlen=2)
            self._small: dict[str, Member] = {}
            for member in self._walk():
                last.append(member)
                if not member.name.startswith("files/"):
                    self._small[member.name] = member
            self.manifest = self._read_manifest(tuple(last))
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def find(self, name: str) -> Member | None:
        """Return the member of this name, unless it is one of the many of `files`."""
        return self._small.get(name)

    def answers(self) -> tuple[Member, ...]:
        """Return the members of `spool`."""
        return tuple(m for name, m in self._small.items() if name.startswith("spool/"))

    def files(self) -> Iterator[Member]:
        """Yield the members of `files`, in order."""
        return (member for member in self._walk() if member.name.startswith("files/"))

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's bytes in pieces."""
        position, end = member.offset, member.offset + member.size_bytes
        while position < end:
            self._file.seek(position)
            chunk = self._file.read(min(_CHUNK, end - position))
            if not chunk:
                raise _damaged(f"it ends inside {member.name}")
            position += len(chunk)
            yield chunk

    def read(self, member: Member) -> bytes:
        """Return all of the member's bytes."""
        return b"".join(self.chunks(member))

    def lines(self, member: Member) -> Iterator[bytes]:
        """Yield the member's lines."""
        return _lines(self._file, member)

    def verify(self) -> Iterator[Member]:
        """Yield each member once all of its bytes were seen to be those that were written.

        Raises `ArchiveError` at the first that is not, and at the end when one is missing.
        """
        sums = _lines(self._file, self._small[SUMS])
        for member in self._walk():
            if member.name in (SUMS, MANIFEST):
                continue
            line = next(sums, b"")
            digest = hashlib.sha256()
            for chunk in self.chunks(member):
                digest.update(chunk)
            if line != f"{digest.hexdigest()}  {member.name}\n".encode():
                raise _damaged(f"{member.name} has other bytes than were written")
            yield member
        if next(sums, b""):
            raise _damaged("a file that was written is missing")

    def _walk(self) -> Iterator[Member]:
        """Yield each member of an archive that Epox can have written, to its end."""
        position, before = 0, (-1, "")
        while True:
            self._file.seek(position)
            header = self._file.read(_BLOCK)
            if header == bytes(_BLOCK):
                return
            member = self._member(header, position + _BLOCK)
            folder, _, rest = member.name.partition("/")
            place = _ORDER.index(folder), rest
            if place <= before:
                raise _damaged(f"{member.name!r} is not where it belongs")
            before = place
            yield member
            position = member.offset + member.size_bytes + -member.size_bytes % _BLOCK

    def _member(self, header: bytes, offset: int) -> Member:
        try:
            found = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise _damaged(f"no file begins at byte {offset - _BLOCK}: {error}") from error
        if found.type != tarfile.REGTYPE or not _is_name(found.name):
            raise ArchiveError(
                user_message=f"This archive holds {found.name[:80]!a}, which Epox did not write. "
                "Nothing of it was used."
            )
        if found.size < 0 or offset + found.size > self._size:
            raise _damaged(f"{found.name} is said to have {found.size} bytes, but it ends before")
        return Member(found.name, found.size, offset)

    def _read_manifest(self, end: tuple[Member, ...]) -> dict[str, Any]:
        if [member.name for member in end] != [SUMS, MANIFEST]:
            raise _damaged("it ends before its list of contents")
        sums, last = end
        if last.size_bytes > _MAX_MANIFEST_BYTES:
            raise _damaged("its list of contents is too long")
        digest = hashlib.sha256()
        for chunk in self.chunks(sums):
            digest.update(chunk)
        try:
            manifest = json.loads(self.read(last))
        except ValueError as error:
            raise _damaged("its manifest cannot be read") from error
        if not isinstance(manifest, dict) or manifest.get("sums_sha256") != digest.hexdigest():
            raise _damaged("its list of contents has other bytes than were written")
        return manifest


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    header = info.tobuf(tarfile.GNU_FORMAT)
    if len(header) != _BLOCK:
        raise ArchiveError(f"the name {name} is too long for an archive")
    return header


def _is_name(name: str) -> bool:
    folder, _, rest = name.partition("/")
    if name in (SUMS, MANIFEST):
        return True
    return folder in ("tables", "spool", "files") and is_key(rest)


def _lines(file: IO[bytes], member: Member) -> Iterator[bytes]:
    # It seeks each time, because others read from the same file in between.
    rest, position, end = b"", member.offset, member.offset + member.size_bytes
    while position < end:
        file.seek(position)
        chunk = file.read(min(_CHUNK, end - position))
        if not chunk or len(rest) > _MAX_LINE_BYTES:
            raise _damaged(f"{member.name} is no list of lines")
        position += len(chunk)
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def _damaged(detail: str) -> ArchiveError:
    return ArchiveError(user_message=f"This archive is damaged: {detail}. Nothing of it was used.")
