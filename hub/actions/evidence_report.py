"""The report of an evidence pack as one neutral document, from which the PDF and its HTML twin are both made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.actions import print_blocks

KINDS = {"interim": "Zwischennachweis", "final": "Schlussnachweis"}
STATES = {
    "submitted": "eingereicht", "in_review": "in Prüfung", "query": "Rückfrage", "objection": "beanstandet",
    "resubmitted": "nachgereicht", "accepted": "anerkannt", "accepted_with_conditions": "anerkannt mit Auflagen",
}  # fmt: skip
USES = {"planned": "geplant", "adapting": "in Anpassung", "live": "produktiv", "ended": "eingestellt"}
DECISIONS = {"open": "offen", "fixed": "behoben", "justified": "begründet unvermeidbar", "none": "kein Medienbruch"}
SIDES = {"expenditure": "Ausgabe", "income": "Einnahme"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the document: a paragraph, a heading, a table, a picture or blocks of Markdown."""

    kind: str
    """p, h3, table, picture, blocks"""
    text: str = ""
    rows: Sequence[Sequence[str]] = ()
    """Of a table, the first row is its head."""
    numeric: frozenset[int] = frozenset()
    """Columns of a table that hold amounts."""
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Chapter:
    """A chapter with its parts."""

    heading: str
    parts: list[Part] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a paragraph."""
        if text:
            self.parts.append(Part("p", text))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = ()) -> None:
        """Add a table unless it is empty."""
        listed = [list(row) for row in rows]
        if listed:
            self.parts.append(Part("table", rows=[list(head), *listed], numeric=frozenset(numeric)))
        else:
            self.say("Keine Angaben.")


def money(cents: int) -> str:
    """Return an amount for people."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros:,}".replace(",", ".") + f",{rest:02}\u00a0€"


def day(text: str | None) -> str:
    """Return a day for people from its ISO form."""
    return f"{text[8:10]}.{text[5:7]}.{text[:4]}" if text else "–"


def chapters(
    content: Mapping[str, Any], letters: Sequence[Mapping[str, Any]], pictures: Mapping[int, str]
) -> list[Chapter]:
    """Return the report of one frozen statement, the letters about it and the pictures of its versions.

    `pictures` maps a version's number in the database to the name of its drawing.
    """
    grant, statement = content["grant"], content["statement"]
    made = [_frame(grant, statement), _report(content["report"]), _results(content["results"])]
    made += [_figures(content), _reuse(content["reuse"]), _economy(content["ledger"])]
    if content["conditions"]:
        conditions = Chapter("Auflagen")
        conditions.table(
            ("Auflage", "fällig", "erfüllt"),
            ([row["text"], day(row["due"]), day(row["met_on"])] for row in content["conditions"]),
        )
        made.append(conditions)
    if letters:
        review = Chapter("Prüfung")
        review.table(
            ("Datum", "Stelle", "Art", "Text"),
            ([day(row["at"]), row["organisation"], row["kind"], row["text"]] for row in letters),
        )
        made.append(review)
    for result in content["results"]:
        for cited in result["evidence"]:
            made.append(_version(cited, pictures.get(cited["version"])))
    return made


def _frame(grant: Mapping[str, Any], statement: Mapping[str, Any]) -> Chapter:
    made = Chapter("Vorhaben und Nachweis")
    period = f"{day(statement['period'][0])} – {day(statement['period'][1])}"
    rows = [
        ("Vorhaben", grant["title"]), ("Programm", grant["programme"]), ("Aktenzeichen", grant["reference"]),
        ("Zuwendungsempfänger", grant["organisation"]), ("Bewilligungsbehörde", grant["authority"]),
        ("Partner", ", ".join(row["name"] for row in grant["partners"])), ("Zuwendung", money(grant["amount"])),
        ("Eigenanteil", money(grant["own_share"])), ("Bescheid vom", day(grant["notice_date"])),
        ("Bewilligungszeitraum", f"{day(grant['period_start'])} – {day(grant['period_end'])}"),
        ("Ende der Zweckbindung", day(grant["purpose_end"])),
        ("Nachweis", f"{KINDS[statement['kind']]} {statement['number']}"), ("Zeitraum", period),
        ("Eingereicht", day(statement["submitted_at"])),
    ]  # fmt: skip
    made.table(("Merkmal", "Angabe"), ([name, value] for name, value in rows if value))
    return made


def _report(text: str) -> Chapter:
    return Chapter("Sachbericht", [Part("blocks", blocks=print_blocks.of_markdown(text))])


