"""ZIP files that are built in pieces: whatever dies, what is whole in them is kept."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.storage.picture_zips import (
    PictureZip,
    ZipFolderError,
    discard_builds,
    exports_in,
)

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DATA = {f"Stühle/{number}.jpg": bytes([number]) * 70_001 for number in range(5)}


def add(build: PictureZip, *positions: int) -> None:
    names = list(DATA)
    for position in positions:
        name = names[position]
        build.add(position, name, DATA[name], size=(4, 3), at=AT)


def files_of(folder: Path) -> tuple[Path, Path]:
    [built], [journal] = folder.glob("*.zip"), folder.glob("*.journal")
    return built, journal


def read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def finished(folder: Path) -> dict[str, bytes]:
    """Go on, put in what is missing, and return what is in the ZIP then."""
    with PictureZip(folder, 7) as build:
        add(build, *(n for n in range(5) if n not in build.pictures))
        build.add_text("report.txt", iter((b"one ", b"two")), at=AT)
        return read(build.finish())


WHOLE = {**DATA, "report.txt": b"one two"}


class TestBuild:
    def test_holds_what_was_put_in(self, tmp_path: Path) -> None:
        assert finished(tmp_path / "new") == WHOLE
        [built] = (tmp_path / "new").glob("*.zip")
        with zipfile.ZipFile(built) as opened:
            info = opened.getinfo("Stühle/3.jpg")
        assert (info.compress_type, info.date_time) == (0, (2026, 11, 26, 9, 30, 0))

    def test_an_entry_that_breaks_off_is_overwritten(self, tmp_path: Path) -> None:
        def broken() -> Iterator[bytes]:
            yield b"x" * 100_000
            raise LookupError

        with PictureZip(tmp_path, 7) as build:
            add(build, 0)
            with pytest.raises(LookupError):
                build.add_text("a.csv", broken(), at=AT)
            add(build, 1)

        assert finished(tmp_path) == WHOLE

    def test_is_a_zip_of_the_large_kind_where_it_must_be(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100_000)
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)

        assert finished(tmp_path) == WHOLE
        [built] = tmp_path.glob("*.zip")
        assert b"PK\x06\x06" in built.read_bytes()

    def test_of_moments_before_zip_files_were_made_says_the_first(self, tmp_path: Path) -> None:
        with PictureZip(tmp_path, 7) as build:
            old = datetime(1970, 1, 1, tzinfo=UTC)
            picture = build.add(0, "a.jpg", b"x", size=(1, 1), at=old)

        assert picture.moment == (1980, 1, 1, 0, 0, 0)

    def test_says_when_there_is_no_room(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")

        with (
            pytest.raises(ZipFolderError) as refused,
            PictureZip(tmp_path / "file" / "below", 7),
        ):
            pass

        assert "disk" in refused.value.user_message


class TestGoOn:
    def test_keeps_what_is_whole(self, tmp_path: Path) -> None:
        with PictureZip(tmp_path, 7) as build:
            add(build, 0, 2)
            before = dict(build.pictures)

        with PictureZip(tmp_path, 7) as build:
            assert build.pictures == before

        assert finished(tmp_path) == WHOLE

    def test_after_the_file_was_closed_and_never_stored(self, tmp_path: Path) -> None:
        first = finished(tmp_path)

        assert finished(tmp_path) == first == WHOLE
        assert len(list(tmp_path.glob("*.zip"))) == 1

    @pytest.mark.parametrize("cut", [1, 50, 69_999, 70_100, 140_000])
    def test_believes_only_bytes_that_are_there(self, tmp_path: Path, cut: int) -> None:
        with PictureZip(tmp_path, 7) as build:
            add(build, 0, 1, 2)
        built, _ = files_of(tmp_path)
        built.write_bytes(built.read_bytes()[:-cut])

        with PictureZip(tmp_path, 7) as build:
            assert len(build.pictures) == 2 - cut // 70_032
        assert finished(tmp_path) == WHOLE

    @pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
    def test_believes_only_bytes_with_the_right_checksum(
        self, tmp_path: Path, place: float
    ) -> None:
        with PictureZip(tmp_path, 7) as build:
            add(build, 0, 1, 2)
        built, _ = files_of(tmp_path)
        data = bytearray(built.read_bytes())
        data[int(len(data) * place)] ^= 0xFF
        built.write_bytes(bytes(data))

        with PictureZip(tmp_path, 7) as build:
            assert len(build.pictures) == int(place * 3)
        assert finished(tmp_path) == WHOLE

    @pytest.mark.parametrize(
        "tail", [b'{"position": 9', b"nonsense\n", b"{}\n", b"[1]\n", b"\xff\n", b"null\n"]
    )
    def test_passes_over_what_is_no_line_of_the_journal(self, tmp_path: Path, tail: bytes) -> None:
        with PictureZip(tmp_path, 7) as build:
            add(build, 0, 1)
        _, journal = files_of(tmp_path)
        with journal.open("ab") as file:
            file.write(tail)

        with PictureZip(tmp_path, 7) as build:
            assert sorted(build.pictures) == [0, 1]
        assert finished(tmp_path) == WHOLE

    def test_every_length_of_both_files_is_survived(self, tmp_path: Path) -> None:
        with PictureZip(tmp_path, 7) as build:
            for number in range(3):
                build.add(number, f"{number}.jpg", b"picture", size=(1, 1), at=AT)
        built, journal = files_of(tmp_path)
        whole, lines = built.read_bytes(), journal.read_bytes()

        for end in range(len(whole) + 1):
            built.write_bytes(whole[:end])
            journal.write_bytes(lines[: len(lines) * end // len(whole)])
            with PictureZip(tmp_path, 7) as build:
                for number in set(range(3)) - set(build.pictures):
                    build.add(number, f"{number}.jpg", b"picture", size=(1, 1), at=AT)
                found = read(build.finish())
            assert found == {f"{number}.jpg": b"picture" for number in range(3)}

    def test_leaves_alone_what_another_process_still_builds(self, tmp_path: Path) -> None:
        with PictureZip(tmp_path, 7) as slow, PictureZip(tmp_path, 7) as new:
            add(slow, 0)
            add(new, 1)
            add(slow, 2)

            assert (sorted(slow.pictures), sorted(new.pictures)) == ([0, 2], [1])
            assert len(list(tmp_path.glob("*.zip"))) == 2

    def test_takes_the_export_of_its_own_number(self, tmp_path: Path) -> None:
        with PictureZip(tmp_path, 7) as build:
            add(build, 0)

        with PictureZip(tmp_path, 77) as other:
            assert other.pictures == {}
        assert exports_in(tmp_path) == [7, 77]
        discard_builds(tmp_path, 7)
        assert exports_in(tmp_path) == [77]
        assert exports_in(tmp_path / "none") == []
