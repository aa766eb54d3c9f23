"""Efficiency ledger: what a year of a service cost before and after, and whether a programme's rules are met.

The cost of a year is cases × (working time per case × hourly rate + material per case) + running cost, as the KGSt
recommends it for comparing processes. Each row is rounded once to whole cents, half up, and each end of its range once
towards zero; every sum is a sum of rows, so the tables add up to the cent and nothing is counted twice: one row per
city, service and year, credited to at most one grant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import entries
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.funding import EditLedgerRow
from hub.policy import funding as may
from hub.store.efficiency import LedgerRow
from hub.store.entries import Version
from hub.store.funding import Grant
from hub.store.organisations import Organisation
from hub.store.services import Service
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one row; money in cents, times in hundredths of a minute."""

    cases: int
    minutes_before: int
    minutes_after: int
    hourly_rate: int
    material_before: int = 0
    material_after: int = 0
    running_after: int = 0

    def cost_before(self) -> int:
        """Return what the year cost before, in cents."""
        return self._cost(self.minutes_before, self.material_before)

    def cost_after(self) -> int:
        """Return what the year costs after, in cents."""
        return self._cost(self.minutes_after, self.material_after) + self.running_after

    def _cost(self, minutes: int, material: int) -> int:
        exact = self.cases * (Fraction(minutes * self.hourly_rate, 6000) + material)
        return int(exact + Fraction(1, 2))

    def assumed(self, *, cases: int = 100, time: int = 100, rate: int = 0) -> "Figures":
        """Return the figures under other assumptions: per cent of cases and of the time after, another rate."""
        return replace(
            self,
            cases=int(Fraction(self.cases * cases, 100) + Fraction(1, 2)),
            minutes_after=int(Fraction(self.minutes_after * time, 100) + Fraction(1, 2)),
            hourly_rate=rate or self.hourly_rate,
        )


