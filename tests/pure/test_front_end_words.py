"""The scripts say nothing that has no words, and the same in both languages."""

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "hub" / "static" / "js"
DICTIONARIES = {"i18n.js": "t", "modeler-words.js": "w"}


def words(file: str, language: str) -> set[str]:
    text = (SCRIPTS / file).read_text(encoding="utf-8")
    [block] = re.findall(rf"^const {language} = \{{\n(.*?)^\}};", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^  (\w+):", block, re.MULTILINE))


@pytest.mark.parametrize("file", DICTIONARIES)
def test_both_languages_have_the_same_words(file: str) -> None:
    assert words(file, "de") == words(file, "en")


@pytest.mark.parametrize(("file", "function"), DICTIONARIES.items())
def test_every_word_a_script_asks_for_exists(file: str, function: str) -> None:
    asked = {
        key
        for script in SCRIPTS.glob("*.js")
        for key in re.findall(rf'\b{function}\("(\w+)"', script.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked <= words(file, "de")


@pytest.mark.parametrize(("file", "function"), DICTIONARIES.items())
def test_no_word_is_left_over(file: str, function: str) -> None:
    scripts = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS.glob("*.js") if script.name != file)
    # Some keys are chosen by data: kinds of change, kinds of flag and kinds of timer.
    chosen = {
        "added",
        "removed",
        "changed",
        "moved",
        "layout",
        "conflict",
        "commentOne",
        "commentMany",
        "findingOne",
        "findingMany",
    }
    chosen |= {"timeDate", "timeDuration", "timeCycle"}
    quoted = {key for key in words(file, "de") if re.search(rf'"{key}"', scripts)}
    assert words(file, "de") - quoted - chosen == set()
