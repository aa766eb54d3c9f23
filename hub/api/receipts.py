"""The list of receipts (Belegliste) of a grant, beside its plan of finance; as JSON and as a table for spreadsheets."""

from datetime import date
from typing import Literal

from hub.actions import grants, receipt_files, receipts
from hub.api import paging
from hub.api.contract import File, Made, Output, Routes
from hub.api.shapes import Decimal, decimal
from hub.errors import Invalid
from hub.inputs.money import SendFile, SendReceipt
from hub.store.funding import Grant
from hub.store.statements import Receipt
from hub.work import Work

routes = Routes("Belege")
ALL = "/grants/<grant>/receipts"
ONE = f"{ALL}/<int:receipt>"
LIMIT = 10_000_000


class ReceiptOut(Output):
    """One line of the list."""

    id: int
    number: str
    day: date
    side: Literal["expenditure", "income"]
    party: str
    reason: str
    amount: Decimal
    plan_item: str
    organisation: str | None
    revision: int


class ReceiptList(Output):
    """A page of receipts, by day and number."""

    items: list[ReceiptOut]
    next: str | None


class BalanceLine(Output):
    """A line of the plan beside what was paid; without a title what belongs to no line."""

    title: str
    side: Literal["expenditure", "income"]
    planned: Decimal
    actual: Decimal
    difference: Decimal


class BalanceSum(Output):
    """The sums of one side."""

    planned: Decimal
    actual: Decimal


class FinancesOut(Output):
    """Plan and payments side by side, to the cent."""

    items: list[BalanceLine]
    expenditure: BalanceSum
    income: BalanceSum


class FaultOut(Output):
    """What is wrong with a line of a file."""

    line: int
    sentence: str


class ReadOut(Output):
    """What reading a file brought; with faults nothing was written."""

    added: int
    changed: int
    same: int
    total: int
    faults: list[FaultOut]


def _titles(work: Work, grant: Grant) -> dict[int, str]:
    return {item.id: item.title for item in grants.plan(work, grant)}


def _shown(row: Receipt, titles: dict[int, str]) -> ReceiptOut:
    return ReceiptOut(
        id=row.id,
        number=row.number,
        day=row.day,
        side="income" if row.side == "income" else "expenditure",
        party=row.party,
        reason=row.reason,
        amount=decimal(row.amount),
        plan_item=titles.get(row.plan_item_id or 0, ""),
        organisation=row.organisation.slug if row.organisation else None,
        revision=row.revision,
    )


@routes.get(ALL, summary="Belege auflisten", query=paging.Paged, returns=ReceiptList, signed_in=True)
def list_receipts(work: Work, grant: str, query: paging.Paged) -> ReceiptList:
    """List the receipts of a grant."""
    found, titles = grants.own(work, grant), _titles(work, grants.own(work, grant))
    start = paging.number(query, "at", 0)
    rows = receipts.listing(work, found, limit=query.limit + 1, offset=start)
    more = len(rows) > query.limit
    return ReceiptList(
        items=[_shown(row, titles) for row in rows[: query.limit]],
        next=paging.cursor(at=start + query.limit) if more else None,
    )


@routes.get(ONE, summary="Einen Beleg lesen", returns=ReceiptOut, signed_in=True)
def read_receipt(work: Work, grant: str, receipt: int) -> ReceiptOut:
    """Return a receipt."""
    found = grants.own(work, grant)
    return _shown(receipts.find(work, found, receipt), _titles(work, found))


@routes.post(ALL, summary="Einen Beleg erfassen", body=SendReceipt, returns=ReceiptOut)
def add_receipt(work: Work, grant: str, body: SendReceipt) -> Made:
    """Add a receipt; its number is taken only once in a grant."""
    found = grants.own(work, grant)
    made = receipts.save(work, found, body)
    return Made(_shown(made, _titles(work, found)), "read_receipt", {"grant": found.slug, "receipt": made.id})


@routes.put(ONE, summary="Einen Beleg ändern", body=SendReceipt, returns=ReceiptOut)
def edit_receipt(work: Work, grant: str, receipt: int, body: SendReceipt) -> ReceiptOut:
    """Replace a receipt; submitted statements keep it as it was."""
    found = grants.own(work, grant)
    revision = body.revision or receipts.find(work, found, receipt).revision
    changed = receipts.save(work, found, body.model_copy(update={"revision": revision}), receipt)
    return _shown(changed, _titles(work, found))


@routes.delete(ONE, summary="Einen Beleg streichen")
def drop_receipt(work: Work, grant: str, receipt: int) -> None:
    """Strike a receipt out; submitted statements keep it."""
    found = grants.own(work, grant)
    receipts.drop(work, found, receipt, revision=receipts.find(work, found, receipt).revision)


@routes.get(
    "/grants/<grant>/balance", summary="Plan und Zahlungen nebeneinander", returns=FinancesOut, signed_in=True
)  # fmt: skip
def read_finances(work: Work, grant: str) -> FinancesOut:
    """Return every line of the plan of finance beside what was paid."""
    found = grants.own(work, grant)
    rows = receipts.balance(grants.plan(work, found), receipts.listing(work, found))
    sums = {
        side: BalanceSum(planned=decimal(planned), actual=decimal(actual))
        for side, (planned, actual) in receipts.sums(rows).items()
    }
    return FinancesOut(
        items=[
            BalanceLine(
                title=row.title,
                side="income" if row.side == "income" else "expenditure",
                planned=decimal(row.planned),
                actual=decimal(row.actual),
                difference=decimal(row.difference),
            )
            for row in rows
        ],
        expenditure=sums["expenditure"],
        income=sums["income"],
    )


@routes.post(
    f"{ALL}/file", summary="Belege aus einer Tabelle übernehmen, alle oder keinen", body=SendFile, returns=ReadOut,
    status=200,
)  # fmt: skip
def read_receipts_file(work: Work, grant: str, body: SendFile) -> ReadOut:
    """Take receipts from a CSV or Excel file: new numbers are added, known ones changed; with faults nothing is."""
    found = grants.own(work, grant)
    if not body.content:
        raise Invalid(content="file_missing")
    if len(body.content) > LIMIT:
        raise Invalid(content="too_long")
    report = receipts.read_file(work, found, body.content)
    return ReadOut(
        added=report.added,
        changed=report.changed,
        same=report.same,
        total=report.total,
        faults=[FaultOut(line=line, sentence=sentence) for line, sentence in report.faults],
    )


@routes.get("/grants/<grant>/receipts.csv", summary="Die Belegliste als CSV", media=("text/csv",), signed_in=True)
def read_receipts_csv(work: Work, grant: str) -> File:
    """Return the list as a file that can be changed and read again."""
    found = grants.own(work, grant)
    return File(receipt_files.table(work, found), "text/csv", f"belege-{found.slug}.csv")


@routes.get(
    "/grants/<grant>/receipts.xlsx", summary="Die Belegliste als Excel-Mappe", media=(receipt_files.XLSX,),
    signed_in=True,
)  # fmt: skip
def read_receipts_xlsx(work: Work, grant: str) -> File:
    """Return the list as a workbook that can be changed and read again."""
    found = grants.own(work, grant)
    return File(receipt_files.workbook(work, found), receipt_files.XLSX, f"belege-{found.slug}.xlsx")
