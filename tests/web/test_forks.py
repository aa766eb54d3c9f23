"""Making a fork: which version it begins with."""

from flask import Flask

from hub.actions import entries
from tests import makers
from tests.clients import Client, words, writing
from tests.web.test_proposals import changed

PLACE = "/marburg/hundesteuer/fork"


def test_who_forks_a_draft_is_led_to_the_published_version(app: Flask, client: Client) -> None:
    with writing(app) as work:
        entry = makers.entry(work, title="Hundesteuer")
        makers.published(work, entry)
    assert "noch nicht veröffentlicht" not in words(client.get(PLACE))
    with writing(app) as work:
        makers.version(work, entries.find(work, "marburg", "hundesteuer"), changed((b">Alt<", b">Neu<")))
    assert "Version 1.01 ist noch nicht veröffentlicht" in words(client.get(PLACE))
    (link,) = client.page(PLACE).xpath("//a[contains(., 'Stattdessen')]/@href")
    led = words(client.get(link))
    assert "mit Version 1.00 beginnt" in led
    assert "noch nicht veröffentlicht" not in led
