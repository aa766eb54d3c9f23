"""The public face of the engine: every name and form that others rely on, used the way a stranger would."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from hub import bpmn, cli

ROOT = Path(__file__).parents[3]
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:fim="urn:example:fim" id="D" targetNamespace="urn:t">\n'
)
BASE = (
    HEAD
    + """  <!-- Entwurf -->
  <bpmn:collaboration id="C"><bpmn:participant id="PO" name="Stadt" processRef="P"/></bpmn:collaboration>
  <bpmn:process id="P">
    <bpmn:laneSet id="LS">
      <bpmn:lane id="L1" name="Fachamt"><bpmn:flowNodeRef>S</bpmn:flowNodeRef><bpmn:flowNodeRef>A</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>B</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="L2" name="Stadtkasse"><bpmn:flowNodeRef>E</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="S" name="Antrag eingegangen"/>
    <bpmn:userTask id="A" name="Antrag prüfen" fim:rag="3">
      <bpmn:documentation>Nach § 14 GewO</bpmn:documentation>
      <bpmn:extensionElements><fim:note value="1"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:task id="B" name="Gebühr einziehen"/>
    <bpmn:endEvent id="E" name="Antrag erledigt"/>
    <bpmn:sequenceFlow id="F1" sourceRef="S" targetRef="A"/>
    <bpmn:sequenceFlow id="F2" sourceRef="A" targetRef="B"/>
    <bpmn:sequenceFlow id="F3" sourceRef="B" targetRef="E"/>
  </bpmn:process>
</bpmn:definitions>
"""
)
DRAWN = bpmn.layout(bpmn.read(BASE.encode())).decode()
"""The same model with a drawing."""
OURS = DRAWN.replace("Antrag prüfen", "Antrag vollständig prüfen")
THEIRS = DRAWN.replace("Gebühr einziehen", "Gebühr buchen")
RIVAL = DRAWN.replace("Antrag prüfen", "Antrag ablehnen")


def model(text: str) -> bpmn.Model:
    return bpmn.read(text.encode())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write the models above and return their paths by name."""
    texts = {"base": DRAWN, "ours": OURS, "theirs": THEIRS, "rival": RIVAL, "bare": BASE, "bad": "<a>"}
    for name, text in texts.items():
        tmp_path.joinpath(f"{name}.bpmn").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.bpmn") for name in texts}


# Reading


def test_a_model_keeps_its_bytes_and_tells_its_elements() -> None:
    read = model(BASE)
    assert read.source == BASE.encode()
    assert [warning.code for warning in read.warnings] == ["no-diagram"]
    assert list(model(DRAWN).warnings) == []
    by_id = {element.id: element for element in read.elements}
    assert [by_id[id_].type for id_ in ("PO", "P", "L1", "S", "A", "B", "E", "F1")] == [
        "participant", "process", "lane", "startEvent", "userTask", "task", "endEvent", "sequenceFlow",
    ]  # fmt: skip
    task = by_id["A"]
    assert task.name == "Antrag prüfen"
    assert task.parent is by_id["P"]
    assert task.lane is by_id["L1"]
    assert task.pool is by_id["PO"]
    assert task.attributes["{urn:example:fim}rag"] == "3"
    assert task.documentation == "Nach § 14 GewO"
    assert [(node.name, node.attributes["value"]) for node in task.extensions] == [("note", "1")]
    assert len(read.elements) == len(by_id)
    assert "A" in read.elements
    assert read.elements["A"] is task


