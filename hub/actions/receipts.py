"""The list of receipts (Belegliste) of a grant: kept by hand or read from a file, whole or not at all."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import select

from hub.actions import grants, workbooks
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.funding import EditReceipt
from hub.policy import funding as may
from hub.store.funding import Grant, PlanItem
from hub.store.organisations import Organisation
from hub.store.statements import Receipt
from hub.work import Work

MOST = 20_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("beleg-nr.", "beleg-nr", "belegnummer", "beleg", "nr.", "nr"),
    "day": ("datum", "tag", "zahlungstag", "buchungstag"),
    "side": ("art",),
    "party": ("empfänger", "empfänger/einzahler", "einzahler", "zahlungsempfänger", "kreditor"),
    "reason": ("grund", "zweck", "verwendungszweck", "grund der zahlung"),
    "amount": ("betrag", "betrag in euro", "einzelbetrag"),
    "plan_item": ("position", "kostenart"),
    "organisation": ("stadt", "kommune"),
}
"""Field → what its column may be called, first what the download calls it."""

NEEDED = ("number", "day", "party", "reason", "amount")
SIDES = {"": "expenditure", "ausgabe": "expenditure", "einnahme": "income"}


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of the plan of finance beside what was paid, in cents."""

    title: str
    side: str
    planned: int
    actual: int

    @property
    def difference(self) -> int:
        """What was paid more than planned."""
        return self.actual - self.planned


@dataclass(slots=True)
class Report:
    """What reading a file brought."""

    added: int = 0
    changed: int = 0
    same: int = 0
    total: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    """(line of the file, sentence or code)"""


def listing(work: Work, grant: Grant, *, limit: int | None = None, offset: int = 0) -> list[Receipt]:
    """Return the receipts by day and number."""
    query = select(Receipt).where(Receipt.grant_id == grant.id).order_by(Receipt.day, Receipt.number)
    return list(work.session.scalars(query.limit(limit).offset(offset) if limit else query))


def balance(plan: Iterable[PlanItem], rows: Iterable[Receipt]) -> list[Balance]:
    """Return plan and receipts side by side; what belongs to no line of the plan comes last, per side."""
    items = list(plan)
    paid: dict[int | str, int] = {}
    for row in rows:
        key: int | str = row.plan_item_id if row.plan_item_id is not None else row.side
        paid[key] = paid.get(key, 0) + row.amount
    found = [Balance(item.title, item.side, item.planned, paid.get(item.id, 0)) for item in items]
    return found + [Balance("", side, 0, paid[side]) for side in ("expenditure", "income") if paid.get(side)]


def sums(rows: Iterable[Balance]) -> dict[str, tuple[int, int]]:
    """Return side → (planned, actual) in cents."""
    listed = list(rows)
    return {
        side: (
            sum(row.planned for row in listed if row.side == side),
            sum(row.actual for row in listed if row.side == side),
        )
        for side in ("expenditure", "income")
    }


def find(work: Work, grant: Grant, key: int) -> Receipt:
    """Return one receipt of a grant; raises `NotFound`."""
    row = work.session.get(Receipt, key)
    if row is None or row.grant_id != grant.id:
        raise NotFound
    return row


def save(work: Work, grant: Grant, sent: EditReceipt, key: int | None = None) -> Receipt:
    """Add a receipt, or change the one with `key`; raises `Invalid` for a number that is taken, `Conflict`."""
    organisation = _organisation(work, grant, sent.organisation)
    work.require(may.contribute, grant, organisation or grant.organisation)
    row = find(work, grant, key) if key is not None else Receipt(grant_id=grant.id, revision=0)
    if key is not None:
        # Whose it was counts as much as whose it shall be: a partner must not take over another city's receipt.
        work.require(may.contribute, grant, row.organisation or grant.organisation)
        work.session.refresh(row, ["revision"], with_for_update=True)
        if row.revision != sent.revision:
            raise Conflict("receipt_moved_on")
    taken = select(Receipt.id).where(Receipt.grant_id == grant.id, Receipt.number == sent.number)
    if (other := work.session.scalar(taken)) is not None and other != key:
        raise Invalid(number="receipt_twice")
    _apply(work, row, sent, _plan_item(work, grant, sent), organisation)
    work.session.add(row)
    work.session.flush()
    kind = "grant.receipt_changed" if key is not None else "grant.receipt_added"
    grants.record(work, kind, grant, receipt=row.id, amount=row.amount)
    return row


