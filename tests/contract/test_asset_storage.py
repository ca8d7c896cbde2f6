"""What every file store promises, on a local folder and on a real S3 server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from core.errors import ObjectMissingError, StorageError
from core.storage.base import AssetStorage, StoredObject
from core.storage.local import LocalAssetStorage
from tests.support.object_storage import new_bucket, s3_server

KEY = "w1/0f/original.jpg"
SERVERS_COUNT_SECONDS = timedelta(seconds=2)
BAD_KEYS = [
    "",
    ".",
    "..",
    "/",
    "/w1/a",
    "w1/a/",
    "w1//a",
    "w1/../w2/a",
    "w1/./a",
    "./a",
    "w1/..",
    "W1/a",
    "w1/a b",
    "w1\\a",
    "w1/a\0.jpg",
    "w1/a\n",
    "w1\u2215a",
    "w1/\u00e4",
    "w1/%2e%2e",
    "~half",
    "a" * 129,
    "/".join(["a" * 100] * 6),
]


@pytest.fixture(scope="module")
def bucket() -> Iterator[AssetStorage]:
    with s3_server() as url:
        yield new_bucket(url)


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AssetStorage]:
    if request.param == "local":
        yield LocalAssetStorage(tmp_path / "files")
        return
    bucket = request.getfixturevalue("bucket")
    yield bucket
    for stored in list(bucket.list()):
        bucket.delete(stored.key)


def put(storage: AssetStorage, *keys: str) -> None:
    for key in keys:
        storage.put(key, key.encode(), mime_type="image/webp")


class TestPutAndGet:
    @pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
    def test_gives_back_the_same_bytes(self, storage: AssetStorage, data: bytes) -> None:
        storage.put(KEY, data, mime_type="image/jpeg")

        assert storage.get(KEY) == data

    def test_putting_again_replaces_the_object(self, storage: AssetStorage) -> None:
        storage.put(KEY, b"old and long", mime_type="image/jpeg")

        storage.put(KEY, b"new", mime_type="image/jpeg")

        assert storage.get(KEY) == b"new"
        assert [(found.key, found.size_bytes) for found in storage.list()] == [(KEY, 3)]

    def test_getting_a_missing_object_says_so(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        for key in ("w1/0f/w160.webp", "w1/0f", "w2/0f/original.jpg"):
            with pytest.raises(ObjectMissingError):
                storage.get(key)

    def test_keeps_what_many_threads_put_at_once(self, storage: AssetStorage) -> None:
        keys = [f"w1/{number:02}/original.png" for number in range(12)]
        threads = [Thread(target=put, args=(storage, key)) for key in keys]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [stored.key for stored in storage.list()] == keys


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the test a file that a bucket takes in three parts."""
    path = tmp_path_factory.mktemp("large") / "source.zip"
    path.write_bytes(b"".join(bytes([number]) * 1_000_003 for number in range(17)))
    return path


class TestPutFile:
    @pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 100])
    def test_keeps_the_same_bytes_as_put(
        self, storage: AssetStorage, tmp_path: Path, data: bytes
    ) -> None:
        file = tmp_path / "source"
        file.write_bytes(data)

        storage.put_file(KEY, file, mime_type="application/zip")

        assert storage.get(KEY) == data
        assert file.read_bytes() == data

    def test_keeps_a_large_file_and_leaves_nothing_beside_it(
        self, storage: AssetStorage, large: Path
    ) -> None:
        storage.put(KEY, b"old", mime_type="application/zip")

        storage.put_file(KEY, large, mime_type="application/zip")

        assert storage.get(KEY) == large.read_bytes()
        assert [(found.key, found.size_bytes) for found in storage.list()] == [
            (KEY, large.stat().st_size)
        ]
        assert list(storage.unfinished(min_age_s=-60)) == []

    def test_refuses_a_key_outside_the_grammar(self, storage: AssetStorage, large: Path) -> None:
        with pytest.raises(ValueError, match="not a storage key"):
            storage.put_file("../w1/a", large, mime_type="application/zip")

        assert list(storage.list()) == []

    def test_says_that_there_is_no_such_file(self, storage: AssetStorage, tmp_path: Path) -> None:
        with pytest.raises(StorageError):
            storage.put_file(KEY, tmp_path / "none", mime_type="application/zip")

        assert not storage.exists(KEY)


class TestKeys:
    @pytest.mark.parametrize("key", BAD_KEYS)
    def test_refuses_a_key_outside_the_grammar_in_every_operation(
        self, storage: AssetStorage, key: str
    ) -> None:
        with pytest.raises(ValueError, match="not a storage key"):
            storage.put(key, b"x", mime_type="image/png")
        for operation in (storage.get, storage.stream, storage.exists, storage.delete):
            with pytest.raises(ValueError, match="not a storage key"):
                operation(key)

    @pytest.mark.parametrize("prefix", ["/", "w1//", "../", "w1/..", "W", "w1/\0", "a" * 600])
    def test_refuses_a_prefix_that_no_key_begins_with(
        self, storage: AssetStorage, prefix: str
    ) -> None:
        with pytest.raises(ValueError, match="not a prefix"):
            storage.list(prefix)

    @pytest.mark.parametrize("key", ["a", "a.b", "...", "-_.", "w1/.hidden", "a" * 128])
    def test_takes_every_key_inside_the_grammar(self, storage: AssetStorage, key: str) -> None:
        put(storage, key)

        assert storage.get(key) == key.encode()


