"""Take an XML element apart child by child, and read the small records that occur in many places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from lxml import etree

from hub.xprozess.model import Classification, Code, Data, Feature, LegalBasis, Reference, Region, State

T = TypeVar("T")
BERLIN: Final = ZoneInfo("Europe/Berlin")
REGIONS: Final = (
    "kreis", "bezirk", "bundesland", "gemeindeschluessel", "regionalschluessel", "nation", "gemeindeverband",
)  # fmt: skip
_LEFT_OUT: Final = frozenset({"letzterBearbeiter"})
"""Names of people are not taken over; that is said in words of its own."""


class Node:
    """An element whose children are taken one by one, so that what nobody asked for can be told."""

    def __init__(self, element: etree._Element, ignored: Counter[str]) -> None:
        self.name = local(element)
        self.element, self.ignored = element, ignored
        self.left: dict[str, list[etree._Element]] = {}
        for child in element:
            if isinstance(child.tag, str):
                self.left.setdefault(local(child), []).append(child)

    def all(self, name: str) -> list[Node]:
        """Take the children called `name`."""
        return [Node(child, self.ignored) for child in self.left.pop(name, [])]

    def one(self, name: str) -> Node | None:
        """Take the first child called `name`; more than one is told as not understood."""
        found = self.left.pop(name, [])
        if len(found) > 1:
            self.ignored[f"{self.name} → {name}"] += len(found) - 1
        return Node(found[0], self.ignored) if found else None

    def text(self, name: str) -> str:
        """Take the text of the child called `name`, an empty string without one."""
        found = self.one(name)
        return text(found.element) if found is not None else ""

    def code(self, name: str) -> Code:
        """Take the code list value in the child called `name`."""
        found = self.one(name)
        return found.as_code() if found is not None else Code()

    def as_code(self) -> Code:
        """Return this element's own code list value."""
        value = self.text("code")
        listed = [str(self.element.get(key, "")) if value else "" for key in ("listURI", "listVersionID")]
        return Code(value, *listed)

    def done(self) -> None:
        """Note what is left over, unless it is empty."""
        for name, elements in self.left.items():
            filled = sum(1 for element in elements if len(element) or text(element))
            if filled and name not in _LEFT_OUT:
                self.ignored[f"{self.name} → {name}"] += filled


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text(element: etree._Element) -> str:
    """Return the text of an element, trimmed."""
    return (element.text or "").strip()


def each(node: Node, name: str, make: Callable[[Node], T | None]) -> tuple[T, ...]:
    """Take all children called `name`, each once."""
    made = []
    for child in node.all(name):
        if (item := make(child)) is not None:
            made.append(item)
        child.done()
    return tuple(dict.fromkeys(made))


def keywords(node: Node) -> tuple[str, ...]:
    """Return the keywords; some tools pack several into one element with bars between them."""
    words = (part for child in node.all("schlagwort") for part in text(child.element).split("|"))
    return tuple(dict.fromkeys(word for part in words if (word := " ".join(part.split()))))


def classification(node: Node) -> Classification | None:
    """Return a place in an ordering scheme; None for an empty one."""
    found = Classification(
        node.text("ordnungsrahmenName"), node.text("ordnungsrahmenVersion"), node.text("klasseID"),
        node.text("klasseName"),
    )  # fmt: skip
    return found if found.id or found.name else None


def bases(node: Node) -> tuple[LegalBasis, ...]:
    """Take the legal bases."""

    def make(child: Node) -> LegalBasis | None:
        found = LegalBasis(" ".join(child.text("name").split()), child.code("art"), child.text("uri"))
        return found if found.name else None

    return each(node, "handlungsgrundlage", make)


def regions(node: Node) -> tuple[Region, ...]:
    """Take where the process applies."""

    def make(child: Node) -> Region | None:
        kinds = [kind for kind in REGIONS if kind in child.left]
        return Region(kinds[0], child.code(kinds[0])) if kinds else None

    return each(node, "verwaltungspolitischeKodierung", make)


def features(node: Node) -> tuple[Feature, ...]:
    """Take the named values."""

    def make(child: Node) -> Feature | None:
        found = Feature(child.text("merkmalName"), child.code("merkmalDatentyp"), child.text("merkmalWert"))
        return found if found.name else None

    return each(node, "merkmal", make)


def reference(node: Node) -> Reference | None:
    """Return what a form reference means; tools nest it in itself or write it in words."""
    inner = node
    for _ in range(3):
        deeper = inner.one("formularverweis")
        if deeper is None:
            break
        inner = deeper
    form_id = inner.text("formularsteckbriefID") or inner.text("formularID")
    words = inner.text("textuelleBeschreibung") or ("" if len(inner.element) else text(inner.element))
    if inner is not node:
        inner.done()
    return Reference(words, form_id) if form_id or words else None


def data(node: Node) -> Data | None:
    """Return data with their way and the other end; None for nothing said."""
    what = reference(node) or Reference()
    found = Data(what, node.code("uebermittlungsart"), node.text("sender") or node.text("empfaenger"))
    return found if found != Data(Reference()) else None


def state(node: Node, warnings: list[str]) -> State:
    """Take the state; oddities go into `warnings`."""
    inner = node.one("zustandsangaben")
    if inner is None:
        return State()
    validity = inner.one("gueltigkeitszeitraum")
    found = State(
        status=inner.code("status"),
        note=inner.text("anmerkungLetzteAenderung"),
        valid_from=_day(validity.text("beginn"), warnings) if validity is not None else "",
        valid_until=_day(validity.text("ende"), warnings) if validity is not None else "",
        created_at=_moment(inner.text("erstellungszeitpunkt"), warnings),
        changed_at=_moment(inner.text("letzterAenderungszeitpunkt"), warnings),
        expert_release_at=_moment(inner.text("fachlicherFreigabezeitpunkt"), warnings),
        formal_release_at=_moment(inner.text("formellerFreigabezeitpunkt"), warnings),
    )
    if inner.text("letzterBearbeiter"):
        warnings.append("Der Name der letzten Bearbeitung wurde nicht übernommen (personenbezogene Angabe).")
    if validity is not None:
        validity.done()
    inner.done()
    return found


def _parsed(text: str, warnings: list[str]) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=BERLIN) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        warnings.append(f"Der Zeitpunkt „{text[:40]}“ ist nicht lesbar und wurde weggelassen.")
        return None


def _day(text: str, warnings: list[str]) -> str:
    """Return the day in Germany: `2019-12-31T23:00:00Z` is how tools write the first of January."""
    found = _parsed(text, warnings)
    return found.astimezone(BERLIN).date().isoformat() if found else ""


def _moment(text: str, warnings: list[str]) -> str:
    found = _parsed(text, warnings)
    return found.astimezone(UTC).isoformat().replace("+00:00", "Z") if found else ""
