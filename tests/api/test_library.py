"""A program does with entries, versions and comments what a person does on pages, under the same rules."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests import makers
from tests.api.keys import Program, token_of
from tests.clients import writing

MODELLER = "modellierung@marburg.example"
FULDA = "modellierung@fulda.example"
ENTRY = "/entries/marburg/hundesteuer-anmelden"
NEW = {"organisation": "marburg", "title": "Hundesteuer anmelden", "source": makers.bpmn().decode()}


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app, token_of(app, MODELLER))


@pytest.fixture
def created(program: Program) -> Program:
    assert program.send("POST", "/entries", NEW).status_code == 201
    return program


def test_an_entry_is_created_from_a_file_and_found_again(program: Program) -> None:
    answer = program.send("POST", "/entries", {**NEW, "tags": "Hund, Steuer", "legal_bases": "§ 1 HStS"})
    made = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1" + ENTRY)
    assert (made["newest"]["number"], made["tags"]) == ("0.01", ["Hund", "Steuer"])
    assert made["legal_bases"] == ["§\u00a01 HStS"]
    assert program.get(ENTRY) == made
    assert [row["slug"] for row in program.get("/entries")["items"]] == ["hundesteuer-anmelden"]
    source = program.send("GET", f"{ENTRY}/versions/0.01/source")
    assert (source.get_data(), source.mimetype) == (makers.bpmn(), "application/xml")


def test_a_file_in_another_encoding_comes_byte_for_byte(program: Program) -> None:
    data = makers.bpmn().decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")
    sent = {**NEW, "source": base64.b64encode(data).decode(), "encoding": "base64"}
    assert program.send("POST", "/entries", sent).status_code == 201
    assert program.send("GET", f"{ENTRY}/versions/0.01/source").get_data() == data


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"source": "<html/>"}, "source"),
        ({"source": "!", "encoding": "base64"}, "source"),
        ({"title": ""}, "title"),
        ({"visibility": "all"}, "visibility"),
        ({"sample": True}, "sample"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(program: Program, more: dict[str, object], field: str) -> None:
    answer = program.send("POST", "/entries", {**NEW, **more})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])
    assert program.get("/entries")["items"] == []


def test_nobody_creates_for_another_organisation(program: Program) -> None:
    assert program.send("POST", "/entries", {**NEW, "organisation": "fulda"}).status_code == 403


def test_the_profile_changes_only_from_what_was_seen(created: Program) -> None:
    tag = created.send("GET", ENTRY).headers["ETag"]
    assert created.send("PUT", ENTRY, {"title": "Hund anmelden"}).status_code == 428
    answer = created.send("PUT", ENTRY, {"title": "Hund anmelden", "slug": "hund"}, if_match=tag)
    assert (answer.status_code, answer.get_json()["slug"]) == (200, "hund")
    moved = created.send("GET", ENTRY)
    assert (moved.status_code, moved.location) == (308, "/api/v1/entries/marburg/hund")
    assert created.send("PUT", "/entries/marburg/hund", {"title": "Anders"}, if_match=tag).status_code == 412


def test_versions_are_published_from_a_parent_and_compared(created: Program) -> None:
    first = created.get(ENTRY)["newest"]["id"]
    sent = {"message": "Schritt ergänzt", "parent": first, "source": makers.bpmn("Antrag prüfen").decode()}
    made = created.send("POST", f"{ENTRY}/versions", sent)
    assert (made.status_code, made.get_json()["number"], made.get_json()["merged"]) == (201, "0.02", False)
    assert [row["number"] for row in created.get(f"{ENTRY}/versions")["items"]] == ["0.02", "0.01"]
    found = created.get(f"{ENTRY}/compare")
    assert (found["old"]["number"], found["new"]["number"], found["cosmetic"]) == ("0.01", "0.02", False)
    assert "Antrag prüfen" in " ".join(row["sentence"] for row in found["items"])
    restored = created.send("POST", f"{ENTRY}/versions/0.01/restore", {"parent": made.get_json()["id"]})
    assert (restored.status_code, restored.get_json()["restored_from_id"]) == (201, first)


def test_a_clash_is_told_and_nothing_is_written(created: Program) -> None:
    first = created.get(ENTRY)["newest"]["id"]
    for name, status in (("Antrag prüfen", 201), ("Unterlagen sichten", 409)):
        sent = {"message": name, "parent": first, "source": makers.bpmn(name, *makers.STEPS[1:]).decode()}
        answer = created.send("POST", f"{ENTRY}/versions", sent)
        assert answer.status_code == status
    assert answer.get_json()["code"] == "moved_on"
    assert "Antrag prüfen" in answer.get_json()["errors"]["parent"]
    assert created.get(ENTRY)["newest"]["number"] == "0.02"


def test_the_cursor_leads_through_all_versions_once(created: Program) -> None:
    for name in ("A", "B", "C"):
        parent = created.get(ENTRY)["newest"]["id"]
        sent = {"message": name, "parent": parent, "source": makers.bpmn(name).decode()}
        assert created.send("POST", f"{ENTRY}/versions", sent).status_code == 201
    seen: list[str] = []
    path = f"{ENTRY}/versions?limit=3"
    page = created.get(path)
    seen += [row["number"] for row in page["items"]]
    page = created.get(f"{path}&cursor={page['next']}")
    assert [*seen, *(row["number"] for row in page["items"])] == ["0.04", "0.03", "0.02", "0.01"]
    assert page["next"] is None


def test_pictures_texts_and_checks_of_a_version(created: Program) -> None:
    svg = created.send("GET", f"{ENTRY}/versions/0.01/svg")
    assert (svg.mimetype, svg.get_data()[:4]) == ("image/svg+xml", b"<svg")
    assert "Ende: Steuer festgesetzt" in created.send("GET", f"{ENTRY}/versions/0.01/text").get_data(as_text=True)
    assert {"items", "warnings"} == set(created.get(f"{ENTRY}/versions/0.01/checks"))


def test_archiving_is_for_those_who_may(created: Program, app: Flask) -> None:
    assert created.change("POST", f"{ENTRY}/archive", of=ENTRY).status_code == 403
    owner = Program(app, token_of(app, "freigabe@marburg.example"))
    assert owner.change("POST", f"{ENTRY}/archive", of=ENTRY).get_json()["archived"] is True
    assert created.get("/entries")["items"] == []
    assert len(created.get("/entries?archived=1")["items"]) == 1
    assert owner.change("POST", f"{ENTRY}/unarchive", of=ENTRY).get_json()["archived"] is False


def test_a_fork_stands_in_the_family(created: Program, app: Flask) -> None:
    fulda = Program(app, token_of(app, FULDA))
    sent = {"organisation": "fulda", "title": "Hundesteuer Fulda", "reason": "Andere Satzung"}
    answer = fulda.send("POST", f"{ENTRY}/forks", sent)
    assert (answer.status_code, answer.get_json()["forked_from"]["entry"]["organisation"]) == (201, "marburg")
    root = fulda.get(f"{ENTRY}/family")["root"]
    assert [fork["entry"]["slug"] for fork in root["forks"]] == ["hundesteuer-fulda"]
    assert root["forks"][0]["forked_from"]["number"] == "0.01"


def test_a_discussion_from_question_to_answer(created: Program, app: Flask) -> None:
    fulda, path = Program(app, token_of(app, FULDA)), f"{ENTRY}/comments"
    asked = fulda.send("POST", path, {"text": "Wer prüft das?", "element": "step2"})
    assert (asked.status_code, asked.get_json()["element"]) == (201, "step2")
    first = asked.get_json()["id"]
    answered = created.send("POST", path, {"text": "Das Steueramt.", "reply_to": first})
    assert answered.get_json()["thread_id"] == first
    edited = fulda.change("PUT", f"{path}/{first}", {"text": "Wer prüft **das**?"})
    assert "<strong>das</strong>" in edited.get_json()["html"]
    assert created.change("PUT", f"{path}/{first}", {"text": "Fremd"}).status_code == 403
    closed = created.change("POST", f"{path}/{first}/resolve", {"reason": "geklärt"}, of=f"{path}/{first}")
    assert closed.get_json()["resolved"] is True
    late = fulda.send("POST", path, {"text": "Noch etwas", "reply_to": first})
    assert (late.status_code, late.get_json()["code"]) == (409, "resolved_reply")
    assert fulda.change("DELETE", f"{path}/{first}").status_code == 204
    assert [row["deleted"] for row in created.get(path)["items"]] == [True, False]


def test_guests_read_what_is_public_and_no_more(app: Flask) -> None:
    with writing(app) as work:
        makers.entry(work, title="Intern")
        makers.published(work, makers.entry(work, title="Öffentlich", visibility="public"))
        draft = work.session.get(type(makers.entry(work, title="Dritter")), 2)
        assert draft is not None
        makers.version(work, draft, makers.bpmn("Entwurf"))
    guest = Program(app)
    assert [row["slug"] for row in guest.get("/entries")["items"]] == ["oeffentlich"]
    assert guest.get("/entries/marburg/oeffentlich")["newest"]["number"] == "1.00"
    assert [row["number"] for row in guest.get("/entries/marburg/oeffentlich/versions")["items"]] == ["1.00"]
    for path in ("/entries/marburg/intern", "/entries/marburg/oeffentlich/versions/1.01"):
        assert guest.send("GET", path).status_code == 404
    assert guest.get("/entries/marburg/oeffentlich/comments")["items"] == []


def test_a_design_is_read_and_written_by_fields(program: Program) -> None:
    sent = {**NEW, "kind": "design", "title": "Hund online", "source": makers.design().decode()}
    assert program.send("POST", "/entries", sent).status_code == 201
    path = "/entries/marburg/hund-online/design"
    found = program.get(path)
    assert found["sections"]["zielbild"].strip() == "Die Anmeldung gelingt in zehn Minuten."
    change = {"message": "Ziel", "parent": found["parent"], "title": found["title"], "sections": {"zielbild": "Heute."}}
    assert program.send("POST", path, change).status_code == 201
    now = program.get(path)
    assert (now["sections"]["zielbild"].strip(), now["title"]) == ("Heute.", found["title"])


def test_services_are_read_by_all_and_written_by_the_coordination(program: Program, app: Flask) -> None:
    sent = {"name": "Hundesteuer Anmeldung", "key": "99 102 003 000 000", "synonyms": "Hundemarke"}
    assert program.send("POST", "/services", sent).status_code == 403
    office = Program(app, token_of(app, "koordination@ikz.example"))
    made = office.send("POST", "/services", sent)
    assert (made.status_code, made.get_json()["key"]) == (201, "99102003000000")
    assert [row["name"] for row in Program(app).get("/services?q=hundemarke")["items"]] == ["Hundesteuer Anmeldung"]
    path = "/services/99102003000000"
    changed = office.change("PUT", path, {**sent, "citizen_name": "Hund anmelden"})
    assert changed.get_json()["citizen_name"] == "Hund anmelden"


def test_an_organisation_is_administered_by_its_own_people(app: Flask) -> None:
    admin, path = Program(app, token_of(app, "admin@marburg.example")), "/organisations/marburg"
    changed = admin.change("PUT", f"{path}/contact", {"contact_email": "ikz@marburg.example"}, of=path)
    assert (changed.status_code, changed.get_json()["contact_email"]) == (200, "ikz@marburg.example")
    assert admin.change("POST", f"{path}/close", of=path).status_code == 403
    system = Program(app, token_of(app, "admin@ikz.example"))
    made = system.send("POST", "/organisations", {"name": "Stadt Hanau", "short_name": "Hanau", "kind": "city"})
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/organisations/hanau")
    assert system.change("POST", "/organisations/hanau/close", of="/organisations/hanau").get_json()["active"] is False


def test_rules_are_chosen_by_process_owners(app: Flask) -> None:
    owner, path = Program(app, token_of(app, "freigabe@marburg.example")), "/organisations/marburg/rules"
    assert owner.change("PUT", path, {"rules": {"dead-end": "hint"}}).get_json() == {"rules": {"dead-end": "hint"}}
    assert owner.change("PUT", path, {"rules": {"nothing": "off"}}).status_code == 422


def test_members_are_managed_by_their_administration(program: Program, app: Flask) -> None:
    admin, path = Program(app, token_of(app, "admin@marburg.example")), "/organisations/marburg/members"
    assert program.send("GET", path).status_code == 403
    person = next(row for row in admin.get(path)["items"] if row["email"] == MODELLER)
    one = f"{path}/{person['id']}"
    given = admin.change("POST", f"{one}/roles", {"role": "expert"}, of=one)
    assert given.get_json()["roles"] == ["modeller", "expert"]
    taken = admin.change("POST", f"{one}/roles/remove", {"role": "modeller"}, of=one)
    assert taken.get_json()["roles"] == ["expert"]
    assert admin.change("POST", f"{one}/close", of=one).get_json()["active"] is False
    assert program.send("GET", "/me").status_code == 401


def test_a_deputy_is_appointed_for_a_time(program: Program, app: Flask) -> None:
    admin, path = Program(app, token_of(app, "admin@marburg.example")), "/organisations/marburg/deputies"
    me, other = program.get("/me")["id"], admin.get("/me")["id"]
    today = datetime.now(UTC).date()
    sent = {"user": me, "deputy": other, "starts_on": f"{today}", "ends_on": f"{today + timedelta(days=9)}"}
    made = program.send("POST", path, sent)
    assert (made.status_code, made.get_json()["deputy"]["id"]) == (201, other)
    assert program.change("DELETE", made.headers["Location"].removeprefix("/api/v1")).status_code == 204
    assert program.get(path)["items"] == []
    assert Program(app, token_of(app, FULDA)).send("GET", path).status_code == 404
