"""The hub's public entries as a DCAT-AP.de catalogue, page by page.

Written after DCAT-AP.de 2.0 (dcat-ap.de/def/dcatde/2.0); checked by reading it back, not by GovData's own validator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub import policy
from hub.actions import bundle_identity
from hub.policy import GUEST
from hub.store.entries import Blob, Entry, EntryKind, Version, VersionState
from hub.store.organisations import Organisation
from hub.work import Work

PAGE: Final = 100
"""Entries of one page."""

DCATDE: Final = Namespace("http://dcat-ap.de/def/dcatde/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
THEME: Final = URIRef("http://publications.europa.eu/resource/authority/data-theme/GOVE")
GERMAN: Final = URIRef("http://publications.europa.eu/resource/authority/language/DEU")
PUBLIC: Final = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
FILE_TYPE: Final = "http://publications.europa.eu/resource/authority/file-type/"
MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"
GEOCODE: Final = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/"
LEVEL: Final = URIRef("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")

LICENCES: Final[Mapping[str, str]] = {
    "CC-BY-4.0": "http://dcat-ap.de/def/licenses/cc-by/4.0",
    "CC0-1.0": "http://dcat-ap.de/def/licenses/cc-zero",
    "DL-DE-BY-2.0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "DL-DE-ZERO-2.0": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
}
"""Licence of an entry → its URI in the list of DCAT-AP.de."""
NAMED: Final = frozenset({"CC-BY-4.0", "DL-DE-BY-2.0"})
"""Licences that want the source to be named."""
FORMATS: Final[Mapping[str, str]] = {"ttl": "turtle", "rdf": "pretty-xml", "jsonld": "json-ld"}
"""Ending of the address → serializer of rdflib."""


@dataclass(frozen=True, slots=True)
class About:
    """What the catalogue says about itself and its hub."""

    base: str
    """Address of the hub without a slash at its end."""
    operator: str
    contributor: str = ""
    """`dcatde:contributorID` as URI, given by GovData; empty leaves it out."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One page of the catalogue."""

    graph: Graph
    number: int
    count: int

    def serialize(self, ending: str) -> str:
        """Return the page as `ttl`, `rdf` or `jsonld`."""
        return str(self.graph.serialize(format=FORMATS[ending], encoding=None))


def page(work: Work, about: About, number: int, *, ending: str = "ttl") -> Catalogue:
    """Return a page of what everybody may read and is published, whoever asks; numbers outside are moved inside.

    `ending` is the form its links to other pages lead to.
    """
    visible = (policy.read_visible(GUEST), Entry.published_id.is_not(None))
    total = work.session.scalar(select(func.count()).select_from(Entry).where(*visible)) or 0
    count = max(1, -(-total // PAGE))
    number = min(max(1, number), count)
    query = select(Entry).where(*visible).options(joinedload(Entry.published)).order_by(Entry.id)
    rows = list(work.session.scalars(query.limit(PAGE).offset((number - 1) * PAGE)))
    graph = _graph()
    catalogue = _describe(graph, about)
    _page_links(graph, about, ending, number, count, total)
    sizes, issued = _sizes(work, rows), _issued(work, rows)
    names = bundle_identity.uids(work, [entry.id for entry in rows])
    for organisation in {entry.organisation.id: entry.organisation for entry in rows}.values():
        _publisher(graph, about, organisation)
    for entry in rows:
        if entry.published is not None:
            dataset = _dataset(graph, about, entry, names[entry.id], issued[entry.id])
            graph.add((catalogue, DCAT.dataset, dataset))
            _distributions(graph, about, entry, entry.published, dataset, sizes[entry.published.blob_sha256])
    modified = work.session.scalar(
        select(func.max(Version.created_at)).join(Entry, Entry.published_id == Version.id).where(*visible)
    )
    if modified is not None:
        graph.add((catalogue, DCTERMS.modified, _moment(modified)))
    return Catalogue(graph, number, count)


def _graph() -> Graph:
    graph = Graph()
    for prefix, space in (
        ("dcat", DCAT),
        ("dct", DCTERMS),
        ("foaf", FOAF),
        ("dcatde", DCATDE),
        ("hydra", HYDRA),
        ("spdx", SPDX),
        ("vcard", VCARD),
    ):
        graph.bind(prefix, space, replace=True)
    return graph


def _moment(at: datetime) -> Literal:
    return Literal(at.isoformat(timespec="seconds"), datatype=XSD.dateTime)


def _german(text: str) -> Literal:
    return Literal(text, lang="de")


def _describe(graph: Graph, about: About) -> URIRef:
    catalogue, operator = URIRef(f"{about.base}/catalog"), URIRef(f"{about.base}/impressum#operator")
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, DCTERMS.title, _german("Prozessmodelle und Leistungsdesigns der Zusammenarbeit")))
    graph.add(
        (catalogue, DCTERMS.description, _german("Veröffentlichte Einträge des Prozesshubs in offenen Formaten."))
    )
    graph.add((catalogue, DCTERMS.publisher, operator))
    graph.add((catalogue, DCTERMS.language, GERMAN))
    graph.add((catalogue, FOAF.homepage, URIRef(f"{about.base}/")))
    graph.add((operator, RDF.type, FOAF.Organization))
    graph.add((operator, FOAF.name, _german(about.operator)))
    return catalogue


def _page_links(graph: Graph, about: About, ending: str, number: int, count: int, total: int) -> None:
    """Say how to go on, in the words harvesters of CKAN read."""

    def place(at: int) -> URIRef:
        return URIRef(f"{about.base}/catalog.{ending}?page={at}")

    here = place(number)
    graph.add((here, RDF.type, HYDRA.PagedCollection))
    graph.add((here, HYDRA.totalItems, Literal(total)))
    graph.add((here, HYDRA.itemsPerPage, Literal(PAGE)))
    graph.add((here, HYDRA.firstPage, place(1)))
    graph.add((here, HYDRA.lastPage, place(count)))
    if number < count:
        graph.add((here, HYDRA.nextPage, place(number + 1)))
    if number > 1:
        graph.add((here, HYDRA.previousPage, place(number - 1)))


