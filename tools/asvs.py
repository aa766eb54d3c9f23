"""Write docs/sicherheit/asvs.md from asvs.toml: `make asvs`."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "sicherheit"
STATES = {"ja": "erfüllt", "teils": "teilweise", "nein": "nicht erfüllt", "entfällt": "nicht anwendbar"}
CHAPTERS = {
    "V1": "Kodieren und Säubern", "V2": "Prüfung und Fachlogik", "V3": "Browser", "V4": "API und Webdienst",
    "V5": "Dateien", "V6": "Anmeldung", "V7": "Sitzungen", "V8": "Berechtigungen", "V9": "Selbsttragende Token",
    "V10": "OAuth und OpenID Connect", "V11": "Kryptographie", "V12": "Übertragung", "V13": "Konfiguration",
    "V14": "Datenschutz", "V15": "Sicheres Programmieren", "V16": "Protokoll und Fehler", "V17": "WebRTC",
}  # fmt: skip
HEAD = """\
# OWASP ASVS 5.0.0, Stufe 2

Selbsteinschätzung, keine Zertifizierung. Jede Zeile nennt eine Anforderung mit ihrer Nummer, ihren Inhalt in eigenen
Worten, den Stand und die Belege; maßgeblich ist der Wortlaut des ASVS. Stufe 2 umfasst alle Anforderungen der Stufen
1 und 2, zusammen 253; alle stehen hier. Diese Seite wird aus `docs/sicherheit/asvs.toml` erzeugt (`make asvs`); ein
Test prüft, dass es jeden genannten Test und jede genannte Datei gibt.
"""

Row = tuple[int, str, str, list[str], str]


def rows() -> dict[str, dict[str, Row]]:
    """Return chapter → requirement → (level, gist, state, evidence, remark)."""
    found = tomllib.loads((FOLDER / "asvs.toml").read_text(encoding="utf-8"))
    return {chapter: {key: tuple(row) for key, row in told.items()} for chapter, told in found.items()}


def page() -> str:
    """Return the page."""
    told = rows()
    count = Counter(row[2] for chapter in told.values() for row in chapter.values())
    lines = [HEAD, "| Stand | Anzahl |", "|---|---|", *(f"| {word} | {count[key]} |" for key, word in STATES.items())]
    for chapter, found in told.items():
        lines += ["", f"## {chapter} {CHAPTERS[chapter]}", "", "| Nr. | Stufe | Inhalt | Stand | Belege | Bemerkung |"]
        lines.append("|---|---|---|---|---|---|")
        for key, (level, gist, state, evidence, remark) in found.items():
            cells = ", ".join(f"`{name}`" for name in evidence)
            lines.append(f"| {key} | {level} | {gist} | {STATES[state]} | {cells} | {remark} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER / "asvs.md").write_text(page(), encoding="utf-8")
