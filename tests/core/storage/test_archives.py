"""An archive gives back what went in, and nothing of one that Epox did not write is believed."""

import errno
import hashlib
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.storage.archives import MANIFEST, SUMS, ArchiveError, ArchiveReader, ArchiveWriter
from core.storage.disk import Disk
from tests.support.archives import Members, rewritten

ROWS = b'{"id": 1}\n{"id": 2}\n'
PICTURE = bytes(range(256)) * 3001
CONTENTS = {
    "spool/aa.answer": b"answer",
    "tables/assets.jsonl": ROWS,
    "tables/empty.jsonl": b"",
    "files/w1/a/original.jpg": PICTURE,
    "files/w1/a/w160.webp": b"x" * 512,
}


def written(folder: Path) -> Path:
    path = folder / "backup.tar"
    with ArchiveWriter(path) as archive:
        for name, data in CONTENTS.items():
            with archive.member(name) as target:
                target.write(data[:100])
                target.write(data[100:])
        archive.finish({"version": "1"})
    return path


def refusal(path: Path) -> str:
    """Return why the archive is refused, at its opening or when it is verified."""
    with pytest.raises(ArchiveError) as refused, ArchiveReader(path) as archive:
        list(archive.verify())
    return refused.value.user_message


class TestWriting:
    def test_gives_back_what_went_in(self, tmp_path: Path) -> None:
        with ArchiveReader(written(tmp_path)) as archive:
            verified = [member.name for member in archive.verify()]
            files = {member.name: archive.read(member) for member in archive.files()}
            answers = {member.name: archive.read(member) for member in archive.answers()}
            table = archive.find("tables/assets.jsonl")
            assert table is not None
            lines = list(archive.lines(table))

        assert verified == list(CONTENTS)
        assert files == {n: d for n, d in CONTENTS.items() if n.startswith("files/")}
        assert answers == {"spool/aa.answer": b"answer"}
        assert lines == ROWS.splitlines(keepends=True)
        assert archive.manifest["version"] == "1"

    def test_any_tar_program_reads_it_and_its_sums(self, tmp_path: Path) -> None:
        path = written(tmp_path)

        subprocess.run(["tar", "-xf", path], cwd=tmp_path, check=True)  # noqa: S607 - every machine has it
        summed = subprocess.run(
            ["sha256sum", "--check", "--quiet", SUMS],  # noqa: S607 - likewise
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )

        assert summed.stdout == ""
        assert (tmp_path / "files/w1/a/original.jpg").read_bytes() == PICTURE

    def test_lines_can_be_read_again_while_others_are_written(self, tmp_path: Path) -> None:
        with ArchiveWriter(tmp_path / "backup.tar") as archive:
            with archive.member("tables/assets.jsonl") as target:
                target.write(ROWS)
            for number, line in enumerate(archive.lines("tables/assets.jsonl")):
                with archive.member(f"files/{number}") as target:
                    target.write(line)
            archive.finish({})

        with ArchiveReader(tmp_path / "backup.tar") as reader:
            assert [reader.read(member) for member in reader.files()] == ROWS.splitlines(
                keepends=True
            )

    def test_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        assert written(tmp_path).stat().st_mode & 0o077 == 0

    def test_never_replaces_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "backup.tar").write_text("yesterday's")

        with pytest.raises(ArchiveError, match="exists already"):
            written(tmp_path)

        assert (tmp_path / "backup.tar").read_text() == "yesterday's"

    def test_leaves_nothing_when_it_is_not_finished(self, tmp_path: Path) -> None:
        with (
            ArchiveWriter(tmp_path / "backup.tar") as archive,
            archive.member("tables/a.jsonl") as target,
        ):
            target.write(ROWS)

        assert list(tmp_path.iterdir()) == []

    def test_leaves_nothing_when_its_name_cannot_be_given(self, tmp_path: Path) -> None:
        class Full(Disk):
            def replace(self, source: Path, target: Path) -> None:
                del source, target
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with (
            pytest.raises(ArchiveError) as refused,
            ArchiveWriter(tmp_path / "backup.tar", disk=Full()) as archive,
        ):
            archive.finish({})

        assert "No space left on device" in refused.value.user_message
        assert list(tmp_path.iterdir()) == []

    def test_says_that_its_folder_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ArchiveError) as refused, ArchiveWriter(tmp_path / "no" / "b.tar"):
            pass

        assert "No such file or directory" in refused.value.user_message


