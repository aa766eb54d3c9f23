"""What the worker sends by e-mail: letters about accounts, and messages about notifications."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from enum import Enum

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.actions import deliveries
from hub.actions.mails import HANDED
from hub.config import Settings
from hub.extensions import db
from hub.http import now
from hub.policy import SYSTEM
from hub.store.activity import Mail
from hub.web import digests
from hub.work import Work, writing

log = logging.getLogger("hub.worker")


class Outcome(Enum):
    """What came of handing a message to the mail server."""

    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNSURE = "unsure"
    """The connection broke after the text was on its way: it may have arrived."""
    STALE = "stale"
    """Nothing was sent: it was no longer to be."""


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, now())


def deliver_mail(settings: Settings) -> bool:
    """Send one waiting letter; a server that is down delays all of them, with growing pauses."""
    if not settings.mail_host:
        return False
    with writing(db.session()) as session:
        waiting = (Mail.sent_at.is_(None), Mail.next_try_at <= now(), Mail.tries < deliveries.MOST_TRIES)
        query = select(Mail).where(*waiting, Mail.failure != HANDED)
        mail = session.scalar(query.order_by(Mail.id).limit(1).with_for_update(skip_locked=True))
        if mail is None:
            return False
        # Counted before it is tried: a crash in between delays the letter.
        mail.tries += 1
        mail.next_try_at = now() + deliveries.pause(mail.tries)
        key, recipient, subject, text = mail.id, mail.recipient, mail.subject, mail.text

    def hand_over() -> bool:
        # The text goes with the mark: a letter is never sent twice, and the link in it opens an account.
        with writing(db.session()) as session:
            query = select(Mail).where(Mail.id == key, Mail.sent_at.is_(None), Mail.failure != HANDED)
            mail = session.scalar(query.with_for_update())
            if mail is None:
                return False
            mail.failure, mail.text = HANDED, ""
            return True

    outcome, failure = send(settings, message_of(settings, f"{key}", recipient, subject, text), hand_over)
    with writing(db.session()) as session:
        mail = session.get_one(Mail, key)
        if outcome is Outcome.SENT:
            mail.failure, mail.sent_at = "", now()
        elif outcome in (Outcome.REFUSED, Outcome.UNREACHABLE):
            mail.failure, mail.text = failure, text
        if outcome is Outcome.UNREACHABLE:
            _put_off(session)
    return True


def deliver_notices(app: Flask, settings: Settings) -> bool:
    """Send one person's due notifications as one message, made from what they may read at this moment."""
    if not settings.mail_host:
        return False
    session: Session = db.session()
    session.rollback()
    if not deliveries.is_due(_work(session)):
        return False
    with writing(db.session()) as session:
        claimed = deliveries.claim(_work(session))
    if claimed is None:
        return False
    session = db.session()
    found = deliveries.bundle(_work(session), claimed)
    if found is None:
        with writing(db.session()) as session:
            deliveries.drop(_work(session), claimed)
        return True
    with app.test_request_context(base_url=settings.base_url), force_locale(found.user.locale):
        letter = digests.compose(found, settings)
    recipient = found.user.email
    session.rollback()

    def hand_over() -> bool:
        with writing(db.session()) as session:
            return deliveries.hand_over(_work(session), claimed)

    name = f"n{claimed.ids[0]}.{len(claimed.ids)}"
    message = message_of(settings, name, recipient, letter.subject, letter.text, letter.headers)
    outcome, failure = send(settings, message, hand_over)
    with writing(db.session()) as session:
        if outcome is Outcome.SENT:
            deliveries.sent(_work(session), claimed)
        elif outcome in (Outcome.REFUSED, Outcome.UNREACHABLE):
            deliveries.failed(_work(session), claimed, failure)
        if outcome is Outcome.UNREACHABLE:
            _put_off(session)
    return True


def _put_off(session: Session) -> None:
    """Let everything due wait a little: a dead server must not hold up the worker message by message."""
    later = now() + timedelta(seconds=30)
    due = (Mail.sent_at.is_(None), Mail.next_try_at <= now())
    session.execute(update(Mail).where(*due).values(next_try_at=later))
    deliveries.put_off(_work(session), later)


def message_of(
    settings: Settings, key: str, recipient: str, subject: str, text: str, headers: Mapping[str, str] | None = None
) -> EmailMessage:
    """Return a plain-text message; the same `key` gives the same Message-ID."""
    # No folding: a signed address in a header must stay in one piece (RFC 8058), and RFC 5322 allows 998 characters.
    message = EmailMessage(policy=SMTP.clone(max_line_length=990))
    message["From"], message["To"] = settings.mail_from, recipient
    # Split up, an encoded word (RFC 2047) stays text: the library would decode it, line breaks and all.
    message["Subject"] = " ".join(subject.replace("=?", "= ?").split())[:200]
    message["Message-ID"] = f"<{key}.hub@{settings.mail_from.rpartition('@')[2]}>"
    message["Date"] = now()
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    return message


def send(settings: Settings, message: EmailMessage, hand_over: Callable[[], bool]) -> tuple[Outcome, str]:
    """Hand a message to the mail server; return what came of it, with the reason of a failure.

    `hand_over` is called when the server has accepted sender and recipient, right before it gets the text; if that
    answers False, nothing is sent.
    """
    sender, recipient = str(settings.mail_from), str(message["To"])
    outcome = Outcome.UNREACHABLE
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=20) as server:
            if settings.mail_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.ehlo_or_helo_if_needed()
            outcome = Outcome.REFUSED
            international = not (sender + recipient).isascii()
            options = ("SMTPUTF8", "BODY=8BITMIME") if international else ()
            _expect(server.mail(sender, options))
            _expect(server.rcpt(recipient))
            if not hand_over():
                return Outcome.STALE, ""
            outcome = Outcome.UNSURE
            try:
                code, answer = server.data(message.as_bytes(policy=(SMTPUTF8 if international else None)))
            except smtplib.SMTPDataError as error:
                code, answer = error.smtp_code, _bytes(error.smtp_error)
            outcome = Outcome.SENT if code == 250 else Outcome.REFUSED
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            return outcome, "" if outcome is Outcome.SENT else f"{code} {answer.decode(errors='replace')}"[:300]
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail %s: %s (%s)", message["Message-ID"], outcome.value, type(error).__name__)
        return outcome, f"{type(error).__name__}: {error}"[:300]


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, text)
