"""The archive behind a bundle: written in one go without a disk, read only after every hash was checked."""

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from pydantic import ValidationError

from hub.errors import Invalid
from hub.inputs.bundles import FORMAT, VERSION, Manifest, ToldEntry, ToldEntryPlace, ToldFile, ToldOrganisation

FILE_LIMIT = 60_000_000
"""Bytes of one file in the archive, unpacked."""
MANIFEST_LIMIT = 200_000_000
MOST_FILES = 1_000_000
_RATIO = 200
_FREE = 5_000_000
"""Bytes that may be packed however well: lists of elements repeat themselves."""
MANIFEST = "manifest.json"


def plain(value: Any) -> bytes:
    """Return data as JSON that is the same for the same data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


class _Sink:
    """Takes what the archive writes until somebody fetches it; cannot be wound back, so no size is filled in later."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written is there."""

    def take(self) -> bytes:
        """Return and forget what was written."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class Writer:
    """Writes an archive piece by piece; the same files in the same order give the same bytes.

    With `method` `zipfile.ZIP_STORED` nothing is compressed: every byte is then either content or a known frame.
    """

    def __init__(self, method: int = zipfile.ZIP_DEFLATED) -> None:
        self._sink = _Sink()
        self._method = method
        self._archive = zipfile.ZipFile(self._sink, "w", method)  # type: ignore[call-overload]
        self.files: list[dict[str, Any]] = []

    def add(self, path: str, data: bytes) -> dict[str, Any]:
        """Add a file and return its line of the manifest."""
        row = {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        self._put(path, data)
        self.files.append(row)
        return row

    def _put(self, path: str, data: bytes) -> None:
        member = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
        member.compress_type, member.external_attr, member.create_system = self._method, 0o644 << 16, 3
        self._archive.writestr(member, data)

    def take(self) -> bytes:
        """Return what has been written since the last time."""
        return self._sink.take()

    def close(self, manifest: dict[str, Any]) -> bytes:
        """Write the manifest with all files and return the rest of the archive."""
        return self.finish({MANIFEST: plain({**manifest, "format": FORMAT, "version": VERSION, "files": self.files})})

    def finish(self, last: dict[str, bytes]) -> bytes:
        """Write the files that are about all others and return the rest of the archive."""
        for path, data in last.items():
            self._put(path, data)
        self._archive.close()
        return self._sink.take()


def _broken(sentence: str) -> Invalid:
    return Invalid(file=sentence)


class Reader:
    """An archive whose every file was checked against the manifest when it was opened.

    Raises `Invalid` with a German sentence on `file` for anything that is not a whole, unchanged bundle.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
            members = [member for member in self._archive.infolist() if not member.is_dir()]
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise _broken("Die Datei ist kein lesbares ZIP-Archiv. Bitte laden Sie das Paket noch einmal.") from error
        self.members = {member.filename: member for member in members}
        if len(self.members) != len(members) or len(members) > MOST_FILES:
            raise _broken("Das Archiv enthält Dateien doppelt oder zu viele Dateien.")
        if MANIFEST not in self.members:
            raise _broken("Im Archiv fehlt manifest.json: Das ist kein Mitnahmepaket dieses Hubs.")
        self.manifest = self._manifest()
        self._check()

    def _manifest(self) -> Manifest:
        try:
            found = Manifest.model_validate_json(self._bytes(MANIFEST, MANIFEST_LIMIT))
        except ValidationError as error:
            place = ".".join(map(str, error.errors()[0]["loc"]))
            raise _broken(f"manifest.json ist nicht lesbar (Stelle: {place or 'Anfang'}).") from error
        if found.version > VERSION:
            raise _broken(
                f"Das Paket hat die Formatversion {found.version}, dieser Hub liest bis {VERSION}. Bitte erneuern Sie "
                "zuerst den Hub."
            )
        return found

    def _check(self) -> None:
        listed = {row.path for row in self.manifest.files}
        if len(listed) != len(self.manifest.files) or listed | {MANIFEST} != set(self.members):
            raise _broken("Die Dateien im Archiv sind nicht die, die manifest.json nennt.")
        for row in self.manifest.files:
            self._check_member(self.members[row.path], row)
            if hashlib.sha256(self._bytes(row.path, FILE_LIMIT)).hexdigest() != row.sha256:
                raise _broken(f"Die Datei „{row.path}“ wurde verändert: Ihre Prüfsumme stimmt nicht.")

    @staticmethod
    def _check_member(member: zipfile.ZipInfo, row: ToldFile) -> None:
        if member.flag_bits & 1 or stat.S_ISLNK(member.external_attr >> 16):
            raise _broken(f"„{row.path}“ ist verschlüsselt oder eine Verknüpfung.")
        if member.file_size != row.size or row.size > FILE_LIMIT:
            raise _broken(f"„{row.path}“ hat nicht die Größe, die manifest.json nennt, oder ist zu groß.")
        if member.file_size > max(_FREE, _RATIO * member.compress_size):
            raise _broken(f"„{row.path}“ ist ungewöhnlich stark gepackt und wird sicherheitshalber nicht geöffnet.")

    def _bytes(self, path: str, limit: int) -> bytes:
        try:
            with self._archive.open(self.members[path]) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error) as error:
            raise _broken(f"„{path}“ ist beschädigt.") from error
        if len(data) > limit:
            raise _broken(f"„{path}“ ist zu groß.")
        return data

    def bytes_of(self, path: str) -> bytes:
        """Return a file; raises `Invalid` for one that is not there."""
        if path not in self.members:
            raise _broken(f"Im Paket fehlt „{path}“.")
        return self._bytes(path, FILE_LIMIT)

    def json_of(self, path: str) -> Any:
        """Return a file as data."""
        try:
            return json.loads(self.bytes_of(path))
        except (ValueError, RecursionError) as error:
            raise _broken(f"„{path}“ ist nicht lesbar.") from error

    def organisations(self) -> dict[str, ToldOrganisation]:
        """Return the organisations by slug."""
        rows = self.json_of(self.manifest.organisations)
        try:
            found = [ToldOrganisation.model_validate(row) for row in rows]
        except (ValidationError, TypeError) as error:
            raise _broken("Die Liste der Organisationen im Paket ist nicht lesbar.") from error
        return {row.slug: row for row in found}

    def places(self) -> Iterator[ToldEntryPlace]:
        """Yield where the entries are."""
        yield from self.manifest.entries

    def entry(self, place: ToldEntryPlace) -> ToldEntry:
        """Return an entry; raises `Invalid` naming the place that makes no sense."""
        try:
            found = ToldEntry.model_validate(self.json_of(place.path))
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise _broken(f"„{place.path}“ ist nicht lesbar (Stelle: {where or 'Anfang'}).") from error
        if found.uid != place.uid:
            raise _broken(f"„{place.path}“ gehört zu einem anderen Eintrag, als manifest.json sagt.")
        return found