def test_flows_know_their_ends_and_diagrams_what_they_draw() -> None:
    read = model(DRAWN)
    ends = [(flow.source and flow.source.id, flow.target and flow.target.id) for flow in read.flows]
    assert ends == [("S", "A"), ("A", "B"), ("B", "E")]
    assert len(read.diagrams) == 1
    assert {shape.element.id for shape in read.diagrams[0].shapes if shape.element} >= {"PO", "L1", "L2", "S", "A"}
    assert model(BASE).diagrams == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 0),
        (b"kein XML", 1),
        (b"<a/>", 1),
        (BASE.encode()[:400], None),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 1),
        (BASE.replace("</bpmn:process>", "").encode(), None),
        (b"\x00" * 100, None),
    ],
)
def test_what_is_no_model_is_refused_with_code_line_and_column(data: bytes, line: int | None) -> None:
    with pytest.raises(bpmn.Unreadable) as caught:
        bpmn.read(data)
    refusal = caught.value
    assert refusal.code
    assert refusal.code == refusal.code.lower()
    assert isinstance(refusal.line, int)
    assert isinstance(refusal.column, int)
    assert line is None or refusal.line == line
    assert refusal.sentence("de").endswith(".")
    assert refusal.sentence("de") != refusal.sentence("en")


# Telling and drawing


def test_findings_have_rule_element_severity_and_text() -> None:
    found = bpmn.check(model(BASE.replace('<bpmn:sequenceFlow id="F2" sourceRef="A" targetRef="B"/>', "")))
    assert any(finding.element_id == "A" for finding in found)
    for finding in found:
        assert finding.rule
        assert finding.severity in ("error", "warning", "hint")
        assert finding.text.endswith((".", "?", "!", "“"))


def test_a_description_comes_as_text_and_as_html_in_two_languages() -> None:
    german, english = bpmn.describe(model(BASE)), bpmn.describe(model(BASE), lang="en")
    for name in ("Antrag eingegangen", "Antrag", "Gebühr", "Fachamt", "Stadtkasse"):
        assert name in german.as_text()
        assert name in german.as_html()
    assert german.as_text() != english.as_text()
    etree.fromstring(f"<div>{german.as_html()}</div>")


def test_a_drawing_is_svg_with_title_and_without_script() -> None:
    for text in (DRAWN, BASE):
        svg = bpmn.draw(model(text))
        root = etree.fromstring(svg.encode())
        names = {etree.QName(node).localname for node in root.iter() if isinstance(node.tag, str)}
        assert etree.QName(root).localname == "svg"
        assert {"title", "desc"} <= names
        assert "script" not in names


def test_layout_adds_a_drawing_and_leaves_the_rest() -> None:
    laid = bpmn.layout(model(BASE))
    assert isinstance(laid, bytes)
    assert "<!-- Entwurf -->" in laid.decode()
    assert bpmn.diff(model(BASE), bpmn.read(laid)).is_cosmetic
    drawn = {s.element.id for s in bpmn.read(laid).diagrams[0].shapes if s.element}
    assert drawn >= {"PO", "L1", "L2", "S", "A", "B", "E"}
    assert bpmn.layout(bpmn.read(laid)) == laid


def test_metrics_count() -> None:
    figures = bpmn.metrics(model(BASE))
    assert (figures.activities, figures.events, figures.lanes, figures.flow_count) == (2, 2, 2, 3)


# Comparing


def test_a_change_names_kind_ids_before_after_and_a_sentence() -> None:
    found = bpmn.diff(model(DRAWN), model(OURS))
    (change,) = found.changes
    assert change.kind == "renamed"
    assert (change.old_id, change.new_id) == ("A", "A")
    assert (change.before, change.after) == ("Antrag prüfen", "Antrag vollständig prüfen")
    assert "Antrag vollständig prüfen" in change.sentence("de")
    assert "Antrag vollständig prüfen" in change.sentence("en")
    assert change.sentence("de") == change.sentence()
    assert found.is_cosmetic is False
    assert len(set(found.fingerprints)) == 2


def test_the_kinds_of_change_have_fixed_names() -> None:
    assert {kind.value for kind in bpmn.ChangeKind} == {
        "added", "removed", "renamed", "retyped", "moved-lane", "moved-scope", "reconnected", "property",
        "documentation", "extension", "layout",
    }  # fmt: skip


