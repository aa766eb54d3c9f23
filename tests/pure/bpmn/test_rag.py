"""Reference activity groups: what the file says, what a name suggests, and how often that is right."""

import re

import pytest

from hub import bpmn, xprozess
from hub.config import ROOT
from tests import makers
from tests import xprozess as made
from tests.needs import corpus


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Anzeige empfangen", 1),
        ("Auf zuständige Behörde hinweisen", 2),
        ("Vollständigkeit prüfen", 3),
        ("Steuer festsetzen", 4),
        ("Über Erhebung einer Geldbuße entscheiden", 5),
        ("Ablehnungsbescheid erlassen", 6),
        ("Unterlagen nachfordern", 7),
        ("Erfordernis Anhörung prüfen", 3),
        ("Prüfung der Zuständigkeit", 3),
        ("Antrag geht ein", 1),
        ("Antragstellerin wird informiert", 2),
        ("Vorgang abschließen", 6),
        ("Ortsbesichtigung durchführen", 8),
        ("Blumen gießen", None),
        ("", None),
    ],
)
def test_a_name_suggests_a_type(name: str, code: int | None):
    assert bpmn.suggest_rag(name) == code


def labelled() -> list[tuple[str, int]]:
    """Return (name, type) of the activities of released processes."""
    text = (corpus("fim") / "gop_individuals.ttl").read_text("utf-8")
    found = [
        (label[1], int(kind[1]))
        for block in re.split(r"\n\s*\n", text)
        if (kind := re.search(r"process/RAG(\d)>", block))
        and (label := re.search(r'rdf-schema#label>\s*"([^"]+)"', block))
    ]
    [read] = xprozess.read(made.released()).processes
    return found + [(row.name, row.type) for row in read.process.activities]


def test_suggestions_agree_with_the_editors_as_often_as_the_documentation_says():
    names = labelled()
    right = sum(bpmn.suggest_rag(name) == kind for name, kind in names)
    assert (right, len(names)) == (45, 48)


def test_suggestions_agree_with_the_sample_library_as_often_as_the_documentation_says():
    names = {
        (node.name, kind)
        for path in (ROOT / "processes").glob("*/process.bpmn")
        for node in bpmn.read(path.read_bytes()).of_kind(bpmn.Kind.ACTIVITY)
        if node.type != "callActivity" and (kind := bpmn.rag_of(node))
    }
    said = [(bpmn.suggest_rag(name), kind) for name, kind in names]
    right = sum(one == other for one, other in said)
    nothing = sum(one is None for one, _ in said)
    assert (right, nothing, len(said)) == (141, 13, 187)


def test_the_file_itself_may_name_the_type():
    data = makers.bpmn().replace(
        b'<task id="step1" name="Anmeldung entgegennehmen">',
        b'<task id="step1" name="Anmeldung entgegennehmen"><extensionElements>'
        b'<hub:rag xmlns:hub="urn:ikz-prozesshub:bpmn:1" code="7"/></extensionElements>',
    )
    model = bpmn.read(data)
    assert bpmn.rag_of(model.elements["step1"]) == 7
    assert bpmn.rag_of(model.elements["step2"]) is None


def test_a_text_can_carry_notes_at_its_steps():
    text = bpmn.describe(bpmn.read(makers.bpmn()), "de").noted({"step1": "RAG 1 – <Information> empfangen"})
    assert "RAG 1 – &lt;Information&gt; empfangen" in text.as_html()
    assert "RAG 1 – <Information> empfangen" in text.as_text()
