"""What the hub asks of other machines: a sign-in provider that leads elsewhere leads nowhere."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from hub.actions import openid, openid_http
from hub.config.providers import Provider, safe_address
from hub.errors import Conflict


class Leading(BaseHTTPRequestHandler):
    """A provider that answers as the test says, and a service inside that notes who came."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}  # noqa: RUF012 - shared with the test
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        """Answer as arranged."""
        self.asked.append(self.path)
        status, headers, body = self.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Answer as arranged."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def issuer() -> Iterator[str]:
    Leading.answers, Leading.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Leading)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def provider(issuer: str) -> Provider:
    return Provider("stadt", "Stadt", issuer, "hub")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_provider_that_leads_elsewhere_is_not_followed(issuer: str, status: int) -> None:
    Leading.answers["/.well-known/openid-configuration"] = (status, {"Location": f"{issuer}/inside"}, b"")
    with pytest.raises(Conflict):
        openid_http.known(provider(issuer))
    assert Leading.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("status", [302, 307, 308])
def test_the_code_of_a_sign_in_is_sent_to_the_provider_and_not_further(issuer: str, status: int) -> None:
    told = {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "authorization_endpoint": f"{issuer}/ask",
        "jwks_uri": f"{issuer}/keys",
    }
    Leading.answers |= {
        "/.well-known/openid-configuration": (200, {}, json.dumps(told).encode()),
        "/keys": (200, {}, b'{"keys": []}'),
        "/token": (status, {"Location": f"{issuer}/inside"}, b""),
    }
    _address, question = openid.begin(provider(issuer), "http://localhost/back")
    with pytest.raises(Conflict):
        openid.finish(provider(issuer), "http://localhost/back", question, {"state": question.state, "code": "c"})
    assert "/token" in Leading.asked
    assert "/inside" not in Leading.asked


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://[::ffff:169.254.169.254]/",
        "ftp://x/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "http://localhost.boese.example/",
        "http://127.0.0.1@boese.example/",
    ],
)
def test_a_provider_cannot_name_an_address_inside_without_https(address: str) -> None:
    assert not safe_address(address)
