"""Taking along and bringing in (Mitnahmepakete): an entry at once, an organisation or the hub by the worker."""

from hub.actions import bundles, entries, organisations
from hub.api import jobs
from hub.api.contract import Made, Routes, Stream
from hub.api.jobs import JobList, JobOut
from hub.errors import Forbidden, Invalid
from hub.http import settings
from hub.inputs.money import SendFile
from hub.inputs.programs import TakeAlong
from hub.policy import bundles as may
from hub.store.tokens import Scope
from hub.text.slug import slug as slug_of
from hub.work import Work

routes = Routes("Mitnahmepakete")
ONE = "/bundles/<int:job>"
ZIP = "application/zip"


@routes.get("/entries/<city>/<slug>/bundle", summary="Einen Eintrag mitnehmen", media=(ZIP,))
def take_entry(work: Work, city: str, slug: str) -> Stream:
    """Return an entry with all its readable versions as a bundle another hub can bring in."""
    found = entries.find(work, city, slug)
    scope = f"{found.organisation.slug}/{found.slug}"
    parts = bundles.stream(work, [found.id], source=settings().base_url, scope=scope)
    return Stream(parts, ZIP, f"{found.organisation.slug}-{slug_of(found.slug)}.zip")


@routes.get("/bundles", summary="Eigene Pakete auflisten", returns=JobList, signed_in=True)
def list_bundles(work: Work) -> JobList:
    """List one's own bundles, in and out, newest first."""
    if not work.actor.signed_in:
        raise Forbidden("export_organisation")
    return JobList(items=[jobs.shown(job) for job in bundles.jobs(work)])


@routes.post("/bundles", summary="Ein Paket einer Organisation oder des Hubs erstellen lassen", body=TakeAlong,
             returns=JobOut)  # fmt: skip
def make_bundle(work: Work, body: TakeAlong) -> Made:
    """Have the worker make a bundle of an organisation; without one, of the hub as far as the caller reads it."""
    owner = organisations.find(work, body.organisation) if body.organisation else None
    made = bundles.start(work, owner)
    return Made(jobs.shown(made), "read_bundle", {"job": made.id})


@routes.post("/bundles/imports", summary="Ein Paket aufnehmen", body=SendFile, returns=JobOut, scope=Scope.ADMIN)
def bring_bundle(work: Work, body: SendFile) -> Made:
    """Take a bundle of another hub; the worker brings its entries in, with history and approvals."""
    work.require(may.import_bundle)
    if not body.content:
        raise Invalid(content="file_missing")
    try:
        made = bundles.start_import(work, body.content, body.filename)
    except Invalid as error:
        raise Invalid(content=next(iter(error.fields.values()))) from error
    return Made(jobs.shown(made), "read_bundle", {"job": made.id})


@routes.get(ONE, summary="Wie weit ein Paket ist", returns=JobOut, signed_in=True)
def read_bundle(work: Work, job: int) -> JobOut:
    """Return how far one's own bundle is, or what became of each entry that was brought in."""
    return jobs.shown(bundles.find_job(work, job))


@routes.get(f"{ONE}/file", summary="Ein Paket holen", media=(ZIP,), signed_in=True)
def download_bundle(work: Work, job: int) -> Stream:
    """Return a finished bundle."""
    found = bundles.find_job(work, job)
    return Stream(bundles.pieces(work, found), ZIP, f"prozesshub-{found.options['name']}.zip")


@routes.delete(f"{ONE}/file", summary="Die Datei eines Pakets löschen", match="")
def forget_bundle(work: Work, job: int) -> None:
    """Throw the file of a bundle away; it can be made again."""
    bundles.forget(work, [bundles.find_job(work, job).id])
