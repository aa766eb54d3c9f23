"""The query language: what people type, into one tree (see `tree`) that every back end understands.

Whoosh's parser reads words, phrases, prefixes, brackets, operators and fields; what it finds is analysed here.
Nothing a person types raises an error: what cannot be understood is left out and said in a `Hint`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from whoosh import query as whoosh_query
from whoosh.qparser import QueryParser, plugins

from hub.text import citations
from hub.text.analyse import Analyser
from hub.text.asking import Whereabouts, asked
from hub.text.everyday import LIKELY, NEGATIONS
from hub.text.folding import clean, fold
from hub.text.hints import Hint
from hub.text.synonyms import Thesaurus
from hub.text.tree import All, Concept, Node, Option, Prefix, Some, Token, Without, concepts, grouped

MOST_CHARACTERS = 400
MOST_WORDS = 20
MOST_PREFIXES = 3
MOST_LETTERS = 50
DEEPEST = 8

TEXT_FIELDS = {"titel": "title", "schritt": "steps", "rolle": "roles", "leistung": "names"}
"""Query fields that look into a part of the text, with the name of that part."""
FILTER_FIELDS = ("stadt", "stand", "art")
"""Query fields that compare with what is filtered on."""
FIELDS = (*TEXT_FIELDS, "paragraph", *FILTER_FIELDS, "seit", "bis")


@dataclass(frozen=True)
class Query:
    """A query as understood. `root` is None if there is nothing to look for but filters and dates."""

    text: str
    root: Node | None
    since: date | None = None
    until: date | None = None
    hints: tuple[Hint, ...] = ()
    related: tuple[str, ...] = ()
    meant: Node | None = None
    """The query with everyday phrases in it replaced by what they mean, if there are any."""

    def concepts(self) -> Iterator[Concept]:
        """Yield the concepts that are looked for, not those that are excluded."""
        if self.root is not None:
            yield from concepts(self.root)


_QUOTES = re.compile("[„“”«»‟〝〞＂]")
_FIELD = re.compile(rf"(?<![\w:])({'|'.join(FIELDS)})\s*:\s*", re.IGNORECASE)
_NO_FIELD = re.compile(r"([^\W\d_]{2,20}):(?!in)[^\W_]", re.IGNORECASE)
"""„amt:Hund“, but no „Bürger:innen“, no „10:30“ and no address."""
_OPERATOR = "AND|UND|OR|ODER|NOT|NICHT"
_EDGE_END = re.compile(rf"(?:^|\s)({_OPERATOR})\s*$")
_EDGE_START = re.compile(r"^\s*(AND|UND|OR|ODER)(?:\s|$)")
_MINUS = re.compile(r"(?<!\bund )(?<!\boder )(?<!\S)-(?=[^\W_]|\")")
_HOLDER = "xqzfundstelle{}zqx"
_HELD = re.compile(r"xqzfundstelle(\d+)zqx")
_NAMED_KEY = re.compile(
    r"\b(?:(?:leika|fim)[- ]?)?(?:(?:leistungs)?schl(?:ü|ue?)ssel|key|id|nummer|nr\.?|leika|fim)"
    r"\s*[:=]?\s+(?=xqzfundstelle\d)",
    re.IGNORECASE,
)
"""What a key is called before it is given: „LeiKa 99…“, „Leistungsschlüssel: 99…“."""


@cache
def _parser() -> QueryParser:
    fields = "|".join(FIELDS)
    return QueryParser(
        "text",
        schema=None,
        plugins=[
            plugins.WhitespacePlugin(),
            plugins.PhrasePlugin(),
            plugins.PrefixPlugin(),
            plugins.FieldsPlugin(expr=rf"(?P<text>{fields}):"),
            plugins.GroupPlugin(),
            plugins.OperatorsPlugin(
                And=r"(?<=\s)(AND|UND)(?=\s)",
                Or=r"(?<=\s)(OR|ODER)(?=\s)",
                Not=r"(^|(?<=(\s|[()])))(NOT|NICHT)(?=\s)",
                AndNot=None,
                AndMaybe=None,
                Require=None,
            ),
        ],
    )


def parse(text: str, analyser: Analyser, thesaurus: Thesaurus) -> Query:
    """Read what a person typed. Never raises; work is bounded by `MOST_CHARACTERS` and `MOST_WORDS`."""
    return _Reading(analyser, thesaurus).read(text)


class _Reading:
    """One query on its way from text to tree."""

    def __init__(self, analyser: Analyser, thesaurus: Thesaurus) -> None:
        self._analyser = analyser
        self._thesaurus = thesaurus
        self._hints: dict[Hint, None] = {}
        self._held: list[tuple[str, tuple[citations.Citation, ...], str]] = []
        self._words = 0
        self._prefixes = 0
        self._dropped: list[str] = []
        self._where = Whereabouts()
        self._since: date | None = None
        self._until: date | None = None

    def hint(self, code: str, about: str = "") -> None:
        """Remember something to tell the person, once."""
        self._hints[Hint(code, about)] = None

    def read(self, text: str) -> Query:
        """Turn `text` into a query."""
        text = clean(text[: MOST_CHARACTERS * 3]).strip()
        if len(text) > MOST_CHARACTERS:
            text = text[:MOST_CHARACTERS].rsplit(" ", 1)[0]
            self.hint("too_long", str(MOST_CHARACTERS))
        prepared = self._prepared(text)
        root = self._node(_parser().parse(prepared, normalize=False), top=True) if prepared else None
        if root is None and self._dropped and self._since is None and self._until is None:
            self.hint("stop_words", " ".join(self._dropped[:5]))
        elif root is None and text and not self._hints and self._since is None and self._until is None:
            self.hint("no_words")
        meant: Node | None = None
        if root is not None:
            root, meant = self._heard(root)
        related: dict[str, None] = {}
        query = Query(text, root, self._since, self._until, tuple(self._hints), meant=meant)
        for concept in query.concepts():
            for option in concept.options[:1]:
                related |= dict.fromkeys(
                    self._thesaurus.related(tuple(root for seq in option.sequences for root in seq))
                )
        return replace(query, related=tuple(related)[:6])

    # Before Whoosh reads it: citations become one word, quotes and brackets are made to fit.

    def _prepared(self, text: str) -> str:
        text = _QUOTES.sub('"', text).replace("'", " ")
        if text.count('"') % 2:
            before, _, after = text.rpartition('"')
            text = f"{before} {after}"
            self.hint("quotes")
        pieces = text.split('"')
        pieces[::2] = [self._outside(piece) for piece in pieces[::2]]
        pieces[1::2] = [re.sub(r"[()]", " ", piece) for piece in pieces[1::2]]
        if not _balanced("".join(pieces[::2])):
            pieces[::2] = [re.sub(r"[()]", " ", piece) for piece in pieces[::2]]
            self.hint("brackets")
        text = " ".join(f'"{piece}"' if index % 2 else piece for index, piece in enumerate(pieces))
        # A field and its quoted value belong together.
        text = re.sub(r":\s+\"", ':"', text).strip()
        for edge in (_EDGE_START, _EDGE_END):
            while match := edge.search(text):
                self.hint("operator", match[1])
                text = (text[: match.start()] + text[match.end() :]).strip()
        return text

    def _outside(self, text: str) -> str:
        for span, cited in reversed(list(citations.find(text))):
            text = self._hold(text, span, tuple(cited), "")
        for span, key in reversed(list(citations.keys(text))):
            text = self._hold(text, span, (), key)
        text = asked(_NAMED_KEY.sub(" ", text), self._analyser)
        text = _FIELD.sub(lambda match: f"{match[1].lower()}:", text)
        return _MINUS.sub(" NOT ", text)

    def _hold(self, text: str, span: tuple[int, int], cited: tuple[citations.Citation, ...], key: str) -> str:
        start, end = span
        star = end < len(text) and text[end] == "*"
        self._held.append((text[start:end].strip(), cited, key))
        return (
            f"{text[:start]} {_HOLDER.format(len(self._held) - 1)} {text[end + star :]}"
            if not text[:start].endswith(":")
            else (f"{text[:start]}{_HOLDER.format(len(self._held) - 1)} {text[end + star :]}")
        )

    # Whoosh's tree into ours.

    def _node(self, node: Any, *, top: bool = False) -> Node | None:
        if isinstance(node, whoosh_query.Not):
            inner = self._node(node.query)
            return Without(inner) if inner is not None else None
        if isinstance(node, whoosh_query.Or):
            found = [child for item in node if (child := self._node(item)) is not None]
            return grouped(Some, found)
        if isinstance(node, whoosh_query.And):
            found = [child for item in node if (child := self._node(item, top=top)) is not None]
            return grouped(All, found)
        if isinstance(node, whoosh_query.Phrase):
            return self._value(node.fieldname, " ".join(str(word) for word in node.words), quoted=True, top=top)
        if isinstance(node, whoosh_query.Prefix):
            return self._prefix(node.fieldname, str(node.text))
        if isinstance(node, whoosh_query.Term):
            return self._value(node.fieldname, str(node.text), quoted=False, top=top)
        return None

    def _value(self, field: str, text: str, *, quoted: bool, top: bool) -> Node | None:
        if self._words >= MOST_WORDS:
            self.hint("too_many_words", str(MOST_WORDS))
            return None
        self._words += 1
        if field in ("seit", "bis"):
            self._date(field, text, top=top)
            return None
        if field in FILTER_FIELDS:
            return self._filter(field, text)
        if held := _HELD.search(text):
            return self._citation(*self._held[int(held[1])])
        if field == "paragraph":
            return self._paragraph(text)
        if not quoted and "*" in text:
            return self._wildcards(field, text)
        if not quoted and (match := re.fullmatch(rf"({'|'.join(FIELDS)}):", text)):
            self.hint("empty_field", match[1])
            return None
        if not quoted and field == "text" and (unknown := _NO_FIELD.match(text)):
            self.hint("field", unknown[1])
        part = TEXT_FIELDS.get(field, "")
        if quoted:
            return self._phrase(part, text)
        pieces = (
            [piece for piece in re.split(r"[/,;|+&]", text) if piece]
            if not re.search(r"[*:/]-?in(nen)?$", text)
            else [text]
        )
        return grouped(All, [node for piece in pieces if (node := self._word(part, piece)) is not None])

    def _word(self, part: str, text: str) -> Node | None:
        words = list(self._analyser.words(text[:MOST_LETTERS]))
        where = self._where.heard(text, said=bool(words))
        if not words or (not part and words[0].text in self._analyser.lexicon.asking):
            if any(char.isalnum() for char in text):
                self._dropped.append(text[:MOST_LETTERS])
            return None
        roots = tuple(root for word in words for root in word.roots)[:6]
        options = [Option((roots,))]
        options += [Option((other,), 0.7) for other in self._thesaurus.alternatives(roots)]
        spelling = "".join(word.text for word in words)
        concept = Concept(text[:MOST_LETTERS], tuple(options), part, spelling, where=where)
        if not part and (law := citations.law(text)):
            return Some((concept, Token(f"p_{law}", text)))
        number = citations.number(text) if part in ("", "names") else ""
        return Some((concept, Token(f"k_{number}", text))) if number else concept

    def _phrase(self, part: str, text: str) -> Node | None:
        found: list[Node] = []
        for span, cited in reversed(list(citations.find(text))):
            if (node := self._citation(text[slice(*span)], tuple(cited), "")) is not None:
                found.append(node)
            text = f"{text[: span[0]]} {text[span[1] :]}"
        words = list(self._analyser.words(text))[:MOST_WORDS]
        roots = tuple(root for word in words for root in word.roots)[:MOST_WORDS]
        if roots:
            spelling = " ".join(word.text for word in words)
            found.append(Concept(text, (Option((roots,)),), part, spelling, strict=True))
        elif not found:
            self._dropped.append(text[:MOST_LETTERS])
        return grouped(All, found)

    def _prefix(self, field: str, text: str) -> Node | None:
        if self._words >= MOST_WORDS:
            self.hint("too_many_words", str(MOST_WORDS))
            return None
        if field in FILTER_FIELDS:
            return self._filter(field, text, prefix=True)
        if held := _HELD.search(text):
            return self._citation(*self._held[int(held[1])])
        folded = re.sub(r"[^\w]", "", fold(text))[:MOST_LETTERS]
        if text.startswith("*"):
            self.hint("wildcard_start")
            return self._value(field, text.strip("*"), quoted=False, top=False)
        if "*" in text:
            return self._wildcards(field, text + "*")
        if len(folded) < 2:
            self.hint("wildcard_short", text)
            return None
        self._words += 1
        self._prefixes += 1
        if self._prefixes > MOST_PREFIXES:
            self.hint("wildcard_many", str(MOST_PREFIXES))
            return self._word(TEXT_FIELDS.get(field, ""), text)
        if folded.isdigit() and folded.startswith("99"):
            return Token(f"k_{folded}", text, prefix=True)
        return Prefix(folded, TEXT_FIELDS.get(field, ""))

    def _wildcards(self, field: str, text: str) -> Node | None:
        pieces = [piece for piece in text.split("*") if piece]
        if text.startswith("*") and len(pieces) < 2:
            self.hint("wildcard_start")
        elif len(pieces) > 1:
            self.hint("wildcard_middle", text[:MOST_LETTERS])
        elif not pieces:
            self.hint("wildcard_short", "")
        part = TEXT_FIELDS.get(field, "")
        return grouped(All, [node for piece in pieces[:4] if (node := self._word(part, piece)) is not None])

    def _filter(self, field: str, text: str, *, prefix: bool = False) -> Node | None:
        folded = re.sub(r"[\W_]", "", fold(text))[:MOST_LETTERS]
        if not folded:
            self.hint("empty_field", field)
            return None
        return Token(f"f_{field}_{folded}", f"{field}:{text}", prefix=prefix)

    def _citation(self, text: str, cited: tuple[citations.Citation, ...], key: str) -> Node | None:
        if key:
            return Token(f"k_{key}", text, prefix=key.startswith("99") and len(key) < 14)
        nodes: list[Node] = []
        for citation in cited[:6]:
            exact = citation.tokens()[-1]
            place = Token(f"p_{citation.law}_{citation.section}", text)
            nodes.append(Some((Token(exact, text), place)) if citation.law and citation.paragraph else place)
        every = grouped(All, nodes)
        # „§§ 14, 15 GewO“: what cites all of them comes first, what cites one of them is no mistake.
        return Some((every, *nodes)) if len(nodes) > 1 and every is not None else every

    def _paragraph(self, text: str) -> Node | None:
        for attempt in (text, f"§ {text}"):
            cited = [citation for _, found in citations.find(attempt) for citation in found]
            if cited:
                return self._citation(text, tuple(cited), "")
        law = citations.law(text)
        named = law or fold(re.sub(r"\W", "", text))
        if not named or named.isdigit():
            self.hint("paragraph", text[:MOST_LETTERS])
            return None
        if not law:
            self.hint("law", text[:MOST_LETTERS])
        return Token(f"p_{named}", text)

    def _date(self, field: str, text: str, *, top: bool) -> None:
        found = _as_date(text, end=field == "bis")
        if found is None:
            self.hint("date", text[:MOST_LETTERS])
            return
        if not top:
            self.hint("date_place")
        if field == "seit":
            self._since = found
        else:
            self._until = found

    # „Laden aufmachen“: everyday words for a service.

    def _heard(self, root: Node) -> tuple[Node, Node | None]:
        """Return what is looked for, and the same without the words of everyday phrases, if there are any."""
        nodes = root.nodes if isinstance(root, All) else (root,)
        found = [(one, word) for one in nodes if (word := _plain_word(one)) is not None]
        words = [one for one, _ in found]
        typed = [word.options[0].sequences[0] for _, word in found]
        negated = not NEGATIONS.isdisjoint(map(fold, self._dropped))
        everyday, means, wider = self._thesaurus.everyday, self._thesaurus.means, self._thesaurus.wider
        heard = everyday.heard([(roots, *means(roots)) for roots in typed], negated=negated)
        if heard is None:
            heard = everyday.heard([(roots, *means(roots), *wider(roots)) for roots in typed], negated=negated)
            heard = None if heard is None else replace(heard, sure=False)
        if heard is None:
            return self._joined(root), None
        others = [one for one in nodes if one not in words]
        said = [word for at, (_, word) in enumerate(found) if at in heard.places]
        # What is not quite said replaces no word.
        rest = [one for at, one in enumerate(words) if at not in heard.places or not heard.sure]
        options = tuple(Option((roots,), weight) for roots, weight in heard.meant)
        every = Concept(" ".join(one.text for one in said), options, heard=True)
        likely: Node = replace(every, options=options[:LIKELY])
        literal = self._joined(grouped(All, list(words)) or root)
        some = Some((literal, grouped(All, [likely, *rest]) or likely)) if heard.sure else literal
        return grouped(All, [some, *others]) or root, grouped(All, [every, *rest, *others])

    # „Ehe schließen“: two words of the query that mean one thing.

    def _joined(self, node: Node) -> Node:
        if not isinstance(node, All):
            return node
        nodes = list(node.nodes)
        size = 3
        while size > 1:
            for start in range(len(nodes) - size + 1):
                group = nodes[start : start + size]
                if not all(isinstance(item, Concept) and not item.strict and not item.field for item in group):
                    continue
                words = [item for item in group if isinstance(item, Concept)]
                roots = tuple(root for word in words for root in word.options[0].sequences[0])
                others = self._thesaurus.means(roots)
                if others:
                    text = " ".join(word.text for word in words)
                    meant = Concept(text, tuple(Option((other,), 0.8) for other in others))
                    nodes[start : start + size] = [Some((All(tuple(words)), meant))]
                    return self._joined(All(tuple(nodes)))
            size -= 1
        return node


def _plain_word(node: Node) -> Concept | None:
    """Return the word that `node` is, also one that is a law's short name („weg“) or a number as well, or None."""
    if isinstance(node, Some) and len(node.nodes) == 2 and isinstance(node.nodes[1], Token):
        node = node.nodes[0]
    return node if isinstance(node, Concept) and not node.strict and not node.field else None


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth < 0 or depth > DEEPEST:
            return False
    return depth == 0


def _as_date(text: str, *, end: bool) -> date | None:
    """Return the first day that `text` names („2026“, „2026-01“, „15.1.2026“, „1/2026“), or with `end` the last one."""
    numbers = [int(number) for number in re.findall(r"\d{1,4}", text)][:3]
    if re.fullmatch(r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}[./]\d{4}", text):
        numbers.reverse()
    elif not re.fullmatch(r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?", text):
        return None
    year, month, day = [*numbers, None, None][:3]
    try:
        first = date(year or 0, month or 1, day or 1)
        if not end or day:
            return first
        following = date(first.year + 1, 1, 1) if month in (None, 12) else date(first.year, first.month + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    except ValueError:
        return None
