"""Every file that a row promises is looked at, and every file that no row wants is found."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.upkeep import Finding, Severity
from core.storage.base import AssetStorage
from core.storage.local import UNFINISHED
from tests.support.databases import database
from tests.support.faults import execute
from tests.support.object_storage import storage_at
from tests.support.populated import Populated, Upkeep, picture, populate, upkeep_on
from tests.support.stores import age, s3_url, storage

__all__ = ["s3_url", "storage"]  # fixtures

NONE = timedelta(0)
OLD_S = 2 * 24 * 3600.0


@pytest.fixture
def upkeep(database_url: str, storage: AssetStorage, tmp_path: Path) -> Iterator[Upkeep]:
    with upkeep_on(database_url, tmp_path, storage) as built:
        yield built


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Upkeep]:
    with database("sqlite", tmp_path) as url, upkeep_on(url, tmp_path) as built:
        yield built


def codes(found: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in found]


def replace(upkeep: Upkeep, key: str, change: Callable[[bytes], bytes]) -> None:
    upkeep.storage.put(key, change(upkeep.storage.get(key)), mime_type="image/webp")


def thumb(rows: Populated, name: str = "picture_done_0") -> str:
    return str(rows[f"key_{name}"]).replace("original.jpg", "w160.webp")


def _with_too_long_a_partition(data: bytes) -> bytes:
    return data[:20] + (0x7FFFF << 5 | 0x10).to_bytes(3, "little") + data[23:]


@pytest.mark.slow
class TestAssets:
    def test_finds_a_missing_original(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        upkeep.storage.delete(rows["key_photo_lamp"])

        [found] = upkeep.integrity.check()

        assert found == Finding(
            "original_missing",
            Severity.ERROR,
            f"asset {rows['photo_lamp']}",
            f"Its file {rows['key_photo_lamp']} is missing.",
        )

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda data: data[:-1], "original_size"),
            (lambda data: data + b"\0", "original_size"),
            (lambda _: b"", "original_size"),
            (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "original_changed"),
        ],
    )
    def test_finds_other_bytes(
        self, upkeep: Upkeep, change: Callable[[bytes], bytes], code: str
    ) -> None:
        rows = populate(upkeep)
        replace(upkeep, rows["key_picture_partial_0"], change)

        assert codes(upkeep.integrity.check()) == [code]

    def test_finds_each_missing_rendition(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        for name in ("w160", "w320", "w640", "w1600"):
            upkeep.storage.delete(
                rows["key_picture_ben_done_0"].replace("original.jpg", f"{name}.webp")
            )

        assert codes(upkeep.integrity.check()) == ["rendition_missing"] * 4

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: data[:-2],
            lambda data: data + b"\0\0",
            lambda _: b"",
            lambda _: b"<html>",
            lambda data: bytes(len(data)),
        ],
    )
    def test_finds_a_broken_rendition(
        self, upkeep: Upkeep, change: Callable[[bytes], bytes]
    ) -> None:
        rows = populate(upkeep)
        replace(upkeep, thumb(rows), change)

        assert codes(upkeep.integrity.check()) == ["rendition_broken"]

    def test_finds_a_rendition_of_another_picture(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        replace(upkeep, thumb(rows), lambda _: picture(0)[1].renditions["w160"])

        assert codes(upkeep.integrity.check()) == ["rendition_differs"]

    def test_finds_a_rendition_that_only_decoding_shows_to_be_broken(self, local: Upkeep) -> None:
        rows = populate(local)
        replace(local, thumb(rows), _with_too_long_a_partition)

        assert codes(local.integrity.check()) == []
        assert codes(local.integrity.check(decode=True)) == ["rendition_broken"]

    def test_finds_a_key_that_leads_out_of_the_store(self, local: Upkeep) -> None:
        rows = populate(local)
        execute(
            local,
            rows,
            "UPDATE assets SET storage_key = '../epox.db' WHERE id = :photo_chair",
        )

        assert {"original_unreadable", "owner_asset_file"} <= set(codes(local.integrity.check()))

    def test_says_how_far_it_is(self, local: Upkeep) -> None:
        populate(local)
        said: list[tuple[int, int]] = []

        local.integrity.check(on_progress=lambda seen, total: said.append((seen, total)))

        assert said == [(7, 7)]

    def test_a_store_that_is_away_is_one_finding(self, local: Upkeep, tmp_path: Path) -> None:
        rows = populate(local)
        del rows
        away = storage_at("http://127.0.0.1:1")

        with upkeep_on(str(local.engine.url), tmp_path, away) as built:
            found = built.integrity.check()

        assert "store_away" in codes(found)
        assert {finding.severity for finding in found} == {Severity.ERROR}


@pytest.mark.slow
class TestStrays:
    @pytest.mark.parametrize(
        "key",
        [
            f"w1/{'f' * 32}/original.jpg",
            f"w1/{'f' * 32}/w160.webp",
            f"w99/{'0' * 32}/original.webp",
            f"check/{'1' * 32}",
        ],
    )
    def test_finds_what_no_row_leads_to(self, upkeep: Upkeep, key: str) -> None:
        populate(upkeep)
        upkeep.storage.put(key, b"x", mime_type="image/jpeg")

        [found] = upkeep.integrity.check(grace=NONE)

        assert (found.code, found.subject) == ("object_stray", key)
        assert upkeep.integrity.check() == (), "a young one may still get its row"

    def test_finds_a_second_original_beside_one(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        key = rows["key_photo_lamp"].replace(".jpg", ".png")
        upkeep.storage.put(key, b"x", mime_type="image/png")

        [found] = upkeep.integrity.check(grace=NONE)

        assert (found.code, found.subject) == ("object_stray", key)

    def test_what_an_open_call_may_have_stored_is_no_stray(self, upkeep: Upkeep) -> None:
        rows = populate(upkeep)
        for call in ("call_running_0_1", "call_running_1_1"):
            upkeep.storage.put(f"w1/{rows[call]}/original.jpg", b"x", mime_type="image/jpeg")

        assert upkeep.integrity.check(grace=NONE) == ()

    def test_names_what_others_put_into_the_store(self, upkeep: Upkeep) -> None:
        populate(upkeep)
        upkeep.storage.put("logo.png", b"x", mime_type="image/png")

        [found] = upkeep.integrity.check()

        assert (found.code, found.severity) == ("object_foreign", Severity.WARNING)


class TestThisMachine:
    @pytest.mark.parametrize("place", ["files", "spool"])
    def test_finds_what_killed_writes_left(self, local: Upkeep, tmp_path: Path, place: str) -> None:
        populate(local)
        young, old = (tmp_path / place / f"{UNFINISHED}{name}" for name in ("young", "old"))
        for path in (young, old):
            path.write_bytes(b"half")
        age(old, 2 * 3600)

        [found] = local.integrity.check()

        assert (found.code, found.subject) == ("unfinished_file", f"{place}/{UNFINISHED}old")

    @pytest.mark.parametrize(
        ("call", "code"),
        [
            ("call_done_0_1", "answer_left_over"),
            ("call_partial_1_1", "answer_left_over"),
            ("call_done_1_1", "answer_left_over"),
            ("call_lost_0_1", "answer_waits"),
            ("nobody", "answer_without_call"),
        ],
    )
    def test_finds_answers_that_are_not_used(
        self, local: Upkeep, tmp_path: Path, call: str, code: str
    ) -> None:
        rows = populate(local)
        name = f"{rows[call] if call != 'nobody' else 'f' * 32}.answer"
        (tmp_path / "spool" / name).write_bytes(b"{}\nx")
        assert local.integrity.check() == (), "a young one may be at work"
        age(tmp_path / "spool" / name, OLD_S)

        [found] = local.integrity.check()

        assert (found.code, found.subject) == (code, f"spool/{name}")

    def test_leaves_answers_alone_that_a_slot_waits_for(
        self, local: Upkeep, tmp_path: Path
    ) -> None:
        populate(local)
        for path in (tmp_path / "spool").iterdir():
            age(path, OLD_S)

        assert local.integrity.check() == ()

    def test_changes_nothing(self, local: Upkeep, tmp_path: Path) -> None:
        populate(local)
        left = tmp_path / "files" / f"{UNFINISHED}old"
        left.write_bytes(b"half")
        age(left, OLD_S)
        before = sorted(path for path in tmp_path.rglob("*") if "epox.db" not in path.name)

        local.integrity.check(decode=True)

        assert before == sorted(path for path in tmp_path.rglob("*") if "epox.db" not in path.name)
