"""The sample service designs in processes/: readable, complete, and written as a German office would write."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from hub import design
from hub.text import markdown

LIBRARY = Path(__file__).parents[2] / "processes"
DESIGNS = sorted(path.parent for path in LIBRARY.glob("*/design.md"))
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
ORGANISATIONS = {"wetzlar", "fulda", "giessen", "marburg", "limburg", "ikz"}

each_design = pytest.mark.parametrize("folder", DESIGNS, ids=lambda folder: folder.name)


def _entry(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "entry.toml").read_text(encoding="utf-8"))


def _texts(folder: Path) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in ("design.md", "about.md", "entry.toml"))


def test_every_service_of_the_first_round_has_a_design() -> None:
    assert {f"{service}-design" for service in SERVICES} <= {folder.name for folder in DESIGNS}


@each_design
def test_a_design_has_every_usual_section_with_text_and_no_other(folder: Path) -> None:
    found = design.read((folder / "design.md").read_bytes())
    assert [section.heading for section in found.sections] == list(design.SECTIONS.values())
    assert all(len(section.text.split()) >= 20 for section in found.sections)


@each_design
def test_a_design_uses_only_the_fields_of_the_form(folder: Path) -> None:
    found = design.read((folder / "design.md").read_bytes())
    assert set(found.fields) <= set(design.FIELDS)
    assert set(found.fields) >= {"Leistung", "Rechtsgrundlagen", "Federführung", "Vertrauensniveau"}


@each_design
def test_a_design_comes_back_unchanged_from_reading_and_writing(folder: Path) -> None:
    source = (folder / "design.md").read_bytes()
    found = design.read(source)
    assert design.write(found.title, found.fields, found.sections, found.intro) == source


@each_design
def test_every_section_can_be_shown_as_a_page(folder: Path) -> None:
    found = design.read((folder / "design.md").read_bytes())
    shown = [markdown.to_html(section.text) for section in found.sections]
    assert all(re.search(r"<(p|ul|ol|table)\b", html) for html in shown)


@each_design
def test_the_profile_agrees_with_the_design(folder: Path) -> None:
    found = design.read((folder / "design.md").read_bytes())
    entry = _entry(folder)
    assert entry["kind"] == "design"
    assert entry["slug"] == folder.name
    assert entry["service"] == found.fields["Leistung"]
    assert entry["service_key"] == found.fields.get("Leistungsschlüssel", "")
    assert entry["contact"] == found.fields["Ansprechstelle"]


@each_design
def test_the_profile_is_complete_and_marked_as_a_sample(folder: Path) -> None:
    entry = _entry(folder)
    assert entry["sample"] is True
    assert entry["organisation"] in ORGANISATIONS
    assert entry["level"] in {102, 104}
    assert entry["visibility"] in {"city", "ikz", "land", "public"}
    assert entry["licence"] == "CC-BY-4.0"
    assert str(entry["contact"]).endswith(".example")
    assert entry["legal_bases"]
    assert re.fullmatch(r"\d{14}", str(entry["service_key"])) or entry["service_note"]


@each_design
def test_a_local_fork_names_its_origin_and_its_reason(folder: Path) -> None:
    entry = _entry(folder)
    is_local = entry["level"] == 104
    assert bool(entry["forked_from"]) is bool(entry["fork_reason"]) is is_local
    assert not is_local or (LIBRARY / str(entry["forked_from"]) / "design.md").is_file()


@each_design
def test_numbers_of_law_units_and_quotes_are_set_as_german_offices_set_them(folder: Path) -> None:
    text = _texts(folder)
    assert re.findall(r"§ ", text) == []
    assert re.findall(r"(?:Abs\.|Nr\.|Satz|Art\.) \d", text) == []
    assert re.findall(r"\d [€%]", text) == []
    assert re.findall(r"[“”]\w", text) == []
    assert text.count("„") == text.count("“")


@each_design
def test_a_decision_letter_gives_reasons_and_names_the_legal_remedy(folder: Path) -> None:
    found = design.read((folder / "design.md").read_bytes())
    section = found.section("bescheid")
    assert section is not None
    assert "### Vorlage" in section.text
    assert "### Bekanntgabe" in section.text
    assert "Prüfauftrag an" in section.text
    no_decision = folder.name == "sepa-mandat-design"
    assert ("kein Verwaltungsakt" in section.text) is no_decision
    assert ("innerhalb eines Monats" in section.text and "Begründung" in section.text) is not no_decision


def _named(folder: Path) -> set[str]:
    section = design.read((folder / "design.md").read_bytes()).section("prozesse")
    return set(re.findall(r"`([a-z0-9-]+)`", section.text if section else ""))


@each_design
def test_a_design_names_the_process_as_it_is_and_as_it_shall_be(folder: Path) -> None:
    service = folder.name.partition("-design")[0]
    assert {f"{service}-ist", f"{service}-soll"} <= _named(folder)


MODELS = {f"{service}-{nature}" for service in SERVICES for nature in ("ist", "soll")}
MISSING = sorted(slug for slug in MODELS if not (LIBRARY / slug / "process.bpmn").is_file())


@each_design
@pytest.mark.skipif(bool(MISSING) and "CI" not in os.environ, reason=f"not in the library: {', '.join(MISSING)}")
def test_what_a_design_names_is_in_the_library(folder: Path) -> None:
    assert {slug for slug in _named(folder) if not (LIBRARY / slug / "entry.toml").is_file()} == set()
