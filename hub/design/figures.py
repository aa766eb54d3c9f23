"""What a design saves in a year, computed in the open."""

from dataclasses import dataclass
from decimal import Decimal

from hub.design.model import Design
from hub.design.schema import schema
from hub.design.values import german, money, number

_HOUR = Decimal(60)
NEEDED = ("Fallzahl pro Jahr", "Bearbeitungszeit IST", "Bearbeitungszeit SOLL")
"""Without these nothing can be computed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the calculation, as people check it."""

    name: str
    formula: str
    result: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The saving in a year; `None` where a figure is missing."""

    hours: Decimal | None
    amount: Decimal | None
    """Euro in a year: time at the rate, plus material, minus running costs; negative if it costs more."""
    share: Decimal | None
    """Part of today's working time that is saved, 0 to 1; negative if it takes longer."""
    rows: tuple[Row, ...]
    missing: tuple[str, ...]
    """Fields that are needed and say no number."""


def figures(design: Design) -> Figures:
    """Return the yearly saving: cases × (time as is - time to be) ÷ 60, times the rate of an hour, and so on."""
    values = {name: _value(design, name) for name in schema().fields}
    missing = tuple(name for name in NEEDED if values[name] is None)
    cases, before, after = (values[name] for name in NEEDED)
    if cases is None or before is None or after is None:
        return Figures(None, None, None, (), missing)
    hours = cases * (before - after) / _HOUR
    rows = [
        Row(
            "Arbeitszeit",
            f"{german(cases)} Fälle × ({_plain(before)} − {_plain(after)}) Minuten ÷ 60",
            f"{german(hours)} Stunden im Jahr",
        )
    ]
    rate = values["Kostensatz"]
    amount = None
    if rate is not None:
        amount = hours * rate
        rows.append(
            Row("Personalkosten", f"{german(hours)} Stunden × {german(rate, 2)} EUR", f"{german(amount)} EUR im Jahr")
        )
        old, new = values["Sachkosten IST"], values["Sachkosten SOLL"]
        if old is not None and new is not None:
            saved = cases * (old - new)
            formula = f"{german(cases)} Fälle × ({german(old, 2)} − {german(new, 2)}) EUR"
            rows.append(Row("Sachkosten", formula, f"{german(saved)} EUR im Jahr"))
            amount += saved
        if running := values["Laufende Kosten"]:
            rows.append(Row("Laufende Kosten", "zusätzlich im Jahr", f"−{german(running)} EUR im Jahr"))
            amount -= running
        if len(rows) > 2:
            rows.append(Row("Ersparnis", "Summe", f"{german(amount)} EUR im Jahr"))
    return Figures(hours, amount, (before - after) / before if before else None, tuple(rows), missing)


def _value(design: Design, name: str) -> Decimal | None:
    row, text = schema().fields[name], design.fields.get(name, "")
    return money(text) if row.kind == "money" else number(text, row.unit) if row.kind == "number" else None


def _plain(value: Decimal) -> str:
    return german(value, 0 if value == value.to_integral_value() else 1)
