"""Mail over STARTTLS: only to a server whose certificate holds."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from hub.cli import post
from hub.config import Settings
from tests.needs import need
from tests.web.steps import Mailbox


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    need(shutil.which("openssl") is not None, "openssl")
    folder = tmp_path_factory.mktemp("mail-tls")
    paths = (folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", str(paths[0]), "-keyout", str(paths[1])],
        check=True, capture_output=True,
    )  # fmt: skip
    return paths


@pytest.fixture
def server(app: Flask, certificate: tuple[Path, Path]) -> Iterator[tuple[Mailbox, Settings]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificate))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    controller.start()
    settings: Settings = app.config["HUB"]
    yield mailbox, replace(settings, mail_host="localhost", mail_port=port, mail_starttls=True)
    controller.stop()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hub@ikz.example", "a@marburg.example", "Probe"
    message.set_content("Text")
    return message


def test_a_server_with_a_certificate_nobody_vouches_for_gets_nothing(server: tuple[Mailbox, Settings]):
    mailbox, settings = server
    outcome, why = post.send(settings, letter(), lambda: True)
    assert (outcome, mailbox.messages) == (post.Outcome.UNREACHABLE, [])
    assert "CERTIFICATE_VERIFY_FAILED" in why


def test_a_certificate_of_the_operators_own_authority_is_enough(
    server: tuple[Mailbox, Settings], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
):
    mailbox, settings = server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    outcome, _why = post.send(settings, letter(), lambda: True)
    assert outcome == post.Outcome.SENT
    assert [message["Subject"] for message in mailbox.messages] == ["Probe"]
