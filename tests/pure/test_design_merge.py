"""Merging service designs: what both sides did comes together, and what contradicts is asked, not guessed."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub import design
from hub.design import Design, Merge, Section, Undecidable
from hub.design.blocks import join, split

BASE = """\
# Hund anmelden

Leistung: Hundesteuer Festsetzung
Rechtsgrundlagen: HessKAG; HundeVO
Vertrauensniveau: substanziell

## Zielbild

Wer einen Hund aufnimmt, meldet ihn in zehn Minuten an.

Der Bescheid kommt in das Postfach.

- Ein Vorgang für beides.
- Keine Unterschrift.

## Kanäle

| Kanal | Für wen |
|---|---|
| Onlinedienst | alle |
| Bürgerbüro | wer Hilfe möchte |

## Bescheid

> {Stadt}, Steueramt
>
> **Hundesteuerbescheid**
"""


def _read(text: str) -> Design:
    return design.read(text.encode())


def _merge(ours: str, theirs: str, decisions: dict[str, object] | None = None, base: str = BASE) -> Merge:
    return design.merge(_read(base), _read(ours), _read(theirs), decisions)  # type: ignore[arg-type]


def _text(merged: Merge) -> str:
    return merged.data.decode()


def test_changes_in_different_sections_come_together() -> None:
    ours = BASE.replace("zehn Minuten", "fünf Minuten")
    theirs = BASE.replace("wer Hilfe möchte", "wer Hilfe braucht")
    merged = _merge(ours, theirs)
    assert not merged.conflicts
    assert _text(merged) == ours.replace("wer Hilfe möchte", "wer Hilfe braucht")


def test_changes_in_neighbouring_paragraphs_of_one_section_come_together() -> None:
    ours = BASE.replace("zehn Minuten", "fünf Minuten")
    theirs = BASE.replace("in das Postfach", "in das Postfach des Nutzerkontos")
    assert _text(_merge(ours, theirs)) == ours.replace("in das Postfach", "in das Postfach des Nutzerkontos")


def test_a_table_takes_a_row_of_each_side_and_stays_a_table() -> None:
    ours = BASE.replace("| Onlinedienst | alle |", "| Karte | alle |\n| Onlinedienst | alle |")
    theirs = BASE.replace("wer Hilfe möchte |", "wer Hilfe möchte |\n| Telefon | Rückfragen |")
    merged = _merge(ours, theirs)
    assert not merged.conflicts
    table = "|---|---|\n| Karte | alle |\n| Onlinedienst | alle |\n| Bürgerbüro | wer Hilfe möchte |\n| Telefon |"
    assert table in _text(merged)


def test_a_new_column_and_a_changed_row_are_a_conflict_about_the_whole_table() -> None:
    ours = BASE.replace("wer Hilfe möchte |", "wer Hilfe braucht |")
    theirs = (
        BASE.replace("| Für wen |", "| Für wen | Seit |")
        .replace("|---|---|", "|---|---|---|")
        .replace("| alle |", "| alle | 2024 |")
        .replace("möchte |", "möchte | 2010 |")
    )
    merged = _merge(ours, theirs)
    assert [row.kind for row in merged.conflicts] == ["both-changed"]
    assert merged.conflicts[0].element_id == "kanaele"
    assert _text(merged) == ours
    taken = _merge(ours, theirs, {merged.conflicts[0].id: "theirs"})
    assert _text(taken) == theirs


def test_the_same_paragraph_changed_by_both_is_a_conflict_with_four_ways_out() -> None:
    ours = BASE.replace("zehn Minuten", "fünf Minuten")
    theirs = BASE.replace("zehn Minuten", "drei Minuten")
    (conflict,) = _merge(ours, theirs).conflicts
    assert conflict.choices == ("ours", "theirs", "both", "value")
    assert _text(_merge(ours, theirs)) == ours
    assert _text(_merge(ours, theirs, {conflict.id: "ours"})) == ours
    assert _text(_merge(ours, theirs, {conflict.id: "theirs"})) == theirs
    both = _text(_merge(ours, theirs, {conflict.id: "both"}))
    assert "fünf Minuten an.\n\nWer einen Hund aufnimmt, meldet ihn in drei Minuten an.\n\nDer" in both
    own = _text(_merge(ours, theirs, {conflict.id: {"value": "Schnell."}}))
    assert "## Zielbild\n\nSchnell.\n\nDer Bescheid" in own


def test_a_conflict_is_told_with_what_each_side_wants() -> None:
    merged = _merge(BASE.replace("substanziell", "hoch"), BASE.replace("substanziell", "normal"))
    assert merged.conflicts[0].sentence() == (
        "Beide Seiten haben dasselbe verschieden geändert. Im Ziel: Das Feld „Vertrauensniveau“ lautet jetzt „hoch“ "
        "(vorher „substanziell“). Angeboten: Das Feld „Vertrauensniveau“ lautet jetzt „normal“ (vorher „substanziell“)."
    )


def test_a_list_field_takes_what_both_sides_added_and_loses_what_one_removed() -> None:
    ours = BASE.replace("HessKAG; HundeVO", "HessKAG; HundeVO; § 5 HEGovG")
    theirs = BASE.replace("HessKAG; HundeVO", "Hundesteuersatzung; HessKAG")
    merged = _merge(ours, theirs)
    assert not merged.conflicts
    assert merged.design.fields["Rechtsgrundlagen"] == "HessKAG; § 5 HEGovG; Hundesteuersatzung"


def test_a_section_removed_here_and_changed_there_is_a_conflict() -> None:
    ours = BASE[: BASE.index("## Bescheid")].rstrip() + "\n"
    theirs = BASE.replace("**Hundesteuerbescheid**", "**Bescheid über die Hundesteuer**")
    (conflict,) = _merge(ours, theirs).conflicts
    assert (conflict.kind, conflict.element_id) == ("removed-changed", "bescheid")
    assert _text(_merge(ours, theirs)) == ours
    assert "Bescheid über die Hundesteuer" in _text(_merge(ours, theirs, {conflict.id: "theirs"}))


def test_a_renamed_section_takes_what_the_other_side_wrote_in_it() -> None:
    base = BASE + "\n## Was noch offen ist\n\nDie Anbindung der Kasse ist zu klären.\n"
    ours = base.replace("## Was noch offen ist", "## Offene Punkte")
    theirs = base + "\nDie Steuermarke auch.\n"
    merged = _merge(ours, theirs, base=base)
    assert not merged.conflicts
    assert _text(merged).endswith(
        "## Offene Punkte\n\nDie Anbindung der Kasse ist zu klären.\n\nDie Steuermarke auch.\n"
    )


def test_sections_moved_there_are_moved_here_with_what_ours_changed() -> None:
    head, goal, rest = BASE.partition("## Zielbild")[0], "", ""
    goal = BASE[BASE.index("## Zielbild") : BASE.index("## Kanäle")]
    rest = BASE[BASE.index("## Kanäle") :]
    theirs = head + rest + "\n" + goal
    merged = _merge(BASE.replace("zehn", "fünf"), theirs)
    assert [section.key for section in merged.design.sections] == ["kanaele", "bescheid", "zielbild"]
    (moved,) = [row for row in merged.applied if row.change.part == "order"]
    back = _merge(BASE.replace("zehn", "fünf"), theirs, {moved.id: "ours"})
    assert _text(back) == BASE.replace("zehn", "fünf")


def test_single_changes_can_be_declined_or_adapted() -> None:
    theirs = BASE.replace("substanziell", "hoch").replace("Keine Unterschrift", "Keine Unterschrift und kein Fax")
    changes = {row.change.part: row.id for row in _merge(BASE, theirs).applied}
    merged = _merge(BASE, theirs, {changes["field"]: "ours", changes["block"]: {"value": "- Kein Papier."}})
    assert [row.change.key for row in merged.declined] == ["Vertrauensniveau"]
    assert _text(merged) == BASE.replace("- Keine Unterschrift.", "- Kein Papier.")


def test_a_change_keeps_its_id_while_ours_moves_on() -> None:
    theirs = BASE.replace("zehn Minuten", "drei Minuten")
    before = _merge(BASE, theirs).applied[0].id
    after = [row.id for row in _merge(BASE.replace("substanziell", "hoch"), theirs).applied if row.side == "theirs"]
    assert after == [before]


def test_an_ordered_list_is_counted_through_after_a_merge() -> None:
    base = "# T\n\n## Antragsstrecke\n\n1. Straße eingeben\n2. Anmelden\n3. Bezahlen\n"
    ours = base.replace("2. Anmelden\n3. Bezahlen", "2. Gebiet ansehen\n3. Anmelden\n4. Bezahlen")
    theirs = base + "4. Bescheid lesen\n"
    text = "1. Straße eingeben\n2. Gebiet ansehen\n3. Anmelden\n4. Bezahlen\n5. Bescheid lesen\n"
    assert _text(_merge(ours, theirs, base=base)).endswith(text)


@pytest.mark.parametrize(
    ("pick", "decision", "code"),
    [
        (lambda _: "gibt-es-nicht", "ours", "unknown"),
        (lambda merged: merged.conflicts[0].id, "beides", "choice"),
        (lambda merged: merged.conflicts[0].id, {"value": "x\n## Kanäle\n"}, "value"),
        (lambda merged: merged.conflicts[0].id, {"other": "x"}, "choice"),
    ],
)
def test_a_decision_that_fits_nothing_is_refused_with_what_to_do(
    pick: Callable[[Merge], str], decision: object, code: str
) -> None:
    ours, theirs = BASE.replace("zehn", "fünf"), BASE.replace("zehn", "drei")
    with pytest.raises(Undecidable) as refused:
        _merge(ours, theirs, {pick(_merge(ours, theirs)): decision})
    assert refused.value.code == code
    assert "Bitte" in refused.value.sentence()


def test_a_fence_left_open_swallows_nothing_that_stands_behind_it() -> None:
    theirs = BASE.replace("Der Bescheid kommt in das Postfach.", "```\nDer Bescheid kommt")
    ours = BASE + "\n## Zahlung\n\nMit ePayment.\n"
    base = _read(BASE)
    open_end = _read(BASE.rstrip() + "\n\n```\nMuster\n")
    merged = design.merge(base, _read(ours), open_end)
    assert [row.key for row in merged.design.sections] == ["zielbild", "kanaele", "bescheid", "zahlung"]
    assert design.merge(base, _read(ours), _read(theirs)).design.section("zahlung")


_LINES = st.sampled_from(
    [
        "Ein Absatz über den Antrag.",
        "Ein Absatz über den Bescheid.",
        "- Punkt eins",
        "- Punkt zwei",
        "  weiter eingerückt",
        "1. Anmelden",
        "2. Bezahlen",
        "| A | B |",
        "|---|---|",
        "| x | y |",
        "| z | w |",
        "> Vorlage",
        ">",
        "> **Begründung**",
        "```",
        "### Vorlage",
        "## Zielbild im Code",
        "",
        "",
    ]
)
_TEXTS = st.lists(_LINES, max_size=9).map("\n".join)
_PLAIN = _TEXTS.map(lambda text: "\n".join(line for line in text.split("\n") if not line.startswith("## ")))


@st.composite
def _designs(draw: st.DrawFn) -> Design:
    headings = draw(st.lists(st.sampled_from(["Zielbild", "Kanäle", "Eigenes", "Bescheid"]), unique=True, max_size=4))
    names = draw(st.lists(st.sampled_from(["Leistung", "Rechtsgrundlagen", "Eigenes Feld"]), unique=True))
    values = st.sampled_from(["a", "b", "a; b", "c; a", "§ 14 GewO"])
    data = design.write(
        draw(st.sampled_from(["Hund anmelden", "Hundesteuer"])),
        {name: draw(values) for name in names},
        [Section(design.section_key(heading), heading, draw(_PLAIN)) for heading in headings],
        draw(_PLAIN),
    )
    return design.read(data)


@given(_TEXTS)
def test_cutting_a_text_into_units_and_joining_them_gives_the_text_back(text: str) -> None:
    wanted = "\n".join(split_line.rstrip() for split_line in text.strip("\n").split("\n"))
    assume(not any(line == ">" for line in wanted.split("\n")))
    joined = join(split(text.strip("\n")))
    assert [line for line in joined.split("\n") if line.strip()] == [
        line for line in wanted.split("\n") if line.strip()
    ]


@settings(max_examples=60, deadline=None)
@given(_designs(), _designs())
def test_what_only_one_side_did_is_the_result(base: Design, other: Design) -> None:
    assert design.merge(base, base, other).data == other.source
    assert design.merge(base, other, base).data == other.source


@settings(max_examples=60, deadline=None)
@given(_designs(), _designs())
def test_two_identical_sides_agree_without_a_conflict(base: Design, other: Design) -> None:
    merged = design.merge(base, other, other)
    assert not merged.conflicts
    assert merged.data == other.source


@settings(max_examples=60, deadline=None)
@given(_designs(), _designs(), _designs())
def test_conflicts_are_the_same_seen_from_both_sides(base: Design, ours: Design, theirs: Design) -> None:
    here, there = design.merge(base, ours, theirs), design.merge(base, theirs, ours)
    assert sorted(repr((c.kind, c.element_id, c.ours, c.theirs)) for c in here.conflicts) == sorted(
        repr((c.kind, c.element_id, c.theirs, c.ours)) for c in there.conflicts
    )


@settings(max_examples=60, deadline=None)
@given(_designs(), _designs(), _designs())
def test_declining_everything_leaves_ours_as_it_is(base: Design, ours: Design, theirs: Design) -> None:
    merged = design.merge(base, ours, theirs)
    refused = {row.id: "ours" for row in merged.applied if row.side == "theirs"} | {
        row.id: "ours" for row in merged.conflicts
    }
    assert design.merge(base, ours, theirs, refused).data == ours.source


@settings(max_examples=60, deadline=None)
@given(_designs(), _designs(), _designs(), st.data())
def test_the_result_always_reads_back_and_is_canonical(
    base: Design, ours: Design, theirs: Design, data: st.DataObject
) -> None:
    merged = design.merge(base, ours, theirs)
    choices = {row.id: data.draw(st.sampled_from([c for c in row.choices if c != "value"])) for row in merged.conflicts}
    choices |= {
        row.id: data.draw(st.sampled_from(["ours", "theirs"])) for row in merged.applied if row.side == "theirs"
    }
    decided = design.merge(base, ours, theirs, choices)
    assert not decided.conflicts
    found = design.read(decided.data)
    again = design.read(design.write(found.title, found.fields, found.sections, found.intro))
    assert again.fingerprint == found.fingerprint


@given(_TEXTS, _TEXTS)
@settings(deadline=None)
def test_a_word_diff_holds_both_texts(before: str, after: str) -> None:
    spans = design.word_diff(before, after)
    assert "".join(span.text for span in spans if span.kind != "added") == before
    assert "".join(span.text for span in spans if span.kind != "removed") == after


def test_a_word_diff_marks_the_words_that_changed() -> None:
    spans = design.word_diff("Die Gebühr beträgt 30 Euro im Jahr.", "Die Gebühr beträgt 45 Euro im Jahr.")
    assert [(span.kind, span.text) for span in spans] == [
        ("same", "Die Gebühr beträgt "),
        ("removed", "30"),
        ("added", "45"),
        ("same", " Euro im Jahr."),
    ]
