"""Reading: what the world's tools write is understood, what is dangerous or no model is refused with a sentence."""

import codecs

import pytest

from hub import bpmn
from tests.pure.bpmn.small import corpus, raw
from tests.timing import takes_less_than

NAMESPACE = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
BODY = '<process id="P"><task id="T" name="Größe prüfen"/></process>'
MODEL = f'<definitions {NAMESPACE} targetNamespace="urn:t">{BODY}</definitions>'
DI = 'xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC"'

REFUSED = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n ", "empty"),
    "prose": (b"Guten Tag", "not-xml"),
    "a web page": (b"<html><body/></html>", "not-bpmn"),
    "another namespace": (MODEL.replace("/MODEL", "/MODEL/").encode(), "not-bpmn"),
    "half a file": (MODEL[:90].encode(), "truncated"),
    "no end tag": (MODEL[:-6].encode(), "truncated"),
    "a wrong end tag": (MODEL.replace("</process>", "</prozess>").encode(), "malformed"),
    "two documents": (MODEL.encode() * 2, "malformed"),
    "an unknown entity": (MODEL.replace("prüfen", "&pruefen;").encode(), "malformed"),
    "an undeclared prefix": (MODEL.replace("name=", "camunda:name=").encode(), "undeclared-prefix"),
    "a document type": (b"<!DOCTYPE definitions>" + MODEL.encode(), "doctype"),
    "an entity": (b'<!DOCTYPE d [<!ENTITY x "y">]>' + MODEL.encode(), "doctype"),
    "a document type in UTF-16": (("<!DOCTYPE d>" + MODEL).encode("utf-16"), "doctype"),
    "a style sheet": (b'<?xml version="1.0"?><?xml-stylesheet href="x"?>' + MODEL.encode(), "stylesheet"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + MODEL.encode(), "encoding"),
    "UTF-32": (MODEL.encode("utf-32"), "encoding"),
    "bytes that are no UTF-8": (MODEL.encode("latin-1"), "not-decodable"),
    "depth": (
        MODEL.replace(BODY, "<process>" + "<subProcess>" * 999 + "</subProcess>" * 999 + "</process>").encode(),
        "too-deep",
    ),
    "depth in an extension": (
        MODEL.replace(BODY, "<extensionElements>" + "<x>" * 999 + "</x>" * 999 + "</extensionElements>").encode(),
        "too-deep",
    ),
    "many elements": (MODEL.replace(BODY, "<task/>" * 300_001).encode(), "too-many-elements"),
    "many attributes": (
        MODEL.replace("<task ", "<task " + " ".join(f'a{n}="1"' for n in range(300)) + " ").encode(),
        "too-many-attributes",
    ),
    "many attributes on the first tag": (
        MODEL.replace(NAMESPACE, NAMESPACE + " ".join(f' a{n}="1"' for n in range(300))).encode(),
        "too-many-attributes",
    ),
    "an endless name": (MODEL.replace("Größe", "x" * 1_000_001).encode(), "too-long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_dangerous_or_no_model_is_refused_with_a_code_and_a_sentence(case: str) -> None:
    data, code = REFUSED[case]
    with pytest.raises(bpmn.Unreadable) as refusal:
        bpmn.read(data)
    assert refusal.value.code == code
    assert refusal.value.sentence("de").rstrip().endswith(".")
    assert refusal.value.sentence("en") != refusal.value.sentence("de")


def test_a_file_over_the_limit_is_refused_before_anything_else_happens() -> None:
    with pytest.raises(bpmn.Unreadable) as refusal:
        bpmn.read(MODEL.encode(), bpmn.Limits(size=100))
    assert refusal.value.code == "too-large"


def test_a_refusal_says_where() -> None:
    with pytest.raises(bpmn.Unreadable) as refusal:
        bpmn.read(MODEL.replace("<task", "\n\n <task x").encode())
    assert (refusal.value.line, refusal.value.code) == (3, "malformed")
    assert "Zeile 3" in refusal.value.sentence()


@pytest.mark.parametrize(
    ("declared", "codec", "mark"),
    [
        ("UTF-8", "utf-8", b""),
        ("utf-8", "utf-8", codecs.BOM_UTF8),
        ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
        ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
        ("ISO-8859-1", "latin-1", b""),
        ("windows-1252", "cp1252", b""),
        ("US-ASCII", "ascii", b""),
    ],
)
def test_every_encoding_in_use_is_read_and_written_back_to_the_byte(declared: str, codec: str, mark: bytes) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\r\n{MODEL}'
    if codec == "ascii":
        text = text.replace("ö", "&#246;").replace("ß", "&#xDF;").replace("ü", "&#xfc;")
    data = mark + text.encode(codec)
    model = bpmn.read(data)
    assert model.elements["T"].name == "Größe prüfen"
    assert bpmn.Editor(model).data() == data
    editor = bpmn.Editor(model)
    editor.rename(model.elements["T"], "Länge")
    assert editor.read().elements["T"].name == "Länge"


def test_utf_16_by_name_only_is_read_with_a_warning() -> None:
    model = bpmn.read(b'<?xml version="1.0" encoding="utf-16"?>' + MODEL.encode())
    assert "encoding-label" in {warning.code for warning in model.warnings}


def test_a_document_type_in_a_comment_is_no_document_type() -> None:
    assert len(bpmn.read(f"<!-- <!DOCTYPE x> -->{MODEL}".encode()).elements) == 2


def test_markup_inside_comments_and_cdata_is_not_taken_for_elements() -> None:
    model = raw(
        '<process id="P"><!-- <task id="X"/> -->'
        '<scriptTask id="S"><script><![CDATA[if a < b: <task id="Y"/>]]></script>'
        "</scriptTask><task id='T' name='a > b &quot;c&quot;'/></process>"
    )
    assert [element.id for element in model.elements] == ["P", "S", "T"]
    assert model.elements["S"].detail_text("script") == 'if a < b: <task id="Y"/>'
    assert model.elements["T"].name == 'a > b "c"'


def test_text_that_looks_like_attributes_does_not_confuse_the_end_of_a_tag() -> None:
    model = raw('<process id="P"><task id="T" />y = "z" > <task id="U" name="a>b"/></process>')
    assert [(element.id, element.xml) for element in model.elements][1:] == [
        ("T", '<task id="T" />'),
        ("U", '<task id="U" name="a>b"/>'),
    ]


def test_a_document_type_after_one_in_a_comment_is_refused() -> None:
    with pytest.raises(bpmn.Unreadable) as refusal:
        bpmn.read(f'<!-- <!DOCTYPE x> --><!DOCTYPE d [<!ENTITY e "x">]>{MODEL}'.encode())
    assert refusal.value.code == "doctype"


def test_an_endless_name_of_a_tag_takes_no_time() -> None:
    name = "s" * 70_000
    assert takes_less_than(0.5, lambda: raw(f'<process id="P"><{name} id="x" y="1"/><{name}>x</{name}></process>'))


def test_bpmn_names_inside_extensions_are_not_elements_of_the_model() -> None:
    model = raw('<process id="P"><extensionElements><task id="X"/></extensionElements><task id="T"/></process>')
    assert [element.id for element in model.elements] == ["P", "T"]
    assert model.elements["P"].extensions[0].attributes["id"] == "X"


def test_a_namespace_declared_on_the_way_counts_from_there() -> None:
    inner = 'xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    model = bpmn.read(
        f'<b:definitions {inner} xmlns="urn:x"><b:process id="P"><task id="foreign"/>'
        f'<task {NAMESPACE} id="T"><incoming>F</incoming></task><b:task {inner.replace("b=", "q=")} id="U"/>'
        "</b:process></b:definitions>".encode()
    )
    assert [element.id for element in model.elements] == ["P", "T", "U"]
    assert model.elements["P"].extensions[0].attributes["id"] == "foreign"


