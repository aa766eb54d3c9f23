"""`hub bpmn …`: the engine at the command line, for people and as Git's diff and merge driver.

Each command is a function that adds its parser and names what to run; `main` puts them together.
Exit codes: 0 done, 1 as the command says, 2 a file cannot be read or the call is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hub.bpmn.check import check
from hub.bpmn.describe import describe
from hub.bpmn.diff import Diff, diff
from hub.bpmn.draw import NoSuchDiagram, draw
from hub.bpmn.guard import Unreadable
from hub.bpmn.layout import layout
from hub.bpmn.match import match
from hub.bpmn.media import media_breaks
from hub.bpmn.media_numbers import media_numbers
from hub.bpmn.media_rules import MediaRuleError, MediaSeverity, media_rules, read_media_rules
from hub.bpmn.merge import Undecidable, merge
from hub.bpmn.merge_decisions import Decision
from hub.bpmn.model import Model
from hub.bpmn.read import read
from hub.bpmn.rules import PROFILES, Profile, ProfileError, Severity, read_profile

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]

_GIT_ARGUMENTS: Final = 7
_NOTHING: Final = "/dev/null"


class Stop(Exception):
    """Ends a command with a message for the person who called it."""


def load(path: str) -> Model:
    """Return the model in a file; raises `Stop` with a sentence if there is none."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}") from error
    try:
        return read(data)
    except Unreadable as error:
        raise Stop(f"{path}: {error.sentence()}") from error


def print_json(data: Any) -> None:
    """Print plain data as JSON."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add `--lang de|en`."""
    parser.add_argument("--lang", choices=("de", "en"), default="de", help="Sprache der Sätze")


def add_diff(parsers: Parsers) -> None:
    """Add `diff A B`; Git calls it with seven arguments when it is set as an external diff command."""
    parser = parsers.add_parser("diff", help="sagt, was sich zwischen zwei Modellen geändert hat")
    parser.add_argument("files", nargs="+", metavar="DATEI", help="das alte und das neue Modell")
    parser.add_argument("--json", action="store_true", help="Änderungen als JSON")
    parser.add_argument("--layout", action="store_true", help="nennt auch Änderungen der Zeichnung")
    parser.add_argument(
        "--exit-code", action="store_true", help="endet mit 1, wenn sich mehr als die Zeichnung geändert hat"
    )
    add_language(parser)
    parser.set_defaults(run=run_diff)


def run_diff(arguments: argparse.Namespace) -> int:
    """Print the differences between two files."""
    files: list[str] = arguments.files
    if len(files) == _GIT_ARGUMENTS:
        print(files[0])
        files = [files[1], files[4]]
    if len(files) != 2:
        raise Stop("diff: two files, please" if arguments.lang == "en" else "diff: Bitte zwei Dateien angeben.")
    if _NOTHING in files:
        print("Neue Datei." if files[0] == _NOTHING else "Datei entfernt.")
        return 0
    found = diff(load(files[0]), load(files[1]))
    if arguments.json:
        print_json(found.to_dict(arguments.lang))
    else:
        print("\n".join(_lines(found, arguments.lang, layout=arguments.layout)))
    return int(arguments.exit_code and not found.is_cosmetic)


def _lines(found: Diff, lang: str, *, layout: bool) -> list[str]:
    lines = [found.sentence(lang)]
    lines += [f"- {change.sentence(lang)}" for change in (found.changes if layout else found.semantic)]
    return lines


def add_match(parsers: Parsers) -> None:
    """Add `match A B`."""
    parser = parsers.add_parser("match", help="sagt, welches Element des einen Modells welches des anderen ist")
    parser.add_argument("old", metavar="ALT", help="das alte Modell")
    parser.add_argument("new", metavar="NEU", help="das neue Modell")
    parser.add_argument("--json", action="store_true", help="Paare als JSON")
    parser.set_defaults(run=run_match)


def run_match(arguments: argparse.Namespace) -> int:
    """Print the pairs found between two files."""
    old, new = load(arguments.old), load(arguments.new)
    matching = match(old, new)
    if arguments.json:
        pairs = [pair._asdict() for pair in matching]
        print_json({"unrelated": matching.unrelated, "likeness": round(matching.likeness, 3), "pairs": pairs})
    else:
        for pair in matching:
            print(f"{pair.confidence:.2f}  {pair.old_id}  {pair.new_id}  {old.elements[pair.old_id].label}")
    return 0


