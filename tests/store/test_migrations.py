"""Every migration goes up and down on both databases, and ends where the tables say."""

import logging
from datetime import UTC, datetime

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from hub.actions import discussions
from hub.config import ROOT
from hub.extensions import db
from hub.policy import SYSTEM
from hub.store.entries import Version
from hub.work import Work
from tests import makers
from tests.conftest import app_on, fill_with_people


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)


def revisions() -> list[str]:
    """Return all migrations, newest first."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def _fill() -> None:
    session = db.session()
    session.connection(execution_options={"write": True})
    fill_with_people(session)
    work = makers.as_person(Work(session, SYSTEM, datetime.now(UTC)), "modellierung@marburg.example")
    entry = makers.entry(work, tags="Hund", legal_bases="§ 1 HStS", service="Hundesteuer")
    shown = makers.version(work, entry, makers.bpmn("Neu"))
    discussions.write(work, entry, shown, "Wer prüft das?", element="step1")
    session.commit()
    session.remove() if hasattr(session, "remove") else session.close()


def test_the_database_goes_up_down_and_up_again_with_content(empty_url: str) -> None:
    app = app_on(empty_url)
    with app.app_context():
        upgrade()
        _fill()
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert left == set()
        upgrade()
        _fill()
        assert db.session.scalar(select(func.count()).select_from(Version)) == 2
        db.session.remove()
        db.engine.dispose()


def test_each_single_step_down_can_be_taken_up_again_without_losing_rows(empty_url: str) -> None:
    app = app_on(empty_url)
    with app.app_context():
        upgrade()
        _fill()
        for _revision in revisions()[:-1]:
            downgrade()
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM versions")).scalar_one() == 2
            assert connection.execute(text("SELECT count(*) FROM comments")).scalar_one() == 1
        db.engine.dispose()


def test_the_migrations_make_exactly_the_tables_that_the_program_knows(empty_url: str) -> None:
    app = app_on(empty_url)
    with app.app_context():
        upgrade()
        check()
        db.engine.dispose()


def test_there_is_one_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
