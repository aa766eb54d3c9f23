"""What SQLAlchemy does when an object that it keeps account of is gone, without a fault of Python 3.11.

When an object's attributes outgrow the table that its class shares, Python moves them into a dictionary. Python 3.11
may collect garbage in the middle of that move; if a finaliser then makes it move the same object's attributes, they are
moved twice, two dictionaries own one set of references, and the process dies some time later. SQLAlchemy does both:
closing a session writes an attribute of every account (`InstanceState`), and an account whose object is collected
writes into itself. From Python 3.12 on garbage is collected between instructions only.
"""

import sys
from typing import Any

from sqlalchemy.orm.state import InstanceState


def _forget(state: InstanceState[Any], _reference: object) -> None:
    """Take the account of a collected object off its session's list, and write nothing into the account itself.

    What SQLAlchemy would clear besides is read of objects that are still there only.
    """
    identities = state._instance_dict()
    if identities is not None:
        identities._fast_discard(state)


def collect_safely() -> None:
    """Mend it for this process; nothing to do from Python 3.12 on."""
    if sys.version_info < (3, 12):
        InstanceState._cleanup = _forget  # type: ignore[assignment, method-assign]
