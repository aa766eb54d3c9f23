"""The DCAT-AP.de catalogue: what is public, and only that, in forms harvesters read."""

import pytest
from flask import Flask
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from hub.actions import open_data
from hub.actions.open_data import DCATDE, HYDRA, LICENCES, SPDX
from hub.store.entries import Entry, EntryKind
from hub.web.messages import LABELS
from tests import makers
from tests.clients import ClientFor, writing

# rdflib reads JSON-LD with parts of itself that it has marked for removal; the hub only writes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning:rdflib")

BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def entries(app: Flask) -> None:
    with writing(app) as work:
        first = makers.entry(work, title="Hund „anmelden“ & <mehr>", visibility="public", tags="Hund, Steuer")
        makers.published(work, first)
        makers.published(work, makers.entry(work, title="Für das Land", visibility="land"))
        makers.published(work, makers.entry(work, title="Für die IKZ", visibility="ikz"))
        makers.entry(work, title="Öffentlicher Entwurf", visibility="public")
        makers.published(
            work, makers.entry(work, title="Hund online", visibility="public", kind=EntryKind.DESIGN, licence="CC0-1.0")
        )


def graph(client_for: ClientFor, address: str = "/catalog.ttl", email: str = "") -> Graph:
    """Return a page of the catalogue, read back."""
    answer = client_for(email).get(address)
    assert answer.status_code == 200
    formats = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
    return Graph().parse(data=answer.data, format=formats[str(answer.mimetype)])


@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld"])
def test_only_what_is_public_and_published_is_in_it_whoever_asks(client_for: ClientFor, ending: str):
    for email in ("", "koordination@ikz.example"):
        found = graph(client_for, f"/catalog.{ending}", email)
        titles = {str(found.value(row, DCTERMS.title)) for row in found.subjects(RDF.type, DCAT.Dataset)}
        assert titles == {"Hund „anmelden“ & <mehr>", "Hund online"}


def test_the_forms_say_the_same(client_for: ClientFor):
    pages = [graph(client_for, f"/catalog.{ending}") for ending in ("ttl", "rdf", "jsonld")]
    assert [len(list(found.subjects(RDF.type, DCAT.Distribution))) for found in pages] == [4, 4, 4]


def test_a_dataset_has_what_dcat_ap_de_requires(client_for: ClientFor):
    found = graph(client_for)
    here = URIRef(f"{BASE}/marburg/hund-anmelden-mehr#dataset")
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.issued, DCTERMS.modified, DCAT.theme):
        assert found.value(here, needed) is not None, needed
    assert found.value(here, DCATDE.politicalGeocodingURI) == URIRef(
        "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/06534014"
    )
    publisher = found.value(here, DCTERMS.publisher)
    assert found.value(publisher, FOAF.name) == Literal("Universitätsstadt Marburg", lang="de")
    assert {str(word) for word in found.objects(here, DCAT.keyword)} == {"Hund", "Steuer"}


def test_every_distribution_has_its_licence_and_leads_to_a_file_that_guests_get(client_for: ClientFor):
    found, guest = graph(client_for), client_for()
    for row in found.subjects(RDF.type, DCAT.Distribution):
        assert str(found.value(row, DCTERMS.license)) in LICENCES.values()
        address = str(found.value(row, DCAT.downloadURL))
        assert guest.get(address.removeprefix(BASE)).status_code == 200


def test_the_checksum_is_that_of_the_file(client_for: ClientFor):
    found = graph(client_for)
    values = {str(value) for value in found.objects(None, SPDX.checksumValue)}
    digests = {
        client_for().get(str(address).removeprefix(BASE)).headers["X-Content-SHA256"]
        for address in found.objects(None, DCAT.downloadURL)
        if "source." in str(address)
    }
    assert values == digests


def test_every_licence_of_the_hub_has_its_uri():
    assert set(LICENCES) == set(LABELS["licence"])


def test_pages_lead_on(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(open_data, "PAGE", 1)
    first, last = graph(client_for), graph(client_for, "/catalog.ttl?page=2")
    assert str(next(first.objects(None, HYDRA.nextPage))) == f"{BASE}/catalog.ttl?page=2"
    assert not list(last.objects(None, HYDRA.nextPage))
    assert len([*first.subjects(RDF.type, DCAT.Dataset), *last.subjects(RDF.type, DCAT.Dataset)]) == 2


@pytest.mark.parametrize("number", ["0", "-1", "999999999999", "zwei", ""])
def test_a_page_number_that_makes_no_sense_gives_a_page(client_for: ClientFor, number: str):
    assert client_for().get(f"/catalog.ttl?page={number}").status_code == 200


def test_what_is_withdrawn_from_the_public_is_gone_at_once(app: Flask, client_for: ClientFor):
    before = graph(client_for)
    with writing(app) as work:
        entry = work.session.get_one(Entry, 1)
        entry.visibility = "ikz"
    after = graph(client_for)
    assert len(list(before.subjects(RDF.type, DCAT.Dataset))) == 2
    assert len(list(after.subjects(RDF.type, DCAT.Dataset))) == 1


def test_an_unchanged_catalogue_is_not_sent_twice(client_for: ClientFor):
    guest = client_for()
    etag = guest.get("/catalog.ttl").headers["ETag"]
    assert guest.get("/catalog.ttl", headers={"If-None-Match": etag}).status_code == 304


def test_the_address_without_a_form_leads_to_the_one_a_client_prefers(client_for: ClientFor):
    answer = client_for().get("/catalog", headers={"Accept": "application/ld+json"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog.jsonld")
