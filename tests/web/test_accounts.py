"""Signing in and administering people, as a browser does it."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update

from hub.actions import accounts
from hub.cli import admin as admin_command
from hub.cli import main as hub_command
from hub.cli import worker
from hub.config import Settings
from hub.http import COOKIE_TOKEN
from hub.store.accounts import FailedSignIn, Invitation, Membership, SignIn, User
from hub.store.activity import Mail
from hub.store.organisations import Organisation
from hub.web import organisations, rights
from hub.web.shared import safe_next
from tests import makers
from tests.clients import Client, ClientFor, parsed, words, writing

MODELLER, ADMIN, SYSTEM_ADMIN = "modellierung@marburg.example", "admin@marburg.example", "admin@ikz.example"
PASSWORD = "ein Satz mit vielen Worten"
MANUAL = Path(__file__).parents[2] / "docs" / "handbuch"


@pytest.fixture
def guest(client_for: ClientFor) -> Client:
    """Return a client that nobody has signed in with."""
    return client_for()


@pytest.fixture
def admin(client_for: ClientFor) -> Client:
    """Return a client signed in as Marburg's administration."""
    return client_for(ADMIN)


@pytest.fixture
def system(client_for: ClientFor) -> Client:
    """Return a client signed in as the system administration."""
    return client_for(SYSTEM_ADMIN)


def give_password(app: Flask, email: str = MODELLER, password: str = PASSWORD) -> None:
    with writing(app) as work:
        work.session.scalars(select(User).where(User.email == email)).one().password_hash = accounts.hash_password(
            password
        )


def user_id(app: Flask, email: str) -> int:
    with writing(app) as work:
        return work.session.scalars(select(User.id).where(User.email == email)).one()


def sign_in(client: Client, email: str = MODELLER, password: str = PASSWORD, **more: Any) -> Any:
    return client.send("/login", email=email, password=password, **more)


def signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def last_letter(app: Flask) -> Mail:
    with writing(app) as work:
        mail = work.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()
        work.session.expunge(mail)
        return mail


def link_in(text: str) -> str:
    """Return the path of the one link in a letter."""
    found = re.findall(r"https?://[^/\s]+(/\S+)", text)
    assert len(found) == 1
    return str(found[0])


def invite(client: Client, email: str = "neu@marburg.example", role: str = "modeller", city: str = "marburg") -> Any:
    return client.send(f"/{city}/members/new", email=email, name="Fachdienst Steuern", role=role)


# Signing in


def test_name_and_password_open_the_account(app: Flask, guest: Client) -> None:
    give_password(app)
    answer = sign_in(guest, next="/library?kind=process")
    assert (answer.status_code, answer.location) == (302, "/library?kind=process")
    assert signed_in(guest)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask, guest: Client) -> None:
    give_password(app)
    pages = [sign_in(guest, email=email, password="falsch") for email in (MODELLER, "niemand@marburg.example")]
    assert {page.status_code for page in pages} == {422}
    assert words(pages[0]) == words(pages[1])
    assert "E-Mail-Adresse oder Passwort stimmen nicht" in words(pages[0])


def test_ten_wrong_passwords_lock_the_name_however_it_is_typed(app: Flask, guest: Client) -> None:
    give_password(app)
    for spelling in (MODELLER, f" {MODELLER} ", MODELLER.upper(), *[MODELLER] * 7):
        sign_in(guest, email=spelling, password="falsch")
    assert "Zu viele Versuche" in words(sign_in(guest))
    assert not signed_in(guest)


def test_choosing_a_new_password_by_e_mail_opens_the_lock(app: Flask, guest: Client) -> None:
    give_password(app)
    for _ in range(10):
        sign_in(guest, password="falsch")
    guest.send("/login/reset", email=MODELLER)
    guest.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert signed_in(guest)


def test_failed_attempts_are_kept_without_name_and_address(app: Flask, guest: Client) -> None:
    sign_in(guest, password="falsch")
    with writing(app) as work:
        subjects = set(work.session.scalars(select(FailedSignIn.subject)))
    assert len(subjects) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", subject) for subject in subjects)