def test_added_and_removed_have_one_id_only() -> None:
    new = BASE.replace("<bpmn:endEvent", '<bpmn:task id="N" name="Akte ablegen"/><bpmn:endEvent')
    (added,) = bpmn.diff(model(BASE), model(new)).changes
    assert (added.kind, added.old_id, added.new_id, added.before) == ("added", None, "N", None)
    (removed,) = bpmn.diff(model(new), model(BASE)).changes
    assert (removed.kind, removed.old_id, removed.new_id, removed.after) == ("removed", "N", None, None)


def test_changes_come_in_order_of_weight() -> None:
    new = (
        DRAWN.replace("Nach § 14 GewO", "Nach § 15 GewO")
        .replace('fim:rag="3"', 'fim:rag="4"')
        .replace("Gebühr einziehen", "Gebühr buchen")
        .replace("<bpmn:flowNodeRef>B</bpmn:flowNodeRef>", "")
        .replace("<bpmn:flowNodeRef>E<", "<bpmn:flowNodeRef>B</bpmn:flowNodeRef><bpmn:flowNodeRef>E<")
    )
    changes = bpmn.diff(model(DRAWN), model(new)).changes
    assert [change.kind for change in changes] == ["moved-lane", "renamed", "documentation", "extension"]
    weights = [change.weight for change in changes]
    assert weights == sorted(weights, reverse=True)


def test_moving_shapes_is_cosmetic() -> None:
    read = model(DRAWN)
    bounds = next(shape.bounds for shape in read.diagrams[0].shapes if shape.element and shape.element.id == "A")
    moved = DRAWN.replace(f'x="{bounds.x:g}" y="{bounds.y:g}"', f'x="{bounds.x + 7:g}" y="{bounds.y + 9:g}"')
    found = bpmn.diff(read, model(moved))
    assert {change.kind for change in found.changes} == {"layout"}
    assert found.is_cosmetic
    assert found.fingerprints[0] == found.fingerprints[1]


def test_a_matching_yields_pairs_with_confidence_when_all_ids_are_new() -> None:
    new = DRAWN
    for id_ in ("PO", "LS", "L1", "L2", "S", "A", "B", "E", "F1", "F2", "F3", "P", "C"):
        new = new.replace(f'"{id_}"', f'"neu_{id_}"').replace(f">{id_}<", f">neu_{id_}<")
    pairs = list(bpmn.match(model(DRAWN), model(new)))
    assert {(pair.old_id, pair.new_id) for pair in pairs} >= {(i, f"neu_{i}") for i in ("S", "A", "B", "E", "L1", "F2")}
    assert all(0 < pair.confidence <= 1 for pair in pairs)
    for old_id, new_id, _confidence in pairs:
        assert new_id == f"neu_{old_id}"
    assert bpmn.diff(model(DRAWN), model(new)).changes == ()


# Merging


def test_a_merge_gives_data_model_conflicts_and_who_changed_what() -> None:
    merged = bpmn.merge(model(DRAWN), model(OURS), model(THEIRS))
    assert list(merged.conflicts) == []
    assert merged.model.elements["A"].name == "Antrag vollständig prüfen"
    assert merged.model.elements["B"].name == "Gebühr buchen"
    assert merged.model.source == merged.data
    assert merged.model.diagrams
    assert {(applied.side, applied.change.new_id) for applied in merged.applied} == {("ours", "A"), ("theirs", "B")}


def test_a_conflict_names_the_element_both_changes_and_choices_and_can_be_decided() -> None:
    sides = model(DRAWN), model(OURS), model(RIVAL)
    (conflict,) = bpmn.merge(*sides).conflicts
    assert conflict.element_id == "A"
    assert [change.after for change in conflict.ours] == ["Antrag vollständig prüfen"]
    assert [change.after for change in conflict.theirs] == ["Antrag ablehnen"]
    assert {"ours", "theirs", "value"} <= set(conflict.choices)
    for decision, name in (
        ("ours", "Antrag vollständig prüfen"),
        ("theirs", "Antrag ablehnen"),
        ({"value": "Antrag sichten"}, "Antrag sichten"),
    ):
        decided = bpmn.merge(*sides, decisions={conflict.id: decision})
        assert list(decided.conflicts) == []
        assert decided.model.elements["A"].name == name


