"""`hub web`: the web processes of one machine, for a hub on several; the database must be ready."""

from hub.app import create_app
from hub.cli import german, processes
from hub.config import Settings, from_environment
from hub.extensions import db
from hub.store import schema


def require_database(settings: Settings) -> schema.Fit:
    """Return how the database stands to this program; raises `BadSetting` if it must not run on it."""
    app = create_app(settings)
    with app.app_context():
        with db.engine.connect() as connection:
            found = schema.require_fit(connection)
        db.engine.dispose()
    return found


def run(arguments: list[str]) -> int:
    """`hub web`: serve pages and programming interface until told to stop; returns 0 after a clean stop."""
    german.nothing_more("web", "Startet nur den Webserver dieses Rechners; die Datenbank muss bereit sein.", arguments)
    settings = from_environment()
    require_database(settings)
    with processes.run_folder(settings) as environment:
        children = [processes.start(processes.WEB, environment)]
        return processes.supervise(children, settings, environment, lambda: None)
