"""Media breaks of whole models: where they are looked for, channels, systems, structure, ways and figures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import bpmn
from hub.bpmn.commands import main
from tests.pure.bpmn.small import raw, small
from tests.timing import takes_less_than

LIBRARY = Path(__file__).parents[3] / "processes"
BREAKS = {
    # The breaks that the dossier of each service names.
    "gewerbe-anmelden-ist": "MB-01 MB-02 MB-08 MB-10 MB-16 MB-03 MB-05 MB-12",
    "hundesteuer-ist": "MB-17 MB-13 MB-10",
    "bewohnerparkausweis-ist": "MB-09 MB-05 MB-15",
    "sondernutzung-ist": "MB-09 MB-14 MB-12 MB-02",
    "wohngeld-ist": "MB-09 MB-04 MB-10 MB-03 MB-05",
    "sepa-mandat-ist": "MB-02 MB-03 MB-05 MB-04 MB-10 MB-14",
    "wohnsitz-anmelden-ist": "MB-09 MB-08",
    "geburtsurkunde-ist": "MB-15 MB-05 MB-09",
}
TO_BE = sorted(path.parent.name for path in LIBRARY.glob("*/process.bpmn") if "-ist" not in path.parent.name)


def library(name: str) -> bpmn.Model:
    return bpmn.read((LIBRARY / name / "process.bpmn").read_bytes())


def found(model: bpmn.Model) -> list[tuple[str, str, str]]:
    return [(one.rule, one.element_id, str(one.severity)) for one in bpmn.media_breaks(model)]


@pytest.mark.parametrize("name", BREAKS)
def test_as_is_models_have_the_breaks_their_service_is_known_for(name: str) -> None:
    assert set(BREAKS[name].split()) <= {one.rule for one in bpmn.media_breaks(library(name))}


@pytest.mark.parametrize("name", TO_BE)
def test_to_be_models_have_no_unjustified_break(name: str) -> None:
    findings = bpmn.media_breaks(library(name))
    assert [one for one in findings if one.severity == "H" and not one.justified] == []


def test_a_finding_tells_rule_element_words_and_remedy() -> None:
    (one,) = bpmn.media_breaks(small("userTask A Bescheid ausdrucken"))
    assert (one.rule, one.element_id, one.severity, one.text, one.origin) == ("MB-03", "A", "H", "ausdrucken", "name")
    assert one.element_name == "Bescheid ausdrucken"
    assert one.sentence() == "„Bescheid ausdrucken“: möglicher Medienbruch, Ausdruck (im Namen: „ausdrucken“)."
    assert one.sentence("en") == "“Bescheid ausdrucken”: possible media break, print-out (in the name: “ausdrucken”)."
    assert one.remedy.startswith("Stellen Sie das Dokument im Postfach")
    assert one.to_dict("en")["remedy"].startswith("Deliver the document")


def test_an_element_raises_each_rule_once_with_its_best_evidence() -> None:
    model = raw(
        '<process id="P"><userTask id="A" name="Bescheid drucken">'
        "<documentation>Der Bescheid wird ausgedruckt und per Post versandt.</documentation></userTask></process>"
    )
    assert [(one.rule, one.severity, one.origin) for one in bpmn.media_breaks(model)] == [
        ("MB-03", "H", "name"),
        ("MB-05", "M", "documentation"),
    ]


def test_what_is_said_of_pools_and_lanes_is_only_a_hint() -> None:
    model = raw(
        '<process id="P"><laneSet id="S"><lane id="L" name="Poststelle"/></laneSet></process>'
        '<collaboration id="C"><participant id="X" name="Person"><documentation>Die Person druckt das Formular aus.'
        "</documentation></participant></collaboration>"
    )
    assert {(rule, severity) for rule, _, severity in found(model)} == {("MB-05", "N"), ("MB-01", "N"), ("MB-03", "N")}


def hub_model(*, channel: str, name: str = "Bescheid", incoming: bool = False) -> bpmn.Model:
    ends = 'sourceRef="X" targetRef="A"' if incoming else 'sourceRef="A" targetRef="X"'
    return raw(
        '<collaboration id="C"><participant id="X" name="Person"/><participant id="Y" name="Stadt" processRef="P"/>'
        f'<messageFlow id="M" name="{name}" {ends}><extensionElements>'
        f'<hub:channel xmlns:hub="urn:ikz-prozesshub:bpmn:1" kind="{channel}"/></extensionElements></messageFlow>'
        '</collaboration><process id="P"><sendTask id="A" name="Bescheid bekannt geben"/></process>'
    )


@pytest.mark.parametrize(
    ("channel", "rule", "severity"),
    [
        ("post", "MB-05", "H"), ("fax", "MB-06", "H"), ("phone", "MB-07", "M"), ("personal", "MB-08", "M"),
        ("email", "MB-12", "M"), ("paper", "MB-03", "H"),
    ],
)  # fmt: skip
def test_channels_that_are_breaks_decide(channel: str, rule: str, severity: str) -> None:
    assert found(hub_model(channel=channel)) == [(rule, "M", severity)]


def test_paper_that_comes_in_is_an_application_on_paper() -> None:
    assert found(hub_model(channel="paper", incoming=True)) == [("MB-01", "M", "H")]


@pytest.mark.parametrize("channel", ["online", "mailbox", "interface", "file"])
def test_digital_channels_overrule_words_about_transport(channel: str) -> None:
    assert found(hub_model(channel=channel, name="Bescheid per Post")) == []


def test_message_flows_without_any_channel_are_a_hint() -> None:
    flow = '<messageFlow id="M" name="{}" sourceRef="X" targetRef="Y"/>'
    pools = '<collaboration id="C"><participant id="X" name="A"/><participant id="Y" name="B"/>{}</collaboration>'
    assert found(raw(pools.format(flow.format("Antrag")))) == [("MB-19", "M", "N")]
    assert found(raw(pools.format(flow.format("Antrag im Onlinedienst")))) == []
    assert found(raw(pools.format(flow.format("Antrag per Post")))) == [("MB-01", "M", "H"), ("MB-05", "M", "H")]


def test_manual_and_untyped_tasks_are_told() -> None:
    assert found(small("manualTask A Fläche begehen\ntask B Antrag prüfen\nuserTask C Antrag prüfen")) == [
        ("MB-18", "A", "M"),
        ("MB-20", "B", "N"),
    ]


def test_typing_in_what_was_received_is_told_from_the_order_of_steps() -> None:
    model = small(
        "startEvent S Antrag eingegangen\nuserTask A Antragsdaten erfassen\nuserTask B Daten erfassen", "S>A A>B"
    )
    assert found(model) == [("MB-10", "A", "M")]


def with_systems(first: str, second: str, kind: str = "userTask") -> bpmn.Model:
    hub = '<extensionElements><hub:system xmlns:hub="urn:ikz-prozesshub:bpmn:1" name="{}"/></extensionElements>'
    return raw(
        f'<process id="P"><userTask id="A" name="Fall prüfen">{hub.format(first)}</userTask><exclusiveGateway id="G"/>'
        f'<{kind} id="B" name="Fall buchen">{hub.format(second)}</{kind}>'
        '<sequenceFlow id="f1" sourceRef="A" targetRef="G"/>'
        '<sequenceFlow id="f2" sourceRef="G" targetRef="B"/></process>'
    )


def test_a_change_of_system_needs_an_interface() -> None:
    assert found(with_systems("Fachverfahren", "Finanzverfahren")) == [("MB-11", "B", "M")]
    assert found(with_systems("Fachverfahren", "Fachverfahren")) == []
    assert found(with_systems("Fachverfahren", "Finanzverfahren", "serviceTask")) == []


def test_a_claim_in_the_model_is_carried_with_the_finding() -> None:
    model = raw(
        '<process id="P"><manualTask id="A" name="Urkunde siegeln"><documentation>'
        "Der Schritt ist begründet unvermeidbar, § 55 PStG.</documentation></manualTask></process>"
    )
    assert {one.justified for one in bpmn.media_breaks(model)} == {"Der Schritt ist begründet unvermeidbar, § 55 PStG."}


def test_an_organisation_adds_words_remedies_and_rules() -> None:
    toml = """
        friends = ["postmappe"]
        [[rule]]
        id = "MB-14"
        lexemes = ["laufkladde*"]
        remedy_de = "Nutzen Sie die E-Akte der Stadt."
        [[rule]]
        id = "MB-90"
        de = "Rohrpost"
        severity = "M"
        remedy_de = "Nutzen Sie den Workflow."
        lexemes = ["rohrpost*"]
        [[rule]]
        id = "MB-20"
        on = false
    """
    model = small("task A Laufkladde führen\ntask B Postmappe öffnen\ntask C Rohrpost senden")
    findings = bpmn.media_breaks(model, toml.encode())
    assert [(one.rule, one.element_id, one.remedy) for one in findings] == [
        ("MB-14", "A", "Nutzen Sie die E-Akte der Stadt."),
        ("MB-90", "C", "Nutzen Sie den Workflow."),
    ]
    assert "MB-90" not in bpmn.media_rules().rules


@pytest.mark.parametrize(
    "settings",
    [
        b"rule = ",
        {"rule": 3},
        {"rule": ["MB-01"]},
        {"rule": [{"id": "MB-01", "lexemes": ["*"]}]},
        {"rule": [{"id": "MB-01", "severity": "X"}]},
        {"rule": [{"id": "MB-91", "lexemes": ["wort"]}]},
        {"rule": [{"id": "MB-01", "colour": "red"}]},
        {"friends": "post"},
        {"digital": ["x"]},
        {"negations": {"before": {"ohne": "viel"}}},
    ],
)
def test_rules_that_make_no_sense_are_refused_with_a_sentence(settings: bytes | dict[str, object]) -> None:
    with pytest.raises(bpmn.MediaRuleError) as caught:
        bpmn.read_media_rules(settings)
    assert caught.value.sentence().startswith("Die Angabe „")
    assert caught.value.sentence("en").startswith("“")


BRANCHES = """
startEvent S
exclusiveGateway G Wie?
userTask A Antrag online prüfen
userTask B Antrag ausdrucken
endEvent E Antrag geprüft
"""


def test_one_free_way_is_enough_for_a_run_but_not_for_all_main_ways() -> None:
    model = small(BRANCHES, "S>G G>A G>B A>E B>E")
    numbers = bpmn.media_numbers(model, bpmn.media_breaks(model))
    assert (numbers.one_way_free, numbers.all_main_ways_free) == (True, False)
    ways = bpmn.media_paths(model, bpmn.media_breaks(model))
    assert [(way.start_id, way.end_id, way.free) for way in ways] == [("S", "E", True), ("S", "E", False)]
    assert [one.rule for one in ways[1].findings] == ["MB-03"]


def test_a_parallel_split_needs_all_its_branches() -> None:
    model = small(BRANCHES.replace("exclusiveGateway", "parallelGateway"), "S>G G>A G>B A>E B>E")
    assert bpmn.media_numbers(model, bpmn.media_breaks(model)).one_way_free is False


def test_a_break_at_a_message_breaks_the_step_that_receives_it() -> None:
    numbers = bpmn.media_numbers(model := hub_model(channel="post", incoming=True), bpmn.media_breaks(model))
    assert (numbers.one_way_free, numbers.hand_overs, numbers.broken_hand_overs, numbers.quota) == (False, 1, 1, 1.0)


def test_a_break_inside_a_sub_process_breaks_the_way_through_it() -> None:
    model = raw(
        '<process id="P"><startEvent id="S"/><subProcess id="U"><startEvent id="s"/><userTask id="a" name="Scannen"/>'
        '<endEvent id="e"/><sequenceFlow id="g" sourceRef="s" targetRef="a"/>'
        '<sequenceFlow id="h" sourceRef="a" targetRef="e"/></subProcess><endEvent id="E"/>'
        '<sequenceFlow id="f1" sourceRef="S" targetRef="U"/>'
        '<sequenceFlow id="f2" sourceRef="U" targetRef="E"/></process>'
    )
    findings = bpmn.media_breaks(model)
    numbers = bpmn.media_numbers(model, findings)
    assert (numbers.one_way_free, numbers.all_main_ways_free) == (False, False)
    assert [one.rule for one in bpmn.media_paths(model, findings)[0].findings] == ["MB-04"]


def test_decisions_change_the_figures_and_nothing_else_does() -> None:
    model = small(
        "startEvent S\nuserTask A Bescheid ausdrucken\nserviceTask B Bescheid ablegen\nendEvent E", "S>A A>B B>E"
    )
    findings = bpmn.media_breaks(model)
    numbers = bpmn.media_numbers(model, findings)
    assert (numbers.open_count, numbers.automation, numbers.status) == (1, 0.5, "open")
    decided = bpmn.media_numbers(model, findings, {("A", "MB-03"): "justified"})
    assert (decided.open_count, decided.justified_count, decided.one_way_free, decided.status) == (
        0,
        1,
        True,
        "justified",
    )
    assert bpmn.media_numbers(model, findings, {("A", "MB-03"): "no-break"}).status == "free"
    assert bpmn.media_numbers(model, []).quota is None


def test_a_decision_nobody_knows_is_refused() -> None:
    model = small("userTask A Bescheid ausdrucken")
    with pytest.raises(ValueError, match="vielleicht"):
        bpmn.media_numbers(model, bpmn.media_breaks(model), {("A", "MB-03"): "vielleicht"})


def test_loops_and_missing_ends_do_not_hang() -> None:
    loop = small("startEvent S\nuserTask A Prüfen\nuserTask B Scannen", "S>A A>B B>A")
    assert bpmn.media_numbers(loop, bpmn.media_breaks(loop)).one_way_free is None
    assert bpmn.media_paths(loop, []) == []
    empty = raw('<process id="P"/>')
    assert (bpmn.media_breaks(empty), bpmn.media_paths(empty, [])) == ([], [])


def ladder(rungs: int) -> bpmn.Model:
    nodes, flows = ["startEvent n0"], []
    for at in range(rungs):
        nodes += [
            f"exclusiveGateway g{at}",
            f"userTask a{at} Prüfen",
            f"userTask b{at} Scannen",
            f"task n{at + 1} Weiter",
        ]
        flows += [f"n{at}>g{at}", f"g{at}>a{at}", f"g{at}>b{at}", f"a{at}>n{at + 1}", f"b{at}>n{at + 1}"]
    return small("\n".join([*nodes, "endEvent E"]), " ".join([*flows, f"n{rungs}>E"]))


def test_a_million_million_ways_are_judged_without_walking_them_all() -> None:
    model = ladder(40)
    findings = bpmn.media_breaks(model)
    numbers, ways = bpmn.media_numbers(model, findings), bpmn.media_paths(model, findings)
    assert (numbers.one_way_free, numbers.all_main_ways_free, len(ways)) == (True, False, 60)
    assert takes_less_than(2, lambda: (bpmn.media_numbers(model, findings), bpmn.media_paths(model, findings)))


def slow_models() -> Iterator[bpmn.Model]:
    for name in BREAKS:
        yield library(name)


def test_analysis_takes_milliseconds() -> None:
    models = list(slow_models())
    bpmn.media_breaks(models[0])
    # About 20 ms for 100 elements full of breaks on a busy machine would still pass; the figure is in the docs.
    limit = 0.0005 * sum(len(model.elements) for model in models)
    assert takes_less_than(limit, lambda: [bpmn.media_breaks(model) for model in models], tries=10)


def test_the_command_prints_findings_and_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, rules = tmp_path / "a.bpmn", tmp_path / "rules.toml"
    file.write_bytes(small("userTask A Bescheid ausdrucken").source)
    assert main(["media", str(file)]) == 1
    assert "H MB-03 A: „Bescheid ausdrucken“" in capsys.readouterr().out
    assert main(["media", str(file), "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)[str(file)]
    assert (printed["findings"][0]["rule"], printed["numbers"]["open_count"]) == ("MB-03", 1)
    rules.write_text('[[rule]]\nid = "MB-03"\non = false\n')
    assert main(["media", str(file), "--rules", str(rules)]) == 0
    rules.write_text("rule = 3")
    assert main(["media", str(file), "--rules", str(rules)]) == 2
    assert "lässt sich nicht verwenden" in capsys.readouterr().err
