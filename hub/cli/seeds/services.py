"""A sample import of a small catalogue, with a faulty row, a hint, and a service that is no longer offered."""

from sqlalchemy import select

from hub import catalogue
from hub.actions import service_imports, services
from hub.http import actor_of
from hub.inputs.services import EditService
from hub.store.accounts import User
from hub.work import Work

COORDINATOR = "koordination@ikz.example"
FILE = """LeiKa-Schlüssel;Leistung;Bürgernaher Name;Typisierung;OZG-ID;OZG-Leistung;Lage;Themenfeld;Synonyme
99042001012000;Fischereischein Ausstellung;Fischereischein beantragen;4;10148;Fischereischein;Fischen & Jagen;\
Engagement & Hobby;Angelschein, Angeln
99085003012000;Kinderreisepass Ausstellung;;2/3;10177;Reisepass;Auslandsaufenthalt;Mobilität & Reisen;
06108012005000;Sondernutzung Beispielschlüssel eines Landes;;4;10348;;;;
9911500510400;Wohnsitz Anmeldung;;2/3;10124;;;;
"""


def plant(work: Work) -> None:
    """Import the sample catalogue as the coordination, and retire what the law has abolished since."""
    user_id = work.session.scalar(select(User.id).where(User.email == COORDINATOR))
    coordinator = Work(work.session, actor_of(work.session, user_id), work.now)
    found = service_imports.receive(coordinator, FILE.encode("cp1252"), "beispielkatalog.csv")
    sheet = service_imports.sheet_of(coordinator, found)
    job = service_imports.order(coordinator, found, found.mapping)
    service_imports.apply(coordinator, found, catalogue.read_rows(sheet, found.mapping))
    job.state, job.done_count, job.finished_at = "done", job.total_count, work.now
    retired = services.by_key(coordinator, "99085003012000")
    if retired is not None:
        sent = retired.values() | {"revision": retired.revision, "active": ""}
        services.edit(coordinator, retired, EditService.model_validate(sent))
