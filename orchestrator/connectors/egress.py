"""Where the product may connect to: one strict reader of addresses, one check of what they resolve to.

An address is resolved once, every result is checked, and the connection goes to a checked result: nothing is
resolved a second time. An admin lets a private host through by naming it (`host` or `host:port`), and can narrow what
of the public internet may be called.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx
import idna

from orchestrator.engine.errors import ErrorCategory, NotSent

LONGEST_URL = 8000

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host as texts; raises OSError when there are none."""

_UNCLEAN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]|%00", re.IGNORECASE)
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[/?#].*)?")
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@%]+))(?::(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"http": 80, "https": 443}

_PRIVATE_V4 = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
_PUBLIC_V6 = IPv6Network("2000::/3")
_PRIVATE_V6 = [IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_NAT64 = IPv6Network("64:ff9b::/96")

_resolving = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")
"""Its own threads: a slow name server must not hold up what else the process does in threads."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A checked http(s) address: host in small letters and ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query, percent-encoded; what stands in the request line."""

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def read_url(text: str) -> Target:
    """Raises `NotSent` (input) for everything that is not a plain http or https address."""
    if len(text) > LONGEST_URL or _UNCLEAN.search(text):
        raise _invalid(text, "It is too long or holds spaces, backslashes or control characters.")
    parts = _URL.fullmatch(text)
    if parts is None:
        raise _invalid(text, "It must start with https:// or http://.")
    scheme = parts["scheme"].lower()
    if scheme not in _PORTS:
        raise _invalid(text, "Only https and http are allowed.")
    authority = _AUTHORITY.fullmatch(parts["authority"])
    if authority is None:
        raise _invalid(text, "The host is not written correctly; user names in addresses are not allowed.")
    port = int(authority["port"] or _PORTS[scheme])
    if not 1 <= port <= 65535:
        raise _invalid(text, "The port must be between 1 and 65535.")
    host = read_host(authority["v6"] or authority["name"])
    try:
        path = httpx.URL(f"http://host{parts['rest'] or '/'}").raw_path.decode("ascii")
    except httpx.InvalidURL as error:
        raise _invalid(text, "It is not written correctly.") from error
    return Target(scheme=scheme, host=host, port=port, path=path)


def read_host(text: str) -> str:
    """A host name or address in its one form; raises `NotSent` (input)."""
    if ":" in text:
        try:
            return str(IPv6Address(text))
        except ValueError as error:
            raise _invalid(text, "The host is no valid address.") from error
    try:
        name = (text if text.isascii() else idna.encode(text, uts46=True).decode("ascii")).lower().removesuffix(".")
    except idna.IDNAError as error:
        raise _invalid(text, "The host holds characters that are not allowed.") from error
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise _invalid(text, "The host is not written correctly.")
    if _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except ValueError as error:
            raise _invalid(text, "Numbers as a host must be written like 203.0.113.7.") from error
    return name


def is_public(address: str) -> bool:
    """Whether the address belongs to the public internet, looking through addresses inside addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _PRIVATE_V4)
    if parsed.ipv4_mapped is not None:
        return is_public(str(parsed.ipv4_mapped))
    if parsed in _NAT64:
        return is_public(str(IPv4Address(int(parsed) & 0xFFFFFFFF)))
    return parsed in _PUBLIC_V6 and not any(parsed in network for network in _PRIVATE_V6)


async def resolve(host: str, port: int) -> list[str]:
    """By the system's resolver."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_resolving, resolve_now, host, port)


def resolve_now(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an admin took away from the public internet. Entries are hosts (`name`, `name:port`, `*.name` for all below
    it), and networks (`203.0.113.0/24`), which are held against what a name resolves to."""

    denied: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    """Nothing but these; None: everything public."""


OPEN = Limits()


class Egress:
    """The policy of one workspace: the public internet within `limits`, and private hosts that its admin allowed."""

    def __init__(self, allowed_hosts: Iterable[str] = (), resolver: Resolver = resolve, limits: Limits = OPEN) -> None:
        self._allowed = frozenset(_allowed_form(host) for host in allowed_hosts)
        self._denied = _Places(limits.denied)
        self._only = None if limits.only is None else _Places(limits.only)
        self._resolver = resolver

    async def addresses(self, host: str, port: int) -> list[str]:
        """The checked addresses of `host`; raises `NotSent` (unavailable, or rejected as egress_denied)."""
        self._refuse_name(host, port)
        try:
            found = [str(ip_address(host))]
        except ValueError:
            try:
                found = await self._resolver(host, port)
            except OSError as error:
                raise unknown_host(host) from error
        return self.checked(host, port, found)

    def checked(self, host: str, port: int, addresses: list[str]) -> list[str]:
        """`addresses`, unless there are none, the rules refuse one, or one is private and the host is not allowed."""
        if not addresses:
            raise unknown_host(host)
        self._refuse_name(host, port)
        if any(self._denied.hold(address) for address in addresses):
            raise _ruled_out(host, port)
        if not self.allows(host, port) and not all(is_public(address) for address in addresses):
            raise NotSent(
                ErrorCategory.REJECTED,
                "egress_denied",
                f"{host} is inside the private network, which steps may not reach.",
                hint="An admin can allow this host in workspace settings.",
                host=host,
                port=port,
            )
        return addresses

    def _refuse_name(self, host: str, port: int) -> None:
        """Also before anything is resolved: a question to a name server tells somebody something, too."""
        listed = self._only is None or self._only.name(host, port) or self._only.hold(host) or self.allows(host, port)
        if not listed or self._denied.name(host, port):
            raise _ruled_out(host, port)

    def allows(self, host: str, port: int) -> bool:
        name = f"[{host}]" if ":" in host else host
        return name in self._allowed or f"{name}:{port}" in self._allowed


class _Places:
    """Entries of a rule, ready to be compared."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._hosts: set[str] = set()
        self._below: list[str] = []
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            if entry.startswith("*."):
                self._below.append(_allowed_form(entry[1:].removeprefix(".")))
                continue
            try:
                self._networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(_allowed_form(entry))

    def name(self, host: str, port: int) -> bool:
        shown = f"[{host}]" if ":" in host else host
        if shown in self._hosts or f"{shown}:{port}" in self._hosts:
            return True
        return any(host.endswith(f".{name}") for name in self._below)

    def hold(self, address: str) -> bool:
        """Whether it is an address of one of the networks, also where it is wrapped into another."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        inner = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
        return any(parsed in network or (inner is not None and inner in network) for network in self._networks)


def _ruled_out(host: str, port: int) -> NotSent:
    return NotSent(
        ErrorCategory.REJECTED,
        "egress_ruled_out",
        f"The rules of this workspace do not let steps call {host}.",
        hint="An admin can change the rules for calls to the outside in the settings.",
        host=host,
        port=port,
    )


def unknown_host(host: str) -> NotSent:
    return NotSent(
        ErrorCategory.UNAVAILABLE,
        "unknown_host",
        f"The host {host} was not found.",
        hint="Check the address for typing mistakes.",
        host=host,
    )


def _allowed_form(entry: str) -> str:
    """`host`, `host:port` or `[v6]:port` as an admin wrote it, in the form that is compared."""
    entry = entry.strip()
    try:
        return f"[{IPv6Address(entry.strip('[]'))}]"
    except ValueError:
        parts = _AUTHORITY.fullmatch(entry)
    if parts is None:
        return entry.lower()
    try:
        host = f"[{read_host(parts['v6'])}]" if parts["v6"] else read_host(parts["name"])
    except NotSent:
        return entry.lower()
    return f"{host}:{int(parts['port'])}" if parts["port"] else host


def _invalid(text: str, why: str) -> NotSent:
    shown = "".join(character if character.isprintable() else "?" for character in text[:200])
    return NotSent(
        ErrorCategory.INPUT,
        "invalid_address",
        f"{shown!r} is no address that can be called. {why}",
        hint="Write it like https://api.example.com/orders.",
    )