def test_elements_without_or_with_a_used_id_are_all_there() -> None:
    model = raw('<process id="P"><task/><task/><task id="A"/><task id="A" name="zweite"/></process>')
    assert [element.id for element in model.elements] == ["P", "P#task-1", "P#task-2", "A", "A#2"]
    assert {warning.code for warning in model.warnings} >= {"missing-id", "duplicate-id"}
    assert model.elements["A#2"].attributes["id"] == "A"


def test_what_is_odd_is_told_and_read_all_the_same() -> None:
    model = raw(
        f'<process id="P"><sequenceFlow id="F" sourceRef="nirgends"/><task id="T" name="{"x" * 2000}"/>'
        f'<zauber id="Z"/></process><d:BPMNDiagram {DI}><d:BPMNPlane><d:BPMNShape bpmnElement="weg">'
        '<c:Bounds x="0" y="0" width="1" height="1"/></d:BPMNShape><d:BPMNShape bpmnElement="T">'
        '<c:Bounds x="NaN" y="0" width="1" height="1"/></d:BPMNShape></d:BPMNPlane></d:BPMNDiagram>'
    )
    codes = {warning.code for warning in model.warnings}
    assert codes >= {"dangling-reference", "missing-end", "long-name", "unknown-element", "dangling-shape", "bad-shape"}
    assert all(warning.sentence("de") != warning.sentence("en") for warning in model.warnings)
    assert len(model.elements["T"].name) == 1000
    assert len(model.elements["T"].raw_name) == 2000


