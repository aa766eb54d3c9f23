"""XProzess: a process or an organisation's catalogue as a message, and importing one."""

from hub.actions import entries, fim_exchange, imports, organisations
from hub.api import jobs
from hub.api.contract import File, Made, Output, Routes, Stream
from hub.api.jobs import JobOut
from hub.api.shapes import page_of
from hub.errors import Invalid
from hub.http import settings
from hub.inputs.money import SendFile
from hub.inputs.programs import ChooseProcesses
from hub.store.fim import FimUpload
from hub.text.slug import slug as slug_of
from hub.work import Work

routes = Routes("XProzess")
XML = "application/xml"


class ReadProcess(Output):
    """A process of a message, by its place."""

    place: int
    id: str
    name: str
    drawn: bool
    """Whether it comes with a model."""
    warnings: list[str]


class UploadOut(Output):
    """A message that was read; choose of its processes what to import."""

    id: int
    name: str
    warnings: list[str]
    processes: list[ReadProcess]


@routes.get("/entries/<city>/<slug>/versions/<number>/xprozess", summary="Eine Prozessversion als XProzess",
            media=(XML,))  # fmt: skip
def export_process(work: Work, city: str, slug: str, number: str) -> File:
    """Return a process version as an XProzess message; equal version and profile give equal bytes."""
    entry = entries.find(work, city, slug)
    shown = entries.version(work, entry, number)
    data = fim_exchange.export(work, entry, shown, address=settings().base_url + page_of(entry))
    return File(data, XML, f"{entry.organisation.slug}-{slug_of(entry.slug)}-{shown.number}.xprozess.xml")


@routes.get("/organisations/<city>/xprozess", summary="Alle veröffentlichten Prozesse als XProzess", media=(XML,))
def export_processes(work: Work, city: str) -> Stream:
    """Return an organisation's published processes as one message."""
    found = organisations.find(work, city)
    parts = fim_exchange.export_all(work, found, address=f"{settings().base_url}/{found.slug}")
    return Stream(parts, XML, f"{found.slug}-xprozess.xml")


def _upload(work: Work, kept: FimUpload) -> UploadOut:
    message = fim_exchange.message(work, kept.blob_sha256)
    return UploadOut(
        id=kept.id,
        name=kept.name,
        warnings=list(message.warnings),
        processes=[
            ReadProcess(
                place=at,
                id=row.process.id,
                name=row.process.name or row.process.designation or row.process.id,
                drawn=row.process.model is not None,
                warnings=list(row.warnings),
            )
            for at, row in enumerate(message.processes)
        ],
    )


@routes.post("/xprozess", summary="Eine XProzess-Nachricht hochladen", body=SendFile, returns=UploadOut)
def upload_message(work: Work, body: SendFile) -> Made:
    """Keep a message while its sender chooses what to import."""
    if len(body.content) > settings().upload_limit:
        raise Invalid(content="too_long")
    try:
        kept = fim_exchange.keep_upload(work, body.content, body.filename)
    except Invalid as error:
        raise Invalid(content=error.fields.get("file", "not_valid")) from error
    return Made(_upload(work, kept), "read_message", {"upload": kept.id})


@routes.get("/xprozess/<int:upload>", summary="Was in einer XProzess-Nachricht steht", returns=UploadOut,
            signed_in=True)  # fmt: skip
def read_message(work: Work, upload: int) -> UploadOut:
    """Return the processes of one's own message."""
    return _upload(work, fim_exchange.upload(work, upload))


@routes.post("/xprozess/<int:upload>/imports", summary="Prozesse einer Nachricht aufnehmen", body=ChooseProcesses,
             returns=JobOut)  # fmt: skip
def import_processes(work: Work, upload: int, body: ChooseProcesses) -> Made:
    """Have the worker make entries of the chosen processes."""
    kept = fim_exchange.upload(work, upload)
    owner = organisations.find(work, body.organisation)
    made = fim_exchange.start(work, kept, owner, body.places, body.visibility)
    return Made(jobs.shown(made), "read_import", {"job": made.id})


@routes.get("/imports/<int:job>", summary="Wie weit eine Aufnahme ist", returns=JobOut, signed_in=True)
def read_import(work: Work, job: int) -> JobOut:
    """Return how far one's own import is, and what became of each process."""
    return jobs.shown(imports.find(work, job))
