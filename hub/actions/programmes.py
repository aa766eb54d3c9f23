"""Funding programmes: rules as data, kept by the coordination."""

from sqlalchemy import select

from hub.errors import Conflict, NotFound
from hub.inputs.funding import EditProgramme
from hub.policy import funding as may
from hub.store.funding import Programme
from hub.text.slug import free
from hub.text.slug import slug as slug_of
from hub.work import Work


def listing(work: Work) -> list[Programme]:
    """Return all funding programmes by name."""
    return list(work.session.scalars(select(Programme).order_by(Programme.name)))


def find(work: Work, slug: str) -> Programme:
    """Return a programme; raises `NotFound`."""
    found = work.session.scalar(select(Programme).where(Programme.slug == slug))
    if found is None:
        raise NotFound
    return found


def create(work: Work, sent: EditProgramme) -> Programme:
    """Add a programme."""
    work.require(may.edit_programme)
    base = slug_of(sent.name, limit=70, empty="programm")
    taken = {"new", *work.session.scalars(select(Programme.slug).where(Programme.slug.startswith(base)))}
    programme = Programme(slug=free(base, taken), created_at=work.now)
    _apply(programme, sent)
    work.session.add(programme)
    work.session.flush()
    work.record("programme.created", programme=programme.slug)
    return programme


def edit(work: Work, programme: Programme, sent: EditProgramme) -> None:
    """Change a programme; raises `Conflict("programme_moved_on")` if somebody else did meanwhile.

    Questions keep their key as long as their words stay, so that answers given before stay with them.
    """
    work.require(may.edit_programme)
    work.session.refresh(programme, ["revision"], with_for_update=True)
    if programme.revision != sent.revision:
        raise Conflict("programme_moved_on")
    _apply(programme, sent)
    programme.revision += 1
    work.record("programme.edited", programme=programme.slug)


def _apply(programme: Programme, sent: EditProgramme) -> None:
    for name in (
        "name", "funder", "about", "legal_basis", "least_partners", "least_years", "least_saving", "retention_years",
        "report_months",
    ):  # fmt: skip
        setattr(programme, name, getattr(sent, name))
    programme.receipts_needed = sent.receipts_needed == "yes"
    known = {row["text"]: row["key"] for row in programme.checklist or []}
    lines = dict.fromkeys(" ".join(line.split()) for line in sent.checklist.splitlines() if line.strip())
    keys: set[str] = set()
    rows = []
    for text in lines:
        key = known.get(text) or slug_of(text, limit=50)
        while key in keys:
            key += "-"
        keys.add(key)
        rows.append({"key": key, "text": text})
    programme.checklist = rows
