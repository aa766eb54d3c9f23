"""Two sample processes with a whole FIM profile and attributes of their activity groups."""

from dataclasses import replace

from sqlalchemy import select

from hub import xprozess
from hub.actions import entries, fim, fim_forms
from hub.inputs.fim import ActivityForm
from hub.store.entries import Entry
from hub.work import Work
from hub.xprozess import LegalBasis, Participant, Process, Reference, State

PROFILES: dict[str, Process] = {
    "hundesteuer-soll": Process(
        definition="Die Stadt nimmt die Anmeldung eines Hundes entgegen, prüft sie, setzt die Hundesteuer fest und "
        "gibt den Steuerbescheid und die Steuermarke aus.",
        triggers=(Reference("Anmeldung eines Hundes"),),
        results=(Reference("Steuerbescheid"), Reference("Steuermarke")),
        participants=(
            Participant("Halterin oder Halter", (xprozess.code("role", "1"), xprozess.code("role", "4"))),
            Participant("Steueramt", (xprozess.code("role", "2"),)),
            Participant("Ordnungsamt", (xprozess.code("role", "3"),)),
            Participant("Stadtkasse", (xprozess.code("role", "3"),)),
        ),
        targets="Bescheid innerhalb von zehn Arbeitstagen nach vollständiger Anmeldung",
        procedure=xprozess.code("procedure", "501"),
        form=xprozess.code("form", "310"),
        approving_body="IKZ-Geschäftsstelle Digitalisierung",
        state=State(status=xprozess.code("status", "3"), valid_from="2026-01-01"),
    ),
    "musterprozess-antrag-bis-bescheid": Process(
        definition="Eine Behörde entscheidet auf Antrag und gibt die Entscheidung bekannt.",
        triggers=(Reference("Antrag"),),
        results=(Reference("Bescheid"),),
        participants=(
            Participant("Antragstellende Person", (xprozess.code("role", "1"), xprozess.code("role", "4"))),
            Participant("Zuständige Behörde", (xprozess.code("role", "2"),)),
            Participant("Beteiligte Stelle", (xprozess.code("role", "3"),)),
        ),
        state=State(status=xprozess.code("status", "2"), valid_from="2026-01-01"),
    ),
}

GROUPS: dict[str, dict[str, dict[str, str]]] = {
    "hundesteuer-soll": {
        "Activity_IdentitaetPruefen": {"checks": "4"},
        "Activity_HundeanmeldungUebergeben": {"provided": "Hundeanmeldung | Steueramt"},
        "Activity_VollstaendigkeitPruefen": {"checks": "4"},
        "Activity_AngabenNachfordern": {
            "provided": "Nachforderung | Halterin oder Halter",
            "received": "Fehlende Angaben | Halterin oder Halter",
            "duty": "yes",
        },
        "Activity_RassePruefen": {"tools": "Rasseliste der Satzung"},
        "Activity_HundesteuerBerechnen": {"tools": "Steuersätze der Satzung", "systems": "Steuerfachverfahren"},
        "Activity_SteuerbescheidBekanntGeben": {"provided": "Steuerbescheid | Halterin oder Halter"},
    },
    "musterprozess-antrag-bis-bescheid": {
        "Activity_AntragEmpfangen": {"received": "Antrag | Antragstellende Person"},
        "Activity_ZustaendigkeitPruefen": {"checks": "1, 2", "legal_bases": "§\u00a03 VwVfG"},
        "Activity_VollstaendigkeitPruefen": {"checks": "4"},
        "Activity_VoraussetzungenPruefen": {"tools": "Fachrecht"},
        "Activity_UeberAntragEntscheiden": {"tools": "Fachrecht", "decision": "2"},
        "Activity_BescheidBekanntGeben": {"provided": "Bescheid | Antragstellende Person"},
    },
}
"""Entry → activity → fields of the form."""


def plant(work: Work) -> None:
    """Fill in both sample processes; what is not there is left out."""
    for slug, told in PROFILES.items():
        entry = work.session.scalar(select(Entry).where(Entry.slug == slug, Entry.sample))
        if entry is None:
            continue
        bases = tuple(LegalBasis(row.text, xprozess.code("basis", "104")) for row in entry.legal_bases)
        fim.set_profile(work, entry, replace(told, legal_bases=bases), revision=entry.revision)
        shown = entries.current(work, entry)
        known = {row.element_id: row for row in fim.groups(work, entry, shown)}
        for element_id, fields in GROUPS[slug].items():
            if (row := known.get(element_id)) is not None:
                plain = {**fim_forms.activity_fields(row.activity, entry.revision), **fields}
                sent = ActivityForm.model_validate(plain)
                fim.set_group(work, entry, fim_forms.activity(sent, row.activity), revision=entry.revision)
