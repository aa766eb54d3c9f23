"""A service design has the figures of the SOLL process it names, as far as its readers may read that process."""

from hub.actions import media, media_designs
from hub.store.entries import Entry, EntryKind
from hub.store.findings import MediaNumbers
from hub.work import Work
from tests import makers

PAPER = makers.bpmn("Bescheid ausdrucken")


def design(work: Work, process: Entry, *, owner: str = "marburg", visibility: str = "ikz") -> Entry:
    assert process.head is not None
    address = f"{process.organisation.slug}/{process.slug}/{process.head.number}"
    text = f"# Hundesteuer\n\nSOLL-Prozess: {address}\n\n## Zielbild\n\nOhne Papier.\n".encode()
    return makers.entry(work, text, kind=EntryKind.DESIGN, owner=owner, visibility=visibility)


def row(work: Work, of: Entry) -> MediaNumbers | None:
    assert of.head_id is not None
    return work.session.get(MediaNumbers, of.head_id)


def test_a_design_has_the_figures_of_the_process_it_names(hub_work: Work) -> None:
    process = makers.entry(hub_work, PAPER)
    named = design(hub_work, process)
    assert named.head is not None
    assert media_designs.behind(hub_work, limit=5) == [named.head_id]
    media_designs.refresh(hub_work, named.head)
    kept = row(hub_work, named)
    assert kept is not None
    assert (kept.open_high, kept.of_version_id, kept.status) == (1, process.head_id, "open")
    assert media_designs.behind(hub_work, limit=5) == []


def test_a_design_that_names_no_process_has_no_figures(hub_work: Work) -> None:
    plain = makers.entry(hub_work, kind=EntryKind.DESIGN)
    assert plain.head is not None
    assert media_designs.refresh(hub_work, plain.head) is None
    assert row(hub_work, plain) is None
    assert media_designs.behind(hub_work, limit=5, without={plain.head.id}) == []


def test_figures_of_a_process_that_the_designs_readers_may_not_read_are_not_kept(hub_work: Work) -> None:
    hidden = makers.entry(hub_work, PAPER, owner="fulda", visibility="city")
    named = design(hub_work, hidden)
    public = design(hub_work, makers.entry(hub_work, PAPER, title="Geteilt"), visibility="public")
    for one in (named, public):
        assert one.head is not None
        assert media_designs.refresh(hub_work, one.head) is None


def test_figures_go_away_when_the_process_is_hidden_later(hub_work: Work) -> None:
    process = makers.entry(hub_work, PAPER, owner="fulda")
    named = design(hub_work, process)
    assert named.head is not None
    assert media_designs.refresh(hub_work, named.head) is not None
    process.visibility = "city"
    hub_work.session.flush()
    assert media_designs.behind(hub_work, limit=5) == [named.head_id]
    assert media_designs.refresh(hub_work, named.head) is None
    assert row(hub_work, named) is None


def test_only_who_may_read_the_process_is_led_to_it(work: Work) -> None:
    process = makers.entry(work, PAPER, owner="fulda", visibility="city")
    named = design(makers.as_hub(work), process)
    assert named.head is not None
    assert media_designs.pinned(work, named, named.head) is None
    assert media_designs.pinned(makers.as_person(work, "modellierung@fulda.example"), named, named.head) == process.head


def test_newer_figures_of_the_process_reach_the_design(hub_work: Work) -> None:
    process = makers.entry(hub_work, PAPER)
    named = design(hub_work, process)
    assert named.head is not None
    assert process.head is not None
    media_designs.refresh(hub_work, named.head)
    later = Work(hub_work.session, hub_work.actor, hub_work.now.replace(year=hub_work.now.year + 1))
    media.refresh(later, process.head)
    assert media_designs.behind(hub_work, limit=5) == [named.head_id]
