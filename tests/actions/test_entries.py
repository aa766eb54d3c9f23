"""What publishing, restoring, forking and editing entries promise."""

from typing import cast

import pytest
from sqlalchemy import func, select

from hub.actions import entries, library
from hub.errors import Conflict, Forbidden, Invalid, NotFound
from hub.store.activity import Event
from hub.store.entries import Blob, Element, Entry, EntryKind, Version
from hub.text.slug import slug as slug_of
from hub.work import Work
from tests import makers
from tests.makers import STEPS


def number_of(work: Work, table: type[Blob] | type[Version] | type[Event]) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def head(entry: Entry) -> Version:
    return cast(Version, entry.head)


def test_a_new_entry_starts_at_version_0_01_with_its_author(work: Work) -> None:
    made = entries.create(work, makers.organisation(work, "marburg"), makers.content(makers.bpmn()), makers.profile())
    assert (head(made).number, head(made).author_id, made.slug) == ("0.01", work.actor.user_id, "hundesteuer-anmelden")


def test_versions_count_up_in_hundredths_and_name_their_parent(work: Work) -> None:
    entry = makers.entry(work)
    first = head(entry)
    second = entries.publish(work, entry, makers.content(makers.bpmn("Neu")), "Gekürzt", parent_id=first.id)
    assert (second.number, second.parent_id, entry.head_id) == ("0.02", first.id, second.id)


def test_content_comes_back_byte_for_byte(work: Work) -> None:
    data = makers.bpmn().replace(b"\n", b"\r\n") + b"<!-- Ende -->\r\n"
    entry = makers.entry(work, data)
    assert entries.source(work, head(entry)) == data


def test_two_editors_cannot_publish_over_each_other(work: Work) -> None:
    entry = makers.entry(work)
    seen = head(entry).id
    entries.publish(work, entry, makers.content(makers.bpmn("Erste")), "Erste Fassung", parent_id=seen)
    with pytest.raises(Conflict, match="moved_on"):
        entries.publish(work, entry, makers.content(makers.bpmn("Zweite")), "Auch zweite Fassung", parent_id=seen)
    assert library.counts(work, entry).versions == 2


def test_publishing_the_same_bytes_again_is_refused(work: Work) -> None:
    entry = makers.entry(work)
    with pytest.raises(Invalid, match="unchanged"):
        entries.publish(work, entry, makers.content(makers.bpmn()), "Nichts", parent_id=head(entry).id)


def test_a_process_cannot_become_a_design(work: Work) -> None:
    entry = makers.entry(work)
    given = makers.content(makers.design(), EntryKind.DESIGN)
    with pytest.raises(Invalid, match="wrong_kind"):
        entries.publish(work, entry, given, "Umgestellt", parent_id=head(entry).id)


def test_another_city_cannot_publish(work: Work) -> None:
    entry = makers.entry(work, owner="fulda")
    with pytest.raises(Forbidden):
        entries.publish(work, entry, makers.content(makers.bpmn("Fremd")), "Fremd", parent_id=head(entry).id)


def test_a_reader_cannot_create_for_the_own_city(work: Work) -> None:
    reader = makers.as_person(work, "lesen@limburg.example")
    with pytest.raises(Forbidden):
        entries.create(reader, makers.organisation(work, "limburg"), makers.content(makers.bpmn()), makers.profile())


def test_restoring_publishes_the_old_content_as_the_next_version(work: Work) -> None:
    entry = makers.entry(work)
    first = head(entry)
    second = makers.version(work, entry, makers.bpmn("Anders"))
    third = entries.restore(work, entry, first, "Zurück", parent_id=second.id)
    assert (third.number, third.blob_sha256, third.restored_from_id) == ("0.03", first.blob_sha256, first.id)


def test_steps_keep_their_keys_from_version_to_version(work: Work) -> None:
    entry = makers.entry(work)
    before = entries.element_keys(work, head(entry))
    after = entries.element_keys(work, makers.version(work, entry, makers.bpmn(*STEPS[:-1], "Bescheid zustellen")))
    assert {key: after[key] for key in ("start", "step1", "step4")} == {
        key: before[key] for key in ("start", "step1", "step4")
    }


def test_a_fork_shares_bytes_and_keys_with_its_origin(work: Work) -> None:
    origin = makers.entry(work, owner="fulda")
    before = number_of(work, Blob)
    made = entries.fork(
        work, origin, head(origin), makers.organisation(work, "marburg"), title="Hundesteuer Marburg", reason="Satzung"
    )
    assert number_of(work, Blob) == before
    assert entries.element_keys(work, head(made)) == entries.element_keys(work, head(origin))
    assert (made.forked_from_id, head(made).parent_id) == (origin.head_id, origin.head_id)


def test_a_fork_of_an_old_version_stays_with_that_version(work: Work) -> None:
    origin = makers.entry(work, owner="fulda")
    old = head(origin)
    makers.version(work, origin, makers.bpmn("Weiter"))
    made = entries.fork(work, origin, old, makers.organisation(work, "marburg"), title="Alt", reason="Satzung")
    shown = library.origin(work, made)
    assert shown is not None
    assert (shown.version.id, shown.moved_on) == (old.id, True)


def test_a_fork_without_a_reason_is_refused(work: Work) -> None:
    origin = makers.entry(work, owner="fulda")
    marburg = makers.organisation(work, "marburg")
    with pytest.raises(Invalid, match="reason_needed"):
        entries.fork(work, origin, head(origin), marburg, title="Ohne Grund", reason="  ")


