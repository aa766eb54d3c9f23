"""The command line speaks German, says what each command and argument is for, and ends with the codes it documents."""

import re

import pytest

from hub.cli.main import COMMANDS as ALL
from hub.cli.main import run
from hub.config import ROOT

COMMANDS = sorted(ALL)
MODELS = ("diff", "match", "merge", "check", "media", "describe", "draw", "layout")
PARTS = [
    *((name,) for name in COMMANDS if name != "verify"),  # the file that lies in every pack: it takes packs alone
    *(("bundle", "export"), ("bundle", "import"), ("git", "export")),
    *(("bpmn", name) for name in MODELS),
]
ENGLISH = re.compile(
    r"\b(the|and|of|with|without|what|usage|options|arguments|show|help message|error|file|folder|write|print|only)\b"
)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    """Return the exit code and everything a command printed."""
    try:
        code: object = run(list(words))
    except SystemExit as stop:
        code = stop.code
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("words", PARTS, ids=" ".join)
def test_help_is_there_for_every_command_and_in_german(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, told = said(capsys, *words, "--help")
    assert code == 0
    assert "Aufruf: hub" in told
    assert ENGLISH.findall(re.sub(r"--[\w-]+|\{[\w,-]+\}|hub \w+ \w+", "", told)) == []


def test_the_help_names_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = said(capsys, "--help")
    assert code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w", told, re.MULTILINE), name
    assert re.findall(r"^  (\d) ", told, re.MULTILINE) == ["0", "1", "2", "3"]
    manual = (ROOT / "docs" / "betrieb" / "index.md").read_text(encoding="utf-8")
    assert {name for name in COMMANDS if f"`hub {name}" not in manual} == set()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Es fehlt: BEFEHL"),
        (("backups",), "'backups' gibt es nicht; möglich sind:"),
        (("admin",), "Es fehlt: E-MAIL, NAME, ORGANISATION"),
        (("migrate", "--now"), "unbekannte Angabe: --now"),
        (("backup", "x", "--keep", "viele"), "--keep: 'viele' ist kein gültiger Wert"),
        (("seed", "--reset", "--close-demo"), "--close-demo: geht nicht zusammen mit --reset"),
    ],
)
def test_a_wrong_call_ends_with_two_and_a_german_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    code, told = said(capsys, *words)
    assert (code, sentence in told) == (2, True), told


def test_an_absent_database_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_SECRET_KEY", "a key for tests only, long enough for production")
    monkeypatch.setenv("HUB_DATABASE_URL", "sqlite:////there/is/no/such/folder/hub.sqlite3")
    code, told = said(capsys, "migrate")
    assert (code, "Traceback" in told) == (1, False)
    assert "hub: Die Datenbank lässt sich nicht benutzen: unable to open database file" in told
    assert "HUB_DATABASE_URL" in told
