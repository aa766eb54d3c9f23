"""Typed makers: what a test does not care about is filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import documents
from hub.actions import entries, releasing
from hub.http import actor_of
from hub.inputs import EntryProfile
from hub.policy import SYSTEM
from hub.store.accounts import Membership, Role, User
from hub.store.entries import Entry, EntryKind, Version
from hub.store.organisations import Organisation
from hub.work import Work

STEPS = ("Anmeldung entgegennehmen", "Angaben prüfen", "Steuer festsetzen", "Bescheid versenden")

PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    ("modellierung@marburg.example", "Modellierung Marburg", "marburg", Role.MODELLER),
    ("freigabe@marburg.example", "Freigabe Marburg", "marburg", Role.OWNER),
    ("admin@marburg.example", "Administration Marburg", "marburg", Role.ADMIN),
    ("modellierung@fulda.example", "Modellierung Fulda", "fulda", Role.MODELLER),
    ("lesen@limburg.example", "Fachamt Limburg", "limburg", Role.READER),
    ("koordination@ikz.example", "IKZ-Koordination", "ikz", Role.COORDINATOR),
    ("admin@ikz.example", "Systemadministration", "ikz", Role.SYSTEM_ADMIN),
    ("foerderung@rp-giessen.example", "Förderprüfung RP Gießen", "rp-giessen", Role.LAND_REVIEWER),
    ("technik@rechenzentrum.example", "Technik Rechenzentrum", "rechenzentrum", Role.READER),
)
"""One person for each way to stand to an entry of Marburg: its own people, the cooperation, the Land, a provider."""


def bpmn(
    *steps: str, name: str = "Hundesteuer anmelden", note: str = "", drawn: bool = True, lane: str = "Steueramt"
) -> bytes:
    """Make a drawn process of one lane: start, the `steps` in a row, end. `note` documents the first step."""
    words = steps or STEPS
    ids = ["start", *(f"step{at}" for at in range(1, len(words) + 1)), "end"]
    documentation = f"<documentation>{note}</documentation>" if note else ""
    nodes = ['<startEvent id="start" name="Anmeldung eingegangen"/>']
    nodes += [
        f"<task id={quoteattr(key)} name={quoteattr(word)}>{documentation if at == 0 else ''}</task>"
        for at, (key, word) in enumerate(zip(ids[1:-1], words, strict=True))
    ]
    nodes.append('<endEvent id="end" name="Steuer festgesetzt"/>')
    nodes += [f'<sequenceFlow id="flow_{a}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids)]
    refs = "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key in ids)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
        ' id="definitions" targetNamespace="https://hub.example/test">'
        f'<process id="process" name={quoteattr(name)}>'
        f'<laneSet id="lanes"><lane id="lane" name={quoteattr(lane)}>{refs}</lane></laneSet>{"".join(nodes)}</process>'
        f"{_drawing(ids) if drawn else ''}</definitions>"
    ).encode()


def _drawing(ids: Sequence[str]) -> str:
    last = len(ids) - 1
    shapes = [_shape("lane", 40, 40, 160 * len(ids) + 60, 160)]
    edges = []
    for at, key in enumerate(ids):
        small = at in (0, last)
        shapes.append(_shape(key, 100 + 160 * at, 102 if small else 80, 36 if small else 100, 36 if small else 80))
    for at, (a, _) in enumerate(pairwise(ids)):
        start = 100 + 160 * at + (36 if at == 0 else 100)
        edges.append(
            f'<bpmndi:BPMNEdge id="edge_{a}" bpmnElement="flow_{a}"><di:waypoint x="{start}" y="120"/>'
            f'<di:waypoint x="{260 + 160 * at}" y="120"/></bpmndi:BPMNEdge>'
        )
    return (
        '<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">'
        f"{''.join(shapes)}{''.join(edges)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )


def _shape(key: str, x: int, y: int, width: int, height: int) -> str:
    return (
        f'<bpmndi:BPMNShape id="shape_{key}" bpmnElement="{key}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
    )


DESIGN = """# Hundesteuer online anmelden

- Leistung: Hundesteuer Anmeldung
- Leistungsschlüssel: 99 102 003 000 000

## Zielbild

{text}
"""


def design(text: str = "Die Anmeldung gelingt in zehn Minuten.") -> bytes:
    """Make a small service design whose one section says `text`."""
    return DESIGN.format(text=text).encode()


def profile(**given: str) -> EntryProfile:
    """Make a profile; every field can be given."""
    return EntryProfile.model_validate({"title": "Hundesteuer anmelden", "visibility": "ikz", **given})


def content(data: bytes, kind: EntryKind = EntryKind.PROCESS) -> documents.Content:
    """Read bytes that are known to be readable."""
    return documents.read(kind, data)


def organisation(work: Work, slug: str) -> Organisation:
    """Return an organisation of the test library by its slug."""
    return work.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def people(session: Session) -> None:
    """Add the provider and one account for each row of `PEOPLE`, without a password."""
    at = datetime.now(UTC)
    session.add(
        Organisation(
            kind="provider", slug="rechenzentrum", name="Rechenzentrum", short_name="Rechenzentrum", created_at=at
        )
    )
    session.flush()
    owners = {row.slug: row for row in session.scalars(select(Organisation))}
    for email, name, slug, role in PEOPLE:
        user = User(email=email, name=name, created_at=at)
        user.memberships = [Membership(organisation=owners[slug], role=role, created_at=at)]
        session.add(user)
    session.flush()


def as_person(work: Work, email: str) -> Work:
    """Return the same work done by somebody else; a guest for an empty address."""
    user_id = work.session.scalar(select(User.id).where(User.email == email)) if email else None
    return Work(work.session, actor_of(work.session, user_id), work.now)


def as_hub(work: Work) -> Work:
    """Return the same work done by the hub itself."""
    return Work(work.session, SYSTEM, work.now)


def entry(
    work: Work, data: bytes | None = None, *, owner: str = "marburg", kind: EntryKind = EntryKind.PROCESS, **given: str
) -> Entry:
    """Add an entry of `owner` as the hub itself, so that any organisation can be given one."""
    source = data if data is not None else (bpmn() if kind == EntryKind.PROCESS else design())
    at = as_hub(work)
    return entries.create(at, organisation(work, owner), content(source, kind), profile(**given))


def version(work: Work, of: Entry, data: bytes, message: str = "Überarbeitet") -> Version:
    """Publish the next version of an entry as the hub itself."""
    return entries.publish(as_hub(work), of, content(data, EntryKind(of.kind)), message, parent_id=of.head_id or 0)


def published(work: Work, of: Entry) -> Entry:
    """Make the newest version the published one, as an approval would."""
    assert of.head is not None
    releasing.put_out(as_hub(work), of, of.head, editorial=False)
    return of