def _sizes(work: Work, rows: Sequence[Entry]) -> dict[str, int]:
    wanted = {entry.published.blob_sha256 for entry in rows if entry.published is not None}
    query = select(Blob.sha256, Blob.size).where(Blob.sha256.in_(sorted(wanted)))
    return {row.sha256: row.size for row in work.session.execute(query)}


def _issued(work: Work, rows: Sequence[Entry]) -> dict[int, datetime]:
    """Return when the first version of each entry that everybody may read was made."""
    query = (
        select(Version.entry_id, func.min(Version.created_at))
        .where(
            Version.entry_id.in_([entry.id for entry in rows]),
            Version.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED]),
        )
        .group_by(Version.entry_id)
    )
    found = {row[0]: row[1] for row in work.session.execute(query)}
    return {entry.id: found.get(entry.id, entry.created_at) for entry in rows}


def _publisher(graph: Graph, about: About, organisation: Organisation) -> None:
    here = URIRef(f"{about.base}/{organisation.slug}")
    graph.add((here, RDF.type, FOAF.Organization))
    graph.add((here, FOAF.name, _german(organisation.name)))
    if organisation.website:
        graph.add((here, FOAF.homepage, URIRef(organisation.website)))
    if organisation.contact_email:
        contact = URIRef(f"{here}#contact")
        graph.add((contact, RDF.type, VCARD.Organization))
        graph.add((contact, VCARD.fn, _german(organisation.name)))
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{quote(organisation.contact_email, safe='@')}")))


def _dataset(graph: Graph, about: About, entry: Entry, name: str, issued: datetime) -> URIRef:
    shown = entry.published
    owner = entry.organisation
    page_of = URIRef(f"{about.base}/{owner.slug}/{entry.slug}")
    here = URIRef(f"{page_of}#dataset")
    add = graph.add
    add((here, RDF.type, DCAT.Dataset))
    add((here, DCTERMS.title, _german(entry.title)))
    add((here, DCTERMS.description, _german(entry.summary or entry.title)))
    add((here, DCTERMS.identifier, Literal(name)))
    add((here, DCTERMS.publisher, URIRef(f"{about.base}/{owner.slug}")))
    add((here, DCTERMS.issued, _moment(issued)))
    if shown is not None:
        add((here, DCTERMS.modified, _moment(shown.created_at)))
    add((here, DCTERMS.language, GERMAN))
    add((here, DCTERMS.accessRights, PUBLIC))
    add((here, DCAT.theme, THEME))
    add((here, DCAT.landingPage, page_of))
    add((page_of, RDF.type, FOAF.Document))
    for row in entry.tags:
        add((here, DCAT.keyword, _german(row.tag)))
    if owner.contact_email:
        add((here, DCAT.contactPoint, URIRef(f"{about.base}/{owner.slug}#contact")))
    if owner.ags:
        add((here, DCATDE.politicalGeocodingURI, URIRef(GEOCODE + owner.ags)))
        add((here, DCATDE.politicalGeocodingLevelURI, LEVEL))
    if about.contributor:
        add((here, DCATDE.contributorID, URIRef(about.contributor)))
    return here


def _distributions(graph: Graph, about: About, entry: Entry, shown: Version, dataset: URIRef, size: int) -> None:
    """Add the ways to get a published version: as it came, and for processes as picture and as XProzess."""
    page_of = f"{about.base}/{entry.organisation.slug}/{entry.slug}"
    version = f"{page_of}/versions/{shown.number}"
    process = entry.kind == EntryKind.PROCESS
    source = f"{version}/source.{'bpmn' if process else 'md'}"
    as_it_came = ("BPMN 2.0", "XML", "application/xml") if process else ("Markdown", "TXT", "text/markdown")
    ways = [(source, *as_it_came)]
    if process:
        ways.append((f"{version}/diagram.svg", "Bild (SVG)", "SVG", "image/svg+xml"))
        ways.append((f"{version}/xprozess.xml", "XProzess", "XML", "application/xml"))
    for address, title, file_type, media_type in ways:
        here = URIRef(f"{address}#distribution")
        graph.add((dataset, DCAT.distribution, here))
        graph.add((here, RDF.type, DCAT.Distribution))
        graph.add((here, DCTERMS.title, _german(f"{title}, Version {shown.number}")))
        graph.add((here, DCAT.accessURL, URIRef(page_of)))
        graph.add((here, DCAT.downloadURL, URIRef(address)))
        graph.add((URIRef(address), RDF.type, RDFS.Resource))
        graph.add((here, DCTERMS.format, URIRef(FILE_TYPE + file_type)))
        graph.add((here, DCAT.mediaType, URIRef(MEDIA_TYPE + media_type)))
        graph.add((here, DCTERMS.license, URIRef(LICENCES[entry.licence])))
        if entry.licence in NAMED:
            graph.add((here, DCATDE.licenseAttributionByText, _german(entry.organisation.name)))
        if address == source:
            graph.add((here, DCAT.byteSize, Literal(size, datatype=XSD.decimal)))
            checksum = URIRef(f"{address}#checksum")
            graph.add((here, SPDX.checksum, checksum))
            graph.add((checksum, RDF.type, SPDX.Checksum))
            graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
            graph.add((checksum, SPDX.checksumValue, Literal(shown.blob_sha256, datatype=XSD.hexBinary)))
