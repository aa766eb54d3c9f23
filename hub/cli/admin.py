"""`hub admin`: invite an administrator from the command line, above all the first one of a new hub."""

import argparse
import sys

from flask_babel import force_locale
from sqlalchemy import select

from hub.actions import invitations
from hub.app import create_app
from hub.cli import seed
from hub.config import BadSetting, Settings
from hub.errors import Invalid
from hub.extensions import db
from hub.http import now
from hub.inputs import InvitePerson
from hub.policy import SYSTEM
from hub.store.accounts import Role
from hub.store.organisations import Organisation, OrganisationKind
from hub.web.forms import Form
from hub.web.messages import sentence
from hub.work import Work


def run(arguments: list[str]) -> int:
    """`hub admin EMAIL NAME ORGANISATION`: print a link with which that person becomes administrator there.

    In the IKZ office that is the system administration, which may do so everywhere else. Nothing is sent: whoever
    runs this passes the link on. Raises `BadSetting` for an unknown organisation.
    """
    parser = argparse.ArgumentParser(prog="hub admin", description="Lädt eine Administration ein und zeigt den Link.")
    parser.add_argument(
        "email", metavar="E-MAIL", help="wohin die Person sonst ihre Post bekommt; verschickt wird nichts"
    )
    parser.add_argument("name", metavar="NAME", help="wie das Konto heißen soll, in Anführungszeichen")
    parser.add_argument(
        "organisation", metavar="ORGANISATION", help="Kürzel aus den Adressen, etwa marburg; ikz verwaltet alles"
    )
    given = parser.parse_args(arguments)
    app = create_app()
    settings: Settings = app.config["HUB"]
    with app.app_context(), force_locale("de"):
        session = db.session()
        session.connection(execution_options={"write": True})
        work = Work(session, SYSTEM, now())
        try:
            organisation = _organisation(work, given.organisation)
            token = _invite(work, organisation, given.email, given.name)
            session.commit()
        except Invalid as error:
            print(f"hub admin: {' '.join(sentence(code) for code in error.fields.values())}", file=sys.stderr)
            return 1
        finally:
            session.rollback()
            db.session.remove()
    print(f"{settings.base_url}/invitation/{token}")
    print(f"Der Link gilt {invitations.LASTS.days} Tage und einmal. Wer ihn öffnet, wählt ein Passwort.")
    return 0


def _invite(work: Work, organisation: Organisation, email: str, name: str) -> str:
    """Return the token of a new invitation, or a new token of one that is open: its link may have got lost."""
    role = Role.SYSTEM_ADMIN if organisation.kind == OrganisationKind.IKZ else Role.ADMIN
    sent = Form(InvitePerson, {"email": email, "name": name, "role": role.value}).read()
    for row in invitations.pending(work, organisation):
        if (row.email, row.role) == (sent.email, role):
            return invitations.renew(work, organisation, row)
    return invitations.create(work, organisation, email=sent.email, name=sent.name, role=role)[1]


def _organisation(work: Work, slug: str) -> Organisation:
    """Return an organisation; a hub that has none yet gets the shipped ones first."""
    known = {row.slug: row for row in work.session.scalars(select(Organisation))} or seed.load_organisations(work)
    if slug not in known:
        raise BadSetting(f"Die Organisation „{slug}“ gibt es nicht. Es gibt: {', '.join(sorted(known))}")
    return known[slug]
