"""A closed network: a test that leaves the machine fails, whoever swallows the error."""

import ipaddress
import socket
import sys

attempts: list[str] = []
"""What this process tried to reach outside; a fixture fails the test that tried."""


class LeftTheMachineError(RuntimeError):
    """Something tried to reach an address that is not this machine's."""


def close() -> None:
    """Refuse every connection and every look-up of a name but this machine's, for good."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if host is not None and not _is_local(host):
        attempts.append(f"{event} {host!r}")
        raise LeftTheMachineError(f"{event} {host!r}")


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in {"", "localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
