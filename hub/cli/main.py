"""Dispatch `hub <command>`; each command says in one line what it does."""

import argparse
import os
import sys
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from hub import verify
from hub.bpmn import commands as engine
from hub.cli import (
    admin,
    audit,
    backup,
    bundle,
    check,
    exchange,
    german,
    git,
    maintenance,
    move,
    retention,
    seed,
    serve,
    similar,
    web,
    worker,
)
from hub.config import VERSION, BadSetting, unknown


def _bpmn(arguments: list[str]) -> int:
    return engine.main(arguments)


COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "migrate": ("bringt die Datenbank auf den neuesten Stand", serve.migrate),
    "serve": ("migriert und startet Webserver und Hintergrunddienst auf einem Rechner", serve.run),
    "web": ("startet nur den Webserver dieses Rechners, ohne Migration", web.run),
    "work": ("startet nur einen Hintergrunddienst", worker.run),
    "check": ("prüft die Installation, auf Wunsch auch von außen", check.run),
    "admin": ("lädt eine Administration ein und zeigt den Link", admin.run),
    "seed": ("lädt die Beispielbibliothek in einen leeren Hub", seed.run),
    "backup": ("sichert alles im laufenden Betrieb in eine geprüfte Datei", backup.run),
    "restore": ("stellt eine Sicherung wieder her", backup.restore),
    "move": ("zieht in eine andere Datenbank um", move.run),
    "audit": ("prüft das versiegelte Protokoll oder den ganzen Hub", audit.run),
    "maintenance": ("lässt auf allen Rechnern nur noch lesen, und beendet das", maintenance.run),
    "retention": ("löscht, was nach dem Löschkonzept fällig ist", retention.run),
    "similar": ("rechnet nach, was die Suche nach ähnlichen Modellen braucht", similar.run),
    "bundle": ("nimmt Einträge mit oder bringt sie herein", bundle.run),
    "git": ("schreibt Veröffentlichtes als Git-Repositories", git.run),
    "verify": ("prüft Nachweispakete: hub verify PAKET.zip", verify.main),
    "exchange": ("Austausch mit bpmn-python (Auswahl „exchange“)", exchange.run),
    "bpmn": ("vergleicht, prüft, beschreibt, zeichnet BPMN-Dateien und führt sie zusammen", _bpmn),
}

CODES = """Ende mit:
  0  getan, und nichts zu beanstanden
  1  abgelehnt, gescheitert, oder es gibt etwas zu beanstanden; der Grund steht auf der Fehlerausgabe
  2  Aufruf oder Einstellung falsch; nichts wurde getan
  3  nur bei „hub maintenance status“: Der Hub lässt nur lesen"""


def run(arguments: list[str]) -> int:
    """Run one command; settings that make no sense end with code 2 and one line, an absent database with 1."""
    german.speak()
    parser = argparse.ArgumentParser(prog="hub", description="IKZ-Prozesshub: die gemeinsame Prozessbibliothek.")
    commands = "\n".join(f"  {name:12}{text}" for name, (text, _) in COMMANDS.items())
    parser.epilog = f"Befehle:\n{commands}\n\nMehr zu einem Befehl: hub BEFEHL --help\n\n{CODES}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = "hub BEFEHL …"
    parser.add_argument("--version", action="version", version=f"hub {VERSION}", help="zeigt die Fassung des Programms")
    parser.add_argument("command", choices=list(COMMANDS), metavar="BEFEHL", help="einer der Befehle unten")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="was der Befehl verlangt")
    chosen = parser.parse_args(arguments)
    if chosen.command != "check":
        for sentence in unknown(os.environ):
            print(f"hub: {sentence}", file=sys.stderr)
    if os.environ.get("HUB_DEMO") == "1":
        serve.demo_settings()
    try:
        return COMMANDS[chosen.command][1](chosen.rest)
    except BadSetting as error:
        print(f"hub: {error}", file=sys.stderr)
        return 2
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        print(
            f"hub: Die Datenbank lässt sich nicht benutzen: {said}\n"
            "Läuft der Server, stimmt HUB_DATABASE_URL, und ist dies das Konto, dem sie gehört (sudo -u hub hub …)?",
            file=sys.stderr,
        )
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
