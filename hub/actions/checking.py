"""Check models by the engine's rules, as the owning organisation has set them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from hub import bpmn, policy
from hub.actions import renderings
from hub.errors import Invalid
from hub.shelf import Shelf
from hub.store.entries import Entry, Version
from hub.store.organisations import Organisation, RuleSetting
from hub.work import Work

SETTINGS = ("", "off", "error", "warning", "hint")
"""What a rule can be set to; empty leaves it as it comes."""

_FOUND: Shelf[tuple[str, tuple[tuple[str, str], ...]], tuple[bpmn.Finding, ...]] = Shelf(200)


def settings(work: Work, organisation_id: int) -> dict[str, str]:
    """Return rule → setting, for the rules an organisation has set."""
    query = select(RuleSetting).where(RuleSetting.organisation_id == organisation_id)
    return {row.rule: row.setting for row in work.session.scalars(query.order_by(RuleSetting.rule))}


def findings(work: Work, entry: Entry, shown: Version) -> Sequence[bpmn.Finding]:
    """Return what the rules of the entry's organisation find in a version, the gravest first."""
    chosen = settings(work, entry.organisation_id)
    key = (shown.blob_sha256, tuple(chosen.items()))
    kept = _FOUND.get(key)
    if kept is None:
        known = {rule: setting for rule, setting in chosen.items() if rule in bpmn.RULES}
        kept = tuple(bpmn.check(renderings.model(work, shown.blob_sha256), bpmn.Profile(known)))
        _FOUND.put(key, kept)
    return kept


def set_rules(work: Work, organisation: Organisation, wanted: Mapping[str, str]) -> None:
    """Set rules of an organisation; rules not named come as they are. Raises `Invalid` for unknown ones."""
    work.require(policy.set_rules, organisation)
    for rule, setting in wanted.items():
        if rule not in bpmn.RULES or setting not in SETTINGS:
            raise Invalid(rule="not_a_choice")
    work.session.execute(delete(RuleSetting).where(RuleSetting.organisation_id == organisation.id))
    for rule, setting in wanted.items():
        if setting:
            work.session.add(RuleSetting(organisation_id=organisation.id, rule=rule, setting=setting))
    work.session.flush()
    changed = sum(bool(setting) for setting in wanted.values())
    work.record("rules.set", organisation_id=organisation.id, count=changed)
