"""A drawing shows what the model says, is safe to put on a page, and can be told without seeing it."""

import re
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hub import bpmn
from hub.bpmn.draw import style_sheet
from hub.bpmn.typeset.text import fit, syllables, width
from tests.pure.bpmn.drawn import random_model
from tests.pure.bpmn.small import corpus, raw, small
from tests.timing import takes_less_than

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "g", "a", "path", "rect", "circle", "text", "tspan"}


def drawn(model: bpmn.Model, **options: object) -> etree._Element:
    return etree.fromstring(bpmn.draw(model, **options).encode())  # type: ignore[arg-type]


def group(svg: etree._Element, id_: str) -> etree._Element:
    return next(g for g in svg.iter(f"{SVG}g") if g.get("data-element") == id_)


def title(svg: etree._Element, id_: str) -> str:
    return group(svg, id_).findtext(f"{SVG}title") or ""


def text(element: etree._Element) -> str:
    return " ".join("".join(node.itertext()) for node in element.iter(f"{SVG}text", f"{SVG}tspan") if node.text)


PROCESS = small("startEvent S Antrag eingegangen\nuserTask A Antrag prüfen\nendEvent E", "S>A A>E:geprüft")


def test_every_element_is_a_group_that_says_type_and_name() -> None:
    svg = drawn(PROCESS)
    assert title(svg, "S") == "Startereignis: Antrag eingegangen"
    assert title(svg, "A") == "Benutzeraufgabe: Antrag prüfen"
    assert title(svg, "f1") == "Sequenzfluss: geprüft"
    assert group(svg, "A").get("class") == "bpmn-element bpmn-userTask"


def test_the_picture_has_a_name_and_a_description() -> None:
    svg = drawn(PROCESS, title="Hundesteuer")
    assert svg.get("role") == "img"
    ids = (svg.get("aria-labelledby") or "").split()
    told = [node.text for node in svg if node.get("id") in ids]
    assert told == ["Hundesteuer", "BPMN-Diagramm mit 1 Aktivität, 2 Ereignissen und 0 Gateways."]
    assert "1 activity, 2 events" in bpmn.draw(PROCESS, lang="en")


@pytest.mark.slow
def test_every_model_of_the_corpus_is_drawn_with_nothing_a_page_forbids() -> None:
    count = 0
    for path, model in corpus("miwg"):
        svg = bpmn.draw(model)
        etree.fromstring(svg.encode())
        # Inside text and attributes < and " are always escaped, so these patterns see markup only.
        assert set(re.findall(r"<([^/\s>]+)", svg)) <= ALLOWED, path
        names = set(re.findall(r'\s([^\s="]+)="', svg))
        assert not names & {"style", "href"}, path
        assert not any(name.startswith("on") for name in names), path
        assert "url(" not in svg, path
        assert "data-element=" in svg or not model.nodes, path
        count += 1
    assert count > 200


def test_all_flow_nodes_of_the_reference_models_are_shown() -> None:
    for path, model in corpus("miwg", "Reference"):
        pictures = [drawn(model, diagram=number) for number in range(len(model.diagrams))]
        ids = {g.get("data-element") for svg in pictures for g in svg.iter(f"{SVG}g")}
        assert {node.id for node in model.nodes} <= ids, path


def test_a_model_without_a_drawing_is_laid_out_first() -> None:
    svg = drawn(PROCESS)
    assert float(svg.get("width") or 0) > 200
    assert {"S", "A", "E"} <= {g.get("data-element") for g in svg.iter(f"{SVG}g")}


def test_an_empty_model_gives_an_empty_picture() -> None:
    svg = drawn(raw('<process id="P" name="Leer"/>'))
    assert svg.findtext(f"{SVG}title") == "Leer"


def test_a_diagram_that_does_not_exist_is_refused() -> None:
    with pytest.raises(bpmn.NoSuchDiagram):
        bpmn.draw(PROCESS, diagram=3)
    with pytest.raises(bpmn.NoSuchDiagram):
        bpmn.draw(PROCESS, diagram="Unterprozess")


def test_a_collapsed_sub_process_hides_its_content_and_can_be_opened() -> None:
    inner = '<subProcess id="U" name="Prüfung"><task id="A" name="Innen"/></subProcess>'
    model = bpmn.read(bpmn.layout(raw(f'<process id="P">{inner}</process>')))
    assert "Innen" in bpmn.draw(model)
    closed = bpmn.read(model.source.replace(b'isExpanded="true"', b'isExpanded="false"'))
    assert "Innen" not in bpmn.draw(closed)
    editor = bpmn.Editor(closed)
    editor.remove_drawing({"A"})
    with_plane = bpmn.read(bpmn.layout(editor.read()))
    assert "Innen" in bpmn.draw(with_plane, diagram="U")


