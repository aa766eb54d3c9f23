"""The crash test for as long as wanted: `python -m tests.crash --seconds 600 --database postgresql`."""

import argparse
import tempfile
from pathlib import Path

from tests import postgres
from tests.crash.shaking import Outcome, shake


def main() -> int:
    """Return 0 if nothing was lost, doubled or broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hub-crash-") as name:
        folder = Path(name)
        if given.database == "sqlite":
            found = shake(f"sqlite:///{folder}/hub.sqlite3", folder / "log", seconds=given.seconds, seed=given.seed)
        else:
            found = _on_postgresql(folder, given.seconds, given.seed)
        print(found)
        for one in found.wrong:
            print(" ", one)
    return 1 if found.wrong else 0


def _on_postgresql(folder: Path, seconds: float, seed: int) -> Outcome:
    with postgres.cluster() as server:
        url = server.url.render_as_string(hide_password=False)
        return shake(url, folder / "log", seconds=seconds, seed=seed, server=server)


if __name__ == "__main__":
    raise SystemExit(main())
