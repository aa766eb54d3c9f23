"""The files inside a message: base64, mostly of a ZIP with one file in it. Strangers wrote them: nothing is trusted."""

from __future__ import annotations

import base64
import binascii
import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

BPMN: Final = b"http://www.omg.org/spec/BPMN/20100524/MODEL"
_RATIO: Final = 200
"""A released file packs 1 : 18; more than 1 : 200 is no text but an attack."""
_MEMBERS: Final = 20
_FREE: Final = 1_000_000
"""Bytes that may be packed however well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, in bytes."""

    message: int = 60_000_000
    model: int = 20_000_000
    unpacked: int = 200_000_000
    """Of all models of one message together."""


class BadPayload(ValueError):
    """A file inside the message cannot be taken; the message is a German clause that says why."""


def unpack(text: str, limit: int) -> bytes:
    """Return the one BPMN file behind `text` (base64), at most `limit` bytes; raises `BadPayload`."""
    packed = "".join(text.split())
    if not packed:
        raise BadPayload("die Angabe ist leer")
    try:
        data = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPayload("der Inhalt ist kein vollständiges base64") from error
    if data.startswith(b"PK"):
        data = _from_zip(data, limit)
    if len(data) > limit:
        raise BadPayload(f"die Datei ist größer als {limit // 1_000_000} MB")
    if not is_bpmn(data):
        raise BadPayload("die Datei ist kein BPMN 2.0")
    return data


def is_bpmn(data: bytes) -> bool:
    """Whether the bytes look like BPMN 2.0; cheap, reading decides."""
    return BPMN in data or BPMN.decode().encode("utf-16-le") in data


def _from_zip(data: bytes, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                raise BadPayload("das eingebettete ZIP ist leer")
            if len(members) > _MEMBERS:
                raise BadPayload(f"das eingebettete ZIP enthält mehr als {_MEMBERS} Dateien")
            for member in members:
                _check(member, limit)
            found = [content for member in members if is_bpmn(content := _content(archive, member, limit))]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        if isinstance(error, BadPayload):
            raise
        raise BadPayload("das eingebettete ZIP ist beschädigt") from error
    if not found:
        raise BadPayload("das eingebettete ZIP enthält kein BPMN 2.0")
    return found[0]


def _check(member: zipfile.ZipInfo, limit: int) -> None:
    parts = member.filename.replace("\\", "/").split("/")
    if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise BadPayload("das eingebettete ZIP enthält einen unzulässigen Pfad")
    if member.flag_bits & 1:
        raise BadPayload("das eingebettete ZIP ist verschlüsselt")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise BadPayload("das eingebettete ZIP enthält eine Verknüpfung")
    if member.file_size > limit:
        raise BadPayload(f"die Datei im ZIP ist größer als {limit // 1_000_000} MB")
    if member.file_size > max(_FREE, _RATIO * member.compress_size):
        raise BadPayload("die Datei im ZIP ist ungewöhnlich stark gepackt")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """Read one member, never more than its directory entry promised: that number may lie."""
    with archive.open(member) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BadPayload(f"die Datei im ZIP ist größer als {limit // 1_000_000} MB")
    return data


def pack(name: str, data: bytes) -> str:
    """Return one file as base64 of a ZIP; equal content gives equal text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        member.create_system = 3
        archive.writestr(member, data)
    return base64.b64encode(out.getvalue()).decode("ascii")
