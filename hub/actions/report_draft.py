"""The factual report (Sachbericht), drafted from the data in German; people write on from there."""

from hub.actions import efficiency, results, reuse
from hub.actions.evidence_parts import money
from hub.store.funding import Grant, Result
from hub.work import Work

OUTLOOK = "Bitte ergänzen Sie, was anders kam als geplant und wie es weitergeht."
"""What only people can write; the draft asks them to."""


def of(work: Work, grant: Grant) -> str:
    """Return the draft as Markdown: aim, partners, results with their evidence, reuse, economy, transfer."""
    parts = [f"## Vorhaben\n\n{grant.about.strip() or 'Bitte beschreiben Sie das Vorhaben.'}"]
    names = [row.organisation.name if row.organisation else row.name for row in grant.partners]
    if names:
        parts.append(f"## Beteiligte\n\nFederführend ist {grant.organisation.name}. Partner: {', '.join(names)}.")
    listed = results.listing(work, grant)
    if listed:
        parts.append("## Ergebnisse\n\n" + "\n\n".join(_result(row) for row in listed))
    parts.append(f"## Nachnutzung\n\n{_reuse(work, listed)}")
    parts.append(f"## Wirtschaftlichkeit\n\n{_economy(work, grant)}")
    transfer = "\n\n".join(filter(None, (grant.benefit.strip(), grant.transfer.strip())))
    parts.append(f"## Übertragbarkeit\n\n{transfer or 'Bitte beschreiben Sie, was andere übernehmen können.'}")
    parts.append(f"## Abweichungen und Ausblick\n\n{OUTLOOK}")
    return "\n\n".join(parts)


def _result(row: Result) -> str:
    lines = [f"### {row.position}. {row.title}"]
    if row.target:
        lines.append(f"Ziel: {row.target}")
    if row.criterion:
        lines.append(f"Abnahmekriterium: {row.criterion}")
    if row.evidence:
        lines += [
            f"- Beleg: {item.version.entry.organisation.short_name}, „{item.version.entry.title}“, "
            f"Version {item.version.number}, Prüfsumme {item.sha256[:16]} …"
            for item in row.evidence
        ]
    else:
        lines.append("Noch kein Beleg verknüpft.")
    return "\n\n".join(lines[:3]) + ("\n\n" + "\n".join(lines[3:]) if lines[3:] else "")


def _reuse(work: Work, listed: list[Result]) -> str:
    entries = {item.version.entry_id: item.version.entry for row in listed for item in row.evidence}
    lines = [
        f"- {use.organisation.name if use.organisation else use.name}: „{entry.title}“, Version {use.version.number}"
        + (f", seit {use.since:%d.%m.%Y}" if use.since else "")
        + ("" if use.confirmed_at else " (noch nicht bestätigt)")
        for entry in entries.values()
        for use in reuse.of_entry(work, entry)
    ]
    return "\n".join(lines) or "Bisher ist keine Nachnutzung erfasst."


def _economy(work: Work, grant: Grant) -> str:
    _rows, by_year = efficiency.of_grant(work, grant)
    if not by_year:
        return "Bisher sind keine Zahlen im Effizienzbuch erfasst."
    lines = []
    for year, found in by_year.items():
        percent = f"{float(found.percent or 0):.1f}".replace(".", ",")
        lines.append(
            f"- {year}: Kosten vorher {money(found.before)}, nachher {money(found.after)}, Ersparnis "
            f"{money(found.saving)} ({percent}\u00a0v.\u00a0H.), Spanne {money(found.low)} bis {money(found.high)}"
        )
    return "\n".join(lines)
