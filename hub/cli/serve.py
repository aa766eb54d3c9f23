"""`hub serve`: migrate, seed an empty hub in demo mode, then run gunicorn and the worker until Ctrl-C."""

import os
import secrets
import socket
import subprocess
import time
from dataclasses import replace

from flask_migrate import upgrade
from sqlalchemy import select

from hub.app import create_app
from hub.cli import german, processes, seed
from hub.config import ROOT, BadSetting, Settings, from_environment
from hub.extensions import db
from hub.store import schema
from hub.store.accounts import User
from hub.store.entries import Entry
from hub.web.login import DEMO_PASSWORD


def _say(text: str) -> None:
    print(text, flush=True)


def demo_settings() -> None:
    """Give a demo its own key and database folder, kept between starts."""
    folder = ROOT / "var"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not os.environ.get("HUB_SECRET_KEY") and not os.environ.get("HUB_SECRET_KEY_FILE"):
        file = folder / "secret-key"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        os.environ["HUB_SECRET_KEY_FILE"] = str(file)


def migrate(arguments: list[str]) -> int:
    """`hub migrate`: bring the database to the newest form."""
    german.nothing_more("migrate", "Bringt die Datenbank auf den neuesten Stand; darf beliebig oft laufen.", arguments)
    app = create_app(replace(from_environment(), statement_timeout=0))
    with app.app_context():
        with db.engine.connect() as connection:
            schema.require_unicode(connection)
            found = schema.fit(connection)
            if found is schema.Fit.INCOMPATIBLE:
                schema.require_fit(connection)
        if found is schema.Fit.NEWER:
            _say("Die Datenbank ist neuer als dieses Programm und verträgt sich mit ihm; es gibt nichts zu tun.")
        else:
            upgrade()
            _say(f"Die Datenbank ist auf dem neuesten Stand ({schema.known()[0]}).")
    return 0


def _prepare(settings: Settings) -> None:
    app = create_app(replace(settings, statement_timeout=0))
    with app.app_context():
        with db.engine.connect() as connection:
            schema.require_unicode(connection)
            newer = schema.fit(connection) in (schema.Fit.NEWER, schema.Fit.INCOMPATIBLE)
        if not newer:
            upgrade()
        with db.engine.connect() as connection:
            schema.require_fit(connection)
        if settings.demo:
            if db.session.scalar(select(Entry.id).limit(1)) is None:
                _say("  Lade die Beispielbibliothek …")
                seed.load(db.session(), progress=_say, demo=True)
                db.session.commit()
        elif db.session.scalar(select(User.id).where(User.demo, User.active).limit(1)) is not None:
            raise BadSetting(
                "In dieser Datenbank sind Demo-Konten mit veröffentlichtem Passwort offen. Nehmen Sie eine andere "
                "(HUB_DATABASE_URL) oder schließen Sie die Konten: hub seed --close-demo"
            )
        db.session.remove()
        db.engine.dispose()


def _greet(settings: Settings) -> None:
    _say("")
    _say(f"  IKZ-Prozesshub: {settings.base_url}")
    if settings.demo:
        _say("")
        _say(f"  Demo-Anmeldungen (Passwort für alle: {DEMO_PASSWORD})")
        for email, text in seed.demo_sign_ins():
            _say(f"    {email:34} {text}")
    _say("")
    _say("  Beenden mit Strg+C")


def run(arguments: list[str]) -> int:
    """Serve until SIGINT or SIGTERM; returns 0 after a clean stop."""
    german.nothing_more(
        "serve", "Migriert die Datenbank und startet Webserver und Hintergrunddienst bis zu Strg+C.", arguments
    )
    settings = from_environment()
    _say("  Datenbank wird vorbereitet …")
    _prepare(settings)
    with processes.run_folder(settings) as environment:
        web = processes.start(processes.WEB, environment)
        children = [web, processes.start(processes.WORKER, environment)]

        def up() -> None:
            _wait_until_up(settings, web)
            _greet(settings)

        try:
            code = processes.supervise(children, settings, environment, up)
        finally:
            for child in children:
                if child.poll() is None:
                    child.kill()
    if code == 0:
        _say("  Beendet.")
    return code


def _wait_until_up(settings: Settings, web: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if web.poll() is not None:
            raise BadSetting(
                f"Der Webserver konnte auf {settings.host}:{settings.port} nicht starten. "
                "Benutzt ein anderes Programm diesen Port, nehmen Sie einen anderen: PORT=8001 make serve"
            )
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((settings.host, settings.port)) == 0 and web.poll() is None:
                return
        time.sleep(0.1)
