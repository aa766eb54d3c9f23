"""Efficiency ledger (Effizienzbuch): rows and sums of all cities, and what a grant brought, with its rules."""

from datetime import datetime
from fractions import Fraction
from typing import Literal

from hub.actions import efficiency, grants
from hub.actions.efficiency import Light, Sum, Wanted
from hub.api import paging
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import Decimal, decimal
from hub.http import now
from hub.inputs import Input, Line
from hub.inputs.money import SendLedgerRow, TryOut
from hub.store.efficiency import LedgerRow
from hub.work import Work

routes = Routes("Effizienzbuch")
ALL = "/ledger"
ONE = f"{ALL}/<int:row>"


class Filters(Input):
    """Which rows; empty means all. `service` is its id."""

    organisation: Line = ""
    service: Line = ""
    year: Line = ""
    grant: Line = ""

    def wanted(self) -> Wanted:
        """Return it as the ledger asks."""
        return Wanted(self.organisation, self.service, self.year, self.grant)


class WhichRows(Filters, paging.Paged):
    """Filters of the list."""


class WhichSums(Filters):
    """Filters of the sums, and what they are of."""

    by: Literal["year", "organisation", "service"] = "year"


class SourcesOut(Output):
    """Where the figures come from."""

    cases: str
    minutes: str
    rate: str
    material: str


class LedgerRowOut(Output):
    """The yearly figures of one service in one city: times in minutes, money in euros."""

    id: int
    organisation: str
    service: str
    service_key: str | None
    year: int
    grant: str | None
    version_before: str | None
    version_after: str | None
    cases: int
    minutes_before: Decimal
    minutes_after: Decimal
    hourly_rate: Decimal
    material_before: Decimal
    material_after: Decimal
    running_after: Decimal
    once_saved: Decimal
    cost_before: Decimal
    cost_after: Decimal
    saving: Decimal
    low: int
    high: int
    """Per cent of the computed saving between which it lies."""
    method: str
    sources: SourcesOut
    note: str
    revision: int
    updated_at: datetime


class LedgerList(Output):
    """A page of rows, newest year first."""

    items: list[LedgerRowOut]
    next: str | None


class SumOut(Output):
    """Sums of rows; `low` and `high` bound the yearly saving, `percent` is of the cost before."""

    before: Decimal
    after: Decimal
    saving: Decimal
    low: Decimal
    high: Decimal
    once: Decimal
    percent: Decimal | None
    rows: int


class NamedSum(Output):
    """The sum of a year, a city (its short name) or a service (its name)."""

    name: str
    sum: SumOut


class SumsOut(Output):
    """Sums of the wanted rows, and of all of them."""

    items: list[NamedSum]
    total: SumOut


class LightOut(Output):
    """A rule of the programme: whether it is met, and why."""

    rule: Literal["partners", "years", "saving"]
    colour: Literal["green", "yellow", "red", "grey"]
    code: str
    needed: int
    found: Decimal | None
    low: Decimal | None
    high: Decimal | None


class EfficiencyOut(Output):
    """What a grant brought, by year, with its programme's rules; `tried` is the sum under other assumptions."""

    items: list[NamedSum]
    total: SumOut
    lights: list[LightOut]
    tried: SumOut | None


