"""XProzess in and out: nothing of what is modelled is lost, nothing hostile gets through."""

import base64
import io
import random
import re
import zipfile
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import xprozess
from hub.xprozess import Activity, Code, Head, LegalBasis, Participant, Process, Read, Reference, State
from tests import makers
from tests import xprozess as made

HEAD = Head("7f9d5a3e-0000-4000-8000-000000000000", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "Stadt Marburg")


def only(data: bytes) -> Read:
    """Return the one process of a message."""
    [found] = xprozess.read(data).processes
    return found


def test_the_released_process_is_read_with_profile_groups_and_model():
    found = only(made.released())
    process = found.process
    assert process.id == "99006028261000"
    assert [row.number for row in process.activities] == [f"{at:02}" for at in range(1, 13)]
    assert process.keywords[:2] == ("Beschäftigungsverbot", "Mutter")
    assert process.state.valid_from == "2020-01-01"
    assert (process.procedure.code, process.form.code) == ("501", "310")
    assert process.model is not None
    assert process.model.data.count(b"<subProcess") == 12


def test_every_element_of_the_released_process_is_either_read_or_reported():
    assert not [text for text in only(made.released()).warnings if "Nicht interpretiert" in text]


def test_a_status_means_something_only_with_its_list_and_version():
    assert xprozess.status_word(only(made.released()).process.state.status) == "unbekannt (2 / 2020-03-19)"
    assert xprozess.status_word(xprozess.code("status", "5")) == "fachlich freigegeben (silber)"
    assert xprozess.status_word(Code("5", "urn:other", "2022-07-12")).startswith("unbekannt")


def test_the_released_process_survives_writing_and_reading():
    process = only(made.released()).process
    again = only(xprozess.write(HEAD, [process]))
    assert again.process == process
    assert not [text for text in again.warnings if "Nicht interpretiert" in text]


def test_the_same_process_gives_the_same_bytes():
    process = only(made.released()).process
    assert xprozess.write(HEAD, [process]) == xprozess.write(HEAD, [process])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(
    lambda text: " ".join(text.split())
)
NAMES = WORDS.filter(bool)
CODES = st.builds(lambda value: Code(value, "urn:x", "1") if value else Code(), st.sampled_from(["", "1", "99"]))
REFERENCES = st.one_of(st.builds(Reference, text=NAMES), st.builds(Reference, form_id=NAMES))
BASES = st.builds(LegalBasis, name=NAMES, kind=CODES, uri=WORDS)
PROCESSES = st.builds(
    Process,
    id=NAMES,
    version=WORDS,
    name=NAMES,
    definition=WORDS,
    triggers=st.lists(REFERENCES, max_size=2, unique=True).map(tuple),
    results=st.lists(REFERENCES, max_size=2, unique=True).map(tuple),
    participants=st.lists(
        st.builds(Participant, name=NAMES, roles=st.lists(CODES.filter(bool), max_size=2).map(tuple)),
        max_size=2,
        unique=True,
    ).map(tuple),
    legal_bases=st.lists(BASES, max_size=2, unique=True).map(tuple),
    targets=WORDS,
    procedure=CODES,
    keywords=st.lists(NAMES.filter(lambda word: "|" not in word), max_size=3, unique=True).map(tuple),
    state=st.builds(
        State, status=CODES, valid_from=st.sampled_from(["", "2024-03-31", "2026-07-01"]), valid_until=st.just("")
    ),
    activities=st.lists(
        st.builds(
            Activity, type=st.integers(1, 8), number=NAMES, name=WORDS, tools=WORDS, duty=st.none() | st.booleans()
        ),
        max_size=2,
        unique_by=lambda row: row.number,
    ).map(lambda rows: tuple(sorted(rows, key=lambda row: (row.number, row.element_id)))),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PROCESSES)
def test_what_is_written_reads_the_same(process: Process):
    assert only(xprozess.write(HEAD, [process])).process == process


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PROCESSES)
def test_a_record_survives_plain_data(process: Process):
    assert xprozess.from_plain(Process, xprozess.to_plain(process)) == process


def test_a_plain_record_of_the_wrong_type_is_refused():
    with pytest.raises(ValueError, match="was expected"):
        xprozess.from_plain(Process, {"name": 3})
    with pytest.raises(ValueError, match="a list was expected"):
        xprozess.from_plain(Process, {"keywords": "Hund"})