class TestStream:
    def test_streams_in_pieces_and_says_the_size_first(self, storage: AssetStorage) -> None:
        data = bytes(range(256)) * 1000
        storage.put(KEY, data, mime_type="image/jpeg")

        size, chunks = storage.stream(KEY, chunk_bytes=10_000)

        pieces = list(chunks)
        assert size == len(data)
        assert b"".join(pieces) == data
        assert max(map(len, pieces)) <= 10_000

    @pytest.mark.parametrize("start", [0, 1, 9_999, 255_999])
    def test_begins_where_it_is_told_to(self, storage: AssetStorage, start: int) -> None:
        data = bytes(range(256)) * 1000
        storage.put(KEY, data, mime_type="image/jpeg")

        size, chunks = storage.stream(KEY, chunk_bytes=10_000, start=start)

        assert size == len(data)
        assert b"".join(chunks) == data[start:]

    def test_says_at_once_that_an_object_is_missing(self, storage: AssetStorage) -> None:
        with pytest.raises(ObjectMissingError):
            storage.stream(KEY)

    def test_may_be_broken_off_at_any_moment(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        for _ in range(40):  # more than there are connections to the server
            _size, chunks = storage.stream(KEY, chunk_bytes=2)
            next(chunks)
            del chunks

        assert storage.get(KEY) == KEY.encode()

    def test_streams_an_empty_object(self, storage: AssetStorage) -> None:
        storage.put(KEY, b"", mime_type="image/jpeg")

        size, chunks = storage.stream(KEY)

        assert (size, list(chunks)) == (0, [])


class TestExistsAndDelete:
    def test_knows_what_it_holds(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        assert storage.exists(KEY)
        assert not storage.exists("w1/0f")
        assert not storage.exists("w1/0f/w160.webp")

    def test_deletes_only_the_one_object(self, storage: AssetStorage) -> None:
        put(storage, KEY, "w1/0f/w160.webp")

        storage.delete(KEY)

        assert [stored.key for stored in storage.list()] == ["w1/0f/w160.webp"]

    def test_deleting_a_missing_object_is_fine(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        storage.delete("w9/none")
        storage.delete("w1/0f")

        assert storage.exists(KEY)

    def test_a_deleted_key_can_be_put_again(self, storage: AssetStorage) -> None:
        put(storage, KEY)
        storage.delete(KEY)

        put(storage, KEY)

        assert storage.get(KEY) == KEY.encode()


class TestList:
    def test_an_empty_store_lists_nothing(self, storage: AssetStorage) -> None:
        assert list(storage.list()) == []
        assert list(storage.list("w1/")) == []

    def test_lists_in_the_order_of_the_keys(self, storage: AssetStorage) -> None:
        keys = ["b", "a/b", "a-b/c", "a.b", "a/b.c/d", "a/b-c", "a0", "a_", "a"[:1] + "z/0"]
        put(storage, *keys)

        assert [stored.key for stored in storage.list()] == sorted(keys)

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("w1/", ["w1/a/x", "w1/b/y"]),
            ("w1", ["w1/a/x", "w1/b/y", "w10/a/x"]),
            ("w1/a", ["w1/a/x"]),
            ("w1/a/x", ["w1/a/x"]),
            ("w1/a/x/", []),
            ("w3/", []),
        ],
    )
    def test_lists_only_what_begins_with_the_prefix(
        self, storage: AssetStorage, prefix: str, expected: list[str]
    ) -> None:
        put(storage, "w2/a/x", "w10/a/x", "w1/b/y", "w1/a/x")

        assert [stored.key for stored in storage.list(prefix)] == expected

    def test_says_when_an_object_was_put(self, storage: AssetStorage) -> None:
        before = datetime.now(UTC) - SERVERS_COUNT_SECONDS

        put(storage, KEY)

        [found] = storage.list()
        assert before <= found.modified_at <= datetime.now(UTC) + SERVERS_COUNT_SECONDS

    def test_two_objects_are_equal_whenever_they_were_put(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        assert list(storage.list()) == [StoredObject(KEY, len(KEY), datetime.min)]  # noqa: DTZ901 - any moment


class TestUnfinished:
    def test_a_finished_write_leaves_nothing(self, storage: AssetStorage) -> None:
        put(storage, KEY)

        assert list(storage.unfinished(min_age_s=-60)) == []
        assert storage.drop_unfinished(min_age_s=-60) == 0
        assert storage.exists(KEY)


class TestCheck:
    def test_passes_and_leaves_nothing_behind(self, storage: AssetStorage) -> None:
        storage.check()

        assert list(storage.list()) == []
