"""What longer work looks like that the worker does while somebody waits."""

from datetime import datetime
from typing import Literal

from hub.api.contract import Output
from hub.store.activity import Job


class OutcomeOut(Output):
    """What became of one entry."""

    name: str
    outcome: str
    """read, warned, refused, skipped"""
    text: str
    notes: list[str]
    url: str


class JobOut(Output):
    """Longer work: ask again until `state` is `done` or `failed`."""

    id: int
    kind: str
    state: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int
    name: str
    sha256: str
    """Of an evidence pack: the digest of its manifest; else empty."""
    created_at: datetime
    finished_at: datetime | None
    report: list[OutcomeOut]


class JobList(Output):
    """The caller's own jobs, newest first."""

    items: list[JobOut]


def shown(job: Job) -> JobOut:
    """Return how far a job is."""
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=job.done_count,
        total=job.total_count,
        name=str(job.options.get("name", "")),
        sha256=str(job.options.get("manifest_sha256", "")),
        created_at=job.created_at,
        finished_at=job.finished_at,
        report=[
            OutcomeOut(
                name=str(row.get("name", "")),
                outcome=str(row.get("outcome", "")),
                text=str(row.get("text", "")),
                notes=[str(note) for note in row.get("notes", [])],
                url=str(row.get("url", "")),
            )
            for row in job.report or []
        ],
    )