@dataclass(frozen=True, slots=True)
class Sum:
    """Sums of rows, in cents; `low` and `high` bound the yearly saving."""

    before: int = 0
    after: int = 0
    once: int = 0
    low: int = 0
    high: int = 0
    rows: int = 0

    @property
    def saving(self) -> int:
        """The yearly saving."""
        return self.before - self.after

    @property
    def percent(self) -> Fraction | None:
        """The yearly saving in per cent of the cost before; None where there was none."""
        return Fraction(self.saving * 100, self.before) if self.before else None

    def share(self, of: int) -> Fraction | None:
        """Return `of` cents in per cent of the cost before."""
        return Fraction(of * 100, self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows to look at; empty means all."""

    organisation: str = ""
    service: str = ""
    year: str = ""
    grant: str = ""


@dataclass(frozen=True, slots=True)
class Light:
    """One rule of a programme and whether it is met; `colour` is green, yellow, red or grey, `code` says why."""

    rule: str
    colour: str
    code: str
    needed: int
    found: Fraction | int | None = None
    low: Fraction | None = None
    high: Fraction | None = None


def bounds(saving: int, low: int, high: int) -> tuple[int, int]:
    """Return the lower and the upper end of a row's saving in cents, from its per cents; rounded towards zero."""
    ends = sorted(int(Fraction(saving * end, 100)) for end in (low, high))
    return ends[0], ends[1]


def figures(row: LedgerRow | EditLedgerRow) -> Figures:
    """Return the figures of a row or a form."""
    return Figures(
        row.cases, row.minutes_before, row.minutes_after, row.hourly_rate, row.material_before, row.material_after,
        row.running_after,
    )  # fmt: skip


def listing(work: Work, wanted: Wanted = Wanted(), *, limit: int = 100, offset: int = 0) -> list[LedgerRow]:
    """Return rows, newest year first."""
    work.require(may.read_ledger)
    query = select(LedgerRow).join(Organisation).join(Service, Service.id == LedgerRow.service_id)
    query = query.where(*_conditions(wanted)).order_by(
        LedgerRow.year.desc(), Organisation.name, Service.name, LedgerRow.id
    )
    return list(work.session.scalars(query.limit(limit).offset(offset)))


def sums(work: Work, wanted: Wanted = Wanted(), *, by: str = "year") -> dict[str, Sum]:
    """Return the sums of the wanted rows by `year`, `organisation` (short name) or `service` (name), in that order."""
    work.require(may.read_ledger)
    return _sums(work, wanted, by)


def _sums(work: Work, wanted: Wanted, by: str) -> dict[str, Sum]:
    column: ColumnElement[object] = {
        "year": LedgerRow.year,
        "organisation": Organisation.short_name,
        "service": Service.name,
    }[by]  # type: ignore[assignment]  # columns of different types
    saving = LedgerRow.cost_before - LedgerRow.cost_after
    ends = saving * LedgerRow.low // 100, saving * LedgerRow.high // 100
    # A saving that is none is bounded the other way round.
    least = func.sum(case((saving >= 0, ends[0]), else_=ends[1]))
    most = func.sum(case((saving >= 0, ends[1]), else_=ends[0]))
    query = (
        select(
            column,
            func.sum(LedgerRow.cost_before),
            func.sum(LedgerRow.cost_after),
            func.sum(LedgerRow.once_saved),
            least,
            most,
            func.count(),
        )
        .where(*_conditions(wanted))
        .group_by(column)
        .order_by(column)
    )
    # A name is looked up only where it is needed: fifteen thousand rows have as many.
    if by == "organisation" or wanted.organisation:
        query = query.join(Organisation, Organisation.id == LedgerRow.organisation_id)
    if by == "service":
        query = query.join(Service, Service.id == LedgerRow.service_id)
    return {
        str(row[0]): Sum(int(row[1]), int(row[2]), int(row[3]), int(row[4]), int(row[5]), row[6])
        for row in work.session.execute(query)
    }


def total(found: Iterable[Sum]) -> Sum:
    """Return the sum of sums."""
    rows = list(found)
    return Sum(
        *(sum(getattr(row, name) for row in rows) for name in ("before", "after", "once", "low", "high", "rows"))
    )


def what_if(rows: Iterable[LedgerRow], *, cases: int, time: int, rate: int) -> Sum:
    """Return what the rows would add up to under other assumptions."""
    tried = [figures(row).assumed(cases=cases, time=time, rate=rate) for row in rows]
    before, after = sum(row.cost_before() for row in tried), sum(row.cost_after() for row in tried)
    return Sum(before, after, 0, before - after, before - after, len(tried))


def find(work: Work, key: int) -> LedgerRow:
    """Return one row; raises `NotFound`."""
    work.require(may.read_ledger)
    row = work.session.get(LedgerRow, key)
    if row is None:
        raise NotFound
    return row


def save(work: Work, sent: EditLedgerRow, key: int | None = None) -> LedgerRow:
    """Add a row, or change the one with `key`.

    Raises `Invalid` for an unknown city, service, grant or version and for a second row of the same city, service
    and year; `Conflict("ledger_moved_on")` if somebody else changed the row meanwhile.
    """
    row = find(work, key) if key is not None else LedgerRow(revision=0)
    if key is not None:
        work.require(may.keep_ledger, row.organisation)
    organisation = _organisation(work, sent.organisation)
    work.require(may.keep_ledger, organisation)
    service = _service(work, sent.service)
    if key is not None:
        work.session.refresh(row, ["revision"], with_for_update=True)
        if row.revision != sent.revision:
            raise Conflict("ledger_moved_on")
    same = select(LedgerRow.id).where(
        LedgerRow.organisation_id == organisation.id,
        LedgerRow.service_id == service.id,
        LedgerRow.year == sent.year,
        LedgerRow.id != (key or 0),
    )
    if work.session.scalar(same) is not None:
        raise Invalid(year="ledger_twice")
    grant = _grant(work, sent.grant, organisation)
    row.organisation, row.service, row.year = organisation, service, sent.year
    row.grant_id = grant.id if grant else None
    row.version_before_id = _version(work, sent.version_before, "version_before")
    row.version_after_id = _version(work, sent.version_after, "version_after")
    for name in (
        "cases", "minutes_before", "minutes_after", "hourly_rate", "material_before", "material_after",
        "running_after", "once_saved", "low", "high", "method", "note",
    ):  # fmt: skip
        setattr(row, name, getattr(sent, name))
    row.sources = {name: getattr(sent, f"source_{name}") for name in ("cases", "minutes", "rate", "material")}
    counted = figures(sent)
    row.cost_before, row.cost_after = counted.cost_before(), counted.cost_after()
    row.user_id, row.updated_at = work.actor.user_id, work.now
    row.revision += 1
    work.session.add(row)
    work.session.flush()
    kind = "ledger.changed" if key is not None else "ledger.entered"
    work.record(kind, organisation_id=organisation.id, row=row.id, year=row.year)
    return row


def drop(work: Work, key: int, *, revision: int) -> None:
    """Take a row out; raises `Conflict("ledger_moved_on")` for a stale page."""
    row = find(work, key)
    work.require(may.keep_ledger, row.organisation)
    work.session.refresh(row, ["revision"], with_for_update=True)
    if row.revision != revision:
        raise Conflict("ledger_moved_on")
    work.record(
        "ledger.dropped",
        organisation_id=row.organisation_id,
        row=row.id,
        year=row.year,
        cases=row.cases,
        cost_before=row.cost_before,
        cost_after=row.cost_after,
    )
    work.session.delete(row)


def of_grant(work: Work, grant: Grant) -> tuple[list[LedgerRow], dict[str, Sum]]:
    """Return the rows credited to a grant, and their sums by year; for everybody who reads the grant."""
    query = select(LedgerRow).where(LedgerRow.grant_id == grant.id).options(joinedload(LedgerRow.service))
    rows = list(work.session.scalars(query.order_by(LedgerRow.year, LedgerRow.organisation_id, LedgerRow.service_id)))
    return rows, _sums(work, Wanted(grant=grant.slug), "year")


def lights(grant: Grant, by_year: dict[str, Sum], today: date) -> list[Light]:
    """Return the programme's rules for a grant, each as a light with its reason.

    Partners and years follow from the grant, the saving from the ledger: every year must reach it. It is yellow where
    only the computed value reaches it but not the lower end of its uncertainty.
    """
    programme, found = grant.programme, []
    if programme.least_partners:
        partners = 1 + len(grant.partners)
        reached = partners >= programme.least_partners
        found.append(
            Light(
                "partners",
                "green" if reached else "red",
                "met" if reached else "missed",
                programme.least_partners,
                partners,
            )
        )
    if programme.least_years:
        found.append(_years(grant, programme.least_years, today))
    if programme.least_saving:
        found.append(_saving(by_year, programme.least_saving))
    return found


def _years(grant: Grant, needed: int, today: date) -> Light:
    start, end = grant.period_start, grant.purpose_end or grant.period_end
    if start is None or end is None:
        return Light("years", "grey", "no_figures", needed)
    agreed = (end.year - start.year) - ((end.month, end.day) < (start.month, start.day - 1))
    gone = max(0, (today.year - start.year) - ((today.month, today.day) < (start.month, start.day)))
    if agreed < needed:
        return Light("years", "red", "missed", needed, agreed)
    return Light("years", "green" if gone >= needed else "yellow", "met" if gone >= needed else "agreed", needed, gone)


def _saving(by_year: dict[str, Sum], needed: int) -> Light:
    counted = [row for row in by_year.values() if row.before]
    if not counted:
        return Light("saving", "grey", "no_figures", needed)
    worst = min(counted, key=lambda row: row.percent or 0)
    low, high = worst.share(worst.low), worst.share(worst.high)
    if (worst.percent or 0) < needed:
        return Light("saving", "red", "missed", needed, worst.percent, low, high)
    sure = (low or 0) >= needed
    return Light("saving", "green" if sure else "yellow", "met" if sure else "unsure", needed, worst.percent, low, high)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.organisation:
        found.append(Organisation.slug == wanted.organisation)
    if wanted.service.isdecimal():
        found.append(LedgerRow.service_id == int(wanted.service))
    if wanted.year.isdecimal():
        found.append(LedgerRow.year == int(wanted.year[:4]))
    if wanted.grant:
        found.append(LedgerRow.grant_id.in_(select(Grant.id).where(Grant.slug == wanted.grant)))
    return found


def _organisation(work: Work, slug: str) -> Organisation:
    found = work.session.scalar(select(Organisation).where(Organisation.slug == slug, Organisation.active))
    if found is None:
        raise Invalid(organisation="not_a_choice")
    return found


def _service(work: Work, said: str) -> Service:
    plain = said.replace(" ", "").replace(".", "")
    query = select(Service).where(
        (Service.key == plain) if plain.isdecimal() and len(plain) == 14 else Service.name == said
    )
    found = work.session.scalars(query.order_by(Service.id)).first()
    if found is None:
        raise Invalid(service="service_unknown")
    return found


def _grant(work: Work, slug: str, organisation: Organisation) -> Grant | None:
    if not slug:
        return None
    grant = work.session.scalar(select(Grant).where(Grant.slug == slug, may.read_grant_visible(work.actor)))
    if grant is None or organisation.id not in grant.organisation_ids:
        raise Invalid(grant="not_a_partner")
    return grant


def _version(work: Work, address: str, field: str) -> int | None:
    parts = [part for part in address.strip("/").split("/") if part != "versions"][-3:]
    if not address:
        return None
    try:
        if len(parts) != 3:
            raise NotFound
        entry = entries.find(work, parts[0], parts[1])
        return entries.version(work, entry, parts[2]).id
    except (NotFound, entries.Moved) as error:
        raise Invalid(**{field: "version_address"}) from error


def addresses(work: Work, rows: Iterable[LedgerRow]) -> dict[int, str]:
    """Return version id → address `city/entry/1.00` of the readable versions that rows name."""
    ids = {key for row in rows for key in (row.version_before_id, row.version_after_id) if key is not None}
    if not ids:
        return {}
    found = work.session.scalars(select(Version).where(Version.id.in_(sorted(ids))).options(joinedload(Version.entry)))
    return {
        version.id: f"{version.entry.organisation.slug}/{version.entry.slug}/{version.number}"
        for version in found
        if policy.read_version(work.actor, version.entry, version)
    }
