"""`hub seed`: load the shipped library into an empty hub; in demo mode also the published sign-ins."""

import argparse
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import documents
from hub.actions import accounts, entries, services
from hub.app import create_app
from hub.cli import seeds
from hub.config import ROOT, BadSetting, from_environment
from hub.extensions import db
from hub.inputs import EntryProfile
from hub.policy import SYSTEM
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation
from hub.store.services import Service
from hub.web.login import DEMO_PASSWORD
from hub.work import Work

LIBRARY = ROOT / "processes"

DEMO: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("modellierung@marburg.example", "Modellierung Marburg", "marburg", (Role.MODELLER,)),
    ("prozesse@marburg.example", "Prozessverantwortung Marburg", "marburg", (Role.OWNER, Role.APPROVER)),
    ("modellierung@fulda.example", "Modellierung Fulda", "fulda", (Role.MODELLER,)),
    ("prozesse@fulda.example", "Prozessverantwortung Fulda", "fulda", (Role.OWNER,)),
    ("freigabe@fulda.example", "Freigabe Fulda", "fulda", (Role.APPROVER,)),
    ("modellierung@giessen.example", "Modellierung Gießen", "giessen", (Role.MODELLER,)),
    ("prozesse@giessen.example", "Prozessverantwortung Gießen", "giessen", (Role.OWNER,)),
    ("freigabe@giessen.example", "Freigabe Gießen", "giessen", (Role.APPROVER,)),
    ("modellierung@wetzlar.example", "Modellierung Wetzlar", "wetzlar", (Role.MODELLER, Role.OWNER)),
    ("freigabe@wetzlar.example", "Freigabe Wetzlar", "wetzlar", (Role.APPROVER,)),
    ("modellierung@limburg.example", "Modellierung Limburg", "limburg", (Role.MODELLER, Role.OWNER)),
    ("freigabe@limburg.example", "Freigabe Limburg", "limburg", (Role.APPROVER,)),
    ("lesen@limburg.example", "Fachamt Limburg", "limburg", (Role.READER, Role.EXPERT)),
    ("koordination@ikz.example", "IKZ-Koordination", "ikz", (Role.COORDINATOR,)),
    ("methode@ikz.example", "Methodenprüfung IKZ", "ikz", (Role.METHOD_REVIEWER,)),
    ("admin@ikz.example", "Systemadministration", "ikz", (Role.SYSTEM_ADMIN, Role.ADMIN)),
    ("admin@marburg.example", "Administration Marburg", "marburg", (Role.ADMIN,)),
    ("foerderung@rp-giessen.example", "Förderprüfung RP Gießen", "rp-giessen", (Role.LAND_REVIEWER,)),
    ("entscheidung@rp-giessen.example", "Förderentscheidung RP Gießen", "rp-giessen", (Role.LAND_REVIEWER,)),
)


def demo_sign_ins() -> list[tuple[str, str]]:
    """Return (e-mail address, who that is) of the published accounts."""
    return [(email, name) for email, name, _organisation, _roles in DEMO]


