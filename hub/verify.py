"""Check an evidence pack without the hub: `python3 pruefen.py PAKET.zip` needs nothing but Python 3.

Checked are: every file against the manifest and against SHA256SUMS, that nothing is missing or added, every cited
version and frozen statement against its digest, the lines of the log against their digests and their chain, that each
submission was logged with the digest of what was submitted, the sums of the receipts to the cent, and every byte of
the archive around the files. So one changed byte is found wherever it is.

What no check within the pack can show is a pack that was made anew as a whole. For that, compare the digest of
manifest.json, printed at the end, with the one you noted when you received the pack, or that the hub shows.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

MOST = 2_000_000_000
"""Bytes a pack may hold unpacked."""


def source() -> bytes:
    """Return this file itself, as it is put into every pack."""
    return Path(__file__).read_bytes()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check(archive: zipfile.ZipFile) -> tuple[list[str], int, str]:
    """Return (what is wrong, how many files, digest of the manifest) of an open pack."""
    names = [row.filename for row in archive.infolist()]
    wrong = [f"{name}: steht mehrfach im Paket" for name in sorted({name for name in names if names.count(name) > 1})]
    if sum(row.file_size for row in archive.infolist()) > MOST:
        return [*wrong, "Das Paket ist ausgepackt zu gross."], len(names), ""
    for needed in ("manifest.json", "SHA256SUMS"):
        if needed not in names:
            return [*wrong, f"{needed}: fehlt"], len(names), ""
    raw = _read(archive, "manifest.json") or b""
    try:
        manifest = json.loads(raw)
        listed = {row["path"]: row for row in manifest["files"]}
    except (ValueError, KeyError, TypeError):
        return [*wrong, "manifest.json: ist nicht lesbar"], len(names), _digest(raw)
    for path, row in listed.items():
        if path not in names:
            wrong.append(f"{path}: fehlt")
            continue
        data = _read(archive, path)
        if data is None or len(data) != row["size"] or _digest(data) != row["sha256"]:
            wrong.append(f"{path}: wurde veraendert")
    wrong += [f"{name}: gehoert nicht zum Paket" for name in names if name not in listed and name not in _ABOUT]
    wrong += _sums((_read(archive, "SHA256SUMS") or b"").decode("utf-8", "replace"), listed)
    readable = not wrong
    wrong += _statements(archive, manifest, listed) if readable else []
    wrong += _log(archive, manifest) if readable else []
    return wrong + _frame(archive), len(names), _digest(raw)


def _read(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Return a file's bytes; None if the archive itself says that they are damaged."""
    try:
        return archive.read(name)
    except Exception:  # whatever a reader stumbles over, it is not the file that was put in
        return None


_DAY = 1 << 5 | 1
"""The first of January 1980, which every file of a pack is dated."""


def _frame(archive: zipfile.ZipFile) -> list[str]:
    """Hold every byte around the files against what the hub writes: uncompressed files one behind the other.

    Laid out as in APPNOTE 6.3.9, 4.3: local header, data, data descriptor; central directory; its end.
    """
    file, place, directory = archive.fp, 0, b""
    if file is None:
        return []

    def told(name: str, expected: bytes) -> list[str]:
        file.seek(place)
        found = file.read(len(expected))
        at = next((i for i, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]), len(found))  # noqa: B905
        return [] if found == expected else [f"{name}: anders verpackt, als der Hub es tut (Byte {place + at})"]

    for row in archive.infolist():
        name = row.filename.encode()
        data = _read(archive, row.filename)
        if data is None:
            return [f"{row.filename}: ist beschaedigt"]
        common = struct.pack("<HHHHH", 20, 8 if row.filename.isascii() else 0x808, 0, 0, _DAY)
        sizes = struct.pack("<LLL", zlib.crc32(data), len(data), len(data))
        lengths = struct.pack("<HH", len(name), 0)
        directory += b"PK\1\2\x14\3" + common + sizes + lengths
        directory += struct.pack("<HHHLL", 0, 0, 0, 0o644 << 16, place) + name
        for piece in (b"PK\3\4" + common + bytes(12) + lengths + name, data, b"PK\7\10" + sizes):
            if wrong := told(row.filename, piece):
                return wrong
            place += len(piece)
    count = len(archive.infolist())
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), place, 0)
    if wrong := told("Verzeichnis des Archivs", directory + b"PK\5\6" + end):
        return wrong
    place += len(directory) + 22
    file.seek(0, 2)
    return [] if file.tell() == place else [f"Hinter dem Archiv stehen noch Daten (ab Byte {place})"]