def drop(work: Work, grant: Grant, key: int, *, revision: int) -> None:
    """Strike a receipt out; submitted statements keep it. Raises `Conflict` for a stale page."""
    row = find(work, grant, key)
    work.require(may.contribute, grant, row.organisation or grant.organisation)
    if row.revision != revision:
        raise Conflict("receipt_moved_on")
    grants.record(work, "grant.receipt_dropped", grant, receipt=row.id, receipt_number=row.number, amount=row.amount)
    work.session.delete(row)


def read_file(work: Work, grant: Grant, data: bytes) -> Report:
    """Take receipts from a CSV or Excel file: new ones are added, known numbers changed, or nothing at all.

    Returns the report; with faults in it nothing was written. Raises `Invalid(file=…)` for what is no table.
    """
    work.require(may.contribute, grant, grant.organisation)
    head, lines = _table(data)
    report = Report(total=len(lines))
    plan = {item.title.casefold(): item for item in grants.plan(work, grant)}
    cities = {name: row for row in carriers(work, grant) for name in (row.slug, row.short_name.casefold())}
    read: dict[str, tuple[EditReceipt, PlanItem | None, Organisation | None]] = {}
    for number, line in lines:
        cells = {name: line[at].strip() if at < len(line) else "" for name, at in head.items()}
        fault = _fault(cells, plan, cities, read)
        if fault:
            report.faults.append((number, fault))
            continue
        sent = EditReceipt.model_validate({**cells, "side": SIDES[cells.get("side", "").casefold()]})
        item = plan.get(cells.get("plan_item", "").casefold())
        read[sent.number] = (sent, item, cities.get(cells.get("organisation", "").casefold()))
    if report.faults:
        return report
    known = {row.number: row for row in listing(work, grant)}
    for name, (sent, item, organisation) in read.items():
        row = known.get(name)
        if row is None:
            row = Receipt(grant_id=grant.id, revision=0)
            report.added += 1
        elif _same(row, sent, item, organisation):
            report.same += 1
            continue
        else:
            report.changed += 1
        _apply(work, row, sent, item, organisation)
        work.session.add(row)
    work.session.flush()
    grants.record(work, "grant.receipts_read", grant, added=report.added, changed=report.changed)
    return report


def _fault(
    cells: Mapping[str, str],
    plan: Mapping[str, PlanItem],
    cities: Mapping[str, Organisation],
    read: Mapping[str, object],
) -> str:
    """Return what is wrong with a line, a code or a sentence; empty if nothing is."""
    if (side := cells.get("side", "").casefold()) not in SIDES:
        return f"„{cells['side']}“ ist keine Art. Bitte schreiben Sie „Ausgabe“ oder „Einnahme“."
    if (item := cells.get("plan_item", "")) and item.casefold() not in plan:
        return f"Die Position „{item}“ steht nicht im Finanzierungsplan. Bitte prüfen Sie die Schreibweise."
    if (city := cells.get("organisation", "")) and city.casefold() not in cities:
        return f"„{city}“ trägt dieses Vorhaben nicht. Bitte nennen Sie eine beteiligte Stadt."
    try:
        sent = EditReceipt.model_validate({**cells, "side": SIDES[side], "plan_item": "", "organisation": ""})
    except ValidationError as error:
        row = error.errors()[0]
        name = COLUMNS[str(row["loc"][0])][0]
        wrong = row.get("ctx", {}).get("error")
        reason = {
            "money": "ist kein Betrag wie 1.234,56",
            "money_cents": "hat mehr als zwei Stellen nach dem Komma",
            "day": "ist kein Tag wie 30.06.2026",
            "day_far": "liegt zu weit weg",
        }.get(str(wrong), "fehlt oder ist zu lang")
        return f"Spalte „{name.capitalize()}“: „{cells[str(row['loc'][0])]}“ {reason}."
    if sent.number in read:
        return f"Die Belegnummer „{sent.number}“ steht in dieser Datei zum zweiten Mal."
    return ""


