"""The sample process models in processes/: complete, well-formed, named as FIM asks, and drawn without overlaps."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

LIBRARY = Path(__file__).parents[2] / "processes"
ENTRIES = sorted(path.parent for path in LIBRARY.glob("*/entry.toml"))
MODELS = sorted(path.parent for path in LIBRARY.glob("*/process.bpmn"))
SERVICES = {
    "gewerbe-anmelden",
    "hundesteuer",
    "bewohnerparkausweis",
    "sondernutzung",
    "wohngeld",
    "sepa-mandat",
    "wohnsitz-anmelden",
    "geburtsurkunde",
}
CITIES = {"wetzlar", "fulda", "giessen", "marburg", "limburg"}
FIELDS = {
    "kind": str,
    "organisation": str,
    "slug": str,
    "title": str,
    "summary": str,
    "service": str,
    "service_key": str,
    "service_note": str,
    "level": int,
    "nature": str,
    "contact": str,
    "responsible": str,
    "legal_bases": list,
    "tags": list,
    "licence": str,
    "visibility": str,
    "sample": bool,
    "forked_from": str,
    "fork_reason": str,
    "published": bool,
}

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
HUB = "{urn:ikz-prozesshub:bpmn:1}"

TASKS = ("userTask", "serviceTask", "manualTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity")
EVENTS = ("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent")
GATEWAYS = ("exclusiveGateway", "parallelGateway")
FLOW_NODES = (*TASKS, *EVENTS, *GATEWAYS)
ARTEFACTS = ("dataObjectReference", "dataStoreReference", "textAnnotation")
EDGES = ("sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation")
POINTERS = ("sourceRef", "targetRef", "attachedToRef", "processRef", "dataObjectRef", "dataStoreRef", "bpmnElement")
POINTING_ELEMENTS = ("incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef")
DIGITAL_CHANNELS = {"online", "mailbox", "interface"}
ALL_CHANNELS = DIGITAL_CHANNELS | {"file", "paper", "post", "fax", "phone", "email", "personal"}

# Words that stand for a change of medium; harmless neighbours such as „Postfach“ are let through.
MEDIA_BREAK = re.compile(
    r"papier|ausdruck|kuvert|laminier|\bscan|einscan|\bpost\b|poststelle|brief|versand|versend|zustell|\bfax|telefon|anruf|"
    r"mündlich|vorsprech|vorsprache|persönlich|schalter|original|beglaubigt|tippe|abschreib|eingeben|e-mail|excel|word|"
    r"einlesen|laufwerk|umlauf|aktenordner|stempel|siegel|plakette|\bbar\b|barzahlung|quittung|überweisungsträger|zahlschein|übertrag|überträg|unterschr|"
    r"unterzeichn|schriftlich|vordruck|eigenhändig|aushang|kopie",
    re.IGNORECASE,
)

Box = tuple[float, float, float, float]

each_entry = pytest.mark.parametrize("folder", ENTRIES, ids=lambda folder: folder.name)
each_model = pytest.mark.parametrize("folder", MODELS, ids=lambda folder: folder.name)


def _entry(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "entry.toml").read_text(encoding="utf-8"))


def _tree(folder: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.parse(folder / "process.bpmn", parser).getroot()


def _all(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    return root.iter(*(BPMN + name for name in names))


def _name(element: etree._Element) -> str:
    return element.get("name", "")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _pointers(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        yield from (element.attrib[key] for key in POINTERS if key in element.attrib)
        if element.tag in {BPMN + name for name in POINTING_ELEMENTS}:
            yield element.text or ""


def _flows(root: etree._Element) -> list[tuple[str, str, str]]:
    return [
        (flow.attrib["id"], flow.attrib["sourceRef"], flow.attrib["targetRef"]) for flow in _all(root, "sequenceFlow")
    ]


def _outgoing(root: etree._Element) -> Counter[str]:
    return Counter(source for _, source, _ in _flows(root))


def _box(holder: etree._Element) -> Box:
    bounds = holder.find(DC + "Bounds")
    assert bounds is not None
    x, y, width, height = (float(bounds.attrib[key]) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _boxes(root: etree._Element, *names: str) -> dict[str, Box]:
    wanted = {element.attrib["id"] for element in _all(root, *names)}
    return {
        s.attrib["bpmnElement"]: _box(s) for s in root.iter(BPMNDI + "BPMNShape") if s.attrib["bpmnElement"] in wanted
    }


def _label_boxes(root: etree._Element) -> dict[str, Box]:
    return {
        holder.attrib["bpmnElement"]: _box(label)
        for holder in root.iter(BPMNDI + "BPMNShape", BPMNDI + "BPMNEdge")
        for label in holder.iter(BPMNDI + "BPMNLabel")
    }


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _reach(starts: set[str], steps: list[tuple[str, str]]) -> set[str]:
    seen, edge = set(starts), set(starts)
    while edge:
        edge = {target for source, target in steps if source in edge} - seen
        seen |= edge
    return seen


def _texts(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        yield from (element.attrib[key] for key in ("name", "text") if key in element.attrib)
        if element.tag in {BPMN + "documentation", BPMN + "text"}:
            yield element.text or ""


def test_the_eight_services_come_as_is_and_as_to_be_models() -> None:
    names = {folder.name for folder in MODELS}
    assert {f"{service}-{nature}" for service in SERVICES for nature in ("ist", "soll")} <= names


def test_every_city_drafts_and_the_pattern_and_three_forks_are_there() -> None:
    entries = [_entry(folder) for folder in MODELS]
    assert {entry["organisation"] for entry in entries} == {*CITIES, "ikz"}
    assert [entry["level"] for entry in entries if entry["organisation"] == "ikz"] == [105]
    assert len([entry for entry in entries if entry["forked_from"]]) >= 3


def test_slugs_are_the_folder_names() -> None:
    assert [_entry(folder)["slug"] for folder in ENTRIES] == [folder.name for folder in ENTRIES]


@each_model
def test_the_profile_is_complete(folder: Path) -> None:
    entry = _entry(folder)
    assert {key: type(value) for key, value in entry.items()} == FIELDS
    assert entry["kind"] == "process"
    assert entry["nature"] in {"ist", "soll"}
    assert entry["level"] in {101, 102, 103, 104, 105}
    assert entry["visibility"] in {"city", "ikz", "land", "public"}
    assert entry["licence"] == "CC-BY-4.0"
    assert entry["sample"] is True
    assert entry["title"]
    assert entry["summary"]
    assert entry["legal_bases"]
    assert entry["tags"]
    assert str(entry["contact"]).endswith(".example")


@each_model
def test_a_service_has_its_fourteen_digits_or_says_why_not(folder: Path) -> None:
    entry = _entry(folder)
    key, note = str(entry["service_key"]), str(entry["service_note"])
    assert re.fullmatch(r"\d{14}", key) or (key == "" and note)


@each_model
def test_the_description_says_that_it_is_a_sample(folder: Path) -> None:
    text = (folder / "about.md").read_text(encoding="utf-8")
    assert "Beispielmodell" in text
    assert 1 <= len(text.strip().split("\n\n")) <= 3


@each_model
def test_a_fork_keeps_most_of_its_origin_and_says_why_it_deviates(folder: Path) -> None:
    entry = _entry(folder)
    if not entry["forked_from"]:
        assert entry["fork_reason"] == ""
        return
    origin = LIBRARY / str(entry["forked_from"])
    assert _entry(origin)["kind"] == entry["kind"]
    assert entry["fork_reason"]
    assert entry["level"] == 104
    ours = {element.attrib["id"] for element in _all(_tree(folder), *FLOW_NODES)}
    theirs = {element.attrib["id"] for element in _all(_tree(origin), *FLOW_NODES)}
    assert len(ours & theirs) >= 0.8 * len(theirs)
    assert (folder / "process.bpmn").read_bytes() != (origin / "process.bpmn").read_bytes()


@each_model
def test_section_signs_are_followed_by_a_no_break_space(folder: Path) -> None:
    for name in ("about.md", "entry.toml", "process.bpmn"):
        text = (folder / name).read_text(encoding="utf-8")
        assert re.findall(r"§[^§\u00a0].{0,12}", text) == []


@each_model
def test_ids_are_unique_and_every_reference_resolves(folder: Path) -> None:
    root = _tree(folder)
    ids = Counter(element.attrib["id"] for element in root.iter(etree.Element) if "id" in element.attrib)
    assert [key for key, count in ids.items() if count > 1] == []
    assert set(_pointers(root)) <= set(ids)
    assert root.get("targetNamespace") == f"urn:ikz-prozesshub:processes:{folder.name}"


@each_model
def test_nodes_name_exactly_the_flows_that_touch_them(folder: Path) -> None:
    root = _tree(folder)
    said = {
        (node.attrib["id"], _local(end), end.text)
        for node in _all(root, *FLOW_NODES)
        for end in _all(node, "incoming", "outgoing")
    }
    drawn = {(source, "outgoing", flow) for flow, source, _ in _flows(root)}
    drawn |= {(target, "incoming", flow) for flow, _, target in _flows(root)}
    assert said == drawn


@each_model
def test_every_node_lies_on_a_way_from_the_start_to_an_end(folder: Path) -> None:
    root = _tree(folder)
    nodes = {element.attrib["id"] for element in _all(root, *FLOW_NODES)}
    steps = [(source, target) for _, source, target in _flows(root)]
    steps += [(timer.attrib["attachedToRef"], timer.attrib["id"]) for timer in _all(root, "boundaryEvent")]
    starts = [start.attrib["id"] for start in _all(root, "startEvent")]
    ends = {end.attrib["id"] for end in _all(root, "endEvent")}
    assert len(starts) == 1
    assert _reach(set(starts), steps) == nodes
    assert _reach(ends, [(target, source) for source, target in steps]) == nodes


@each_model
def test_one_pool_with_lanes_talks_to_closed_pools_over_named_channels(folder: Path) -> None:
    root = _tree(folder)
    open_pools = [pool for pool in _all(root, "participant") if "processRef" in pool.attrib]
    closed = {pool.attrib["id"] for pool in _all(root, "participant")} - {pool.attrib["id"] for pool in open_pools}
    in_lanes = Counter(reference.text for reference in _all(root, "flowNodeRef"))
    assert len(open_pools) == 1
    assert in_lanes == Counter(node.attrib["id"] for node in _all(root, *FLOW_NODES))
    for flow in _all(root, "messageFlow"):
        assert len(closed & {flow.attrib["sourceRef"], flow.attrib["targetRef"]}) == 1
        assert [channel.get("kind") in ALL_CHANNELS for channel in flow.iter(HUB + "channel")] == [True]
        assert _name(flow)


@each_model
def test_activities_are_typed_explained_and_grouped(folder: Path) -> None:
    root = _tree(folder)
    activities = list(_all(root, *TASKS))
    assert 10 <= len(activities) <= 22
    assert list(_all(root, "task", "subProcess")) == []
    for activity in activities:
        assert (activity.findtext(BPMN + "documentation") or "").endswith(".")
        assert [group.get("code") in set("12345678") for group in activity.iter(HUB + "rag")] == [True]
    assert (next(_all(root, "process")).findtext(BPMN + "documentation") or "").endswith(".")


@each_model
def test_names_follow_fim(folder: Path) -> None:
    root = _tree(folder)
    assert next(_all(root, "process")).attrib["name"].endswith(" bearbeiten")
    assert [_name(a) for a in _all(root, *TASKS) if not re.search(r"^[A-ZÄÖÜ].* \w+(en|ern|eln)$", _name(a))] == []
    assert [_name(e) for e in _all(root, *EVENTS) if not re.search(r"^\S+ .*(t|en|ig)$", _name(e))] == []
    gateways = list(_all(root, "exclusiveGateway"))
    splits = {gateway.attrib["id"] for gateway in gateways if _outgoing(root)[gateway.attrib["id"]] > 1}
    assert {gateway.attrib["id"] for gateway in gateways if _name(gateway).endswith("?")} == splits
    assert {gateway.attrib["id"] for gateway in gateways if _name(gateway)} == splits
    answers = {flow.attrib["id"] for flow in _all(root, "sequenceFlow") if _name(flow)}
    assert answers == {flow for flow, source, _ in _flows(root) if source in splits}


@each_model
def test_only_gateways_split_and_join(folder: Path) -> None:
    root = _tree(folder)
    others = {element.attrib["id"] for element in _all(root, *TASKS, *EVENTS)}
    incoming = Counter(target for _, _, target in _flows(root))
    assert [node for node in others if incoming[node] > 1 or _outgoing(root)[node] > 1] == []


@each_model
def test_everything_is_drawn_once(folder: Path) -> None:
    root = _tree(folder)
    shapes = Counter(shape.attrib["bpmnElement"] for shape in root.iter(BPMNDI + "BPMNShape"))
    edges = Counter(edge.attrib["bpmnElement"] for edge in root.iter(BPMNDI + "BPMNEdge"))
    assert shapes == Counter(e.attrib["id"] for e in _all(root, "participant", "lane", *FLOW_NODES, *ARTEFACTS))
    assert edges == Counter(e.attrib["id"] for e in _all(root, *EDGES))
    named = {e.attrib["id"] for e in _all(root, *EVENTS, *GATEWAYS, "sequenceFlow", "messageFlow") if _name(e)}
    assert named <= set(_label_boxes(root))


@each_model
def test_shapes_and_labels_do_not_overlap(folder: Path) -> None:
    root = _tree(folder)
    hosts = {timer.attrib["id"]: timer.attrib["attachedToRef"] for timer in _all(root, "boundaryEvent")}
    shapes = list(_boxes(root, *FLOW_NODES, *ARTEFACTS).items())
    labels = [(f"label of {key}", box) for key, box in _label_boxes(root).items()]
    boxes = shapes + labels
    clashes = [
        (one, other)
        for index, (one, box) in enumerate(boxes)
        for other, another in boxes[index + 1 :]
        if _overlap(box, another) and hosts.get(one) != other and hosts.get(other) != one
    ]
    assert clashes == []


@each_model
def test_nodes_lie_inside_their_lane(folder: Path) -> None:
    root = _tree(folder)
    boxes = _boxes(root, "lane", *FLOW_NODES)
    for lane in _all(root, "lane"):
        left, top, right, bottom = boxes[lane.attrib["id"]]
        for reference in _all(lane, "flowNodeRef"):
            x, y, x2, y2 = boxes[reference.text or ""]
            assert left < x < x2 < right
            assert top < y < y2 < bottom


@each_model
def test_connections_run_straight_and_right_angled(folder: Path) -> None:
    for edge in _tree(folder).iter(BPMNDI + "BPMNEdge"):
        points = [(float(p.attrib["x"]), float(p.attrib["y"])) for p in edge.iter(DI + "waypoint")]
        assert len(points) >= 2
        assert all(x == x2 or y == y2 for (x, y), (x2, y2) in pairwise(points))


@pytest.mark.parametrize("folder", [f for f in MODELS if _entry(f)["nature"] == "soll"], ids=lambda folder: folder.name)
def test_a_to_be_model_has_no_media_break(folder: Path) -> None:
    root = _tree(folder)
    assert [text for text in _texts(root) if MEDIA_BREAK.search(text)] == []
    assert list(_all(root, "manualTask")) == []
    assert {channel.get("kind") for channel in root.iter(HUB + "channel")} <= DIGITAL_CHANNELS


@pytest.mark.parametrize("folder", [f for f in MODELS if _entry(f)["nature"] == "ist"], ids=lambda folder: folder.name)
def test_an_as_is_model_shows_the_media_breaks_of_today(folder: Path) -> None:
    root = _tree(folder)
    steps = [_name(activity) for activity in _all(root, *TASKS) if MEDIA_BREAK.search(_name(activity))]
    assert len(steps) >= 5
    assert not {channel.get("kind") for channel in root.iter(HUB + "channel")} <= DIGITAL_CHANNELS
