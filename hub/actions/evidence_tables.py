"""The tables of an evidence pack as CSV: German headings, Euro with a decimal comma, days as ISO dates."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.actions.evidence_economy import METHODS
from hub.actions.evidence_parts import amount, minutes
from hub.actions.evidence_report import RESULTS, SIDES, USES
from hub.text import sheets

Rows = list[list[Any]]


def of(content: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, file) for each table of a frozen statement; an empty one has its heading."""
    for name, table in (
        ("ergebnisse", _results(content)),
        ("finanzierung", _balance(content)),
        ("belege", _receipts(content)),
        ("effizienz", _ledger(content)),
        ("nachnutzung", _reuse(content)),
        ("auflagen", _conditions(content)),
    ):
        yield name, sheets.to_csv(table)


def _results(content: Mapping[str, Any]) -> Rows:
    head = ["Nr.", "Ergebnis", "Ziel", "Abnahmekriterium", "Zuständig", "Fällig", "Anteil in Euro", "Stand",
            "Belegversion", "SHA-256"]  # fmt: skip
    rows: Rows = []
    for row in content["results"]:
        facts = [row["position"], row["title"], row["target"], row["criterion"], row["organisation"], row["due"],
                 amount(row["share"]), RESULTS.get(row["state"], row["state"])]  # fmt: skip
        cited = [(f"{one['entry']}/{one['number']}", one["sha256"]) for one in row["evidence"]] or [("", "")]
        rows += [[*facts, address, digest] for address, digest in cited]
    return [head, *rows]


def _balance(content: Mapping[str, Any]) -> Rows:
    head = ["Position", "Art", "Geplant in Euro", "Gezahlt in Euro"]
    return [head, *([row["title"], SIDES[row["side"]], amount(row["planned"]), amount(row["actual"])]
                    for row in content["balance"])]  # fmt: skip


def _receipts(content: Mapping[str, Any]) -> Rows:
    head = ["Beleg-Nr.", "Datum", "Art", "Empfänger oder Einzahler", "Grund", "Betrag in Euro", "Position", "Stadt"]
    return [head, *([row["number"], row["day"], SIDES[row["side"]], row["party"], row["reason"], amount(row["amount"]),
                     row.get("item", ""), row.get("organisation", "")] for row in content["receipts"])]  # fmt: skip


def _ledger(content: Mapping[str, Any]) -> Rows:
    head = [
        "Stadt", "Leistung", "Leistungsschlüssel", "Jahr", "Fälle", "Minuten je Fall vorher", "Minuten je Fall nachher",
        "Stundensatz in Euro", "Sachkosten je Fall vorher in Euro", "Sachkosten je Fall nachher in Euro",
        "Laufende Kosten nachher in Euro", "Kosten vorher in Euro", "Kosten nachher in Euro", "Ersparnis in Euro",
        "Einmalig erspart in Euro", "Spanne von v. H.", "Spanne bis v. H.", "Methode", "Quelle Fälle", "Quelle Minuten",
        "Quelle Stundensatz", "Quelle Sachkosten", "Anmerkung",
    ]  # fmt: skip
    return [head, *(
        [
            row["organisation"], row["service"], row["key"], row["year"], row["cases"], minutes(row["minutes_before"]),
            minutes(row["minutes_after"]), *(amount(row[name]) for name in (
                "hourly_rate", "material_before", "material_after", "running_after", "cost_before", "cost_after")),
            amount(row["cost_before"] - row["cost_after"]), amount(row["once_saved"]), row["low"], row["high"],
            METHODS.get(row["method"], row["method"]),
            *(row["sources"].get(name, "") for name in ("cases", "minutes", "rate", "material")), row["note"],
        ]
        for row in content["ledger"]
    )]  # fmt: skip


def _reuse(content: Mapping[str, Any]) -> Rows:
    head = ["Kommune", "Eintrag", "Version", "Stand", "Seit", "Abweichung", "Bestätigt am"]
    return [head, *([row["organisation"], row["title"], row["number"], USES[row["state"]], row["since"],
                     row.get("deviation", ""), row["confirmed_at"]] for row in content["reuse"])]  # fmt: skip


def _conditions(content: Mapping[str, Any]) -> Rows:
    head = ["Auflage", "Fällig", "Erfüllt am", "Anmerkung"]
    return [head, *([row["text"], row["due"], row["met_on"], row["note"]] for row in content["conditions"])]