def test_signing_in_gives_a_new_token_and_ends_the_one_before(app: Flask, guest: Client) -> None:
    give_password(app)
    sign_in(guest)
    with guest.session_transaction() as kept:
        first = kept[COOKIE_TOKEN]
        kept["planted"] = "by somebody else"
    sign_in(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != first
        assert "planted" not in kept
    old = app.test_client()
    with old.session_transaction() as kept:
        kept[COOKIE_TOKEN] = first
    assert old.get("/account").status_code == 302


def test_a_token_that_was_planted_before_signs_nobody_in(app: Flask, guest: Client) -> None:
    give_password(app)
    with guest.session_transaction() as kept:
        kept[COOKIE_TOKEN] = "known to an attacker"
    sign_in(guest)
    with guest.session_transaction() as kept:
        assert kept[COOKIE_TOKEN] != "known to an attacker"


def test_the_token_in_the_cookie_is_not_in_the_database(app: Flask, guest: Client) -> None:
    give_password(app)
    sign_in(guest)
    with guest.session_transaction() as kept:
        token = kept[COOKIE_TOKEN]
    with writing(app) as work:
        rows = list(work.session.scalars(select(SignIn.token_digest)))
    assert accounts.digest(token) in rows
    assert token not in rows


def test_signing_out_ends_the_token_and_not_only_the_cookie(app: Flask, client: Client) -> None:
    with client.session_transaction() as kept:
        token = kept[COOKIE_TOKEN]
    client.send("/logout")
    with client.session_transaction() as kept:
        kept[COOKIE_TOKEN] = token
    assert not signed_in(client)


def test_signing_out_everywhere_ends_every_browser(client_for: ClientFor) -> None:
    here, there, other = client_for(MODELLER), client_for(MODELLER), client_for(ADMIN)
    here.send("/account/sign-ins/end")
    assert (signed_in(here), signed_in(there), signed_in(other)) == (False, False, True)


def test_nobody_ends_anothers_sign_in(app: Flask, client: Client, client_for: ClientFor) -> None:
    other = client_for(ADMIN)
    with writing(app) as work:
        theirs = work.session.scalars(select(SignIn.id).join(User).where(User.email == ADMIN)).one()
    assert client.send(f"/account/sign-ins/{theirs}/end").status_code == 404
    assert signed_in(other)


def test_an_expired_sign_in_counts_no_more(app: Flask, client: Client) -> None:
    with writing(app) as work:
        work.session.execute(update(SignIn).values(expires_at=work.now - timedelta(seconds=1)))
    assert not signed_in(client)


@pytest.mark.parametrize(("minutes", "noted"), [(9, False), (11, True)])
def test_use_of_a_sign_in_is_noted_every_ten_minutes(app: Flask, client: Client, minutes: int, noted: bool) -> None:
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    with writing(app) as work:
        work.session.execute(update(SignIn).values(seen_at=before))
    assert client.get("/library").status_code == 200
    with writing(app) as work:
        seen = work.session.scalars(select(SignIn.seen_at)).one()
    assert (seen > before) == noted


def test_a_form_without_its_token_is_refused(app: Flask, guest: Client) -> None:
    give_password(app)
    app.config["WTF_CSRF_ENABLED"] = True
    assert guest.post("/login", data={"email": MODELLER, "password": PASSWORD}).status_code == 400
    assert not signed_in(guest)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", " //evil.example", "javascript:alert(1)", "evil.example", "",
        "http:evil.example", "/..\\/evil.example", "\x00//evil.example",
    ],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_to_another_site(app: Flask, guest: Client, target: str) -> None:
    give_password(app)
    assert safe_next(target) == "/"
    assert sign_in(guest, next=target).location == "/"


