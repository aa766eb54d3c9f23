"""Rights are part of the query: hits, totals, facets, suggestions and corrections leak nothing."""

from itertools import product

import pytest
from sqlalchemy.orm import Session

from hub import search
from hub.search import Reader, Remark, Scope
from tests.search.conftest import GIESSEN, LAND, MARBURG, Make

READERS = {
    "guest": Reader(),
    "marburg": Reader(frozenset({MARBURG}), cooperates=True),
    "giessen": Reader(frozenset({GIESSEN}), cooperates=True),
    "land": Reader(frozenset({LAND}), land=True),
    "provider": Reader(frozenset({7})),
    "hub": Reader(everything=True),
}
ALLOWED = {
    ("city", "internal"): {"marburg", "hub"},
    ("city", "external"): {"hub"},
    ("city", "both"): {"marburg", "hub"},
    ("ikz", "internal"): {"marburg", "giessen", "hub"},
    ("ikz", "external"): {"hub"},
    ("ikz", "both"): {"marburg", "giessen", "hub"},
    ("land", "internal"): {"marburg", "giessen", "hub"},
    ("land", "external"): {"land", "hub"},
    ("land", "both"): {"marburg", "giessen", "land", "hub"},
    ("public", "internal"): {"marburg", "giessen", "hub"},
    ("public", "external"): {"guest", "land", "provider", "hub"},
    ("public", "both"): {"guest", "marburg", "giessen", "land", "provider", "hub"},
}


@pytest.mark.parametrize(("visibility", "scope"), list(product(("city", "ikz", "land", "public"), Scope)))
def test_who_finds_what(session: Session, make: Make, visibility: str, scope: Scope) -> None:
    search.put(session, make(1, "Hundesteuer", visibility=visibility, scope=scope, facets={"kind": ("process",)}))
    allowed = ALLOWED[visibility, scope.value]
    for name, reader in READERS.items():
        result = search.find(session, "Hundesteuer", reader=reader)
        everything = search.find(session, "", reader=reader)
        seen = 1 if name in allowed else 0
        assert (name, result.total, len(result.hits), everything.total) == (name, seen, seen, seen)
        assert result.facets == ({"kind": {"process": 1}} if seen else {})
        assert bool(search.suggest(session, "Hunde", reader)) == bool(seen)


def test_nobody_finds_an_entry_twice(session: Session, make: Make) -> None:
    search.put(
        session,
        make(1, "Hundesteuer neu", scope=Scope.INTERNAL),
        make(1, "Hundesteuer alt", scope=Scope.EXTERNAL),
    )
    for name, reader in READERS.items():
        if name != "hub":
            assert search.find(session, "Hundesteuer", reader=reader).total == 1
    assert search.find(session, "neu", reader=READERS["guest"]).total == 0
    assert search.find(session, "alt", reader=READERS["marburg"]).total == 0


def test_a_correction_never_shows_a_word_one_may_not_read(session: Session, make: Make) -> None:
    search.put(session, make(1, "Geheimplan", visibility="city", scope=Scope.INTERNAL))
    for name in ("guest", "giessen", "land"):
        result = search.find(session, "Geheimplam", reader=READERS[name])
        assert (result.corrected, result.suggestion, result.total) == ("", "", 0)
        assert search.suggest(session, "geheim", READERS[name]) == ()
    assert search.find(session, "Geheimplam", reader=READERS["marburg"]).corrected == "Geheimplan"


@pytest.mark.parametrize(
    ("remark", "allowed"),
    [
        (Remark(1, MARBURG, "Kopfzerbrechen"), {"marburg"}),
        (Remark(1, MARBURG, "Kopfzerbrechen", ikz=True), {"marburg", "giessen"}),
        (Remark(1, MARBURG, "Kopfzerbrechen", ikz=True, land=True), {"marburg", "giessen", "land"}),
        (Remark(1, GIESSEN, "Kopfzerbrechen"), {"giessen"}),
    ],
)
def test_comments_are_found_by_those_who_may_read_them(
    session: Session, make: Make, remark: Remark, allowed: set[str]
) -> None:
    search.put(session, make(1, "Hundesteuer", remarks=(remark,)))
    for name in ("guest", "marburg", "giessen", "land", "provider"):
        reader = READERS[name]
        for text in ("Kopfzerbrechen", "Hundesteuer Kopfzerbrechen", '"Kopfzerbrechen"', "Kopfzer*"):
            result = search.find(session, text, reader=reader)
            found = result.total == 1 and not result.left_out
            assert (name, text, found) == (name, text, name in allowed)
        hit = search.find(session, "Hundesteuer Kopfzerbrechen", reader=reader).hits[0]
        assert any(excerpt.place == "remark" for excerpt in hit.excerpts) == (name in allowed)
        assert search.find(session, "NICHT Kopfzerbrechen", reader=reader).total == int(name not in allowed)


def test_comments_are_no_steps_and_suggested_to_nobody_else(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuer", remarks=(Remark(1, MARBURG, "Kopfzerbrechen", ikz=True),)))
    assert search.suggest(session, "kopf", READERS["guest"]) == ()
    assert search.suggest(session, "kopf", READERS["land"]) == ()
    assert search.find(session, "schritt:Kopfzerbrechen", reader=READERS["marburg"]).total == 0


def test_what_becomes_private_is_gone_at_once(session: Session, make: Make) -> None:
    search.put(session, make(1, "Hundesteuer"))
    search.put(session, make(1, "Hundesteuer", visibility="city"))
    assert search.find(session, "Hundesteuer", reader=READERS["guest"]).total == 0
