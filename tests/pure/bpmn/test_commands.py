"""The engine at the command line."""

import json
from pathlib import Path

import pytest

from hub.bpmn.commands import main
from tests.pure.bpmn.small import small


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.bpmn", tmp_path / "new.bpmn"
    old.write_bytes(small("task A Antrag prüfen").source)
    new.write_bytes(small("task A Antrag ablehnen").source)
    return str(old), str(new)


def test_diff_tells_the_changes(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files]) == 0
    told = capsys.readouterr().out
    assert told == ("Es gibt eine fachliche Änderung.\n- Die Aufgabe „Antrag prüfen“ heißt jetzt „Antrag ablehnen“.\n")


def test_diff_gives_json_and_an_exit_code(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files, "--json", "--exit-code", "--lang", "en"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["changes"][0]["kind"] == "renamed"
    assert found["changes"][0]["sentence"] == "The task “Antrag prüfen” is now called “Antrag ablehnen”."


def test_diff_serves_git_as_an_external_diff(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "hund.bpmn", files[0], "abc", "100644", files[1], "def", "100644"]) == 0
    assert capsys.readouterr().out.startswith("hund.bpmn\nEs gibt eine fachliche Änderung.")
    assert main(["diff", "hund.bpmn", "/dev/null", ".", ".", files[1], "def", "100644"]) == 0
    assert capsys.readouterr().out == "hund.bpmn\nNeue Datei.\n"


def test_match_lists_pairs(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", *files, "--json"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert [(pair["old_id"], pair["new_id"]) for pair in pairs] == [("P", "P"), ("A", "A")]


def test_what_cannot_be_read_is_told_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.bpmn"
    bad.write_text("kein XML")
    assert main(["diff", str(bad), str(bad)]) == 2
    assert "kein XML und damit kein BPMN-Modell" in capsys.readouterr().err
    assert main(["match", str(tmp_path / "missing"), str(bad)]) == 2
    assert "missing" in capsys.readouterr().err
