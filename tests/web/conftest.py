"""Browsers of people with different rights."""

import pytest

from tests.clients import Client, ClientFor
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
