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
    parser.add_argument("--lang", choices=("de", "en"), default="de", help="language of the sentences")


def add_diff(parsers: Parsers) -> None:
    """Add `diff A B`; Git calls it with seven arguments when it is set as an external diff command."""
    parser = parsers.add_parser("diff", help="tell what changed between two models")
    parser.add_argument("files", nargs="+", metavar="FILE", help="the old and the new model")
    parser.add_argument("--json", action="store_true", help="print the changes as JSON")
    parser.add_argument("--layout", action="store_true", help="list changes of the drawing too")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if anything but the drawing changed")
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
    parser = parsers.add_parser("match", help="tell which element of one model is which of another")
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--json", action="store_true", help="print the pairs as JSON")
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
    parser = parsers.add_parser("merge", help="merge two versions of a model; exit 1 if there are conflicts")
    parser.add_argument("base", help="the version both sides started from")
    parser.add_argument("ours", help="the version to merge into")
    parser.add_argument("theirs", help="the version to take over")
    parser.add_argument("-o", "--output", metavar="OUT", help="file to write; standard output without it")
    parser.add_argument("--decisions", metavar="FILE", help="JSON: conflict id to ours, theirs, both or a value")
    parser.add_argument(
        "--json", action="store_true", help="print conflicts and changes as JSON; needs -o for the file"
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
    parser = parsers.add_parser("check", help="tell what is the matter with models; exit 1 if there is an error")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--profile", metavar="NAME|FILE", help="fim, notation, or a TOML file that switches rules")
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
    parser = parsers.add_parser("media", help="tell the media breaks of models; exit 1 if one breaks OZGplus")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print findings and figures as JSON")
    parser.add_argument("--rules", metavar="FILE", help="TOML file with an organisation's own words and rules")
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
    parser = parsers.add_parser("describe", help="tell a model as text")
    parser.add_argument("file")
    parser.add_argument("--html", action="store_true", help="print HTML instead of plain text")
    add_language(parser)
    parser.set_defaults(run=run_describe)


def run_describe(arguments: argparse.Namespace) -> int:
    """Print one file as text."""
    told = describe(load(arguments.file), arguments.lang)
    print(told.as_html() if arguments.html else told.as_text(), end="")
    return 0


def add_draw(parsers: Parsers) -> None:
    """Add `draw F -o OUT`."""
    parser = parsers.add_parser("draw", help="draw a model as SVG, laid out first if it has no drawing")
    parser.add_argument("file")
    parser.add_argument("-o", "--output", metavar="OUT", help="file to write; standard output without it")
    parser.add_argument("--diagram", default="0", metavar="N|ID", help="number, id, or collapsed sub-process to draw")
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
    parser = parsers.add_parser("layout", help="add the drawing a model lacks, changing nothing else")
    parser.add_argument("file")
    parser.add_argument("-o", "--output", metavar="OUT", help="file to write; standard output without it")
    parser.add_argument("--force", action="store_true", help="replace the drawing that is there")
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
        prog="hub bpmn", description="BPMN 2.0 models: compare, merge, check, describe, draw"
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(parsers)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 2
    return code
