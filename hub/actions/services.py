"""Services (Leistungen) that entries point at: find, add, change, merge."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from hub import catalogue
from hub.errors import Conflict, Invalid, NotFound
from hub.inputs.services import EditService, NewService
from hub.policy.services import edit_services
from hub.store.activity import Job
from hub.store.entries import Entry
from hub.store.services import Service, ServiceAlias, words_of
from hub.text.folding import fold
from hub.work import Work

FROM_PROFILE = "Aus dem Steckbrief eines Eintrags"


class Moved(Exception):
    """The service was merged into another one; `service` is that one."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.id)
        self.service = service


def find(work: Work, address: str) -> Service:
    """Return the service with that key or number; raises `NotFound`, or `Moved` for one that was merged."""
    if not (address.isascii() and address.isdigit() and (len(address) < 10 or len(address) == catalogue.LENGTH)):
        raise NotFound
    wanted = Service.key == address if len(address) == catalogue.LENGTH else Service.id == int(address)
    found = work.session.scalar(select(Service).where(wanted))
    if found is None:
        raise NotFound
    if not found.active and (now := _merged(work, found)) is not found:
        raise Moved(now)
    return found


def _merged(work: Work, found: Service) -> Service:
    """Return what `found` was merged into, or itself."""
    into = select(Service).join(ServiceAlias, ServiceAlias.service_id == Service.id)
    return work.session.scalar(into.where(ServiceAlias.old_id == found.id)) or found


def find_or_add(work: Work, name: str, key: str) -> Service | None:
    """Return the service with that key, else the one `name` means; a new one is added; None for neither.

    A key wins over a name: the catalogue's own name stays. A name may also be a key, a name in action form, or a
    synonym that only one service has.
    """
    if not name and not key:
        return None
    if (found := by_key(work, key) if key else named(work, name)) is not None:
        return found
    values = dict.fromkeys(catalogue.FIELDS, "") | {"key": key, "name": name or catalogue.spaced(key)}
    service = Service(**(values | {"key": key or None}), words=words_of(values), source=FROM_PROFILE)
    try:
        with work.session.begin_nested():
            work.session.add(service)
    except IntegrityError:  # somebody added the same key at the same moment
        return work.session.scalars(select(Service).where(Service.key == key)).one()
    return service


def by_key(work: Work, key: str) -> Service | None:
    """Return the service with that normalised key, or what it was merged into."""
    found = work.session.scalar(select(Service).where(Service.key == key))
    return _merged(work, found) if found is not None and not found.active else found


def named(work: Work, name: str) -> Service | None:
    """Return the one service that `name` means: its key, its name, its name in action form, a synonym of it alone."""
    try:
        key = catalogue.normalise(name)
    except catalogue.BadKey:
        key = ""
    if key and (found := by_key(work, key)) is not None:
        return found
    exact = work.session.scalar(select(Service).where(Service.name == name, Service.active).limit(1))
    if exact is not None:
        return exact
    wanted = " ".join(fold(name).split())
    near = work.session.scalars(select(Service).where(Service.active, _contains(wanted)).limit(200)).all()
    for names in (lambda row: (row.name, row.citizen_name), lambda row: row.synonyms.splitlines()):
        meant = [row for row in near if wanted in {" ".join(fold(text).split()) for text in names(row)}]
        if meant:
            return meant[0] if len(meant) == 1 else None
    return None


def _contains(folded: str) -> ColumnElement[bool]:
    return Service.words.contains(folded, autoescape=True)


def matching(text: str) -> ColumnElement[bool]:
    """Return the condition for what typing `text` finds: a key that begins so, else all words in the names."""
    digits = "".join(text.split()).replace(".", "")
    if digits.isascii() and digits.isdigit():
        return or_(Service.key.startswith(digits), Service.ozg_id == digits)
    return and_(*(_contains(word) for word in fold(text).split()[:10]))


