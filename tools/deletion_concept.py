"""Write the deletion concept from the register of personal data and the deadlines that the program keeps."""

from pathlib import Path

from hub.actions import retention
from hub.actions.settings import KNOWN, Known
from hub.store.personal import ANSWERS, BYTES, DIGESTED, REGISTER, Fate, Held

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "datenschutz" / "loeschkonzept.md"

FATES = {
    Fate.REPLACED: "Name und Adresse werden durch ein Pseudonym ersetzt",
    Fate.DELETED: "wird gelöscht",
    Fate.KEPT: "bleibt am pseudonymisierten Konto",
}

HEAD = """\
# Löschkonzept

Muster für die verantwortliche Stelle, erzeugt aus dem Verzeichnis der personenbezogenen Daten im Programm
(`python -m tools.deletion_concept`). Ein Test hält beide gleich: Keine Spalte der Datenbank, die auf ein Konto verweist
oder eine Adresse enthält, fehlt hier. Die Fristen sind Voreinstellungen; was bei Ihnen gilt, steht unter
„Verwaltung“, „Löschfristen“.

## Grundsätze

- **Personenbezug endet, Nachvollziehbarkeit bleibt.** Wird ein Konto gelöscht, tritt an die Stelle des Namens
  „Gelöschtes Konto“ mit einer Nummer. Versionen, Kommentare, Prüfungen, Entscheidungen und das Protokoll bleiben, weil
  andere Städte und die Förderprüfung darauf aufbauen (Art. 17 Abs. 3 Buchst. b und d DSGVO).
- **Das Protokoll bleibt prüfbar.** Aus einer Zeile kann der Inhalt gelöscht werden; die Kette der Prüfsummen hält, und
  das Löschen steht selbst im Protokoll.
- **Was ein Nachweis zitiert, bleibt** bis zum Ende der Aufbewahrungsfrist des Fördervorhabens.
- **Gelöscht wird einmal am Tag** durch den Hintergrunddienst (`hub retention`); jeder Durchlauf wird festgehalten.
- **Sicherungskopien** enthalten gelöschte Daten, bis sie überschrieben sind. Nach einer Wiederherstellung ist
  `hub retention` auszuführen, und seither entsprochene Löschanträge sind erneut zu vollziehen.
"""

ACCOUNTS = """\
## Lebenslauf eines Kontos

| Schritt | Wann |
|---|---|
| eingeladen | durch eine Administration; der Link gilt 14 Tage |
| offen | sobald die Person die Einladung angenommen hat |
| lange nicht benutzt | {reminder} vor der Schließung erinnert der Hub die Person per E-Mail |
| geschlossen | {idle} nach der letzten Nutzung, auf Antrag oder durch eine Administration |
| gelöscht | {pseudonymise} nach der Schließung, auf Antrag sofort |

Die letzte Administration einer Organisation wird nicht von selbst geschlossen.
"""


def _span(known: Known) -> str:
    return f"{known.default}\u00a0{'Monate' if known.unit == 'months' else 'Tage'}"


def _days(known: Known) -> str:
    if known.default == 0:
        return "sofort"
    return "1\u00a0Tag" if known.default == 1 else f"{known.default:,}\u00a0Tage".replace(",", ".")


def _until(held: Held) -> str:
    if held.rule == "closed_accounts":
        return f"{_span(KNOWN['accounts.pseudonymise'])} nach der Schließung des Kontos"
    if held.rule:
        return _days(KNOWN[f"retention.{held.rule}"])
    return held.until


def document() -> str:
    """Return the whole document as Markdown."""
    spans = {name.partition(".")[2]: _span(known) for name, known in KNOWN.items() if name.startswith("accounts.")}
    lines = [
        HEAD,
        ACCOUNTS.format(**spans),
        "## Daten, Herkunft, Frist",
        "",
        "| Daten | Tabelle | Herkunft | Frist | Wenn das Konto gelöscht wird |",
        "|---|---|---|---|---|",
        *(
            f"| {held.what} | `{held.table}` | {held.source} | {_until(held)} | {FATES[held.fate]} |"
            for held in REGISTER
        ),
        "",
        "Nicht auf eine Person beziehbar, oder nur über eine Prüfsumme:",
        "",
        *(f"- {what} (`{table}`)" for table, what in {**DIGESTED, **ANSWERS}.items()),
        "",
        "Ganze Dateien, die nie verändert werden:",
        "",
        *(f"- {what} (`{table}`)" for table, what in BYTES.items()),
        "",
        "## Regeln des täglichen Durchlaufs",
        "",
        "| Was | Frist | Grenzen der Einstellung |",
        "|---|---|---|",
    ]
    whats = [(rule.name, rule.what) for rule in retention.RULES] + [(retention.LOG, retention.LOG_WHAT)]
    for name, what in whats:
        known = KNOWN[f"retention.{name}"]
        lines.append(f"| {what} | {_days(known)} | {known.least} bis {known.most}\u00a0Tage |")
    lines += [
        "",
        "## Außerhalb des Programms zu regeln",
        "",
        "- Zugriffsprotokolle des vorgeschalteten Webservers: empfohlen gekürzte Netzadressen und 14\u00a0Tage.",
        "- Protokolldateien des Programms (ohne Namen und Inhalte): empfohlen 90\u00a0Tage.",
        "- Sicherungskopien: Zahl der Generationen und Zeitpunkt, zu dem die älteste überschrieben wird.",
        "- E-Mails in den Postfächern der Empfängerinnen und Empfänger.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
