"""Helping processes make what is made without them, and nobody depends on their lives."""

from multiprocessing import active_children

import pytest

from hub.search import making
from hub.text.analyse import german
from tests.search.conftest import Make


def test_helpers_make_the_same_and_are_not_missed_when_killed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "helpers", lambda _many: 1)
    documents = [make(number, f"Hundesteuer {number}", summary="Anmeldung nach § 3 KAG") for number in range(1, 7)]
    parts = [documents[:4], documents[4:]]
    alone = [making.made(part, german(), vectors=True) for part in parts]
    others = set(active_children())
    with making.Makers(german(), ("", ""), vectors=True, many=6) as makers:
        assert makers.ready is not None
        makers.ready.result(300)
        with monkeypatch.context() as helped:
            helped.delattr(making, "made")  # whatever is made now is made by the helper
            assert list(makers.each(parts)) == alone
        for helper in set(active_children()) - others:
            helper.kill()
            helper.join()
        assert list(makers.each(parts)) == alone


def test_few_entries_need_no_helpers() -> None:
    assert making.helpers(making.MANY - 1) == 0