@pytest.mark.parametrize(
    ("type_", "inside", "sign"),
    [
        ("exclusiveGateway", "", "M-6.2-7.4L6.2 7.4M6.2-7.4L-6.2 7.4"),
        ("parallelGateway", "", "M0-11V11M-11 0H11"),
        ("subProcess", "", "M0-4.5V4.5M-4.5 0H4.5"),
        ("task", "<standardLoopCharacteristics/>", "M-2.2 5.8A6 6 0 1 1 2.6 5.6M-2.4 2V6H-6.4"),
        ("task", '<multiInstanceLoopCharacteristics isSequential="true"/>', "M-6-4.5H6M-6 0H6M-6 4.5H6"),
        ("task", "<multiInstanceLoopCharacteristics/>", "M-4.5-6V6M0-6V6M4.5-6V6"),
        ("endEvent", "<errorEventDefinition/>", "M-9.5 9.5L-4-7.5L2.8 1L9.5-9.5L4.2 7L-2.6-1.2Z"),
    ],
)
def test_signs_and_markers(type_: str, inside: str, sign: str) -> None:
    with_sign = raw(f'<process id="P"><{type_} id="X">{inside}</{type_}></process>')
    assert sign in bpmn.draw(with_sign)
    assert sign not in bpmn.draw(raw('<process id="P"><task id="X"/></process>'))


def test_events_differ_by_position_trigger_and_interruption() -> None:
    def rings(xml: str) -> tuple[int, bool, str]:
        svg = drawn(raw(f'<process id="P"><task id="T"/>{xml}</process>'))
        event = group(svg, "X")
        circles = [node for node in event if node.tag == f"{SVG}circle"]
        return len(circles), "stroke-dasharray" in circles[0].attrib, circles[0].get("stroke-width") or ""

    assert rings('<startEvent id="X"/>') == (1, False, "1.6")
    assert rings('<endEvent id="X"/>') == (1, False, "3.6")
    assert rings('<intermediateCatchEvent id="X"/>')[:2] == (2, False)
    assert rings('<boundaryEvent id="X" attachedToRef="T"/>')[:2] == (2, False)
    assert rings('<boundaryEvent id="X" attachedToRef="T" cancelActivity="false"/>')[:2] == (2, True)


def test_a_thrown_message_is_dark_and_a_caught_one_is_not() -> None:
    def envelope(type_: str) -> str:
        svg = drawn(raw(f'<process id="P"><{type_} id="X"><messageEventDefinition/></{type_}></process>'))
        rect = next(group(svg, "X").iter(f"{SVG}rect"))
        return rect.get("fill") or ""

    assert envelope("intermediateThrowEvent") == "#22242a"
    assert envelope("intermediateCatchEvent") == "#ffffff"


def test_default_and_conditional_flows_are_marked() -> None:
    model = raw(
        '<process id="P"><task id="A" default="d"/><task id="B"/><task id="C"/><task id="D"/>'
        '<sequenceFlow id="d" sourceRef="A" targetRef="B"/><sequenceFlow id="n" sourceRef="A" targetRef="D"/>'
        '<sequenceFlow id="c" sourceRef="A" targetRef="C"><conditionExpression>x</conditionExpression></sequenceFlow>'
        "</process>"
    )
    svg = drawn(model)
    paths = {id_: len(list(group(svg, id_).iter(f"{SVG}path"))) for id_ in ("d", "c", "n")}
    assert paths == {"d": 3, "c": 3, "n": 2}


def test_names_of_horizontal_pools_are_written_upwards_and_of_vertical_ones_across() -> None:
    level = bpmn.read(bpmn.layout(random_model(1, 6, lanes=2)))
    upright = bpmn.read(level.source.replace(b'isHorizontal="true"', b'isHorizontal="false"'))
    assert "rotate(-90)" in etree.tostring(group(drawn(level), "p0L0")).decode()
    assert "rotate(-90)" not in etree.tostring(group(drawn(upright), "p0L0")).decode()


def test_colours_come_from_a_safe_list_only() -> None:
    base = bpmn.layout(raw('<process id="P"><task id="A"/></process>'))
    for written, shown in (("#ffcc00", True), ("red", True), ("url(https://x.example/a.svg)", False), ('red;"', False)):
        attribute = (
            f'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="{written.replace(chr(34), "&quot;")}"'
        )
        data = base.replace(b' bpmnElement="A"', f' bpmnElement="A" {attribute}'.encode(), 1)
        svg = bpmn.draw(bpmn.read(data))
        assert (f'fill="{written}"' in svg) is shown
        assert "example" not in svg


