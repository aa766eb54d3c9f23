"""Sample objects for every argument an address may have, with the permission of the policy that opens them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hub import bpmn, policy
from hub.actions import discussions
from hub.actions.accounts import digest
from hub.policy import Actor, funding
from hub.policy import proposals as proposing
from hub.policy import reviews as reviewing
from hub.policy.admin import administer
from hub.policy.notifications import read_people
from hub.policy.services import edit_services
from hub.policy.webhooks import manage_webhooks
from hub.store import (
    accounts,
    activity,
    coordination,
    efficiency,
    factors,
    fim,
    guests,
    identities,
    lifecycle,
    notifications,
    reuse,
    reviews,
    searches,
    services,
    tokens,
    webhooks,
    words,
)
from hub.store import discussions as remarks
from hub.store.base import Base
from hub.store.entries import Entry, EntryKind, Version
from hub.store.funding import Evidence, Grant, GrantCondition, GrantDocument, Result
from hub.store.organisations import Organisation
from hub.store.proposals import Proposal
from hub.store.statements import Note, Receipt, Statement
from hub.work import Work
from tests import makers
from tests.rights.people import address
from tests.rights.things import Thing, reading, row
from tests.web import test_review as reviewed

API = "/api/v1/organisations/<organisation>"
SECRET = "s" * 43
"""What every planted secret link ends with."""

STAGES = (
    ("city-entwurf", "city", False, EntryKind.PROCESS),
    ("city-fassung", "city", True, EntryKind.PROCESS),
    ("ikz-entwurf", "ikz", False, EntryKind.DESIGN),
    ("ikz-fassung", "ikz", True, EntryKind.PROCESS),
    ("land-entwurf", "land", False, EntryKind.PROCESS),
    ("land-fassung", "land", True, EntryKind.PROCESS),
    ("public-entwurf", "public", False, EntryKind.PROCESS),
    ("public-fassung", "public", True, EntryKind.DESIGN),
    ("public-archiv", "public", True, EntryKind.PROCESS),
)
"""Slug, visibility, whether published, kind; what is published has a newer draft."""


def plant(work: Work) -> list[Thing]:
    """Fill the hub with one object of every kind in every state that decides who reads it; return all of them."""
    marburg, fulda = makers.organisation(work, "marburg"), makers.organisation(work, "fulda")
    planted = [*_entries(work, marburg), *_entries(work, fulda, only=("city-entwurf", "public-fassung"))]
    things: list[Thing] = [Thing("", {})]
    for owner in (marburg, fulda):
        things += [
            Thing(prefix, {"city": owner.slug}, about={Organisation: owner})
            for prefix in ("/<city>", "/<city>.git", "/git/<city>.git")
        ]
        things += [
            Thing(prefix, {name: owner.slug}, about={Organisation: owner})
            for name, prefix in (("organisation", API), ("city", API.replace("organisation>", "city>")))
        ]
    for entry in planted:
        things += _of_entry(work, entry)
    things += _proposals(work, planted)
    things += _of_organisation(work, marburg)
    things += _funding(work)
    things += _own(work)
    things += _shared(work)
    things += _administration(work, marburg)
    things += list(_for_programs(things))
    work.session.flush()
    return things


PROGRAMS = {
    "/funding/review": "/api/v1/review-room",
    "/funding/programmes": "/api/v1/programmes",
    "/funding/ledger": "/api/v1/ledger",
    "/funding": "/api/v1/grants",
    "/<city>/<slug>/reuse": "/api/v1/entries/<city>/<slug>/reuse",
    "/bundles": "/api/v1/bundles",
    "/new/xprozess": "/api/v1/xprozess",
    "/new/zip": "/api/v1/imports",
}
"""How addresses of things begin on pages → how they begin for programs."""
KEYS = {
    "documents": "document", "conditions": "condition", "receipts": "receipt", "evidence": "evidence", "notes": "note",
    "ledger": "row", "reuse": "use",
}  # fmt: skip
"""What programs call the argument `key` behind a word."""


def _for_programs(things: list[Thing]) -> Iterator[Thing]:
    """Yield the same things at the addresses where programs find them."""
    for thing in things:
        page = next((page for page in PROGRAMS if thing.place.startswith(page + "/")), None)
        if page is None:
            continue
        place = PROGRAMS[page] + thing.place.removeprefix(page).replace("/pack/", "/packs/")
        called = KEYS.get(place.split("/")[-2], "key")
        values = {called if name == "key" else name: value for name, value in thing.values.items()}
        yield Thing(place.replace("<key>", f"<{called}>"), values, thing.reads, thing.about)


def _entries(work: Work, owner: Organisation, only: tuple[str, ...] = ()) -> list[Entry]:
    made = []
    for slug, visibility, published, kind in STAGES:
        if only and slug not in only:
            continue
        design = kind == EntryKind.DESIGN
        source = makers.design(f"Geheim {slug}") if design else makers.bpmn(f"Geheim {slug}", "Angaben prüfen")
        entry = makers.entry(
            work, source, owner=owner.slug, kind=kind, title=f"=1+1 Vorgang {slug}", visibility=visibility
        )
        entry.slug = slug
        if published:
            makers.published(work, entry)
            makers.version(work, entry, makers.design("Neu") if design else makers.bpmn("Neu", "Angaben prüfen"))
        if slug.endswith("archiv"):
            entry.archived_at = work.now
        made.append(entry)
    work.session.flush()
    return made


def _of_entry(work: Work, entry: Entry) -> Iterator[Thing]:
    place: dict[str, str | int] = {"city": entry.organisation.slug, "slug": entry.slug}
    about: dict[type, object] = {Entry: entry}

    def reads(actor: Actor) -> bool:
        return policy.read(actor, entry)

    yield Thing("/<city>/<slug>.git", place, lambda _actor: policy.read(policy.GUEST, entry))
    for prefix in ("", "/git", "/collaboration/matrix", "/api/v1/entries"):
        yield Thing(prefix + "/<city>/<slug>" + (".git" if prefix == "/git" else ""), place, reads, about)
    assert entry.head is not None
    for version in {entry.head, entry.published} - {None}:
        assert version is not None
        yield Thing(
            "/<city>/<slug>/versions/<number>",
            {**place, "number": version.number},
            reading(policy.read_version, entry, version),
            {Entry: entry, Version: version},
        )
    if entry.archived_at is None:
        author = makers.as_person(work, address("modeller", entry.organisation.slug))
        remark = discussions.write(author, entry, entry.published or entry.head, "Frage", audience="ikz")
        yield Thing(
            "/<city>/<slug>/discussion/<comment>",
            {**place, "comment": remark.id},
            lambda actor: reads(actor) and policy.read_comment(actor, remark),
            {Entry: entry, remarks.Comment: remark},
        )
    used = row(work, reuse.Reuse, entry_id=entry.id, version_id=entry.head_id, organisation_id=entry.organisation_id,
               state="live")  # fmt: skip
    used_by: dict[type, object] = {Entry: entry, reuse.Reuse: used, Organisation: entry.organisation}
    yield Thing("/<city>/<slug>/reuse/<key>", {**place, "key": used.id}, reads, used_by)
    link = row(work, guests.GuestLink, entry_id=entry.id, audience="ikz",
               token_digest=digest(SECRET + entry.slug + entry.organisation.slug),
               expires_at=work.now + timedelta(days=9))  # fmt: skip
    yield Thing("/<city>/<slug>/guests/<link>", {**place, "link": link.id}, reads, about)
    if entry.kind == EntryKind.PROCESS:
        yield Thing("/<city>/<slug>/fim/activities/<element>", {**place, "element": "step1"}, reads, about)


def _proposals(work: Work, planted: list[Entry]) -> Iterator[Thing]:
    by_name = {(entry.organisation.slug, entry.slug): entry for entry in planted}
    closed = by_name["fulda", "city-entwurf"]
    opener = makers.as_person(work, address("modeller", "marburg")).actor.user_id
    for target in (by_name["marburg", "city-entwurf"], by_name["marburg", "ikz-fassung"]):
        for source, sent in ((None, True), (None, False), (closed, True)):
            assert target.head is not None
            made = row(
                work, Proposal, target=target, source=source, way="offer" if source else "suggest",
                base_id=target.head_id, ours_id=target.head_id, theirs_id=source.head_id if source else None,
                theirs_sha256=target.head.blob_sha256, opened_by_id=opener, organisation_id=target.organisation_id,
                state="open" if sent else "draft", opened_at=work.now if sent else None, target_id=target.id,
            )  # fmt: skip
            yield Thing(
                "/<city>/<slug>/proposals/<proposal>",
                {"city": target.organisation.slug, "slug": target.slug, "proposal": made.id},
                reading(proposing.read_proposal, made),
                {Entry: target, Proposal: made},
            )


def _of_organisation(work: Work, owner: Organisation) -> Iterator[Thing]:
    def manages(actor: Actor) -> bool:
        return policy.manage_accounts(actor, owner)

    about: dict[type, object] = {Organisation: owner}
    place: dict[str, str | int] = {"city": owner.slug}
    person = work.session.scalars(
        select(accounts.User).where(accounts.User.email == address("expert", owner.slug))
    ).one()
    outside: dict[str, str | int] = {"organisation": owner.slug}
    members = {**about, accounts.User: person}
    yield Thing("/<city>/members/<person>", {**place, "person": person.id}, manages, members)
    yield Thing(f"{API}/members/<person>", {**outside, "person": person.id}, manages, members)
    invited = row(work, accounts.Invitation, token_digest=digest(SECRET), email="neu@marburg.example", role="reader",
                  organisation_id=owner.id, expires_at=work.now + timedelta(days=9))  # fmt: skip
    yield Thing("/<city>/members/invitations/<invitation>", {**place, "invitation": invited.id}, manages, about)
    yield Thing(f"{API}/invitations/<invitation>", {**outside, "invitation": invited.id}, manages, about)
    yield Thing("/invitation/<token>", {"token": SECRET})
    other = work.session.scalars(select(accounts.User).where(accounts.User.email == address("owner", owner.slug))).one()
    deputy = row(work, reviews.Deputy, organisation_id=owner.id, user_id=person.id, deputy_id=other.id)

    def concerned(actor: Actor) -> bool:
        return reviewing.appoint_deputies(actor, owner) or actor.user_id in (person.id, other.id)

    yield Thing("/<city>/deputies/<deputy>", {**place, "deputy": deputy.id}, concerned, about)
    yield Thing(f"{API}/deputies/<deputy>", {**outside, "deputy": deputy.id}, concerned, about)


def _either_side(actor: Actor, grant: Grant) -> bool:
    return funding.read_grant(actor, grant) or funding.review_grant(actor, grant)


def _funding(work: Work) -> Iterator[Thing]:
    grant = reviewed.prepared(work)
    draft_grant = row(work, Grant, slug="beantragt", programme_id=grant.programme_id, title="Beantragt",
                      organisation_id=grant.organisation_id, authority_id=grant.authority_id)  # fmt: skip
    submitted = reviewed.submitted(work, grant)
    draft = row(work, Statement, grant=grant, grant_id=grant.id, number=2, kind="interim")
    for one in (grant, draft_grant):
        about: dict[type, object] = {Grant: one, Organisation: one.organisation}
        own: dict[str, str | int] = {"grant": one.slug}
        yield Thing(
            "/funding/<grant>",
            own,
            reading(_either_side, one),
            about,
        )
        yield Thing("/funding/review/<grant>", own, reading(funding.review_grant, one), about)
    own, about = {"grant": grant.slug}, {Grant: grant, Organisation: grant.organisation}

    reads = reading(_either_side, grant)
    result = work.session.scalars(select(Result).where(Result.grant_id == grant.id)).one()
    proof = work.session.scalars(select(Evidence).where(Evidence.result_id == result.id)).one()
    condition = row(work, GrantCondition, grant_id=grant.id)
    blob = submitted.frozen_sha256
    document = row(work, GrantDocument, grant_id=grant.id, kind="notice", filename="Bescheid.pdf",
                   media_type="application/pdf", blob_sha256=blob)  # fmt: skip
    receipt = work.session.scalars(select(Receipt).where(Receipt.grant_id == grant.id).limit(1)).one()
    for name, key in (("documents", document.id), ("conditions", condition.id), ("receipts", receipt.id)):
        yield Thing(f"/funding/<grant>/{name}/<key>", {**own, "key": key}, reads, about)
    yield Thing("/funding/<grant>/results/<position>", {**own, "position": result.position}, reads, about)
    yield Thing(
        "/funding/<grant>/results/<position>/evidence/<key>",
        {**own, "position": result.position, "key": proof.id},
        reads,
        about,
    )
    for statement in (submitted, draft):
        told = {**about, Statement: statement}

        def reads_statement(actor: Actor, statement: Statement = statement) -> bool:
            return funding.read_statement(actor, statement)

        values: dict[str, str | int] = {**own, "statement": statement.number}
        yield Thing("/funding/<grant>/statements/<statement>", values, reads_statement, told)
        yield Thing("/funding/review/<grant>/<statement>", values, reads_statement, told)
    authority = grant.authority
    assert authority is not None
    values = {**own, "statement": submitted.number}
    for internal in (True, False):
        note = row(work, Note, statement_id=submitted.id, kind="note" if internal else "question", internal=internal,
                   organisation_id=authority.id, text="Geheim", html="Geheim")  # fmt: skip
        yield Thing(
            "/funding/review/<grant>/<statement>/notes/<key>",
            {**values, "key": note.id},
            reading(funding.read_note, note, submitted),
            {**about, Statement: submitted, Note: note},
        )
    job = _job(work, "evidence", address("land_reviewer", "rp-giessen"), options={"statement": submitted.id})
    yield Thing("/funding/review/<grant>/<statement>/pack/<job>", {**values, "job": job.id}, _owner(job), about)
    yield Thing(
        "/funding/review/<grant>/<statement>/versions/<version>",
        {**values, "version": proof.version_id or 0},
        lambda actor: funding.read_statement(actor, submitted),
        {**about, Statement: submitted},
    )
    yield Thing("/funding/programmes/<programme>", {"programme": grant.programme.slug})


def _job(work: Work, kind: str, email: str, **given: Any) -> activity.Job:
    person = makers.as_person(work, email).actor.user_id
    return row(work, activity.Job, kind=kind, user_id=person, state="done", **given)


def _owner(made: Any) -> Callable[[Actor], bool]:
    """Return that only the person a row belongs to may read it; there is no permission about what is one's own."""
    return lambda actor: actor.user_id is not None and actor.user_id == made.user_id


