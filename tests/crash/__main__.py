"""The crash test for as long as wanted: `python -m tests.crash --seconds 600 --database postgresql`."""

import argparse
import tempfile
from pathlib import Path

from tests import postgres
from tests.crash.shaking import Outcome, Weather, shake
from tests.crash.storm import MOST


def main() -> int:
    """Return 0 if nothing was lost, doubled or broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=8, choices=range(1, MOST + 1))
    parser.add_argument("--web", type=int, default=3, help="web processes")
    parser.add_argument("--pace", type=int, default=25, help="deeds acknowledged between two kills")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    weather = Weather(given.seconds, given.seed, people=given.people, web=given.web, pace=given.pace)
    with tempfile.TemporaryDirectory(prefix="hub-crash-") as name:
        folder = Path(name)
        if given.database == "sqlite":
            found = shake(f"sqlite:///{folder}/hub.sqlite3", folder / "log", weather)
        else:
            found = _on_postgresql(folder, weather)
        print(found)
        for one in found.wrong:
            print(" ", one)
        if found.wrong:
            lines = (folder / "log").read_text(errors="replace").splitlines()
            print("\n".join([line for line in lines if '"level": "error"' in line or "Traceback" in line][-100:]))
            print("\n".join(lines[-20:]))
    return 1 if found.wrong else 0


def _on_postgresql(folder: Path, weather: Weather) -> Outcome:
    with postgres.cluster() as server:
        url = server.url.render_as_string(hide_password=False)
        return shake(url, folder / "log", weather, server=server)


if __name__ == "__main__":
    raise SystemExit(main())