def test_text_on_a_dark_colour_is_light() -> None:
    base = bpmn.layout(raw('<process id="P"><task id="A" name="Prüfen"/></process>'))
    for colour, ink in (("#102040", "#ffffff"), ("#ffee99", "#1a1c22")):
        attribute = f'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="{colour}"'
        svg = drawn(bpmn.read(base.replace(b' bpmnElement="A"', f' bpmnElement="A" {attribute}'.encode(), 1)))
        assert next(group(svg, "A").iter(f"{SVG}text")).get("fill") == ink


@given(st.text(max_size=200), st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_shown_as_text_and_the_result_is_well_formed(name: str, id_: str) -> None:
    quoted = "".join(f"&#{ord(c)};" for c in name if c.isprintable() or c in "\n\t")
    model = raw(f'<process id="P"><task id="A" name="{quoted}"/></process>')
    svg = drawn(model, title=id_, highlights={"A": bpmn.Highlight("changed", note=name)})
    assert {str(node.tag).removeprefix(SVG) for node in svg.iter()} <= ALLOWED


def test_markup_in_names_stays_text() -> None:
    evil = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;image href=&quot;x&quot;/&gt;"
    note = f'<textAnnotation id="T"><text>{evil}</text></textAnnotation>'
    svg = bpmn.draw(raw(f'<process id="P"><task id="A" name="{evil}"/>{note}</process>'))
    assert "<script" not in svg
    assert "<image" not in svg
    assert "&lt;script&gt;" in svg


def test_a_name_of_any_length_is_cut_and_quickly_so() -> None:
    model = raw(f'<process id="P"><task id="A" name="{"Verwaltungsakt " * 5000}"/></process>')
    assert takes_less_than(1, lambda: drawn(model))
    svg = drawn(model)
    shown = text(group(svg, "A"))
    assert shown.endswith("…")
    assert len(shown) < 600


def test_marks_that_turn_the_direction_of_reading_are_left_out() -> None:
    assert "\u202e" not in bpmn.draw(raw('<process id="P"><task id="A" name="Rechnung&#x202e;fdp"/></process>'))


KINDS = ["added", "removed", "changed", "moved-lane", "layout", "conflict", "error", "warning", "info"]


def test_highlights_differ_by_pattern_and_symbol_and_are_said() -> None:
    looks, signs = set(), set()
    for kind in KINDS:
        svg = drawn(PROCESS, highlights={"A": kind})
        frame = next(node for node in group(svg, "A") if f"bpmn-mark-{kind}" in (node.get("class") or ""))
        badge = next(node for node in group(svg, "A") if node.get("class") == "bpmn-badge")
        looks.add((frame.get("stroke-dasharray"), frame.get("stroke-width")))
        signs.add(badge[-1].get("d"))
        assert " – " in title(svg, "A")
    assert len(looks) == len(KINDS)
    assert len(signs) == len(KINDS)


def test_several_highlights_of_one_element_are_all_shown() -> None:
    svg = drawn(
        PROCESS,
        highlights={
            "A": [bpmn.Highlight("changed", note="Name geändert"), bpmn.Highlight("comment", 3)],
            "f0": "added",
        },
    )
    assert title(svg, "A") == "Benutzeraufgabe: Antrag prüfen – geändert: Name geändert; 3 Kommentare"
    assert "3" in text(group(svg, "A"))
    assert title(svg, "f0").endswith("hinzugefügt")
    assert "Hervorgehoben: 1 × hinzugefügt, 1 × geändert, 1 × Kommentar." in (svg.findtext(f"{SVG}desc") or "")


def test_unknown_highlights_and_themes_are_refused() -> None:
    with pytest.raises(ValueError, match="highlight"):
        bpmn.draw(PROCESS, highlights={"A": "lila"})
    with pytest.raises(ValueError, match="theme"):
        bpmn.draw(PROCESS, theme="lila")


def test_links_lead_to_the_element_or_where_the_caller_says_but_never_into_a_script() -> None:
    svg = drawn(PROCESS, links=True)
    assert svg.get("role") == "group"
    names = {a.get("href"): a.get("aria-label") for a in svg.iter(f"{SVG}a")}
    assert names["#A"] == "Benutzeraufgabe: Antrag prüfen"
    chosen = drawn(PROCESS, links=lambda element: f"/modelle/{element.id}" if element.is_node else None)
    assert {a.get("href") for a in chosen.iter(f"{SVG}a")} == {"/modelle/S", "/modelle/A", "/modelle/E"}
    assert not list(drawn(PROCESS, links=lambda _: "javascript:alert(1)").iter(f"{SVG}a"))


def test_only_the_drawing_for_a_file_of_its_own_brings_a_style() -> None:
    assert "<style>" in bpmn.draw(PROCESS, theme="auto")
    for theme in ("light", "dark", "print"):
        assert "<style" not in bpmn.draw(PROCESS, theme=theme)
    assert ".bpmn .bpmn-ink{stroke:var(--bpmn-ink,#22242a)}" in style_sheet()


def test_two_drawings_on_one_page_do_not_share_ids() -> None:
    plain, marked = drawn(PROCESS), drawn(PROCESS, highlights={"A": "added"})
    assert plain.get("aria-labelledby") != marked.get("aria-labelledby")
    assert drawn(PROCESS, prefix="alt").get("aria-labelledby") == "alt-t alt-d"


def test_a_thumbnail_is_small_wordless_and_hidden_from_screen_readers() -> None:
    model = bpmn.read(bpmn.layout(random_model(2, 60, lanes=2)))
    svg = etree.fromstring(bpmn.thumbnail(model, width=200, height=120).encode())
    assert svg.get("aria-hidden") == "true"
    assert not list(svg.iter(f"{SVG}text"))
    assert float(svg.get("width") or 0) <= 207
    assert float(svg.get("height") or 0) <= 127
    assert len(etree.tostring(svg)) < len(bpmn.draw(model)) / 4


def test_a_hundred_elements_are_drawn_in_a_blink() -> None:
    model = bpmn.read(bpmn.layout(random_model(8, 45)))
    assert len(model.diagrams[0].shapes) + len(model.diagrams[0].edges) >= 90
    bpmn.draw(model)
    # The promise is 10 ms; the rest is room for slow and busy machines.
    assert takes_less_than(0.03, lambda: bpmn.draw(model), tries=20)


# Text


def advances(path: Path) -> dict[str, float]:
    """Read the advance widths of a TrueType font, in em (tables cmap format 4, head, hhea, hmtx)."""
    data = path.read_bytes()
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        tables[tag.decode()] = offset
    units = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    long_count = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    base = tables["cmap"]
    for number in range(struct.unpack_from(">H", data, base + 2)[0]):
        sub = base + struct.unpack_from(">I", data, base + 4 + 8 * number + 4)[0]
        if struct.unpack_from(">H", data, sub)[0] == 4:
            break
    count = struct.unpack_from(">H", data, sub + 6)[0] // 2
    found = {}
    for number in range(count):
        ends, starts = sub + 14 + 2 * number, sub + 16 + 2 * (count + number)
        end, start = struct.unpack_from(">H", data, ends)[0], struct.unpack_from(">H", data, starts)[0]
        delta = struct.unpack_from(">H", data, starts + 2 * count)[0]
        at = starts + 4 * count
        shift = struct.unpack_from(">H", data, at)[0]
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", data, at + shift + 2 * (code - start))[0] if shift else code
            glyph = (glyph + delta) & 0xFFFF if glyph or not shift else 0
            metric = tables["hmtx"] + 4 * min(glyph, long_count - 1)
            found[chr(code)] = struct.unpack_from(">H", data, metric)[0] / units
    return found


def test_no_line_is_wider_in_the_font_of_the_pages_than_it_was_reckoned() -> None:
    vendor = Path(__file__).parents[3] / "hub" / "static" / "vendor"
    real = advances(next(vendor.glob("fira-sans-*/ttf/FiraSans-Regular.ttf")))
    for character in map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180))):
        if character in real and character != "\xad":
            assert width(character, 1) >= real[character] - 1e-9, character
    sentence = "Antrag auf Erteilung einer Gaststättenerlaubnis prüfen und Unterlagen nachfordern"
    assert width(sentence, 12) < sum(real[character] for character in sentence) * 12 * 1.1


