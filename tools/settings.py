"""Write the table of settings in the manual of operation from the place that describes them."""

from pathlib import Path

from hub.config import GROUPS, About, described

CHAPTER = Path(__file__).resolve().parents[1] / "docs" / "betrieb" / "einstellungen.md"
HEAD = """\
# Einstellungen

Jede Einstellung kommt aus der Umgebung und wird beim Start geprüft; eine unsinnige verhindert den Start mit einem
Satz, der sagt, was zu tun ist. `hub check` prüft sie, ohne etwas zu starten, und nennt Variablen mit `HUB_`, die es
nicht gibt. Bei denen mit „Datei“ liest der Hub den Wert auch aus der Datei, die `<Variable>_FILE` nennt; so stehen
Geheimnisse nicht in der Umgebung.

Diese Seite wird aus `hub/config/settings.py` erzeugt (`make settings`).
"""


FILE = " (Datei)"


def _default(value: object, known: About) -> str:
    if known.shown:
        return known.shown
    if isinstance(value, bool):
        return "an" if value else "aus"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return f"`{value}`" if isinstance(value, str) and value else "–"


def markdown() -> str:
    """Return the chapter."""
    parts = [HEAD]
    for group in GROUPS:
        rows = [
            f"| `{known.variable}`{FILE if known.secret else ''} | {known.meaning} | {_default(row.default, known)} |"
            for row, known in described()
            if known.group == group
        ]
        parts.append("\n".join([f"## {group}", "", "| Variable | Bedeutung | Vorgabe |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    CHAPTER.write_text(markdown(), encoding="utf-8")
