"""`hub maintenance`: make the hub read only on all machines, and end that again."""

import argparse
from datetime import UTC, datetime, timedelta

from hub.actions import maintenance
from hub.app import create_app
from hub.extensions import db
from hub.policy import SYSTEM
from hub.work import Work, writing


def run(arguments: list[str]) -> int:
    """`hub maintenance on [--for MINUTES] [--note TEXT] | off | status`; `status` ends with 0 if the hub may write.

    With status 3 the hub is read only. Commands such as `hub bundle` or `hub admin` go on writing: whoever runs them
    runs the maintenance.
    """
    parser = argparse.ArgumentParser(
        prog="hub maintenance", description="Lässt auf allen Rechnern nur noch lesen, und beendet das wieder."
    )
    parser.add_argument(
        "what", choices=("on", "off", "status"), help="beginnen, beenden oder nachsehen (endet dann mit 0 oder 3)"
    )
    parser.add_argument("--for", dest="minutes", type=int, metavar="MINUTEN", help="wie lange es wohl dauert")
    parser.add_argument("--note", default="", metavar="TEXT", help="was den Lesenden gesagt wird")
    given = parser.parse_args(arguments)
    app = create_app()
    now = datetime.now(UTC)
    with app.app_context():
        try:
            if given.what == "on":
                until = now + timedelta(minutes=max(1, given.minutes)) if given.minutes else None
                with writing(db.session()) as session:
                    maintenance.begin(Work(session, SYSTEM, now), until=until, note=given.note[:300])
            elif given.what == "off":
                with writing(db.session()) as session:
                    maintenance.end(Work(session, SYSTEM, now))
            held = maintenance.current(db.session())
            ends = held.until.isoformat(timespec="minutes") if held and held.until else "unbekannt"
            print(
                f"nur lesen seit {held.since.isoformat(timespec='minutes')}, voraussichtliches Ende {ends}"
                if held
                else "normal"
            )
            return 3 if held and given.what == "status" else 0
        finally:
            db.session.remove()