def test_one_city_may_fork_the_same_entry_twice(work: Work) -> None:
    origin, marburg = makers.entry(work, owner="fulda"), makers.organisation(work, "marburg")
    slugs = [
        entries.fork(work, origin, head(origin), marburg, title="Hundesteuer", reason="Satzung").slug for _ in range(2)
    ]
    assert slugs == ["hundesteuer", "hundesteuer-2"]


def test_a_city_s_own_draft_cannot_be_forked_by_others(work: Work) -> None:
    origin = makers.entry(work, owner="fulda", visibility="city")
    with pytest.raises((Forbidden, NotFound)):
        entries.fork(work, origin, head(origin), makers.organisation(work, "marburg"), title="Fremd", reason="Neugier")


def test_an_old_address_leads_to_the_renamed_entry(work: Work) -> None:
    entry = makers.entry(work)
    entries.edit(work, entry, makers.profile(title="Hundesteuer"), revision=1, slug="hundesteuer")
    with pytest.raises(entries.Moved) as moved:
        entries.find(work, "marburg", "hundesteuer-anmelden")
    assert moved.value.entry is entry


def test_an_old_address_is_not_given_to_another_entry(work: Work) -> None:
    entry = makers.entry(work)
    entries.edit(work, entry, makers.profile(), revision=1, slug="hundesteuer")
    assert makers.entry(work).slug == "hundesteuer-anmelden-2"


def test_a_renamed_entry_can_take_its_own_old_address_back(work: Work) -> None:
    entry = makers.entry(work)
    entries.edit(work, entry, makers.profile(), revision=1, slug="hundesteuer")
    entries.edit(work, entry, makers.profile(), revision=2, slug="hundesteuer-anmelden")
    assert entries.find(work, "marburg", "hundesteuer-anmelden") is entry


def test_two_people_cannot_edit_the_profile_over_each_other(work: Work) -> None:
    entry = makers.entry(work)
    entries.edit(work, entry, makers.profile(summary="Erste"), revision=1)
    with pytest.raises(Conflict, match="profile_moved_on"):
        entries.edit(work, entry, makers.profile(summary="Zweite"), revision=1)


@pytest.mark.parametrize("slug", ["new", "Hundesteuer", "hunde steuer", "a/b", "hünde", "feed"])
def test_an_address_that_would_not_work_is_refused(work: Work, slug: str) -> None:
    entry = makers.entry(work)
    with pytest.raises(Invalid, match="slug_invalid"):
        entries.edit(work, entry, makers.profile(), revision=1, slug=slug)


def test_the_address_of_another_entry_is_refused(work: Work) -> None:
    entry = makers.entry(work)
    makers.entry(work, title="Wohngeld beantragen")
    with pytest.raises(Invalid, match="slug_taken"):
        entries.edit(work, entry, makers.profile(), revision=1, slug="wohngeld-beantragen")


def test_titles_that_look_alike_get_addresses_of_their_own(work: Work) -> None:
    long = "Anmeldung einer Hundehaltung mit Befreiung wegen eines besonderen Anlasses in der Stadt " * 2
    slugs = [makers.entry(work, title=long.strip()).slug for _ in range(3)]
    assert len(set(slugs)) == 3
    assert all(len(slug) <= 80 and slug == slug_of(slug) for slug in slugs)


def test_an_archived_entry_is_left_out_of_the_library_and_comes_back(work: Work) -> None:
    owner = makers.as_person(work, "freigabe@marburg.example")
    entry = makers.entry(work)
    entries.archive(owner, entry)
    assert entry not in library.browse(work, library.Wanted()).entries
    entries.unarchive(owner, entry)
    assert entry in library.browse(work, library.Wanted()).entries


def test_a_modeller_cannot_archive(work: Work) -> None:
    entry = makers.entry(work)
    with pytest.raises(Forbidden):
        entries.archive(work, entry)


def test_nobody_publishes_to_an_archived_entry(work: Work) -> None:
    entry = makers.entry(work)
    entries.archive(makers.as_person(work, "freigabe@marburg.example"), entry)
    with pytest.raises(Forbidden):
        entries.publish(work, entry, makers.content(makers.bpmn("Neu")), "Neu", parent_id=head(entry).id)


@pytest.mark.parametrize("number", ["0.1.2", "9.99", "abc", "", "1", "0.0२", "0.²", "-1.01", "0." + "9" * 40])
def test_a_version_that_does_not_exist_is_not_found(work: Work, number: str) -> None:
    entry = makers.entry(work)
    with pytest.raises(NotFound):
        entries.version(work, entry, number)


def test_a_version_keeps_the_profile_of_its_moment(work: Work) -> None:
    entry = makers.entry(work, title="Vorher")
    entries.edit(work, entry, makers.profile(title="Nachher"), revision=1)
    assert '"title":"Vorher"' in head(entry).profile


def test_every_deed_is_recorded_with_who_did_it(work: Work) -> None:
    entry = makers.entry(work)
    entries.publish(work, entry, makers.content(makers.bpmn("Neu")), "Neu", parent_id=head(entry).id)
    entries.edit(work, entry, makers.profile(), revision=1, slug="hundesteuer")
    work.session.flush()
    kinds = work.session.scalars(
        select(Event.kind).where(Event.entry_id == entry.id, Event.actor_id == work.actor.user_id).order_by(Event.id)
    )
    assert list(kinds) == ["version.published", "entry.renamed", "entry.edited"]


def test_elements_with_over_long_names_are_stored_shortened(work: Work) -> None:
    entry = makers.entry(work, makers.bpmn("Prüfen " * 20_000))
    names = work.session.scalars(select(Element.name).where(Element.version_id == entry.head_id))
    assert max(len(name) for name in names) <= 300
