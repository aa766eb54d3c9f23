"""Grants: who may move them where, what they need, and their deadlines."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select

from hub.actions import deadlines, grants, mywork, programmes, results, reuse, schedule
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.inputs.funding import EditGrant, EditPlan, EditProgramme, EditResult, RecordReuse
from hub.policy import Actor
from hub.policy import funding as may
from hub.store.activity import Event
from hub.store.funding import Grant, GrantState, ResultState
from hub.web.messages import LABELS
from hub.work import Work
from tests import makers

OWNER = "freigabe@marburg.example"
LAND = "foerderung@rp-giessen.example"


def programme(work: Work) -> None:
    programmes.create(work, EditProgramme(name="IKZ", funder="Land", checklist="Vollst\u00e4ndig?\nPlausibel?"))


def facts(**given_: object) -> EditGrant:
    return EditGrant.model_validate(
        {
            "programme": "ikz",
            "organisation": "marburg",
            "authority": "rp-giessen",
            "title": "Prozesse",
            "reference": "IV 3",
            "amount": "100.000,00",
            "notice_date": "2026-01-15",
            "period_start": "2026-02-01",
            "period_end": "2026-08-31",
            "partners": "fulda; 10,00",
            **given_,
        }
    )


@pytest.fixture
def grant(hub_work: Work) -> Grant:
    programme(hub_work)
    return grants.create(makers.as_person(hub_work, OWNER), facts())


def test_without_a_day_for_the_statement_the_programme_says_it(grant: Grant) -> None:
    assert grant.report_due == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("end", "months", "due"),
    [(date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2026, 3, 15), 6, date(2026, 9, 15)),
     (date(2027, 8, 31), 6, date(2028, 2, 29)), (date(2026, 12, 31), 0, date(2026, 12, 31)),
     (date(2026, 10, 31), 14, date(2027, 12, 31))],
)  # fmt: skip
def test_months_are_counted_as_the_civil_code_does(end: date, months: int, due: date) -> None:
    assert schedule.months_after(end, months) == due


def test_a_grant_goes_from_application_to_running_and_every_move_is_kept(hub_work: Work, grant: Grant) -> None:
    work = makers.as_person(hub_work, OWNER)
    grants.move(work, grant, GrantState.APPROVED, revision=grant.revision)
    grants.move(work, grant, GrantState.RUNNING, revision=grant.revision)
    grants.move(
        work, grant, GrantState.EXTENDED, revision=grant.revision, reason="Verzug", period_end=date(2026, 12, 31)
    )
    assert [(row.before, row.after) for row in grants.history(work, grant)] == [
        ("applied", "approved"),
        ("approved", "running"),
        ("running", "extended"),
    ]
    assert grant.period_end == date(2026, 12, 31)


def test_approval_needs_what_the_notice_says(hub_work: Work) -> None:
    programme(hub_work)
    work = makers.as_person(hub_work, OWNER)
    bare = grants.create(work, facts(reference="", notice_date="", amount="", authority="", period_end=""))
    assert set(grants.blockers(bare, GrantState.APPROVED)) == {
        "grant_needs_reference", "grant_needs_authority", "grant_needs_notice", "grant_needs_amount",
        "grant_needs_period", "grant_needs_report_due",
    }  # fmt: skip
    with pytest.raises(Invalid):
        grants.move(work, bare, GrantState.APPROVED, revision=bare.revision)


def test_two_people_at_one_grant_never_lose_a_change(hub_work: Work, grant: Grant) -> None:
    work = makers.as_person(hub_work, OWNER)
    seen = grant.revision
    grants.edit(work, grant, facts(revision=seen, title="Zuerst"))
    with pytest.raises(Conflict, match="grant_moved_on"):
        grants.edit(work, grant, facts(revision=seen, title="Danach"))
    with pytest.raises(Conflict, match="grant_moved_on"):
        grants.move(work, grant, GrantState.APPROVED, revision=seen)
    assert grant.title == "Zuerst"


EVERYBODY = [email for email, *_ in makers.PEOPLE]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(GrantState), st.sampled_from(GrantState), st.sampled_from(EVERYBODY))
def test_only_allowed_moves_by_the_right_people_succeed(
    hub_work: Work, grant: Grant, before: GrantState, after: GrantState, who: str
) -> None:
    work = makers.as_person(hub_work, who)
    grant.state = before
    hub_work.session.flush()
    city = may.manage_grant(work.actor, grant) and after in grants.CITY_MOVES.get(before, ())
    land = may.review_grant(work.actor, grant) and after in grants.LAND_MOVES.get(before, ())
    later = (grant.period_end or date(2026, 1, 1)) + timedelta(days=30)
    try:
        grants.move(work, grant, after, revision=grant.revision, reason="Grund", period_end=later)
    except Forbidden:
        assert not city
        assert not land
        assert grant.state == before
    else:
        assert city or land
        assert grant.state == after


def test_from_every_state_an_end_can_be_reached() -> None:
    table = {
        state: set(grants.CITY_MOVES.get(state, ())) | set(grants.LAND_MOVES.get(state, ()))
        | set(grants.REVIEW_MOVES.get(state, ()))
        for state in GrantState
    }  # fmt: skip
    ends = {GrantState.CLOSED, GrantState.REVOKED, GrantState.WITHDRAWN}
    for state in GrantState:
        seen, todo = {state}, [state]
        while todo:
            new = table[todo.pop()] - seen
            seen |= new
            todo += new
        assert seen & ends
    assert all(not table[state] for state in ends)


def test_strangers_and_the_land_before_approval_find_no_grant(hub_work: Work, grant: Grant) -> None:
    for who in (LAND, "technik@rechenzentrum.example", "lesen@limburg.example"):
        with pytest.raises(NotFound):
            grants.find(makers.as_person(hub_work, who), grant.slug)
        assert grants.listing(makers.as_person(hub_work, who)) == []
    grant.state = GrantState.RUNNING
    assert grants.find(makers.as_person(hub_work, LAND), grant.slug) is grant
    with pytest.raises(NotFound):
        grants.own(makers.as_person(hub_work, LAND), grant.slug)
    assert grants.listing(makers.as_person(hub_work, "modellierung@fulda.example")) == [grant]


def test_lists_and_pages_agree_on_who_reads_a_grant(hub_work: Work, grant: Grant) -> None:
    for who in EVERYBODY:
        for state in GrantState:
            grant.state = state
            hub_work.session.flush()
            actor: Actor = makers.as_person(hub_work, who).actor
            for function, twin in (
                (may.read_grant, may.read_grant_visible),
                (may.review_grant, may.review_grant_visible),
            ):
                listed = hub_work.session.scalar(select(Grant.id).where(Grant.id == grant.id, twin(actor)))
                assert (listed is not None) == function(actor, grant)


def test_a_plan_must_balance_and_names_the_line_it_cannot_read(hub_work: Work, grant: Grant) -> None:
    work = makers.as_person(hub_work, OWNER)
    with pytest.raises(Invalid, match="plan_balance"):
        grants.set_plan(work, grant, EditPlan(revision=grant.revision, expenditure="A; 10", income="B; 9,99"))
    with pytest.raises(Invalid, match="Zeile 2"):
        grants.set_plan(work, grant, EditPlan(revision=grant.revision, expenditure="A; 10\nnichts", income="B; 10"))
    grants.set_plan(work, grant, EditPlan(revision=grant.revision, expenditure="A; 7\nC; 3", income="B; 10"))
    kept = {row.title: row.id for row in grants.plan(work, grant)}
    grants.set_plan(work, grant, EditPlan(revision=grant.revision, expenditure="C; 4\nA; 6", income="B; 10"))
    assert [(row.title, row.planned) for row in grants.plan(work, grant)] == [("C", 400), ("A", 600), ("B", 1000)]
    assert {row.title: row.id for row in grants.plan(work, grant)} == kept


def test_shares_never_exceed_the_grant(hub_work: Work, grant: Grant) -> None:
    work = makers.as_person(hub_work, OWNER)
    results.add(work, grant, EditResult.model_validate({"title": "A", "organisation": "marburg", "share": "60.000"}))
    with pytest.raises(Invalid, match="shares_too_much"):
        results.add(
            work, grant, EditResult.model_validate({"title": "B", "organisation": "fulda", "share": "40.000,01"})
        )
    results.add(work, grant, EditResult.model_validate({"title": "B", "organisation": "fulda", "share": "40.000"}))
    assert results.shares(grant, results.listing(work, grant)).rest == 0


def test_only_approved_versions_prove_a_result(hub_work: Work, grant: Grant) -> None:
    work = makers.as_person(hub_work, OWNER)
    entry = makers.entry(hub_work)
    result = results.add(work, grant, EditResult(title="A", organisation="marburg"))
    with pytest.raises(Invalid, match="version_not_approved"):
        results.tie(work, result, "marburg/hundesteuer-anmelden/0.01", "", {})
    makers.published(hub_work, entry)
    results.move(work, result, ResultState.IN_WORK, revision=result.revision)
    with pytest.raises(Invalid, match="result_needs_evidence"):
        results.move(work, result, ResultState.SUBMITTED, revision=result.revision)
    number = entry.published.number if entry.published else ""
    tied = results.tie(work, result, f"https://hub.example/marburg/hundesteuer-anmelden/versions/{number}", "", {})
    assert entry.published is not None
    assert tied.sha256 == entry.published.blob_sha256
    results.move(work, result, ResultState.SUBMITTED, revision=result.revision)
    with pytest.raises(Forbidden):
        results.move(work, result, ResultState.ACCEPTED, revision=result.revision)
    grant.state = GrantState.RUNNING
    results.move(makers.as_person(hub_work, LAND), result, ResultState.ACCEPTED, revision=result.revision)
    with pytest.raises(Conflict):
        results.untie(work, result, tied.id)


def test_nobody_is_reminded_twice_of_a_deadline(hub_work: Work, grant: Grant) -> None:
    assert grant.report_due is not None
    day = grant.report_due - timedelta(days=30)
    assert deadlines.remind(hub_work, day - timedelta(days=200)) == 0
    assert deadlines.remind(hub_work, day) == 1
    assert deadlines.remind(hub_work, day + timedelta(days=1)) == 0
    assert deadlines.remind(hub_work, day + timedelta(days=23)) == 1
    event = hub_work.session.scalars(select(Event).where(Event.kind == "grant.deadline").order_by(Event.id)).first()
    assert event is not None
    assert event.data["tell"]


def test_the_calendar_file_can_be_read_again(hub_work: Work, grant: Grant) -> None:
    rows = deadlines.of(hub_work, grant)
    words = dict.fromkeys(LABELS["deadline"], "Frist")
    grant.title = "Umlaute \u00e4\u00f6\u00fc, Komma; Strichpunkt \u2013 " + "lang " * 30
    data = deadlines.calendar(grant, rows, words, "https://hub.example/x", hub_work.now)
    events = Calendar.from_ical(data).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [row.day for row in rows]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert str(events[0]["description"]).startswith("Umlaute \u00e4\u00f6\u00fc, Komma; Strichpunkt")


def test_a_use_counts_once_and_is_confirmed_by_the_using_city(hub_work: Work) -> None:
    entry = makers.published(hub_work, makers.entry(hub_work))
    office = makers.as_person(hub_work, "koordination@ikz.example")
    row = reuse.record(office, entry, RecordReuse(organisation="fulda", state="live"))
    assert row.confirmed_at is None
    with pytest.raises(Invalid, match="reuse_twice"):
        reuse.record(office, entry, RecordReuse(organisation="fulda", state="planned"))
    with pytest.raises(Forbidden):
        reuse.confirm(makers.as_person(hub_work, OWNER), entry, row, revision=row.revision)
    fulda = makers.as_person(hub_work, "modellierung@fulda.example")
    assert [(one.kind, one.entry) for one in mywork.waiting(fulda)] == [("reuse.confirm", entry)]
    reuse.confirm(fulda, entry, row, revision=row.revision)
    assert reuse.counts(fulda, [entry.id])[entry.id] == reuse.Count(1, 1, 1)
    assert mywork.waiting(fulda) == []
    reuse.edit(office, entry, row, RecordReuse(revision=row.revision, organisation="fulda", state="ended"))
    assert row.confirmed_at is None
    assert reuse.counts(fulda, [entry.id]) == {}
