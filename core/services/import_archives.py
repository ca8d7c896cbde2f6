"""ZIP files of photos: looked through before they are opened, and matched to products by name."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.errors import ImageRejectedError, InvalidInputError
from core.imaging.base import MAX_UPLOAD_BYTES
from core.services.zip_directories import DAMAGES, directory_size

MAX_ARCHIVE_BYTES = 500 * 1024 * 1024
MAX_MEMBERS = 10_000
MAX_NAME_CHARS = 500
MAX_UNPACKED_BYTES = 4 * 1024**3
_MAX_SKU_CHARS = 80
_MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
_HEADER_BYTES = 30
_PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
_DIGITS = re.compile(r"(\d+)")
_DAMAGED = "This ZIP file is damaged. Please make it anew."


@dataclass(frozen=True)
class Member:
    """A file in a ZIP; `problem` says why it cannot be a photo."""

    name: str
    problem: str = ""


class PhotoArchive:
    """A ZIP file of photos. Its names are labels: nothing is ever written under them."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the file, or raise a sentence for one that could do harm."""
        _check_size(file)
        try:
            self._zip = zipfile.ZipFile(file)
            self._members = {info.filename: info for info in self._zip.infolist() if _counts(info)}
            _check_members(self._zip.infolist())
        except (*DAMAGES, ValueError) as error:
            raise InvalidInputError(str(error), user_message=_DAMAGED) from error
        if not self._members:
            raise InvalidInputError(user_message="There is nothing in this ZIP file.")

    def members(self) -> Iterator[Member]:
        """Yield the files in the order of their names, numbers counted as people do."""
        for name in sorted(self._members, key=_natural):
            yield Member(name, _problem(self._members[name]))

    def read(self, name: str) -> bytes:
        """Return a file's bytes, or raise `ImageRejectedError`: also for more than a photo has."""
        try:
            with self._zip.open(self._members[name]) as member:
                data = member.read(MAX_UPLOAD_BYTES + 1)
                member.read(1)  # only at the end it is known whether the sizes were lies
        except (*DAMAGES, OSError) as error:
            raise ImageRejectedError(
                str(error), user_message="This file is damaged inside the ZIP file."
            ) from error
        if len(data) > MAX_UPLOAD_BYTES:
            raise ImageRejectedError(user_message=_too_large())
        return data


def sku_in(name: str, skus: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Return the SKU that a file's name begins with, or its folder has, with the product.

    The longest one wins. After the SKU the name ends, or goes on with a sign: "A-1_2.jpg".
    """
    for begin in _beginnings(name):
        found = skus.get(begin) or skus.get(begin.casefold())
        if found is not None:
            return found
    return None


def possible_skus(names: Iterable[str]) -> set[str]:
    """Return all that `sku_in` asks for with these names."""
    begins = {begin for name in names for begin in _beginnings(name)}
    return begins | {begin.casefold() for begin in begins}


def _beginnings(name: str) -> Iterator[str]:
    path = PurePosixPath(name.replace("\\", "/"))
    for part in (path.stem, *reversed(path.parts[:-1])):
        begins = part.lstrip()[: _MAX_SKU_CHARS + 1]
        for end in range(len(begins), 0, -1):
            if end == len(begins) or not begins[end].isalnum():
                yield begins[:end].strip()


def _check_size(file: BinaryIO) -> None:
    """Raise a sentence for an archive that would fill the memory before it can be judged."""
    size = file.seek(0, 2)
    if size > MAX_ARCHIVE_BYTES:
        raise InvalidInputError(
            user_message=f"This ZIP file is larger than {MAX_ARCHIVE_BYTES // 2**20} MB. "
            "Please split it into several."
        )
    try:
        count, directory_bytes = directory_size(file)
    except zipfile.BadZipFile as error:
        sentence = "This is no ZIP file, or it is damaged."
        raise InvalidInputError(str(error), user_message=sentence) from error
    if count > MAX_MEMBERS or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise InvalidInputError(
            user_message=f"A ZIP file can hold at most {MAX_MEMBERS:,} photos. Please split it."
        )


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise InvalidInputError(
            user_message=f"A ZIP file can hold at most {MAX_MEMBERS:,} photos. Please split it."
        )
    if sum(info.file_size for info in members) > MAX_UNPACKED_BYTES:
        raise InvalidInputError(
            user_message="This ZIP file unpacks to more than 4 GB. Please split it into several."
        )
    end = 0
    for info in sorted(members, key=lambda each: each.header_offset):
        # Files that share bytes unpack to far more than any ratio tells.
        if info.header_offset < end:
            raise zipfile.BadZipFile("files overlap")
        end = info.header_offset + _HEADER_BYTES + info.compress_size


def _counts(info: zipfile.ZipInfo) -> bool:
    """Say whether it is a file that a person put there."""
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    is_hidden = any(part.startswith(".") and part != ".." for part in parts)
    return not info.is_dir() and "__MACOSX" not in parts and not is_hidden and bool(parts)


def _problem(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "This file is protected by a password."
    if len(info.filename) > MAX_NAME_CHARS:
        return f"Its name is longer than {MAX_NAME_CHARS} characters."
    if PurePosixPath(info.filename).suffix.lower() not in _PICTURES:
        return "This is no photo: use JPEG, PNG or WebP."
    if info.file_size > MAX_UPLOAD_BYTES:
        return _too_large()
    return ""


def _too_large() -> str:
    return f"This photo is larger than {MAX_UPLOAD_BYTES // 2**20} MB."


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key by which "A_2" stands before "A_10", and "A" before both."""
    path = PurePosixPath(name.casefold())
    parts = _DIGITS.split(f"{path.parent}/{path.stem}")
    return [(1, int(part[:18]), "") if part.isdecimal() else (0, 0, part) for part in parts if part]
