"""What a person does to an account, for several test files: signing in, inviting, reading letters."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from hub.actions import accounts
from hub.cli import post
from hub.config import Settings
from hub.store.accounts import User
from hub.store.activity import Mail
from tests.clients import Client, writing

MODELLER, ADMIN, SYSTEM_ADMIN = "modellierung@marburg.example", "admin@marburg.example", "admin@ikz.example"
PASSWORD = "ein Satz mit vielen Worten"


def give_password(app: Flask, email: str = MODELLER, password: str = PASSWORD) -> None:
    with writing(app) as work:
        work.session.scalars(select(User).where(User.email == email)).one().password_hash = accounts.hash_password(
            password
        )


def user_id(app: Flask, email: str) -> int:
    with writing(app) as work:
        return work.session.scalars(select(User.id).where(User.email == email)).one()


def sign_in(client: Client, email: str = MODELLER, password: str = PASSWORD, **more: Any) -> Any:
    return client.send("/login", email=email, password=password, **more)


def signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def follow(client: Client, answer: Any) -> Any:
    """Return the page that an answer leads to."""
    assert answer.status_code == 302, answer.status
    return client.get(answer.location, follow_redirects=True)


def last_letter(app: Flask) -> Mail:
    with writing(app) as work:
        mail = work.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
        work.session.expunge(mail)
        return mail


def link_in(text: str) -> str:
    """Return the path of the one link in a letter."""
    found = re.findall(r"https?://[^/\s]+(/\S+)", text)
    assert len(found) == 1
    return str(found[0])


def invite(client: Client, email: str = "neu@marburg.example", role: str = "modeller", city: str = "marburg") -> Any:
    return client.send(f"/{city}/members/new", email=email, name="Fachdienst Steuern", role=role)


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server(app: Flask, mailbox: Mailbox | None = None) -> Iterator[tuple[Mailbox, Settings]]:
    """Run a mail server on a free port; yields its mailbox and the settings that lead there."""
    mailbox = mailbox or Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, replace(app.config["HUB"], mail_host="127.0.0.1", mail_port=port, mail_from="hub@ikz.example")
    finally:
        controller.stop()


def deliver(app: Flask, settings: Settings) -> int:
    """Let the worker send what waits; returns how many messages."""
    count = 0
    with app.app_context():
        while post.deliver_mail(settings):
            count += 1
    return count
