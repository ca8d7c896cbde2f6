"""Fetches files from hosts on a list, and from nowhere else, whoever wrote the address."""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urljoin

from core.errors import RemoteFailedError, RemoteRefusedError
from core.remote.addresses import WebAddress, is_public

MAX_BYTES = 20 * 1024 * 1024
TOTAL_S = 10.0
MAX_REDIRECTS = 3
_MAX_HEADER_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200

Resolve = Callable[[str, int], Collection[str]]


def resolve(host: str, port: int) -> Collection[str]:
    """Return the IP addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class FetchRules:
    """Where files may come from and how long and large they may be.

    `resolve`, `is_public`, `port` and `tls` are there for tests, which have no internet.
    """

    hosts: Collection[str]
    max_bytes: int = MAX_BYTES
    total_s: float = TOTAL_S
    port: int = 443
    resolve: Resolve = resolve
    is_public: Callable[[str], bool] = is_public
    tls: ssl.SSLContext | None = field(default=None, repr=False)


class Fetcher:
    """Fetches files within the rules. Never in a screen's thread: it may take its whole time."""

    def __init__(self, rules: FetchRules) -> None:
        self._rules = rules

    def check(self, url: str) -> str:
        """Return why the address would be refused, or "": nothing is asked of the network."""
        try:
            self._parsed(url)
        except RemoteRefusedError as error:
            return error.user_message
        return ""

    def fetch(self, url: str) -> bytes:
        """Return what is at the address.

        Raises `RemoteRefusedError` for an address that may not be fetched, also one it redirects
        to, and `RemoteFailedError` when nothing usable came in time.
        """
        deadline = time.monotonic() + self._rules.total_s
        address = self._parsed(url)
        for _ in range(MAX_REDIRECTS + 1):
            found = self._get(address, deadline)
            if isinstance(found, bytes):
                return found
            address = self._parsed(urljoin(address.url, found))
        raise RemoteFailedError(address.host, user_message="The address redirects too often.")

    def _parsed(self, url: str) -> WebAddress:
        return WebAddress.parse(url, hosts=self._rules.hosts, port=self._rules.port)

    def _get(self, address: WebAddress, deadline: float) -> bytes | str:
        """Return the body, or where the answer redirects to."""
        try:
            with (
                closing(self._connected(address, deadline)) as plain,
                self._secured(plain, address, deadline) as connection,
            ):
                connection.sendall(_request(address))
                return self._answer(connection, deadline)
        except TimeoutError as error:
            raise RemoteFailedError(
                address.host, user_message="The host did not send the photo in time."
            ) from error
        except ssl.SSLError as error:
            raise RemoteFailedError(
                str(error), user_message="The host cannot prove who it is; nothing was fetched."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise RemoteFailedError(
                repr(error)[:200], user_message=f"{address.host} could not be reached."
            ) from error

    def _connected(self, address: WebAddress, deadline: float) -> socket.socket:
        found = _in_time(lambda: self._rules.resolve(address.host, address.port), deadline)
        if not found or not all(map(self._rules.is_public, found)):
            raise RemoteRefusedError(
                f"{address.host} is {found}",
                user_message=f"{address.host} is no host of the open internet.",
            )
        connection = socket.create_connection((next(iter(found)), address.port), _left(deadline))
        peer = str(connection.getpeername()[0])
        if peer not in found or not self._rules.is_public(peer):
            connection.close()
            raise RemoteRefusedError(
                f"{address.host} answered from {peer}",
                user_message=f"{address.host} is no host of the open internet.",
            )
        return connection

    def _secured(self, plain: socket.socket, address: WebAddress, deadline: float) -> ssl.SSLSocket:
        plain.settimeout(_left(deadline))
        context = self._rules.tls or ssl.create_default_context()
        connection = context.wrap_socket(
            plain, server_hostname=address.host, do_handshake_on_connect=False
        )
        try:
            connection.settimeout(_left(deadline))
            connection.do_handshake()
        except OSError:
            connection.close()
            raise
        return connection

    def _answer(self, connection: ssl.SSLSocket, deadline: float) -> bytes | str:
        wire = _Wire(connection, deadline, self._rules.max_bytes + _MAX_HEADER_BYTES)
        answer = http.client.HTTPResponse(wire, method="GET")  # type: ignore[arg-type] # all that it uses of a socket
        answer.begin()
        if answer.status in _REDIRECTS:
            return answer.getheader("Location") or ""
        if answer.status != _OK:
            raise RemoteFailedError(user_message=f"The host answered with {answer.status}.")
        if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise RemoteFailedError(user_message="The host sent the photo packed; nothing is kept.")
        limit = self._rules.max_bytes
        if answer.length is not None and answer.length > limit:
            raise _too_large(limit)
        body = bytearray()
        while piece := answer.read(_CHUNK_BYTES):
            body += piece
            if len(body) > limit:
                raise _too_large(limit)
        if not body:
            raise RemoteFailedError(user_message="There is nothing at the address.")
        if answer.length:
            raise RemoteFailedError(user_message="The host sent only a part of the photo.")
        return bytes(body)


class _Wire(io.RawIOBase):
    """What comes over a connection, until a moment and up to a size."""

    def __init__(self, connection: ssl.SSLSocket, deadline: float, max_bytes: int) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._room = max_bytes

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return it as the file that http.client reads from."""
        return io.BufferedReader(self, _CHUNK_BYTES)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # narrower, as it is used
        """Read what is there; the time for it is what is left of the whole."""
        self._connection.settimeout(_left(self._deadline))
        count = self._connection.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise http.client.HTTPException("the answer is too large")
        return count


def _request(address: WebAddress) -> bytes:
    host = address.host if address.port in (80, 443) else f"{address.host}:{address.port}"
    lines = (
        f"GET {address.target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Epox",
        "Accept: image/jpeg, image/png, image/webp",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for the whole is over")
    return left


def _in_time(look_up: Callable[[], Collection[str]], deadline: float) -> Collection[str]:
    """Return the answer of a look-up, which no timeout of its own ends."""
    answers: queue.Queue[Collection[str] | OSError] = queue.Queue(1)

    def ask() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        found = answers.get(timeout=_left(deadline))
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(found, OSError):
        raise found
    return found


def _too_large(limit: int) -> RemoteFailedError:
    return RemoteFailedError(user_message=f"The photo is larger than {limit // 2**20} MB.")
