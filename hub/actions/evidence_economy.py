"""The chapter about efficiency: every figure that enters, every sum that follows, and the rules of the programme."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from hub.actions.efficiency import Sum, bounds, total
from hub.actions.evidence_parts import Chapter, minutes, money, whole

METHODS = {"measured": "gemessen", "counted": "ausgezählt", "estimated": "geschätzt",
           "taken_over": "von einer anderen Stadt übernommen"}  # fmt: skip
LIGHTS = {"green": "erfüllt", "yellow": "noch nicht sicher", "red": "nicht erfüllt", "grey": "keine Zahlen"}
RULES = {"partners": "Kommunen, die zusammenarbeiten", "years": "Dauer der Zusammenarbeit in Jahren",
         "saving": "Ersparnis im schwächsten Jahr in v. H."}  # fmt: skip
MEANING = {"unsure": "Das untere Ende der Spanne liegt unter dem verlangten Wert.",
           "agreed": "Vereinbart sind genug Jahre, vergangen sind noch nicht so viele."}  # fmt: skip


def summed(rows: Sequence[Mapping[str, Any]], by: str) -> dict[str, Sum]:
    """Return the sums of frozen rows by one of their fields, as the ledger itself adds them up."""

    def key(row: Mapping[str, Any]) -> str:
        return str(row[by])

    return {name: total(map(_single, group)) for name, group in groupby(sorted(rows, key=key), key=key)}


def _single(row: Mapping[str, Any]) -> Sum:
    before, after = row["cost_before"], row["cost_after"]
    return Sum(before, after, row["once_saved"], *bounds(before - after, row["low"], row["high"]), 1)


def percent(share: Fraction | None) -> str:
    """Return per cent with one place, rounded half up."""
    if share is None:
        return "–"
    tenths = int(abs(share) * 10 + Fraction(1, 2))
    return f"{'-' if share < 0 and tenths else ''}{tenths // 10},{tenths % 10}"


def chapter(rows: Sequence[Mapping[str, Any]], rules: Sequence[Mapping[str, Any]]) -> Chapter:
    """Return the chapter; from its first table everything else in it can be recomputed by hand."""
    made = Chapter("Wirtschaftlichkeit")
    if not rows:
        made.say("Dem Vorhaben sind keine Zahlen aus dem Effizienzbuch zugerechnet.")
        _rules(made, rules)
        return made
    made.say(
        "Kosten im Jahr = Fälle × (Minuten je Fall ÷ 60 × Stundensatz + Sachkosten je Fall), nachher dazu die "
        "laufenden Kosten; je Zeile einmal kaufmännisch auf ganze Cent gerundet. Jede Summe ist eine Summe dieser "
        "Zeilen. Je Stadt, Leistung und Jahr gibt es eine Zeile, und jede ist höchstens einem Vorhaben zugerechnet: "
        "Nichts zählt doppelt. Die Spanne ergibt sich je Zeile aus den Prozentsätzen der letzten Spalte, angewandt auf "
        "die errechnete Ersparnis, ohne Bruchteile eines Cents."
    )
    made.head("Eingangswerte")
    made.table(
        ("Zeile", "Stadt", "Leistung", "Jahr", "Fälle", "Minuten vorher", "Minuten nachher", "Stundensatz",
         "Sachk. vorher", "Sachk. nachher", "laufend nachher", "Spanne v.\u00a0H."),
        (
            [
                str(at), row["organisation"], row["service"], str(row["year"]), whole(row["cases"]),
                minutes(row["minutes_before"]), minutes(row["minutes_after"]), money(row["hourly_rate"]),
                money(row["material_before"]), money(row["material_after"]), money(row["running_after"]),
                f"{row['low']}–{row['high']}",
            ]
            for at, row in enumerate(rows, 1)
        ),
        range(3, 12),
    )  # fmt: skip
    made.head("Kosten und Ersparnis je Zeile")
    made.table(
        ("Zeile", *_SUMS),
        ([str(at), *_sum(_single(row))] for at, row in enumerate(rows, 1)),
        range(1, 7),
    )
    _sums(made, rows, "year", "Jahr", "Summen nach Jahren")
    _sums(made, rows, "organisation", "Stadt", "Summen nach Städten")
    made.head("Methode und Quellen")
    made.table(
        ("Zeile", "Methode", "Fälle", "Minuten", "Stundensatz", "Sachkosten", "Anmerkung"),
        (
            [
                str(at), METHODS.get(row["method"], row["method"]),
                *(row["sources"].get(name) or "–" for name in ("cases", "minutes", "rate", "material")),
                row["note"] or "–",
            ]
            for at, row in enumerate(rows, 1)
        ),
    )  # fmt: skip
    _rules(made, rules)
    return made


_SUMS = ("Kosten vorher", "Kosten nachher", "Ersparnis im Jahr", "v.\u00a0H.", "Spanne", "einmalig erspart")


def _sum(row: Sum) -> list[str]:
    return [money(row.before), money(row.after), money(row.saving), percent(row.percent),
            f"{money(row.low)} – {money(row.high)}", money(row.once)]  # fmt: skip


def _sums(made: Chapter, rows: Sequence[Mapping[str, Any]], by: str, word: str, heading: str) -> None:
    found = summed(rows, by)
    made.head(heading)
    lines = [[name, *_sum(row)] for name, row in found.items()]
    made.table((word, *_SUMS), [*lines, ["Zusammen", *_sum(total(found.values()))]], range(1, 7), sums=1)


def _rules(made: Chapter, rules: Sequence[Mapping[str, Any]]) -> None:
    if not rules:
        return
    made.head("Bedingungen des Programms")
    shown: dict[str, Callable[[str], str]] = {"saving": lambda text: percent(Fraction(text))}
    made.table(
        ("Bedingung", "mindestens", "erreicht", "Ergebnis"),
        (
            [
                RULES[row["rule"]], str(row["needed"]),
                shown.get(row["rule"], str)(row["found"]) if row["found"] is not None else "–",
                f"{LIGHTS[row['colour']]}{'. ' + MEANING[row['code']] if row['code'] in MEANING else ''}",
            ]
            for row in rules
        ),
        (1, 2),
    )  # fmt: skip
