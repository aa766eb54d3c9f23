"""Sending messages to webhooks: to a checked address and no other, without redirects, within seconds."""

import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hub.actions import webhook_targets, webhooks
from hub.actions.webhook_targets import Address, Rules, Target
from hub.actions.webhooks import Outcome
from hub.config import VERSION, Settings
from hub.errors import Invalid
from hub.extensions import db
from hub.policy import SYSTEM
from hub.work import Work, writing

log = logging.getLogger("hub.worker")
SECONDS = 5.0
"""From looking up the name to the end of the answer."""
MOST_READ = 4096
"""Bytes of an answer's body that are read; nothing is done with them."""
Resolve = Callable[[str, int], list[str]]


class NotAllowed(Exception):
    """Where the name leads is no place for a message."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def checked(target: Target, ask: Resolve) -> list[Address]:
    """Return the addresses of a target; raises `NotAllowed` if even one of them is none to send to."""
    found = [ipaddress.ip_address(text) for text in ask(target.host, target.port)]
    if not found or not all(webhook_targets.allowed(address, target) for address in found):
        raise NotAllowed(target.host)
    return found


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    rules: Rules,
    *,
    ask: Resolve = resolve,
    trust: ssl.SSLContext | None = None,
) -> Outcome:
    """Send a message and return what came of it; never raises for anything the other side does."""
    began = time.monotonic()
    status, failure = None, ""
    try:
        target = webhook_targets.read(url, rules)
        status = _send(target, headers, body, checked(target, ask), trust, began + SECONDS)
        failure = "" if 200 <= status < 300 else "redirected" if 300 <= status < 400 else "refused"
    except (NotAllowed, Invalid):
        failure = "not_allowed"
    except socket.gaierror:
        failure = "unknown_name"
    except ssl.SSLError:
        failure = "too_slow" if time.monotonic() - began >= SECONDS else "certificate"
    except TimeoutError:
        failure = "too_slow"
    except (OSError, http.client.HTTPException, ValueError):
        failure = "too_slow" if time.monotonic() - began >= SECONDS else "unreachable"
    return Outcome(status, failure, int((time.monotonic() - began) * 1000))


def _connect(addresses: list[Address], port: int, until: float) -> socket.socket:
    error: OSError = TimeoutError()
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((str(address), port), timeout=left)
        except OSError as failed:
            error = failed
    raise error


def _send(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    addresses: list[Address],
    trust: ssl.SSLContext | None,
    until: float,
) -> int:
    line = _connect(addresses, target.port, until)

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    # A time-out of the socket begins anew with each byte; this one ends it all.
    clock = threading.Timer(max(until - time.monotonic(), 0.01), cut)
    clock.daemon = True
    clock.start()
    try:
        if target.https:
            context = trust or ssl.create_default_context()
            line = wrapped = context.wrap_socket(line, server_hostname=target.host, do_handshake_on_connect=False)
            wrapped.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = line
        told = {"Host": target.name, "User-Agent": f"IKZ-Prozesshub/{VERSION}", "Connection": "close", **headers}
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {**told, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        with connection.getresponse() as answer:
            if time.monotonic() >= until:  # what looks like the end of the headers is where they were cut
                raise TimeoutError
            with suppress(OSError, http.client.HTTPException):
                answer.read(MOST_READ)
            return answer.status
    finally:
        clock.cancel()
        line.close()


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, datetime.now(UTC))


def deliver_hooks(settings: Settings) -> bool:
    """Send one waiting message; return whether there was one."""
    session: Session = db.session()
    session.rollback()
    if not webhooks.is_due(_work(session)):
        return False
    with writing(db.session()) as session:
        claimed = webhooks.claim(_work(session))
        if claimed is not None:
            webhooks.forget_old(_work(session), [claimed.webhook_id])
    if claimed is None:
        return False
    session = db.session()
    message = webhooks.compose(_work(session), claimed, key=settings.secret_key, base_url=settings.base_url)
    session.rollback()
    if message is None:
        with writing(db.session()) as session:
            webhooks.drop(_work(session), claimed)
        return True
    outcome = post(message.url, message.headers, message.body, Rules.of(settings))
    with writing(db.session()) as session:
        if outcome.failure:
            webhooks.failed(_work(session), claimed, outcome)
        else:
            webhooks.arrived(_work(session), claimed, outcome)
    if outcome.failure:
        log.info("webhook failed", extra={"facts": {"webhook": claimed.webhook_id, "failure": outcome.failure}})
    return True
