"""A server with TLS on this machine that answers each path as a test says, and counts who came."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "images.example.test"
Answer = Callable[[ssl.SSLSocket], None]


@dataclass
class TlsServer:
    """A server while it runs. `connections` counts all, `paths` those that asked for something."""

    port: int
    tls: ssl.SSLContext
    connections: int = 0
    paths: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)


def plain(body: bytes, *, status: str = "200 OK", head: str = "") -> Answer:
    """Return an answer with a body of known length, and more headers."""

    def answer(connection: ssl.SSLSocket) -> None:
        lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n"
        connection.sendall(lines.encode() + body)

    return answer


def dripping(data: bytes, *, every_s: float = 0.05) -> Answer:
    """Return an answer that sends a byte at a time for as long as somebody listens."""

    def answer(connection: ssl.SSLSocket) -> None:
        while True:
            for byte in data:
                connection.sendall(bytes([byte]))
                time.sleep(every_s)

    return answer


def endless(head: str, piece: bytes) -> Answer:
    """Return an answer that never ends."""

    def answer(connection: ssl.SSLSocket) -> None:
        connection.sendall(head.encode())
        while True:
            connection.sendall(piece)

    return answer


@contextmanager
def tls_server(folder: Path, answers: Mapping[str, Answer]) -> Iterator[TlsServer]:
    """Yield a server that answers the paths; anything else is a 404."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = TlsServer(listener.getsockname()[1], trusting)
    is_over = threading.Event()

    def accept() -> None:
        while not is_over.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                server.connections += 1
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(plain_connection: socket.socket) -> None:
        plain_connection.settimeout(30)
        with (
            suppress(OSError),
            plain_connection,
            context.wrap_socket(plain_connection, server_side=True) as connection,
        ):
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            path = request.split(b" ")[1].decode()
            server.paths.append(path)
            server.requests.append(request)
            answers.get(path, plain(b"", status="404 Not Found"))(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        is_over.set()
        thread.join()
        listener.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "tls.crt", folder / "tls.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
