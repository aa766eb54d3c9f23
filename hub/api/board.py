"""The plan of the cooperation: cards by city and stage, planning a service, taking it over; what each contributes."""

from datetime import date, datetime

from hub.actions import agenda, board
from hub.actions.board import Card, Column
from hub.api.contract import Made, Output, Routes
from hub.api.shapes import EntryRef, entry_ref
from hub.inputs import Input, Line
from hub.inputs.coordination import ChangePlan, SendPlan
from hub.store.coordination import Plan
from hub.work import Work

routes = Routes("Plan und Agenda")
PLANS = "/board/plans"
ONE = f"{PLANS}/<int:plan>"


class OfCity(Input):
    """Cards of one organisation only, and what nobody has taken yet; empty for all."""

    organisation: Line = ""


class PlanOut(Output):
    """The intention to draft a service; without an organisation nobody has taken it yet."""

    id: int
    service: int
    name: str
    organisation: str | None
    due_on: date | None
    note: str
    revision: int
    created_at: datetime


class CardOut(Output):
    """One service in one city; the column follows from its entries and cannot be set."""

    title: str
    service: int | None
    organisation: str | None
    column: Column
    entries: list[EntryRef]
    plan: PlanOut | None
    due_on: date | None
    late: bool


class BoardOut(Output):
    """The whole board, by title."""

    items: list[CardOut]


class BalanceOut(Output):
    """What a city contributes, as far as the caller may read it."""

    organisation: str
    drafted: int
    revised: int
    reviewed: int
    adopted: int
    proposed: int


class BalanceList(Output):
    """What the cities contribute."""

    items: list[BalanceOut]


class PointOut(Output):
    """One point of the agenda."""

    text: str
    organisation: str
    due: date | None
    late: bool


class ItemOut(Output):
    """An item with its points and the minutes it will take; `kind` is stable."""

    kind: str
    minutes: int
    points: list[PointOut]


class AgendaOut(Output):
    """The agenda of the next meeting, made from what is open."""

    items: list[ItemOut]


def _plan(found: Plan) -> PlanOut:
    return PlanOut(
        id=found.id,
        service=found.service_id,
        name=found.service.name,
        organisation=None if found.organisation is None else found.organisation.slug,
        due_on=found.due_on,
        note=found.note,
        revision=found.revision,
        created_at=found.created_at,
    )


def _card(card: Card) -> CardOut:
    return CardOut(
        title=card.title,
        service=None if card.service is None else card.service.id,
        organisation=None if card.organisation is None else card.organisation.slug,
        column=card.column,
        entries=[entry_ref(entry) for entry, _column in card.entries],
        plan=None if card.plan is None else _plan(card.plan),
        due_on=card.due_on,
        late=card.late,
    )


@routes.get("/board", summary="Den Plan lesen", query=OfCity, returns=BoardOut, signed_in=True)
def read_board(work: Work, query: OfCity) -> BoardOut:
    """Return who drafts which service, and how far it is."""
    work.require_cooperation()
    return BoardOut(items=[_card(card) for card in board.cards(work, city=query.organisation)])


@routes.get("/board/balance", summary="Beiträge der Städte lesen", returns=BalanceList, signed_in=True)
def read_balance(work: Work) -> BalanceList:
    """Return what each city contributes."""
    work.require_cooperation()
    return BalanceList(
        items=[
            BalanceOut(
                organisation=row.city.slug,
                drafted=row.drafted,
                revised=row.revised,
                reviewed=row.reviewed,
                adopted=row.adopted,
                proposed=row.proposed,
            )
            for row in board.balances(work)
        ]
    )


@routes.get(ONE, summary="Eine geplante Leistung lesen", returns=PlanOut, signed_in=True)
def read_plan(work: Work, plan: int) -> PlanOut:
    """Return one planned service that was not dropped."""
    return _plan(board.find(work, plan))


@routes.post(PLANS, summary="Eine Leistung einplanen (Koordination)", body=SendPlan, returns=PlanOut)
def add_plan(work: Work, body: SendPlan) -> Made:
    """Plan a service, for a city or for nobody yet."""
    work.require_cooperation()
    made = board.add(
        work, body.service, body.service_key, city=body.organisation, due_on=body.due_on, note=body.note
    )  # fmt: skip
    work.session.refresh(made)
    return Made(_plan(made), "read_plan", {"plan": made.id})


@routes.put(ONE, summary="Eine geplante Leistung übernehmen oder zuteilen", body=ChangePlan, returns=PlanOut)
def assign_plan(work: Work, plan: int, body: ChangePlan) -> PlanOut:
    """Say who drafts a planned service until when; process owners take what nobody has for their own city."""
    revision = board.find(work, plan).revision
    return _plan(board.assign(work, plan, revision=revision, city=body.organisation, due_on=body.due_on))


@routes.delete(ONE, summary="Eine Leistung nicht mehr einplanen (Koordination)")
def drop_plan(work: Work, plan: int) -> None:
    """No longer plan a service."""
    board.drop(work, plan, revision=board.find(work, plan).revision)


@routes.get("/agenda", summary="Agenda der nächsten Sitzung lesen", returns=AgendaOut, signed_in=True)
def read_agenda(work: Work) -> AgendaOut:
    """Return what is to be decided, reviewed and followed up, what somebody must decide first."""
    return AgendaOut(
        items=[
            ItemOut(
                kind=item.kind,
                minutes=item.minutes,
                points=[
                    PointOut(text=row.text, organisation=row.organisation, due=row.due, late=row.late)
                    for row in item.points
                ],
            )
            for item in agenda.of(work)
        ]
    )
