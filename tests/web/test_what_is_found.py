"""Everything the search promises to find is found, says where it stands, and leads there."""

import pytest
from flask import Flask

from hub.actions import discussions, entries
from hub.store.entries import EntryKind
from tests import makers
from tests.clients import Client, writing

PROCESS = "/marburg/hundesteuer-anmelden"
DESIGN = "/marburg/wohngeld-online"


@pytest.fixture(autouse=True)
def library(app: Flask) -> None:
    with writing(app) as work:
        made = makers.entry(
            work,
            makers.bpmn("Antrag prüfen", "Bescheid bekannt geben", note="Bei Fundtieren das Tierheim fragen.",
                        lane="Steueramt"),
            title="Hundesteuer anmelden", summary="Vom Zuzug eines Vierbeiners bis zur Marke.",
            about="Gilt auch für **Assistenzhunde**.", service="Hundehaltung Anmeldung",
            service_key="99102003000000", legal_bases="§ 2 Abs. 1 HStS", tags="Kommunalabgabe",
            responsible="Kassenleitung",
        )  # fmt: skip
        author = makers.as_person(work, "modellierung@marburg.example")
        discussions.write(author, made, entries.current(author, made), "Wer druckt die Plakette?", element="step1")
        design = b"# Wohngeld online\n\nBasisdienste: BundID\n\n## Zielbild\n\nOhne Papier bis zur Auszahlung."
        makers.entry(work, design, kind=EntryKind.DESIGN, title="Wohngeld online")


@pytest.mark.parametrize(
    ("query", "leads_to", "says"),
    [
        ("Hundesteuer", PROCESS, "Hundesteuer"),
        ("Vierbeiner", PROCESS, "Vierbeiners"),
        ("Hundehaltung", PROCESS, "Hundehaltung"),
        ("99102003000000", PROCESS, "99102003000000"),
        ("99 102 003", PROCESS, "99102003000000"),
        ("Paragraph 2 Absatz 1 HStS", PROCESS, "§ 2 Abs. 1 HStS"),
        ("Kommunalabgaben", PROCESS, "Kommunalabgabe"),
        ("Bekanntgabe", f"{PROCESS}#step2", "Bescheid bekannt geben"),
        ("Steueramt", PROCESS, "Steueramt"),
        ("Kassenleitung", PROCESS, "Kassenleitung"),
        ("Universitätsstadt", PROCESS, "Universitätsstadt"),
        ("Fundtiere", f"{PROCESS}#step1", "Fundtieren"),
        ("Assistenzhund", f"{PROCESS}#about", "Assistenzhunde"),
        ("Plakette", f"{PROCESS}/discussion#comment-1", "Plakette"),
        ("BundID", f"{DESIGN}#facts", "BundID"),
        ("Auszahlung", f"{DESIGN}#zielbild", "Auszahlung"),
    ],
)
def test_it_is_found_and_leads_there(client: Client, query: str, leads_to: str, says: str) -> None:
    page = client.page(f"/search?q={query.replace(' ', '+')}")
    hits = page.xpath("//ol[contains(@class, 'results')]")[0]
    assert leads_to in hits.xpath(".//a/@href")
    assert says in " ".join(hits.text_content().split())
    assert hits.xpath(".//mark"), "nothing is marked"