def _own(work: Work) -> Iterator[Thing]:
    """Yield what belongs to one person and concerns nobody else."""
    person = makers.as_person(work, address("modeller", "marburg")).actor.user_id
    blob = work.session.scalars(select(Version.blob_sha256).limit(1)).one()
    later = work.now + timedelta(days=1)
    news = row(work, activity.Event, kind="version.published", data={}, happened_at=work.now)
    made: list[tuple[str, str, Base]] = [
        ("/account/feeds/<feed>", "feed", row(work, notifications.FeedToken, user_id=person,
                                              token_digest=digest(SECRET))),
        ("/account/sign-ins/<sign_in>", "sign_in", row(work, accounts.SignIn, user_id=person, expires_at=later,
                                                       token_digest=digest(SECRET))),
        ("/account/tokens/<token>", "token", row(work, tokens.Token, user_id=person, token_digest=digest(SECRET),
                                                 expires_at=later, scopes="read", created_at=work.now)),
        ("/account/security/passkeys/<passkey>", "passkey",
         row(work, factors.Passkey, user_id=person, credential_id=b"x", public_key=b"x",
             credential_digest=digest(SECRET))),
        ("/account/security/identities/<identity>", "identity", row(work, identities.Identity, user_id=person)),
        ("/bundles/<job>", "job", _job(work, "bundle", address("modeller", "marburg"), options={"name": "marburg"})),
        ("/new/zip/<job>", "job", _job(work, "import", address("modeller", "marburg"), options={"name": "viele.zip"},
                                             organisation_id=makers.organisation(work, "marburg").id)),
        ("/new/xprozess/<upload>", "upload", row(work, fim.FimUpload, user_id=person, blob_sha256=blob)),
        ("/searches/<search_id>", "search_id", row(work, searches.SavedSearch, user_id=person, query="Hund")),
        ("/api/v1/me/searches/<search>", "search", row(work, searches.SavedSearch, user_id=person, query="Katze")),
        ("/notifications/<notification>", "notification", row(work, notifications.Notification, user_id=person,
                                                              event_id=news.id, topic="versions", reason="watch")),
    ]  # fmt: skip
    for place, argument, thing in made:
        yield Thing(place, {argument: thing.id}, _owner(thing))  # type: ignore[attr-defined]
    reset = row(work, accounts.PasswordReset, user_id=person, token_digest=digest(SECRET), expires_at=later)
    assert reset.id
    yield Thing("/login/reset/<token>", {"token": SECRET})
    yield Thing("/people/<person>", {"person": person or 0}, read_people)


