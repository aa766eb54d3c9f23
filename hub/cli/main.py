"""Dispatch `hub <command>`; each command says in one line what it does."""

import argparse
import os
import sys
from collections.abc import Callable

from hub import verify
from hub.bpmn import commands as engine
from hub.cli import (
    admin,
    audit,
    backup,
    bundle,
    check,
    exchange,
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
from hub.config import BadSetting, unknown


def _bpmn(arguments: list[str]) -> int:
    return engine.main(arguments)


COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "serve": ("start the web server and the worker", serve.run),
    "web": ("start the web server alone, for several machines", web.run),
    "migrate": ("bring the database to the newest form", serve.migrate),
    "seed": ("load the shipped library into an empty hub", seed.run),
    "similar": ("make what the search for similar models needs, for models from before", similar.run),
    "work": ("run the background worker (--once: until nothing is left)", worker.run),
    "audit": ("verify the sealed log, or check the whole hub: hub audit verify|head|excerpt|check", audit.run),
    "backup": ("everything into one verified file while the hub runs: hub backup FOLDER --keep 14", backup.run),
    "restore": ("bring a backup back: hub restore FILE", backup.restore),
    "move": ("take the hub to another database: hub move SOURCE TARGET", move.run),
    "verify": ("check an evidence pack: hub verify PACK.zip", verify.main),
    "check": ("look whether this installation is as it should be", check.run),
    "retention": ("delete what is due (--dry-run: only show it)", retention.run),
    "maintenance": ("make the hub read only, and end that: hub maintenance on|off|status", maintenance.run),
    "admin": ("invite an administrator: hub admin EMAIL NAME ORGANISATION", admin.run),
    "bundle": ("take entries along, or bring them in: hub bundle export|import", bundle.run),
    "git": ("write what is public as bare Git repositories: hub git export DIR", git.run),
    "exchange": ("bpmn-python: CSV dialect, metrics, graph (extra)", exchange.run),
    "bpmn": ("diff, merge, check, describe, draw, match BPMN files", _bpmn),
}


def run(arguments: list[str]) -> int:
    """Run one command; settings that make no sense end with code 2 and one line."""
    parser = argparse.ArgumentParser(prog="hub", description="The shared process hub.")
    commands = "\n".join(f"  {name:12}{text}" for name, (text, _) in COMMANDS.items())
    parser.epilog = f"commands:\n{commands}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=sorted(COMMANDS), metavar="command")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
