"""Every real file is imported, and what became of it is what was reviewed."""

from collections import Counter

import pytest

from tests import corpus, needs


@pytest.mark.slow
def test_every_file_of_the_corpus_has_the_outcome_that_was_reviewed() -> None:
    found = dict(corpus.outcomes(needs.corpus()))
    known = dict(corpus.reviewed())
    changed = {name: (known.get(name), found.get(name)) for name in known.keys() | found.keys()}
    assert {name: pair for name, pair in changed.items() if pair[0] != pair[1]} == {}


def test_most_files_are_read_and_every_refusal_has_a_reason() -> None:
    kinds = Counter(outcome.partition(":")[0] for name, outcome in corpus.reviewed() if ": " not in name)
    assert set(kinds) <= {"read", "warned", "drawn", "refused"}
    assert kinds["refused"] < sum(kinds.values()) * 0.05


def test_nothing_of_the_research_files_is_kept_but_counts() -> None:
    assert [name for name, _outcome in corpus.reviewed() if name.startswith("research/")] == []
