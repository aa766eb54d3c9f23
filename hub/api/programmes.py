"""Funding programmes: their rules, for everybody with a membership; changed by the coordination."""

from hub.actions import programmes
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.inputs.funding import EditProgramme
from hub.policy import funding as may
from hub.store.funding import Programme
from hub.work import Work

routes = Routes("Förderprogramme")
ONE = "/programmes/<programme>"


class QuestionOut(Output):
    """A question of the reviewers' checklist."""

    key: str
    text: str


class ProgrammeOut(Output):
    """A funding programme with its rules; 0 where it has no such rule."""

    slug: str
    name: str
    funder: str
    about: str
    legal_basis: str
    least_partners: int
    least_years: int
    least_saving: int
    """Per cent of the expenditure before, a year."""
    retention_years: int
    report_months: int
    receipts_needed: bool
    checklist: list[QuestionOut]
    revision: int


class ProgrammeList(Output):
    """A page of programmes, by name."""

    items: list[ProgrammeOut]
    next: str | None


def _shown(row: Programme) -> ProgrammeOut:
    return ProgrammeOut(
        slug=row.slug,
        name=row.name,
        funder=row.funder,
        about=row.about,
        legal_basis=row.legal_basis,
        least_partners=row.least_partners,
        least_years=row.least_years,
        least_saving=row.least_saving,
        retention_years=row.retention_years,
        report_months=row.report_months,
        receipts_needed=row.receipts_needed,
        checklist=[QuestionOut(key=one["key"], text=one["text"]) for one in row.checklist or []],
        revision=row.revision,
    )


@routes.get(
    "/programmes", summary="Förderprogramme auflisten", query=paging.Paged, returns=ProgrammeList, signed_in=True
)
def list_programmes(work: Work, query: paging.Paged) -> ProgrammeList:
    """List the programmes with their rules."""
    work.require(may.read_programmes)
    rows, following = paging.cut(query, programmes.listing(work))
    return ProgrammeList(items=[_shown(row) for row in rows], next=following)


@routes.get(ONE, summary="Ein Förderprogramm lesen", returns=ProgrammeOut, signed_in=True)
def read_programme(work: Work, programme: str) -> ProgrammeOut:
    """Return a programme with its rules."""
    work.require(may.read_programmes)
    return _shown(programmes.find(work, programme))


@routes.post("/programmes", summary="Ein Förderprogramm anlegen", body=EditProgramme, returns=ProgrammeOut)
def create_programme(work: Work, body: EditProgramme) -> Made:
    """Add a programme; `checklist` has one question a line."""
    made = programmes.create(work, body)
    return Made(_shown(made), "read_programme", {"programme": made.slug})


@routes.put(ONE, summary="Ein Förderprogramm ändern", body=EditProgramme, returns=ProgrammeOut)
def edit_programme(work: Work, programme: str, body: EditProgramme) -> ProgrammeOut:
    """Replace a programme's rules; questions keep their key as long as their words stay."""
    work.require(may.edit_programme)
    row = programmes.find(work, programme)
    programmes.edit(work, row, body.model_copy(update={"revision": body.revision or row.revision}))
    return _shown(row)
