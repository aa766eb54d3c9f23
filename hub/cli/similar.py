"""`hub similar`: make what the search for similar models needs, for models from before there was one."""

from hub.actions import similar
from hub.app import create_app
from hub.cli import german
from hub.cli.jobs import now
from hub.extensions import db
from hub.policy import SYSTEM
from hub.work import Work, writing


def run(arguments: list[str]) -> int:
    """Make what is missing, a batch in each transaction."""
    german.nothing_more("similar", "Rechnet für ältere Modelle nach, was die Suche nach ähnlichen braucht.", arguments)
    app = create_app()
    total = 0
    with app.app_context():
        while True:
            with writing(db.session()) as session:
                made = similar.make_missing(Work(session, SYSTEM, now()))
            if not made:
                break
            total += made
            print(f"{total} Modelle", flush=True)
    print(f"Fertig: {total} Modelle nachgerechnet.")
    return 0
