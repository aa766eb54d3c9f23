"""Both kinds of content under one set of verbs."""

import pytest

from hub import documents
from hub.errors import Invalid
from hub.store.entries import EntryKind
from tests import makers

BPMN = makers.bpmn()

DESIGN = b"# Hund anmelden\n\nVertrauensniveau: normal\n\n## Zielbild\n\nSchnell.\n"


def _design(data: bytes) -> documents.Content:
    return documents.read(EntryKind.DESIGN, data)


def test_a_design_and_a_model_are_merged_through_the_same_door() -> None:
    theirs = _design(DESIGN.replace(b"Schnell", b"In zehn Minuten"))
    merged = documents.merge("design", _design(DESIGN), _design(DESIGN.replace(b"normal", b"hoch")), theirs)
    assert merged.data == DESIGN.replace(b"normal", b"hoch").replace(b"Schnell", b"In zehn Minuten")
    model = documents.read(EntryKind.PROCESS, BPMN)
    assert documents.merge("process", model, model, model).data == BPMN


@pytest.mark.parametrize("kind", ["design", "process"])
def test_contents_of_different_kinds_are_not_merged(kind: str) -> None:
    model = documents.read(EntryKind.PROCESS, BPMN)
    with pytest.raises(Invalid) as refused:
        documents.merge(kind, _design(DESIGN), model, model)
    assert refused.value.fields == {"source": "wrong_kind"}


def test_a_decision_that_fits_nothing_is_told_in_german() -> None:
    content = _design(DESIGN)
    with pytest.raises(Invalid) as refused:
        documents.merge("design", content, content, content, {"clash/none": "ours"})
    assert "keinen Konflikt und keine Änderung" in refused.value.fields["decisions"]


def test_a_renamed_section_keeps_the_key_that_comments_hang_on() -> None:
    before = _design(DESIGN + b"\n## Was offen ist\n\nDie Anbindung der Kasse an das Verfahren.\n")
    after = _design(DESIGN + b"\n## Offene Punkte\n\nDie Anbindung der Kasse an das Verfahren.\n")
    keys = before.keys(None, {})
    assert after.keys(before, keys)["offene-punkte"] == keys["was-offen-ist"]


def test_a_name_given_up_and_used_again_gets_a_key_of_its_own() -> None:
    before = _design(b"# T\n\n## Offen\n\nDie Kasse ist noch nicht angebunden.\n")
    renamed = _design(b"# T\n\n## Alt\n\nDie Kasse ist noch nicht angebunden.\n")
    again = _design(
        b"# T\n\n## Alt\n\nDie Kasse ist noch nicht angebunden.\n\n## Offen\n\nEtwas ganz anderes steht hier.\n"
    )
    keys = renamed.keys(before, before.keys(None, {}))
    assert keys == {"alt": "s-offen"}
    assert again.keys(renamed, keys) == {"alt": "s-offen", "offen": "s-offen-2"}
