"""OpenID Connect providers, as the operator describes them in a TOML file, checked at start."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.config.about import LOOPBACK, BadSetting

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_GIVEN = re.compile(r"[a-z0-9-]+:[a-z_]+")
WAYS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
"""Ways in which a client proves who it is (OpenID Connect Core 1.0, 9) that the hub knows."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One service that vouches for people."""

    name: str
    """In addresses, such as `/login/with/stadt`; lower case, digits, hyphens."""
    label: str
    """What the button says."""
    issuer: str
    """Exactly as the provider calls itself in its discovery document."""
    client_id: str
    client_secret: str = field(default="", repr=False)
    """Empty for a public client, which PKCE protects alone; a private key (PEM, RSA) for `private_key_jwt`."""
    client_auth: str = ""
    """How the hub proves to be this client, one of `WAYS`; empty leaves it to what the provider offers."""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    email_claim: str = "email"
    name_claim: str = "name"
    groups_claim: str = "groups"
    """A path through nested claims with dots, such as `realm_access.roles`."""
    trusted_domains: tuple[str, ...] = ()
    """E-mail domains for which this provider alone gives out addresses: here an address is enough to be recognised."""
    create_accounts: bool = True
    """Whether people who have no account get one when their groups give them a role or an invitation is open."""
    userinfo: bool = False
    """Whether claims are also fetched from the userinfo endpoint."""
    end_session: bool = True
    """Whether signing out here leads on to signing out there."""
    roles: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Group → (organisation's slug, role), …"""

    def check(self) -> None:
        """Raise `BadSetting` for a description that cannot work or would not be safe."""
        if not _NAME.fullmatch(self.name):
            raise BadSetting(f"Anmeldedienst „{self.name}“: name darf nur a–z, 0–9 und Bindestriche enthalten.")
        for required in ("label", "client_id"):
            if not getattr(self, required):
                raise BadSetting(f"Anmeldedienst „{self.name}“: {required} fehlt.")
        if not safe_address(self.issuer) or urlsplit(self.issuer).query or urlsplit(self.issuer).fragment:
            raise BadSetting(
                f"Anmeldedienst „{self.name}“: issuer muss eine Adresse mit https:// sein, nicht „{self.issuer}“."
            )
        if "openid" not in self.scopes:
            raise BadSetting(f"Anmeldedienst „{self.name}“: scopes muss openid enthalten.")
        if self.client_auth and (self.client_auth not in WAYS or not self.client_secret):
            raise BadSetting(
                f"Anmeldedienst „{self.name}“: client_auth ist eines von {', '.join(WAYS)} und braucht ein Geheimnis."
            )
        if self.client_auth == "private_key_jwt" and "PRIVATE KEY" not in self.client_secret:
            raise BadSetting(
                f"Anmeldedienst „{self.name}“: Für private_key_jwt nennt client_secret_file einen privaten Schlüssel."
            )
        for domain in self.trusted_domains:
            if "@" in domain or "." not in domain or domain != domain.lower():
                raise BadSetting(f"Anmeldedienst „{self.name}“: „{domain}“ ist keine Domäne in Kleinbuchstaben.")


def safe_address(address: str) -> bool:
    """Whether an address may be asked: https, or http on this machine (for trying out and for tests)."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def read(path: str) -> tuple[Provider, ...]:
    """Read the providers of a file; raises `BadSetting` with a sentence on what to do."""
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"HUB_PROVIDERS_FILE nennt {path}; die Datei lässt sich nicht lesen: {error}.") from error
    rows = table.get("provider", [])
    if set(table) - {"provider"} or not isinstance(rows, list) or not rows:
        raise BadSetting(f"{path}: Erwartet werden Abschnitte [[provider]], je einer für einen Anmeldedienst.")
    found = tuple(_provider(path, dict(row)) for row in rows)
    names = [row.name for row in found]
    if len(set(names)) < len(names) or len({row.issuer for row in found}) < len(found):
        raise BadSetting(f"{path}: name und issuer dürfen je nur einmal vorkommen.")
    return found


def _provider(path: str, row: dict[str, Any]) -> Provider:
    name = str(row.get("name", "?"))
    row["client_secret"] = _secret(path, name, row)
    known = {one.name for one in fields(Provider)}
    if unknown := sorted(set(row) - known):
        raise BadSetting(f"{path}, Anmeldedienst „{name}“: {', '.join(unknown)} gibt es nicht.")
    if missing := [key for key in ("name", "label", "issuer", "client_id") if not row.get(key)]:
        raise BadSetting(f"{path}, Anmeldedienst „{name}“: {', '.join(missing)} fehlt.")
    for key in ("scopes", "trusted_domains"):
        if key in row:
            if not isinstance(row[key], list) or not all(isinstance(word, str) for word in row[key]):
                raise BadSetting(f"{path}, Anmeldedienst „{name}“: {key} ist eine Liste von Wörtern.")
            row[key] = tuple(row[key])
    for key in ("create_accounts", "userinfo", "end_session"):
        if not isinstance(row.get(key, True), bool):
            raise BadSetting(f"{path}, Anmeldedienst „{name}“: {key} ist true oder false.")
    row["roles"] = _roles(path, name, row.get("roles", {}))
    provider = Provider(**row)
    provider.check()
    return provider


def _secret(path: str, name: str, row: dict[str, Any]) -> str:
    """Return the client's secret from the file or variable the table names; the table itself holds none."""
    if "client_secret" in row:
        raise BadSetting(
            f"{path}, Anmeldedienst „{name}“: Das Geheimnis gehört nicht in diese Datei. Nennen Sie mit "
            "client_secret_file eine Datei oder mit client_secret_env eine Variable."
        )
    file, variable = row.pop("client_secret_file", ""), row.pop("client_secret_env", "")
    if file:
        try:
            return Path(str(file)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f"{path}, Anmeldedienst „{name}“: {file} lässt sich nicht lesen.") from error
    if variable and not os.environ.get(str(variable)):
        raise BadSetting(f"{path}, Anmeldedienst „{name}“: Die Variable {variable} ist nicht gesetzt.")
    return os.environ.get(str(variable), "") if variable else ""


def _roles(path: str, name: str, table: object) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for group, given in (table if isinstance(table, dict) else {"?": None}).items():
        words = [given] if isinstance(given, str) else given
        if not isinstance(words, list) or not all(isinstance(word, str) and _GIVEN.fullmatch(word) for word in words):
            raise BadSetting(
                f'{path}, Anmeldedienst „{name}“: Eine Gruppe erhält Rollen wie ["marburg:modeller"], '
                f"nicht „{given}“ („{group}“)."
            )
        found[str(group)] = tuple((word.split(":")[0], word.split(":")[1]) for word in words)
    return found
