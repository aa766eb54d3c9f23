"""What a merge would come to: checks and media breaks before and after, for the page of a proposal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub import bpmn, documents
from hub.actions import checking
from hub.documents import ProcessContent
from hub.shelf import Shelf
from hub.store.entries import EntryKind
from hub.store.organisations import Organisation
from hub.work import Work


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one content."""

    findings: Mapping[str, int]
    """Findings of the checking rules by severity."""
    breaks: int
    """Medienbruchzahl: media breaks of severity H or M."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the target has now and what it would have."""

    before: Figures
    after: Figures
    worse: Sequence[str]
    """German sentences on what the rules find in the result and not in the target."""

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """Return (code of a figure, before, after)."""
        severities = [
            (severity, self.before.findings.get(severity, 0), self.after.findings.get(severity, 0))
            for severity in ("error", "warning", "hint")
        ]
        return [*severities, ("breaks", self.before.breaks, self.after.breaks)]


_KEPT: Shelf[tuple[str, str, tuple[tuple[str, str], ...]], Preview] = Shelf(200)


def preview(work: Work, owner: Organisation, kind: str, before: bytes, after: bytes) -> Preview | None:
    """Return the preview of a process by the rules its owner has chosen; None for what has no checks."""
    if kind != EntryKind.PROCESS:
        return None
    rules = {rule: how for rule, how in checking.settings(work, owner.id).items() if rule in bpmn.RULES}
    old, new = documents.read(kind, before), documents.read(kind, after)
    if not (isinstance(old, ProcessContent) and isinstance(new, ProcessContent)):
        return None
    key = (old.sha256, new.sha256, tuple(sorted(rules.items())))
    kept = _KEPT.get(key)
    if kept is None:
        profile = bpmn.Profile(rules)
        was, now = bpmn.check(old.model, profile), bpmn.check(new.model, profile)
        known = {(finding.rule, finding.sentence("en")) for finding in was}
        kept = Preview(
            Figures(_by_severity(was), _breaks(old.model)),
            Figures(_by_severity(now), _breaks(new.model)),
            [row.sentence("de") for row in now if (row.rule, row.sentence("en")) not in known],
        )
        _KEPT.put(key, kept)
    return kept


def _by_severity(findings: Sequence[bpmn.Finding]) -> Mapping[str, int]:
    return Counter(str(finding.severity) for finding in findings)


def _breaks(model: bpmn.Model) -> int:
    return bpmn.media_numbers(model, bpmn.media_breaks(model)).open_count
