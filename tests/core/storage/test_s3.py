"""Faults of an object store, and what is sent to it."""

import hashlib
import socket
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread

import pytest

from core.errors import ObjectMissingError, StorageError, StorageFullError
from core.storage.s3 import S3AssetStorage
from tests.support.object_storage import SECRET, new_bucket, s3_server, storage_at

KEY = "w1/0f/original.jpg"


class _Scripted(BaseHTTPRequestHandler):
    """Gives the scripted answers, the last one again and again, and keeps what was sent."""

    protocol_version = "HTTP/1.1"
    answers: list[bytes]
    sent: list[tuple[dict[str, str], bytes]]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.sent.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self._answer()

    def do_GET(self) -> None:
        self.sent.append(({}, b""))
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Stay quiet."""

    def _answer(self) -> None:
        self.wfile.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        self.close_connection = True


@contextmanager
def scripted(*answers: bytes) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    handler = type("Handler", (_Scripted,), {"answers": list(answers), "sent": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.sent  # type: ignore[attr-defined] # made by type()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(status: str, code: str = "") -> bytes:
    return with_body(status, f"<Error><Code>{code}</Code></Error>" if code else "")


def page(key: str, *, more: bool) -> bytes:
    moment = "2026-01-02T03:04:05.000Z"
    listed = (
        f"<Contents><Key>{key}</Key><Size>1</Size><LastModified>{moment}</LastModified></Contents>"
    )
    next_page = "<NextContinuationToken>next</NextContinuationToken>" if more else ""
    truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
    return with_body(
        "200 OK", f"<ListBucketResult>{truncated}{next_page}{listed}</ListBucketResult>"
    )


def with_body(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n{body}".encode()


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with s3_server() as url:
        yield url


class TestPut:
    def test_sends_a_checksum_that_lets_the_server_refuse_changed_bytes(self) -> None:
        with scripted(answer("200 OK")) as (url, sent):
            storage_at(url).put(KEY, b"picture", mime_type="image/jpeg")

        [(headers, body)] = sent
        assert body == b"picture"
        assert b64decode(headers["x-amz-checksum-sha256"]) == hashlib.sha256(body).digest()
        assert headers["content-type"] == "image/jpeg"
        assert "x-amz-trailer" not in headers

    def test_tries_again_when_the_server_is_busy(self) -> None:
        busy = answer("503 Slow Down", "SlowDown")
        with scripted(busy, answer("200 OK")) as (url, sent):
            storage_at(url, attempts=2).put(KEY, b"picture", mime_type="image/jpeg")

        assert [body for _headers, body in sent] == [b"picture", b"picture"]

    @pytest.mark.parametrize(
        ("refusal", "expected"),
        [
            (answer("507 Insufficient Storage", "XMinioStorageFull"), StorageFullError),
            (answer("403 Forbidden", "SignatureDoesNotMatch"), StorageError),
            (answer("400 Bad Request", "BadDigest"), StorageError),
            (answer("404 Not Found", "NoSuchBucket"), StorageError),
            (answer("500 Oops"), StorageError),
        ],
    )
    def test_tells_a_full_store_from_one_that_refuses(
        self, refusal: bytes, expected: type[StorageError]
    ) -> None:
        with scripted(refusal) as (url, _sent), pytest.raises(StorageError) as caught:
            storage_at(url).put(KEY, b"picture", mime_type="image/jpeg")

        assert type(caught.value) is expected
        assert KEY in str(caught.value)
        assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


class TestGet:
    def test_never_gives_half_an_object(self) -> None:
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
        with scripted(half) as (url, _sent), pytest.raises(StorageError) as caught:
            storage_at(url).get(KEY)

        assert not isinstance(caught.value, ObjectMissingError)

    def test_a_stream_that_breaks_says_so(self) -> None:
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
        with scripted(half) as (url, _sent):
            _size, chunks = storage_at(url).stream(KEY)

            with pytest.raises(StorageError):
                list(chunks)

    def test_a_missing_bucket_is_not_a_missing_object(self, s3_url: str) -> None:
        storage = storage_at(s3_url, bucket="nobody-made-this")

        with pytest.raises(StorageError) as got:
            storage.get(KEY)
        with pytest.raises(StorageError):
            storage.exists(KEY)

        assert not isinstance(got.value, ObjectMissingError)


class TestList:
    def test_lists_more_than_one_page(self) -> None:
        with scripted(page("w1/a", more=True), page("w1/b", more=False)) as (url, sent):
            listed = list(storage_at(url).list("w1/"))

        assert [stored.key for stored in listed] == ["w1/a", "w1/b"]
        assert len(sent) == 2

    def test_leaves_objects_of_others_alone(self, s3_url: str) -> None:
        storage = new_bucket(s3_url)
        storage.put(KEY, b"x", mime_type="image/jpeg")
        storage._client.put_object(Bucket=storage._bucket, Key="Their File.TXT", Body=b"")

        assert [stored.key for stored in storage.list()] == [KEY]


class TestUnreachable:
    @pytest.fixture
    def storage(self) -> Iterator[S3AssetStorage]:
        with socket.socket() as bound:  # bound, but nobody listens
            bound.bind(("127.0.0.1", 0))
            yield storage_at(f"http://127.0.0.1:{bound.getsockname()[1]}")

    def test_says_that_the_store_cannot_be_reached(self, storage: S3AssetStorage) -> None:
        for operation in (
            storage.check,
            lambda: storage.put(KEY, b"x", mime_type="image/jpeg"),
            lambda: storage.get(KEY),
            lambda: storage.stream(KEY),
            lambda: storage.exists(KEY),
            lambda: storage.delete(KEY),
            lambda: list(storage.list()),
        ):
            with pytest.raises(StorageError) as caught:
                operation()

            assert type(caught.value) is StorageError
            assert caught.value.user_message == StorageError.user_message
            assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


class TestClient:
    def test_threads_share_one_client(self, s3_url: str) -> None:
        storage = new_bucket(s3_url)
        clients: list[int] = []
        barrier = Barrier(4)

        def use() -> None:
            barrier.wait()
            clients.append(id(storage._client))

        threads = [Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(set(clients)) == 1

    def test_a_start_does_not_load_boto3(self) -> None:
        script = "import sys, core.storage.factory; sys.exit('boto3' in sys.modules)"

        done = subprocess.run([sys.executable, "-c", script], check=False)

        assert done.returncode == 0

    def test_never_shows_its_secret(self) -> None:
        assert SECRET not in repr(vars(storage_at("http://127.0.0.1:1")))
