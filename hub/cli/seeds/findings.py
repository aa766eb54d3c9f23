"""Sample decisions about media breaks: justified, no break, fixed, taken over by a fork, and a confirmed SOLL model."""

from collections.abc import Callable

from sqlalchemy import select

from hub.actions import entries, findings, media
from hub.actions.findings import Choice, Finding
from hub.http import actor_of
from hub.store.accounts import User
from hub.store.entries import Entry, Version
from hub.store.findings import Decision
from hub.work import Work

URKUNDE = ("Urkunde ausdrucken", "Urkunde unterschreiben und siegeln", "Urkunde auf Papier")
SEAL = "§\u00a056 Abs.\u00a03 PStG"


def plant(work: Work) -> None:
    """Compute the figures of the sample library and let role accounts decide about some findings."""
    while ids := media.behind(work, limit=50):
        for version in work.session.scalars(select(Version).where(Version.id.in_(ids))):
            media.refresh(work, version)
    giessen, wetzlar = _as(work, "modellierung@giessen.example"), _as(work, "modellierung@wetzlar.example")
    _decide(
        giessen,
        "giessen/geburtsurkunde-ist",
        lambda one: one.element_name in URKUNDE,
        Decision.JUSTIFIED,
        "Die Personenstandsurkunde wird auf Papier unterschrieben und mit dem Dienstsiegel versehen.",
        SEAL,
    )
    _decide(
        wetzlar,
        "wetzlar/hundesteuer-ist",
        lambda one: one.found.rule == "MB-18" and one.element_name == "Formular und Unterschrift prüfen",
        Decision.NO_BREAK,
        "Geprüft wird am Bildschirm; nur der Typ der Aufgabe ist im Modell ungenau.",
    )
    marburg = _as(work, "modellierung@marburg.example")
    _decide(
        marburg,
        "marburg/wohngeld-ist",
        lambda one: one.element_name == "Antrag einscannen",
        Decision.FIXED,
        "Mit dem Anschluss des Onlinedienstes kommen Anträge elektronisch an; das Modell wird nachgezogen.",
    )
    origin, fork = _entry(work, "marburg/wohngeld-ist"), _entry(work, "fulda/wohngeld-ist-fulda")
    media.inherit(work, fork, origin)
    findings.refresh(work, fork)
    for email, address in (
        ("freigabe@wetzlar.example", "wetzlar/hundesteuer-soll"),
        ("modellierung@limburg.example", "limburg/hundesteuer-soll-limburg"),
    ):
        person, entry = _as(work, email), _entry(work, address)
        if entry.head is not None:
            findings.confirm(person, entry, entry.head, note="Alle Wege vom Antrag bis zum Bescheid durchgesehen.")


def _as(work: Work, email: str) -> Work:
    user_id = work.session.scalars(select(User.id).where(User.email == email)).one()
    return Work(work.session, actor_of(work.session, user_id), work.now)


def _entry(work: Work, address: str) -> Entry:
    return entries.find(work, *address.split("/"))


def _decide(
    work: Work, address: str, wanted: Callable[[Finding], bool], decision: Decision, reason: str, legal_basis: str = ""
) -> None:
    entry = _entry(work, address)
    if entry.head is None:
        return
    chosen = [
        Choice(one.found.element_key, one.found.rule, one.seen)
        for one in findings.of(work, entry, entry.head)
        if one.found.severity != "N" and wanted(one)
    ]
    findings.decide(work, entry, entry.head, chosen, decision, reason=reason, legal_basis=legal_basis)
