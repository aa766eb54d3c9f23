"""Flask extensions, created unbound; `hub.app` binds them to the application."""

from typing import Any
from weakref import WeakSet

from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf.csrf import CSRFProtect

from hub.store import Base


class Routed(Session):
    """A session that reads from a replica while `info["replica"]` holds its engine (see `hub.web.reading`)."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Any:
        """Return the replica for reading if one was chosen, else the primary."""
        replica = self.info.get("replica")
        if replica is not None and bind is None and not self._flushing:
            return replica
        return super().get_bind(mapper, clause, bind, **kwargs)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": Routed})
migrate = Migrate(render_as_batch=True, compare_type=True)
babel = Babel()
csrf = CSRFProtect()
# Every application has a blueprint of its own for the API: in a plain set it would be kept, and keep its application,
# long after anybody uses it.
csrf._exempt_blueprints = WeakSet()
