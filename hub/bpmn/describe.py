"""A process as readable text: sections by participant, numbered steps along the flow, each tied to its element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from hub.bpmn.describe_order import Entry, arrange, number, scopes, walk
from hub.bpmn.describe_steps import Around, Teller
from hub.bpmn.describe_text import Text, fill, finish, join, plain
from hub.bpmn.links import find_links
from hub.bpmn.naming import one_line, tidy
from hub.bpmn.vocabulary import Kind, type_name

if TYPE_CHECKING:
    from hub.bpmn.model import Element, Model


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: a flow node with everything the model says about it."""

    number: str
    """Such as `4`, or `4.2` for a part step or an exception of step 4; unique within its section."""
    element_id: str
    kind: str
    """The BPMN type, such as `userTask`."""
    level: int
    """0 for steps of the process, 1 and more beneath other steps."""
    text: Text
    ways: tuple[Text, ...]
    """The ways out of a decision, one sentence each."""
    details: tuple[Text, ...]
    """Further sentences: repetition, messages, data, documentation, annotations."""
    targets: tuple[str, ...]
    """Ids of the elements that follow."""
    children: tuple[Step, ...]

    @property
    def sentence(self) -> str:
        """The main sentence, with where it goes on unless that is the next step."""
        return plain(self.text)

    def walk(self) -> Iterator[Step]:
        """Yield this step and everything beneath it in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Section:
    """What one participant does."""

    heading: str
    element_id: str
    """The participant, or the process where there is none."""
    is_participant: bool
    intro: tuple[Text, ...]
    steps: tuple[Step, ...]

    def walk(self) -> Iterator[Step]:
        """Yield all steps in reading order."""
        for step in self.steps:
            yield from step.walk()


@dataclass(frozen=True, slots=True)
class Description:
    """The text version of a model."""

    title: str
    lang: str
    summary: tuple[Text, ...]
    sections: tuple[Section, ...]
    notes: tuple[Text, ...]
    """What belongs to no step: loose annotations, data and groups."""

    def walk(self) -> Iterator[Step]:
        """Yield all steps of all sections in reading order."""
        for section in self.sections:
            yield from section.walk()

    def noted(self, notes: Mapping[str, str]) -> Description:
        """Return this text with a further sentence at some steps; `notes` is element id → sentence."""
        sections = (replace(section, steps=_noted(section.steps, notes)) for section in self.sections)
        return replace(self, sections=tuple(sections))

    def as_text(self) -> str:
        """Return plain text: title, overview, headings and numbered, indented steps."""
        lines = [self.title, "=" * len(self.title), "", *(plain(text) for text in self.summary)]
        for section in self.sections:
            lines += ["", section.heading, "-" * len(section.heading), *(plain(text) for text in section.intro)]
            lines += [""] if section.steps else []
            for step in section.walk():
                indent = "   " * step.level
                lines.append(f"{indent}{step.number}. {step.sentence}")
                inner = indent + " " * (len(step.number) + 2)
                lines += [f"{inner}– {plain(way)}" for way in step.ways]
                lines += [f"{inner}{plain(detail)}" for detail in step.details]
        if self.notes:
            lines += ["", *(plain(text) for text in self.notes)]
        return "\n".join(lines).rstrip() + "\n"

    def as_html(self, link: Callable[[str], str] | None = None, level: int = 2, prefix: str = "text-") -> str:
        """Return semantic HTML without scripts or styles.

        `link` gives the address of an element in the diagram (default: `#` and its id), `level` is that of the
        section headings (1 to 6), `prefix` goes before element ids to make the ids of sentences. Lists carry the
        class `process-text` and show their own numbers in `process-text__number`, so a style sheet hides the markers.
        """
        address = link or (lambda id_: f"#{quote(id_, safe='')}")
        heading = f"h{min(max(level, 1), 6)}"
        parts = [f"<p>{_html(text, prefix)}</p>" for text in self.summary]
        for section in self.sections:
            name = escape(section.heading)
            parts.append(
                f'<section id="{escape(prefix + section.element_id)}" data-element="{escape(section.element_id)}">'
                f"<{heading}>{name}</{heading}>"
            )
            parts += [f"<p>{_html(text, prefix)}</p>" for text in section.intro]
            parts += _html_steps(section.steps, address, prefix)
            parts.append("</section>")
        parts += [f"<p>{_html(text, prefix)}</p>" for text in self.notes]
        return "\n".join(parts)


def _noted(steps: Sequence[Step], notes: Mapping[str, str]) -> tuple[Step, ...]:
    return tuple(
        replace(
            step,
            details=((notes[step.element_id],), *step.details) if step.element_id in notes else step.details,
            children=_noted(step.children, notes),
        )
        for step in steps
    )


def _html(text: Text, prefix: str) -> str:
    return "".join(
        escape(piece)
        if isinstance(piece, str)
        else f'<a href="#{quote(prefix + piece.element_id, safe="")}">{escape(piece.text)}</a>'
        for piece in text
    )


def _html_steps(steps: Sequence[Step], address: Callable[[str], str], prefix: str) -> Iterator[str]:
    if not steps:
        return
    yield '<ol class="process-text" role="list">'
    for step in steps:
        id_ = escape(step.element_id)
        yield (
            f'<li id="{escape(prefix)}{id_}" data-element="{id_}" data-type="{escape(step.kind)}">'
            f'<a class="process-text__number" href="{escape(address(step.element_id))}">{step.number}.</a> '
            f"<span>{_html(step.text, prefix)}</span>"
        )
        if step.ways:
            yield "<ul>" + "".join(f"<li>{_html(way, prefix)}</li>" for way in step.ways) + "</ul>"
        yield from (f"<p>{_html(detail, prefix)}</p>" for detail in step.details)
        yield from _html_steps(step.children, address, prefix)
        yield "</li>"
    yield "</ol>"


def describe(model: Model, lang: str = "de") -> Description:
    """Return `model` as text in German (`de`) or English (`en`).

    Every flow node is exactly one step and every sequence flow is told: by the order of the steps, or as a jump to
    a numbered step. That holds for unstructured, cyclic and broken models too.
    """
    tops = _in_reading_order(model)
    arranged = [arrange(top) for top in tops]
    for place, entries in enumerate(arranged):
        number(entries, place, place * 1_000_000)
    by_id = {entry.node.id: entry for entries in arranged for entry in walk(entries)}
    headings = [_heading(top, lang) for top in tops]
    around = _around(model, lang, by_id, headings)
    teller = Teller(around)
    sections = [
        Section(
            heading=headings[place],
            element_id=(top.pool or top).id,
            is_participant=top.pool is not None,
            intro=tuple(_intro(model, top, headings[place], teller, around)),
            steps=tuple(_step(entry, teller) for entry in arranged[place]),
        )
        for place, top in enumerate(tops)
    ]
    sections += _other_participants(model, tops, teller, around)
    title = tidy(model.name) or plain(fill("unnamed-process", lang))
    summary = tuple(_summary(sections, len(tops), lang))
    return Description(title, lang, summary, tuple(sections), tuple(_notes(model, around)))


def _step(entry: Entry, teller: Teller) -> Step:
    return Step(
        number=entry.number,
        element_id=entry.node.id,
        kind=entry.node.type,
        level=entry.level,
        text=teller.sentence(entry),
        ways=teller.ways(entry),
        details=teller.details(entry),
        targets=teller.targets(entry),
        children=tuple(_step(child, teller) for child in entry.children),
    )


def _in_reading_order(model: Model) -> list[Element]:
    """Return the processes in the order of their pools, those without a pool after them."""
    order = {pool.id: place for place, pool in enumerate(model.pools)}

    def place(top: Element) -> int:
        pool = top.pool
        return order.get(pool.id, len(order)) if pool is not None else len(order)

    return sorted(scopes(model), key=place)


def _heading(top: Element, lang: str) -> str:
    pool = top.pool
    name = tidy(pool.name) if pool is not None else ""
    return name or tidy(top.name) or plain(fill("unnamed-process" if pool is None else "unnamed-pool", lang))


def _around(model: Model, lang: str, by_id: dict[str, Entry], headings: list[str]) -> Around:
    messages_out: dict[str, list[Element]] = {}
    messages_in: dict[str, list[Element]] = {}
    for flow in model.message_flows:
        if flow.source is not None:
            messages_out.setdefault(flow.source.id, []).append(flow)
        if flow.target is not None:
            messages_in.setdefault(flow.target.id, []).append(flow)
    data, notes = _attachments(model, lang)
    jumps: dict[str, str] = {}
    by_scope: dict[str, list[Element]] = {}
    for entry in by_id.values():
        if entry.node.type.startswith("intermediate") and entry.node.parent is not None:
            by_scope.setdefault(entry.node.parent.id, []).append(entry.node)
    for nodes in by_scope.values():
        jumps.update(find_links(nodes).jumps)

    def partner(element: Element | None) -> str:
        pool = element.pool if element is not None else None
        if pool is not None and pool.name.strip():
            return tidy(pool.name)
        process = element.process if element is not None else None
        return tidy(process.name) if process is not None and process.kind is Kind.PROCESS else ""

    return Around(lang, by_id, headings, jumps, messages_out, messages_in, data, notes, partner)


def _attachments(model: Model, lang: str) -> tuple[dict[str, dict[str, list[str]]], dict[str, list[str]]]:
    """Return data by node and use, and annotation texts by whatever they are tied to."""
    data: dict[str, dict[str, list[str]]] = {}
    notes: dict[str, list[str]] = {}
    for connection in model.associations:
        for item, other, key in (
            (connection.source, connection.target, "needs"),
            (connection.target, connection.source, "yields"),
        ):
            if item is None or other is None:
                continue
            if item.type == "textAnnotation" and item.text.strip():
                notes.setdefault(other.id, []).append(item.text)
            elif item.kind is Kind.DATA and other.kind is not Kind.DATA:
                directed = (
                    connection.kind is Kind.DATA_ASSOCIATION
                    or connection.attributes.get("associationDirection") == "One"
                )
                data.setdefault(other.id, {}).setdefault(key if directed else "uses", []).append(_data_name(item, lang))
    return data, notes


def _data_name(item: Element, lang: str) -> str:
    name = tidy(item.label)
    if not name:
        return plain(fill("unnamed", lang, type=_capital(item, lang)))
    state = item.details.find("dataState")
    state_name = tidy(state.attributes.get("name", "")) if state is not None else ""
    return plain(
        fill("with-state", lang, name=name, state=state_name) if state_name else fill("quoted", lang, name=name)
    )


def _capital(item: Element, lang: str) -> str:
    label = type_name(item.type, lang)
    return label[:1].upper() + label[1:]


def _intro(model: Model, top: Element, heading: str, teller: Teller, around: Around) -> Iterator[Text]:
    lang, pool = around.lang, top.pool
    name = tidy(top.name)
    if name and name != heading:
        yield finish(fill("process-name", lang, name=name))
    lanes = list(dict.fromkeys(tidy(lane.name) for lane in model.lanes if lane.name.strip() and lane.process is top))
    if lanes:
        yield finish(fill("lanes", lang, names=join([(lane,) for lane in lanes], lang)))
    for element in (pool, top):
        if element is not None:
            yield from ((one_line(line),) for line in element.documentation.splitlines() if line.strip())
            yield from (fill("note", lang, text=one_line(text)) for text in around.notes.get(element.id, ()))
    if pool is not None:
        yield from _pool_messages(pool, teller, around)


def _pool_messages(pool: Element, teller: Teller, around: Around) -> Iterator[Text]:
    for key, flows in (("sends", around.messages_out), ("receives", around.messages_in)):
        for flow in flows.get(pool.id, ()):
            yield finish(teller.message(flow, key))


def _other_participants(model: Model, tops: list[Element], teller: Teller, around: Around) -> Iterator[Section]:
    """Yield a section for every participant whose inside the model does not show."""
    told = {pool.id for top in tops if (pool := top.pool) is not None}
    lang = around.lang
    for pool in model.pools:
        if pool.id in told:
            continue
        if pool.parent is not None and pool.parent.type == "choreography":
            continue  # told with the activities it takes part in
        intro = [finish(fill("black-box", lang)), *_pool_messages(pool, teller, around)]
        intro += [(one_line(line),) for line in pool.documentation.splitlines() if line.strip()]
        intro += [fill("note", lang, text=one_line(text)) for text in around.notes.get(pool.id, ())]
        yield Section(tidy(pool.name) or plain(fill("unnamed-pool", lang)), pool.id, True, tuple(intro), ())


def _summary(sections: Sequence[Section], processes: int, lang: str) -> Iterator[Text]:
    if not processes and not sections:
        yield finish(fill("empty", lang))
        return
    if len(sections) > 1:
        names = join([fill("quoted", lang, name=section.heading) for section in sections], lang)
        pools = all(section.is_participant for section in sections)
        count = _count("count-pool" if pools else "count-section", len(sections), lang)
        yield finish(fill("overview-pools" if pools else "overview-many", lang, sections=count, names=names))
        return
    steps = [step for section in sections for step in section.walk()]
    ends = sum(1 for step in steps if step.kind == "endEvent" and step.level == 0)
    told = _count("count-end", ends, lang) if ends else plain(fill("no-end", lang))
    yield finish(fill("overview-one", lang, steps=_count("count-step", len(steps), lang), ends=told))


def _count(key: str, amount: int, lang: str) -> str:
    one, _, many = plain(fill(key, lang, n=str(amount))).partition("|")
    return one if amount == 1 else many


def _notes(model: Model, around: Around) -> Iterator[Text]:
    """Yield what belongs to no step."""
    lang = around.lang
    for conversation in model.of_kind(Kind.CONVERSATION):
        named = (model.resolve(detail.text.strip()) for detail in conversation.details.find_all("participantRef"))
        participants: list[Text] = [(tidy(p.name),) for p in named if p is not None and p.name.strip()]
        if conversation.name.strip() and participants:
            name = fill("quoted", lang, name=tidy(conversation.name))
            yield finish(fill("conversation", lang, name=name, participants=join(participants, lang)))
    tied = {
        end.id for connection in model.associations for end in (connection.source, connection.target) if end is not None
    }
    for item in model.artifacts:
        if item.type == "textAnnotation" and item.id not in tied and item.text.strip():
            yield finish(fill("note", lang, text=one_line(item.text)))
        elif item.type == "group" and item.label.strip():
            yield finish(fill("group", lang, name=fill("quoted", lang, name=tidy(item.label))))
    loose = [
        _data_name(item, lang)
        for item in model.data
        if item.id not in tied and item.label.strip() and item.type in ("dataObjectReference", "dataStoreReference")
    ]
    if loose:
        yield finish(fill("loose-data", lang, what=join([(name,) for name in dict.fromkeys(loose)], lang)))
