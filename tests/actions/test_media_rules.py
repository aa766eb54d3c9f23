"""The coordination extends the rules, sees the effect first, and nobody saves over anybody."""

import pytest

from hub.actions import findings, media, media_effect, media_rules
from hub.bpmn import Addition, Additions
from hub.errors import Conflict, Forbidden, Invalid
from hub.work import Work
from tests import makers

OFFICE = "koordination@ikz.example"


@pytest.fixture
def office(work: Work) -> Work:
    return makers.as_person(work, OFFICE)


def added(*lexemes: str, **given: str) -> Addition:
    return Addition(lexemes, **given)  # type: ignore[arg-type]  # texts only


def test_an_added_word_is_found_and_the_catalogue_still_holds(office: Work) -> None:
    entry = makers.entry(office, makers.bpmn("Rohrpost leeren", "Bescheid ausdrucken"))
    assert entry.head is not None
    before = {one.found.rule for one in findings.of(office, entry, entry.head)}
    wanted = media_rules.edited(office, "MB-05", added("rohrpost*"))
    media_rules.change(office, wanted, number=0, message="In Fulda gibt es Rohrpost")
    after = {one.found.rule for one in findings.of(office, entry, entry.head)}
    assert after - before == {"MB-05"}
    assert "MB-03" in after


def test_stored_findings_of_older_rules_are_made_anew(office: Work) -> None:
    hub = makers.as_hub(office)
    entry = makers.entry(office, makers.bpmn("Rohrpost leeren"))
    assert entry.head is not None
    assert media.refresh(hub, entry.head).open_high == 0
    media_rules.change(office, media_rules.edited(office, "MB-05", added("rohrpost*")), number=0, message="Rohrpost")
    assert media.behind(hub, limit=5) == [entry.head.id]
    assert media.refresh(hub, entry.head).open_high == 1


def test_a_rule_of_ones_own_needs_label_severity_and_remedy(office: Work) -> None:
    with pytest.raises(Invalid) as error:
        media_rules.edited(office, "MB-90", added("rohrpost*"))
    assert dict(error.value.fields) == {"de": "required", "severity": "required", "remedy_de": "required"}
    wanted = media_rules.edited(
        office, "MB-90", added("rohrpost*", de="Rohrpost", severity="M", remedy_de="Nutzen Sie den Workflow.")
    )
    media_rules.change(office, wanted, number=0, message="Rohrpost")
    assert media_rules.current(office).rules.rules["MB-90"].remedy() == "Nutzen Sie den Workflow."


@pytest.mark.parametrize(
    ("rule", "addition", "field"),
    [
        ("rohrpost", added("rohrpost*"), "rule"),
        ("MB|90", added("rohrpost*"), "rule"),
        ("MB-05", added("a*"), "lexemes"),
        ("MB-05", added("(post"), "lexemes"),
        ("MB-05", added("post", severity="X"), "severity"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field(
    office: Work, rule: str, addition: Addition, field: str
) -> None:
    with pytest.raises(Invalid) as error:
        media_rules.checked(media_rules.edited(office, rule, addition))
    assert list(error.value.fields) == [field]


def test_two_coordinators_cannot_save_over_each_other(office: Work) -> None:
    media_rules.change(office, Additions(("postmappe*",)), number=0, message="Ordner im Dokumentensystem")
    with pytest.raises(Conflict, match="media_rules_changed"):
        media_rules.change(office, Additions(("laufmappe*",)), number=0, message="Anderer Ordner")
    assert media_rules.additions(office).friends == ("postmappe*",)


def test_a_change_needs_a_reason_and_something_to_change(office: Work) -> None:
    with pytest.raises(Invalid):
        media_rules.change(office, Additions(("postmappe*",)), number=0, message=" ")
    with pytest.raises(Invalid):
        media_rules.change(office, Additions(), number=0, message="Nichts")


def test_a_modeller_does_not_change_the_rules_of_all_cities(work: Work) -> None:
    with pytest.raises(Forbidden):
        media_rules.change(work, Additions(("postmappe*",)), number=0, message="Ordner")


def test_the_effect_is_known_before_anything_is_saved(office: Work) -> None:
    makers.entry(office, makers.bpmn("Rohrpost leeren", "Bescheid ausdrucken"), title="Mit Rohrpost")
    makers.entry(office, makers.bpmn("Rohrpost leeren"), title="Verborgen", visibility="city")
    effect = media_effect.effect(office, media_rules.edited(office, "MB-05", added("rohrpost*")))
    assert (effect.more, effect.fewer, effect.other, effect.checked, effect.total) == (1, 0, 0, 1, 1)
    assert [(one.entry.title, one.rule, one.before, one.after) for one in effect.examples] == [
        ("Mit Rohrpost", "MB-05", "", "H")
    ]
    off = media_rules.edited(office, "MB-03", Addition(on=False))
    assert media_effect.effect(office, off).fewer == 1
    weaker = media_rules.edited(office, "MB-03", added(severity="N"))
    assert media_effect.effect(office, weaker).other == 1
    assert media_rules.current(office).number == 0