# A new password by e-mail


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server(app: Flask) -> Iterator[tuple[Mailbox, Settings]]:
    """Run a mail server on a free port; yields its mailbox and the settings that lead there."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, replace(app.config["HUB"], mail_host="127.0.0.1", mail_port=port, mail_from="hub@ikz.example")
    finally:
        controller.stop()


def deliver(app: Flask, settings: Settings) -> int:
    """Let the worker send what waits; returns how many messages."""
    count = 0
    with app.app_context():
        while worker.deliver_mail(settings):
            count += 1
    return count


def test_a_forgotten_password_is_replaced_through_a_real_letter(app: Flask, guest: Client) -> None:
    asked = guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (mailbox, settings):
        assert deliver(app, settings) == 1
    (message,) = mailbox.messages
    assert message["To"] == MODELLER
    assert message["Subject"] == "Neues Passwort für den IKZ-Prozesshub"
    assert "Guten Tag Modellierung Marburg" in message.get_content()
    path = link_in(message.get_content())
    assert guest.get(path).status_code == 200
    guest.send(path, password=PASSWORD, again=PASSWORD)
    assert signed_in(guest)
    assert guest.get(path).status_code == 409
    assert asked.status_code == 200


def test_a_letter_that_was_sent_is_forgotten_and_not_sent_twice(app: Flask, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (mailbox, settings):
        assert (deliver(app, settings), deliver(app, settings)) == (1, 0)
    assert len(mailbox.messages) == 1
    assert last_letter(app).text == ""


def test_a_mail_server_that_is_down_delays_a_letter_and_loses_nothing(app: Flask, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    with mail_server(app) as (_, settings):
        pass
    deliver(app, settings)
    mail = last_letter(app)
    assert (mail.sent_at, mail.tries, bool(mail.failure), bool(mail.text)) == (None, 1, True, True)
    assert mail.next_try_at > datetime.now(UTC)


def test_asking_for_a_password_does_not_tell_who_has_an_account(app: Flask, guest: Client) -> None:
    answers = [guest.send("/login/reset", email=email) for email in (MODELLER, "niemand@marburg.example")]
    assert answers[0].get_data() == answers[1].get_data()
    with writing(app) as work:
        assert list(work.session.scalars(select(Mail.recipient))) == [MODELLER]


def test_a_new_password_ends_all_sign_ins(app: Flask, client: Client, guest: Client) -> None:
    guest.send("/login/reset", email=MODELLER)
    guest.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert (signed_in(client), signed_in(guest)) == (False, True)


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("kurz", "kurz", "mindestens 12 Zeichen"),
        (PASSWORD, "anders", "nicht gleich"),
        ("passwort1234", "passwort1234", "bekannt"),
    ],
)
def test_a_new_password_that_will_not_do_is_explained(
    app: Flask, guest: Client, password: str, again: str, sentence: str
) -> None:
    guest.send("/login/reset", email=MODELLER)
    answer = guest.send(link_in(last_letter(app).text), password=password, again=again)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert password not in answer.get_data(as_text=True)


# Invitations


def test_an_invited_person_sets_name_and_password_and_is_signed_in(app: Flask, admin: Client, guest: Client) -> None:
    assert invite(admin).location == "/marburg/members"
    assert "neu@marburg.example" in words(admin.get("/marburg/members"))
    with mail_server(app) as (mailbox, settings):
        assert deliver(app, settings) == 1
    path = link_in(mailbox.messages[0].get_content())
    form = guest.get(path)
    assert "Universitätsstadt Marburg hat Sie eingeladen" in words(form)
    assert form.headers["Cache-Control"] == "no-store"
    answer = guest.send(path, follow=True, name="Steueramt Marburg", password=PASSWORD, again=PASSWORD)
    assert "Ihr Konto ist eingerichtet" in words(answer)
    assert signed_in(guest)
    assert guest.get("/new").status_code == 200
    assert guest.get(path).status_code == 409
    people = words(admin.get("/marburg/members"))
    assert "Steueramt Marburg" in people
    assert "Zurzeit ist keine Einladung offen" in people


def test_a_refused_password_keeps_the_name_and_shows_no_password(app: Flask, admin: Client, guest: Client) -> None:
    invite(admin)
    answer = guest.send(link_in(last_letter(app).text), name="Steueramt", password="kurz", again="kurz")
    assert answer.status_code == 422
    assert parsed(answer).xpath("//input[@id='name']/@value") == ["Steueramt"]
    assert parsed(answer).xpath("//input[@type='password'][@value]") == []


def test_an_existing_account_confirms_while_signed_in(app: Flask, admin: Client, client_for: ClientFor) -> None:
    invite(admin, email="modellierung@fulda.example", role="expert")
    path = link_in(last_letter(app).text)
    guest, stranger, invited = (
        client_for(),
        client_for("lesen@limburg.example"),
        client_for("modellierung@fulda.example"),
    )
    assert "Bitte melden Sie sich an" in words(guest.get(path))
    assert "Die Einladung gilt für modellierung@fulda.example" in words(stranger.get(path))
    assert stranger.send(f"{path}/confirm").status_code == 403
    assert guest.send(path, name="Dieb", password=PASSWORD, again=PASSWORD).status_code == 409
    assert invited.send(f"{path}/confirm").location == "/marburg/"
    assert "Modellierung Fulda" in words(admin.get("/marburg/members"))


def test_somebody_else_can_sign_out_and_come_back_to_the_invitation(
    app: Flask, admin: Client, client_for: ClientFor
) -> None:
    invite(admin, email="modellierung@fulda.example")
    path = link_in(last_letter(app).text)
    stranger = client_for("lesen@limburg.example")
    answer = stranger.send(f"{path}/other")
    assert not signed_in(stranger)
    assert answer.location == f"/login?next={path}"


def test_inviting_looks_the_same_whether_or_not_there_is_an_account(app: Flask, admin: Client) -> None:
    sentences = []
    for email in ("niemand@fulda.example", "modellierung@fulda.example"):
        answer = admin.send("/marburg/members/new", follow=True, email=email, name="Neu", role="reader")
        alert = parsed(answer).xpath("//div[contains(@class, 'alert')]")[0].text_content()
        sentences.append(re.sub(r"\S+@fulda\.example|http\S+", "", alert))
    assert sentences[0] == sentences[1]


def test_withdrawn_and_resent_invitations_end_the_old_link(app: Flask, admin: Client, guest: Client) -> None:
    invite(admin)
    first = link_in(last_letter(app).text)
    with writing(app) as work:
        key = work.session.scalars(select(Invitation.id)).one()
    admin.send(f"/marburg/members/invitations/{key}/again")
    second = link_in(last_letter(app).text)
    assert (guest.get(first).status_code, guest.get(second).status_code) == (409, 200)
    admin.send(f"/marburg/members/invitations/{key}/withdraw")
    assert guest.get(second).status_code == 409


def test_without_mail_the_link_is_shown_to_be_passed_on(app: Flask, admin: Client) -> None:
    answer = admin.send("/marburg/members/new", follow=True, email="neu@marburg.example", name="Neu", role="reader")
    assert link_in(last_letter(app).text) in words(answer)


def test_with_mail_the_link_is_shown_to_nobody(app: Flask, admin: Client) -> None:
    app.config["HUB"] = replace(app.config["HUB"], mail_host="mail.example")
    answer = admin.send("/marburg/members/new", follow=True, email="neu@marburg.example", name="Neu", role="reader")
    assert "ist unterwegs" in words(answer)
    assert "/invitation/" not in answer.get_data(as_text=True)


def test_another_citys_invitation_cannot_be_touched(app: Flask, admin: Client, system: Client) -> None:
    invite(system, email="neu@fulda.example", city="fulda")
    with writing(app) as work:
        key = work.session.scalars(select(Invitation.id)).one()
    assert admin.send(f"/fulda/members/invitations/{key}/withdraw").status_code == 403
    assert admin.send(f"/marburg/members/invitations/{key}/withdraw").status_code == 404
    assert admin.send(f"/marburg/members/invitations/{key}/again").status_code == 404


# Members


@pytest.mark.parametrize("page", ["members", "members/new", "settings"])
def test_administration_is_for_those_who_administer(client_for: ClientFor, page: str) -> None:
    expected = {
        "": 302,
        MODELLER: 403,
        "koordination@ikz.example": 403,
        "foerderung@rp-giessen.example": 403,
        ADMIN: 200,
    }
    assert {email: client_for(email).get(f"/marburg/{page}").status_code for email in expected} == expected
    assert client_for(ADMIN).get(f"/fulda/{page}").status_code == 403
    assert client_for(ADMIN).get(f"/atlantis/{page}").status_code == 404


def test_the_account_menu_leads_administrators_to_their_members(client_for: ClientFor) -> None:
    menus = {email: client_for(email).get("/").get_data(as_text=True) for email in (MODELLER, ADMIN, SYSTEM_ADMIN)}
    assert ["/marburg/members" in menus[email] for email in menus] == [False, True, False]
    assert ["/cities/administration" in menus[email] for email in menus] == [False, False, True]


@pytest.mark.parametrize("role", ["system_admin", "coordinator", "land_reviewer", "king", ""])
def test_a_citys_administration_cannot_escalate(app: Flask, admin: Client, role: str) -> None:
    me = user_id(app, ADMIN)
    assert admin.send(f"/marburg/members/{me}/roles", role=role).status_code in (403, 422)
    assert invite(admin, role=role).status_code in (403, 422)
    with writing(app) as work:
        held = set(work.session.scalars(select(Membership.role).where(Membership.user_id == me)))
        assert work.session.scalars(select(Invitation)).all() == []
    assert held == {"admin"}


@pytest.mark.parametrize("field", ["organisation_id", "user_id", "active", "demo", "token_digest"])
def test_a_field_that_the_form_does_not_have_is_refused(app: Flask, admin: Client, field: str) -> None:
    person = user_id(app, MODELLER)
    more: dict[str, Any] = {field: "1"}
    assert admin.send(f"/marburg/members/{person}/roles", role="owner", **more).status_code == 422
    answer = admin.send("/marburg/members/new", email="neu@x.example", name="Neu", role="reader", **more)
    assert answer.status_code == 422


def test_a_role_is_given_and_taken_away_on_the_persons_page(app: Flask, admin: Client) -> None:
    person = user_id(app, MODELLER)
    admin.send(f"/marburg/members/{person}/roles", role="owner")
    assert parsed(admin.get(f"/marburg/members/{person}")).xpath("//li//strong/text()") == [
        "Modellierung",
        "Prozessverantwortung",
    ]
    admin.send(f"/marburg/members/{person}/roles/remove", role="modeller")
    assert admin.send(f"/marburg/members/{person}/roles/remove", role="owner").location == "/marburg/members"
    assert admin.get(f"/marburg/members/{person}").status_code == 404


def test_the_list_says_who_gave_whom_which_role(app: Flask, admin: Client, system: Client) -> None:
    system.send(f"/marburg/members/{user_id(app, MODELLER)}/roles", role="owner")
    invite(system, email="neu@fulda.example", city="fulda")
    tree = admin.page("/marburg/members")
    (deed,) = (" ".join(row.text_content().split()) for row in tree.xpath("//section[@aria-labelledby='history']//li"))
    start = "Systemadministration hat eine Rolle vergeben: Modellierung Marburg (Prozessverantwortung), "
    assert deed.startswith(start)


def test_the_last_administration_stays_and_reads_why(app: Flask, admin: Client) -> None:
    me = user_id(app, ADMIN)
    answer = admin.send(f"/marburg/members/{me}/roles/remove", follow=True, role="admin")
    assert "braucht mindestens eine Administration" in words(answer)
    assert admin.get("/marburg/members").status_code == 200


def test_who_gives_up_administering_is_led_out_of_the_list(app: Flask, admin: Client) -> None:
    with writing(app) as work:
        city = work.session.scalars(select(Organisation).where(Organisation.slug == "marburg")).one()
        second = work.session.scalars(select(User).where(User.email == MODELLER)).one()
        second.memberships.append(Membership(organisation_id=city.id, role="admin", created_at=work.now))
    me = user_id(app, ADMIN)
    answer = admin.send(f"/marburg/members/{me}/roles/remove", follow=True, role="admin")
    assert (answer.status_code, answer.request.path) == (200, "/marburg/")
    assert admin.get("/marburg/members").status_code == 403


def test_a_closed_account_is_out_at_once_and_can_come_back(app: Flask, admin: Client, client: Client) -> None:
    person = user_id(app, MODELLER)
    give_password(app)
    assert signed_in(client)
    admin.send(f"/marburg/members/{person}/close")
    assert not signed_in(client)
    assert sign_in(client).status_code == 422
    client.send("/login/reset", email=MODELLER)
    with writing(app) as work:
        assert work.session.scalars(select(Mail)).all() == []
    assert "geschlossen" in words(admin.get("/marburg/members"))
    admin.send(f"/marburg/members/{person}/reopen")
    client.send(link_in(last_letter(app).text), password=PASSWORD, again=PASSWORD)
    assert signed_in(client)


def test_an_administration_cannot_close_itself(app: Flask, admin: Client) -> None:
    me = user_id(app, ADMIN)
    answer = admin.send(f"/marburg/members/{me}/close", follow=True)
    assert "Ihr eigenes Konto" in words(answer)
    assert signed_in(admin)


# Organisations


def test_a_sixth_city_is_added_in_the_browser(app: Flask, system: Client) -> None:
    answer = system.send(
        "/cities/new", kind="city", name="Stadt Hanau", short_name="Hanau", slug="", ags="06435014", contact_email=""
    )
    assert answer.location == "/hanau/members/new"
    assert system.get("/hanau/members/new").status_code == 200
    assert "Stadt Hanau" in words(system.get("/cities"))
    assert system.get("/hanau").status_code == 200
    assert "Hier arbeitet noch niemand mit" in words(system.get("/hanau/members"))


@pytest.mark.parametrize(
    ("slug", "ags", "sentence"),
    [
        ("login", "", "für eine eigene Seite"),
        ("impressum", "", "für eine eigene Seite"),
        ("static", "", "für eine eigene Seite"),
        ("marburg", "", "schon eine Organisation"),
        ("Bad Ort", "", "nur Kleinbuchstaben"),
        ("hanau", "0643501", "acht Ziffern"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_and_keeps_what_was_typed(
    system: Client, slug: str, ags: str, sentence: str
) -> None:
    answer = system.send("/cities/new", kind="city", name="Stadt Hanau", short_name="Hanau", slug=slug, ags=ags)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert parsed(answer).xpath("//input[@id='name']/@value") == ["Stadt Hanau"]


def test_every_page_of_the_hub_has_an_address_no_city_can_take(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    with app.app_context():
        free = [part for part in first if part and "<" not in part and not organisations.is_page(part)]
        assert free == []
        assert not organisations.is_page("hanau")
        assert organisations.is_page("api")


@pytest.mark.parametrize("path", ["/cities/new", "/cities/administration"])
def test_organisations_are_added_by_the_system_administration_only(client_for: ClientFor, path: str) -> None:
    answers = [client_for(email).get(path).status_code for email in ("", MODELLER, ADMIN, SYSTEM_ADMIN)]
    assert answers == [302, 403, 403, 200]
    sent = client_for(ADMIN).send("/cities/new", kind="city", name="X", short_name="X")
    assert sent.status_code == 403


def test_contact_data_are_changed_by_the_citys_administration(admin: Client) -> None:
    admin.send(
        "/marburg/settings/contact",
        revision="1", contact_email="prozesse@marburg.de", contact_phone="06421 201-0", website="https://www.marburg.de/",
    )  # fmt: skip
    page = words(admin.get("/marburg"))
    assert "prozesse@marburg.de" in page
    assert "06421 201-0" in page


def test_contact_data_changed_meanwhile_are_shown_and_what_was_typed_stays(admin: Client) -> None:
    admin.send("/marburg/settings/contact", revision="1", contact_email="", contact_phone="06421 1", website="")
    answer = admin.send(
        "/marburg/settings/contact", revision="1", contact_email="", contact_phone="06421 2", website=""
    )
    assert answer.status_code == 409
    assert "06421 1" in words(answer)
    assert parsed(answer).xpath("//input[@id='contact_phone']/@value") == ["06421 2"]
    assert parsed(answer).xpath("//form[contains(@action, 'contact')]//input[@name='revision']/@value") == ["2"]


@pytest.mark.parametrize("website", ["javascript:alert(1)", "www.marburg.de", "ftp://marburg.de"])
def test_a_website_that_is_none_is_refused(admin: Client, website: str) -> None:
    answer = admin.send("/marburg/settings/contact", revision="1", website=website)
    assert answer.status_code == 422
    assert "https://" in words(answer)


def test_a_citys_administration_cannot_rename_or_close_it(app: Flask, admin: Client) -> None:
    assert admin.send("/marburg/settings/names", revision="1", name="X", short_name="X").status_code == 403
    assert admin.send("/marburg/settings/close").status_code == 403
    with writing(app) as work:
        row = work.session.scalars(select(Organisation).where(Organisation.slug == "marburg")).one()
        assert (row.name, row.active) == ("Universitätsstadt Marburg", True)


def test_a_closed_organisation_leaves_the_lists_and_can_be_opened_again(system: Client, client_for: ClientFor) -> None:
    system.send("/fulda/settings/close")
    assert "Stadt Fulda" not in words(system.get("/cities"))
    assert client_for("modellierung@fulda.example").get("/fulda").status_code == 404
    assert "stillgelegt" in words(system.get("/cities/administration"))
    system.send("/fulda/settings/reopen")
    assert "Stadt Fulda" in words(system.get("/cities"))


def test_what_a_closed_organisation_published_stays_readable(app: Flask, system: Client, guest: Client) -> None:
    with writing(app) as work:
        makers.published(work, makers.entry(work, owner="fulda", visibility="public"))
    system.send("/fulda/settings/close")
    assert "Hundesteuer anmelden" in words(guest.get("/fulda/hundesteuer-anmelden"))


# The table of rights


def test_every_permission_has_a_german_sentence_and_no_sentence_is_left_over() -> None:
    assert set(rights.permissions()) == set(rights.SENTENCES)


def test_the_table_of_rights_in_the_manual_is_current() -> None:
    assert (MANUAL / "rechte.md").read_text(encoding="utf-8") == rights.markdown(), "run: make rights"


def test_the_table_says_what_the_policy_decides() -> None:
    heads = rights.columns()
    cells = {row.name: dict(zip(heads, row.cells, strict=True)) for row in rights.table()}
    assert cells["read"]["Gast"] == "öffentliche"
    assert cells["read"]["Förderprüfung Land"] == "eigene, Land"
    assert cells["publish"]["Modellierung"] == "eigene"
    assert cells["publish"]["Administration"] == "–"
    assert cells["manage_accounts"]["Administration"] == "eigene"
    assert cells["create_organisation"]["Systemadministration"] == "ja"
    assert set(cells["create_organisation"].values()) == {"–", "ja"}


def test_the_page_of_rights_shows_the_table_to_everybody(guest: Client) -> None:
    tree = guest.page("/rechte")
    assert len(tree.xpath("//tbody/tr")) == len(rights.permissions())
    assert [head.text_content() for head in tree.xpath("//thead//th")] == ["Recht", *rights.columns()]


# The command line


def test_the_first_administrator_is_invited_from_the_command_line(
    app: Flask, guest: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    assert hub_command(["admin", "leitung@ikz.example", "IKZ-Leitung", "ikz"]) == 0
    path = link_in(capsys.readouterr().out)
    guest.send(path, name="IKZ-Leitung", password=PASSWORD, again=PASSWORD)
    assert guest.get("/cities/administration").status_code == 200
    assert guest.get("/marburg/members").status_code == 200


def test_a_lost_link_from_the_command_line_is_replaced(
    app: Flask, guest: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    paths = []
    for _ in range(2):
        hub_command(["admin", "leitung@ikz.example", "IKZ-Leitung", "ikz"])
        paths.append(link_in(capsys.readouterr().out))
    assert [guest.get(path).status_code for path in paths] == [409, 200]


@pytest.mark.parametrize(("email", "organisation", "code"), [("kein.name", "ikz", 1), ("a@b.example", "atlantis", 2)])
def test_the_command_says_what_is_wrong(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    organisation: str,
    code: int,
) -> None:
    monkeypatch.setattr(admin_command, "create_app", lambda: app)
    assert hub_command(["admin", email, "Name", organisation]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1
