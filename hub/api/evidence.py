"""Evidence packs (Nachweispakete): have one made of a submitted statement, follow it, download it; for both sides."""

from hub.actions import bundles, evidence, grants, review_room
from hub.api import jobs
from hub.api.contract import Made, Routes, Stream
from hub.api.jobs import JobOut
from hub.api.review_room import seen
from hub.store.statements import Statement
from hub.work import Work

routes = Routes("Nachweispakete")
ALL = "/review-room/<grant>/<int:statement>/packs"
ONE = f"{ALL}/<int:job>"


def _find(work: Work, grant: str, statement: int) -> Statement:
    return review_room.find(work, grants.find(work, grant), statement)


@routes.post(ALL, summary="Ein Nachweispaket erstellen lassen", returns=JobOut)
def start_pack(work: Work, grant: str, statement: int) -> Made:
    """Have the worker make the pack of a submitted statement."""
    made = evidence.start(work, _find(work, grant, statement))
    return Made(jobs.shown(made), "read_pack", {"grant": grant, "statement": statement, "job": made.id})


@routes.get(ONE, summary="Wie weit ein Nachweispaket ist", returns=JobOut, signed_in=True)
def read_pack(work: Work, grant: str, statement: int, job: int) -> JobOut:
    """Return how far one's own pack is, and the digest of its manifest once it is done."""
    return jobs.shown(evidence.find_job(work, _find(work, grant, statement), job))


@routes.get(f"{ONE}/file", summary="Ein Nachweispaket holen", media=("application/zip",), signed_in=True)
def download_pack(work: Work, grant: str, statement: int, job: int) -> Stream:
    """Return a finished pack; `hub verify` proves without the hub that nothing was changed."""
    parts = bundles.pieces(work, evidence.find_job(work, _find(work, grant, statement), job))
    seen(work, grant, "pack", statement)
    return Stream(parts, "application/zip", f"nachweispaket-{grant}-{statement}.zip")
