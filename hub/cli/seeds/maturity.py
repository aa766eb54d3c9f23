"""Sample ratings: several designs on both scales, with a history, evidence and targets."""

from datetime import timedelta

from sqlalchemy import select

from hub.actions import entries, maturity
from hub.http import actor_of
from hub.inputs.maturity import RatedCriterion
from hub.store.accounts import User
from hub.store.maturity import Scale
from hub.work import Work

STATED: tuple[tuple[str, str, Scale, int, int, int], ...] = (
    ("giessen/bewohnerparkausweis-design", "modellierung@giessen.example", Scale.OLD, 3, 4, 40),
    ("giessen/bewohnerparkausweis-design", "modellierung@giessen.example", Scale.NEW, 4, 6, 30),
    ("fulda/gewerbe-anmelden-design", "modellierung@fulda.example", Scale.OLD, 3, 4, 60),
    ("fulda/gewerbe-anmelden-design", "modellierung@fulda.example", Scale.NEW, 5, 7, 20),
    ("marburg/wohngeld-design", "modellierung@marburg.example", Scale.OLD, 2, 4, 90),
    ("marburg/sepa-mandat-design", "modellierung@marburg.example", Scale.NEW, 2, 7, 25),
    ("limburg/hundesteuer-design-limburg", "modellierung@limburg.example", Scale.OLD, 2, 3, 200),
    ("limburg/hundesteuer-design-limburg", "modellierung@limburg.example", Scale.OLD, 3, 4, 15),
    ("limburg/wohnsitz-anmelden-design", "modellierung@limburg.example", Scale.NEW, 3, 6, 50),
    ("wetzlar/hundesteuer-design", "modellierung@wetzlar.example", Scale.OLD, 1, 3, 500),
    ("wetzlar/sondernutzung-design", "modellierung@wetzlar.example", Scale.NEW, 2, 5, 35),
)
"""Address, who rates, scale, as is, to be, days ago."""


def plant(work: Work) -> None:
    """Rate some designs of the sample library."""
    for address, email, scale, actual, target, ago in STATED:
        _rate(work, address, email, scale, {}, ago=ago, actual=actual, target=target)
    rated = {at: RatedCriterion(actual=4 if at % 3 else 3, target=4) for at in range(1, 11)}
    rated[3] = RatedCriterion(
        actual=3,
        target=4,
        evidence="Steuerbescheid liegt im Postfach des Nutzerkontos",
        link="/wetzlar/hundesteuer-soll",
    )
    _rate(work, "wetzlar/hundesteuer-design", "modellierung@wetzlar.example", Scale.OLD, rated, ago=10)
    partly = {at: RatedCriterion(actual=level, target=6) for at, level in ((1, 5), (2, 6), (5, 4), (9, 5))}
    _rate(work, "wetzlar/hundesteuer-design", "modellierung@wetzlar.example", Scale.NEW, partly, ago=10)


def _rate(
    work: Work,
    address: str,
    email: str,
    scale: Scale,
    marks: dict[int, RatedCriterion],
    *,
    ago: int,
    actual: int | None = None,
    target: int | None = None,
) -> None:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    person = Work(work.session, actor_of(work.session, user_id), work.now)
    entry = entries.find(person, *address.split("/"))
    if entry.head is None:
        return
    maturity.rate(
        person,
        entry,
        entry.head,
        scale,
        number=maturity.newest_number(person, entry, scale),
        rated_on=work.now.date() - timedelta(days=ago),
        actual=actual,
        target=target,
        marks=marks,
    )