def best_first(text: str) -> tuple[ColumnElement[Any], ...]:
    """Return the order of what typing finds: names that begin so, then words that do, short names first."""
    folded = " ".join(fold(text).split())
    begins = case(
        (Service.words.startswith(folded, autoescape=True), 0),
        (Service.words.contains(f" {folded}", autoescape=True), 1),
        else_=2,
    )
    return begins, func.length(Service.name), Service.name.expression, Service.id.expression


def starting_with(work: Work, text: str, *, limit: int = 10) -> Sequence[Service]:
    """Return active services by the beginning of their key, or by words of their names and synonyms, best first."""
    if not text.strip():
        return []
    query = select(Service).where(Service.active, matching(text)).order_by(*best_first(text)).limit(limit)
    return work.session.scalars(query).all()


def add(work: Work, sent: NewService) -> Service:
    """Add a service; raises `Invalid(key="key_taken")` for a key there is."""
    work.require(edit_services)
    _expect_free(work, sent.key)
    service = Service(source="Von Hand angelegt", active=True, revision=0)
    service.take(sent.values())
    work.session.add(service)
    work.session.flush()
    work.record("service.created", service=service.id, name=service.name)
    return service


def edit(work: Work, service: Service, sent: EditService) -> None:
    """Change a service; raises `Conflict("service_moved_on")` if somebody else did since `sent.revision`."""
    work.require(edit_services)
    work.session.refresh(service, with_for_update=True)
    if service.revision != sent.revision:
        raise Conflict("service_moved_on")
    if sent.key != (service.key or ""):
        _expect_free(work, sent.key)
    service.take(sent.values())
    service.active = sent.active
    work.session.flush()
    index_again(work, [service.id])
    work.record("service.edited", service=service.id, name=service.name)


def _expect_free(work: Work, key: str) -> None:
    if key and work.session.scalar(select(Service.id).where(Service.key == key)) is not None:
        raise Invalid(key="key_taken")


def merge(work: Work, service: Service, into: str) -> Service:
    """Make `service` part of the one that `into` names (key, number or name), and return that one.

    Entries move there, its names become synonyms, and what only it knew is kept; its address leads there.
    """
    work.require(edit_services)
    target = _target(work, into)
    if target.id == service.id:
        raise Invalid(into="same_service")
    key, names = service.key, (service.name, service.citizen_name, *service.synonyms.splitlines())
    known = {name.casefold() for name in (target.name, target.citizen_name, *target.synonyms.splitlines())}
    more = [name for name in dict.fromkeys(names) if name and name.casefold() not in known]
    values = {name: value for name, value in service.values().items() if value and not target.values()[name]}
    values["synonyms"] = "\n".join(filter(None, (target.synonyms, *more)))
    if "key" in values:
        service.key = None
        work.session.flush()
    target.take(values)
    service.active = False
    service.revision += 1
    work.session.execute(update(ServiceAlias).where(ServiceAlias.service_id == service.id).values(service_id=target.id))
    work.session.merge(ServiceAlias(old_id=service.id, service_id=target.id))
    work.session.execute(update(Entry).where(Entry.service_id == service.id).values(service_id=target.id))
    work.session.flush()
    index_again(work, [target.id])
    work.record("service.merged", service=target.id, name=target.name, merged=service.name, key=key or "")
    return target


def _target(work: Work, into: str) -> Service:
    found = named(work, into)
    if found is None and into.isascii() and into.isdigit() and len(into) < 10:
        found = work.session.scalar(select(Service).where(Service.id == int(into), Service.active))
    if found is None:
        raise Invalid(into="no_such_service")
    return found


def index_again(work: Work, service_ids: Sequence[int]) -> None:
    """Let the worker write the search index of all entries of some services anew; nothing if there are none."""
    some = [key for start in range(0, len(service_ids), 500) for key in _used(work, service_ids[start : start + 500])]
    if some:
        work.session.add(Job(kind="service_index", options={"services": some}, created_at=work.now))


def _used(work: Work, service_ids: Sequence[int]) -> Sequence[int]:
    query = select(Entry.service_id).where(Entry.service_id.in_(service_ids), Entry.archived_at.is_(None)).distinct()
    return [key for key in work.session.scalars(query) if key is not None]
