"""An application that nobody uses any more is gone, with everything it held."""

import gc
import weakref
from pathlib import Path

from hub.extensions import db
from tests.conftest import app_on


def test_an_application_can_be_let_go(tmp_path: Path) -> None:
    app = app_on(f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    with app.app_context():
        db.engine.dispose()
    seen = weakref.ref(app)
    del app
    gc.collect()
    assert seen() is None
