"""Service designs as their form shows them: named fields and sections, how complete they are, what to mend."""

from hub import design, documents, policy
from hub.actions import designs, entries, saving
from hub.actions.designs import Answers
from hub.api.contract import Made, Output, Routes
from hub.api.versions import PublishedVersion, made_version
from hub.documents import Content
from hub.errors import Invalid, NotFound
from hub.inputs import Input, Line
from hub.inputs.contents import SendDesign
from hub.store.entries import Entry, EntryKind
from hub.work import Work

routes = Routes("Service-Designs")


class WhichVersion(Input):
    """Which version; the one shown by default without it."""

    version: Line = ""


class MendOut(Output):
    """Something to mend or to look at again."""

    rule: str
    severity: str
    key: str
    line: int
    sentence: str


class DesignOut(Output):
    """A service design; `parent` is what a change of it names as its start."""

    version: str
    parent: int
    title: str
    intro: str
    fields: dict[str, str]
    sections: dict[str, str]
    percent: int
    ready: bool
    findings: list[MendOut]


def _design(work: Work, city: str, slug: str) -> Entry:
    entry = entries.find(work, city, slug)
    if entry.kind != EntryKind.DESIGN:
        raise NotFound
    return entry


@routes.get(
    "/entries/<city>/<slug>/design", summary="Ein Service-Design nach Feldern lesen", query=WhichVersion,
    returns=DesignOut,
)  # fmt: skip
def read_design(work: Work, city: str, slug: str, query: WhichVersion) -> DesignOut:
    """Return a design by named fields and sections, with how complete it is."""
    entry = _design(work, city, slug)
    version = entries.version(work, entry, query.version) if query.version else entries.current(work, entry)
    found = designs.text(work, entry, version)
    given, complete = designs.answers(found), design.completeness(found)
    return DesignOut(
        version=version.number,
        parent=version.id,
        title=given.title,
        intro=given.intro,
        fields=dict(given.fields),
        sections=dict(given.sections),
        percent=complete.percent,
        ready=complete.ready,
        findings=[
            MendOut(rule=row.rule, severity=row.severity, key=row.key, line=row.line, sentence=row.sentence())
            for row in design.check(found)
        ],
    )


def _written(work: Work, city: str, slug: str, body: SendDesign) -> Content:
    """Return the text that the sent fields make of the version they began from; only what was changed is judged."""
    entry = _design(work, city, slug)
    work.require(policy.publish, entry)
    current = designs.text(work, entry, designs.started_from(work, entry, body.parent))
    source = designs.written(current, Answers(body.title, body.intro, body.fields, body.sections))
    given = documents.read(EntryKind.DESIGN, source)
    known = designs.answers(current)
    wrong = {
        key: told
        for key, told in designs.refused(design.read(source)).items()
        if key in body.fields and body.fields[key] != known.fields.get(key)
    }
    if wrong:
        raise Invalid(**{f"fields.{key}": told for key, told in wrong.items()})
    return given


@routes.post(
    "/entries/<city>/<slug>/design", summary="Ein Service-Design nach Feldern veröffentlichen", body=SendDesign,
    returns=PublishedVersion, prepare=_written,
)  # fmt: skip
def publish_design(work: Work, city: str, slug: str, body: SendDesign, prepared: Content) -> Made:
    """Publish a next version that says what is sent; fields and sections that are not named stay as they were."""
    entry = _design(work, city, slug)
    started = designs.started_from(work, entry, body.parent)
    made, merged = saving.publish(work, entry, prepared, body.message, started=started)
    return made_version(entry, made, merged=merged)