def _shared(work: Work) -> Iterator[Thing]:
    """Yield what is everybody's, or everybody's in the cooperation."""
    service = row(work, services.Service, name="Hundesteuer", key="99102013002000", active=True)
    blob = work.session.scalars(select(Version.blob_sha256).limit(1)).one()
    file = row(work, services.ServiceImport, blob_sha256=blob)
    plan = row(work, coordination.Plan, service_id=service.id)
    marburg = makers.organisation(work, "marburg")
    figures = row(work, efficiency.LedgerRow, service_id=service.id, organisation_id=marburg.id, year=2025)
    rule = row(work, words.WordRule, kind="same", words="Hund\nKöter")
    yield Thing("/services/<address>", {"address": service.key or ""})
    yield Thing("/services/<service>", {"service": service.id})
    yield Thing("/collaboration/matrix/service/<service>", {"service": service.id}, lambda actor: actor.cooperates)
    yield Thing("/services/import/<file>", {"file": file.id}, edit_services)
    yield Thing("/collaboration/board/<plan>", {"plan": plan.id}, lambda actor: actor.cooperates)
    yield Thing("/funding/ledger/<key>", {"key": figures.id}, funding.read_ledger, {Organisation: marburg})
    yield Thing("/search/words/<rule_id>", {"rule_id": rule.id})
    yield Thing("/api/v1/search-words/<rule>", {"rule": rule.id})
    yield Thing("/api/v1/media-rules/<rule>", {"rule": next(iter(bpmn.media_rules().rules))})
    yield Thing("/guest/<token>", {"token": SECRET + "public-fassung" + "marburg"})


