"""Starts an OpenID Connect provider as a process of its own, tells it what to say, and walks a browser through it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub.config.providers import Provider
from hub.store.accounts import Membership, User
from tests.clients import Client, writing
from tests.openid_provider import CLIENT, SECRET

PERSON: dict[str, Any] = {
    "sub": "4711",
    "email": "neu@marburg.example",
    "email_verified": True,
    "name": "Fachdienst Steuern",
}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: Sequence[str], ready: str) -> Iterator[None]:
    """Run a server until the block ends; it is ready when it answers at `ready`."""
    running = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(900):
            try:
                requests.get(ready, timeout=10)
                break
            except requests.RequestException:
                assert running.poll() is None, "the provider has ended"
                time.sleep(0.1)
        else:
            raise TimeoutError("the provider did not start")
        yield
    finally:
        running.terminate()
        running.wait(60)


@dataclass(frozen=True)
class Running:
    """A provider that runs."""

    issuer: str

    def says(self, **told: Any) -> None:
        """Tell it what to say from now on; without `person` it is the usual one."""
        requests.post(f"{self.issuer}/control", json={"person": PERSON, **told}, timeout=60).raise_for_status()

    def logout_token(self, sign: str = "rs256", typ: str = "logout+jwt", **changes: Any) -> str:
        """Return a logout token; a claim that is None is left out."""
        at = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 120,
            "jti": f"token-{time.monotonic_ns()}",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            "sub": PERSON["sub"],
            "sid": "session-1",
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        asked: Any = {"claims": kept, "sign": sign, "typ": typ}
        return requests.post(f"{self.issuer}/forge", json=asked, timeout=60).text

    def described(self, **more: Any) -> Provider:
        """Return it as the hub's settings would describe it."""
        return Provider(
            **{
                "name": "stadt",
                "label": "Stadt Marburg",
                "issuer": self.issuer,
                "client_id": CLIENT,
                "client_secret": SECRET,
                "roles": {"modellierung": (("marburg", "modeller"),), "lesen": (("fulda", "reader"),)},
                **more,
            }
        )


GROUPS = {"groups": ["modellierung", "etwas anderes"]}


def describe(app: Flask, *described: Provider, **settings: Any) -> None:
    """Make these providers, and no others, known to the hub."""
    app.config["HUB"] = replace(app.config["HUB"], providers=described, base_url="http://localhost", **settings)


def roles(app: Flask, email: str = PERSON["email"]) -> set[tuple[str, str]]:
    """Return the (organisation, role) pairs of an account."""
    with writing(app) as work:
        query = select(Membership).join(User, User.id == Membership.user_id).where(User.email == email)
        return {(row.organisation.slug, row.role) for row in work.session.scalars(query)}


def people(app: Flask) -> int:
    """Return how many accounts there are."""
    with writing(app) as work:
        return work.session.scalar(select(func.count()).select_from(User)) or 0


def far(seconds: int) -> int:
    """Return a moment so many seconds from now, as tokens write it."""
    return int(time.time()) + seconds


def walk(client: Client, path: str = "/login/with/stadt") -> TestResponse:
    """Go to the provider and come back, as a browser does; return what the hub answers to that."""
    return client.get(come_back(client, path))


def come_back(client: Client, path: str = "/login/with/stadt") -> str:
    """Go to the provider; return the address it sends the browser back to, which the browser has not opened yet."""
    away = client.get(path)
    assert away.status_code == 302, away.status
    answer = requests.get(away.location, timeout=60, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"