def _results(results: Sequence[Mapping[str, Any]]) -> Chapter:
    made = Chapter("Ergebnisse")
    made.table(
        ("Nr.", "Ergebnis", "Zuständig", "fällig", "Anteil", "Belegt durch"),
        (
            [
                str(row["position"]), row["title"], row["organisation"], day(row["due"]), money(row["share"]),
                "; ".join(f"{cited['title']}, Version {cited['number']}" for cited in row["evidence"]) or "–",
            ]
            for row in results
        ),
        (4,),
    )  # fmt: skip
    return made


def _figures(content: Mapping[str, Any]) -> Chapter:
    made = Chapter("Zahlenmäßiger Nachweis")
    made.table(
        ("Position", "Art", "Geplant", "Gezahlt", "Abweichung"),
        (
            [row["title"] or "ohne Position", SIDES[row["side"]], money(row["planned"]), money(row["actual"]),
             money(row["actual"] - row["planned"])]
            for row in content["balance"]
        ),
        (2, 3, 4),
    )  # fmt: skip
    made.parts.append(Part("h3", "Belegliste"))
    made.table(
        ("Beleg-Nr.", "Datum", "Art", "Empfänger oder Einzahler", "Grund", "Betrag"),
        (
            [row["number"], day(row["day"]), SIDES[row["side"]], row["party"], row["reason"], money(row["amount"])]
            for row in content["receipts"]
        ),
        (5,),
    )
    return made


def _reuse(rows: Sequence[Mapping[str, Any]]) -> Chapter:
    made = Chapter("Nachnutzung")
    made.table(
        ("Kommune", "Eintrag", "Version", "Stand", "seit", "bestätigt"),
        (
            [row["organisation"], row["title"], row["number"], USES[row["state"]], day(row["since"]),
             day(row["confirmed_at"])]
            for row in rows
        ),
    )  # fmt: skip
    return made


def _economy(rows: Sequence[Mapping[str, Any]]) -> Chapter:
    made = Chapter("Wirtschaftlichkeit")
    if rows:
        made.say(
            "Kosten im Jahr = Fälle × (Arbeitszeit je Fall × Stundensatz + Sachkosten je Fall) + laufende Kosten, je "
            "Zeile einmal auf ganze Cent gerundet."
        )
    made.table(
        ("Stadt", "Leistung", "Jahr", "Fälle", "vorher", "nachher", "Ersparnis", "Quellen"),
        (
            [row["organisation"], row["service"], str(row["year"]), str(row["cases"]), money(row["cost_before"]),
             money(row["cost_after"]), money(row["cost_before"] - row["cost_after"]),
             "; ".join(value for value in row["sources"].values() if value)]
            for row in rows
        ),
        (3, 4, 5, 6),
    )  # fmt: skip
    return made


def _version(cited: Mapping[str, Any], picture: str | None) -> Chapter:
    made = Chapter(f"Belegversion: {cited['title']}, Version {cited['number']}")
    made.table(
        ("Merkmal", "Angabe"),
        [
            ["Stadt", cited["organisation"]],
            ["Prüfsumme (SHA-256)", cited["sha256"]],
            ["Größe", f"{cited['size']} Byte"],
        ],
    )
    if picture:
        made.parts.append(Part("picture", f"Diagramm zu „{cited['title']}“; die Textfassung liegt dem Paket bei.",
                               rows=[[picture]]))  # fmt: skip
    if cited["approvals"]:
        made.parts.append(Part("h3", "Prüfung und Freigabe"))
        made.table(
            ("Datum", "Schritt", "Stelle", "Begründung"),
            ([day(row["at"]), row["verdict"], row["organisation"], row["reason"]] for row in cited["approvals"]),
        )
    if "findings" in cited:
        made.parts.append(Part("h3", "Medienbrüche"))
        made.table(
            ("Regel", "Schwere", "Schritt", "Entscheidung", "Begründung"),
            (
                [
                    row["rule"],
                    row["severity"],
                    row["name"],
                    DECISIONS.get(row["decision"], row["decision"]),
                    row["reason"],
                ]
                for row in cited["findings"]
            ),
        )
    if cited["maturity"]:
        made.parts.append(Part("h3", "Reifegrad"))
        made.table(
            ("Modell", "Stand", "Ziel"),
            ([row["scale"], str(row["actual"] if row["actual"] is not None else "–"),
              str(row["target"] if row["target"] is not None else "–")] for row in cited["maturity"]),
        )  # fmt: skip
    return made