def _table(data: bytes) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    rows = _excel(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise Invalid(file="Die Datei ist leer. Bitte laden Sie eine Tabelle mit Kopfzeile hoch.")
    if len(numbered) > MOST + 1:
        raise Invalid(file=f"Die Datei hat mehr als {MOST:,} Zeilen. Bitte teilen Sie sie.".replace(",", "."))
    names = [cell.strip().casefold() for cell in numbered[0][1]]
    head = {
        name: next(at for at, said in enumerate(names) if said in called)
        for name, called in COLUMNS.items()
        if any(said in called for said in names)
    }
    missing = [COLUMNS[name][0].capitalize() for name in NEEDED if name not in head]
    if missing:
        raise Invalid(
            file=f"In der Kopfzeile fehlen die Spalten {', '.join(missing)}. "
            "Die heruntergeladene Liste zeigt, wie sie heißen."
        )
    return head, numbered[1:]


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Invalid(file="Die Datei ist keine Tabelle. Bitte laden Sie CSV oder Excel (.xlsx) hoch.")
    separator = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
    try:
        # An apostrophe before what a spreadsheet would compute is ours, not the person's.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return [[cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell for cell in row] for row in rows]
    except csv.Error as error:
        raise Invalid(file="Die Datei ist keine lesbare CSV-Tabelle. Bitte speichern Sie sie neu.") from error


def _excel(data: bytes) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in workbooks.rows(data, most=MOST + 2)]


def _cell(value: object) -> str:
    """Return an Excel cell as a person would type it; a number keeps its cents."""
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return str(value)[:10]
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value * 100 - round(value * 100)) < 1e-6 else repr(value)
    return str(value)


def _same(row: Receipt, sent: EditReceipt, item: PlanItem | None, organisation: Organisation | None) -> bool:
    return (row.day, row.side, row.party, row.reason, row.amount, row.plan_item_id, row.organisation_id) == (
        sent.day, sent.side, sent.party, sent.reason, sent.amount, item.id if item else None,
        organisation.id if organisation else None,
    )  # fmt: skip


def _apply(
    work: Work, row: Receipt, sent: EditReceipt, item: PlanItem | None, organisation: Organisation | None
) -> None:
    for name in ("number", "day", "side", "party", "reason", "amount"):
        setattr(row, name, getattr(sent, name))
    row.plan_item_id = item.id if item else None
    row.organisation_id = organisation.id if organisation else None
    row.user_id, row.updated_at = work.actor.user_id, work.now
    row.revision += 1


def carriers(work: Work, grant: Grant) -> list[Organisation]:
    """Return the organisations in the hub that carry a grant."""
    return list(work.session.scalars(select(Organisation).where(Organisation.id.in_(sorted(grant.organisation_ids)))))


def _organisation(work: Work, grant: Grant, slug: str) -> Organisation | None:
    if not slug:
        return None
    found = next((row for row in carriers(work, grant) if row.slug == slug), None)
    if found is None:
        raise Invalid(organisation="not_a_partner")
    return found


def _plan_item(work: Work, grant: Grant, sent: EditReceipt) -> PlanItem | None:
    if not sent.plan_item:
        return None
    found = next((item for item in grants.plan(work, grant) if item.title == sent.plan_item), None)
    if found is None or found.side != sent.side:
        raise Invalid(plan_item="not_a_choice")
    return found