def _part(value: Fraction | int | None) -> str | None:
    """Return a figure with two places, half up."""
    return None if value is None else decimal(int((Fraction(value) * 100 + Fraction(1, 2)) // 1))


def _sum(found: Sum) -> SumOut:
    return SumOut(
        before=decimal(found.before),
        after=decimal(found.after),
        saving=decimal(found.saving),
        low=decimal(found.low),
        high=decimal(found.high),
        once=decimal(found.once),
        percent=_part(found.percent),
        rows=found.rows,
    )


def _sums(found: dict[str, Sum]) -> tuple[list[NamedSum], SumOut]:
    named = [NamedSum(name=name, sum=_sum(one)) for name, one in found.items()]
    return named, _sum(efficiency.total(found.values()))


def _shown(work: Work, rows: list[LedgerRow]) -> list[LedgerRowOut]:
    work.session.flush()
    addresses = efficiency.addresses(work, rows)
    slugs = {grant.id: grant.slug for grant in grants.listing(work)}
    times = ("minutes_before", "minutes_after", "hourly_rate", "material_before", "material_after", "running_after",
             "once_saved", "cost_before", "cost_after")  # fmt: skip
    return [
        LedgerRowOut(
            **{name: decimal(getattr(row, name)) for name in times},
            id=row.id,
            organisation=row.organisation.slug,
            service=row.service.name,
            service_key=row.service.key,
            year=row.year,
            grant=slugs.get(row.grant_id or 0),
            version_before=addresses.get(row.version_before_id or 0),
            version_after=addresses.get(row.version_after_id or 0),
            cases=row.cases,
            saving=decimal(row.cost_before - row.cost_after),
            low=row.low,
            high=row.high,
            method=row.method,
            sources=SourcesOut(
                **{name: row.sources.get(name, "") for name in ("cases", "minutes", "rate", "material")}
            ),
            note=row.note,
            revision=row.revision,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


@routes.get(ALL, summary="Zeilen des Effizienzbuchs auflisten", query=WhichRows, returns=LedgerList, signed_in=True)
def list_ledger(work: Work, query: WhichRows) -> LedgerList:
    """List the figures of all cities."""
    start = paging.number(query, "at", 0)
    rows = efficiency.listing(work, query.wanted(), limit=query.limit + 1, offset=start)
    more = len(rows) > query.limit
    return LedgerList(
        items=_shown(work, rows[: query.limit]), next=paging.cursor(at=start + query.limit) if more else None
    )


@routes.get(f"{ALL}/sums", summary="Summen des Effizienzbuchs", query=WhichSums, returns=SumsOut, signed_in=True)
def read_ledger_sums(work: Work, query: WhichSums) -> SumsOut:
    """Return the sums of the wanted rows by year, city or service; they add up to the cent."""
    items, total = _sums(efficiency.sums(work, query.wanted(), by=query.by))
    return SumsOut(items=items, total=total)


@routes.get(ONE, summary="Eine Zeile des Effizienzbuchs lesen", returns=LedgerRowOut, signed_in=True)
def read_ledger_row(work: Work, row: int) -> LedgerRowOut:
    """Return the figures of one year with their sources."""
    return _shown(work, [efficiency.find(work, row)])[0]


@routes.post(ALL, summary="Zahlen eines Jahres eintragen", body=SendLedgerRow, returns=LedgerRowOut)
def enter_ledger_row(work: Work, body: SendLedgerRow) -> Made:
    """Enter the figures of a service in a city for a year; there is one row of each."""
    made = efficiency.save(work, body)
    return Made(_shown(work, [made])[0], "read_ledger_row", {"row": made.id})


@routes.put(ONE, summary="Zahlen eines Jahres ändern", body=SendLedgerRow, returns=LedgerRowOut)
def edit_ledger_row(work: Work, row: int, body: SendLedgerRow) -> LedgerRowOut:
    """Replace the figures of a row."""
    revision = body.revision or efficiency.find(work, row).revision
    changed = efficiency.save(work, body.model_copy(update={"revision": revision}), row)
    return _shown(work, [changed])[0]


@routes.delete(ONE, summary="Eine Zeile des Effizienzbuchs streichen")
def drop_ledger_row(work: Work, row: int) -> None:
    """Take a row out; the log keeps what it said."""
    efficiency.drop(work, row, revision=efficiency.find(work, row).revision)


def _light(found: Light) -> LightOut:
    return LightOut(
        rule=found.rule,
        colour=found.colour,
        code=found.code,
        needed=found.needed,
        found=_part(found.found),
        low=_part(found.low),
        high=_part(found.high),
    )


@routes.get(
    "/grants/<grant>/efficiency", summary="Was ein Vorhaben gebracht hat, mit den Regeln des Programms", query=TryOut,
    returns=EfficiencyOut, signed_in=True,
)  # fmt: skip
def read_efficiency(work: Work, grant: str, query: TryOut) -> EfficiencyOut:
    """Return the sums credited to a grant and the programme's rules; assumptions in the query are tried out."""
    found = grants.own(work, grant)
    rows, by_year = efficiency.of_grant(work, found)
    items, total = _sums(by_year)
    tried = None
    if query.model_fields_set:
        tried = _sum(efficiency.what_if(rows, cases=query.cases, time=query.time, rate=query.rate))
    return EfficiencyOut(
        items=items,
        total=total,
        lights=[_light(light) for light in efficiency.lights(found, by_year, now().date())],
        tried=tried,
    )
