"""Browsers of people with different rights."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.clients import Client, ClientFor
from tests.providers import GROUPS, Running, describe, free_port, process
from tests.web.steps import (
    ADMIN,
    SYSTEM_ADMIN,
)


@pytest.fixture
def guest(client_for: ClientFor) -> Client:
    """Return a client that nobody has signed in with."""
    return client_for()


@pytest.fixture
def admin(client_for: ClientFor) -> Client:
    """Return a client signed in as Marburg's administration."""
    return client_for(ADMIN)


@pytest.fixture
def system(client_for: ClientFor) -> Client:
    """Return a client signed in as the system administration."""
    return client_for(SYSTEM_ADMIN)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Run a sign-in provider of our own, which also lies where it is told to, once for all tests."""
    issuer = f"http://127.0.0.1:{free_port()}"
    with process(["-m", "tests.openid_provider", issuer.rpartition(":")[2]], f"{issuer}/keys"):
        yield Running(issuer)


@pytest.fixture
def provider(app: Flask, running: Running) -> Running:
    """Return the provider, which knows the usual person, and make it known to the hub."""
    describe(app, running.described())
    running.says(claims=GROUPS)
    return running
