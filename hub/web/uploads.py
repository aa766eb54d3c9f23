"""What comes in as a file or as pasted text, read the same way everywhere."""

from flask import flash
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from hub.actions import contents
from hub.documents import Content
from hub.errors import Invalid
from hub.http import settings


def file_bytes(upload: FileStorage | None, limit: int) -> bytes:
    """Return the bytes of an upload, reading at most one byte more than `limit`; empty without a file."""
    if upload is None or not upload.filename:
        return b""
    data = upload.stream.read(limit + 1)
    if len(data) > limit:
        raise Invalid(file=f"Die Datei ist größer als {limit // 1_000_000} MB. Bitte teilen Sie das Modell auf.")
    return data


def given(kind: str, pasted: str, upload: FileStorage | None) -> tuple[Content, bool]:
    """Return the content that was uploaded or pasted, and whether its layout was generated.

    Raises `Invalid` on the field (`file` or `source`) that it came in.
    """
    limit = settings().model_limit
    data, field = file_bytes(upload, limit), "file"
    if not data and not (upload is not None and upload.filename):
        data, field = pasted.encode(), "source"
        if not pasted.strip():
            raise Invalid(file="file_missing")
    return contents.given(kind, data, field=field, limit=limit)


def tell_warnings(content: Content) -> None:
    """Say on the next page what was odd about a content that was read; the bytes stay as they are."""
    found = content.warnings()
    for sentence in found[:3]:
        flash(sentence, "warning")
    if len(found) > 3:
        flash(_("… und %(count)s weitere Hinweise.", count=len(found) - 3), "warning")
