"""The guarded fetcher: what it refuses without a packet, and what it gives up on in time."""

import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import RemoteFailedError, RemoteRefusedError
from core.remote.addresses import WebAddress, is_public
from core.remote.fetcher import Fetcher, FetchRules
from tests.support.tls_server import HOST, TlsServer, dripping, endless, plain, tls_server

ALLOWED = ("images.unsplash.com", "*.cdn.example.com")
PICTURE = b"\xff\xd8\xff" + b"x" * 100


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """Listen on this machine; nobody must ever come."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    came: list[object] = []
    is_over = threading.Event()

    def accept() -> None:
        while not is_over.is_set():
            with suppress(TimeoutError):
                connection, address = server.accept()
                came.append(address)
                connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], came
    is_over.set()
    thread.join()
    server.close()


def never(host: str, port: int) -> Collection[str]:
    raise AssertionError(f"{host}:{port} was looked up")


class TestRefusedAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "http://169.254.169.254/latest/meta-data/",
            "https://169.254.169.254/latest/meta-data/",
            "https://metadata.google.internal/",
            "https://127.0.0.1:{port}/",
            "https://localhost:{port}/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://①②⑦.⓪.⓪.①/",
            "https://127。0。0。1/",
            "https://\uff11\uff12\uff17.0.0.1/",
            "https://%6cocalhost/",
            "https://169.254.169%2e254/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[2001:0:7f00:1::]/",
            "https://[fe80::5efe:127.0.0.1]/",
            "https://[fe80::1%25lo]/",
            "https://[fec0::1]/",
            "https://images.unsplash.com@127.0.0.1:{port}/",
            "https://images.unsplash.com:x@127.0.0.1/",
            "https://127.0.0.1:{port}#@images.unsplash.com",
            "https://images.unsplash.com\\@127.0.0.1/",
            "https://images.unsplash.com:80@127.0.0.1:6379/",
            "https://evilunsplash.com/",
            "https://images.unsplash.com.evil.test/",
            "https://im\u0430ges.unsplash.com/",
            "https://xn--imges-nve.unsplash.com/",
            "https://cdn.example.com/",
            "https://x.cdn.example.com.evil.test/",
            "https://images.unsplash.com:22/",
            "https://images.unsplash.com:25/",
            "https://images.unsplash.com:5432/",
            "https://images.unsplash.com:6379/",
            "https://images.unsplash.com:8501/",
            "https://images.unsplash.com:99999/",
            "http://images.unsplash.com/a.jpg",
            "ftp://images.unsplash.com/a.jpg",
            "file:///etc/passwd",
            "gopher://images.unsplash.com/",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "//images.unsplash.com/a.jpg",
            "images.unsplash.com/a.jpg",
            "https://",
            "https:///a.jpg",
            "https://.../",
            "https://images.unsplash.com/a\r\nHost: evil",
            "https://images.unsplash.com/a b",
            "https://images.unsplash.com\t/",
            "https://[images.unsplash.com]/",
            "https://images.unsplash.com/" + "a" * 2000,
        ],
    )
    def test_never_reach_the_network(self, url: str, listener: tuple[int, list[object]]) -> None:
        port, came = listener
        fetcher = Fetcher(FetchRules(ALLOWED, resolve=never))

        with pytest.raises(RemoteRefusedError) as caught:
            fetcher.fetch(url.format(port=port))

        assert fetcher.check(url.format(port=port)) == caught.value.user_message != ""
        assert came == []

    def test_name_the_setting_when_only_the_host_is_not_on_the_list(self) -> None:
        told = Fetcher(FetchRules(())).check("https://cdn.example.org/a.jpg")

        assert "EPOX_IMAGE_HOSTS" in told

    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://IMAGES.UNSPLASH.COM./a.jpg", "images.unsplash.com"),
            ("HTTPS://images.unsplash.com:443/a.jpg?x=1#top", "images.unsplash.com"),
            ("https://one.cdn.example.com/ä.jpg", "one.cdn.example.com"),
        ],
    )
    def test_do_not_include_another_spelling_of_an_allowed_one(self, url: str, host: str) -> None:
        assert WebAddress.parse(url, hosts=ALLOWED).host == host


class TestPublic:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
            "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
            "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
            "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1", "fe80::1%lo",
            "fc00::1", "fec0::1", "ff02::1", "2606:4700::5efe:127.0.0.1", "localhost", "",
        ],
    )  # fmt: skip
    def test_is_no_address_that_leads_into_a_network_of_ours(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2606:4700::6810:85e5"])
    def test_is_an_address_of_the_internet(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize(
        "found",
        [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["169.254.169.254"], []],
    )
    def test_is_asked_of_every_answer_of_the_name_server(
        self, found: list[str], listener: tuple[int, list[object]]
    ) -> None:
        port, came = listener
        rules = FetchRules(ALLOWED, port=port, resolve=lambda _host, _port: found)

        with pytest.raises(RemoteRefusedError):
            Fetcher(rules).fetch(f"https://images.unsplash.com:{port}/a.jpg")

        assert came == []

    def test_is_asked_of_the_machine_that_answered(
        self, listener: tuple[int, list[object]]
    ) -> None:
        port, _ = listener
        # The name server tells a public address, and the connection ends somewhere else.
        rules = FetchRules(
            ALLOWED,
            port=port,
            resolve=lambda _host, _port: ["localhost"],
            is_public=lambda address: address == "localhost",
        )

        with pytest.raises(RemoteRefusedError):
            Fetcher(rules).fetch(f"https://images.unsplash.com:{port}/a.jpg")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TlsServer]:
    answers = {
        "/ok.jpg?size=1": plain(PICTURE),
        "/empty": plain(b""),
        "/missing": plain(b"", status="404 Not Found"),
        "/refresh": plain(PICTURE, head="Refresh: 0; url=https://evil.test/\r\n"),
        "/once": plain(b"", status="302 Found", head="Location: /ok.jpg?size=1\r\n"),
        "/loopback": plain(b"", status="302 Found", head="Location: https://127.0.0.1/\r\n"),
        "/file": plain(b"", status="307 Temporary", head="Location: file:///etc/passwd\r\n"),
        "/lower": plain(b"", status="302 Found", head=f"Location: http://{HOST}/ok.jpg\r\n"),
        "/nowhere": plain(b"", status="302 Found"),
        "/loop": plain(b"", status="302 Found", head="Location: /loop\r\n"),
        "/drip": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nxxxxxxxxxxxxx"),
        "/headers": endless("HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n"),
        "/endless": endless("HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        "/huge": endless("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", b"x"),
        "/packed": plain(b"x" * 100, head="Content-Encoding: gzip\r\n"),
        "/lies": plain(PICTURE[:10], head="", status="200 OK\r\nContent-Length: 500"),
        "/chunks": endless(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 16
        ),
        "/noise": endless("\0\0\0\0", b"\0" * 70_000),
    }
    with tls_server(tmp_path, answers) as running:
        yield running


def fetcher_for(server: TlsServer, *, total_s: float = 30, tls: bool = True) -> Fetcher:
    return Fetcher(
        FetchRules(
            (HOST,),
            max_bytes=200_000,
            total_s=total_s,
            port=server.port,
            resolve=lambda _host, _port: ["127.0.0.1"],
            is_public=lambda _address: True,
            tls=server.tls if tls else None,
        )
    )


class TestFetch:
    def fetch(self, server: TlsServer, path: str, *, total_s: float = 30) -> bytes:
        return fetcher_for(server, total_s=total_s).fetch(f"https://{HOST}:{server.port}{path}")

    def test_returns_what_is_there(self, server: TlsServer) -> None:
        assert self.fetch(server, "/ok.jpg?size=1") == PICTURE
        assert b"Cookie" not in server.requests[0]

    def test_follows_a_redirect_to_an_allowed_host(self, server: TlsServer) -> None:
        assert self.fetch(server, "/once") == PICTURE
        assert server.paths == ["/once", "/ok.jpg?size=1"]

    @pytest.mark.parametrize("path", ["/loopback", "/file", "/lower"])
    def test_refuses_a_redirect_to_elsewhere(self, server: TlsServer, path: str) -> None:
        with pytest.raises(RemoteRefusedError):
            self.fetch(server, path)

        assert server.connections == 1

    def test_follows_no_more_than_three_redirects(self, server: TlsServer) -> None:
        with pytest.raises(RemoteFailedError, match=HOST):
            self.fetch(server, "/loop")

        assert server.connections == 4

    def test_ignores_a_refresh(self, server: TlsServer) -> None:
        assert self.fetch(server, "/refresh") == PICTURE

    @pytest.mark.parametrize(
        "path",
        [
            "/empty", "/missing", "/headers", "/endless", "/huge", "/packed", "/lies", "/chunks",
            "/noise", "/nowhere",
        ],
    )  # fmt: skip
    def test_gives_up_on_what_is_no_file(self, server: TlsServer, path: str) -> None:
        with pytest.raises((RemoteFailedError, RemoteRefusedError)) as caught:
            self.fetch(server, path)

        assert caught.value.user_message.endswith(".")

    @pytest.mark.slow
    def test_gives_up_on_a_host_that_drips(self, server: TlsServer) -> None:
        begun = time.monotonic()

        with pytest.raises(RemoteFailedError, match=HOST):
            self.fetch(server, "/drip", total_s=1.5)

        # It would drip for hours: whatever the machine's load, that is another size.
        assert time.monotonic() - begun < 60

    def test_refuses_a_host_that_cannot_prove_its_name(self, server: TlsServer) -> None:
        fetcher = fetcher_for(server, tls=False)

        with pytest.raises(RemoteFailedError) as caught:
            fetcher.fetch(f"https://{HOST}:{server.port}/ok.jpg")

        assert isinstance(caught.value.__cause__, ssl.SSLError)
        assert server.paths == []

    def test_gives_up_on_a_name_server_that_does_not_answer(self) -> None:
        is_over = threading.Event()

        def hang(_host: str, _port: int) -> Collection[str]:
            is_over.wait(60)
            return []

        fetcher = Fetcher(FetchRules(ALLOWED, total_s=0.2, resolve=hang))
        try:
            with pytest.raises(RemoteFailedError):
                fetcher.fetch("https://images.unsplash.com/a.jpg")
        finally:
            is_over.set()