def test_words_wrap_between_words_then_between_syllables() -> None:
    assert fit("Antrag auf Erteilung prüfen", 90, 80).lines == ("Antrag auf", "Erteilung", "prüfen")
    block = fit("Überwachungsmaßnahmen einleiten", 90, 80)
    assert not block.cut
    assert all(width(line, block.size) <= 90 for line in block.lines)
    assert block.lines[0].endswith("-")


def test_german_syllables_keep_letter_groups_together() -> None:
    word = "Entscheidung"
    parts = [word[a:b] for a, b in zip((0, *syllables(word)), (*syllables(word), len(word)), strict=True)]
    assert parts == ["Ent", "schei", "dung"]
    assert syllables("Akte") == ()


def test_no_break_spaces_hold() -> None:
    assert any("§\u00a014\u00a0GewO" in line for line in fit("Anzeige nach §\u00a014\u00a0GewO prüfen", 90, 80).lines)


def test_text_that_cannot_fit_is_smaller_first_and_then_cut() -> None:
    long = "Prüfung der Voraussetzungen für die Erteilung der Erlaubnis einschließlich Anhörung aller Stellen"
    smaller, cut = fit(long, 110, 80), fit(long, 60, 30)
    assert smaller.size < 12
    assert not smaller.cut
    assert cut.cut
    assert cut.lines[-1].endswith("…")