def add_merge(parsers: Parsers) -> None:
    """Add `merge BASE OURS THEIRS`; with `-o %A` it serves Git as a merge driver."""
    parser = parsers.add_parser("merge", help="führt zwei Fassungen zusammen; endet mit 1 bei Konflikten")
    parser.add_argument("base", help="die Fassung, von der beide ausgingen")
    parser.add_argument("ours", help="die eigene Fassung")
    parser.add_argument("theirs", help="die Fassung, die übernommen werden soll")
    parser.add_argument("-o", "--output", metavar="ZIEL", help="Datei zum Schreiben; ohne Angabe die Ausgabe")
    parser.add_argument("--decisions", metavar="DATEI", help="JSON: je Konflikt ours, theirs, both oder ein Wert")
    parser.add_argument(
        "--json", action="store_true", help="Konflikte und Änderungen als JSON; verlangt -o für die Datei"
    )
    add_language(parser)
    parser.set_defaults(run=run_merge)


def run_merge(arguments: argparse.Namespace) -> int:
    """Write the merged file and tell the conflicts."""
    lang = arguments.lang
    decisions = _decisions(arguments.decisions) if arguments.decisions else None
    try:
        merged = merge(load(arguments.base), load(arguments.ours), load(arguments.theirs), decisions)
    except Undecidable as error:
        raise Stop(error.sentence(lang)) from error
    if arguments.json:
        print_json(merged.to_dict(lang))
    else:
        for conflict in merged.conflicts:
            print(f"{conflict.id}: {conflict.sentence(lang)}", file=sys.stderr)
    if arguments.output is not None or not arguments.json:
        _write(merged.data, arguments.output)
    return int(bool(merged.conflicts))


def _decisions(path: str) -> dict[str, Decision]:
    """Return the decisions in a JSON file; raises `Stop` if it holds something else."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"{path}: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(decision, str | dict) for decision in found.values()):
        raise Stop(f"{path}: erwartet wird ein JSON-Objekt mit Konflikt und Entscheidung.")
    return found


def add_check(parsers: Parsers) -> None:
    """Add `check F…`."""
    parser = parsers.add_parser("check", help="prüft Modelle; endet mit 1 bei einem Fehler")
    parser.add_argument("files", nargs="+", metavar="DATEI", help="die Modelle")
    parser.add_argument("--json", action="store_true", help="Befunde als JSON")
    parser.add_argument(
        "--profile", metavar="NAME|DATEI", help="fim, notation oder eine TOML-Datei, die Regeln schaltet"
    )
    add_language(parser)
    parser.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Print the findings of each file."""
    profile = _profile(arguments.profile, arguments.lang)
    found = {path: check(load(path), profile) for path in arguments.files}
    if arguments.json:
        print_json({path: [finding.to_dict(arguments.lang) for finding in list_] for path, list_ in found.items()})
    else:
        for path, list_ in found.items():
            for finding in list_:
                place = finding.element_id or "-"
                print(f"{path}: {finding.severity} {finding.rule} {place}: {finding.sentence(arguments.lang)}")
    return int(any(finding.severity is Severity.ERROR for list_ in found.values() for finding in list_))


def _profile(name: str | None, lang: str) -> Profile:
    if name is None:
        return Profile()
    if name in PROFILES:
        return PROFILES[name]
    try:
        return read_profile(Path(name).read_bytes())
    except OSError as error:
        raise Stop(f"{name}: {error.strerror}") from error
    except ProfileError as error:
        raise Stop(f"{name}: {error.sentence(lang)}") from error


def add_media(parsers: Parsers) -> None:
    """Add `media F…`."""
    parser = parsers.add_parser("media", help="nennt Medienbrüche; endet mit 1, wenn einer OZGplus verletzt")
    parser.add_argument("files", nargs="+", metavar="DATEI", help="die Modelle")
    parser.add_argument("--json", action="store_true", help="Befunde und Kennzahlen als JSON")
    parser.add_argument("--rules", metavar="DATEI", help="TOML-Datei mit eigenen Wörtern und Regeln einer Organisation")
    add_language(parser)
    parser.set_defaults(run=run_media)


