"""Which addresses may be fetched: of the web, and of the machines behind them."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

from core.errors import RemoteRefusedError

MAX_URL_CHARS = 2000
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_BLOCKED_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4 in the old way
        "64:ff9b::/96",  # IPv4 behind a translator
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and other protocols
        "2002::/16",  # 6to4
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_ISATAP = 0x5EFE


@dataclass(frozen=True)
class WebAddress:
    """A checked address: host in small letters, port, and the path as it is sent."""

    host: str
    port: int
    target: str

    @classmethod
    def parse(
        cls, url: str, *, hosts: Collection[str], port: int = 443, scheme: str = "https"
    ) -> Self:
        """Return the address, or raise `RemoteRefusedError` with a sentence.

        Nothing is asked of the network. A host that begins with "*." allows all names under it.
        """
        url = url.strip()
        if len(url) > MAX_URL_CHARS:
            raise _refused(url, "The address is too long.")
        if "\\" in url or any(ord(char) < 33 or ord(char) == 127 for char in url):  # noqa: PLR2004 - control characters and space
            raise _refused(url, "The address has characters that no address has.")
        try:
            parts = urlsplit(url)
            given_port = parts.port
        except ValueError as error:
            raise _refused(url, "This is no web address.") from error
        if parts.scheme.lower() != scheme:
            raise _refused(url, f"Photos are only fetched from addresses with {scheme}://.")
        if not parts.netloc.isascii():
            raise _refused(url, "The address has characters that no host has.")
        if "@" in parts.netloc:
            raise _refused(url, "The address names a user; such are never fetched.")
        if given_port not in (None, port):
            raise _refused(url, f"Photos are only fetched from port {port}.")
        host = (parts.hostname or "").rstrip(".").lower()
        if not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit():
            raise _refused(url, "The address has no name of a host.")
        if not is_allowed(host, hosts):
            raise _refused(
                url,
                f"Photos are not fetched from {host}. An administrator can allow it with "
                "EPOX_IMAGE_HOSTS.",
            )
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        return cls(host, port, f"{path}?{query}" if query else path)

    @property
    def url(self) -> str:
        """Return the address as text, for resolving what it redirects to."""
        port = "" if self.port in (80, 443) else f":{self.port}"
        return f"https://{self.host}{port}{self.target}"


def is_allowed(host: str, hosts: Collection[str]) -> bool:
    """Say whether a host is on the list, by its name or by a "*." before the end of it."""
    if host in hosts:
        return True
    parents = host.split(".")
    return any(f"*.{'.'.join(parents[at:])}" in hosts for at in range(1, len(parents) - 1))


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet, and of no way back into ours."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 4:  # noqa: PLR2004 - of IP
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
    if ip.scope_id or ip not in _PUBLIC_6 or any(ip in network for network in _BLOCKED_6):
        return False
    return ip.is_global and (int(ip) >> 32) & 0xFFFF != _ISATAP


def _refused(url: str, sentence: str) -> RemoteRefusedError:
    return RemoteRefusedError(f"{url[:200]!a}", user_message=sentence)
