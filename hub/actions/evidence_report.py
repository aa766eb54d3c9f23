"""The report of an evidence pack as one neutral document, from which the PDF and its HTML twin are both made."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.actions import evidence_economy, print_blocks
from hub.actions.evidence_parts import Chapter, Part, amount, day, money
from hub.actions.print_blocks import Block

KINDS = {"interim": "Zwischennachweis", "final": "Schlussnachweis"}
STATES = {
    "submitted": "eingereicht", "in_review": "in Prüfung", "query": "Rückfrage", "objection": "beanstandet",
    "resubmitted": "nachgereicht", "accepted": "anerkannt", "accepted_with_conditions": "anerkannt mit Auflagen",
}  # fmt: skip
RESULTS = {
    "open": "offen", "in_work": "in Arbeit", "submitted": "eingereicht", "in_review": "in Prüfung",
    "accepted": "anerkannt", "to_improve": "nachzubessern",
}  # fmt: skip
USES = {"planned": "geplant", "adapting": "in Anpassung", "live": "produktiv", "ended": "eingestellt"}
DECISIONS = {"open": "offen", "fixed": "behoben", "justified": "begründet unvermeidbar", "none": "kein Medienbruch"}
SIDES = {"expenditure": "Ausgabe", "income": "Einnahme"}
VERDICTS = {
    "submitted": "zur Prüfung eingereicht", "withdrawn": "zurückgezogen", "passed": "methodisch geprüft",
    "sent_back": "zurückgegeben", "approved": "fachlich freigegeben", "carried": "gilt weiter",
    "voided": "gilt nicht mehr", "revoked": "Freigabe zurückgenommen", "published": "veröffentlicht",
    "superseded": "abgelöst", "confirmed": "Gültigkeit bestätigt", "archived": "archiviert",
}  # fmt: skip
WEIGHTS = {"H": "schwer", "M": "mittel", "N": "Hinweis"}


def chapters(
    content: Mapping[str, Any],
    sha256: str,
    letters: Sequence[Mapping[str, Any]],
    places: Mapping[int, str],
    texts: Mapping[int, Sequence[tuple[str, Sequence[Block]]]],
) -> list[Chapter]:
    """Return the report of one frozen statement with digest `sha256`, the letters about it and its versions.

    `places` maps a version's number in the database to its folder in the pack, `texts` to its process as text.
    """
    grant, statement = content["grant"], content["statement"]
    made = [_frame(grant, statement, sha256), _report(content["report"]), _results(content["results"])]
    made += [_figures(content), _reuse(content["reuse"])]
    made.append(evidence_economy.chapter(content["ledger"], content["rules"]))
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
            ("Datum", "Stelle", "Art", "Text", "Frist", "Ergebnis"),
            (
                [
                    day(row["at"]),
                    row["organisation"],
                    row["kind"],
                    row["text"],
                    day(row["deadline"]),
                    STATES.get(row["verdict"] or "", "–"),
                ]
                for row in letters
            ),
        )
        made.append(review)
    cited = {one["version"]: one for result in content["results"] for one in result["evidence"]}
    return made + [_version(one, places[key], texts.get(key, ())) for key, one in cited.items()]


def _frame(grant: Mapping[str, Any], statement: Mapping[str, Any], sha256: str) -> Chapter:
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
        ("Berichtigt", f"Nachweis {statement['corrects']}" if statement["corrects"] else ""),
        ("Eingereicht", day(statement["submitted_at"])), ("Prüfsumme (SHA-256) des Nachweises", sha256),
    ]  # fmt: skip
    made.table(("Merkmal", "Angabe"), ([name, value] for name, value in rows if value))
    return made


def _report(text: str) -> Chapter:
    return Chapter("Sachbericht", [Part("blocks", blocks=print_blocks.nested(print_blocks.of_markdown(text)))])


def _results(results: Sequence[Mapping[str, Any]]) -> Chapter:
    made = Chapter("Ergebnisse")
    if not results:
        made.say("Keine Angaben.")
    for row in results:
        made.head(f"{row['position']}. {row['title']}")
        cited = [f"{one['title']}, Version {one['number']}" for one in row["evidence"]]
        made.table(
            ("Merkmal", "Angabe"),
            [
                [name, told]
                for name, told in (
                    ("Ziel", row["target"]),
                    ("Abnahmekriterium", row["criterion"]),
                    ("Zuständig", row["organisation"]),
                    ("Fällig", day(row["due"])),
                    ("Anteil", money(row["share"])),
                    ("Stand", RESULTS.get(row["state"], row["state"])),
                    ("Belegt durch", "; ".join(cited) or "noch nichts"),
                )
                if told
            ],
        )
    return made


def _figures(content: Mapping[str, Any]) -> Chapter:
    made = Chapter("Zahlenmäßiger Nachweis")

    def line(title: str, kind: str, planned: int, paid: int) -> list[str]:
        return [title, kind, money(planned), money(paid), money(paid - planned)]

    rows = [
        line(row["title"] or "ohne Position", SIDES[row["side"]], row["planned"], row["actual"])
        for row in content["balance"]
    ]
    sums = [
        line(f"{word}n zusammen", word, *(sum(row[name] for row in listed) for name in ("planned", "actual")))
        for side, word in SIDES.items()
        if (listed := [row for row in content["balance"] if row["side"] == side])
    ]
    head = ("Position", "Art", "Geplant", "Gezahlt", "Abweichung")
    made.table(head, [*rows, *sums], (2, 3, 4), sums=len(sums))
    made.head("Belegliste")
    made.table(
        ("Beleg-Nr.", "Datum", "Art", "Empfänger oder Einzahler", "Grund", "Position", "Betrag in Euro"),
        (
            [row["number"], day(row["day"]), SIDES[row["side"]], row["party"], row["reason"], row.get("item") or "–",
             amount(row["amount"])]
            for row in content["receipts"]
        ),
        (6,),
    )  # fmt: skip
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


def _version(cited: Mapping[str, Any], place: str, text: Sequence[tuple[str, Sequence[Block]]]) -> Chapter:
    made = Chapter(f"Belegversion: {cited['title']}, Version {cited['number']}")
    made.table(
        ("Merkmal", "Angabe"),
        [
            ["Stadt", cited["organisation"]],
            ["Prüfsumme (SHA-256)", cited["sha256"]],
            ["Größe", f"{cited['size']} Byte"],
            ["Ordner im Paket", place],
        ],
    )
    if cited["approvals"]:
        made.head("Prüfung und Freigabe")
        made.table(
            ("Datum", "Schritt", "Stelle", "Begründung"),
            (
                [day(row["at"]), VERDICTS.get(row["verdict"], row["verdict"]), row["organisation"] or "–",
                 row["reason"] or "–"]
                for row in cited["approvals"]
            ),
        )  # fmt: skip
    if values := cited.get("values"):
        made.head("Platzhalter im eingefrorenen Text")
        made.say(
            "Der freigegebene Text steht unverändert in der Datei und enthält Platzhalter in doppelten geschweiften "
            f"Klammern. Hier steht, was bei der Einreichung für {values[0]['city']} an ihrer Stelle galt."
        )
        made.table(
            ("Platzhalter", "Bedeutung", "Wert", "Rechtsgrundlage"),
            ([f"{{{{{row['slot']}}}}}", row["label"], row["value"] or "nicht eingetragen", row["legal_basis"] or "–"]
             for row in values),
        )  # fmt: skip
    if "findings" in cited:
        made.head("Medienbrüche")
        if not cited["findings"]:
            made.say("Keine gefunden.")
        else:
            made.table(
                ("Regel", "Schwere", "Schritt", "Entscheidung", "Begründung"),
                (
                    [row["rule"], WEIGHTS.get(row["severity"], row["severity"]), row["name"],
                     DECISIONS.get(row["decision"], row["decision"]), row["reason"] or "–"]
                    for row in cited["findings"]
                ),
            )  # fmt: skip
    if cited["maturity"]:
        made.head("Reifegrad")
        made.table(
            ("Modell", "Stand", "Ziel", "bewertet"),
            ([row["scale"], str(row["actual"] if row["actual"] is not None else "–"),
              str(row["target"] if row["target"] is not None else "–"),
              "an dieser Version" if row["of_this_version"] else "an einer anderen Version"]
             for row in cited["maturity"]),
        )  # fmt: skip
    if text:
        alt = f"Diagramm zu „{cited['title']}“; der folgende Text beschreibt es vollständig."
        made.parts.append(Part("picture", alt, rows=[[place + "diagramm.svg"]]))
        for heading, blocks in text:
            made.head(f"Ablauf: {heading}")
            made.parts.append(Part("blocks", blocks=blocks))
    else:
        made.say(f"Der vollständige Text liegt als {place}text.html bei.")
    return made
