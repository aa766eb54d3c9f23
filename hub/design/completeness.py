"""How complete a design is, weighted by what a release needs; one function that page, form and release share."""

from dataclasses import dataclass

from hub.design.check import check
from hub.design.model import Design
from hub.design.schema import Question, schema
from hub.design.values import checklist

_ENOUGH = 40
"""Signs from which a section says something."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something not yet answered, or answered with what means nothing."""

    name: str
    key: str
    """The section's key, empty for a field."""
    step: str
    weight: int
    """3 needed for a release, 2 important, 1 good to have."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a design is."""

    percent: int
    missing: tuple[Missing, ...]
    """Most important first, in the order of the form."""
    steps: dict[str, int]
    """Step → per cent."""

    @property
    def ready(self) -> bool:
        """Whether everything a release needs is there."""
        return not any(row.weight == 3 for row in self.missing)


def completeness(design: Design) -> Completeness:
    """Return how complete `design` is: the weights of what is answered, of all weights, in per cent."""
    known = schema()
    wrong = {row.key for row in check(design) if row.severity == "error"}
    answered: list[tuple[Question, str, float]] = []
    for name, row in known.fields.items():
        answered.append((row, "", 1.0 if design.fields.get(name, "").strip() and name not in wrong else 0.0))
    for key, part in known.sections.items():
        section = design.section(key)
        text = section.text if section else ""
        if part.items:
            ticks = checklist(text, part.items)[0]
            answered.append((part, key, sum(tick.state != "open" for tick in ticks) / len(ticks)))
        else:
            answered.append((part, key, 1.0 if len(text.strip()) >= _ENOUGH else 0.0))
    missing = [Missing(row.name, key, row.step, row.weight) for row, key, share in answered if row.weight and share < 1]
    order = {step.key: at for at, step in enumerate(known.steps)}
    missing.sort(key=lambda row: (-row.weight, order[row.step]))
    return Completeness(
        _percent([(row, share) for row, _, share in answered]),
        tuple(missing),
        {
            step.key: _percent([(row, share) for row, _, share in answered if row.step == step.key])
            for step in known.steps
        },
    )


def _percent(rows: list[tuple[Question, float]]) -> int:
    """Round down, so that 100 means: nothing is missing."""
    total = sum(row.weight for row, _ in rows)
    return int(100 * sum(row.weight * share for row, share in rows) / total + 1e-9) if total else 100
