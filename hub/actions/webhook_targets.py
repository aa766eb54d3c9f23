"""Where a webhook may lead: only to servers on the public internet, never into the network the hub stands in.

Names are looked up when a message is sent, and the connection goes to the address that was checked, so a name that
leads elsewhere a moment later gains nothing. OWASP, „Server-Side Request Forgery Prevention Cheat Sheet“.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.config import LOOPBACK, Settings
from hub.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_BEHIND = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "::/96",  # IPv4-compatible (RFC 4291, 2.5.5.1)
        "64:ff9b::/96",  # NAT64 (RFC 6052): an IPv4 address inside, also a private one
        "64:ff9b:1::/48",  # NAT64 of one's own network (RFC 8215)
        "2001::/32",  # Teredo (RFC 4380)
        "2001:db8::/32",
        "2002::/16",  # 6to4 (RFC 3056)
        "fec0::/10",
    )
)
"""Networks that Python calls global and that may lead into a private one."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""Upper half of an interface id that carries an IPv4 address (RFC 5214, 6.1)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation allows."""

    hosts: tuple[str, ...] = ()
    """Names such as `hooks.example.org` or `*.example.org`; empty: every public one."""
    ports: frozenset[int] = frozenset({443})
    loopback: bool = False
    """Allow plain HTTP to this very machine, for trying out."""

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """Return the rules of an installation."""
        hosts = tuple(word.strip().lower() for word in settings.webhook_hosts.split(",") if word.strip())
        return cls(hosts, settings.webhook_port_set, settings.webhook_loopback)


@dataclass(frozen=True, slots=True)
class Target:
    """A well-formed address that the rules allow, as far as that can be said without asking for its name."""

    host: str
    port: int
    path: str
    https: bool

    @property
    def name(self) -> str:
        """The `Host` of the request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.https else 80) else f"{host}:{self.port}"


def public(address: Address) -> bool:
    """Whether an address lies on the public internet, and not one that leads back in by a tunnel or translation."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return public(address.ipv4_mapped)
        if address.scope_id or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address.version == net.version and address in net for net in _BEHIND)


def allowed(address: Address, target: Target) -> bool:
    """Whether a connection for `target` may go to `address`; plain HTTP was only let through to this machine."""
    return public(address) if target.https else address.is_loopback


def read(url: str, rules: Rules) -> Target:
    """Return where `url` leads; raises `Invalid(url=…)` for what is malformed or not allowed."""
    if not url.isascii() or any(ord(c) <= 32 or c in '\\"<>^`{|}' or ord(c) == 127 for c in url):
        raise Invalid(url="webhook_url")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Invalid(url="webhook_url") from error
    if not host or parts.username is not None or parts.password is not None or parts.fragment or len(host) > 253:
        raise Invalid(url="webhook_url")
    here = rules.loopback and host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Invalid(url="webhook_https")
    https = parts.scheme == "https"
    port = port or (443 if https else 80)
    if https and port not in rules.ports:
        raise Invalid(url="webhook_port")
    if https and rules.hosts and not any(_covers(rule, host) for rule in rules.hosts):
        raise Invalid(url="webhook_host")
    if https and (literal := _literal(host)) is not None and not public(literal):
        raise Invalid(url="webhook_address")
    return Target(host, port, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", https)


def _covers(rule: str, host: str) -> bool:
    return host.endswith(rule[1:]) if rule.startswith("*.") else host == rule


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