def test_the_elements_of_a_process_stand_in_the_order_of_the_schema():
    text = xprozess.write(HEAD, [only(made.released()).process]).decode()
    inside = text[text.index("<xprozess:prozess>") :]
    names = (
        "id", "version", "name", "bezeichnung", "fachlichFreigebendeStelle", "klassifikation", "schlagwort",
        "prozesssteckbrief", "prozessstrukturbeschreibung", "prozessmodell", "zustandsangaben",
    )  # fmt: skip
    places = [inside.index(f"\n  <xprozess:{name}>") for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kein vollst"),
        (b"<a/>", "keine XProzess-Nachricht"),
        (b"PK\x03\x04rest", "ZIP-Archiv"),
        (made.message()[:-30], "kein vollst"),
        (made.message(before='<!DOCTYPE x [<!ENTITY a "b">]>'), "DOCTYPE"),
        (made.message(before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
        (made.message(root="prozesskatalog.export.0103"), "Prozesskatalog"),
        (makers.bpmn(), "BPMN-Modell"),
        (
            f'<x:alleInhalte.export.0303 xmlns:x="{made.NAMESPACE}"><x:prozesskatalog><x:prozessklasse><x:id>1</x:id>'
            "</x:prozessklasse></x:prozesskatalog></x:alleInhalte.export.0303>".encode(),
            "keinen Prozess",
        ),
    ],
)
def test_what_is_no_message_is_refused_with_what_to_do(data: bytes, said: str):
    with pytest.raises(xprozess.Unreadable, match=said) as error:
        xprozess.read(data)
    assert error.value.sentence().endswith((".", "„alleInhalte“)."))


def _zip(*members: tuple[str, bytes]) -> str:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("!!!", "base64"),
        ("UEsDBA==", "beschädigt"),
        (made.packed(makers.bpmn())[:-40], "base64|beschädigt"),
        ("", "leer"),
        (_zip(("../modell.bpmn", makers.bpmn())), "unzulässigen Pfad"),
        (_zip(("/etc/modell.bpmn", makers.bpmn())), "unzulässigen Pfad"),
        (_zip(("C:\\modell.bpmn", makers.bpmn())), "unzulässigen Pfad"),
        (_zip(("a.pdf", b"%PDF-1.7")), "kein BPMN"),
        (_zip(*((f"{at}.xml", b"<a/>") for at in range(30))), "mehr als 20"),
        (_zip(("bombe.bpmn", b"\0" * 15_000_000)), "stark gepackt"),
        (_zip(), "leer"),
        (base64.b64encode(b"%PDF-1.7 kein Modell").decode(), "kein BPMN"),
    ],
)
def test_a_bad_model_inside_becomes_a_warning_and_the_profile_is_still_read(inside: str, said: str):
    found = only(made.message(made.process(model=inside, profile="<x:definition>Gilt weiter</x:definition>")))
    assert found.process.model is None
    assert found.process.definition == "Gilt weiter"
    assert any(re.search(said, text) for text in found.warnings)


def test_the_models_of_one_message_share_a_bound():
    limits = xprozess.Limits(unpacked=len(makers.bpmn()) + 10)
    found = xprozess.read(made.message(made.process("1"), made.process("2")), limits).processes
    assert [row.process.model is not None for row in found] == [True, False]


def test_a_message_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(xprozess.Unreadable, match="größer"):
        xprozess.read(made.message(), xprozess.Limits(message=10))


def test_names_of_editors_and_embedded_reports_are_not_taken_over():
    state = "<x:zustandsangaben><x:letzterBearbeiter>Sachbearbeitung 7</x:letzterBearbeiter></x:zustandsangaben>"
    process = made.process(rest=state).replace(
        "</x:prozessmodell>",
        "<x:beschreibungsdatei><x:inhalt>JVBERi0=</x:inhalt></x:beschreibungsdatei></x:prozessmodell>",
    )
    found = only(made.message(process))
    assert "Sachbearbeitung 7" not in str(found.process)
    assert any("nicht übernommen" in text and "E-Mail" in text for text in found.warnings)
    assert any("letzten Bearbeitung" in text for text in found.warnings)


def test_what_is_unknown_is_reported_with_its_place():
    found = only(made.message(made.process(profile="<x:neuesFeld>wichtig</x:neuesFeld>")))
    assert "Nicht interpretiert und nicht übernommen: prozesssteckbrief → neuesFeld." in found.warnings


def test_a_group_of_an_unknown_type_is_reported_and_left_out():
    found = only(
        made.message(made.process(groups=made.group(kind="9") + made.group(2, kind="drei", name="Anderes prüfen")))
    )
    assert found.process.activities == ()
    assert sum("keinen bekannten RAG-Typ" in text for text in found.warnings) == 2


def test_an_unreadable_moment_is_reported_and_left_out():
    inside = "<x:gueltigkeitszeitraum><x:beginn>irgendwann</x:beginn></x:gueltigkeitszeitraum>"
    state = f"<x:zustandsangaben>{inside}</x:zustandsangaben>"
    found = only(made.message(made.process(rest=state)))
    assert found.process.state.valid_from == ""
    assert any("irgendwann" in text for text in found.warnings)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_message_is_read_or_refused_but_never_fails_otherwise(seed: int):
    """Bytes swapped, cut, doubled: as a bad transfer or a hostile sender would leave them."""
    chance = random.Random(seed)
    data = bytearray(made.message(made.process(), made.process("99")))
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(data))
        how = chance.randrange(4)
        if how == 0:
            data[at] = chance.randrange(256)
        elif how == 1:
            del data[at : at + chance.randrange(40)]
        elif how == 2:
            data[at:at] = data[at : at + chance.randrange(60)]
        else:
            data[at:at] = chance.choice([b"<", b"&", b"\0", b"]]>", b"<x:code>", "ä".encode("latin-1")])
    with suppress(xprozess.Unreadable):
        assert all(isinstance(row.process, Process) for row in xprozess.read(bytes(data)).processes)


def test_the_flat_record_names_no_person():
    assert not [field.name for field in fields(Process) if "editor" in field.name or "author" in field.name]
