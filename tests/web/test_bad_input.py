"""Files as they really come: each is read, or refused with one German sentence, and nothing typed is lost."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub.actions import entries
from hub.extensions import db
from hub.store.entries import Entry, Version
from tests import makers
from tests.clients import Client, parsed, writing

GOOD = makers.bpmn()
TEXT = GOOD.decode()
BILLION = "<!ENTITY a0 'haha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
DTD = f"<!DOCTYPE definitions [{{}}]>{TEXT.split('?>', 1)[1]}"
SECONDS = 20
"""No answer takes longer, however hostile the file; a quiet machine needs far less."""


def nested(depth: int) -> bytes:
    inside = "".join(f'<subProcess id="s{n}">' for n in range(depth)) + "</subProcess>" * depth
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="u">'
        f'<process id="p">{inside}</process></definitions>'
    ).encode()


def with_name(name: str) -> bytes:
    return makers.bpmn(name)


REFUSED: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", ""),
    "white space only": (b"  \n\n", ""),
    "plain text": (b"Guten Tag, anbei der Prozess.", ""),
    "a Word file": (b"PK\x03\x04" + bytes(range(256)) * 20, ""),
    "XML that is no BPMN": (b"<?xml version='1.0'?><html><body/></html>", ""),
    "BPMN 1.x": (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"><WorkflowProcesses/></Package>', ""),
    "a truncated file": (GOOD[: len(GOOD) // 2], "Zeile"),
    "a crossed tag": (TEXT.replace("</laneSet>", "</lanes>").encode(), "Zeile"),
    "an attribute twice": (TEXT.replace('id="end"', 'id="end" id="end"', 1).encode(), "Zeile"),
    "billion laughs": (DTD.format(BILLION).replace("Hundesteuer anmelden", "&a9;").encode(), ""),
    "an external entity": (
        DTD.format('<!ENTITY x SYSTEM "file:///etc/passwd">').replace("Hundesteuer anmelden", "&x;").encode(), ""
    ),
    "a document type": (DTD.format("").encode(), ""),
    "5,000 nested elements": (nested(5_000), ""),
    "not the encoding it says": (TEXT.replace("entgegennehmen", "prüfen").encode("latin-1"), ""),
    "null bytes": (GOOD.replace(b"Steueramt", b"Steuer\x00amt"), ""),
}  # fmt: skip

READ: dict[str, bytes] = {
    "UTF-16": TEXT.replace("UTF-8", "UTF-16").encode("utf-16"),
    "ISO-8859-1": TEXT.replace("UTF-8", "ISO-8859-1").replace("entgegennehmen", "prüfen").encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "Windows line ends": GOOD.replace(b"><", b">\r\n<"),
    "no drawing": makers.bpmn(drawn=False),
    "dangling references": TEXT.replace('targetRef="end"', 'targetRef="nirgendwo"').encode(),
    "several processes": TEXT.replace(
        "<bpmndi:BPMNDiagram", '<process id="other"><task id="alone" name="Anderes"/></process><bpmndi:BPMNDiagram', 1
    ).encode(),
    "a script as name": with_name("<script>alert(1)</script>"),
    "a script as documentation": makers.bpmn(note="&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))"),
    "an address as name": with_name("javascript:alert(document.cookie)"),
    "a name of 100,000 characters": with_name("Prüfen " * 14_286),
    "a colour that is an address": TEXT.replace(
        'id="shape_step1"',
        'id="shape_step1" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="url(https://boese.example/x)"',
        1,
    ).encode(),
    "unknown extensions": TEXT.replace(
        "<startEvent", '<extensionElements><x:y xmlns:x="urn:x">1</x:y></extensionElements><startEvent', 1
    ).encode(),
}


def upload(client: Client, data: bytes, name: str = "modell.bpmn", **more: str) -> TestResponse:
    typed = {"title": "Mein Titel", "summary": "Meine Zusammenfassung", "organisation": "marburg", "kind": "process"}
    return client.send("/new/upload", file=(io.BytesIO(data), name), **{**typed, **more})


def reason(answer: TestResponse) -> str:
    """Return the sentence beside the field it belongs to."""
    found = parsed(answer).xpath("//*[contains(@class, 'field__error')]")
    assert len(found) == 1, answer.get_data(as_text=True)[-3000:]
    return " ".join(found[0].text_content().split())


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence(client: Client, app: Flask, what: str) -> None:
    data, place = REFUSED[what]
    start = time.process_time()
    answer = upload(client, data)
    assert time.process_time() - start < SECONDS
    assert answer.status_code == 422
    said = reason(answer)
    assert place in said
    assert said[0].isupper()
    assert said.endswith((".", "!", "?"))
    assert not [word for word in ("Traceback", "lxml", "Error", "None", "0x") if word in said]
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Entry)) == 0


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_typed_beside_a_refused_file_stays(client: Client, what: str) -> None:
    page = parsed(upload(client, REFUSED[what][0], tags="Hund", legal_bases="§ 1 HStS"))
    assert page.xpath("//input[@name='title']/@value") == ["Mein Titel"]
    assert page.xpath("//input[@name='tags']/@value") == ["Hund"]
    assert page.xpath("//textarea[@name='summary']")[0].text.strip() == "Meine Zusammenfassung"
    assert page.xpath("//textarea[@name='legal_bases']")[0].text.strip() == "§ 1 HStS"


@pytest.mark.parametrize("what", READ)
def test_a_file_that_is_only_odd_is_read_and_shown(client: Client, what: str) -> None:
    start = time.process_time()
    answer = upload(client, READ[what])
    assert answer.status_code == 302, reason(answer)
    page = client.get(answer.location)
    assert page.status_code == 200
    assert time.process_time() - start < SECONDS
    shown = page.get_data(as_text=True)
    assert "<script>alert" not in shown
    assert 'href="javascript:' not in shown
    for name in ("view.bpmn", "diagram.svg", "thumbnail.svg"):
        made = client.get(f"{answer.location}/versions/0.01/{name}")
        assert made.status_code == 200
        assert b"boese.example" not in made.get_data()
        assert b"<script" not in made.get_data().lower()


@pytest.mark.parametrize("what", [what for what in READ if what != "no drawing"])
def test_an_odd_file_is_kept_byte_for_byte(client: Client, what: str) -> None:
    place = upload(client, READ[what]).location
    assert client.get(f"{place}/versions/0.01/source.bpmn").get_data() == READ[what]


def test_a_model_without_a_drawing_gets_one_and_says_so(client: Client, app: Flask) -> None:
    place = upload(client, READ["no drawing"]).location
    with writing(app) as work:
        assert work.session.scalars(select(Version.layout_generated)).one() is True
    assert "hat der Hub erzeugt" in client.get(place).get_data(as_text=True)


def test_what_a_browser_draws_has_no_endless_names(client: Client) -> None:
    place = upload(client, READ["a name of 100,000 characters"]).location
    assert len(client.get(f"{place}/versions/0.01/view.bpmn").get_data()) < 20_000


def test_a_file_of_60_megabytes_is_refused(client: Client) -> None:
    answer = upload(client, GOOD + b"<!--" + b" " * 60_000_000 + b"-->")
    assert answer.status_code in (413, 422)
    assert "MB" in " ".join(parsed(answer).xpath("//main")[0].text_content().split())


def test_no_file_at_all_asks_for_one(client: Client) -> None:
    answer = client.send("/new/upload", title="Mein Titel", organisation="marburg", kind="process")
    assert reason(answer) == "Bitte wählen Sie eine Datei aus."


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_file_does_not_change_an_entry(client: Client, app: Flask, what: str) -> None:
    with writing(app) as work:
        parent = makers.entry(work).head_id
    place = "/marburg/hundesteuer-anmelden/versions"
    data = io.BytesIO(REFUSED[what][0])
    answer = client.send(place, file=(data, "x.bpmn"), message="Mein Hinweis", parent=str(parent))
    assert answer.status_code == 422
    assert "Mein Hinweis" in answer.get_data(as_text=True)
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Version)) == 1


def test_pasted_text_that_is_no_model_stays_in_the_field(client: Client) -> None:
    answer = client.send("/new/paste", title="Mein Titel", organisation="marburg", kind="process", source="<oje")
    assert answer.status_code == 422
    assert parsed(answer).xpath("//textarea[@name='source']")[0].text.strip() == "<oje"
    assert "Zeile 1" in reason(answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "x" * 301), ("service_key", "12"), ("level", "999"), ("visibility", "alle"),
     ("organisation", "fulda"), ("licence", "GPL"), ("summary", "x" * 50_001)],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: Client, field: str, value: str) -> None:
    answer = upload(client, GOOD, **{field: value})
    assert answer.status_code == 422
    assert parsed(answer).xpath(f"//*[@id='{field}-error']") or parsed(answer).xpath("//*[@role='alert' or @tabindex]")


def test_an_unknown_field_cannot_be_slipped_in(client: Client) -> None:
    assert upload(client, GOOD, sample="1").status_code == 422


def test_somebody_who_published_meanwhile_costs_nobody_their_words(client: Client, app: Flask) -> None:
    with writing(app) as work:
        entry = makers.entry(work)
        seen = entry.head_id
        makers.version(work, entry, makers.bpmn("Inzwischen"))
    place = "/marburg/hundesteuer-anmelden/versions"
    form = {"message": "Mein Hinweis", "parent": str(seen), "source": makers.bpmn("Meins").decode()}
    answer = client.send(place, **form)
    assert answer.status_code == 302
    page = client.page(answer.location)
    assert "Mein Hinweis" in page.xpath("//h1")[0].text_content()
    assert "Inzwischen hat jemand anderes dieselbe Stelle geändert" in page.text_content()
    assert page.xpath("//li[contains(@class, 'change--clash')]//input[@type='radio']")
    kept = client.get(f"{answer.location}/theirs.source").get_data(as_text=True)
    assert kept == form["source"]
    assert client.get(f"{place}/0.02").status_code == 200
    assert client.get(f"{place}/0.03").status_code == 404


def archive(fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        fill(made)
    return data.getvalue()


def many(count: int, content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(count):
            made.writestr(f"{number}.bpmn", content)
    return data.getvalue()


def _encrypted() -> bytes:
    data = bytearray(archive(lambda made: made.writestr("a.bpmn", GOOD)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def _link(made: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("verweis.bpmn")
    info.external_attr = 0o120777 << 16
    made.writestr(info, "/etc/passwd")


ARCHIVES: dict[str, bytes] = {
    "no archive": b"Guten Tag",
    "an empty archive": archive(lambda made: None),
    "a way out of the folder": archive(lambda made: made.writestr("../../etc/x.bpmn", GOOD)),
    "a way out in Windows' spelling": archive(lambda made: made.writestr("..\\..\\x.bpmn", GOOD)),
    "an absolute path": archive(lambda made: made.writestr("/etc/x.bpmn", GOOD)),
    "a bomb": archive(lambda made: made.writestr("bombe.bpmn", b"\0" * 150_000_000)),
    "a bomb in many parts": many(8, b"\0" * 30_000_000),
    "too many files": many(501, b"x"),
    "a link": archive(_link),
    "a password": _encrypted(),
    "a truncated archive": archive(lambda made: made.writestr("a.bpmn", GOOD))[:200],
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_an_archive_that_must_not_be_opened_is_refused_with_one_sentence(client: Client, what: str) -> None:
    start = time.process_time()
    answer = client.send("/new/zip", file=(io.BytesIO(ARCHIVES[what]), "viele.zip"), organisation="marburg")
    assert time.process_time() - start < SECONDS
    assert answer.status_code == 422
    assert reason(answer).endswith(".")


def test_an_archive_is_imported_file_by_file_with_a_report(client: Client, app: Flask) -> None:
    from hub.cli import worker

    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("gut.bpmn", GOOD)
        made.writestr("ohne-zeichnung.bpmn", makers.bpmn("Anderer Schritt", name="Ohne Zeichnung", drawn=False))
        made.writestr("kaputt.bpmn", GOOD[:300])
        made.writestr("bild.png", b"\x89PNG")
        made.writestr("ordner/design.md", makers.design())

    answer = client.send("/new/zip", file=(io.BytesIO(archive(fill)), "viele.zip"), organisation="marburg")
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    while worker.once(app, app.config["HUB"]):
        pass
    page = " ".join(parsed(client.get(answer.location)).text_content().split())
    assert [
        name for name in ("gut.bpmn", "ohne-zeichnung.bpmn", "kaputt.bpmn", "bild.png", "design.md") if name not in page
    ] == []
    with writing(app) as work:
        assert work.session.scalar(select(func.count()).select_from(Entry)) == 3
        assert entries.find(makers.as_person(work, "modellierung@marburg.example"), "marburg", "ohne-zeichnung")
    with app.app_context():
        db.session.remove()
