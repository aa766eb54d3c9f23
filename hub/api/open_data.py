"""Where catalogues of open data find everything public (DCAT-AP.de)."""

from flask import url_for

from hub.api.contract import Output, Routes
from hub.http import settings
from hub.work import Work

routes = Routes("Offene Daten")


class CatalogueOut(Output):
    """Addresses of the catalogue of everything public; each is a page that names the next."""

    turtle: str
    rdf_xml: str
    json_ld: str


@routes.get("/open-data", summary="Adressen des DCAT-AP.de-Katalogs", returns=CatalogueOut)
def read_catalogue(_work: Work) -> CatalogueOut:
    """Return where the catalogue of everything public is, for GovData and other portals."""
    found = {
        ending: settings().base_url + url_for("open_data.show", syntax=ending) for ending in ("ttl", "rdf", "jsonld")
    }
    return CatalogueOut(turtle=found["ttl"], rdf_xml=found["rdf"], json_ld=found["jsonld"])
