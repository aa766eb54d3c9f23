"""The words argparse says itself, in German: what an administrator reads on the command line is in one language."""

import argparse

_WORDS = {
    "usage: ": "Aufruf: ",
    "positional arguments": "Angaben",
    "options": "Optionen",
    "subcommands": "Befehle",
    "show this help message and exit": "zeigt diese Hilfe",
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "Es fehlt: %s",
    "one of the arguments %s is required": "Eines davon muss angegeben werden: %s",
    "unrecognized arguments: %s": "unbekannte Angabe: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r gibt es nicht; möglich sind: %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r ist kein gültiger Wert",
    "not allowed with argument %s": "geht nicht zusammen mit %s",
    "ignored explicit argument %r": "nimmt keinen Wert (%r)",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s ist nicht eindeutig: %(matches)s",
    "expected one argument": "Es fehlt ein Wert",
    "expected at most one argument": "höchstens ein Wert",
    "expected at least one argument": "mindestens ein Wert",
    "expected %s argument": "%s Wert erwartet",
    "expected %s arguments": "%s Werte erwartet",
}


def _word(message: str) -> str:
    return _WORDS.get(message, message)


def _words(one: str, many: str, count: int) -> str:
    return _word(one if count == 1 else many)


def speak() -> None:
    """Let every parser of this process speak German: argparse asks `gettext` through these two names."""
    argparse._ = _word  # type: ignore[attr-defined]
    argparse.ngettext = _words  # type: ignore[attr-defined]


def nothing_more(command: str, does: str, arguments: list[str]) -> None:
    """End with help or a complaint where a command that takes nothing is given something."""
    argparse.ArgumentParser(prog=f"hub {command}", description=does).parse_args(arguments)
