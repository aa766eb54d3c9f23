"""Addresses that a caller makes up do not count: limits are of the network a request really came from."""

from pathlib import Path

import pytest

from hub.app import create_app
from hub.config import Settings
from tests.clients import Client, ClientFor
from tests.conftest import KEY, open_copy

FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP")


@pytest.mark.parametrize("proxies", [0, 1])
def test_another_made_up_address_each_time_gives_no_further_tries(
    blank_database: Path, tmp_path: Path, proxies: int
) -> None:
    """Without a proxy nothing of it is believed; behind one only what that proxy itself saw, at the end of the line."""
    with open_copy(blank_database, tmp_path, demo=False) as plain:
        app = create_app(Settings(plain.config["HUB"].database_url, KEY, proxies=proxies, testing=True))
        app.test_client_class = Client
        guest = ClientFor(app)()
        token = guest.token()
        answers = []
        for at in range(12):
            made_up = f"198.51.100.{at}"
            headers = dict.fromkeys(FORGED, made_up) | {"Forwarded": f"for={made_up}"}
            headers["X-Forwarded-For"] = f"{made_up}, 203.0.113.7" if proxies else made_up
            form = {"csrf_token": token, "what": "Knopf", "page": "/"}
            answers.append(guest.post("/barriere-melden", data=form, headers=headers).status_code)
    assert answers[:10] == [302] * 10
    assert answers[-1] == 429
