"""Many models from one ZIP: checked first, then imported by the worker with a report a file."""

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterator

from sqlalchemy import select

from hub import documents, policy
from hub.actions import entries
from hub.errors import HubError, Invalid, NotFound
from hub.inputs import EntryProfile
from hub.store.activity import Job
from hub.store.entries import Blob, EntryKind
from hub.store.organisations import Organisation
from hub.text.slug import file_name
from hub.work import Work

FILE_LIMIT = 20_000_000
TOTAL_LIMIT = 200_000_000
COUNT_LIMIT = 500
RATIO_LIMIT = 100
ENDINGS = (".bpmn", ".xml", ".bpmn2", ".bpmn20.xml", ".md")


def check_zip(data: bytes) -> int:
    """Return how many files a ZIP offers; raises `Invalid` with a sentence for one that must not be opened.

    Nothing is ever extracted to a disk: names are only shown, contents only read.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Invalid(file="Die Datei ist kein lesbares ZIP-Archiv. Bitte packen Sie die Modelle neu.") from error
    files = [member for member in members if not member.is_dir()]
    if not files:
        raise Invalid(file="Das ZIP-Archiv ist leer. Bitte packen Sie mindestens ein Modell hinein.")
    if len(files) > COUNT_LIMIT:
        raise Invalid(
            file=f"Das Archiv enthält {len(files)} Dateien; erlaubt sind {COUNT_LIMIT}. Bitte teilen Sie es auf."
        )
    if sum(member.file_size for member in files) > TOTAL_LIMIT:
        raise Invalid(file="Der Inhalt des Archivs ist ausgepackt größer als 200 MB. Bitte teilen Sie es auf.")
    seen: set[str] = set()
    for member in files:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Invalid(
                file=f"Das Archiv enthält den unzulässigen Pfad „{file_name(name)}“ (absolut oder mit „..“). "
                "Bitte packen Sie die Modelle ohne solche Pfade neu."
            )
        if member.flag_bits & 1:
            raise Invalid(file="Das Archiv ist mit einem Passwort verschlüsselt. Bitte packen Sie es ohne Passwort.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Invalid(
                file=f"Das Archiv enthält eine Verknüpfung ({file_name(name)}). Bitte packen Sie die Datei selbst."
            )
        if member.file_size > RATIO_LIMIT * max(member.compress_size, 1) and member.file_size > 1_000_000:
            raise Invalid(
                file=f"„{file_name(name)}“ ist ungewöhnlich stark gepackt und wird sicherheitshalber nicht geöffnet."
            )
        if name in seen:
            raise Invalid(file=f"Das Archiv enthält „{file_name(name)}“ zweimal. Bitte benennen Sie eine Datei um.")
        seen.add(name)
    return len(files)


def start(work: Work, organisation: Organisation, data: bytes, name: str, visibility: str) -> Job:
    """Note the import for the worker."""
    work.require(policy.create, organisation)
    sha256 = hashlib.sha256(data).hexdigest()
    entries.put_blob(work, data, sha256)
    job = Job(
        kind="import",
        user_id=work.actor.user_id,
        organisation_id=organisation.id,
        total_count=check_zip(data),
        blob_sha256=sha256,
        options={"name": name, "visibility": visibility if visibility in ("city", "ikz", "land", "public") else "city"},
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    return job


def find(work: Work, job_id: int) -> Job:
    """Return one of the actor's own jobs; raises `NotFound`."""
    job = work.session.get(Job, job_id)
    if job is None or job.user_id != work.actor.user_id or work.actor.user_id is None:
        raise NotFound
    return job


def _is_model(name: str) -> bool:
    """Return whether a file of this name may be a model; macOS puts a `._…` beside every file."""
    return name.lower().endswith(ENDINGS) and not name.rpartition("/")[2].startswith("._")


def members(work: Work, job: Job) -> Iterator[tuple[str, bytes | None]]:
    """Yield (name, bytes) of each file in a job's archive; None for what is no model or too large."""
    data = work.session.scalars(select(Blob.content).where(Blob.sha256 == job.blob_sha256)).one()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            if not _is_model(member.filename):
                yield member.filename, None
                continue
            try:
                with archive.open(member) as file:
                    content = file.read(FILE_LIMIT + 1)
            except (zipfile.BadZipFile, OSError, ValueError, EOFError):
                content = b""
            yield member.filename, content


def import_one(
    work: Work, organisation: Organisation, name: str, data: bytes | None, visibility: str
) -> dict[str, str]:
    """Import one file as an entry and return its row of the report; refusals become rows, never errors."""
    shown = file_name(name)
    if data is None:
        return {"name": shown, "outcome": "skipped", "text": "Keine Modelldatei (.bpmn, .xml oder .md)."}
    kind = EntryKind.DESIGN if name.lower().endswith(".md") else EntryKind.PROCESS
    try:
        content = documents.read(kind, data, field="file", limit=FILE_LIMIT)
        warnings = content.warnings()
        content, generated = documents.laid_out(content)
        title = (content.title or shown.rpartition(".")[0] or shown)[:300]
        profile = EntryProfile(title=" ".join(title.split()) or shown, visibility=visibility)
        entry = entries.create(
            work, organisation, content, profile, message=f"Import aus {shown}", layout_generated=generated
        )
    except Invalid as error:
        return {"name": shown, "outcome": "refused", "text": " ".join(error.fields.values())}
    except HubError:
        return {"name": shown, "outcome": "refused", "text": "Ihnen fehlt inzwischen das Recht, Einträge anzulegen."}
    notes = (
        [warnings[0] if len(warnings) == 1 else f"{len(warnings)} Hinweise, der erste: {warnings[0]}"]
        if warnings
        else []
    )
    if generated:
        notes.append("Die Zeichnung wurde erzeugt, weil die Datei keine enthielt.")
    return {
        "name": shown,
        "outcome": "warned" if notes else "read",
        "text": " ".join(notes),
        "url": f"/{organisation.slug}/{entry.slug}",
        "title": entry.title,
    }
