"""Between what people type about FIM and the records behind it: lines for lists, „Formular: D00000094“ for forms."""

import re
from dataclasses import replace

from hub import xprozess
from hub.errors import Invalid
from hub.inputs.fim import SendActivity, SendFimProfile
from hub.store.entries import Entry
from hub.xprozess import Activity, Code, Data, LegalBasis, Participant, Process, Reference

_FORM = "Formular:"
KEEP = "keep"
"""Stands in the form for a status whose list the hub does not know."""


def lines(text: str) -> list[str]:
    """Return the filled lines of a text, with single spaces."""
    return [line for row in text.splitlines() if (line := " ".join(row.split()))]


def reference(line: str) -> Reference:
    """Return what one line means: a form by its id, or words."""
    if line.casefold().startswith(_FORM.casefold()):
        return Reference(form_id=line[len(_FORM) :].strip())
    return Reference(line)


def told(what: Reference) -> str:
    """Return a reference as a line."""
    return f"{_FORM} {what.form_id}" if what.form_id else what.text


def data(line: str) -> Data:
    """Return „was | von wem“ as data without a prescribed channel."""
    what, _bar, partner = line.partition("|")
    return Data(reference(what.strip()), xprozess.code("channel", "99"), partner.strip())


def _same_code(kind: str, value: str, old: Code) -> Code:
    """Return the code; one that was not changed keeps the list it came from."""
    return old if old.code == value else xprozess.code(kind, value)


def profile_fields(entry: Entry, now: Process | None) -> dict[str, str]:
    """Return the FIM profile as its form shows it."""
    now = now or Process()
    status = now.state.status
    known = not status or not xprozess.status_word(status).startswith("unbekannt")
    found = {
        "revision": str(entry.revision),
        "definition": now.definition,
        "triggers": "\n".join(map(told, now.triggers)),
        "results": "\n".join(map(told, now.results)),
        "targets": now.targets,
        "procedure": now.procedure.code,
        "form": now.form.code,
        "approving_body": now.approving_body,
        "valid_from": now.state.valid_from,
        "valid_until": now.state.valid_until,
        "status": status.code if known else KEEP,
    }
    people = [(person.name, role.code) for person in now.participants for role in person.roles or (Code(),)]
    for at, (name, role) in enumerate(people):
        found |= {f"person-{at}": name, f"role-{at}": role}
    details = {basis.name: basis for basis in now.legal_bases}
    for at, row in enumerate(entry.legal_bases):
        basis = details.get(row.text, LegalBasis(row.text))
        found |= {f"basis-{at}": row.text, f"kind-{at}": basis.kind.code, f"uri-{at}": basis.uri}
    return found


def profile(sent: SendFimProfile, now: Process | None) -> Process:
    """Return the FIM profile after a form was sent; what the form does not show stays. Raises `Invalid`."""
    now = now or Process()
    status = now.state.status
    if sent.status != KEEP:
        if sent.status and sent.status not in xprozess.STATUSES:
            raise Invalid(status="not_a_choice")
        status = xprozess.code("status", sent.status)
    if sent.valid_from and sent.valid_until and sent.valid_until < sent.valid_from:
        raise Invalid(valid_until="until_before_from")
    roles: dict[str, list[Code]] = {}
    old_roles = {role.code: role for person in now.participants for role in person.roles}
    for person in sent.people:
        role = _same_code("role", person.role, old_roles.get(person.role, Code()))
        if role not in roles.setdefault(person.name, []):
            roles[person.name].append(role)
    old = {basis.name: basis for basis in now.legal_bases}
    return replace(
        now,
        definition=sent.definition.strip(),
        triggers=tuple(map(reference, lines(sent.triggers))),
        results=tuple(map(reference, lines(sent.results))),
        targets=sent.targets.strip(),
        participants=tuple(Participant(name, tuple(held)) for name, held in roles.items()),
        legal_bases=tuple(
            LegalBasis(row.name, _same_code("basis", row.kind, old.get(row.name, LegalBasis(row.name)).kind), row.uri)
            for row in sent.bases
        ),
        procedure=_same_code("procedure", sent.procedure, now.procedure),
        form=_same_code("form", sent.form, now.form),
        approving_body=sent.approving_body,
        state=replace(now.state, status=status, valid_from=sent.valid_from, valid_until=sent.valid_until),
    )


def activity_fields(now: Activity, revision: int) -> dict[str, str]:
    """Return an activity group as its form shows it."""
    return {
        "revision": str(revision),
        "type": str(now.type),
        "number": now.number,
        "description": now.description,
        "legal_bases": "\n".join(f"{row.name} | {row.uri}" if row.uri else row.name for row in now.legal_bases),
        "systems": "\n".join(now.systems),
        "received": "\n".join(map(_data_line, now.received)),
        "provided": "\n".join(map(_data_line, now.provided)),
        "checks": ", ".join(row.code for row in now.checks),
        "tools": now.tools,
        "decision": now.decision.code,
        "processing": now.processing.code,
        "duty": {True: "yes", False: "no", None: ""}[now.duty],
        "participation": now.participation.code,
        "special": now.special,
    }


def _data_line(row: Data) -> str:
    return f"{told(row.what)} | {row.partner}" if row.partner else told(row.what)


def activity(sent: SendActivity, now: Activity) -> Activity:
    """Return the activity group after a form was sent; raises `Invalid` for checks that are no codes."""
    codes = [part.strip() for part in sent.checks.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    if any(not re.fullmatch(r"[A-Za-z0-9._-]{1,20}", part) for part in codes):
        raise Invalid(checks="not_a_code")
    checks = {row.code: row for row in now.checks}
    channels = {(row.what, row.partner): row for row in (*now.received, *now.provided)}
    bases = {(row.name, row.uri): row for row in now.legal_bases}

    def kept(line: str) -> Data:
        made = data(line)
        return channels.get((made.what, made.partner), made)

    def basis(line: str) -> LegalBasis:
        name, _bar, uri = line.partition("|")
        if uri.strip() and not re.fullmatch(r"https?://\S+", uri.strip()):
            raise Invalid(legal_bases="not_a_web_address")
        made = LegalBasis(name.strip()[:300], xprozess.code("basis", "104"), uri.strip())
        return bases.get((made.name, made.uri), made)

    return replace(
        now,
        type=int(sent.type),
        number=sent.number,
        description=sent.description.strip(),
        legal_bases=tuple(map(basis, lines(sent.legal_bases))),
        systems=tuple(lines(sent.systems)),
        received=tuple(map(kept, lines(sent.received))),
        provided=tuple(map(kept, lines(sent.provided))),
        checks=tuple(_same_code("check", part, checks.get(part, Code())) for part in dict.fromkeys(codes)),
        tools=sent.tools,
        decision=_same_code("decision", sent.decision, now.decision),
        processing=_same_code("processing", sent.processing, now.processing),
        duty={"yes": True, "no": False, "": None}[sent.duty],
        participation=_same_code("participation", sent.participation, now.participation),
        special=sent.special.strip(),
    )
