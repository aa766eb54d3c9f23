"""Proposals as tests need them: a model, forks of it, changed words, sent and taken over."""

from hub.actions import (
    deciding,
    entries,
    proposals,
)
from hub.store.entries import Entry, Version
from hub.store.proposals import Proposal
from hub.work import Work
from tests import makers

BASE = makers.bpmn("Antrag prüfen", "Bescheid erlassen", note="Alt")
FULDA = "modellierung@fulda.example"
LIMBURG = "lesen@limburg.example"


def forked(work: Work, origin: Entry, city: str) -> Entry:
    """Return a city's fork."""
    assert origin.head is not None
    owner = makers.organisation(work, city)
    return entries.fork(makers.as_hub(work), origin, origin.head, owner, title=origin.title, reason="Eigene Satzung")


def changed(data: bytes, *pairs: tuple[str, str]) -> bytes:
    """Return the model with words exchanged."""
    for old, new in pairs:
        assert old.encode() in data
        data = data.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
    return data


def opened(work: Work, source: Entry, target: Entry) -> Proposal:
    """Return a proposal that was sent."""
    made = proposals.between(work, source, target, title="Bitte übernehmen")
    proposals.send(work, made)
    return made


def all_adopted(work: Work, proposal: Proposal) -> Version:
    """Take everything over."""
    deciding.adopt_rest(work, proposal, revision=proposal.revision)
    made = deciding.merge(work, proposal, "Übernommen", revision=proposal.revision)
    assert made is not None
    return made