def load(session: Session, *, progress: Callable[[str], None], demo: bool, folder: Path = LIBRARY) -> int:
    """Load organisations and sample entries; return how many entries. The caller commits."""
    work = Work(session, SYSTEM, datetime.now(UTC))
    organisations = load_organisations(work, folder)
    load_services(work, folder)
    if demo:
        _load_accounts(work, organisations)
    found = {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/entry.toml"))}
    loaded: dict[str, Entry] = {}
    waiting = dict(found)
    while waiting:
        ready = [slug for slug, facts in waiting.items() if (origin := facts["forked_from"]) == "" or origin in loaded]
        if not ready:
            raise BadSetting(f"In der Bibliothek fehlen Originale: {', '.join(sorted(waiting))}")
        for slug in ready:
            facts = waiting.pop(slug)
            loaded[slug] = _load_entry(work, organisations, folder / slug, facts, loaded)
            progress(f"    {len(loaded):3} von {len(found)}  {facts['title']}")
    if demo:
        for plant in seeds.ALL:
            plant(work)
    return len(loaded)


def load_organisations(work: Work, folder: Path = LIBRARY) -> dict[str, Organisation]:
    """Add the organisations that are not there yet; return all by slug."""
    known = {row.slug: row for row in work.session.scalars(select(Organisation))}
    for facts in tomllib.loads((folder / "organisations.toml").read_text("utf-8"))["organisation"]:
        if facts["slug"] not in known:
            known[facts["slug"]] = Organisation(**facts, created_at=work.now)
            work.session.add(known[facts["slug"]])
    work.session.flush()
    return known


def load_services(work: Work, folder: Path = LIBRARY) -> int:
    """Add the shipped services whose key, or without key whose name, is not there yet; return how many."""
    shipped = tomllib.loads((folder / "services.toml").read_text("utf-8"))
    added = 0
    for facts in shipped["service"]:
        values = {name: "\n".join(value) if isinstance(value, list) else value for name, value in facts.items()}
        key, name = values["key"], values["name"]
        if (services.by_key(work, key) if key else services.named(work, name)) is None:
            service = Service(source=shipped["source"], active=True, revision=0)
            service.take(values)
            work.session.add(service)
            added += 1
    work.session.flush()
    return added


def _load_accounts(work: Work, organisations: dict[str, Organisation]) -> None:
    hashed = accounts.hash_password(DEMO_PASSWORD)
    for email, name, organisation, roles in DEMO:
        user = User(email=email, name=name, password_hash=hashed, demo=True, created_at=work.now)
        user.memberships = [
            Membership(organisation=organisations[organisation], role=role, created_at=work.now) for role in roles
        ]
        work.session.add(user)
    work.session.flush()


def _load_entry(
    work: Work, organisations: dict[str, Organisation], folder: Path, facts: dict[str, Any], loaded: dict[str, Entry]
) -> Entry:
    file = folder / ("design.md" if facts["kind"] == "design" else "process.bpmn")
    content = documents.read(facts["kind"], file.read_bytes())
    about = (folder / "about.md").read_text("utf-8")
    profile = EntryProfile(
        title=facts["title"],
        summary=facts["summary"],
        about=about,
        service=facts["service"],
        service_key=facts["service_key"],
        service_note=facts["service_note"],
        level=str(facts["level"]),
        nature=facts["nature"],
        contact=facts["contact"],
        responsible=facts["responsible"],
        legal_bases="\n".join(facts["legal_bases"]),
        tags=", ".join(facts["tags"]),
        licence=facts["licence"],
        visibility=facts["visibility"],
    )
    owner = organisations[facts["organisation"]]
    message = "Mit dem Hub ausgeliefertes Beispielmodell"
    if facts["forked_from"]:
        origin = loaded[facts["forked_from"]]
        start = work.session.get_one(Version, origin.head_id)
        entry = entries.fork(work, origin, start, owner, title=profile.title, reason=facts["fork_reason"])
        entry.sample = True
        work.session.flush()
        entries.edit(work, entry, profile, revision=1, slug=facts["slug"])
        entries.publish(work, entry, content, message, parent_id=entry.head_id or 0)
    else:
        entry = entries.create(work, owner, content, profile, message=message, slug=facts["slug"], sample=True)
    if facts["published"]:
        entries.publish_sample(work, entry)
    return entry


def run(arguments: list[str]) -> int:
    """`hub seed`: load the library; `--close-demo` closes the published accounts, `--reset` begins a demo anew."""
    parser = argparse.ArgumentParser(prog="hub seed", description="Lädt die Beispielbibliothek in einen leeren Hub.")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--close-demo", action="store_true", help="schließt stattdessen die Konten mit veröffentlichtem Passwort"
    )
    ways.add_argument("--reset", action="store_true", help="löscht alles und lädt es neu; nur im Demobetrieb")
    given = parser.parse_args(arguments)
    settings = from_environment()
    if given.reset and not settings.demo:
        raise BadSetting("Nur im Demobetrieb (HUB_DEMO=1) lassen sich die Beispieldaten zurücksetzen.")
    app = create_app(settings)
    with app.app_context():
        if given.reset:
            downgrade(revision="base")
            upgrade()
        session = db.session()
        session.connection(execution_options={"write": True})
        if given.close_demo:
            for user in session.scalars(select(User).where(User.demo)):
                user.active, user.password_hash = False, None
        elif session.scalar(select(Entry.id).limit(1)) is None:
            load(session, progress=print, demo=settings.demo)
        else:
            raise BadSetting("Im Hub gibt es schon Einträge; die Beispielbibliothek lädt nur ein leerer.")
        session.commit()
        db.session.remove()
        db.engine.dispose()
    if given.reset:
        print("Die Beispieldaten sind zurückgesetzt. Alle müssen sich neu anmelden.")
    return 0
