"""`hub check`: look whether this installation is as it should be; with `--deploy URL` also as strangers see it."""

import argparse
import math
import os
import smtplib
import ssl
import stat
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from hub.actions import operations
from hub.app import create_app
from hub.cli import check_database, check_deploy, check_providers, findings
from hub.cli.findings import Found, Level, judge
from hub.config import LOOPBACK, VERSION, BadSetting, Settings, described, from_environment, unknown
from hub.extensions import db
from hub.http import now
from hub.store import health, schema
from hub.store.accounts import User

STRONG_BITS = 128
"""A key guessed at random would take longer than anybody lives (BSI TR-02102-1 asks for 120)."""


def bits(secret: str) -> float:
    """Return an upper estimate of the randomness of a secret: its length times the entropy of its characters."""
    counts = Counter(secret)
    return -sum(count * math.log2(count / len(secret)) for count in counts.values()) if secret else 0.0


def _settings(settings: Settings) -> Iterator[Found]:
    for sentence in unknown(os.environ):
        yield Found(Level.BAD, "Einstellungen", sentence)
    yield judge(
        "Schlüssel", bits(settings.secret_key) >= STRONG_BITS, "HUB_SECRET_KEY ist stark genug",
        "HUB_SECRET_KEY ist leicht zu erraten. Erzeugen Sie einen neuen: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    )  # fmt: skip
    yield judge("Demobetrieb", not settings.demo, "ist aus", "HUB_DEMO ist gesetzt. Entfernen Sie die Variable.")
    yield judge(
        "Adresse", settings.secure_cookies, f"{settings.base_url} ist verschlüsselt",
        "HUB_BASE_URL beginnt nicht mit https://: Ohne TLS liest jedes Netz dazwischen Passwörter mit.",
    )  # fmt: skip
    if settings.secure_cookies and settings.host not in LOOPBACK:
        yield Found(
            Level.NOTE, "Adresse",
            f"Der Webserver antwortet auf {settings.host}. Lassen Sie den Port nur vom Reverse-Proxy aus erreichen.",
        )  # fmt: skip
    yield judge(
        "Impressum", not settings.operator.startswith("["), "die betreibende Stelle ist genannt",
        "HUB_OPERATOR, HUB_OPERATOR_ADDRESS und HUB_OPERATOR_EMAIL fehlen; das Impressum zeigt Platzhalter.",
        otherwise=Level.NOTE,
    )  # fmt: skip
    for _, known in described():
        if known.secret and (path := os.environ.get(f"{known.variable}_FILE")):
            open_to_all = bool(Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
            yield judge(
                "Geheimnisse", not open_to_all, f"{path} ist nicht für alle lesbar",
                f"{path} ist für alle Konten des Rechners offen. Ändern Sie das: chmod o-rwx {path}",
            )  # fmt: skip


def _running(settings: Settings) -> Iterator[Found]:
    session = db.session()
    demo = session.scalar(select(User.id).where(User.demo, User.active).limit(1)) is not None
    yield judge(
        "Demo-Konten", not demo, "es gibt keine offenen",
        "Es gibt offene Konten mit veröffentlichtem Passwort. Schließen Sie sie: hub seed --close-demo",
    )  # fmt: skip
    silence = operations.worker_silence(session, now())
    said = (
        "hat sich nie gemeldet" if silence is None else f"hat sich seit {int(silence.total_seconds())} s nicht gemeldet"
    )
    yield judge(
        "Hintergrund", silence is not None and silence < operations.ALIVE_FOR,
        f"es melden sich {len(operations.workers(session))}",
        f"Der Hintergrunddienst {said}. Starten Sie ihn: hub work",
    )  # fmt: skip
    found = operations.queues(session)
    for name, word in (("jobs", "Aufträge"), ("mails", "E-Mails"), ("notices", "Benachrichtigungen")):
        if count := found.failed[name]:
            yield Found(Level.NOTE, "Warteschlange", f"{count} {word} sind gescheitert; siehe Verwaltung.")
    index = operations.index(session)
    yield judge(
        "Suchindex", not index.stale, "ist aktuell", "wird vom Hintergrunddienst neu aufgebaut.", otherwise=Level.NOTE
    )
    for folder, share in health.disks(db.engine, [settings.run_folder]).items():
        yield judge(
            "Speicherplatz", share >= health.LEAST_FREE, f"{share:.0%} frei unter {folder}",
            f"Nur {share:.1%} frei unter {folder}. Schaffen Sie Platz.",
        )  # fmt: skip


def _clock() -> Iterator[Found]:
    if db.engine.dialect.name != "postgresql":
        return
    before = time.time()
    theirs = db.session.scalar(text("SELECT EXTRACT(EPOCH FROM clock_timestamp())"))
    off = abs(float(theirs or 0) - (before + time.time()) / 2)
    yield judge(
        "Uhr", off < 2, f"geht mit der Datenbank gleich (Unterschied {off:.1f} s)",
        f"geht {off:.0f} s anders als die der Datenbank. Richten Sie auf beiden Rechnern NTP ein.",
    )  # fmt: skip


def _mail(settings: Settings) -> Found:
    if not settings.mail_host:
        return Found(Level.NOTE, "E-Mail", "HUB_MAIL_HOST fehlt: Der Hub verschickt nichts, auch keine Passwort-Links.")
    where = f"{settings.mail_host}:{settings.mail_port}"
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=10) as server:
            server.ehlo()
            if settings.mail_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
    except (OSError, smtplib.SMTPException) as error:
        return Found(
            Level.BAD, "E-Mail",
            f"{where} antwortet nicht, wie es soll ({error}). Prüfen Sie HUB_MAIL_HOST und was mit HUB_MAIL_ beginnt.",
        )  # fmt: skip
    if settings.mail_user and not settings.mail_starttls:
        return Found(
            Level.NOTE, "E-Mail", f"{where} bekommt das Passwort unverschlüsselt; setzen Sie HUB_MAIL_STARTTLS=1."
        )
    return Found(Level.FINE, "E-Mail", f"{where} nimmt Nachrichten an")


def _backup(settings: Settings) -> Found:
    if not settings.backup_folder:
        return Found(Level.NOTE, "Sicherung", "HUB_BACKUP_FOLDER fehlt: Das Alter der Sicherung ist nicht zu prüfen.")
    made_at = operations.newest_backup(Path(settings.backup_folder))
    if made_at is None:
        return Found(
            Level.BAD, "Sicherung", f"In {settings.backup_folder} liegt keine Sicherung, die sich lesen lässt."
        )
    hours = (now() - made_at).total_seconds() / 3600
    return judge(
        "Sicherung", hours <= settings.backup_hours, f"die neueste ist {hours:.0f} Stunden alt",
        f"Die neueste Sicherung ist {hours:.0f} Stunden alt, erlaubt sind {settings.backup_hours}.",
    )  # fmt: skip


def local() -> Iterator[Found]:
    """Look at settings, database and surroundings of this machine."""
    try:
        settings = from_environment()
    except BadSetting as error:
        yield Found(Level.BAD, "Einstellungen", str(error))
        return
    yield Found(Level.FINE, "Einstellungen", f"sind gültig (Programmversion {VERSION})")
    yield from _settings(settings)
    app = create_app(settings)
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                fit = schema.fit(connection)
            yield judge(
                "Datenbank", fit in (schema.Fit.CURRENT, schema.Fit.NEWER), "ist erreichbar und passt zum Programm",
                "passt nicht zum Programm. Bringen Sie sie auf den neuesten Stand: hub migrate",
            )  # fmt: skip
            if fit in (schema.Fit.CURRENT, schema.Fit.NEWER):
                yield from check_database.check(db.engine, settings)
                yield from _running(settings)
                yield from _clock()
        except SQLAlchemyError as error:
            yield Found(Level.BAD, "Datenbank", f"ist nicht erreichbar ({type(error).__name__}).")
        finally:
            db.session.remove()
            db.engine.dispose()
    yield from check_providers.check(settings)
    yield _mail(settings)
    yield _backup(settings)


def _all(deploy: str, authority: str) -> Iterator[Found]:
    yield from local()
    if deploy:
        yield from check_deploy.check(deploy, authority)


def run(arguments: list[str]) -> int:
    """`hub check [--deploy URL]`: print what is good and what is not; returns 1 if something is wrong."""
    parser = argparse.ArgumentParser(
        prog="hub check", description="Prüft, ob diese Installation so ist, wie sie sein soll."
    )
    parser.add_argument("--deploy", default="", metavar="URL", help="prüft auch den laufenden Hub von außen")
    parser.add_argument("--ca-file", default="", metavar="DATEI", help="Zertifikate, denen zusätzlich zu vertrauen ist")
    given = parser.parse_args(arguments)
    return findings.show(_all(given.deploy, given.ca_file))