def run_media(arguments: argparse.Namespace) -> int:
    """Print the media breaks of each file with their remedies."""
    lang = arguments.lang
    rules = media_rules()
    if arguments.rules is not None:
        try:
            rules = read_media_rules(Path(arguments.rules).read_bytes())
        except OSError as error:
            raise Stop(f"{arguments.rules}: {error.strerror}") from error
        except MediaRuleError as error:
            raise Stop(f"{arguments.rules}: {error.sentence(lang)}") from error
    models = {path: load(path) for path in arguments.files}
    found = {path: media_breaks(model, rules, lang) for path, model in models.items()}
    if arguments.json:
        print_json(
            {
                path: {
                    "findings": [finding.to_dict(lang) for finding in list_],
                    "numbers": media_numbers(models[path], list_).to_dict(),
                }
                for path, list_ in found.items()
            }
        )
    else:
        for path, list_ in found.items():
            for finding in list_:
                place = f"{finding.severity} {finding.rule} {finding.element_id}"
                print(f"{path}: {place}: {finding.sentence(lang)} {finding.remedy_in(lang)}")
    return int(any(finding.severity is MediaSeverity.HIGH for list_ in found.values() for finding in list_))


def add_describe(parsers: Parsers) -> None:
    """Add `describe F`."""
    parser = parsers.add_parser("describe", help="beschreibt ein Modell als Text")
    parser.add_argument("file", metavar="DATEI", help="das Modell")
    parser.add_argument("--html", action="store_true", help="HTML statt reinem Text")
    add_language(parser)
    parser.set_defaults(run=run_describe)


def run_describe(arguments: argparse.Namespace) -> int:
    """Print one file as text."""
    told = describe(load(arguments.file), arguments.lang)
    print(told.as_html() if arguments.html else told.as_text(), end="")
    return 0


def add_draw(parsers: Parsers) -> None:
    """Add `draw F -o OUT`."""
    parser = parsers.add_parser("draw", help="zeichnet ein Modell als SVG; ohne Zeichnung entsteht sie vorher")
    parser.add_argument("file", metavar="DATEI", help="das Modell")
    parser.add_argument("-o", "--output", metavar="ZIEL", help="Datei zum Schreiben; ohne Angabe die Ausgabe")
    parser.add_argument("--diagram", default="0", metavar="N|ID", help="Nummer, Kennung oder zugeklappter Teilprozess")
    parser.add_argument("--theme", choices=["light", "dark", "print", "auto"], default="light")
    add_language(parser)
    parser.set_defaults(run=run_draw)


def run_draw(arguments: argparse.Namespace) -> int:
    """Write one diagram of a file as SVG."""
    wish = arguments.diagram
    try:
        which = int(wish) if wish.lstrip("-").isdigit() else wish
        svg = draw(load(arguments.file), diagram=which, theme=arguments.theme, lang=arguments.lang)
    except NoSuchDiagram as error:
        raise Stop(
            f"{arguments.file}: kein Diagramm {wish}"
            if arguments.lang == "de"
            else f"{arguments.file}: no diagram {wish}"
        ) from error
    return _write(svg.encode(), arguments.output)


def add_layout(parsers: Parsers) -> None:
    """Add `layout F -o OUT`."""
    parser = parsers.add_parser("layout", help="ergänzt die fehlende Zeichnung und ändert sonst nichts")
    parser.add_argument("file", metavar="DATEI", help="das Modell")
    parser.add_argument("-o", "--output", metavar="ZIEL", help="Datei zum Schreiben; ohne Angabe die Ausgabe")
    parser.add_argument("--force", action="store_true", help="ersetzt die vorhandene Zeichnung")
    parser.set_defaults(run=run_layout)


def run_layout(arguments: argparse.Namespace) -> int:
    """Write a file with a complete drawing."""
    return _write(layout(load(arguments.file), force=arguments.force), arguments.output)


def _write(data: bytes, path: str | None) -> int:
    if path is None:
        sys.stdout.buffer.write(data)
        return 0
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}") from error
    return 0


COMMANDS: Final[list[Callable[[Parsers], None]]] = [
    add_diff,
    add_merge,
    add_match,
    add_check,
    add_media,
    add_describe,
    add_draw,
    add_layout,
]
"""One function per command, in the order of the help text."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="hub bpmn", description="BPMN-2.0-Modelle: vergleichen, zusammenführen, prüfen, beschreiben, zeichnen"
    )
    parsers = parser.add_subparsers(required=True, metavar="BEFEHL")
    for add in COMMANDS:
        add(parsers)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 2
    return code
