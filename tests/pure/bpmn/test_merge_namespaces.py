"""Merging files whose vendors gave their vocabulary another name."""

from hub import bpmn
from tests.pure.bpmn.small import small

OLD = small("task A Antrag prüfen").source.replace(
    b"targetNamespace", b'xmlns:v="urn:vendor:1" v:stand="1" targetNamespace'
)
OLD = OLD.replace(b'name="Antrag', b'v:maske="GW-01" name="Antrag')


def test_a_renamed_vocabulary_is_taken_over_with_what_ours_added_in_it() -> None:
    theirs = OLD.replace(b"urn:vendor:1", b"urn:vendor:2")
    ours = OLD.replace(b'v:maske="GW-01"', b'v:maske="GW-01" v:frist="3"')
    result = bpmn.merge(bpmn.read(OLD), bpmn.read(ours), bpmn.read(theirs))
    assert result.conflicts == ()
    assert result.data == ours.replace(b"urn:vendor:1", b"urn:vendor:2")
    assert [(one.side, one.change.before, one.change.after) for one in result.applied][-1] == (
        "theirs",
        "urn:vendor:1",
        "urn:vendor:2",
    )


def test_what_theirs_says_in_the_old_vocabulary_is_said_in_the_new_one() -> None:
    ours = OLD.replace(b"urn:vendor:1", b"urn:vendor:2")
    theirs = OLD.replace(b"GW-01", b"GW-02")
    result = bpmn.merge(bpmn.read(OLD), bpmn.read(ours), bpmn.read(theirs))
    assert result.conflicts == ()
    assert result.data == ours.replace(b"GW-01", b"GW-02")