def test_responsibility_is_the_innermost_lane_and_holds_inside_a_sub_process() -> None:
    model = raw(
        '<collaboration id="C"><participant id="PO" name="Stadt" processRef="P"/></collaboration><process id="P">'
        '<laneSet><lane id="L" name="Amt"><flowNodeRef>S</flowNodeRef><childLaneSet><lane id="L2" name="Kasse">'
        "<flowNodeRef>S</flowNodeRef></lane></childLaneSet></lane></laneSet>"
        '<subProcess id="S"><task id="T"/><boundaryEvent id="B" attachedToRef="T"/></subProcess></process>'
    )
    task = model.elements["T"]
    assert task.lane is not None
    assert task.pool is not None
    assert (task.lane.name, task.pool.name) == ("Kasse", "Stadt")
    assert task.boundary_events[0].id == "B"


def test_a_colour_that_would_fetch_something_is_dropped() -> None:
    model = raw(
        '<process id="P"><task id="T"/></process>'
        f'<d:BPMNDiagram {DI} xmlns:b="http://bpmn.io/schema/bpmn/biocolor/1.0">'
        '<d:BPMNPlane><d:BPMNShape bpmnElement="T" b:fill="url(http://host/x.svg#a)" b:stroke="#ff0000">'
        '<c:Bounds x="0" y="0" width="1" height="1"/></d:BPMNShape></d:BPMNPlane></d:BPMNDiagram>'
    )
    shape = model.diagrams[0].shapes[0]
    assert (shape.fill, shape.stroke) == (None, "#ff0000")


def test_every_file_of_the_corpus_is_read_and_written_back_to_the_byte() -> None:
    count = 0
    for _, model in corpus():
        assert bpmn.Editor(model).data() == model.source
        for element in model.elements:
            assert model.elements[element.id] is element
            assert element.xml.startswith(f"<{element.tag}")
            assert element.xml.endswith(">")
        count += 1
    assert count > 1300


def test_nothing_in_the_corpus_breaks_an_answer_of_the_model() -> None:
    for _, model in corpus("miwg"):
        for element in model.elements:
            told = (element.label, element.documentation, element.lane, element.pool, element.loop, element.condition)
            assert len(told) == 6
            assert all(flow.target is element for flow in element.incoming)
            assert all(flow.source is element for flow in element.outgoing)
            assert [node.line for node in element.extensions] == sorted(node.line for node in element.extensions)
        assert all(warning.sentence("en") for warning in model.warnings)
        assert all(text for _, _, text in model.words())
