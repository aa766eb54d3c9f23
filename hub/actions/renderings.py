"""Pictures, texts and small facts computed from content: kept in this process, kept in the database, or made now.

Reading a page never writes; the worker fills the table after a publication.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from hub import bpmn
from hub.documents import ProcessContent, read
from hub.errors import Invalid
from hub.shelf import Shelf
from hub.store.answers import answers
from hub.store.entries import Blob, EntryKind, Rendering
from hub.store.inserting import insert_new
from hub.text import slots
from hub.work import Work

RENDERER = "1"
"""Raise it when drawing or describing changes what people see."""

NAME_LIMIT = 1000
"""Longest name a browser is given: laying out 100,000 characters froze a tab for minutes."""


_KEPT: Shelf[tuple[str, str], str] = Shelf(400)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page asks of a process beside its text."""

    groups: Mapping[str, int]
    """Element id → type of activity group (RAG), as far as the file itself says it."""
    slots: tuple[str, ...]
    """Names of its slots, in the order they come."""


_FACTS: Shelf[str, Facts] = Shelf(2000)
_SEVERAL = select(Rendering.kind, Rendering.content).where(
    Rendering.sha256 == bindparam("sha256"),
    Rendering.kind.in_([bindparam("one"), bindparam("other")]),
    Rendering.renderer == RENDERER,
)


def _svg(model: bpmn.Model) -> str:
    return bpmn.draw(model, theme="auto")


def _thumbnail(model: bpmn.Model) -> str:
    return bpmn.thumbnail(model)


def _german(model: bpmn.Model) -> str:
    return bpmn.describe(model, "de").as_html(level=3)


def _english(model: bpmn.Model) -> str:
    return bpmn.describe(model, "en").as_html(level=3)


def _numbers(model: bpmn.Model) -> str:
    return json.dumps({step.element_id: step.number for step in bpmn.describe(model, "de").walk()})


def _signature(model: bpmn.Model) -> str:
    return bpmn.signature(model).to_text()


def _calls(model: bpmn.Model) -> str:
    """Write (id, name, called process) of every call activity, and the ids of the model's own processes."""
    calls = [[node.id, node.label[:300], node.called] for node in model.nodes if node.called]
    return json.dumps({"calls": calls, "processes": [process.id for process in model.processes]}, ensure_ascii=False)


def _facts(model: bpmn.Model) -> str:
    nodes = model.of_kind(bpmn.Kind.ACTIVITY)
    groups = {node.id: kind for node in nodes if (kind := bpmn.rag_of(node)) and node.type != "callActivity"}
    source = model.source
    named = slots.names(source.decode("utf-8", "replace")) if b"{{" in source else []
    return json.dumps({"groups": groups, "slots": named}, ensure_ascii=False)


MAKERS: dict[str, Callable[[bpmn.Model], str]] = {
    "svg": _svg,
    "thumbnail": _thumbnail,
    "text-de": _german,
    "text-en": _english,
    "numbers": _numbers,
    "signature": _signature,
    "calls": _calls,
    "facts": _facts,
}


def of(work: Work, sha256: str, kind: str) -> str:
    """Return a rendering of a process model's content; raises `Invalid` if that content is unreadable."""
    key = (sha256, kind)
    if (kept := _KEPT.get(key)) is not None:
        return kept
    query = select(Rendering.content).where(
        Rendering.sha256 == sha256, Rendering.kind == kind, Rendering.renderer == RENDERER
    )
    text = work.session.scalar(query)
    if text is None:
        text = MAKERS[kind](model(work, sha256))
    _KEPT.put(key, text)
    return text


def facts(work: Work, sha256: str) -> Facts:
    """Return the facts of a process model's content; raises `Invalid` if that content is unreadable."""
    if (kept := _FACTS.get(sha256)) is None:
        told = json.loads(of(work, sha256, "facts"))
        kept = Facts(told["groups"], tuple(told["slots"]))
        _FACTS.put(sha256, kept)
    return kept


def bring(work: Work, sha256: str, kind: str) -> None:
    """Read a rendering and the facts in one question, for a page that will want both; what is missing is made then."""
    if _KEPT.get((sha256, kind)) is None or _FACTS.get(sha256) is None:
        for found, text in answers(work.session, _SEVERAL, sha256=sha256, one=kind, other="facts"):
            _KEPT.put((sha256, found), text)


def noted_text(work: Work, sha256: str, lang: str, notes: Mapping[str, str]) -> str:
    """Return the process as HTML with a further sentence at some steps; `notes` is element id → sentence."""
    if not notes:
        return of(work, sha256, f"text-{lang}")
    # Not stored: notes belong to one entry, the table to the content that forks share.
    key = (sha256, f"text-{lang}-{hash(tuple(sorted(notes.items())))}")
    if (kept := _KEPT.get(key)) is None:
        kept = bpmn.describe(model(work, sha256), lang).noted(notes).as_html(level=3)
        _KEPT.put(key, kept)
    return kept


def model(work: Work, sha256: str) -> bpmn.Model:
    """Return the model behind a digest."""
    data = work.session.scalars(select(Blob.content).where(Blob.sha256 == sha256)).one()
    found = read(EntryKind.PROCESS, data)
    if not isinstance(found, ProcessContent):
        raise Invalid(source="wrong_kind")
    return found.model


def missing(work: Work, sha256: str) -> dict[str, str]:
    """Make all renderings of a content that are missing or old, without writing; slow work, for outside a lock."""
    query = select(Rendering.kind).where(Rendering.sha256 == sha256, Rendering.renderer == RENDERER)
    known = set(work.session.scalars(query))
    wanted = [kind for kind in MAKERS if kind not in known]
    if not wanted:
        return {}
    parsed = model(work, sha256)
    return {kind: MAKERS[kind](parsed) for kind in wanted}


def keep(work: Work, sha256: str, made: Mapping[str, str]) -> None:
    """Store renderings; where another worker was quicker, its equal ones stay."""
    outdated = (Rendering.sha256 == sha256, Rendering.kind.in_(made), Rendering.renderer != RENDERER)
    work.session.execute(delete(Rendering).where(*outdated))
    rows = [{"sha256": sha256, "kind": kind, "renderer": RENDERER, "content": text} for kind, text in made.items()]
    insert_new(work.session, Rendering, rows)


def step_numbers(work: Work, sha256: str) -> dict[str, str]:
    """Return element id → number in the German text, as far as it has been made."""
    query = select(Rendering.content).where(Rendering.sha256 == sha256, Rendering.kind == "numbers")
    text = work.session.scalar(query.where(Rendering.renderer == RENDERER))
    return dict(json.loads(text)) if text else {}