_ABOUT = ("manifest.json", "SHA256SUMS")


def _sums(text: str, listed: dict[str, dict[str, Any]]) -> list[str]:
    found = {line[66:]: line[:64] for line in text.splitlines()}
    expected = {path: row["sha256"] for path, row in listed.items()}
    return [] if found == expected else ["SHA256SUMS: stimmt nicht mit manifest.json ueberein"]


def _statements(archive: zipfile.ZipFile, manifest: dict[str, Any], listed: dict[str, dict[str, Any]]) -> list[str]:
    wrong: list[str] = []
    versions = {row["version"]: row for row in manifest["versions"]}
    for row in versions.values():
        if listed.get(row["file"], {}).get("sha256") != row["sha256"]:
            wrong.append(f"{row['file']}: ist nicht die zitierte Version")
    for row in manifest["statements"]:
        data = archive.read(row["file"])
        if _digest(data) != row["sha256"]:
            wrong.append(f"{row['file']}: ist nicht, was eingereicht wurde")
        content = json.loads(data)
        for result in content["results"]:
            for cited in result["evidence"]:
                if versions.get(cited["version"], {}).get("sha256") != cited["sha256"]:
                    wrong.append(f"{row['file']}: Version {cited['version']} ist nicht die zitierte")
        for side in ("expenditure", "income"):
            paid = sum(line["amount"] for line in content["receipts"] if line["side"] == side)
            told = sum(line["actual"] for line in content["balance"] if line["side"] == side)
            if paid != told:
                wrong.append(f"{row['file']}: Belege und Summen unterscheiden sich um {abs(paid - told)} Cent")
    return wrong


def _log(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[str]:
    lines = archive.read("protokoll/zeilen.jsonl").splitlines()
    told = [json.loads(line) for line in archive.read("protokoll/angaben.jsonl").splitlines()]
    if len(lines) != len(told):
        return ["protokoll: Zeilen und Angaben passen nicht zusammen"]
    wrong: list[str] = []
    before: dict[str, Any] | None = None
    logged: set[str] = set()
    for raw, about in zip(lines, told):  # noqa: B905 - must run on Python 3.8
        line = json.loads(raw)
        place = f"protokoll, Zeile {line['position']}"
        if line["position"] != about["position"] or _digest(raw) != about["digest"]:
            wrong.append(f"{place}: wurde veraendert")
        data = json.dumps(about["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        if _digest(data) != line["data_sha256"] and about["data"] != {"erased": True}:
            wrong.append(f"{place}: die Angaben wurden veraendert")
        if before and before["position"] >= line["position"]:
            wrong.append(f"{place}: steht nicht in der Reihenfolge")
        if before and before["position"] + 1 == line["position"] and line["previous"] != before["digest"]:
            wrong.append(f"{place}: schliesst nicht an die Zeile davor an")
        if line["kind"] == "grant.statement_submitted":
            logged.add(about["data"].get("sha256"))
        before = {"position": line["position"], "digest": about["digest"]}
    for row in manifest["statements"]:
        if row["sha256"] not in logged:
            wrong.append(f"protokoll: die Einreichung von {row['file']} steht nicht darin")
    return wrong


def main(arguments: list[str]) -> int:
    """Check the packs named; return 0 if all are whole, 1 if not, 2 if one cannot be read."""
    if not arguments:
        print("Aufruf: pruefen.py PAKET.zip")
        return 2
    worst = 0
    for name in arguments:
        try:
            with zipfile.ZipFile(name) as archive:
                wrong, count, manifest = check(archive)
        except (
            OSError,
            zipfile.BadZipFile,
            ValueError,
            KeyError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            print(f"{name}: ist nicht lesbar ({type(error).__name__})")
            worst = 2
            continue
        except Exception as error:
            print(f"{name}: ist beschaedigt ({type(error).__name__})")
            worst = max(worst, 1)
            continue
        for said in wrong:
            print(f"{name}: {said}")
        worst = max(worst, 1 if wrong else 0)
        state = "UNVERAENDERT und in sich schluessig" if not wrong else "NICHT in Ordnung"
        print(f"{name}: {state}, {count} Dateien. SHA-256 von manifest.json: {manifest}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
