"""Archives of many models: what is taken out of them."""

import io
import zipfile

from hub.actions import imports
from hub.work import Work
from tests import makers


def test_what_macos_adds_to_an_archive_is_no_model(work: Work) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Ordner/hund.bpmn", makers.bpmn())
        archive.writestr("__MACOSX/Ordner/._hund.bpmn", b"\x00\x05\x16\x07")
    author = makers.as_person(work, "modellierung@marburg.example")
    job = imports.start(author, makers.organisation(work, "marburg"), packed.getvalue(), "modelle.zip", "ikz")
    assert [(name, data is None) for name, data in imports.members(work, job)] == [
        ("Ordner/hund.bpmn", False),
        ("__MACOSX/Ordner/._hund.bpmn", True),
    ]
