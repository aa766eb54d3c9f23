"""Services (Leistungen) that entries point at."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from hub.store.services import Service
from hub.work import Work


def find_or_add(work: Work, name: str, key: str) -> Service | None:
    """Return the service with that key, else with that name; a new one is added; None for neither.

    A key wins over a name: the catalogue's own name stays.
    """
    if not name and not key:
        return None
    if key and (found := work.session.scalar(select(Service).where(Service.key == key))):
        return found
    if not key and (found := work.session.scalar(select(Service).where(Service.name == name).limit(1))):
        return found
    service = Service(key=key or None, name=name or key)
    try:
        with work.session.begin_nested():
            work.session.add(service)
    except IntegrityError:  # somebody added the same key at the same moment
        return work.session.scalars(select(Service).where(Service.key == key)).one()
    return service


def starting_with(work: Work, text: str, *, limit: int = 10) -> list[Service]:
    """Return services whose name contains `text` or whose key starts with it."""
    digits = text.replace(" ", "")
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    wanted: ColumnElement[bool] = Service.name.ilike(pattern, escape="\\")
    if digits.isdigit():
        wanted = Service.key.startswith(digits)
    return list(work.session.scalars(select(Service).where(wanted).order_by(Service.name).limit(limit)))
