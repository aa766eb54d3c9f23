"""Where webhooks may connect to, and for how long: never inside, never for ever."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hub.actions import webhook_targets
from hub.actions.webhook_targets import Rules
from hub.cli import hooks
from hub.cli.hooks import post
from tests import needs
from tests.receivers import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listen on this machine."""
    yield from listening(Receiver())


def test_a_redirect_is_not_followed(app: Flask, receiver: Receiver) -> None:
    receiver.answer = lambda _count: 302
    outcome = post(receiver.url, {}, b"{}", Rules(loopback=True))
    assert (outcome.status, outcome.failure) == (302, "redirected")
    assert len(receiver.got) == 1


def test_a_name_that_leads_elsewhere_a_moment_later_gains_nothing(receiver: Receiver) -> None:
    port = int(receiver.url.rpartition(":")[2])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    outcome = post(f"https://rebind.example:{port}/", {}, b"{}", Rules(ports=frozenset({port})), ask=rebinding)
    assert outcome.failure == "not_allowed"
    assert asked == ["rebind.example"]
    assert receiver.got == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []

    def connect(address: object, **_given: object) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    post("https://hooks.example/", {}, b"{}", Rules(), ask=lambda _host, _port: ["93.184.215.14"])
    assert reached == [("93.184.215.14", 443)]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for hooks.example that nobody but this test trusts."""
    needs.need(shutil.which("openssl") is not None, "openssl")
    made = tmp_path / "both.pem"
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
         key, "-out", cert, "-days", "2", "-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_bytes(key.read_bytes() + cert.read_bytes())
    return made


def test_the_certificate_must_be_valid_for_the_name(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate.parent / "cert.pem"))
    monkeypatch.setattr(webhook_targets, "public", lambda address: address.is_loopback)
    for receiver in listening(Receiver(), served):
        port = int(receiver.url.rpartition(":")[2])
        rules = Rules(ports=frozenset({port}))

        def ask(_host: str, _port: int) -> list[str]:
            return ["127.0.0.1"]

        good = post(f"https://hooks.example:{port}/x", {}, b"{}", rules, ask=ask, trust=trust)
        wrong = post(f"https://other.example:{port}/x", {}, b"{}", rules, ask=ask, trust=trust)
        unknown = post(f"https://hooks.example:{port}/x", {}, b"{}", rules, ask=ask)
        assert (good.status, good.failure) == (204, "")
        assert (wrong.failure, unknown.failure) == ("certificate", "certificate")
        assert [headers["host"] for headers, _ in receiver.got] == [f"hooks.example:{port}"]


def test_a_receiver_that_answers_drop_by_drop_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "SECONDS", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1000)
                try:
                    line.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(100):
                        line.sendall(b"X: y\r\n")
                        time.sleep(0.1)
                except OSError:
                    pass

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        outcome = post(f"http://127.0.0.1:{server.getsockname()[1]}/", {}, b"{}", Rules(loopback=True))
        took = time.monotonic() - began
        thread.join(20)
    assert outcome.failure == "too_slow"
    assert took < 8, "all drops take ten seconds"


def test_nothing_is_sent_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/", {}, b"{}", Rules(loopback=True)).failure == "unreachable"
    assert post("https://gibt-es-nicht.invalid/", {}, b"{}", Rules()).failure == "unknown_name"
    assert post("https://localhost/", {}, b"{}", Rules()).failure == "not_allowed"