def _administration(work: Work, owner: Organisation) -> Iterator[Thing]:
    """Yield what only those see who run the hub, and the webhooks of an organisation."""
    person = makers.as_person(work, address("modeller", "marburg")).actor.user_id
    mail = row(work, activity.Mail, recipient="neu@marburg.example", next_try_at=work.now)
    job = _job(work, "import", address("modeller", "marburg"), organisation_id=owner.id, options={"name": "x.zip"})
    event = work.session.scalars(select(activity.Event.id).limit(1)).one()
    request = row(work, lifecycle.DeletionRequest, user_id=person)
    for place in ("/admin", "/api/v1/admin"):
        yield Thing(place, {}, administer)
    for place, argument, key in (
        ("accounts", "person", person or 0),
        ("mails", "mail", mail.id),
        ("jobs", "job", job.id),
        ("log", "number", event),
        ("requests", "number", request.id),
    ):
        yield Thing(f"/admin/{place}/<{argument}>", {argument: key}, administer)
    yield Thing("/api/v1/admin/accounts/<account>", {"account": person or 0}, administer)
    yield Thing("/api/v1/admin/jobs/<job>", {"job": job.id}, administer)
    hook = row(work, webhooks.Webhook, organisation_id=owner.id, user_id=person, url="https://ziel.example/",
               reach="own", topics="version", salt="x")  # fmt: skip
    sent = row(work, webhooks.HookDelivery, webhook_id=hook.id, next_try_at=work.now)

    def manages(actor: Actor) -> bool:
        return manage_webhooks(actor, owner)

    own: dict[str, str | int] = {"city": owner.slug, "webhook": hook.id}
    about: dict[type, object] = {Organisation: owner}
    yield Thing("/<city>/webhooks/<webhook>", own, manages, about)
    yield Thing("/<city>/webhooks/<webhook>/deliveries/<delivery>", {**own, "delivery": sent.id}, manages, about)
    yield Thing("/account/email/<token>", {"token": SECRET})