class TestDamage:
    @pytest.mark.parametrize("position", [0, 100, 124, 156, 257, 513, 3000, 400_000, -2000])
    def test_refuses_a_flipped_bit(self, tmp_path: Path, position: int) -> None:
        path = written(tmp_path)
        data = bytearray(path.read_bytes())
        data[position] ^= 1
        path.write_bytes(data)

        assert refusal(path)

    @pytest.mark.parametrize("keep", [0, 100, 512, 700, 5000, 300_000, -600, -1024])
    def test_refuses_an_archive_that_was_cut(self, tmp_path: Path, keep: int) -> None:
        path = written(tmp_path)
        path.write_bytes(path.read_bytes()[:keep])

        assert "damaged" in refusal(path)

    def test_refuses_what_is_no_archive(self, tmp_path: Path) -> None:
        (tmp_path / "backup.tar").write_bytes(os.urandom(4096))

        assert "damaged" in refusal(tmp_path / "backup.tar")

    def test_says_that_there_is_no_file(self, tmp_path: Path) -> None:
        assert "No such file" in refusal(tmp_path / "none.tar")

    def test_refuses_an_archive_without_one_of_its_files(self, tmp_path: Path) -> None:
        path = rewritten(written(tmp_path), lambda members: members[:-3] + members[-2:])

        assert "missing" in refusal(path) or "other bytes" in refusal(path)


def with_member(info: tarfile.TarInfo, data: bytes = b"x") -> Callable[[Members], Members]:
    """Return what adds a member before the list of contents, and adds it to that too."""

    def change(members: Members) -> Members:
        *before, (sums, listed), (last, said) = members
        listed += f"{hashlib.sha256(data).hexdigest()}  {info.name}\n".encode()
        manifest = {**json.loads(said), "sums_sha256": hashlib.sha256(listed).hexdigest()}
        return [*before, (info, data), (sums, listed), (last, json.dumps(manifest).encode())]

    return change


def link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


class TestHostile:
    def test_believes_a_member_more_that_is_listed(self, tmp_path: Path) -> None:
        path = rewritten(written(tmp_path), with_member(tarfile.TarInfo("files/w1/b/original.jpg")))

        with ArchiveReader(path) as archive:
            assert [m.name for m in archive.verify()] == [*CONTENTS, "files/w1/b/original.jpg"]

    @pytest.mark.parametrize(
        "name",
        [
            "../epox.db",
            "files/../../epox.db",
            "files/w1/../../x",
            "/etc/passwd",
            "files//etc/passwd",
            "files/w1/\u00e9",
            "files/W1/a",
            "files/",
            "files",
            "tables/../x.jsonl",
            "elsewhere/a",
            "C:/x",
            "files/a\\b",
            "x" * 300,
        ],
    )
    def test_refuses_names_that_it_does_not_write(self, tmp_path: Path, name: str) -> None:
        path = rewritten(written(tmp_path), with_member(tarfile.TarInfo(name)))

        assert "Epox did not write" in refusal(path) or "where it belongs" in refusal(path)

    @pytest.mark.parametrize(
        ("kind", "target"),
        [
            (tarfile.SYMTYPE, "/etc"),
            (tarfile.LNKTYPE, "files/w1/a/original.jpg"),
            (tarfile.DIRTYPE, ""),
            (tarfile.CHRTYPE, ""),
            (tarfile.FIFOTYPE, ""),
            (tarfile.GNUTYPE_SPARSE, ""),
            (tarfile.XHDTYPE, ""),
            (tarfile.CONTTYPE, ""),
        ],
    )
    def test_refuses_everything_but_plain_files(
        self, tmp_path: Path, kind: bytes, target: str
    ) -> None:
        hostile = link("files/w1/b/original.jpg", kind, target)

        path = rewritten(written(tmp_path), with_member(hostile, b""))

        assert refusal(path)

    @pytest.mark.parametrize("size", [10**6, 2**62, -1, 0])
    def test_refuses_sizes_that_lie(self, tmp_path: Path, size: int) -> None:
        path = written(tmp_path)
        data = path.read_bytes()
        info = tarfile.TarInfo.frombuf(data[:512], "utf-8", "strict")
        info.size = size
        path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + data[512:])

        assert refusal(path)

    @pytest.mark.parametrize("name", ["files/w1/a/w160.webp", "tables/assets.jsonl", SUMS])
    def test_refuses_a_name_that_is_there_twice(self, tmp_path: Path, name: str) -> None:
        path = rewritten(written(tmp_path), with_member(tarfile.TarInfo(name)))

        assert refusal(path)

    @pytest.mark.parametrize("said", [b"", b"[]", b"null", b"{", b'{"sums_sha256": 1}'])
    def test_refuses_a_manifest_of_another_form(self, tmp_path: Path, said: bytes) -> None:
        path = rewritten(written(tmp_path), lambda members: [*members[:-1], (members[-1][0], said)])

        assert "damaged" in refusal(path)

    def test_refuses_a_manifest_that_fills_the_memory(self, tmp_path: Path) -> None:
        path = rewritten(
            written(tmp_path), lambda members: [*members[:-1], (members[-1][0], b" " * 2_000_000)]
        )

        assert "too long" in refusal(path)

    def test_refuses_what_comes_after_the_manifest(self, tmp_path: Path) -> None:
        more = tarfile.TarInfo("files/w1/b/original.jpg")

        path = rewritten(written(tmp_path), lambda members: [*members, (more, b"x")])

        assert refusal(path)


def test_the_names_of_the_lists_are_what_other_programs_look_for() -> None:
    assert (SUMS, MANIFEST) == ("SHA256SUMS", "manifest.json")
