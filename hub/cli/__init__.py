"""The command `hub`: serve, seed, work, migrate, engine commands. One module a group."""

import sys
from collections.abc import Sequence

from hub.cli import main as commands


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hub …` and return its exit code."""
    return commands.run(list(sys.argv[1:] if argv is None else argv))
