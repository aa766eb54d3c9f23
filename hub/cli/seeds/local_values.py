"""Sample slots of the shared dog tax design, filled in by three cities; all values are examples."""

from datetime import date

from hub.actions import entries, local_values
from hub.inputs.local_values import DefineSlot, FillSlot
from hub.work import Work

DESIGN = ("wetzlar", "hundesteuer-design")
MODEL = ("wetzlar", "hundesteuer-soll")

SLOTS = (
    DefineSlot(
        name="steuersatz",
        kind="fee",
        label="Steuersatz für den ersten Hund",
        description="Betrag im Jahr nach der Satzung der Stadt.",
        unit="im Jahr",
        required=True,
    ),
    DefineSlot(
        name="satzung",
        kind="by_law",
        label="Hundesteuersatzung",
        description="Name und Fassung der geltenden Satzung.",
        required=True,
    ),
    DefineSlot(
        name="faelligkeit",
        kind="deadline",
        label="Fälligkeit",
        description="Tag oder Tage, an denen die Steuer zu zahlen ist.",
        required=True,
    ),
    DefineSlot(
        name="widerspruchsstelle",
        kind="contact",
        label="Stelle für den Widerspruch",
        description="Behörde mit Anschrift, wie sie in der Rechtsbehelfsbelehrung steht.",
        required=True,
    ),
    DefineSlot(
        name="finanzverfahren",
        kind="system",
        label="Finanzverfahren",
        description="Name des Verfahrens, in dem Steuerkonten und Mandate geführt werden.",
        standard="dem Finanzverfahren der Stadt",
    ),
)
MODEL_SLOT = DefineSlot(
    name="finanzverfahren",
    kind="system",
    label="Finanzverfahren",
    description="Name des Verfahrens, in dem das Steuerkonto angelegt wird.",
    required=True,
)

VALUES = {
    "wetzlar": {
        "steuersatz": ("72,00 EUR", "§\u00a05 der Satzung (Beispielwert)"),
        "satzung": ("Hundesteuersatzung der Stadt Wetzlar (Beispielfassung)", ""),
        "faelligkeit": ("15. Februar und 15. August", "§\u00a09 der Satzung (Beispielwert)"),
        "widerspruchsstelle": ("Magistrat der Stadt Wetzlar, Steueramt", ""),
    },
    "marburg": {
        "steuersatz": ("90,00 EUR", "§\u00a06 der Satzung (Beispielwert)"),
        "satzung": ("Hundesteuersatzung der Universitätsstadt Marburg (Beispielfassung)", ""),
        "faelligkeit": ("15. Februar, 15. Mai, 15. August und 15. November", "§\u00a010 der Satzung (Beispielwert)"),
        "widerspruchsstelle": ("Magistrat der Universitätsstadt Marburg, Fachdienst Steuern", ""),
        "finanzverfahren": ("Kassenverfahren Marburg (Beispiel)", ""),
    },
    "giessen": {
        "steuersatz": ("84,00 EUR", "§\u00a04 der Satzung (Beispielwert)"),
        "satzung": ("Hundesteuersatzung der Universitätsstadt Gießen (Beispielfassung)", ""),
    },
}
"""City → slot → value and legal basis; Gießen has not finished."""


def plant(work: Work) -> None:
    """Describe the slots and fill them in."""
    entry = entries.find(work, *DESIGN)
    for slot in SLOTS:
        local_values.define(work, entry, slot)
    for city, values in VALUES.items():
        for name, (value, basis) in values.items():
            given = FillSlot(organisation=city, slot=name, value=value, legal_basis=basis)
            local_values.fill(work, entry, given)
    coming = FillSlot(
        organisation="marburg",
        slot="steuersatz",
        value="96,00 EUR",
        legal_basis="Änderungssatzung (Beispielwert)",
        valid_from=date(work.now.year + 1, 1, 1),
        seen=1,
    )
    local_values.fill(work, entry, coming)
    model = entries.find(work, *MODEL)
    local_values.define(work, model, MODEL_SLOT)
    for city, value in (
        ("wetzlar", "Finanzverfahren Wetzlar (Beispiel)"),
        ("marburg", VALUES["marburg"]["finanzverfahren"][0]),
    ):
        local_values.fill(work, model, FillSlot(organisation=city, slot="finanzverfahren", value=value))