def test_the_laws_of_merging_hold() -> None:
    base, ours, theirs = model(DRAWN), model(OURS), model(THEIRS)
    assert bpmn.merge(base, base, theirs).data == theirs.source
    assert bpmn.merge(base, ours, base).data == ours.source
    assert bpmn.merge(base, ours, ours).data == ours.source
    assert bpmn.merge(base, base, base).data == base.source


def test_what_a_lossy_tool_exports_is_put_onto_the_original() -> None:
    before = DRAWN.replace("  <!-- Entwurf -->\n", "").replace('<fim:note value="1"/>', "")
    after = before.replace("Gebühr einziehen", "Gebühr buchen")
    assert bpmn.reapply(DRAWN.encode(), before.encode(), after.encode()) == THEIRS.encode()


def test_signatures_find_what_is_alike() -> None:
    index: bpmn.Index[str] = bpmn.Index()
    index.put("gewerbe", bpmn.signature(model(BASE)))
    index.put("anders", bpmn.signature(model(BASE.replace("Antrag", "Hund").replace("Gebühr", "Marke"))))
    assert index.find(bpmn.signature(model(OURS)))[0].key == "gewerbe"


# The command line


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "hub", "bpmn", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_commands_work_from_a_shell(files: dict[str, str], tmp_path: Path) -> None:
    told = run("diff", files["base"], files["ours"], "--json")
    assert told.returncode == 0, told.stderr
    assert [change["kind"] for change in json.loads(told.stdout)["changes"]] == ["renamed"]
    out = tmp_path / "out.bpmn"
    told = run("merge", files["base"], files["ours"], files["rival"], "-o", str(out), "--json")
    assert told.returncode == 1
    assert [conflict["element_id"] for conflict in json.loads(told.stdout)["conflicts"]] == ["A"]
    assert bpmn.read(out.read_bytes()).elements["A"].name == "Antrag vollständig prüfen"


def test_diff_tells_sentences(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bpmn", "diff", files["base"], files["ours"]]) == 0
    assert "Die Benutzeraufgabe „Antrag prüfen“ heißt jetzt" in capsys.readouterr().out


def test_merge_without_conflict_writes_and_returns_zero(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "merged.bpmn"
    sides = (files["base"], files["ours"], files["theirs"])
    assert cli.main(["bpmn", "merge", *sides, "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["conflicts"] == []
    assert {(entry["side"], entry["new_id"]) for entry in told["applied"]} == {("ours", "A"), ("theirs", "B")}
    merged = bpmn.read(out.read_bytes())
    assert [merged.elements[id_].name for id_ in "AB"] == ["Antrag vollständig prüfen", "Gebühr buchen"]


def test_check_takes_several_files(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bpmn", "check", files["base"], files["bare"], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {files["base"], files["bare"]}
    for findings in found.values():
        assert all({"rule", "severity", "element_id", "text"} <= set(finding) for finding in findings)


def test_describe_draw_and_match_do_what_they_say(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bpmn", "describe", files["base"]]) == 0
    assert "Antrag eingegangen" in capsys.readouterr().out
    svg = tmp_path / "out.svg"
    assert cli.main(["bpmn", "draw", files["bare"], "-o", str(svg)]) == 0
    assert etree.QName(etree.parse(svg).getroot()).localname == "svg"
    assert cli.main(["bpmn", "match", files["base"], files["ours"], "--json"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert {"old_id": "A", "new_id": "A", "confidence": 0.95} in pairs


def test_an_unreadable_file_is_told_in_one_line(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["diff", files["base"], files["bad"]], ["check", files["bad"]], ["describe", files["bad"]]):
        assert cli.main(["bpmn", *words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert files["bad"] in told.err
        assert "Traceback" not in told.err
