"""XProzess messages for tests: small ones made here, and the released one from the corpus."""

import base64
import io
import zipfile

from tests import makers
from tests.needs import corpus

NAMESPACE = "http://www.regierung-mv.de/xprozess/2"


def released() -> bytes:
    """Return the released message beside the project; skips without it."""
    return (corpus("fim") / "xprozess_99006028261000.xml").read_bytes()


def packed(data: bytes, name: str = "modell.bpmn") -> str:
    """Return bytes as tools embed them: base64 of a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return base64.b64encode(out.getvalue()).decode()


def group(number: int = 1, *, element: str = "step1", name: str = "Anmeldung entgegennehmen", kind: str = "1") -> str:
    """Return one activity group."""
    return (
        f"<x:aktivitaetengruppe><x:referenzaktivitaetengruppeTyp><code>{kind}</code></x:referenzaktivitaetengruppeTyp>"
        f"<x:id>{number:02}</x:id><x:subProzessID>{element}</x:subProzessID><x:name>{name}</x:name>"
        "</x:aktivitaetengruppe>"
    )


def process(
    key: str = "99102013002000",
    name: str = "Hundesteuer bearbeiten",
    *,
    model: str | None = None,
    groups: str | None = None,
    profile: str = "",
    rest: str = "",
) -> str:
    """Return one process; `model` is the text of the embedded file, by default a packed drawing."""
    inside = packed(makers.bpmn()) if model is None else model
    return (
        f"<x:prozess><x:id>{key}</x:id><x:version>01.00.00</x:version><x:name>{name}</x:name>"
        f"<x:prozesssteckbrief>{profile}</x:prozesssteckbrief>"
        f"<x:prozessstrukturbeschreibung><x:strukturbeschreibungFIM>{group() if groups is None else groups}"
        "</x:strukturbeschreibungFIM></x:prozessstrukturbeschreibung>"
        f"<x:prozessmodell><x:prozessmodelldatei><x:dateiname>m</x:dateiname><x:inhalt>{inside}</x:inhalt>"
        f"</x:prozessmodelldatei></x:prozessmodell>{rest}</x:prozess>"
    )


def message(*processes: str, before: str = "", root: str = "alleInhalte.export.0303") -> bytes:
    """Return a message with these processes; `before` stands ahead of the root."""
    inside = "".join(processes or (process(),))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<x:{root} xmlns:x="{NAMESPACE}" xprozessVersion="2.0">'
        f"<x:prozessbibliothek><x:name>Test</x:name>{inside}</x:prozessbibliothek></x:{root}>"
    ).encode()
